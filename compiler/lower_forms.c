/* lower_forms.c: which built-ins have a lowering of their own; sequence, and leaving loops.

   Each of these functions takes a call of one built-in apart; NULL: in this shape it is left to the
   evaluator. What they rely on is the meaning of those built-ins in stdlib/control and
   stdlib/assignment: which arguments are evaluated, in which order, how deep, and which of them the
   evaluator goes on with. */
#include <string.h>

#include "compiler/lower.h"
#include "eval/eval.h"

/* ---- sequence */

static node *lower_compound(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count == 0) return lower_constant(l, LY_SYM(Null));
    if (ly_has_labels(x)) return NULL;
    node *n = node_new(l, OP_SEQUENCE, e, x->count);
    at last = next(a);
    last.decides = a.decides;
    for (uint32_t i = 0; i < x->count; i++)
        n->kids[i] = lower(l, x->args[i], i + 1 < x->count ? inside(a) : last);
    return n;
}

/* ---- leaving loops */

static node *lower_break(lowering *l, ly_value e, const ly_expr *x, at a)
{
    (void)a;
    if (!l->loops) l->p->far_breaks = true;
    return l->loops && x->count == 0 ? node_new(l, OP_BREAK, e, 0) : NULL;
}

static node *lower_continue(lowering *l, ly_value e, const ly_expr *x, at a)
{
    (void)a;
    if (!l->loops) l->p->far_breaks = true;
    return l->loops && x->count == 0 ? node_new(l, OP_CONTINUE, e, 0) : NULL;
}

/* ---- the table */

lower_form *form_of(ly_value head)
{
    static const struct {
        const char *name;
        lower_form *form;
    } forms[] = {
        {"If", lower_if}, {"Which", lower_which}, {"Switch", lower_switch}, {"And", lower_and}, {"Or", lower_or}, {"Not", lower_not},
        {"CompoundExpression", lower_compound}, {"Break", lower_break}, {"Continue", lower_continue},
        {"Module", lower_module}, {"With", lower_with}, {"Block", lower_block},
        {"Catch", lower_catch}, {"TryCatch", lower_try_catch}, {"Check", lower_check}, {"Quiet", lower_quiet},
        {"CheckAbort", lower_check_abort}, {"AbortProtect", lower_watched}, {"Timing", lower_watched},
        {"AbsoluteTiming", lower_watched}, {"TimeConstrained", lower_limited}, {"MemoryConstrained", lower_limited},
        {"TimeoutAfter", lower_timeout_after}, {"Reap", lower_reap}, {"Enclose", lower_enclose},
        {"WithResource", lower_with_resource},
        {"Set", lower_set}, {"SetDelayed", lower_set_delayed},
        {"Increment", lower_increment}, {"Decrement", lower_decrement},
        {"PreIncrement", lower_pre_increment}, {"PreDecrement", lower_pre_decrement},
        {"AddTo", lower_add_to}, {"SubtractFrom", lower_subtract_from}, {"TimesBy", lower_times_by},
        {"AppendTo", lower_append_to}, {"PrependTo", lower_append_to},
        {"While", lower_while}, {"For", lower_for}, {"Do", lower_do}, {"Table", lower_table},
        {"Sum", lower_sum}, {"Product", lower_sum},
        {"Map", lower_map}, {"Scan", lower_scan}, {"Select", lower_select}, {"Fold", lower_fold},
        {"Nest", lower_nest},
        {"Future", lower_future}, {"ParallelSubmit", lower_future}, {"Await", lower_await},
        {"ParallelTable", lower_parallel_table}, {"ParallelSum", lower_parallel_sum}, {"ParallelProduct", lower_parallel_sum},
        {"ParallelMap", lower_parallel_map}, {"NumaAwareParallelMap", lower_parallel_map},
        {"ParallelArray", lower_parallel_array},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].name, ly_symbol_name(head)) == 0) return forms[i].form;
    return NULL;
}
