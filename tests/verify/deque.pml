/* deque.pml: the protocol of runtime/sched/deque.h, for spin: an owner that pushes and joins in any
   order, and thieves. Tail and split change together in one word, by compare-and-exchange; the split
   is what the owner has given away. Requests are a hint that may be lost.

   Checked: each task is run once; the owner comes to its end. MUTANT=1… breaks it on purpose. */

#ifndef THIEVES
#define THIEVES 2
#endif
#ifndef SLOTS
#define SLOTS 3
#endif
#ifndef TASKS
#define TASKS 4
#endif
#ifndef MUTANT
#define MUTANT 0
#endif

byte tail, split;       /* the word */
bool demand;
byte task[SLOTS];       /* in the slots */
bool ended[SLOTS];      /* the slot's task, by its thief */
byte ran[TASKS];
bool finished;

inline run_task(t)
{
    d_step { ran[t]++; assert(ran[t] == 1) }
}

/* Makes the older half of what is private below head public, or all. */
inline offer()
{
    do
    :: head <= own -> break
    :: else ->
        d_step { t = tail; s = split }
        want = own + (head - own + 1) / 2;
        if
#if MUTANT == 3 /* writes the word while thieves may still change it */
        :: t < s -> d_step { split = want; tail = t }; own = want; demand = false; break
#else
        :: t < s ->
            d_step {
                done = tail == t && split == s;
                if
                :: done -> split = want
                :: else -> skip
                fi
            }
            if
            :: done -> own = want; demand = false; break
            :: else -> skip
            fi
#endif
        :: else -> /* all that was public is stolen: no thief changes the word now */
            d_step { tail = own; split = want }
            own = want; demand = false;
            break
        fi
    od;
    atomic { t = 0; s = 0; want = 0; done = false }
}

active proctype Owner()
{
    byte head, own, pushed, t, s, want, mine;
    bool done, stolen;
    do
    :: pushed == TASKS && head == 0 -> break
    :: pushed < TASKS && head < SLOTS ->
        d_step { task[head] = pushed; ended[head] = false }
        head++; pushed++;
        if
        :: demand -> offer()
        :: else -> skip
        fi
    :: head > 0 -> /* joins its youngest */
        if
        :: demand && head - 1 > own -> head--; offer(); head++
        :: else -> skip
        fi;
        if
        :: head - 1 >= own -> head--; run_task(task[head]) /* private */
        :: else ->
            stolen = false;
            do
            :: atomic { t = tail; s = split };
                if
                :: t > head - 1 -> stolen = true; break
                :: else ->
                    want = t + (head - 1 - t) / 2;
                    d_step {
#if MUTANT == 1 /* takes back without looking whether thieves were faster */
                        done = true; tail = t;
#else
                        done = tail == t && split == s;
#endif
                        if
                        :: done -> split = want
                        :: else -> skip
                        fi
                    }
                    if
                    :: done -> own = want; break
                    :: else -> skip
                    fi
                fi
            od;
            if
            :: stolen ->
                ended[head - 1]; /* waits for its thief */
                head--;
                own = head; ended[head] = false
            :: else -> head--; run_task(task[head])
            fi;
            atomic { t = 0; s = 0; want = 0; done = false; stolen = false }
        fi
    od;
    finished = true
}

active [THIEVES] proctype Thief()
{
    byte t, s;
    bool took;
    do
    :: finished -> break
    :: else ->
        d_step { t = tail; s = split }
        if
        :: t < s ->
            d_step {
#if MUTANT == 2 /* doesn't look whether the owner took something back */
                took = tail == t;
#else
                took = tail == t && split == s;
#endif
                if
                :: took -> tail = t + 1
                :: else -> skip
                fi
            }
            if
            :: took -> run_task(task[t]); ended[t] = true
            :: else -> skip
            fi
        :: else -> demand = true
        fi;
        d_step { t = 0; s = 0; took = false }
    od
}
