/* join.h: fork-join, spawning and joining typed C functions.

       LY_TASK_1(int64_t, fibonacci, int64_t, n)
       {
           if (n < 2) return n;
           fibonacci_spawn(&join, n - 1);
           int64_t other = fibonacci(join, n - 2);
           return other + fibonacci_join(&join);
       }

   LY_TASK_1(result, name, type, parameter) begins the definition of name(ly_join join, parameter),
   which is called like any function, and declares name_spawn(&join, arguments), after which another
   worker may run the call, and name_join(&join), which gives the result of the youngest call that
   was spawned and not yet joined. Every spawn is joined by the function that did it, last in, first
   out. LY_TASK_0 to LY_TASK_4 differ in the number of parameters. LY_TASK_DECLARE_… declares a task
   that is defined further down, or elsewhere. A task without a result gives an int.

   `join` is where the fiber is: its deque, and the head of it. It is passed by value, and kept in two
   registers. Spawning writes a slot and compares once; no fence, no lock. Code that isn't a task (a
   built-in, an evaluation) begins with ly_join_enter:

       ly_deque *deque = ly_join_enter();
       int64_t value = fibonacci(ly_join_here(deque), 30);
       ly_join_leave(deque);


   Joining what was stolen: the owner steals back from the thief, but only what descends from its own
   task (leapfrogging), so that nothing unrelated ever runs on top of a stack that waits; when there
   is nothing, the fiber suspends and its worker takes other work. A deque has room for thousands of
   tasks; spawns beyond that are run in place.

   Sources: Lace (deque.h); Wagner and Calder, Leapfrogging (1993). */
#ifndef LY_JOIN_H
#define LY_JOIN_H

#include "sched/deque.h"

/* A region of fork-join work on the calling fiber: its deque, until ly_join_leave; regions nest.
   NULL: no memory. */
ly_deque *ly_join_enter(void);
void ly_join_leave(ly_deque *deque);
/* Where the deque stands, for the first task of a region. */
static inline ly_join ly_join_here(ly_deque *deque) { return (ly_join){deque, deque->head}; }

/* The long way of a spawn: where to write the task … */
ly_slot *ly_spawn_place(ly_deque *deque, ly_slot *slot);
/* … and what to do when it is written: offered to thieves, or run at once for want of room. */
void ly_spawn_placed(ly_deque *deque, ly_slot *slot, ly_slot *place);
/* The long way of a join: NULL, the task is the caller's to run, its arguments in the slot; else
   where the result is, until the next spawn or join. */
ly_slot *ly_join_slow(ly_deque *deque, ly_slot *slot);

static inline bool ly_spawn_is_ordinary(const ly_join *join)
{
    return (uintptr_t)join->head < ly_load(&join->deque->limit, relaxed);
}
static inline bool ly_join_is_private(const ly_deque *deque, const ly_slot *slot)
{
    return (uintptr_t)slot >= ly_load(&((ly_deque *)deque)->bound, relaxed);
}

/* ---- the macros ------------------------------------------------------------------------------- */

/* PARAMETERS: `, type a, type b`   FIELDS: `type a; type b;`   STORE: `call->a = a; call->b = b;`
   PASS: `, call->a, call->b`   FORWARD: `, a, b` */
