/* channel.pml: the protocol of runtime/sched/channel.c, for spin, on a machine without reordering
   (the orders are Relacy's part: relacy_channel.cpp). A ring with one producer that becomes a stamped
   queue when the second appears; lists of those who wait; claims; time-outs; closing; a receiver that
   waits for any of two channels.

   Checked: each value accepted is received once, in its producer's order; nobody waits for ever (an
   invalid end state). MUTANT=1… breaks the protocol on purpose. */

#ifndef CHANNELS
#define CHANNELS 1
#endif
#ifndef PRODUCERS
#define PRODUCERS 2
#endif
#ifndef CONSUMERS
#define CONSUMERS 1
#endif
#ifndef EACH
#define EACH 2
#endif
#ifndef CAPACITY
#define CAPACITY 1
#endif
#ifndef MUTANT
#define MUTANT 0
#endif

#define NOBODY 9
/* queue 0 of a channel is the ring, 1 the stamped queue; each has CAPACITY slots */
#define Q(c, q) (2 * (c) + (q))
#define SLOT(c, q, i) (Q(c, q) * CAPACITY + (i) % CAPACITY)
/* values: producer and number */
#define VALUE(p, n) ((p) * 4 + (n) + 1)

byte tail[2 * CHANNELS], head[2 * CHANNELS];
bool tail_moved[2 * CHANNELS], tail_closed[2 * CHANNELS], head_moved[2 * CHANNELS];
byte slot[2 * CHANNELS * CAPACITY], stamp[2 * CHANNELS * CAPACITY];
bit current[CHANNELS];
bool locked[CHANNELS];
byte owner[CHANNELS] = NOBODY;
bool receivers_waiting[CHANNELS], senders_waiting[CHANNELS];

/* those who wait: producers, then consumers */
#define PARTIES (PRODUCERS + CONSUMERS)
chan receivers[CHANNELS] = [CONSUMERS] of {byte};
chan senders[CHANNELS] = [PRODUCERS] of {byte};
bool claimed[PARTIES];
byte told[PARTIES], word[PARTIES];

byte accepted[PRODUCERS * 4 + 4], received[PRODUCERS * 4 + 4];
byte finished;

/* outcomes; of a wait, what one was told */
#define GO_ON 0
#define DONE 1
#define EMPTY 2
#define FULL 3
#define SHUT 4
#define MOVED 5
#define RETRY 6
#define TIMEOUT 7

#define lock(c) atomic { !locked[c]; locked[c] = true }
#define unlock(c) \
    atomic { receivers_waiting[c] = len(receivers[c]) > 0; senders_waiting[c] = len(senders[c]) > 0; \
             locked[c] = false }

/* Takes a value from queue q of channel c: outcome, value. */
inline pop(c, q)
{
    outcome = GO_ON;
    do
    :: outcome != GO_ON -> break
    :: else ->
        d_step { h = head[Q(c, q)]; moved = head_moved[Q(c, q)] }
        if
        :: moved -> outcome = MOVED
        :: else ->
            d_step {
                there = q == 1 && stamp[SLOT(c, q, h)] == h + 1;
            }
            if
            :: there -> skip
            :: else ->
                d_step {
                    t = tail[Q(c, q)]; moved = tail_moved[Q(c, q)]; closed = tail_closed[Q(c, q)];
                    there = q == 0 && t > h && !moved;
                    if
                    :: moved -> outcome = MOVED
                    :: !moved && t <= h && closed -> outcome = SHUT
                    :: !moved && t <= h && !closed -> outcome = EMPTY
                    :: else -> skip /* claimed, not written yet */
                    fi
                }
            fi;
            if
            :: there ->
                value = slot[SLOT(c, q, h)];
                d_step {
                    if
                    :: head[Q(c, q)] == h && !head_moved[Q(c, q)] ->
                        head[Q(c, q)] = h + 1; outcome = DONE
                    :: else -> value = 0
                    fi
                }
            :: else -> skip
            fi
        fi
    od;
    atomic { h = 0; t = 0; moved = false; closed = false; there = false }
}

