/* trace.c: Trace, TraceScan, TracePrint: the steps of an evaluation. */
#include "eval/trace.h"

#include "text/text.h"

static ly_trace watch(ly_expr *call, size_t form)
{
    ly_trace trace = {0};
    if (call->count > form) {
        trace.form = call->args[form];
        trace.by_symbol = ly_is_symbol(trace.form);
    }
    return trace;
}

BUILTIN(Trace, trace, 1, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Trace[expr] gives the expressions that come up while expr is evaluated; Trace[expr, form] those "
        "that match form, or that a symbol's definitions rewrite.")
static ly_value trace(ly_context *cx, ly_expr *call)
{
    ly_trace watched = watch(call, 1);
    ly_value v = ly_trace_evaluate(cx, &watched, call->args[0]);
    if (ly_failed(v)) {
        ly_release(cx, watched.chains);
        return v;
    }
    ly_release(cx, v);
    return watched.chains ? watched.chains : ly_make0(cx, LY_SYM(List));
}

static bool call_function(ly_context *cx, ly_trace *trace, ly_value e, uint32_t depth)
{
    ly_value *function = trace->data;
    ly_value v = ly_call1(cx, *function, ly_make1(cx, LY_SYM(HoldForm), ly_retain(e)));
    ly_release(cx, v);
    return !ly_failed(v);
}

BUILTIN(TraceScan, trace_scan, 2, 3, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "TraceScan[f, expr] applies f to each expression that comes up while expr is evaluated, and gives "
        "its value; TraceScan[f, expr, form] to those that match form.")
static ly_value trace_scan(ly_context *cx, ly_expr *call)
{
    ly_trace watched = watch(call, 2);
    ly_value function = ly_evaluate(cx, call->args[0]);
    if (ly_failed(function)) return function;
    watched.visit = call_function;
    watched.data = &function;
    ly_value v = ly_trace_evaluate(cx, &watched, call->args[1]);
    ly_release(cx, watched.chains);
    ly_release(cx, function);
    return v;
}

static bool print_indented(ly_context *cx, ly_trace *trace, ly_value e, uint32_t depth)
{
    ly_text text = {0};
    for (uint32_t i = 0; i < depth; i++) ly_text_puts(&text, " ");
    ly_value held = ly_make1(cx, LY_SYM(HoldCompleteForm), ly_retain(e));
    ly_print_input_form(cx, &text, held);
    ly_text_puts(&text, "\n");
    if (text.failed) ly_text_failure(cx);
    else ly_write(cx, text.data, text.count);
    ly_text_free(&text);
    ly_release(cx, held);
    return !cx->pending.kind;
}

BUILTIN(TracePrint, trace_print, 1, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "TracePrint[expr] prints each expression that comes up while expr is evaluated, and gives its value; "
        "TracePrint[expr, form] those that match form.")
static ly_value trace_print(ly_context *cx, ly_expr *call)
{
    ly_trace watched = watch(call, 1);
    watched.visit = print_indented;
    ly_value v = ly_trace_evaluate(cx, &watched, call->args[0]);
    ly_release(cx, watched.chains);
    return v;
}
