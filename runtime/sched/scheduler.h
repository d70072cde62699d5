/* scheduler.h: what hangs on the process: workers, the global queue, who sleeps.

   Nothing is started before the first task is submitted. Everything process-wide of this folder is
   in the one record `ly_scheduler_state`, in the stacks' slabs (fiber.c) and the timers (timer.c). */
#ifndef LY_SCHEDULER_H
#define LY_SCHEDULER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sched/lock.h"
#include "sched/worker.h"

/* Starts it if need be: so many workers (0: as many as the process may use, followed when that
   changes). False: it runs already, with another number. */
bool ly_scheduler_start(uint32_t workers);
/* Another number of workers while it runs (0: automatic again). */
void ly_scheduler_resize(uint32_t workers);
/* Workers that may run at once; starts nothing. */
uint32_t ly_scheduler_workers(void);
bool ly_scheduler_running(void);

/* Main has ended: waits until all tasks have. When all that are left wait for what nobody can give
   them, they are cancelled. */
void ly_scheduler_finish(void);
/* Meanwhile: what waits is cancelled. */
bool ly_scheduler_ending(void);
/* After ly_scheduler_finish: ends all threads and gives all memory back. No other thread may use
   the scheduler meanwhile. */
void ly_scheduler_stop(void);

/* ---- deadlocks

   Where the whole world is known (a program that Lyra runs, not one that embeds it) a state in which
   everything waits and nothing outside can end a wait is found at once: one waiter is answered with
   LY_WAKE_DEADLOCK: main; or, while main waits for work that reads its frames (ly_fiber.waits_for), the
   first of those that do the work. */
void ly_scheduler_closed_world(bool closed);
/* A call is under way (foreign code, a stream) that may wake something: no deadlock meanwhile. */
void ly_outside_enter(void);
void ly_outside_leave(void);
/* Who waited in the last deadlock, a line each; to be freed. NULL: none so far. */
char *ly_deadlock_report(void);

/* A worker's thread has ended and was replaced; other events worth a line. Default: standard error. */
void ly_scheduler_on_log(void (*log)(const char *line));
void ly_scheduler_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- for this folder */

typedef struct ly_scheduler {
    _Atomic uint32_t phase;       /* of starting */
    _Atomic uint32_t generation;  /* grows when a fork made all tasks others' */
    _Atomic uint32_t count;       /* workers that may run at once */
    _Atomic uint32_t threads;     /* that were started, never fewer than count was */
    bool automatic;
    _Atomic bool urgent;          /* urgent_last isn't NULL */
    _Atomic bool stopping;
    _Atomic uint32_t members;     /* records in use */
    _Atomic(ly_worker *) member[LY_MEMBERS_MOST];
    pthread_t thread[LY_MEMBERS_MOST]; /* of workers, by index */
    ly_lock growing;              /* of member, thread, threads */

    ly_lock global_lock __attribute__((aligned(LY_CACHE_LINE)));
    ly_runnable *global_first, *global_last;
    ly_runnable *urgent_last;     /* of those at the beginning whose deadline has passed; or NULL */
    _Atomic size_t global_size;

    /* park.c */
    _Atomic uint32_t searching __attribute__((aligned(LY_CACHE_LINE)));
    _Atomic uint32_t sleeping;    /* on the list */
    _Atomic uint32_t guests;      /* that wait, so work */
    _Atomic uint32_t vain;        /* wakes that found nothing, since one found something */
    ly_lock idle __attribute__((aligned(LY_CACHE_LINE)));
    ly_worker *sleepers;
    uint32_t awake;               /* members that don't sleep; under idle */
    _Atomic uint32_t outside;     /* ly_outside_enter */
    _Atomic bool closed_world;
    bool finishing;               /* main waits in ly_scheduler_finish */
    _Atomic bool ending;          /* what waits now is cancelled */
    ly_waiter *finisher;
} ly_scheduler;
extern ly_scheduler ly_scheduler_state;

ly_worker *ly_member_new(uint32_t index);
void ly_member_retire(ly_worker *worker);
/* deadlock.c. Everybody sleeps: is this the end, or a deadlock? The lock `idle` is held; gives it back. */
void ly_quiescent(void);
void ly_deadlocks_end(bool forked);
/* Reads again how many workers there should be. */
void ly_scheduler_follow(void);

/* cpus.c: how many threads may run at once: affinity, and the smallest quota of the process's groups
   and all above them. `root` stands before /proc and /sys in the tests; "" is the real one. */
uint32_t ly_cpus_allowed(const char *root);
uint32_t ly_cpus_quota(const char *root); /* the quotas alone, rounded up; UINT32_MAX: none */
uint32_t ly_cpus_most(void);              /* that the machine could ever give */

/* A thread that takes no signals of the program's; false: none to be had. */
bool ly_thread_start(pthread_t *thread, void *(*function)(void *), void *argument);

#endif
