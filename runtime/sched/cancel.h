/* cancel.h: tokens of cancellation, a tree.

   Cancelling a token marks it and all below it, once and for ever: running work finds LY_POLL_CANCEL
   in its poll word, waiting work is taken out of its wait with LY_WAKE_CANCELLED, and what waits
   later is answered so at once. A task has a token if it was made with one; inside it further tokens
   can be entered (a time-out, a group of tasks that fall together).

   Counted references; a token holds one of its parent. Lock order: parent before child; a token's
   lock is held while its waiters are claimed, never while anything runs. */
#ifndef LY_CANCEL_H
#define LY_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sched/fiber.h"
#include "sched/lock.h"

/* A fiber in a token: those to be told. Lives in the frame that entered. */
typedef struct ly_cancel_scope {
    struct ly_cancel_scope *next, *previous;
    ly_fiber *fiber;
    ly_waiter *waiter;  /* that the fiber is about to wait for, or waits for; under the token's lock */
    ly_cancel *token;
    struct ly_cancel_scope *outer;
} ly_cancel_scope;

struct ly_cancel {
    _Atomic uint32_t references;
    _Atomic bool cancelled;
    ly_lock lock;              /* of what follows */
    ly_cancel *parent;
    ly_cancel *first_child, *next_sibling, *previous_sibling;
    ly_cancel_scope *scopes;
    ly_cancel *next_marked;    /* of whoever marks this part of the tree */
};

/* A token below parent (NULL: a root); cancelled already if the parent is. NULL: no memory. */
ly_cancel *ly_cancel_new(ly_cancel *parent);
ly_cancel *ly_cancel_retain(ly_cancel *token);
void ly_cancel_release(ly_cancel *token); /* NULL: nothing */
void ly_cancel_now(ly_cancel *token);
/* What the token stood for has ended: tokens below it belong to its parent from now on, unless it
   was cancelled. */
void ly_cancel_close(ly_cancel *token);
static inline bool ly_cancelled(const ly_cancel *token)
{
    return token && atomic_load_explicit(&token->cancelled, memory_order_acquire);
}

/* The calling fiber works under the token until it leaves the scope; scopes nest, and an inner token
   stands below the outer one. If the token was
   cancelled, LY_POLL_CANCEL is set at once. */
void ly_cancel_enter(ly_cancel_scope *scope, ly_cancel *token);
void ly_cancel_leave(ly_cancel_scope *scope);
/* The innermost token in force (borrowed), or NULL. */
ly_cancel *ly_cancel_here(void);

#endif
