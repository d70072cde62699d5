/* trace.c: the steps of an evaluation, as Trace and TraceScan see them.

   Each expression that is evaluated has a level: the chain of what it became, with the chains of its
   parts inside. What it was at first stands in the chain where its arguments did not change; a chain
   in which nothing happened is left out. A watch by visits needs no chains: it is told each expression
   as it comes up, atoms and heads too.

   While something watches, the evaluator takes the plain way: no updates in place, no compiled
   bodies. */
#include "eval/trace.h"

#include <stdlib.h>

#include "match/match.h"

struct ly_trace_level {
    ly_builder items;
    ly_value current; /* owned: what the expression is now */
    bool recorded;    /* current stands in the chain */
    bool tentative;   /* … only until it is known that a rule applies */
    uint32_t joins;   /* evaluations that went on in this level, and were not left yet */
    size_t parts;     /* items when the round began */
};

static ly_trace_level *top(ly_context *cx) { return &cx->trace->levels[cx->trace->count - 1]; }

/* Nothing is watched while the watcher works. */
static bool tell(ly_context *cx, ly_value e, uint32_t depth)
{
    ly_trace *trace = cx->trace;
    if (trace->failed) return false;
    cx->trace = NULL;
    int fits = 1;
    if (trace->form && !trace->by_symbol) {
        fits = ly_matches(cx, trace->form, e);
        if (fits < 0) trace->failed = true;
    }
    if (fits > 0 && trace->visit && !trace->visit(cx, trace, e, depth)) trace->failed = true;
    cx->trace = trace;
    return fits > 0 && !trace->failed;
}

static void add_chain(ly_context *cx, ly_trace_level *level, ly_value item)
{
    if (!ly_builder_add(cx, &level->items, item)) cx->trace->failed = true;
}

static void record(ly_context *cx, ly_value e)
{
    ly_trace_level *level = top(cx);
    if (!tell(cx, e, (uint32_t)cx->trace->count) || cx->trace->visit) return;
    add_chain(cx, level, ly_make1(cx, LY_SYM(HoldForm), ly_retain(e)));
}

static void become(ly_context *cx, ly_value e, bool recorded)
{
    ly_trace_level *level = top(cx);
    ly_release(cx, level->current);
    level->current = ly_retain(e);
    level->recorded = recorded;
}

void ly_trace_enter(ly_context *cx, ly_value e)
{
    ly_trace *trace = cx->trace;
    if (trace->joins) {
        trace->joins = false;
        top(cx)->joins++;
        ly_trace_now(cx, e);
        top(cx)->parts = ly_builder_count(&top(cx)->items);
        return;
    }
    if (trace->count == trace->capacity) {
        size_t capacity = trace->capacity ? 2 * trace->capacity : 32;
        ly_trace_level *levels = ly_remalloc(trace->levels, capacity * sizeof *levels);
        if (!levels) abort(); /* a few bytes a level: the stack would be gone long before */
        trace->levels = levels;
        trace->capacity = capacity;
    }
    trace->levels[trace->count++] = (ly_trace_level){.items = ly_builder_new(), .current = ly_retain(e)};
    if (trace->visit && !trace->by_symbol) tell(cx, e, (uint32_t)trace->count);
}

void ly_trace_leave(ly_context *cx)
{
    ly_trace *trace = cx->trace;
    ly_trace_level *level = top(cx);
    if (level->joins) {
        level->joins--;
        return;
    }
    ly_value chain = LY_FAILED;
    if (ly_builder_count(&level->items)) {
        chain = ly_builder_finish(cx, &level->items, LY_SYM(List));
        if (ly_failed(chain)) trace->failed = true;
    } else {
        ly_builder_drop(cx, &level->items);
    }
    ly_release(cx, level->current);
    trace->count--;
    if (!chain) return;
    if (trace->count) add_chain(cx, top(cx), chain);
    else if (!trace->chains) trace->chains = chain;
    else ly_release(cx, chain);
}

void ly_trace_part(ly_context *cx, ly_value part)
{
    ly_trace *trace = cx->trace;
    if (trace->visit && !trace->by_symbol) tell(cx, part, (uint32_t)trace->count + 1);
}

void ly_trace_arguments(ly_context *cx, ly_value e)
{
    ly_trace_level *level = top(cx);
    bool changed = level->current != e;
    if (!changed && ly_builder_count(&level->items) == level->parts) return;
    if (cx->trace->by_symbol || (cx->trace->visit && !changed)) become(cx, e, false);
    else {
        become(cx, e, true);
        record(cx, e);
    }
}

void ly_trace_now(ly_context *cx, ly_value e)
{
    ly_trace_level *level = top(cx);
    if (level->current != e) {
        if (!cx->trace->by_symbol) {
            if (!level->recorded && !cx->trace->visit) record(cx, level->current);
            record(cx, e);
        }
        become(cx, e, true);
    }
    top(cx)->parts = ly_builder_count(&top(cx)->items);
}

void ly_trace_apply(ly_context *cx, ly_value e)
{
    ly_trace_level *level = top(cx);
    level->tentative = !level->recorded && !cx->trace->by_symbol && !cx->trace->visit;
    if (!level->tentative) return;
    size_t before = ly_builder_count(&level->items);
    record(cx, e);
    level = top(cx);
    level->tentative = ly_builder_count(&level->items) > before;
    level->recorded = true;
    level->parts = ly_builder_count(&level->items);
}

/* The symbol whose rules rewrote e. */
static ly_value symbol_of(ly_value e)
{
    while (ly_is_expr(e)) e = ly_expr_of(e)->head;
    return e;
}

void ly_trace_result(ly_context *cx, ly_value r)
{
    ly_trace_level *level = top(cx);
    bool tentative = level->tentative;
    level->tentative = false;
    if (r == LY_UNEVALUATED) {
        if (tentative && ly_builder_count(&level->items) == level->parts) { /* nothing happened to it */
            ly_expr *items = level->items.expr;
            ly_release(cx, items->args[--items->count]);
            level->recorded = false;
        }
        return;
    }
    if (!cx->trace->by_symbol) {
        record(cx, r);
    } else if (symbol_of(level->current) == cx->trace->form) {
        record(cx, level->current);
        record(cx, r);
    }
    become(cx, r, true);
}

ly_value ly_trace_symbol(ly_context *cx, ly_value symbol, ly_value (*value)(ly_context *, ly_value))
{
    ly_trace *trace = cx->trace;
    ly_trace_enter(cx, symbol);
    size_t depth = trace->count;
    ly_trace_apply(cx, symbol);
    trace->joins = true;
    ly_value v = value(cx, symbol);
    trace->joins = false;
    if (trace->count == depth && !ly_failed(v)) {
        if (v == symbol) ly_trace_result(cx, LY_UNEVALUATED);
        else if (top(cx)->current == symbol || !ly_same(top(cx)->current, v)) ly_trace_result(cx, v);
    }
    ly_trace_leave(cx);
    return v;
}

ly_value ly_trace_evaluate(ly_context *cx, ly_trace *trace, ly_value e)
{
    ly_trace *outer = cx->trace;
    cx->trace = trace;
    if (!ly_is_expr(e) && !ly_is_symbol(e) && trace->visit && !trace->by_symbol) tell(cx, e, 1);
    ly_value v = ly_evaluate(cx, e);
    while (trace->count) {
        top(cx)->joins = 0;
        ly_trace_leave(cx);
    }
    cx->trace = outer;
    ly_free(trace->levels);
    if (trace->failed && !ly_failed(v)) {
        ly_release(cx, v);
        v = LY_FAILED;
    }
    return v;
}
