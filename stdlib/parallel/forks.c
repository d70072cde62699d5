/* forks.c: recursion by futures as native code: what a compiled definition spawns and joins.

   Where a definition without effects takes a future of a call and awaits it in the same body, compiled
   code makes that call a branch: a task of fork-join (sched/join.h), which whoever has nothing to do may
   take, and which otherwise runs where it is awaited. Branches are spawned near the root of a region, and
   of what was taken, and where somebody asks for work; below, the definition has a form without them.

   A branch may give up, as all such code: then everything does, nothing has happened, and the evaluator
   makes the call with tasks. What is taken computes for a copy of the context (stand_in.h); what runs in
   place leaves the numbers of temporaries and tasks as they were, since a task has its own. */
#include "abi.h"
#include "eval/modules.h"
#include "memory/memory.h"
#include "sched/join.h"
#include "sched/scheduler.h"
#include "stdlib/parallel/stand_in.h"

enum { DEEPEST = 10 }; /* levels of branches that are spawned unasked: a thousand of them */

typedef struct region {
    ly_stood_for others;
    ly_deque *deque;        /* NULL: one worker, or no memory: nothing is spawned */
    uint64_t submitted, serial; /* of the context, at the beginning */
} region;

/* Where a branch stands: in the frame of who runs it, or of the region. */
struct ly_fork {
    region *r;
    ly_context *cx;
    ly_join join;
    uint32_t depth;
    bool direct;            /* the caller's own part: no branch */
};

LY_TASK_2(int, branch, ly_fork *, parent, ly_branch *, b)
{
    ly_fork here = {.r = parent->r, .cx = parent->cx, .join = join};
    if (join.deque != parent->join.deque) {
        ly_stand_in copy;
        ly_stand_in_begin(&copy, &here.r->others);
        here.cx = &copy.cx;
        b->elsewhere = true;
        b->run(here.cx, &here, b);
        b->failed = ly_gave_up(here.cx);
        ly_stand_in_end(&copy, &here.r->others);
        if (b->failed) ly_stood_for_stop(&here.r->others);
        return 0;
    }
    uint64_t submitted = here.cx->tasks_submitted, serial = here.cx->temporary_serial;
    here.depth = parent->depth + 1;
    b->run(here.cx, &here, b);
    here.cx->tasks_submitted = submitted;
    here.cx->temporary_serial = serial;
    return 0;
}

bool ly_fork_wanted(ly_fork *fork)
{
    return fork->r->deque && (fork->depth < DEEPEST || !ly_spawn_is_ordinary(&fork->join));
}

bool ly_fork_goes_on(ly_fork *fork) { return fork->direct || ly_fork_wanted(fork); }

void ly_fork_begin(ly_fork *fork, ly_branch *b)
{
    b->elsewhere = b->failed = false;
    branch_spawn(&fork->join, fork, b);
    fork->depth++;
}

void ly_fork_end(ly_fork *fork, ly_branch *b)
{
    if (ly_polled(fork->cx) & LY_POLL_GAVE_UP) ly_stood_for_stop(&fork->r->others);
    fork->depth--;
    branch_join(&fork->join);
    if (b->failed) ly_give_up(fork->cx);
}

ly_fork *ly_fork_enter(ly_context *cx)
{
    struct { ly_fork fork; region r; } *whole = ly_calloc(1, sizeof *whole);
    if (!whole) return NULL;
    ly_fork *fork = &whole->fork;
    fork->r = &whole->r;
    fork->cx = cx;
    fork->direct = true;
    whole->r.submitted = cx->tasks_submitted;
    whole->r.serial = cx->temporary_serial;
    if (ly_scheduler_workers() > 1) whole->r.deque = ly_join_enter();
    if (!whole->r.deque) return fork;
    fork->join = ly_join_here(whole->r.deque);
    ly_stood_for_begin(&whole->r.others, cx);
    return fork;
}

void ly_fork_leave(ly_fork *fork, bool gave_up)
{
    region *r = fork->r;
    ly_context *cx = fork->cx;
    if (r->deque) {
        ly_stood_for_end(&r->others);
        ly_join_leave(r->deque);
    }
    if (gave_up) {
        cx->tasks_submitted = r->submitted;
        cx->temporary_serial = r->serial;
    }
    /* futures draw keys for the random streams of their tasks */
    for (uint64_t i = r->submitted, seed, call; i < cx->tasks_submitted; i++)
        if (!ly_random_next_key(cx, &seed, &call)) break;
    ly_free(fork);
}