#define LY_TASK_DECLARE(linkage, result_type, name, PARAMETERS, FIELDS, STORE, PASS, FORWARD)       \
    linkage result_type name(ly_join join PARAMETERS);                                             \
    typedef union name##_call {                                                                    \
        struct {                                                                                   \
            FIELDS                                                                                 \
        };                                                                                         \
        result_type result;                                                                        \
    } __attribute__((may_alias)) name##_call;                                                      \
    _Static_assert(sizeof(name##_call) <= sizeof(((ly_slot *)0)->data), "fits in a slot");         \
    static void name##_run(ly_slot *slot, ly_join join)                                            \
    {                                                                                              \
        name##_call *call = (name##_call *)slot->data;                                             \
        result_type result = name(join PASS);                                                      \
        call->result = result;                                                                     \
    }                                                                                              \
    static inline void name##_fill(ly_slot *slot PARAMETERS)                                       \
    {                                                                                              \
        name##_call *call = (name##_call *)slot->data;                                             \
        slot->run = name##_run;                                                                    \
        STORE;                                                                                     \
        (void)call;                                                                                \
    }                                                                                              \
    __attribute__((noinline, cold, unused)) static void name##_spawn_slow(                         \
        ly_deque *deque, ly_slot *slot PARAMETERS)                                                 \
    {                                                                                              \
        ly_slot *place = ly_spawn_place(deque, slot);                                              \
        name##_fill(place FORWARD);                                                                \
        ly_spawn_placed(deque, slot, place);                                                       \
    }                                                                                              \
    __attribute__((unused)) static inline void name##_spawn(ly_join *join PARAMETERS)              \
    {                                                                                              \
        if (__builtin_expect(ly_spawn_is_ordinary(join), 1))                                       \
            name##_fill(join->head FORWARD);                                                       \
        else                                                                                       \
            name##_spawn_slow(join->deque, join->head FORWARD);                                    \
        join->deque->head = ++join->head;                                                          \
    }                                                                                              \
    __attribute__((unused)) static inline result_type name##_join(ly_join *join)                   \
    {                                                                                              \
        ly_slot *slot = --join->head;                                                              \
        join->deque->head = slot;                                                                  \
        if (__builtin_expect(!ly_join_is_private(join->deque, slot), 0)) {                         \
            ly_slot *ended = ly_join_slow(join->deque, slot);                                      \
            if (ended) return ((name##_call *)ended->data)->result;                                \
        }                                                                                          \
        name##_call *call = (name##_call *)slot->data;                                             \
        (void)call;                                                                                \
        return name(*join PASS);                                                                   \
    }

#define LY_LIST(...) __VA_ARGS__

#define LY_TASK_DECLARE_0(linkage, result_type, name) \
    LY_TASK_DECLARE(linkage, result_type, name, , , , , )
#define LY_TASK_DECLARE_1(linkage, result_type, name, A, a)                                        \
    LY_TASK_DECLARE(linkage, result_type, name, LY_LIST(, A a), A a;, call->a = a,                 \
                    LY_LIST(, call->a), LY_LIST(, a))
#define LY_TASK_DECLARE_2(linkage, result_type, name, A, a, B, b)                                  \
    LY_TASK_DECLARE(linkage, result_type, name, LY_LIST(, A a, B b), A a; B b;,                    \
                    call->a = a; call->b = b, LY_LIST(, call->a, call->b), LY_LIST(, a, b))
#define LY_TASK_DECLARE_3(linkage, result_type, name, A, a, B, b, C, c)                            \
    LY_TASK_DECLARE(linkage, result_type, name, LY_LIST(, A a, B b, C c), A a; B b; C c;,          \
                    call->a = a; call->b = b; call->c = c,                                         \
                    LY_LIST(, call->a, call->b, call->c), LY_LIST(, a, b, c))
#define LY_TASK_DECLARE_4(linkage, result_type, name, A, a, B, b, C, c, D, d)                      \
    LY_TASK_DECLARE(linkage, result_type, name, LY_LIST(, A a, B b, C c, D d), A a; B b; C c; D d;,\
                    call->a = a; call->b = b; call->c = c; call->d = d,                            \
                    LY_LIST(, call->a, call->b, call->c, call->d), LY_LIST(, a, b, c, d))

#define LY_TASK_0(result_type, name)           \
    LY_TASK_DECLARE_0(static, result_type, name) \
    static result_type name(ly_join join)
#define LY_TASK_1(result_type, name, A, a)           \
    LY_TASK_DECLARE_1(static, result_type, name, A, a) \
    static result_type name(ly_join join, A a)
#define LY_TASK_2(result_type, name, A, a, B, b)           \
    LY_TASK_DECLARE_2(static, result_type, name, A, a, B, b) \
    static result_type name(ly_join join, A a, B b)
#define LY_TASK_3(result_type, name, A, a, B, b, C, c)           \
    LY_TASK_DECLARE_3(static, result_type, name, A, a, B, b, C, c) \
    static result_type name(ly_join join, A a, B b, C c)
#define LY_TASK_4(result_type, name, A, a, B, b, C, c, D, d)           \
    LY_TASK_DECLARE_4(static, result_type, name, A, a, B, b, C, c, D, d) \
    static result_type name(ly_join join, A a, B b, C c, D d)

#endif
