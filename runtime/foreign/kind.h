/* kind.h: kinds of objects that a C program adds (lyra.h), as the runtime keeps them. */
#ifndef LY_KIND_H
#define LY_KIND_H

#include "foreign/foreign.h"
#include "lyra.h"
#include "sched/lock.h"

typedef struct ly_nursery ly_nursery;

typedef struct ly_added_kind {
    ly_foreign_type type; /* first: a ly_foreign's type leads here */
    const lyra_kind *definition;
    ly_nursery *nursery;  /* of an isolated kind */
    struct ly_added_kind *next;
} ly_added_kind;

static inline const ly_added_kind *ly_added_kind_of(const ly_foreign *object)
{
    return (const ly_added_kind *)object->type;
}

/* One call of an object at a time. */
typedef struct ly_call_turn {
    ly_lock lock;            /* of both */
    const ly_context *owner; /* who calls now, or NULL */
    uint32_t depth;          /* a method may call another of the same object */
} ly_call_turn;

/* False: an error is pending, the turn was not taken. */
bool ly_call_turn_take(ly_context *cx, ly_call_turn *turn);
void ly_call_turn_give(ly_call_turn *turn);

/* A wait for something outside the process, in steps. Zero it to begin. */
typedef struct ly_outside_wait {
    uint64_t begun;
} ly_outside_wait;

/* Waits until poll(2) would give one of the events for fd (-1: none), or for a while that grows with the
   time that was waited before; gives the worker to others meanwhile. False: this evaluation is to end,
   and the error is pending. */
bool ly_outside_wait_more(ly_context *cx, ly_outside_wait *wait, int fd, short events);

#endif
