/* emit_parallel.c: calls of Parallel… functions whose body is written out.

   Where what such a call computes has a typed form (emit_pure.c), its C function is run by all who have
   nothing to do; what is refused there, and what has none, is the evaluator's, as if nothing had been. */
#include "codegen/frame.h"

void emit_parallel_run(frame *f, const pure *u)
{
    const char *kind = u->type.base == TYPE_INT ? "LY_PACKED_INT64" : "LY_PACKED_REAL";
    if (u->combine)
        line(f, "made = ly_parallel_total(cx, %s, v, %s, %s, dims[0]);", u->name,
             u->type.base == TYPE_REAL ? "true" : "false", u->combine == LY_SYM(Times) ? "true" : "false");
    else line(f, "made = ly_parallel_array(cx, %s, v, %s, %u, dims);", u->name, kind, u->type.rank);
}

void emit_parallel(frame *f, node *n, const char *variable)
{
    uint32_t base = f->owned_count;
    disturb(f);
    const char *values = filling(f, n);
    line(f, "%s = ly_evaluate_filled(cx, %u, %s, %s);", variable, n->depth, emit_word(f->e, n->source), values);
    drop_made(f, base);
    fail_if(f, "ly_failed(%s)", variable);
}
