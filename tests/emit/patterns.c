/* patterns: made by lyra build */
#include "abi.h"

static ly_value sym_add;
static ly_value sym_z;
static ly_value sym_s;
static ly_value sym_y;
static ly_value sym_Blank;
static ly_value sym_Pattern;
static ly_value sym_x;
static ly_value sym_size;
static ly_value sym_List;
static ly_value sym_StringLength;
static ly_value sym_Integer;
static ly_value sym_a;
static ly_value sym_b;
static ly_value sym_Plus;
static ly_value sym_text;
static ly_value sym_String;
static ly_value sym_tak;
static ly_value sym_GreaterEqual;
static ly_value sym_Condition;
static ly_value sym_same;
static ly_value sym_True;
static ly_value sym_False;
static ly_value sym_rest;
static ly_value sym_r;
static ly_value sym_BlankNullSequence;
static ly_value sym_SetDelayed;
static ly_value sym_Print;

/* _ */
static LY_EXPR_CONSTANT(1) k1 = {LY_EXPR_HEADER(0, 0), {0}};
/* y_ */
static LY_EXPR_CONSTANT(2) k2 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k1)}};
/* add[z, y_] */
static LY_EXPR_CONSTANT(2) k3 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k2)}};
/* x_ */
static LY_EXPR_CONSTANT(2) k4 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k1)}};
/* s[x_] */
static LY_EXPR_CONSTANT(1) k5 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k4)}};
/* add[s[x_], y_] */
static LY_EXPR_CONSTANT(2) k6 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k5), LY_WORD(k2)}};
/* add[x, y] */
static LY_EXPR_CONSTANT(2) k7 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* s[add[x, y]] */
static LY_EXPR_CONSTANT(1) k8 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k7)}};
/* {} */
static LY_EXPR_CONSTANT(1) k9 = {LY_EXPR_HEADER(0, 0), {0}};
/* size[{}] */
static LY_EXPR_CONSTANT(1) k10 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k9)}};
/* _Integer */
static LY_EXPR_CONSTANT(1) k11 = {LY_EXPR_HEADER(1, 0), {0}};
/* size[_Integer] */
static LY_EXPR_CONSTANT(1) k12 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k11)}};
/* a_ */
static LY_EXPR_CONSTANT(2) k13 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k1)}};
/* b_ */
static LY_EXPR_CONSTANT(2) k14 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k1)}};
/* {a_, b_} */
static LY_EXPR_CONSTANT(2) k15 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k13), LY_WORD(k14)}};
/* size[{a_, b_}] */
static LY_EXPR_CONSTANT(1) k16 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k15)}};
/* size[a] */
static LY_EXPR_CONSTANT(1) k17 = {LY_EXPR_HEADER(1, 0), {0}};
/* size[b] */
static LY_EXPR_CONSTANT(1) k18 = {LY_EXPR_HEADER(1, 0), {0}};
/* size[a] + size[b] */
static LY_EXPR_CONSTANT(2) k19 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k17), LY_WORD(k18)}};
/* _String */
static LY_EXPR_CONSTANT(1) k20 = {LY_EXPR_HEADER(1, 0), {0}};
/* text_String */
static LY_EXPR_CONSTANT(2) k21 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k20)}};
/* size[text_String] */
static LY_EXPR_CONSTANT(1) k22 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k21)}};
/* StringLength[text] */
static LY_EXPR_CONSTANT(1) k23 = {LY_EXPR_HEADER(1, 0), {0}};
/* z_ */
static LY_EXPR_CONSTANT(2) k24 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k1)}};
/* tak[x_, y_, z_] */
static LY_EXPR_CONSTANT(3) k25 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k4), LY_WORD(k2), LY_WORD(k24)}};
/* y >= x */
static LY_EXPR_CONSTANT(2) k26 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* z /; y >= x */
static LY_EXPR_CONSTANT(2) k27 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k26)}};
/* x - 1 */
static LY_EXPR_CONSTANT(2) k28 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(-1)}};
/* tak[x - 1, y, z] */
static LY_EXPR_CONSTANT(3) k29 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k28), 0, 0}};
/* y - 1 */
static LY_EXPR_CONSTANT(2) k30 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(-1)}};
/* tak[y - 1, z, x] */
static LY_EXPR_CONSTANT(3) k31 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k30), 0, 0}};
/* z - 1 */
static LY_EXPR_CONSTANT(2) k32 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(-1)}};
/* tak[z - 1, x, y] */
static LY_EXPR_CONSTANT(3) k33 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k32), 0, 0}};
/* tak[tak[x - 1, y, z], tak[y - 1, z, x], tak[z - 1, x, y]] */
static LY_EXPR_CONSTANT(3) k34 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k29), LY_WORD(k31), LY_WORD(k33)}};
/* same[x_, x_] */
static LY_EXPR_CONSTANT(2) k35 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k4), LY_WORD(k4)}};
/* same[_, _] */
static LY_EXPR_CONSTANT(2) k36 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k1), LY_WORD(k1)}};
/* ___ */
static LY_EXPR_CONSTANT(1) k37 = {LY_EXPR_HEADER(0, 0), {0}};
/* r___ */
static LY_EXPR_CONSTANT(2) k38 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k37)}};
/* rest[_, r___] */
static LY_EXPR_CONSTANT(2) k39 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k1), LY_WORD(k38)}};
/* {r} */
static LY_EXPR_CONSTANT(1) k40 = {LY_EXPR_HEADER(1, 0), {0}};
/* add[z, y_] := y */
static LY_EXPR_CONSTANT(2) k41 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k3), 0}};
/* add[s[x_], y_] := s[add[x, y]] */
static LY_EXPR_CONSTANT(2) k42 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k6), LY_WORD(k8)}};
/* size[_Integer] := 1 */
static LY_EXPR_CONSTANT(2) k43 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k12), LY_INT(1)}};
/* size[{}] := 0 */
static LY_EXPR_CONSTANT(2) k44 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k10), LY_INT(0)}};
/* size[{a_, b_}] := size[a] + size[b] */
static LY_EXPR_CONSTANT(2) k45 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k16), LY_WORD(k19)}};
/* size[text_String] := StringLength[text] */
static LY_EXPR_CONSTANT(2) k46 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k22), LY_WORD(k23)}};
/* tak[x_, y_, z_] := z /; y >= x */
static LY_EXPR_CONSTANT(2) k47 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k25), LY_WORD(k27)}};
/* tak[x_, y_, z_] := tak[tak[x - 1, y, z], tak[y - 1, z, x], tak[z - 1, x, y]] */
static LY_EXPR_CONSTANT(2) k48 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k25), LY_WORD(k34)}};
/* same[x_, x_] := True */
static LY_EXPR_CONSTANT(2) k49 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k35), 0}};
/* same[_, _] := False */
static LY_EXPR_CONSTANT(2) k50 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k36), 0}};
/* rest[_, r___] := {r} */
static LY_EXPR_CONSTANT(2) k51 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k39), LY_WORD(k40)}};
static LY_STRING_CONSTANT(5) k52 = {LY_STRING_HEADER(true, 4, 4), "four"};
/* {"four", 2} */
static LY_EXPR_CONSTANT(2) k53 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k52), LY_INT(2)}};
/* {1, {"four", 2}} */
static LY_EXPR_CONSTANT(2) k54 = {LY_EXPR_HEADER(2, 0), {LY_INT(1), LY_WORD(k53)}};