/* Puts v into queue q of channel c: outcome. */
inline push(c, q, v)
{
    outcome = GO_ON;
    do
    :: outcome != GO_ON -> break
    :: else ->
        d_step {
            t = tail[Q(c, q)];
            if
            :: tail_moved[Q(c, q)] -> outcome = MOVED
            :: !tail_moved[Q(c, q)] && tail_closed[Q(c, q)] -> outcome = SHUT
            :: else -> skip
            fi
        }
        if
        :: outcome == GO_ON ->
            d_step {
                if
                :: head_moved[Q(c, q)] -> outcome = MOVED
                :: !head_moved[Q(c, q)] && t >= head[Q(c, q)] + CAPACITY -> outcome = FULL
                :: else -> skip
                fi
            }
        :: else -> skip
        fi;
        if
        :: outcome == GO_ON && q == 0 ->
            slot[SLOT(c, q, t)] = v;
            d_step {
                if
#if MUTANT == 3 /* a producer that doesn't see that its ring was moved */
                :: tail[Q(c, q)] == t ->
#elif MUTANT == 5 /* one that doesn't see that the channel was closed meanwhile */
                :: tail[Q(c, q)] == t && !tail_moved[Q(c, q)] ->
#else
                :: tail[Q(c, q)] == t && !tail_moved[Q(c, q)] && !tail_closed[Q(c, q)] ->
#endif
                    tail[Q(c, q)] = t + 1; outcome = DONE
                :: else -> skip
                fi
            }
        :: outcome == GO_ON && q == 1 ->
            d_step {
                there = false;
                if
                :: tail[Q(c, q)] == t && !tail_closed[Q(c, q)] -> tail[Q(c, q)] = t + 1; there = true
                :: else -> skip
                fi
            }
            if
            :: there -> slot[SLOT(c, q, t)] = v; stamp[SLOT(c, q, t)] = t + 1; outcome = DONE
            :: else -> skip
            fi
        :: else -> skip
        fi
    od;
    atomic { h = 0; t = 0; moved = false; closed = false; there = false }
}

/* From the ring to the stamped queue; the lock is held. */
inline move(c)
{
    tail_moved[Q(c, 0)] = true;
    head_moved[Q(c, 0)] = true;
    d_step {
        h = head[Q(c, 0)]; t = 0;
        do
        :: h < tail[Q(c, 0)] ->
            slot[SLOT(c, 1, t)] = slot[SLOT(c, 0, h)]; stamp[SLOT(c, 1, t)] = t + 1;
            h++; t++
        :: else -> break
        od;
        tail[Q(c, 1)] = t; tail_closed[Q(c, 1)] = tail_closed[Q(c, 0)];
        h = 0; t = 0
    }
    current[c] = 1
}

/* The first in a list whom nobody else claimed: other, or NOBODY. */
inline claim_first(list)
{
    other = NOBODY;
    do
    :: len(list) > 0 -> list?other;
        d_step {
#if MUTANT == 4 /* claims that aren't exclusive */
            there = told[other] == 0;
#else
            there = !claimed[other];
#endif
            claimed[other] = true
        }
        if
        :: there -> break
        :: else -> other = NOBODY
        fi
    :: len(list) == 0 -> break
    od
}

/* Serves those who wait, as long as there is something for them; the lock is held. */
inline settle(c)
{
    do
    :: len(receivers[c]) > 0 &&
       (tail[Q(c, current[c])] > head[Q(c, current[c])] || tail_closed[Q(c, current[c])]) ->
        claim_first(receivers[c]);
        if
        :: other != NOBODY ->
            pop(c, current[c]);
            d_step { word[other] = value; told[other] = (outcome == EMPTY -> RETRY : outcome);
                     value = 0 }
        :: else -> skip
        fi
    :: len(senders[c]) > 0 &&
       (tail[Q(c, current[c])] < head[Q(c, current[c])] + CAPACITY || tail_closed[Q(c, current[c])]) ->
        claim_first(senders[c]);
        if
        :: other != NOBODY ->
            push(c, current[c], word[other]);
            told[other] = (outcome == FULL -> RETRY : outcome)
        :: else -> skip
        fi
    :: else -> break
    od;
    atomic { other = 0; there = false; outcome = 0 }
}

proctype Producer(byte me; byte c)
{
    byte n, h, t, value, outcome, other;
    bool moved, closed, there;
    do
    :: n == EACH -> break
    :: else ->
        outcome = MOVED;
        do /* without waiting */
        :: outcome != MOVED -> break
        :: else ->
            if
            :: current[c] == 0 && owner[c] != me ->
                lock(c);
                if
                :: current[c] == 0 && owner[c] == NOBODY -> owner[c] = me
                :: current[c] == 0 && owner[c] != NOBODY -> move(c)
                :: else -> skip
                fi;
                unlock(c)
            :: current[c] == 0 && owner[c] == me -> push(c, 0, VALUE(me, n))
            :: current[c] == 1 -> push(c, 1, VALUE(me, n))
            fi;
            if
            :: outcome == MOVED -> lock(c); unlock(c)
            :: else -> skip
            fi
        od;
        if
#if MUTANT != 2 /* a sender that doesn't look who waits */
        :: outcome == DONE && receivers_waiting[c] -> lock(c); settle(c); unlock(c); outcome = DONE
#endif
        :: outcome == FULL ->
            do
            :: outcome == DONE || outcome == SHUT || outcome == TIMEOUT -> break
            :: else ->
                lock(c);
                senders_waiting[c] = true;
                push(c, current[c], VALUE(me, n));
                if
                :: outcome == FULL ->
                    d_step { claimed[me] = false; told[me] = 0; word[me] = VALUE(me, n) }
                    senders[c]!me;
                    unlock(c);
                    if
                    :: told[me] != 0 -> outcome = told[me]
#ifdef IMPATIENT
                    :: d_step { !claimed[me] -> claimed[me] = true };
                        lock(c);
                        if
                        :: senders[c]??[eval(me)] -> senders[c]??eval(me)
                        :: else -> skip
                        fi;
                        unlock(c);
                        outcome = TIMEOUT
#endif
                    fi
                :: else ->
                    told[me] = outcome;
                    settle(c); unlock(c);
                    outcome = told[me]
                fi
            od
        :: else -> skip
        fi;
        if
        :: outcome == DONE -> accepted[VALUE(me, n)]++
        :: else -> skip
        fi;
        outcome = 0;
        n++
    od;
    finished++
}

