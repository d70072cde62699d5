/* peano: Fibonacci numbers in unary, by hand: nodes counted, and kept in a free list. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* zero is NULL */
typedef struct node {
    struct node *less;
    int64_t count;
} node;

static node *free_nodes;

static node *successor(node *less)
{
    node *n = free_nodes;
    if (n) free_nodes = n->less;
    else if (!(n = malloc(sizeof *n))) abort();
    n->less = less;
    n->count = 1;
    return n;
}


static void release(node *n)
{
    while (n && --n->count == 0) {
        node *less = n->less;
        n->less = free_nodes;
        free_nodes = n;
        n = less;
    }
}

/* Takes both. */
static node *add(node *m, node *n)
{
    node *sum = NULL, **end = &sum;
    for (node *at = m; at; at = at->less) {
        *end = successor(NULL);
        end = &(*end)->less;
    }
    *end = n;
    release(m);
    return sum;
}

/* Borrows. */
static node *fib(const node *n)
{
    if (!n) return NULL;
    if (!n->less) return successor(NULL);
    return add(fib(n->less), fib(n->less->less));
}

static int even(const node *n)
{
    for (; n; n = n->less->less)
        if (!n->less) return 0;
    return 1;
}

int main(int count, char **arguments)
{
    node *n = NULL;
    for (int64_t i = count > 1 ? atol(arguments[1]) : 15; i > 0; i--) n = successor(n);
    node *result = fib(n);
    printf("%s\n", even(result) ? "True" : "False");
    release(result);
    release(n);
    return 0;
}