/* where this module's entries begin among those of the process */
static uint32_t first_entry;
enum { entry_add, entry_size, entry_tak, entry_same, entry_rest };

/* bytes of stack that a level of recursion takes at most */
enum { level_size = LY_LEVEL_SIZE(9) };

static const ly_module lyra_module;

static ly_value add(ly_context *cx, ly_value a1, ly_value y);
static ly_value size(ly_context *cx, ly_value text);
static ly_value tak(ly_context *cx, ly_value x, ly_value y, ly_value z);
static int64_t tak_of_iii(ly_context *cx, int64_t x, int64_t y, int64_t z, int64_t levels);
static ly_value same(ly_context *cx, ly_value x, ly_value x_2);
static ly_value rest(ly_context *cx, uint32_t count, const ly_value *arguments);

static int64_t tak_of_iii(ly_context *cx, int64_t x, int64_t y, int64_t z, int64_t levels)
{
    if (levels < 2) return ly_give_up(cx);
    uint64_t steps = 1;
again:
    if (ly_polled(cx) && !ly_goes_on(cx)) return ly_give_up(cx);
    /* tak[x_, y_, z_] := z /; y >= x */
    {
        if (!(y >= x)) goto next_1;
        return z;
    }
next_1:;
    /* tak[x_, y_, z_] := tak[tak[x - 1, y, z], tak[y - 1, z, x], tak[z - 1, x, y]] */
    {
        int64_t i1;
        if (LY_SUBTRACT_OVERFLOWS(x, 1, &i1)) return ly_give_up(cx);
        int64_t i2 = tak_of_iii(cx, i1, y, z, levels - 1);
        int64_t a3 = i2;
        int64_t i4;
        if (LY_SUBTRACT_OVERFLOWS(y, 1, &i4)) return ly_give_up(cx);
        int64_t i5 = tak_of_iii(cx, i4, z, x, levels - 1);
        int64_t a6 = i5;
        int64_t i7;
        if (LY_SUBTRACT_OVERFLOWS(z, 1, &i7)) return ly_give_up(cx);
        int64_t i8 = tak_of_iii(cx, i7, x, y, levels - 1);
        int64_t a9 = i8;
        if ((steps += 1) > cx->iteration_limit) return ly_give_up(cx);
        x = a3;
        y = a6;
        z = a9;
        goto again;
    }
}

