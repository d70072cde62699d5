/* functions: made by lyra build */
#include "abi.h"

static ly_value sym_squares;
static ly_value sym_list;
static ly_value sym_Slot;
static ly_value sym_Power;
static ly_value sym_Function;
static ly_value sym_Map;
static ly_value sym_Blank;
static ly_value sym_Pattern;
static ly_value sym_large;
static ly_value sym_limit;
static ly_value sym_Greater;
static ly_value sym_Select;
static ly_value sym_total;
static ly_value sym_Plus;
static ly_value sym_Fold;
static ly_value sym_powers;
static ly_value sym_x;
static ly_value sym_n;
static ly_value sym_Times;
static ly_value sym_Nest;
static ly_value sym_compose;
static ly_value sym_f;
static ly_value sym_g;
static ly_value sym_counter;
static ly_value sym_Increment;
static ly_value sym_Set;
static ly_value sym_List;
static ly_value sym_Module;
static ly_value sym_SetDelayed;
static ly_value sym_Sqrt;
static ly_value sym_Abs;
static ly_value sym_Print;

/* #1 */
static LY_EXPR_CONSTANT(1) k1 = {LY_EXPR_HEADER(1, 0), {LY_INT(1)}};
/* #1^2 */
static LY_EXPR_CONSTANT(2) k2 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k1), LY_INT(2)}};
/* #1^2 &  */
static LY_EXPR_CONSTANT(1) k3 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k2)}};
/* (#1^2 & ) /@ list */
static LY_EXPR_CONSTANT(2) k4 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k3), 0}};
/* _ */
static LY_EXPR_CONSTANT(1) k5 = {LY_EXPR_HEADER(0, 0), {0}};
/* list_ */
static LY_EXPR_CONSTANT(2) k6 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k5)}};
/* squares[list_] */
static LY_EXPR_CONSTANT(1) k7 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k6)}};
/* #1 > limit */
static LY_EXPR_CONSTANT(2) k8 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k1), 0}};
/* #1 > limit &  */
static LY_EXPR_CONSTANT(1) k9 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k8)}};
/* Select[list, #1 > limit & ] */
static LY_EXPR_CONSTANT(2) k10 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k9)}};
/* limit_ */
static LY_EXPR_CONSTANT(2) k11 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k5)}};
/* large[list_, limit_] */
static LY_EXPR_CONSTANT(2) k12 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k6), LY_WORD(k11)}};
/* #2 */
static LY_EXPR_CONSTANT(1) k13 = {LY_EXPR_HEADER(1, 0), {LY_INT(2)}};
/* #1 + #2 */
static LY_EXPR_CONSTANT(2) k14 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k1), LY_WORD(k13)}};
/* #1 + #2 &  */
static LY_EXPR_CONSTANT(1) k15 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k14)}};
/* Fold[#1 + #2 & , 0, list] */
static LY_EXPR_CONSTANT(3) k16 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k15), LY_INT(0), 0}};
/* total[list_] */
static LY_EXPR_CONSTANT(1) k17 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k6)}};
/* x*#1 */
static LY_EXPR_CONSTANT(2) k18 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k1)}};
/* x*#1 &  */
static LY_EXPR_CONSTANT(1) k19 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k18)}};
/* Nest[x*#1 & , 1, n] */
static LY_EXPR_CONSTANT(3) k20 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k19), LY_INT(1), 0}};
/* x_ */
static LY_EXPR_CONSTANT(2) k21 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k5)}};
/* n_ */
static LY_EXPR_CONSTANT(2) k22 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k5)}};
/* powers[x_, n_] */
static LY_EXPR_CONSTANT(2) k23 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k21), LY_WORD(k22)}};
/* g[x] */
static LY_EXPR_CONSTANT(1) k24 = {LY_EXPR_HEADER(1, 0), {0}};
/* f[g[x]] */
static LY_EXPR_CONSTANT(1) k25 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k24)}};
/* f_ */
static LY_EXPR_CONSTANT(2) k26 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k5)}};
/* g_ */
static LY_EXPR_CONSTANT(2) k27 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k5)}};
/* compose[f_, g_, x_] */
static LY_EXPR_CONSTANT(3) k28 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k26), LY_WORD(k27), LY_WORD(k21)}};
/* n++ */
static LY_EXPR_CONSTANT(1) k29 = {LY_EXPR_HEADER(1, 0), {0}};
/* n++ &  */
static LY_EXPR_CONSTANT(1) k30 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k29)}};
/* counter[] */
static LY_EXPR_CONSTANT(1) k31 = {LY_EXPR_HEADER(0, 0), {0}};
/* n = 0 */
static LY_EXPR_CONSTANT(2) k32 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(0)}};
/* {n = 0} */
static LY_EXPR_CONSTANT(1) k33 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k32)}};
/* Module[{n = 0}, n++ & ] */
static LY_EXPR_CONSTANT(2) k34 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k33), LY_WORD(k30)}};
/* squares[list_] := (#1^2 & ) /@ list */
static LY_EXPR_CONSTANT(2) k35 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k7), LY_WORD(k4)}};
/* large[list_, limit_] := Select[list, #1 > limit & ] */
static LY_EXPR_CONSTANT(2) k36 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k12), LY_WORD(k10)}};
/* total[list_] := Fold[#1 + #2 & , 0, list] */
static LY_EXPR_CONSTANT(2) k37 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k17), LY_WORD(k16)}};
/* powers[x_, n_] := Nest[x*#1 & , 1, n] */
static LY_EXPR_CONSTANT(2) k38 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k23), LY_WORD(k20)}};
/* compose[f_, g_, x_] := f[g[x]] */
static LY_EXPR_CONSTANT(2) k39 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k28), LY_WORD(k25)}};
/* counter[] := Module[{n = 0}, n++ & ] */
static LY_EXPR_CONSTANT(2) k40 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k31), LY_WORD(k34)}};
/* {1, 2, 3} */
static LY_EXPR_CONSTANT(3) k41 = {LY_EXPR_HEADER(3, 0), {LY_INT(1), LY_INT(2), LY_INT(3)}};
/* {5, 1, 7} */
static LY_EXPR_CONSTANT(3) k42 = {LY_EXPR_HEADER(3, 0), {LY_INT(5), LY_INT(1), LY_INT(7)}};