/* Receives from channel c, or, as `any`, from both. */
proctype Consumer(byte me; byte c; byte count)
{
    byte got, h, t, value, outcome, other, at, last[PRODUCERS];
    bool moved, closed, there, won;
    bit k;
    do
    :: got == count -> break
    :: else ->
        at = c;
        outcome = MOVED;
        do
        :: outcome != MOVED -> break
        :: else ->
            k = current[at]; /* looked up once: it may change meanwhile */
            pop(at, k);
            if
            :: outcome == MOVED -> lock(at); unlock(at)
            :: else -> skip
            fi
        od;
        if
        :: outcome == DONE && senders_waiting[at] ->
            lock(at);
            d_step { word[me] = value; value = 0 }
            settle(at); unlock(at);
            d_step { value = word[me]; outcome = DONE }
        :: outcome == EMPTY ->
            do
            :: outcome == DONE || outcome == SHUT || outcome == TIMEOUT -> break
            :: else ->
                atomic { claimed[me] = false; told[me] = 0; at = c; won = false }
                do
                :: at == c + CHANNELS -> break
                :: else ->
                    lock(at);
#if MUTANT == 1 /* a receiver that doesn't look again after it said that it waits */
                    there = false;
                    receivers_waiting[at] = true;
#else
                    receivers_waiting[at] = true;
                    there = tail_closed[Q(at, current[at])] ||
                            tail[Q(at, current[at])] > head[Q(at, current[at])];
#endif
                    if
                    :: there ->
                        d_step { won = !claimed[me]; claimed[me] = true }
                        if
                        :: won ->
                            pop(at, current[at]);
                            if
                            :: outcome == DONE ->
                                d_step { word[me] = value; value = 0 }
                                settle(at);
                                d_step { value = word[me]; outcome = DONE }
                            :: else -> skip
                            fi
                        :: else -> skip
                        fi;
                        unlock(at);
                        break
                    :: else ->
                        receivers[at]!me;
                        unlock(at)
                    fi;
                    at++
                od;
                if
                :: won -> skip
                :: else ->
                    if
                    :: told[me] != 0 -> d_step { outcome = told[me]; value = word[me] }
#ifdef IMPATIENT
                    :: d_step { !claimed[me] -> claimed[me] = true };
                        outcome = TIMEOUT
#endif
                    fi
                fi;
                /* out of the other lists */
                at = c;
                do
                :: at == c + CHANNELS -> break
                :: else ->
                    lock(at);
                    if
                    :: receivers[at]??[eval(me)] -> receivers[at]??eval(me)
                    :: else -> skip
                    fi;
                    unlock(at);
                    at++
                od
            od
        :: else -> skip
        fi;
        if
        :: outcome == DONE ->
            d_step {
                received[value]++;
                assert(received[value] == 1);
                assert(value > last[(value - 1) / 4]);
                last[(value - 1) / 4] = value
            }
            got++
        :: outcome == SHUT -> break
        :: outcome == TIMEOUT -> got++
        fi;
        d_step { value = 0; outcome = 0; at = 0; h = 0; t = 0; k = 0 }
    od;
    finished++
}

proctype Closer(byte c)
{
    byte h, t, value, outcome, other;
    bool moved, closed, there;
    lock(c);
    tail_closed[Q(c, current[c])] = true;
    settle(c);
    unlock(c);
    finished++
}

#ifdef CLOSING
#define CLOSERS 1
#define COUNT 100
#else
#define CLOSERS 0
#define COUNT (PRODUCERS * EACH / CONSUMERS)
#endif

init
{
    byte i, q;
    atomic {
        i = 0;
        do
        :: i < PRODUCERS -> run Producer(i, i % CHANNELS); i++
        :: else -> break
        od;
        i = 0;
        do
        :: i < CONSUMERS -> run Consumer(PRODUCERS + i, 0, COUNT); i++
        :: else -> break
        od;
#ifdef CLOSING
        run Closer(0)
#endif
    }
    finished == PARTIES + CLOSERS;
#ifndef CLOSING /* else everybody received until the end */
    /* what is still there counts as received */
    d_step {
        i = 0;
        do
        :: i < CHANNELS ->
            q = Q(i, current[i]);
            do
            :: head[q] < tail[q] ->
                received[slot[SLOT(i, current[i], head[q])]]++; head[q] = head[q] + 1
            :: else -> break
            od;
            i++
        :: else -> break
        od
    }
#endif
    d_step {
        i = 1;
        do
        :: i < PRODUCERS * 4 + 1 -> assert(accepted[i] == received[i]); i++
        :: else -> break
        od
    }
}
