/* grain.c: how work is cut.

   Pieces are found as the work goes on (elements.c), so none of this is needed; what a program says is
   done where elements only compute, and shows in nothing but the time it takes. Elements that have
   effects are taken one at a time: one of them may wait for another. */
#include "stdlib/parallel/grain.h"

#include "eval/eval.h"
#include "sched/scheduler.h"

enum { UNKNOWN, CHUNK, METHOD, PROGRESS, IGNORED };

static int option_named(ly_value name)
{
    static const struct { const char *name; int option; } names[] = {
        {"chunkSize", CHUNK},          {"Method", METHOD},
        {"progress", PROGRESS},        {"ProgressReporting", IGNORED},
        {"DistributedContexts", IGNORED}, {"Heads", IGNORED},
    };
    const char *text = ly_is_string(name) ? ly_string_of(name)->data : ly_symbol_name(name);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(text, names[i].name)) return names[i].option;
    return UNKNOWN;
}

/* n or UpTo[n]; more than all count elements is no more than all. */
static bool positive(ly_value v, size_t count, size_t *n)
{
    if (ly_has_shape(v, LY_SYM(UpTo), 1)) v = ly_arg(ly_expr_of(v), 0);
    if (!ly_is_int(v) || ly_int_of(v) < 1) return false;
    *n = (size_t)ly_int_of(v);
    if (*n > count) *n = count ? count : 1;
    return true;
}

static bool method(ly_value v, size_t count, ly_grain *grain)
{
    size_t n = 0, kernels = ly_scheduler_workers();
    if (ly_has_shape(v, LY_SYM(Rule), 2) && ly_is_string(ly_arg(ly_expr_of(v), 0)) &&
        positive(ly_arg(ly_expr_of(v), 1), count, &n)) {
        ly_value name = ly_arg(ly_expr_of(v), 0);
        if (ly_string_is(name, "ItemsPerEvaluation")) grain->chunk = n;
        else if (ly_string_is(name, "EvaluationsPerKernel")) grain->chunk = (count + n * kernels - 1) / (n * kernels);
        else return false;
        return true;
    }
    if (v == LY_SYM(Automatic)) return true;
    if (!ly_is_string(v)) return false;
    if (ly_string_is(v, "FinestGrained")) grain->chunk = 1;
    else if (ly_string_is(v, "CoarsestGrained")) grain->chunk = (count + kernels - 1) / kernels;
    else return ly_string_is(v, "Automatic");
    return true;
}

static bool read_option(ly_context *cx, ly_expr *call, ly_value v, size_t count, ly_grain *grain)
{
    const ly_expr *rule = ly_expr_of(v);
    ly_value value;
    size_t n = 0;
    bool good = true;
    if (rule->head == LY_SYM(List)) {
        for (uint32_t i = 0; i < rule->count; i++)
            if (!read_option(cx, call, rule->args[i], count, grain)) return false;
        return true;
    }
    int option = option_named(rule->args[0]);
    value = ly_evaluate(cx, rule->args[1]);
    if (ly_failed(value)) return false;
    switch (option) {
    case CHUNK:
        if (positive(value, count, &n)) grain->chunk = n;
        else if (value != LY_SYM(Automatic)) ly_message_call(cx, call, "chunk", 1, value), good = false;
        break;
    case METHOD:
        if (!method(value, count, grain)) ly_message_call(cx, call, "method", 1, value), good = false;
        break;
    case PROGRESS:
        if (value == LY_SYM(True)) grain->progress = LY_PROGRESS_SHOWN;
        else if (value == LY_SYM(False)) grain->progress = LY_PROGRESS_HIDDEN;
        else ly_message_call(cx, call, "opttf", 2, rule->args[0], value), good = false;
        break;
    case IGNORED: break;
    default: ly_message_call(cx, call, "optx", 2, rule->args[0], ly_from_object(call)), good = false;
    }
    ly_release(cx, value);
    return good;
}

bool ly_grain_options(ly_context *cx, ly_expr *call, size_t from, size_t count, ly_grain *grain)
{
    *grain = (ly_grain){0};
    for (size_t i = from; i < call->count; i++)
        if (!read_option(cx, call, call->args[i], count, grain)) return false;
    return true;
}
MESSAGE(General, chunk, "Chunk size `1` is neither a positive machine-sized integer nor UpTo of one.")
MESSAGE(General, method, "Value of option Method -> `1` is not \"CoarsestGrained\", \"FinestGrained\", \"EvaluationsPerKernel\" -> n, \"ItemsPerEvaluation\" -> n or Automatic.")
