// relacy_deque.cpp: runtime/sched/deque.h itself under Relacy, with each memory order weakened in
// turn. Pushing, popping and joining go as join.h and join.c do them. What a task carries is plain
// data, so an order that is too weak on its way shows as a race; a task that is lost or run twice, and
// one that a leapfrogger takes although it doesn't descend from its own, fails an assertion.
#define LY_RELACY 1
#include "sched/atomics.h"

struct ly_slot {
    ly_atomic(uint64_t) state;
    ly_plain(int) argument, result;
};

#include "sched/deque.h"

namespace {

enum { SLOTS = 4, TASKS = 8 };

// Whoever waits; the thief reads `whose`, plain data, before it wakes it.
struct waiter {
    ly_plain(int) whose;
    ly_verify::sleeper sleeper;
    void arm(int thread)
    {
        ly_set(&whose, thread);
        sleeper.arm();
    }
    void resume()
    {
        (void)(int)ly_get(&whose);
        sleeper.wake();
    }
    void wait() { sleeper.sleep(); }
};

// A fiber: its deque, made by its own thread.
struct fiber {
    alignas(16) ly_deque deque;
    ly_slot slots[SLOTS];
    ly_plain(int) made;
    int ran[TASKS];

    void start()
    {
        deque.overflow = nullptr;
        for (int i = 0; i < SLOTS; i++)
            ly_store(&slots[i].state, (uint64_t)LY_SLOT_FRESH, relaxed);
        ly_set(&made, 1);
        ly_deque_start(&deque, slots, SLOTS);
    }
    uint32_t head() { return ly_deque_index(&deque, deque.head); }

    void push(int task)
    {
        ly_slot *slot = deque.head;
        bool ordinary = (uintptr_t)slot < ly_load(&deque.limit, relaxed);
        ly_set(&slot->argument, task);
        deque.head = slot + 1;
        if (!ordinary)
            ly_deque_offer(&deque, head(), false);
    }
};

template <typename derived, int threads>
struct work : rl::test_suite<derived, threads> {
    // separate objects, aligned as the real ones are
    fiber fibers[threads];
    waiter waiters[threads];
    int runs[TASKS];

    void before()
    {
        for (int i = 0; i < TASKS; i++)
            runs[i] = 0;
    }
    static int value(int task) { return 100 + task; }

