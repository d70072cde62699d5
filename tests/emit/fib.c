/* fib: made by lyra build */
#include "abi.h"

static ly_value sym_fib;
static ly_value sym_n;
static ly_value sym_Blank;
static ly_value sym_Pattern;
static ly_value sym_Plus;
static ly_value sym_Set;
static ly_value sym_SetDelayed;
static ly_value sym_Print;

/* fib[0] */
static LY_EXPR_CONSTANT(1) k1 = {LY_EXPR_HEADER(1, 0), {LY_INT(0)}};
/* fib[1] */
static LY_EXPR_CONSTANT(1) k2 = {LY_EXPR_HEADER(1, 0), {LY_INT(1)}};
/* _ */
static LY_EXPR_CONSTANT(1) k3 = {LY_EXPR_HEADER(0, 0), {0}};
/* n_ */
static LY_EXPR_CONSTANT(2) k4 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k3)}};
/* fib[n_] */
static LY_EXPR_CONSTANT(1) k5 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k4)}};
/* n - 1 */
static LY_EXPR_CONSTANT(2) k6 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(-1)}};
/* fib[n - 1] */
static LY_EXPR_CONSTANT(1) k7 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k6)}};
/* n - 2 */
static LY_EXPR_CONSTANT(2) k8 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(-2)}};
/* fib[n - 2] */
static LY_EXPR_CONSTANT(1) k9 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k8)}};
/* fib[n - 1] + fib[n - 2] */
static LY_EXPR_CONSTANT(2) k10 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k7), LY_WORD(k9)}};
/* fib[0] = 0 */
static LY_EXPR_CONSTANT(2) k11 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k1), LY_INT(0)}};
/* fib[1] = 1 */
static LY_EXPR_CONSTANT(2) k12 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k2), LY_INT(1)}};
/* fib[n_] := fib[n - 1] + fib[n - 2] */
static LY_EXPR_CONSTANT(2) k13 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k5), LY_WORD(k10)}};

/* where this module's entries begin among those of the process */
static uint32_t first_entry;
enum { entry_fib };

/* bytes of stack that a level of recursion takes at most */
enum { level_size = LY_LEVEL_SIZE(5) };

static const ly_module lyra_module;

static ly_value fib(ly_context *cx, ly_value n);
static int64_t fib_of_i(ly_context *cx, int64_t n, int64_t levels);

static int64_t fib_of_i(ly_context *cx, int64_t n, int64_t levels)
{
    if (levels < 2) return ly_give_up(cx);
    if (ly_polled(cx) && !ly_goes_on(cx)) return ly_give_up(cx);
    /* fib[0] = 0 */
    if (n == 0) {
        return 0;
    }
    /* fib[1] = 1 */
    if (n == 1) {
        return 1;
    }
    /* fib[n_] := fib[n - 1] + fib[n - 2] */
    {
        int64_t i1;
        if (LY_SUBTRACT_OVERFLOWS(n, 1, &i1)) return ly_give_up(cx);
        int64_t i2 = fib_of_i(cx, i1, levels - 1);
        int64_t i3;
        if (LY_SUBTRACT_OVERFLOWS(n, 2, &i3)) return ly_give_up(cx);
        int64_t i4 = fib_of_i(cx, i3, levels - 1);
        int64_t i5;
        if (LY_ADD_OVERFLOWS(i2, i4, &i5)) return ly_give_up(cx);
        return i5;
    }
}

static ly_value fib(ly_context *cx, ly_value n)
{
    if (ly_unusual(cx, first_entry + entry_fib, 2) || ly_has_up_values(cx, n))
        return ly_call_slowly(cx, sym_fib, 1, (ly_value[]){n});
    if (ly_is_int(n) && ly_worth_trying(&cx->trials[first_entry + entry_fib])) {
        int64_t v = fib_of_i(cx, ly_int_of(n), ly_levels(cx, level_size));
        bool none = ly_gave_up(cx);
        ly_tried_call(&cx->trials[first_entry + entry_fib], none);
        if (!none) {
            return ly_boxed_int(cx, v);
        }
    }
    /* fib[0] = 0    fib.lyra:1 */
    if (n == LY_INT(0)) {
        return LY_INT(0);
    }
    /* fib[1] = 1    fib.lyra:2 */
    if (n == LY_INT(1)) {
        return LY_INT(1);
    }
    /* fib[n_] := fib[n - 1] + fib[n - 2]    fib.lyra:3 */
    {
        if (ly_unsettled(cx, n) && ly_failed(n = ly_evaluate_take(cx, n)))
            return ly_leave1(cx, n);
        ly_value t1 = ly_op_subtract(cx, n, LY_INT(1));
        if (ly_failed(t1))
            return ly_leave1(cx, n);
        cx->depth++;
        ly_value t2 = fib(cx, t1);
        cx->depth--;
        if (ly_failed(t2))
            return ly_leave1(cx, n);
        if (ly_stale(cx, n) && ly_failed(n = ly_evaluate_take(cx, n)))
            return ly_leave2(cx, t2, n);
        ly_value t3 = ly_op_subtract(cx, n, LY_INT(2));
        if (ly_failed(t3))
            return ly_leave2(cx, t2, n);
        cx->depth++;
        ly_value t4 = fib(cx, t3);
        cx->depth--;
        if (ly_failed(t4))
            return ly_leave2(cx, t2, n);
        ly_value t5 = ly_op_plus_take(cx, t2, t4);
        if (ly_failed(t5))
            return ly_leave1(cx, n);
        ly_release(cx, n);
        return t5;
    }
}

