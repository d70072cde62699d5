/* stacks.c: deep recursion through segments of stack (runtime/memory/stack.c), with registers that the
   callee must preserve live across every change of stack. Linked with memory alone. */
#include <stdio.h>
#include <stdlib.h>

#include "eval/context.h"
#include "memory/memory.h"

/* the evaluator's: no memory for a segment */
ly_value ly_raise_memory(ly_context *cx)
{
    (void)cx;
    exit(1);
}

static uint32_t changes;

typedef struct step {
    uint64_t depth;
    double sum;
} step;

static void descend(ly_context *cx, step *s);

static void *go_on(ly_context *cx, void *argument)
{
    changes++;
    descend(cx, argument);
    return argument;
}

static void descend(ly_context *cx, step *s)
{
    uint64_t depth = s->depth, a = depth * 3, b = depth ^ 5, c = depth + 7, d = depth << 2;
    double x = (double)depth / 4, y = x + 1, z = y * 2;
    if (depth == 0) {
        s->sum = 0;
        return;
    }
    s->depth--;
    if (ly_stack_low(cx)) {
        if (ly_on_new_stack(cx, go_on, s) != s) exit(1);
    } else {
        descend(cx, s);
    }
    s->sum += (double)(a + b + c + d) + x + y + z;
}

static double expected(uint64_t depth)
{
    double sum = 0;
    for (uint64_t n = 1; n <= depth; n++)
        sum += (double)(n * 3 + (n ^ 5) + (n + 7) + (n << 2)) + (double)n / 4 + ((double)n / 4 + 1) +
               ((double)n / 4 + 1) * 2;
    return sum;
}

int main(void)
{
    enum { DEPTH = 1000000 };
    ly_context *cx = calloc(1, sizeof *cx);
    step s = {.depth = DEPTH};
    char *limit;
    if (!cx || !(cx->heap = calloc(1, sizeof *cx->heap))) return 1;
    cx->memory_limit = INT64_MAX;
    ly_stacks_start(cx);
    limit = cx->stack_limit;
    descend(cx, &s);
    if (s.sum != expected(DEPTH) || cx->stack_limit != limit || changes < 3) {
        fprintf(stderr, "stacks: %u changes, sum %.17g instead of %.17g\n", changes, s.sum, expected(DEPTH));
        return 1;
    }
    printf("stacks: %u changes of stack, %d calls deep\n", changes, DEPTH);
    ly_stacks_end(cx);
    free(cx->heap);
    free(cx);
    return 0;
}
