/* workload.c: how the programs divide. */
#include "workload.h"

#include <string.h>

int64_t fibonacci_calls(int n)
{
    int64_t last = 1, calls = 1; /* of 0 and 1 */
    for (int i = 2; i <= n; i++) {
        int64_t next = 1 + calls + last;
        last = calls;
        calls = next;
    }
    return calls;
}

call workload_root(const workload *w)
{
    call c;
    memset(&c, 0, sizeof c);
    switch (w->shape) {
    case FIBONACCI: c.n = w->size; break;
    case GEOMETRIC:
    case BINOMIAL: c.node = searched_root(w); break;
    case QUEENS: break;
    default: c.lo = 0, c.hi = w->size; break;
    }
    return c;
}

static uint32_t places(const workload *w, const call *c)
{
    return ((1u << w->size) - 1) & ~(c->columns | c->rising | c->falling);
}

uint32_t workload_enter(const workload *w, const call *c, double *work)
{
    *work = w->node;
    switch (w->shape) {
    case FIBONACCI:
        if (c->n >= 2 && c->n >= w->cutoff) return 2;
        *work *= (double)fibonacci_calls(c->n);
        return 0;
    case GEOMETRIC:
    case BINOMIAL: return (uint32_t)searched_children(w, &c->node);
    default: return (uint32_t)__builtin_popcount(places(w, c));
    }
}

call workload_child(const workload *w, const call *c, uint32_t number)
{
    call child = *c;
    uint32_t left, place;
    switch (w->shape) {
    case FIBONACCI: child.n = c->n - 1 - (int)number; break;
    case GEOMETRIC:
    case BINOMIAL: child.node = tree_child(&c->node, number); break;
    default:
        left = places(w, c);
        while (number-- > 0) left &= left - 1;
        place = left & -left;
        child.columns = c->columns | place;
        child.rising = (c->rising | place) << 1;
        child.falling = (c->falling | place) >> 1;
        break;
    }
    return child;
}

static void count(const workload *w, const call *c, census *sum)
{
    double work;
    uint32_t children = workload_enter(w, c, &work);
    sum->nodes++;
    sum->work += work;
    if (children) sum->spawns += children - 1;
    for (uint32_t i = 0; i < children; i++) {
        call child = workload_child(w, c, i);
        count(w, &child, sum);
    }
}

census workload_count(const workload *w)
{
    census sum = {0, 0, 0};
    call root = workload_root(w);
    if (!is_loop(w->shape)) {
        count(w, &root, &sum);
        return sum;
    }
    sum.nodes = w->size;
    for (int64_t i = 0; i < w->size; i++) sum.work += w->node * (double)element_iterations(w, i);
    return sum;
}