static inline ly_value add_inside(ly_context *cx, ly_value a1, ly_value y, ly_value *around);
static ly_value add(ly_context *cx, ly_value a1, ly_value y)
{
    ly_value around = LY_FAILED, v = add_inside(cx, a1, y, &around);
    return around ? ly_close_around(cx, around, v) : v;
}
/* around: constructors whose last argument is this call's value */
static inline ly_value add_inside(ly_context *cx, ly_value a1, ly_value y, ly_value *around)
{
again:;
    if (ly_unusual(cx, first_entry + entry_add, 1) || ly_has_up_values(cx, a1) || ly_has_up_values(cx, y))
        return ly_call_slowly(cx, sym_add, 2, (ly_value[]){a1, y});
    /* add[z, y_] := y    patterns.lyra:2 */
    if (a1 == sym_z) {
        if (ly_unsettled(cx, y) && ly_failed(y = ly_evaluate_take(cx, y)))
            return ly_leave1(cx, y);
        return y;
    }
    /* add[s[x_], y_] := s[add[x, y]]    patterns.lyra:3 */
    if (ly_shape_is(a1, sym_s, 1)) {
        ly_value cell1 = ly_open(a1);
        ly_value x = ly_arg(ly_expr_of(a1), 0);
        if (!cell1) { ly_retain(x); ly_release(cx, a1); }
        if (ly_unsettled(cx, x) && ly_failed(x = ly_evaluate_take(cx, x))) {
            ly_drop_cell(cx, cell1);
            return ly_leave2(cx, x, y);
        }
        if (ly_unsettled(cx, y) && ly_failed(y = ly_evaluate_take(cx, y))) {
            ly_drop_cell(cx, cell1);
            return ly_leave2(cx, x, y);
        }
        cx->depth++;
        *around = ly_construct_around(cx, cell1, sym_s, LY_FAILED, *around);
        a1 = x;
        goto again;
    }
    return ly_unmatched(cx, sym_add, false, 2, (ly_value[]){a1, y});
}

