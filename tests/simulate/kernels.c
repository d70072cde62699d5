/* kernels.c: the programs for real, through the C API. */
#include "kernels.h"

#include <stdlib.h>

#include "../bench/parallel/serial.h"
#include "../bench/parallel/spawned.h"
#include "sched/loop.h"

/* ---- parallel -------------------------------------------------------------------------------- */

LY_TASK_2(int64_t, fibonacci, int, n, int, cutoff)
{
    if (n < 2 || n < cutoff) return serial_fibonacci(n);
    fibonacci_spawn(&join, n - 1, cutoff);
    int64_t other = fibonacci(join, n - 2, cutoff);
    return other + fibonacci_join(&join);
}

TREE_SEARCH(const workload *, searched_children)

typedef struct elements {
    const workload *workload;
    double *out;
} elements;

static void body(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    const elements *e = state;
    (void)worker;
    for (int64_t i = lo; i < hi; i++) e->out[i] = triangle_element(element_iterations(e->workload, i));
}

static int64_t parallel_loop(const workload *w)
{
    elements e = {w, calloc((size_t)w->size, sizeof *e.out)};
    int64_t done = 0;
    if (!e.out) abort();
    ly_parallel_for(0, w->size, body, &e, NULL);
    for (int i = 0; i < w->size; i++) done += e.out[i] > 0;
    free(e.out);
    return done;
}

int64_t kernel_parallel(const workload *w)
{
    ly_deque *deque;
    ly_join here;
    node root;
    int64_t value;
    if (is_loop(w->shape)) return parallel_loop(w);
    deque = ly_join_enter();
    if (!deque) abort();
    here = ly_join_here(deque);
    switch (w->shape) {
    case FIBONACCI: value = fibonacci(here, w->size, w->cutoff); break;
    case QUEENS: value = queens(here, w->size, 0, 0, 0); break;
    default:
        root = searched_root(w);
        value = search_tree(here, w, &root, -1);
        break;
    }
    ly_join_leave(deque);
    return value;
}

/* ---- serial ---------------------------------------------------------------------------------- */

static int64_t serial_search(const workload *w, const node *n)
{
    int children = searched_children(w, n);
    int64_t size = 1;
    for (int i = 0; i < children; i++) {
        node child = tree_child(n, (uint32_t)i);
        size += serial_search(w, &child);
    }
    return size;
}

int64_t kernel_serial(const workload *w)
{
    node root;
    int64_t done = 0;
    switch (w->shape) {
    case FIBONACCI: return serial_fibonacci(w->size);
    case QUEENS: return serial_queens(w->size, 0, 0, 0);
    case GEOMETRIC:
    case BINOMIAL: root = searched_root(w); return serial_search(w, &root);
    default:
        for (int i = 0; i < w->size; i++) done += triangle_element(element_iterations(w, i)) > 0;
        return done;
    }
}