/* where this module's entries begin among those of the process */
static uint32_t first_entry;
enum { entry_squares, entry_large, entry_total, entry_powers, entry_compose, entry_counter };

static const ly_module lyra_module;

static ly_value squares(ly_context *cx, ly_value list);
static ly_value large(ly_context *cx, ly_value list, ly_value limit);
static ly_value total(ly_context *cx, ly_value list);
static ly_value powers(ly_context *cx, ly_value x, ly_value n);
static ly_value compose(ly_context *cx, ly_value f, ly_value g, ly_value x);
static ly_value counter(ly_context *cx);

/* (#1^2 & ) /@ list
   on unboxed numbers */
static int array_1_shape(ly_context *cx, const ly_value *v, int64_t *dims)
{
    const int64_t list_length1 = (int64_t)ly_packed_of(v[0])->dims[0];
    (void)cx;
    dims[0] = list_length1;
    return 0;
}
static int array_1(ly_context *cx, const ly_value *v, int64_t from, int64_t to, void *result)
{
    const int64_t *const list_at = ly_packed_of(v[0])->data;
    (void)cx;
    int64_t *const out = result;
    uint64_t noted = 0;
    for (int64_t p1 = from; p1 < to; p1++) {
        const int64_t x2 = list_at[p1];
        const int64_t element = x2;
        int64_t i3;
        noted |= ly_noted(LY_MULTIPLY_OVERFLOWS(element, element, &i3));
        const int64_t e4 = i3;
        noted |= ly_noted_word(e4);
        out[p1] = e4;
    }
    return noted >> 63 ? LY_KERNEL_REFUSED : 0;
}
static ly_value array_1_of(ly_context *cx, ly_value list)
{
    ly_value v[3], made = LY_UNEVALUATED;
    int64_t dims[1];
    v[1] = LY_FAILED;
    v[0] = ly_retain(list);
    if (ly_kernel_array(cx, &v[0], LY_PACKED_INT64, 1, false) && array_1_shape(cx, v, dims) == 0) {
        v[2] = LY_INT(dims[0]);
        made = ly_pure_array(cx, array_1, v, LY_PACKED_INT64, 1, false, dims);
    }
    ly_release(cx, v[0]);
    return made;
}

/* Select[list, #1 > limit & ]
   on unboxed numbers */
