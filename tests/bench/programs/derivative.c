/* derivative: n-th derivatives by hand: nodes counted, and kept in a free list. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum tag { NUMBER, X, ADD, MUL, POW, SIN, COS, EXP };

typedef struct node {
    struct node *u, *v;
    int64_t number, count;
    enum tag tag;
} node;

static node *free_nodes;

/* Takes u and v. */
static node *make(enum tag tag, int64_t number, node *u, node *v)
{
    node *n = free_nodes;
    if (n) free_nodes = n->u;
    else if (!(n = malloc(sizeof *n))) abort();
    *n = (node){.u = u, .v = v, .number = number, .count = 1, .tag = tag};
    return n;
}

static node *number(int64_t value) { return make(NUMBER, value, NULL, NULL); }
static node *add(node *u, node *v) { return make(ADD, 0, u, v); }
static node *mul(node *u, node *v) { return make(MUL, 0, u, v); }

static node *hold(node *n)
{
    n->count++;
    return n;
}

static void release(node *n)
{
    if (!n || --n->count > 0) return;
    release(n->u);
    release(n->v);
    n->u = free_nodes;
    free_nodes = n;
}

/* Borrows. */
static node *d(node *e)
{
    int64_t less;
    switch (e->tag) {
    case NUMBER: return number(0);
    case X: return number(1);
    case ADD: return add(d(e->u), d(e->v));
    case MUL: return add(mul(d(e->u), hold(e->v)), mul(hold(e->u), d(e->v)));
    case POW:
        if (__builtin_sub_overflow(e->v->number, 1, &less)) abort();
        return mul(mul(hold(e->v), make(POW, 0, hold(e->u), number(less))), d(e->u));
    case SIN: return mul(make(COS, 0, hold(e->u), NULL), d(e->u));
    case COS: return mul(number(-1), mul(make(SIN, 0, hold(e->u), NULL), d(e->u)));
    case EXP: return mul(hold(e), d(e->u));
    }
    abort();
}

static int64_t size(const node *e)
{
    return 1 + (e->u ? size(e->u) : 0) + (e->v ? size(e->v) : 0);
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 3;
    node *x = make(X, 0, NULL, NULL);
    node *e = mul(make(SIN, 0, mul(hold(x), hold(x)), NULL),
                  add(make(EXP, 0, make(POW, 0, hold(x), number(3)), NULL),
                      make(COS, 0, add(x, number(2)), NULL)));
    for (int64_t i = 0; i < n; i++) {
        node *next = d(e);
        release(e);
        e = next;
    }
    printf("%ld\n", (long)size(e));
    release(e);
    return 0;
}