static ly_value add_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 2: return add(cx, arguments[0], arguments[1]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t add_entry_rules[] = {0, 1};

static ly_value size(ly_context *cx, ly_value text)
{
    if (ly_unusual(cx, first_entry + entry_size, 1) || ly_has_up_values(cx, text))
        return ly_call_slowly(cx, sym_size, 1, (ly_value[]){text});
    text = ly_unpack_take(cx, text);
    if (ly_failed(text))
        return ly_leave1(cx, text);
    /* size[{}] := 0    patterns.lyra:5 */
    if (ly_same(text, LY_WORD(k9))) {
        ly_release_matched(cx, text);
        return LY_INT(0);
    }
    /* size[_Integer] := 1    patterns.lyra:4 */
    if (ly_test_integer(cx, text)) {
        ly_release_matched(cx, text);
        return LY_INT(1);
    }
    /* size[{a_, b_}] := size[a] + size[b]    patterns.lyra:6 */
    if (ly_shape_is(text, sym_List, 2)) {
        ly_value cell1 = ly_open(text);
        ly_value a = ly_arg(ly_expr_of(text), 0);
        ly_value b = ly_arg(ly_expr_of(text), 1);
        if (!cell1) { ly_retain(a); ly_retain(b); ly_release(cx, text); }
        ly_drop_cell(cx, cell1);
        if (ly_unsettled(cx, a) && ly_failed(a = ly_evaluate_take(cx, a)))
            return ly_leave2(cx, b, a);
        cx->depth++;
        ly_value t2 = size(cx, a);
        cx->depth--;
        if (ly_failed(t2))
            return ly_leave1(cx, b);
        if (ly_stale(cx, b) && ly_failed(b = ly_evaluate_take(cx, b)))
            return ly_leave2(cx, t2, b);
        cx->depth++;
        ly_value t3 = size(cx, b);
        cx->depth--;
        if (ly_failed(t3))
            return ly_leave1(cx, t2);
        ly_value t4 = ly_op_plus_take(cx, t2, t3);
        if (ly_failed(t4))
            return ly_leave(cx);
        return t4;
    }
    /* size[text_String] := StringLength[text]    patterns.lyra:7 */
    if (ly_is_string(text)) {
        if (ly_unsettled(cx, text) && ly_failed(text = ly_evaluate_take(cx, text)))
            return ly_leave1(cx, text);
        ly_value t5 = ly_apply(cx, 0, sym_StringLength, 1, (ly_value[]){text});
        if (ly_failed(t5))
            return ly_leave(cx);
        return t5;
    }
    return ly_unmatched(cx, sym_size, false, 1, (ly_value[]){text});
}

static ly_value size_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return size(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t size_entry_rules[] = {2, 3, 4, 5};

static ly_value tak(ly_context *cx, ly_value x, ly_value y, ly_value z)
{
again:;
    if (ly_unusual(cx, first_entry + entry_tak, 2) || ly_has_up_values(cx, x) || ly_has_up_values(cx, y) || ly_has_up_values(cx, z))
        return ly_call_slowly(cx, sym_tak, 3, (ly_value[]){x, y, z});
    if (ly_is_int(x) && ly_is_int(y) && ly_is_int(z) && cx->iterations <= 1 && ly_worth_trying(&cx->trials[first_entry + entry_tak])) {
        int64_t v = tak_of_iii(cx, ly_int_of(x), ly_int_of(y), ly_int_of(z), ly_levels(cx, level_size));
        bool none = ly_gave_up(cx);
        ly_tried_call(&cx->trials[first_entry + entry_tak], none);
        if (!none) {
            return ly_boxed_int(cx, v);
        }
    }
    /* tak[x_, y_, z_] := z /; y >= x    patterns.lyra:8 */
    {
        if (ly_unsettled(cx, y) && ly_failed(y = ly_evaluate_take(cx, y)))
            return ly_leave3(cx, z, y, x);
        if (ly_unsettled(cx, x) && ly_failed(x = ly_evaluate_take(cx, x)))
            return ly_leave3(cx, z, y, x);
        int c1 = ly_test_greater_equal(cx, y, x);
        if (c1 < 0)
            return ly_leave3(cx, z, y, x);
        if (c1 != LY_TRUE) goto next_1;
        if (ly_stale(cx, z) && ly_failed(z = ly_evaluate_take(cx, z)))
            return ly_leave3(cx, z, y, x);
        ly_release(cx, y);
        ly_release(cx, x);
        return z;
    }
next_1:;
    /* tak[x_, y_, z_] := tak[tak[x - 1, y, z], tak[y - 1, z, x], tak[z - 1, x, y]]    patterns.lyra:9 */
    {
        if (ly_unsettled(cx, x) && ly_failed(x = ly_evaluate_take(cx, x)))
            return ly_leave3(cx, z, y, x);
        ly_value t2 = ly_op_subtract(cx, x, LY_INT(1));
        if (ly_failed(t2))
            return ly_leave3(cx, z, y, x);
        if (ly_unsettled(cx, y) && ly_failed(y = ly_evaluate_take(cx, y)))
            return ly_leave4(cx, t2, z, y, x);
        ly_value t3 = ly_retain(y);
        if (ly_unsettled(cx, z) && ly_failed(z = ly_evaluate_take(cx, z))) {
            ly_release(cx, x);
            return ly_leave4(cx, t3, t2, z, y);
        }
        ly_value t4 = ly_retain(z);
        uint64_t steps6 = cx->iterations;
        cx->iterations = 1;
        cx->depth++;
        ly_value t5 = tak(cx, t2, t3, t4);
        cx->depth--;
        cx->iterations = steps6;
        if (ly_failed(t5))
            return ly_leave3(cx, z, y, x);
        ly_value t7 = y, made8 = LY_FAILED;
        if (ly_stale(cx, t7) && ly_failed(t7 = made8 = ly_evaluate(cx, t7)))
            return ly_leave4(cx, t5, z, y, x);
        ly_value t9 = ly_op_subtract(cx, t7, LY_INT(1));
        if (ly_failed(t9)) {
            ly_release(cx, x);
            return ly_leave4(cx, made8, t5, z, y);
        }
        ly_release(cx, made8);
        ly_value t10 = ly_retain(z);
        if (ly_stale(cx, t10) && ly_failed(t10 = ly_evaluate_take(cx, t10))) {
            ly_release(cx, y);
            ly_release(cx, x);
            return ly_leave4(cx, t10, t9, t5, z);
        }
        ly_value t11 = ly_retain(x);
        if (ly_stale(cx, t11) && ly_failed(t11 = ly_evaluate_take(cx, t11))) {
            ly_release(cx, z);
            ly_release(cx, y);
            ly_release(cx, x);
            return ly_leave4(cx, t11, t10, t9, t5);
        }
        uint64_t steps13 = cx->iterations;
        cx->iterations = 1;
        cx->depth++;
        ly_value t12 = tak(cx, t9, t10, t11);
        cx->depth--;
        cx->iterations = steps13;
        if (ly_failed(t12))
            return ly_leave4(cx, t5, z, y, x);
        if (ly_stale(cx, z) && ly_failed(z = ly_evaluate_take(cx, z))) {
            ly_release(cx, x);
            return ly_leave4(cx, t12, t5, z, y);
        }
        ly_value t14 = ly_op_subtract(cx, z, LY_INT(1));
        if (ly_failed(t14)) {
            ly_release(cx, x);
            return ly_leave4(cx, t12, t5, z, y);
        }
        if (ly_stale(cx, x) && ly_failed(x = ly_evaluate_take(cx, x))) {
            ly_release(cx, y);
            ly_release(cx, x);
            return ly_leave4(cx, t14, t12, t5, z);
        }
        if (ly_stale(cx, y) && ly_failed(y = ly_evaluate_take(cx, y))) {
            ly_release(cx, y);
            ly_release(cx, x);
            return ly_leave4(cx, t14, t12, t5, z);
        }
        uint64_t steps16 = cx->iterations;
        cx->iterations = 1;
        cx->depth++;
        ly_value t15 = tak(cx, t14, x, y);
        cx->depth--;
        cx->iterations = steps16;
        if (ly_failed(t15))
            return ly_leave3(cx, t12, t5, z);
        if (!ly_steps(cx, 1) && ly_failed(ly_too_many_steps(cx)))
            return ly_leave4(cx, t15, t12, t5, z);
        ly_release(cx, z);
        if ((ly_is_spliced(t5) || ly_is_spliced(t12) || ly_is_spliced(t15))) return ly_tail_call_slowly(cx, sym_tak, 3, (ly_value[]){t5, t12, t15});
        x = t5;
        y = t12;
        z = t15;
        goto again;
    }
}

static ly_value tak_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 3: return tak(cx, arguments[0], arguments[1], arguments[2]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t tak_entry_rules[] = {6, 7};

static ly_value same(ly_context *cx, ly_value x, ly_value x_2)
{
    if (ly_unusual(cx, first_entry + entry_same, 0) || ly_has_up_values(cx, x) || ly_has_up_values(cx, x_2))
        return ly_call_slowly(cx, sym_same, 2, (ly_value[]){x, x_2});
    /* same[x_, x_] := True    patterns.lyra:10 */
    if (ly_test_same(cx, x, x_2)) {
        ly_release_matched(cx, x_2);
        ly_release(cx, x);
        return sym_True;
    }
    /* same[_, _] := False    patterns.lyra:11 */
    {
        ly_release_matched(cx, x);
        ly_release_matched(cx, x_2);
        return sym_False;
    }
}

static ly_value same_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 2: return same(cx, arguments[0], arguments[1]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t same_entry_rules[] = {8, 9};

static ly_value rest(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    if (ly_unusual(cx, first_entry + entry_rest, 0) || ly_have_up_values(cx, count, arguments))
        return ly_call_slowly(cx, sym_rest, count, arguments);
    /* rest[_, r___] := {r}    patterns.lyra:12 */
    if (count >= 1) {
        ly_value r = ly_sequence(cx, count - 1, arguments + 1);
        if (ly_failed(r)) {
            ly_release_all(cx, count, arguments);
            return ly_leave(cx);
        }
        ly_release_all(cx, count, arguments);
        if (ly_unsettled(cx, r) && ly_failed(r = ly_evaluate_take(cx, r)))
            return ly_leave1(cx, r);
        ly_value t1 = ly_list(cx, 1, (ly_value[]){r});
        if (ly_failed(t1))
            return ly_leave(cx);
        return t1;
    }
    return ly_unmatched(cx, sym_rest, false, count, arguments);
}

static ly_value rest_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    return rest(cx, count, arguments);
}
static const uint32_t rest_entry_rules[] = {10};

/* add[z, y_] := y */
static LY_ONCE ly_value statement_1(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 0, LY_WORD(k41));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* add[s[x_], y_] := s[add[x, y]] */
static LY_ONCE ly_value statement_2(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 1, LY_WORD(k42));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* size[_Integer] := 1 */
static LY_ONCE ly_value statement_3(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 3, LY_WORD(k43));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* size[{}] := 0 */
static LY_ONCE ly_value statement_4(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 2, LY_WORD(k44));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* size[{a_, b_}] := size[a] + size[b] */
static LY_ONCE ly_value statement_5(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 4, LY_WORD(k45));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* size[text_String] := StringLength[text] */
static LY_ONCE ly_value statement_6(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 5, LY_WORD(k46));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* tak[x_, y_, z_] := z /; y >= x */
static LY_ONCE ly_value statement_7(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 6, LY_WORD(k47));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* tak[x_, y_, z_] := tak[tak[x - 1, y, z], tak[y - 1, z, x], tak[z - 1, x, y]] */
static LY_ONCE ly_value statement_8(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 7, LY_WORD(k48));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* same[x_, x_] := True */
static LY_ONCE ly_value statement_9(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 8, LY_WORD(k49));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* same[_, _] := False */
static LY_ONCE ly_value statement_10(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 9, LY_WORD(k50));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* rest[_, r___] := {r} */
static LY_ONCE ly_value statement_11(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 10, LY_WORD(k51));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* Print[add[s[s[z]], s[z]], size[{1, {"four", 2}}], tak[6, 4, 2], same[a, a], rest[1, 2, 3]] */
static LY_ONCE ly_value statement_12(ly_context *cx)
{
    ly_value t1 = ly_evaluate(cx, sym_z);
    if (ly_failed(t1))
        return LY_FAILED;
    ly_value t2 = ly_construct1(cx, sym_s, t1);
    if (ly_failed(t2))
        return LY_FAILED;
    ly_value t3 = ly_construct1(cx, sym_s, t2);
    if (ly_failed(t3))
        return LY_FAILED;
    ly_value t4 = ly_evaluate(cx, sym_z);
    if (ly_failed(t4))
        return ly_drop1(cx, t3);
    ly_value t5 = ly_construct1(cx, sym_s, t4);
    if (ly_failed(t5))
        return ly_drop1(cx, t3);
    cx->depth++;
    ly_value t6 = (ly_is_spliced(t3) || ly_is_spliced(t5)) ? ly_call_slowly(cx, sym_add, 2, (ly_value[]){t3, t5})
        : add(cx, t3, t5);
    cx->depth--;
    if (ly_failed(t6))
        return LY_FAILED;
    cx->depth++;
    ly_value t7 = size(cx, LY_WORD(k54));
    cx->depth--;
    if (ly_failed(t7))
        return ly_drop1(cx, t6);
    uint64_t steps9 = cx->iterations;
    cx->iterations = 1;
    cx->depth++;
    ly_value t8 = tak(cx, LY_INT(6), LY_INT(4), LY_INT(2));
    cx->depth--;
    cx->iterations = steps9;
    if (ly_failed(t8))
        return ly_drop2(cx, t7, t6);
    ly_value t10 = ly_evaluate(cx, sym_a);
    if (ly_failed(t10))
        return ly_drop3(cx, t8, t7, t6);
    ly_value t11 = ly_evaluate(cx, sym_a);
    if (ly_failed(t11))
        return ly_drop4(cx, t10, t8, t7, t6);
    cx->depth++;
    ly_value t12 = (ly_is_spliced(t10) || ly_is_spliced(t11)) ? ly_call_slowly(cx, sym_same, 2, (ly_value[]){t10, t11})
        : same(cx, t10, t11);
    cx->depth--;
    if (ly_failed(t12))
        return ly_drop3(cx, t8, t7, t6);
    cx->depth++;
    ly_value t13 = rest(cx, 3, (ly_value[]){LY_INT(1), LY_INT(2), LY_INT(3)});
    cx->depth--;
    if (ly_failed(t13))
        return ly_drop4(cx, t12, t8, t7, t6);
    ly_value t14 = ly_apply(cx, 0, sym_Print, 5, (ly_value[]){t6, t7, t8, t12, t13});
    if (ly_failed(t14))
        return LY_FAILED;
    return t14;
}

/* ---- the module, for the runtime ---- */

static const ly_module_symbol symbols[] = {
    {&sym_add, "Global`", "add"},
    {&sym_z, "Global`", "z"},
    {&sym_s, "Global`", "s"},
    {&sym_y, "Global`", "y"},
    {&sym_Blank, "System`", "Blank"},
    {&sym_Pattern, "System`", "Pattern"},
    {&sym_x, "Global`", "x"},
    {&sym_size, "Global`", "size"},
    {&sym_List, "System`", "List"},
    {&sym_StringLength, "System`", "StringLength"},
    {&sym_Integer, "System`", "Integer"},
    {&sym_a, "Global`", "a"},
    {&sym_b, "Global`", "b"},
    {&sym_Plus, "System`", "Plus"},
    {&sym_text, "Global`", "text"},
    {&sym_String, "System`", "String"},
    {&sym_tak, "Global`", "tak"},
    {&sym_GreaterEqual, "System`", "GreaterEqual"},
    {&sym_Condition, "System`", "Condition"},
    {&sym_same, "Global`", "same"},
    {&sym_True, "System`", "True"},
    {&sym_False, "System`", "False"},
    {&sym_rest, "Global`", "rest"},
    {&sym_r, "Global`", "r"},
    {&sym_BlankNullSequence, "System`", "BlankNullSequence"},
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
    LY_WORD(k14),
    LY_WORD(k15),
    LY_WORD(k16),
    LY_WORD(k17),
    LY_WORD(k18),
    LY_WORD(k19),
    LY_WORD(k20),
    LY_WORD(k21),
    LY_WORD(k22),
    LY_WORD(k23),
    LY_WORD(k24),
    LY_WORD(k25),
    LY_WORD(k26),
    LY_WORD(k27),
    LY_WORD(k28),
    LY_WORD(k29),
    LY_WORD(k30),
    LY_WORD(k31),
    LY_WORD(k32),
    LY_WORD(k33),
    LY_WORD(k34),
    LY_WORD(k35),
    LY_WORD(k36),
    LY_WORD(k37),
    LY_WORD(k38),
    LY_WORD(k39),
    LY_WORD(k40),
    LY_WORD(k41),
    LY_WORD(k42),
    LY_WORD(k43),
    LY_WORD(k44),
    LY_WORD(k45),
    LY_WORD(k46),
    LY_WORD(k47),
    LY_WORD(k48),
    LY_WORD(k49),
    LY_WORD(k50),
    LY_WORD(k51),
    LY_WORD(k52),
    LY_WORD(k53),
    LY_WORD(k54),
};

static ly_module_rule rules[] = {
    {0, 0, &sym_add, LY_WORD(k3), 0, NULL, 0, 0, NULL},
    {0, 1, &sym_add, LY_WORD(k6), LY_WORD(k8), NULL, 0, 0, NULL},
    {1, 0, &sym_size, LY_WORD(k10), LY_INT(0), NULL, 0, 0, NULL},
    {1, 0, &sym_size, LY_WORD(k12), LY_INT(1), NULL, 0, 0, NULL},
    {1, 1, &sym_size, LY_WORD(k16), LY_WORD(k19), NULL, 0, 0, NULL},
    {1, 0, &sym_size, LY_WORD(k22), LY_WORD(k23), NULL, 0, 0, NULL},
    {2, 0, &sym_tak, LY_WORD(k25), LY_WORD(k27), NULL, 0, 0, NULL},
    {2, 2, &sym_tak, LY_WORD(k25), LY_WORD(k34), NULL, 0, 0, NULL},
    {3, 0, &sym_same, LY_WORD(k35), 0, NULL, 0, 0, NULL},
    {3, 0, &sym_same, LY_WORD(k36), 0, NULL, 0, 0, NULL},
    {4, 0, &sym_rest, LY_WORD(k39), LY_WORD(k40), NULL, 0, 0, NULL},
};

static const ly_module_patch patches[] = {
    {&k1.head, &sym_Blank},
    {&k2.head, &sym_Pattern},
    {&k2.args[0], &sym_y},
    {&k3.head, &sym_add},
    {&k3.args[0], &sym_z},
    {&rules[0].rhs, &sym_y},
    {&k4.head, &sym_Pattern},
    {&k4.args[0], &sym_x},
    {&k5.head, &sym_s},
    {&k6.head, &sym_add},
    {&k7.head, &sym_add},
    {&k7.args[0], &sym_x},
    {&k7.args[1], &sym_y},
    {&k8.head, &sym_s},
    {&k9.head, &sym_List},
    {&k10.head, &sym_size},
    {&k11.head, &sym_Blank},
    {&k11.args[0], &sym_Integer},
    {&k12.head, &sym_size},
    {&k13.head, &sym_Pattern},
    {&k13.args[0], &sym_a},
    {&k14.head, &sym_Pattern},
    {&k14.args[0], &sym_b},
    {&k15.head, &sym_List},
    {&k16.head, &sym_size},
    {&k17.head, &sym_size},
    {&k17.args[0], &sym_a},
    {&k18.head, &sym_size},
    {&k18.args[0], &sym_b},
    {&k19.head, &sym_Plus},
    {&k20.head, &sym_Blank},
    {&k20.args[0], &sym_String},
    {&k21.head, &sym_Pattern},
    {&k21.args[0], &sym_text},
    {&k22.head, &sym_size},
    {&k23.head, &sym_StringLength},
    {&k23.args[0], &sym_text},
    {&k24.head, &sym_Pattern},
    {&k24.args[0], &sym_z},
    {&k25.head, &sym_tak},
    {&k26.head, &sym_GreaterEqual},
    {&k26.args[0], &sym_y},
    {&k26.args[1], &sym_x},
    {&k27.head, &sym_Condition},
    {&k27.args[0], &sym_z},
    {&k28.head, &sym_Plus},
    {&k28.args[0], &sym_x},
    {&k29.head, &sym_tak},
    {&k29.args[1], &sym_y},
    {&k29.args[2], &sym_z},
    {&k30.head, &sym_Plus},
    {&k30.args[0], &sym_y},
    {&k31.head, &sym_tak},
    {&k31.args[1], &sym_z},
    {&k31.args[2], &sym_x},
    {&k32.head, &sym_Plus},
    {&k32.args[0], &sym_z},
    {&k33.head, &sym_tak},
    {&k33.args[1], &sym_x},
    {&k33.args[2], &sym_y},
    {&k34.head, &sym_tak},
    {&k35.head, &sym_same},
    {&rules[8].rhs, &sym_True},
    {&k36.head, &sym_same},
    {&rules[9].rhs, &sym_False},
    {&k37.head, &sym_BlankNullSequence},
    {&k38.head, &sym_Pattern},
    {&k38.args[0], &sym_r},
    {&k39.head, &sym_rest},
    {&k40.head, &sym_List},
    {&k40.args[0], &sym_r},
    {&k41.head, &sym_SetDelayed},
    {&k41.args[1], &sym_y},
    {&k42.head, &sym_SetDelayed},
    {&k43.head, &sym_SetDelayed},
    {&k44.head, &sym_SetDelayed},
    {&k45.head, &sym_SetDelayed},
    {&k46.head, &sym_SetDelayed},
    {&k47.head, &sym_SetDelayed},
    {&k48.head, &sym_SetDelayed},
    {&k49.head, &sym_SetDelayed},
    {&k49.args[1], &sym_True},
    {&k50.head, &sym_SetDelayed},
    {&k50.args[1], &sym_False},
    {&k51.head, &sym_SetDelayed},
    {&k53.head, &sym_List},
    {&k54.head, &sym_List},
};

static const ly_module_entry entries[] = {
    {&sym_add, add_entry, 0, 1, 2, add_entry_rules},
    {&sym_size, size_entry, 0, 1, 4, size_entry_rules},
    {&sym_tak, tak_entry, 0, 2, 2, tak_entry_rules},
    {&sym_same, same_entry, 0, 0, 2, same_entry_rules},
    {&sym_rest, rest_entry, 0, 0, 1, rest_entry_rules},
};

static const ly_module_statement statements[] = {
    {statement_1, 0, 2, 1, 26, 0, 73, 41},
    {statement_2, 0, 3, 1, 26, 0, 74, 42},
    {statement_3, 0, 4, 1, 26, 0, 75, 43},
    {statement_4, 0, 5, 1, 26, 0, 76, 44},
    {statement_5, 0, 6, 1, 26, 0, 77, 45},
    {statement_6, 0, 7, 1, 26, 0, 78, 46},
    {statement_7, 0, 8, 1, 26, 0, 79, 47},
    {statement_8, 0, 9, 1, 26, 0, 80, 48},
    {statement_9, 0, 10, 1, 26, 0, 82, 49},
    {statement_10, 0, 11, 1, 26, 0, 84, 50},
    {statement_11, 0, 12, 1, 26, 0, 85, 51},
    {statement_12, 0, 13, 1, 27, 0, 87, 54},
};

/* the statements of each file: the first, and behind the last */
static const uint32_t units[][2] = {{0, 12}};
static const char *const files[] = {"patterns.lyra"};

static ly_module_state state;
static const ly_module lyra_module = {
    .name = "patterns",
    .files = files,
    .units = units,
    .main_units = 1,
    .state = &state,
    .symbols = symbols,
    .symbol_count = 27,
    .patches = patches,
    .patch_count = 87,
    .constants = constants,
    .constant_count = 54,
    .rules = rules,
    .rule_count = 11,
    .entries = entries,
    .entry_count = 5,
    .base = &first_entry,
    .statements = statements,
    .statement_count = 12,
};

static void program(ly_context *cx) { ly_module_run(cx, &lyra_module); }

int main(int count, char **arguments)
{
    return ly_session_main(count, arguments, program);
}