static int selection_2_shape(ly_context *cx, const ly_value *v, int64_t *dims)
{
    const int64_t list_length1 = (int64_t)ly_packed_of(v[0])->dims[0];
    (void)cx;
    dims[0] = list_length1;
    return 0;
}
static int selection_2(ly_context *cx, const ly_value *v, int64_t from, int64_t to, void *result)
{
    const int64_t *const list_at = ly_packed_of(v[0])->data;
    if (!ly_is_int(v[2])) return LY_KERNEL_REFUSED;
    const int64_t limit = ly_int_of(v[2]);
    (void)cx;
    int64_t *const kept = &((ly_selection *)result)->count;
    int64_t *const out = ((ly_selection *)result)->data;
    uint64_t noted = 0;
    int64_t selected = *kept;
    for (int64_t p1 = from; p1 < to; p1++) {
        const int64_t x2 = list_at[p1];
        const int64_t element = x2;
        out[selected] = element;
        selected += (element > limit);
    }
    *kept = selected;
    return noted >> 63 ? LY_KERNEL_REFUSED : 0;
}
static ly_value selection_2_of(ly_context *cx, ly_value list, ly_value limit)
{
    ly_value v[4], made = LY_UNEVALUATED;
    int64_t dims[1];
    v[2] = limit;
    v[1] = LY_FAILED;
    v[0] = ly_retain(list);
    if (ly_kernel_array(cx, &v[0], LY_PACKED_INT64, 1, false) && selection_2_shape(cx, v, dims) == 0) {
        made = ly_pure_selection(cx, selection_2, v, false, dims[0]);
    }
    ly_release(cx, v[0]);
    return made;
}

/* Fold[#1 + #2 & , 0, list]
   on unboxed numbers */
static int number_3_shape(ly_context *cx, const ly_value *v, int64_t *dims)
{
    (void)cx;
    (void)v;
    dims[0] = 1;
    return 0;
}
static int number_3(ly_context *cx, const ly_value *v, int64_t from, int64_t to, void *result)
{
    const int64_t *const list_at = ly_packed_of(v[0])->data;
    const int64_t list_length1 = (int64_t)ly_packed_of(v[0])->dims[0];
    (void)from;
    (void)to;
    int64_t *const out = result;
    uint64_t noted = 0;
    int64_t element_2 = 0;
    for (int64_t p1 = 0; p1 < list_length1;) {
        const int64_t stop2 = list_length1 - p1 > 4096 ? p1 + 4096 : list_length1;
        if (stop2 < list_length1 && ly_poll(cx)) return LY_KERNEL_FAILED;
        for (; p1 < stop2; p1++) {
            const int64_t x3 = list_at[p1];
            const int64_t element = x3;
            int64_t i4 = (int64_t)((uint64_t)element_2 + (uint64_t)element);
            noted |= ly_noted_plus(element_2, element, i4);
            element_2 = i4;
        }
    }
    *out = element_2;
    return noted >> 63 ? LY_KERNEL_REFUSED : 0;
}
static ly_value number_3_of(ly_context *cx, ly_value list)
{
    ly_value v[4], made = LY_UNEVALUATED;
    int64_t dims[1];
    v[2] = LY_FAILED;
    v[1] = LY_FAILED;
    v[0] = ly_retain(list);
    if (ly_kernel_array(cx, &v[0], LY_PACKED_INT64, 1, false) && number_3_shape(cx, v, dims) == 0) {
        made = ly_pure_number(cx, number_3, v, false);
    }
    ly_release(cx, v[0]);
    return made;
}

/* Nest[x*#1 & , 1, n]
   on unboxed numbers */
static int number_4_shape(ly_context *cx, const ly_value *v, int64_t *dims)
{
    (void)cx;
    (void)v;
    dims[0] = 1;
    return 0;
}
static int number_4(ly_context *cx, const ly_value *v, int64_t from, int64_t to, void *result)
{
    if (!ly_is_int(v[0])) return LY_KERNEL_REFUSED;
    const int64_t n = ly_int_of(v[0]);
    if (!ly_is_int(v[2])) return LY_KERNEL_REFUSED;
    const int64_t x = ly_int_of(v[2]);
    (void)from;
    (void)to;
    int64_t *const out = result;
    uint64_t noted = 0;
    if (n < 0) return LY_KERNEL_REFUSED;
    int64_t element = 1;
    for (int64_t p1 = 0; p1 < n;) {
        const int64_t stop2 = n - p1 > 4096 ? p1 + 4096 : n;
        if (stop2 < n && ly_poll(cx)) return LY_KERNEL_FAILED;
        for (; p1 < stop2; p1++) {
            int64_t i3;
            noted |= ly_noted(LY_MULTIPLY_OVERFLOWS(x, element, &i3));
            element = i3;
        }
    }
    *out = element;
    return noted >> 63 ? LY_KERNEL_REFUSED : 0;
}
static ly_value number_4_of(ly_context *cx, ly_value n, ly_value x)
{
    ly_value v[4], made = LY_UNEVALUATED;
    int64_t dims[1];
    v[2] = x;
    v[1] = LY_FAILED;
    v[0] = n;
    if (number_4_shape(cx, v, dims) == 0) {
        made = ly_pure_number(cx, number_4, v, false);
    }
    return made;
}

