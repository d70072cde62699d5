/* kernel_liveness.c: which variables of a kernel must have their values on entry.

   needs   the kernel's variables known
   leaves  kernel_variable.needed

   What is assigned in every round before it is read needs none: it may be anything before the loop, or
   nothing. The walk goes in the order of execution and keeps, for each variable, whether it certainly
   was assigned by then. */
#include <string.h>

#include "compiler/program.h"

typedef struct liveness {
    program *p;
    kernel *k;
} liveness;

static unsigned char *copy(liveness *l, const unsigned char *set)
{
    unsigned char *c = program_alloc(l->p, l->k->variable_count + 1);
    memcpy(c, set, l->k->variable_count);
    return c;
}

static void walk(liveness *l, const node *n, unsigned char *set);

/* In a branch of its own: what it assigns counts nowhere else. */
static void walk_apart(liveness *l, const node *n, const unsigned char *set)
{
    if (n) walk(l, n, copy(l, set));
}

static void read_variable(liveness *l, const node *n, const unsigned char *set)
{
    kernel_variable *x = kernel_variable_of(l->k, n);
    if (x && !set[x->slot]) x->needed = true;
}

static void assign_variable(liveness *l, const node *n, unsigned char *set)
{
    kernel_variable *x = kernel_variable_of(l->k, n);
    if (x) set[x->slot] = 1;
}

static void walk(liveness *l, const node *n, unsigned char *set)
{
    unsigned char *other;
    if (n->leaves) {
        memset(set, 1, l->k->variable_count); /* nothing follows here */
        return;
    }
    switch (n->op) {
    case OP_LOCAL:
    case OP_SYMBOL: read_variable(l, n, set); return;
    case OP_SET_LOCAL:
    case OP_SET_SYMBOL:
        walk(l, n->kids[0], set);
        assign_variable(l, n, set);
        return;
    case OP_LET:
        if (n->kids[0]) walk(l, n->kids[0], set);
        assign_variable(l, n, set);
        walk(l, n->kids[1], set);
        return;
    case OP_IF:
        walk(l, n->kids[0], set);
        other = copy(l, set);
        if (n->kids[1]) walk(l, n->kids[1], set);
        if (n->kids[2]) walk(l, n->kids[2], other);
        for (uint32_t i = 0; i < l->k->variable_count; i++) set[i] &= other[i];
        return;
    case OP_SWITCH: {
        unsigned char *all = NULL;
        walk(l, n->kids[0], set);
        for (uint32_t i = 2; i < n->count; i += 2) {
            other = copy(l, set);
            walk(l, n->kids[i], other);
            if (!all) all = other;
            for (uint32_t k = 0; k < l->k->variable_count; k++) all[k] &= other[k];
        }
        memcpy(set, all, l->k->variable_count);
        return;
    }
    case OP_AND:
    case OP_OR:
        walk(l, n->kids[0], set);
        other = copy(l, set);
        for (uint32_t i = 1; i < n->count; i++) walk(l, n->kids[i], other);
        return;
    case OP_DO:
        for (uint32_t i = 1; i < n->count; i++) walk(l, n->kids[i], set);
        other = copy(l, set);
        assign_variable(l, n, other);
        walk(l, n->kids[0], other);
        return;
    case OP_WHILE:
        walk(l, n->kids[0], set);
        walk_apart(l, n->kids[1], set);
        walk_apart(l, n->kids[2], set); /* a Continue may have come early */
        return;
    case OP_BREAK:
    case OP_CONTINUE: memset(set, 1, l->k->variable_count); return; /* nothing follows here */
    default:
        if (n->plain) walk(l, n->plain, set);
        for (uint32_t i = 0; i < n->count; i++)
            if (n->kids[i]) walk(l, n->kids[i], set);
        if (n->op != OP_SEQUENCE && (n->local || n->global)) read_variable(l, n, set);
    }
}

void find_needed(program *p, kernel *k)
{
    liveness l = {p, k};
    unsigned char *set = program_alloc(p, k->variable_count + 1);
    for (uint32_t i = 0; i < k->variable_count; i++) k->variables[i]->needed = k->variables[i]->type.rank > 0;
    node *root = k->root;
    if (root->op == OP_DO) {
        /* the bounds were computed outside */
        assign_variable(&l, root, set);
        walk(&l, root->kids[0], set);
    } else {
        walk(&l, root, set);
    }
}