static ly_value fib_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return fib(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t fib_entry_rules[] = {0, 1, 2};

/* fib[0] = 0 */
static LY_ONCE ly_value statement_1(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 0, LY_WORD(k11));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* fib[1] = 1 */
static LY_ONCE ly_value statement_2(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 1, LY_WORD(k12));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* fib[n_] := fib[n - 1] + fib[n - 2] */
static LY_ONCE ly_value statement_3(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 2, LY_WORD(k13));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* Print[fib[20]] */
static LY_ONCE ly_value statement_4(ly_context *cx)
{
    cx->depth++;
    ly_value t1 = fib(cx, LY_INT(20));
    cx->depth--;
    if (ly_failed(t1))
        return LY_FAILED;
    ly_value t2 = ly_apply(cx, 0, sym_Print, 1, (ly_value[]){t1});
    if (ly_failed(t2))
        return LY_FAILED;
    return t2;
}

/* ---- the module, for the runtime ---- */

static const ly_module_symbol symbols[] = {
    {&sym_fib, "Global`", "fib"},
    {&sym_n, "Global`", "n"},
    {&sym_Blank, "System`", "Blank"},
    {&sym_Pattern, "System`", "Pattern"},
    {&sym_Plus, "System`", "Plus"},
    {&sym_Set, "System`", "Set"},
    {&sym_SetDelayed, "System`", "SetDelayed"},
    {&sym_Print, "System`", "Print"},
};

static const ly_value constants[] = {
    LY_WORD(k1),
    LY_WORD(k2),
    LY_WORD(k3),
    LY_WORD(k4),
    LY_WORD(k5),
    LY_WORD(k6),
    LY_WORD(k7),
    LY_WORD(k8),
    LY_WORD(k9),
    LY_WORD(k10),
    LY_WORD(k11),
    LY_WORD(k12),
    LY_WORD(k13),
};

static ly_module_rule rules[] = {
    {0, 0, &sym_fib, LY_WORD(k1), LY_INT(0), NULL, 0, 0, NULL},
    {0, 0, &sym_fib, LY_WORD(k2), LY_INT(1), NULL, 0, 0, NULL},
    {0, 2, &sym_fib, LY_WORD(k5), LY_WORD(k10), NULL, 0, 0, NULL},
};

static const ly_module_patch patches[] = {
    {&k1.head, &sym_fib},
    {&k2.head, &sym_fib},
    {&k3.head, &sym_Blank},
    {&k4.head, &sym_Pattern},
    {&k4.args[0], &sym_n},
    {&k5.head, &sym_fib},
    {&k6.head, &sym_Plus},
    {&k6.args[0], &sym_n},
    {&k7.head, &sym_fib},
    {&k8.head, &sym_Plus},
    {&k8.args[0], &sym_n},
    {&k9.head, &sym_fib},
    {&k10.head, &sym_Plus},
    {&k11.head, &sym_Set},
    {&k12.head, &sym_Set},
    {&k13.head, &sym_SetDelayed},
};

static const ly_module_entry entries[] = {
    {&sym_fib, fib_entry, 0, 2, 3, fib_entry_rules},
};

static const ly_module_statement statements[] = {
    {statement_1, 0, 1, 1, 6, 0, 14, 11},
    {statement_2, 0, 2, 1, 6, 0, 15, 12},
    {statement_3, 0, 3, 1, 7, 0, 16, 13},
    {statement_4, 0, 4, 1, 8, 0, 16, 13},
};

/* the statements of each file: the first, and behind the last */
static const uint32_t units[][2] = {{0, 4}};
static const char *const files[] = {"fib.lyra"};

static ly_module_state state;
static const ly_module lyra_module = {
    .name = "fib",
    .files = files,
    .units = units,
    .main_units = 1,
    .state = &state,
    .symbols = symbols,
    .symbol_count = 8,
    .patches = patches,
    .patch_count = 16,
    .constants = constants,
    .constant_count = 13,
    .rules = rules,
    .rule_count = 3,
    .entries = entries,
    .entry_count = 1,
    .base = &first_entry,
    .statements = statements,
    .statement_count = 4,
};

static void program(ly_context *cx) { ly_module_run(cx, &lyra_module); }

int main(int count, char **arguments)
{
    return ly_session_main(count, arguments, program);
}