static ly_value squares(ly_context *cx, ly_value list)
{
    if (ly_unusual(cx, first_entry + entry_squares, 1) || ly_has_up_values(cx, list))
        return ly_call_slowly(cx, sym_squares, 1, (ly_value[]){list});
    /* squares[list_] := (#1^2 & ) /@ list    functions.lyra:2 */
    {
        ly_value t1;
        t1 = array_1_of(cx, list);
        if (ly_failed(t1))
            return ly_leave1(cx, list);
        if (t1 == LY_UNEVALUATED) {
            if (ly_unsettled(cx, list) && ly_failed(list = ly_evaluate_take(cx, list)))
                return ly_leave1(cx, list);
            ly_value t2 = ly_retain(list);
            ly_items items3;
            if (ly_items_start(cx, &items3, t2)) {
                ly_builder list4 = ly_builder_new();
                while (items3.index < items3.count) {
                    ly_value element = ly_items_next(cx, &items3);
                    if (ly_failed(element) || ly_poll(cx))
                        goto failed_2;
                    if (ly_stale(cx, element) && ly_failed(element = ly_evaluate_take(cx, element))) {
                        ly_release(cx, element);
                        goto failed_2;
                    }
                    ly_value t5 = ly_op_power(cx, element, LY_INT(2));
                    if (ly_failed(t5)) {
                        ly_release(cx, element);
                        goto failed_2;
                    }
                    if (!ly_builder_add(cx, &list4, t5)) {
                        ly_release(cx, element);
                        goto failed_2;
                    }
                    ly_release(cx, element);
                    continue;
                failed_2:;
                    ly_builder_drop(cx, &list4);
                    ly_items_end(cx, &items3);
                    return ly_leave1(cx, list);
                }
                t1 = ly_items_rebuild(cx, &items3, &list4);
                if (ly_failed(t1))
                    return ly_leave1(cx, list);
            } else {
                t1 = ly_evaluate_given(cx, LY_WORD(k4), 0, 2, (ly_value[]){LY_FAILED, t2}, 1, (ly_value[]){sym_list}, (ly_value[]){list});
                if (ly_failed(t1))
                    return ly_leave1(cx, list);
            }
        }
        ly_release(cx, list);
        return t1;
    }
}