    virtual void body(unsigned, int) {}
    void run_in_place(unsigned thread, ly_slot *slot)
    {
        int task = ly_get(&slot->argument);
        runs[task]++;
        body(thread, task);
        ly_set(&slot->result, value(task));
    }
    void run_stolen(unsigned thread, ly_slot *slot)
    {
        fiber &f = fibers[thread];
        ly_slot_sign(&slot->state, &f.deque, f.head());
        run_in_place(thread, slot);
        ly_deque_end_run(&f.deque);
        void *awaiting = ly_slot_end(&slot->state);
        if (awaiting)
            ((waiter *)awaiting)->resume();
    }
    // Tries once; the task that ran, or -1.
    int steal(unsigned thread, unsigned victim)
    {
        uint32_t index;
        ly_deque *d = &fibers[victim].deque;
        if (ly_deque_steal(d, &index) != LY_STEAL_TOOK)
            return -1;
        int task = ly_get(&d->slots[index].argument);
        run_stolen(thread, &d->slots[index]);
        return task;
    }
    // A task of ours is stolen: steal back what `allowed` says may come, so many times.
    template <typename predicate>
    void join(unsigned thread, int leapfrogs, predicate allowed)
    {
        fiber &f = fibers[thread];
        ly_deque *d = &f.deque;
        ly_slot *slot = --d->head;
        uint32_t index = ly_deque_index(d, slot), taken;
        uint64_t state;
        if ((uintptr_t)slot >= ly_load(&d->bound, relaxed)) {
            run_in_place(thread, slot);
            return;
        }
        if (index >= d->split) {
            ly_deque_offer(d, index, false);
            run_in_place(thread, slot);
            return;
        }
        if (ly_deque_reclaim(d, index)) {
            run_in_place(thread, slot);
            return;
        }
        d->head = slot + 1;
        while ((state = ly_slot_state(&slot->state)) != LY_SLOT_DONE) {
            if ((state & 3) == LY_SLOT_STOLEN && leapfrogs-- > 0) {
                ly_deque *thief = ly_slot_thief(state);
                fiber *of = (fiber *)thief;
                RL_ASSERT((int)ly_get(&of->made) == 1);
                if (ly_deque_steal_from_run(thief, ly_slot_floor(state), &slot->state, state, &taken) ==
                    LY_STEAL_TOOK) {
                    RL_ASSERT(allowed((int)ly_get(&thief->slots[taken].argument)));
                    run_stolen(thread, &thief->slots[taken]);
                }
                continue;
            }
            waiters[thread].arm((int)thread);
            if (ly_slot_await(&slot->state, &waiters[thread]))
                waiters[thread].wait();
        }
        RL_ASSERT((int)ly_get(&slot->result) >= value(0));
        ly_set(&slot->result, 0);
        d->head = slot;
        ly_deque_joined(d, index);
    }
    void join(unsigned thread)
    {
        join(thread, 0, [](int) { return false; });
    }
    void all_ran(int tasks)
    {
        for (int i = 0; i < tasks; i++)
            RL_ASSERT(runs[i] == 1);
    }
};

// One owner, one thief that tries until it got something or the owner is through.
struct one_thief : work<one_thief, 2> {
    rl::atomic<int> through;
    void before()
    {
        work::before();
        through.store(0, rl::mo_relaxed, $);
        fibers[0].start();
        fibers[1].start();
    }
    void thread(unsigned i)
    {
        if (i == 0) {
            fibers[0].push(0);
            fibers[0].push(1);
            fibers[0].push(2);
            join(0);
            fibers[0].push(3);
            join(0);
            join(0);
            join(0);
            through.store(1, rl::mo_relaxed, $);
        } else {
            for (int got = 0; got < 3 && !through.load(rl::mo_relaxed, $);)
                got += steal(1, 0) >= 0;
        }
    }
    void after() { all_ran(4); }
};

// Two thieves, who come between each other.
struct two_thieves : work<two_thieves, 3> {
    void before()
    {
        work::before();
        for (fiber &f : fibers)
            f.start();
    }
    void thread(unsigned i)
    {
        if (i == 0) {
            fibers[0].push(0);
            fibers[0].push(1);
            fibers[0].push(2);
            join(0);
            fibers[0].push(3);
            join(0);
            join(0);
            join(0);
        } else {
            for (int tries = 0; tries < 4; tries++)
                steal(i, 0);
        }
    }
    void after() { all_ran(4); }
};

// The thief's task pushes two of its own, which the owner may take while it waits; then the thief
// pushes another, which has nothing to do with the owner's, to the same place. A child pushes one more,
// above the slot that is waited for if it runs there; another thief looks at the owner meanwhile. The
// thief makes its deque itself, so that the owner knows it from the slot alone.
struct leapfrog : work<leapfrog, 3> {
    enum { STOLEN = 0, CHILD = 1, OTHER_CHILD = 2, UNRELATED = 3, GRANDCHILD = 4 };
    void before()
    {
        work::before();
        fibers[0].start();
        fibers[2].start();
    }
    void body(unsigned thread, int task)
    {
        if (task == STOLEN) {
            fibers[thread].push(CHILD);
            fibers[thread].push(OTHER_CHILD);
            this->work::join(thread);
            this->work::join(thread);
        } else if (task == CHILD) {
            fibers[thread].push(GRANDCHILD);
            this->work::join(thread);
        }
    }
    void thread(unsigned i)
    {
        if (i == 0) {
            fibers[0].push(STOLEN);
            this->work::join(0, 4, [](int task) { return task != UNRELATED; });
        } else if (i == 2) {
            for (int tries = 0; tries < 3; tries++)
                steal(2, 0);
        } else {
            fibers[1].start();
            for (int tries = 0; tries < 3; tries++)
                if (steal(1, 0) >= 0)
                    break;
            fibers[1].push(UNRELATED);
            this->work::join(1);
        }
    }
    void after() { all_ran(5); }
};

// An owner that waits, and a thief that already had older tasks of its own: they are not for the
// owner either (the floor).
struct leapfrog_floor : work<leapfrog_floor, 2> {
    enum { STOLEN = 0, CHILD = 1, OLDER = 2 };
    void before()
    {
        work::before();
        for (fiber &f : fibers)
            f.start();
    }
    void body(unsigned thread, int task)
    {
        if (task != STOLEN)
            return;
        fibers[thread].push(CHILD);
        this->work::join(thread);
    }
    void thread(unsigned i)
    {
        if (i == 0) {
            fibers[0].push(STOLEN);
            this->work::join(0, 4, [](int task) { return task == CHILD; });
        } else {
            fibers[1].push(OLDER);
            for (int tries = 0; tries < 3; tries++)
                if (steal(1, 0) >= 0)
                    break;
            this->work::join(1);
        }
    }
    void after() { all_ran(3); }
};

} // namespace

int main(int count, char **arguments)
{
    unsigned long iterations = count > 1 ? strtoul(arguments[1], nullptr, 10) : 20000;
    return ly_verify::verify("deque",
                             {{"one thief", ly_verify::simulate<one_thief>},
                              {"two thieves", ly_verify::simulate<two_thieves>},
                              {"leapfrogging", ly_verify::simulate<leapfrog>},
                              {"leapfrogging above older tasks", ly_verify::simulate<leapfrog_floor>}},
                             iterations, 10 * iterations);
}
