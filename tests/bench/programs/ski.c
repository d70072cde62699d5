/* ski: combinators reduced by hand, innermost first: nodes counted, and kept in a free list. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum tag { S, K, I, UP, ZERO, AP };

typedef struct node {
    struct node *function, *argument;
    int64_t count;
    enum tag tag;
    int normal;
} node;

static node *free_nodes;
static node atoms[] = {{.tag = S, .count = 1, .normal = 1}, {.tag = K, .count = 1, .normal = 1},
                       {.tag = I, .count = 1, .normal = 1}, {.tag = UP, .count = 1, .normal = 1},
                       {.tag = ZERO, .count = 1, .normal = 1}};

static node *hold(node *n)
{
    n->count++;
    return n;
}

static node *atom(enum tag tag) { return hold(&atoms[tag]); }

static void release(node *n)
{
    while (--n->count == 0) {
        node *function = n->function;
        release(n->argument);
        n->function = free_nodes;
        free_nodes = n;
        n = function;
    }
}

/* Takes both. */
static node *apply(node *function, node *argument)
{
    node *n = free_nodes;
    if (n) free_nodes = n->function;
    else if (!(n = malloc(sizeof *n))) abort();
    *n = (node){.function = function, .argument = argument, .count = 1, .tag = AP};
    return n;
}

/* Takes the term; its normal form. */
static node *reduce(node *t)
{
    while (!t->normal) {
        node *f = reduce(hold(t->function)), *x = reduce(hold(t->argument)), *next;
        release(t);
        if (f->tag == I) next = x;
        else if (f->tag == AP && f->function->tag == K) {
            next = hold(f->argument);
            release(x);
        } else if (f->tag == AP && f->function->tag == AP && f->function->function->tag == S) {
            next = apply(apply(hold(f->function->argument), hold(x)), apply(hold(f->argument), x));
        } else {
            next = apply(f, x);
            next->normal = 1;
            return next;
        }
        release(f);
        t = next;
    }
    return t;
}

static node *successor(void)
{
    node *b = apply(apply(atom(S), apply(atom(K), atom(S))), atom(K));
    return apply(atom(S), b);
}

static node *numeral(int64_t m)
{
    node *n = apply(atom(K), atom(I));
    while (m-- > 0) n = apply(successor(), n);
    return n;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 6, depth = 0;
    node *power = apply(numeral(n), numeral(2));
    node *result = reduce(apply(apply(power, atom(UP)), atom(ZERO)));
    for (node *at = result; at->tag == AP; at = at->argument) depth++;
    printf("%ld\n", (long)depth);
    release(result);
    return 0;
}