static ly_value squares_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return squares(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t squares_entry_rules[] = {0};

static ly_value large(ly_context *cx, ly_value list, ly_value limit)
{
    if (ly_unusual(cx, first_entry + entry_large, 1) || ly_has_up_values(cx, list) || ly_has_up_values(cx, limit))
        return ly_call_slowly(cx, sym_large, 2, (ly_value[]){list, limit});
    /* large[list_, limit_] := Select[list, #1 > limit & ]    functions.lyra:3 */
    {
        ly_value t1;
        t1 = selection_2_of(cx, list, limit);
        if (ly_failed(t1))
            return ly_leave2(cx, limit, list);
        if (t1 == LY_UNEVALUATED) {
            if (ly_unsettled(cx, list) && ly_failed(list = ly_evaluate_take(cx, list)))
                return ly_leave2(cx, limit, list);
            ly_value t2 = ly_retain(list);
            ly_items items3;
            if (ly_items_start(cx, &items3, t2)) {
                ly_builder list4 = ly_builder_new();
                while (items3.index < items3.count) {
                    ly_value element = ly_items_next(cx, &items3);
                    if (ly_failed(element) || ly_poll(cx))
                        goto failed_2;
                    if (ly_stale(cx, element) && ly_failed(element = ly_evaluate_take(cx, element))) {
                        ly_release(cx, element);
                        goto failed_2;
                    }
                    ly_value t6 = limit, made7 = LY_FAILED;
                    if (ly_stale(cx, t6) && ly_failed(t6 = made7 = ly_evaluate(cx, t6))) {
                        ly_release(cx, element);
                        goto failed_2;
                    }
                    int c5 = ly_test_greater(cx, element, t6);
                    ly_release(cx, made7);
                    if (c5 < 0) {
                        ly_release(cx, element);
                        goto failed_2;
                    }
                    if (c5 == LY_TRUE && !ly_items_keep(cx, &items3, &list4)) {
                        ly_release(cx, element);
                        goto failed_2;
                    }
                    ly_release(cx, element);
                    continue;
                failed_2:;
                    ly_builder_drop(cx, &list4);
                    ly_items_end(cx, &items3);
                    return ly_leave2(cx, limit, list);
                }
                t1 = ly_items_kept(cx, &items3, &list4);
                if (ly_failed(t1))
                    return ly_leave2(cx, limit, list);
            } else {
                t1 = ly_evaluate_given(cx, LY_WORD(k10), 0, 1, (ly_value[]){t2}, 2, (ly_value[]){sym_list, sym_limit}, (ly_value[]){list, limit});
                if (ly_failed(t1))
                    return ly_leave2(cx, limit, list);
            }
        }
        ly_release(cx, limit);
        ly_release(cx, list);
        return t1;
    }
}

static ly_value large_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 2: return large(cx, arguments[0], arguments[1]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t large_entry_rules[] = {1};

static ly_value total(ly_context *cx, ly_value list)
{
    if (ly_unusual(cx, first_entry + entry_total, 1) || ly_has_up_values(cx, list))
        return ly_call_slowly(cx, sym_total, 1, (ly_value[]){list});
    /* total[list_] := Fold[#1 + #2 & , 0, list]    functions.lyra:4 */
    {
        ly_value t1;
        t1 = number_3_of(cx, list);
        if (ly_failed(t1))
            return ly_leave1(cx, list);
        if (t1 == LY_UNEVALUATED) {
            if (ly_unsettled(cx, list) && ly_failed(list = ly_evaluate_take(cx, list)))
                return ly_leave2(cx, LY_INT(0), list);
            ly_value t2 = ly_retain(list);
            ly_items items3;
            if (ly_items_start(cx, &items3, t2)) {
                ly_value element = LY_INT(0);
                while (items3.index < items3.count) {
                    ly_value other = ly_items_next(cx, &items3);
                    if (ly_failed(other))
                        goto failed_2;
                    if (ly_poll(cx)) {
                        ly_release(cx, other);
                        goto failed_2;
                    }
                    if (ly_stale(cx, element) && ly_failed(element = ly_evaluate_take(cx, element))) {
                        ly_release(cx, other);
                        goto failed_2;
                    }
                    if (ly_stale(cx, other) && ly_failed(other = ly_evaluate_take(cx, other))) {
                        ly_release(cx, other);
                        goto failed_2;
                    }
                    ly_value t4 = ly_op_plus(cx, element, other);
                    if (ly_failed(t4)) {
                        ly_release(cx, other);
                        goto failed_2;
                    }
                    ly_release(cx, element);
                    element = t4;
                    ly_release(cx, other);
                    continue;
                failed_2:;
                    ly_items_end(cx, &items3);
                    return ly_leave2(cx, element, list);
                }
                ly_items_end(cx, &items3);
                t1 = element;
            } else {
                t1 = ly_evaluate_given(cx, LY_WORD(k16), 0, 3, (ly_value[]){LY_FAILED, LY_INT(0), t2}, 1, (ly_value[]){sym_list}, (ly_value[]){list});
                if (ly_failed(t1))
                    return ly_leave1(cx, list);
            }
        }
        ly_release(cx, list);
        return t1;
    }
}

static ly_value total_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return total(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t total_entry_rules[] = {2};

static ly_value powers(ly_context *cx, ly_value x, ly_value n)
{
    if (ly_unusual(cx, first_entry + entry_powers, 1) || ly_has_up_values(cx, x) || ly_has_up_values(cx, n))
        return ly_call_slowly(cx, sym_powers, 2, (ly_value[]){x, n});
    /* powers[x_, n_] := Nest[x*#1 & , 1, n]    functions.lyra:5 */
    {
        ly_value t1;
        t1 = number_4_of(cx, n, x);
        if (ly_failed(t1))
            return ly_leave2(cx, n, x);
        if (t1 == LY_UNEVALUATED) {
            if (ly_unsettled(cx, n) && ly_failed(n = ly_evaluate_take(cx, n)))
                return ly_leave3(cx, LY_INT(1), n, x);
            ly_value t2 = ly_retain(n);
            ly_range it3;
            if (ly_is_int(t2) && (int64_t)t2 > 0) {
                it3.left = (uint64_t)ly_int_of(t2);
                ly_value element = LY_INT(1);
                for (; it3.left > 0; it3.left--) {
                    if (ly_poll(cx))
                        goto failed_2;
                    ly_value t4 = x, made5 = LY_FAILED;
                    if (ly_stale(cx, t4) && ly_failed(t4 = made5 = ly_evaluate(cx, t4)))
                        goto failed_2;
                    if (ly_stale(cx, element) && ly_failed(element = ly_evaluate_take(cx, element))) {
                        ly_release(cx, made5);
                        goto failed_2;
                    }
                    ly_value t6 = ly_op_times(cx, t4, element);
                    if (ly_failed(t6)) {
                        ly_release(cx, made5);
                        goto failed_2;
                    }
                    ly_release(cx, made5);
                    ly_release(cx, element);
                    element = t6;
                    continue;
                failed_2:;
                    return ly_leave3(cx, element, n, x);
                }
                t1 = element;
            } else {
                t1 = ly_evaluate_given(cx, LY_WORD(k20), 0, 3, (ly_value[]){LY_FAILED, LY_INT(1), t2}, 2, (ly_value[]){sym_x, sym_n}, (ly_value[]){x, n});
                if (ly_failed(t1))
                    return ly_leave2(cx, n, x);
            }
        }
        ly_release(cx, n);
        ly_release(cx, x);
        return t1;
    }
}

static ly_value powers_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 2: return powers(cx, arguments[0], arguments[1]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t powers_entry_rules[] = {3};

static ly_value compose(ly_context *cx, ly_value f, ly_value g, ly_value x)
{
    if (ly_unusual(cx, first_entry + entry_compose, 1) || ly_has_up_values(cx, f) || ly_has_up_values(cx, g) || ly_has_up_values(cx, x))
        return ly_call_slowly(cx, sym_compose, 3, (ly_value[]){f, g, x});
    /* compose[f_, g_, x_] := f[g[x]]    functions.lyra:6 */
    {
        ly_value t2 = ly_retain(f);
        ly_value t1;
        if (ly_holds(cx, t2)) {
            t1 = ly_evaluate_holding(cx, 0, t2, LY_WORD(k25), 3, (ly_value[]){sym_f, sym_g, sym_x}, (ly_value[]){f, g, x});
            if (ly_failed(t1))
                return ly_leave4(cx, t2, x, g, f);
        } else {
            ly_value t4 = ly_retain(g);
            if (ly_stale(cx, t4) && ly_failed(t4 = ly_evaluate_take(cx, t4))) {
                ly_release(cx, f);
                return ly_leave4(cx, t4, t2, x, g);
            }
            ly_value t3;
            if (ly_holds(cx, t4)) {
                t3 = ly_evaluate_holding(cx, 1, t4, LY_WORD(k24), 2, (ly_value[]){sym_g, sym_x}, (ly_value[]){g, x});
                if (ly_failed(t3)) {
                    ly_release(cx, f);
                    return ly_leave4(cx, t4, t2, x, g);
                }
            } else {
                ly_value t5 = ly_retain(x);
                if (ly_stale(cx, t5) && ly_failed(t5 = ly_evaluate_take(cx, t5))) {
                    ly_release(cx, g);
                    ly_release(cx, f);
                    return ly_leave4(cx, t5, t4, t2, x);
                }
                t3 = ly_apply(cx, 1, t4, 1, (ly_value[]){t5});
                if (ly_failed(t3)) {
                    ly_release(cx, f);
                    return ly_leave4(cx, t4, t2, x, g);
                }
            }
            ly_release(cx, t4);
            if (!ly_steps(cx, 1) && ly_failed(ly_too_many_steps(cx))) {
                ly_release(cx, f);
                return ly_leave4(cx, t3, t2, x, g);
            }
            t1 = ly_tail_apply(cx, t2, 1, (ly_value[]){t3});
            if (ly_failed(t1))
                return ly_leave4(cx, t2, x, g, f);
        }
        ly_release(cx, t2);
        ly_release(cx, x);
        ly_release(cx, g);
        ly_release(cx, f);
        return t1;
    }
}

static ly_value compose_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 3: return compose(cx, arguments[0], arguments[1], arguments[2]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t compose_entry_rules[] = {4};

static ly_value counter(ly_context *cx)
{
    if (ly_unusual(cx, first_entry + entry_counter, 1))
        return ly_call_slowly(cx, sym_counter, 0, NULL);
    /* counter[] := Module[{n = 0}, n++ & ]    functions.lyra:7 */
    {
        ly_value n = ly_variable(cx, sym_n, cx->temporary_serial++, LY_INT(0));
        ly_value t1 = ly_fill(cx, LY_WORD(k30), 1, (ly_value[]){sym_n}, (ly_value[]){n});
        if (ly_failed(t1)) {
            ly_variable_end(cx, n);
            return ly_leave(cx);
        }
        ly_variable_end(cx, n);
        return t1;
    }
}

static ly_value counter_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    (void)arguments;
    switch (count) {
    case 0: return counter(cx);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t counter_entry_rules[] = {5};

/* squares[list_] := (#1^2 & ) /@ list */
static LY_ONCE ly_value statement_1(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 0, LY_WORD(k35));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* large[list_, limit_] := Select[list, #1 > limit & ] */
static LY_ONCE ly_value statement_2(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 1, LY_WORD(k36));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* total[list_] := Fold[#1 + #2 & , 0, list] */
static LY_ONCE ly_value statement_3(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 2, LY_WORD(k37));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* powers[x_, n_] := Nest[x*#1 & , 1, n] */
static LY_ONCE ly_value statement_4(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 3, LY_WORD(k38));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* compose[f_, g_, x_] := f[g[x]] */
static LY_ONCE ly_value statement_5(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 4, LY_WORD(k39));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* counter[] := Module[{n = 0}, n++ & ] */
static LY_ONCE ly_value statement_6(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 5, LY_WORD(k40));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* Print[squares[{1, 2, 3}], large[{5, 1, 7}, 3], total[{1, 2, 3}], powers[2, 10], compose[Sqrt, Abs, -16]] */
static LY_ONCE ly_value statement_7(ly_context *cx)
{
    cx->depth++;
    ly_value t1 = squares(cx, LY_WORD(k41));
    cx->depth--;
    if (ly_failed(t1))
        return LY_FAILED;
    cx->depth++;
    ly_value t2 = large(cx, LY_WORD(k42), LY_INT(3));
    cx->depth--;
    if (ly_failed(t2))
        return ly_drop1(cx, t1);
    cx->depth++;
    ly_value t3 = total(cx, LY_WORD(k41));
    cx->depth--;
    if (ly_failed(t3))
        return ly_drop2(cx, t2, t1);
    cx->depth++;
    ly_value t4 = powers(cx, LY_INT(2), LY_INT(10));
    cx->depth--;
    if (ly_failed(t4))
        return ly_drop3(cx, t3, t2, t1);
    uint64_t steps6 = cx->iterations;
    cx->iterations = 1;
    cx->depth++;
    ly_value t5 = compose(cx, sym_Sqrt, sym_Abs, LY_INT(-16));
    cx->depth--;
    cx->iterations = steps6;
    if (ly_failed(t5))
        return ly_drop4(cx, t4, t3, t2, t1);
    ly_value t7 = ly_apply(cx, 0, sym_Print, 5, (ly_value[]){t1, t2, t3, t4, t5});
    if (ly_failed(t7))
        return LY_FAILED;
    return t7;
}

/* ---- the module, for the runtime ---- */

static const ly_module_symbol symbols[] = {
    {&sym_squares, "Global`", "squares"},
    {&sym_list, "Global`", "list"},
    {&sym_Slot, "System`", "Slot"},
    {&sym_Power, "System`", "Power"},
    {&sym_Function, "System`", "Function"},
    {&sym_Map, "System`", "Map"},
    {&sym_Blank, "System`", "Blank"},
    {&sym_Pattern, "System`", "Pattern"},
    {&sym_large, "Global`", "large"},
    {&sym_limit, "Global`", "limit"},
    {&sym_Greater, "System`", "Greater"},
    {&sym_Select, "System`", "Select"},
    {&sym_total, "Global`", "total"},
    {&sym_Plus, "System`", "Plus"},
    {&sym_Fold, "System`", "Fold"},
    {&sym_powers, "Global`", "powers"},
    {&sym_x, "Global`", "x"},
    {&sym_n, "Global`", "n"},
    {&sym_Times, "System`", "Times"},
    {&sym_Nest, "System`", "Nest"},
    {&sym_compose, "Global`", "compose"},
    {&sym_f, "Global`", "f"},
    {&sym_g, "Global`", "g"},
    {&sym_counter, "Global`", "counter"},
    {&sym_Increment, "System`", "Increment"},
    {&sym_Set, "System`", "Set"},
    {&sym_List, "System`", "List"},
    {&sym_Module, "System`", "Module"},
    {&sym_SetDelayed, "System`", "SetDelayed"},
    {&sym_Sqrt, "System`", "Sqrt"},
    {&sym_Abs, "System`", "Abs"},
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
};

static ly_module_rule rules[] = {
    {0, 1, &sym_squares, LY_WORD(k7), LY_WORD(k4), NULL, 0, 0, NULL},
    {1, 1, &sym_large, LY_WORD(k12), LY_WORD(k10), NULL, 0, 0, NULL},
    {2, 1, &sym_total, LY_WORD(k17), LY_WORD(k16), NULL, 0, 0, NULL},
    {3, 1, &sym_powers, LY_WORD(k23), LY_WORD(k20), NULL, 0, 0, NULL},
    {4, 1, &sym_compose, LY_WORD(k28), LY_WORD(k25), NULL, 0, 0, NULL},
    {5, 1, &sym_counter, LY_WORD(k31), LY_WORD(k34), NULL, 0, 0, NULL},
};

static const ly_module_patch patches[] = {
    {&k1.head, &sym_Slot},
    {&k2.head, &sym_Power},
    {&k3.head, &sym_Function},
    {&k4.head, &sym_Map},
    {&k4.args[1], &sym_list},
    {&k5.head, &sym_Blank},
    {&k6.head, &sym_Pattern},
    {&k6.args[0], &sym_list},
    {&k7.head, &sym_squares},
    {&k8.head, &sym_Greater},
    {&k8.args[1], &sym_limit},
    {&k9.head, &sym_Function},
    {&k10.head, &sym_Select},
    {&k10.args[0], &sym_list},
    {&k11.head, &sym_Pattern},
    {&k11.args[0], &sym_limit},
    {&k12.head, &sym_large},
    {&k13.head, &sym_Slot},
    {&k14.head, &sym_Plus},
    {&k15.head, &sym_Function},
    {&k16.head, &sym_Fold},
    {&k16.args[2], &sym_list},
    {&k17.head, &sym_total},
    {&k18.head, &sym_Times},
    {&k18.args[0], &sym_x},
    {&k19.head, &sym_Function},
    {&k20.head, &sym_Nest},
    {&k20.args[2], &sym_n},
    {&k21.head, &sym_Pattern},
    {&k21.args[0], &sym_x},
    {&k22.head, &sym_Pattern},
    {&k22.args[0], &sym_n},
    {&k23.head, &sym_powers},
    {&k24.head, &sym_g},
    {&k24.args[0], &sym_x},
    {&k25.head, &sym_f},
    {&k26.head, &sym_Pattern},
    {&k26.args[0], &sym_f},
    {&k27.head, &sym_Pattern},
    {&k27.args[0], &sym_g},
    {&k28.head, &sym_compose},
    {&k29.head, &sym_Increment},
    {&k29.args[0], &sym_n},
    {&k30.head, &sym_Function},
    {&k31.head, &sym_counter},
    {&k32.head, &sym_Set},
    {&k32.args[0], &sym_n},
    {&k33.head, &sym_List},
    {&k34.head, &sym_Module},
    {&k35.head, &sym_SetDelayed},
    {&k36.head, &sym_SetDelayed},
    {&k37.head, &sym_SetDelayed},
    {&k38.head, &sym_SetDelayed},
    {&k39.head, &sym_SetDelayed},
    {&k40.head, &sym_SetDelayed},
    {&k41.head, &sym_List},
    {&k42.head, &sym_List},
};

static const ly_module_entry entries[] = {
    {&sym_squares, squares_entry, 0, 1, 1, squares_entry_rules},
    {&sym_large, large_entry, 0, 1, 1, large_entry_rules},
    {&sym_total, total_entry, 0, 1, 1, total_entry_rules},
    {&sym_powers, powers_entry, 0, 1, 1, powers_entry_rules},
    {&sym_compose, compose_entry, 0, 1, 1, compose_entry_rules},
    {&sym_counter, counter_entry, 0, 1, 1, counter_entry_rules},
};

static const ly_module_statement statements[] = {
    {statement_1, 0, 2, 1, 29, 0, 50, 35},
    {statement_2, 0, 3, 1, 29, 0, 51, 36},
    {statement_3, 0, 4, 1, 29, 0, 52, 37},
    {statement_4, 0, 5, 1, 29, 0, 53, 38},
    {statement_5, 0, 6, 1, 29, 0, 54, 39},
    {statement_6, 0, 7, 1, 29, 0, 55, 40},
    {statement_7, 0, 8, 1, 32, 0, 57, 42},
};

/* the statements of each file: the first, and behind the last */
static const uint32_t units[][2] = {{0, 7}};
static const char *const files[] = {"functions.lyra"};

static ly_module_state state;
static const ly_module lyra_module = {
    .name = "functions",
    .files = files,
    .units = units,
    .main_units = 1,
    .state = &state,
    .symbols = symbols,
    .symbol_count = 32,
    .patches = patches,
    .patch_count = 57,
    .constants = constants,
    .constant_count = 42,
    .rules = rules,
    .rule_count = 6,
    .entries = entries,
    .entry_count = 6,
    .base = &first_entry,
    .statements = statements,
    .statement_count = 7,
};

static void program(ly_context *cx) { ly_module_run(cx, &lyra_module); }

int main(int count, char **arguments)
{
    return ly_session_main(count, arguments, program);
}
