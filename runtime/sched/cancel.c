/* cancel.c: the tree of tokens. */
#include "sched/cancel.h"

#include <stdlib.h>

#include "memory/memory.h"
#include "eval/context.h"
#include "sched/wait.h"
#include "sched/worker.h"

static void link_child(ly_cancel *parent, ly_cancel *token)
{
    token->parent = parent;
    token->previous_sibling = NULL;
    token->next_sibling = parent->first_child;
    if (parent->first_child) parent->first_child->previous_sibling = token;
    parent->first_child = token;
}

static void unlink_child(ly_cancel *parent, ly_cancel *token)
{
    if (token->previous_sibling) token->previous_sibling->next_sibling = token->next_sibling;
    else parent->first_child = token->next_sibling;
    if (token->next_sibling) token->next_sibling->previous_sibling = token->previous_sibling;
    token->parent = NULL;
}

ly_cancel *ly_cancel_new(ly_cancel *parent)
{
    ly_cancel *token = ly_calloc(1, sizeof *token);
    if (!token) return NULL;
    atomic_store_explicit(&token->references, 1, memory_order_relaxed);
    if (!parent) return token;
    ly_cancel_retain(parent);
    ly_lock_take(&parent->lock);
    link_child(parent, token);
    /* whoever cancels the parent marks its children under its lock: before this, or with us in */
    atomic_store_explicit(&token->cancelled, ly_cancelled(parent), memory_order_relaxed);
    ly_lock_give(&parent->lock);
    return token;
}

ly_cancel *ly_cancel_retain(ly_cancel *token)
{
    if (token) atomic_fetch_add_explicit(&token->references, 1, memory_order_relaxed);
    return token;
}

/* Locks the token's parent and the token; NULL (nothing locked): it has none. The parent is retained. */
static ly_cancel *lock_with_parent(ly_cancel *token)
{
    for (;;) {
        ly_cancel *parent, *now;
        ly_lock_take(&token->lock);
        parent = ly_cancel_retain(token->parent);
        ly_lock_give(&token->lock);
        if (!parent) return NULL;
        ly_lock_take(&parent->lock);
        ly_lock_take(&token->lock);
        now = token->parent;
        if (now == parent) return parent;
        ly_lock_give(&token->lock);
        ly_lock_give(&parent->lock);
        ly_cancel_release(parent);
    }
}

void ly_cancel_release(ly_cancel *token)
{
    while (token && atomic_fetch_sub_explicit(&token->references, 1, memory_order_acq_rel) == 1) {
        ly_cancel *parent = lock_with_parent(token);
        if (parent) {
            unlink_child(parent, token);
            ly_lock_give(&token->lock);
            ly_lock_give(&parent->lock);
            ly_cancel_release(parent); /* that of lock_with_parent; not the last */
        }
        ly_free(token);
        token = parent; /* the child's own */
    }
}

/* Those under the token are told; its children, marked, are put on the list. */
static ly_cancel *tell(ly_cancel *token, ly_cancel *marked)
{
    ly_lock_take(&token->lock);
    for (ly_cancel_scope *scope = token->scopes; scope; scope = scope->next) {
        ly_fiber_poll_set(scope->fiber, LY_POLL_CANCEL);
        if (scope->waiter && ly_waiter_claim(scope->waiter, LY_WAKE_CANCELLED)) {
            ly_waiter *waiter = scope->waiter;
            scope->waiter = NULL;
            ly_waiter_resume(waiter);
        }
    }
    for (ly_cancel *child = token->first_child; child; child = child->next_sibling) {
        uint32_t references;
        /* who marks it tells those below it, and owns next_marked */
        if (atomic_exchange_explicit(&child->cancelled, true, memory_order_acq_rel)) continue;
        references = atomic_load_explicit(&child->references, memory_order_relaxed);
        /* one whose last reference has gone waits for our lock to leave the tree */
        while (references &&
               !atomic_compare_exchange_weak_explicit(&child->references, &references, references + 1,
                                                      memory_order_relaxed, memory_order_relaxed)) {}
        if (!references) continue;
        child->next_marked = marked;
        marked = child;
    }
    ly_lock_give(&token->lock);
    return marked;
}

void ly_cancel_now(ly_cancel *token)
{
    ly_cancel *marked = NULL;
    if (atomic_exchange_explicit(&token->cancelled, true, memory_order_acq_rel)) return;
    marked = tell(token, NULL);
    while (marked) {
        ly_cancel *next = marked->next_marked;
        next = tell(marked, next);
        ly_cancel_release(marked);
        marked = next;
    }
}

void ly_cancel_close(ly_cancel *token)
{
    ly_cancel *parent, *child;
    ly_lock_take(&token->lock);
    child = token->first_child;
    ly_lock_give(&token->lock);
    if (!child || ly_cancelled(token)) return;
    parent = lock_with_parent(token);
    if (!parent) ly_lock_take(&token->lock);
    /* under both locks nobody can be marking this part of the tree by half */
    if (!ly_cancelled(token)) {
        while ((child = token->first_child)) {
            ly_lock_take(&child->lock);
            unlink_child(token, child);
            if (parent) {
                link_child(parent, child);
                ly_cancel_retain(parent);
            }
            ly_lock_give(&child->lock);
            /* the child's reference to the token: the caller holds another, so it isn't the last */
            atomic_fetch_sub_explicit(&token->references, 1, memory_order_acq_rel);
        }
    }
    ly_lock_give(&token->lock);
    if (parent) {
        ly_lock_give(&parent->lock);
        ly_cancel_release(parent);
    }
}

/* ---- scopes ----------------------------------------------------------------------------------- */

void ly_cancel_enter(ly_cancel_scope *scope, ly_cancel *token)
{
    ly_fiber *fiber = ly_fiber_here();
    scope->fiber = fiber;
    scope->waiter = NULL;
    scope->token = token;
    scope->outer = fiber->scope;
    scope->previous = NULL;
    ly_lock_take(&token->lock);
    scope->next = token->scopes;
    if (token->scopes) token->scopes->previous = scope;
    token->scopes = scope;
    ly_lock_give(&token->lock);
    fiber->scope = scope;
    if (ly_cancelled(token)) ly_fiber_poll_set(fiber, LY_POLL_CANCEL);
}

void ly_cancel_leave(ly_cancel_scope *scope)
{
    ly_cancel *token = scope->token;
    ly_lock_take(&token->lock);
    if (scope->previous) scope->previous->next = scope->next;
    else token->scopes = scope->next;
    if (scope->next) scope->next->previous = scope->previous;
    ly_lock_give(&token->lock);
    scope->fiber->scope = scope->outer;
}

ly_cancel *ly_cancel_here(void)
{
    ly_fiber *fiber = ly_fiber_here();
    return fiber->scope ? fiber->scope->token : NULL;
}
