/* parking.pml: the protocol of runtime/sched/park.c, for spin: who looks for work, who sleeps, who
   wakes whom. No time-out stands in the model, so none hides a lost wake-up.

   TASKS tasks are submitted one by one from outside, the last of them by the first task. Each runs
   until all of them have started, so every one needs a worker of its own, awake at the same time:
   if somebody sleeps while there is work, all stop for good (an invalid end state). MUTANT=1… breaks
   the protocol on purpose. */

#ifndef WORKERS
#define WORKERS 3
#endif
#ifndef TASKS
#define TASKS WORKERS
#endif
#ifndef MUTANT
#define MUTANT 0
#endif

byte work;              /* in the queues */
byte searching, sleeping, started;
bool idle;              /* the lock */
bool asleep[WORKERS];   /* on the list */
bool counted[WORKERS];  /* among the searchers */
bool token[WORKERS];    /* of its parker */
bool stopping;

#define lock() atomic { !idle; idle = true }
#define unlock() idle = false

inline wake_one()
{
    if
#if MUTANT == 4 /* who makes work visible trusts that a searcher is there for every task */
    :: searching != 0 || started > 0 -> skip
#else
    :: searching != 0 -> skip
#endif
    :: else ->
        if
        :: sleeping == 0 -> skip
        :: else ->
            lock();
            if
            :: searching != 0 -> unlock()
            :: else ->
                atomic {
                    w = 0;
                    do
                    :: w < WORKERS && !asleep[w] -> w++
                    :: else -> break
                    od;
                    if
                    :: w < WORKERS ->
                        asleep[w] = false; sleeping--;
                        counted[w] = true; searching++
                    :: else -> skip
                    fi
                }
                unlock();
                if
                :: w < WORKERS -> token[w] = true
                :: else -> skip
                fi;
                w = 0
            fi
        fi
    fi
}

inline submit()
{
#if MUTANT == 3 /* looks who sleeps before the work is there */
    seen = sleeping;
    work++;
    if
    :: seen == 0 -> skip
    :: else -> wake_one()
    fi;
    seen = 0
#else
    work++;
    wake_one()
#endif
}

/* The worker found something; was it the last one searching? */
inline search_ends()
{
    if
    :: counted[me] ->
        counted[me] = false;
        d_step { last = searching == 1; searching-- }
        if
#if MUTANT != 2 /* a searcher that finds work wakes nobody in its place */
        :: last && work > 0 -> wake_one()
#endif
        :: else -> skip
        fi;
        last = false
    :: else -> skip
    fi
}

proctype Worker(byte me)
{
    byte w, seen;
    bool got, last;
    do
    :: stopping -> break
    :: else ->
        d_step { got = work > 0; if :: got -> work-- :: else -> skip fi }
        if
        :: got -> search_ends()
        :: else ->
            /* search_begins: half of the workers are enough */
            if
            :: counted[me] -> skip
            :: !counted[me] && 2 * searching <= WORKERS -> searching++; counted[me] = true
            :: else -> skip
            fi;
            if
            :: counted[me] ->
                d_step { got = work > 0; if :: got -> work-- :: else -> skip fi }
                if
                :: got -> search_ends()
                :: else -> skip
                fi
            :: else -> skip
            fi
        fi;
        if
        :: got ->
            got = false;
            d_step { started++; seen = started }
            if
            :: seen == 1 && TASKS > 1 -> seen = 0; submit() /* the first one submits the last */
            :: else -> seen = 0
            fi;
            started == TASKS
        :: else ->
            /* sections with one write that others see without the lock */
            atomic { !idle -> asleep[me] = true; sleeping++ }
            if
            :: counted[me] -> counted[me] = false; searching--
            :: else -> skip
            fi;
#if MUTANT != 1 /* a worker that doesn't look at the queues once more before it sleeps */
            got = work > 0 || stopping;
#endif
            if
            :: got -> skip
            :: else ->
end_parked:     atomic { token[me]; token[me] = false }
            fi;
            if
            :: !got ->
                atomic {
                    !idle;
                    if
                    :: asleep[me] -> asleep[me] = false; sleeping--
                    :: else -> skip
                    fi
                }
            :: else ->
                lock();
                if
                :: asleep[me] -> asleep[me] = false; sleeping--
                :: else -> skip
                fi;
#if MUTANT != 5 /* who finds work in its second look doesn't count as a searcher again */
                if
                :: !counted[me] -> searching++; counted[me] = true
                :: else -> skip
                fi;
#endif
                unlock();
                got = false
            fi
        fi
    od
}

proctype Submitter()
{
    byte w, seen, n;
    do
    :: n == (TASKS > 1 -> TASKS - 1 : 1) -> break
    :: else -> submit(); n++
    od
}

init
{
    byte i;
    atomic {
        i = 0;
        do
        :: i < WORKERS -> run Worker(i); i++
        :: else -> break
        od;
        run Submitter()
    }
    started == TASKS;
    assert(work == 0);
    /* everybody comes to an end, and the counts are right then */
    stopping = true;
    i = 0;
    do
    :: i < WORKERS -> token[i] = true; i++
    :: else -> break
    od;
    _nr_pr == 1;
    assert(sleeping == 0)
}
