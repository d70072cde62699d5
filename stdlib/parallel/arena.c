/* arena.c: WithComputationArena, a heap of its own for the temporaries of one evaluation.

   What expr makes comes from a heap that is given up at its end: its blocks in which nothing lives go
   back to the system at once, those that hold what is still reachable, however it got out, when that
   goes (memory/cells.c). Where the task waits and goes on on another worker, the rest of expr takes its
   memory there. */
#include "eval/eval.h"
#include "memory/memory.h"
#include "stdlib/control/control.h"

BUILTIN(WithComputationArena, with_computation_arena, 1, 1, LY_HOLD_ALL, LY_EFFECTS | LY_EVALUATED,
        "WithComputationArena[expr] evaluates expr with memory of its own for temporaries, which is given back\n"
        "at its end; what is still reachable then survives.")
static ly_value with_computation_arena(ly_context *cx, ly_expr *call)
{
    ly_heap *outer = cx->heap, *arena = ly_heap_new();
    ly_value v;
    if (!arena) return ly_raise_memory(cx);
    ly_heap_leave(cx);
    ly_heap_enter(cx, arena);
    v = ly_evaluate(cx, ly_body_of(call->args[0]));
    if (cx->heap == arena) {
        ly_heap_leave(cx);
        ly_heap_enter(cx, outer);
    }
    ly_heap_free(arena);
    return v;
}
