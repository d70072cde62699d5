/* watched: made by lyra build */
#include "abi.h"

static ly_value sym_safely;
static ly_value sym_TryCatch;
static ly_value sym_Null;
static ly_value sym_Raise;
static ly_value sym_sdollar_;
static ly_value sym_s;
static ly_value sym_n;
static ly_value sym_Greater;
static ly_value sym_If;
static ly_value sym_i;
static ly_value sym_AddTo;
static ly_value sym_CompoundExpression;
static ly_value sym_List;
static ly_value sym_Do;
static ly_value sym_failure3;
static ly_value sym_Blank;
static ly_value sym_Pattern;
static ly_value sym_Set;
static ly_value sym_e;
static ly_value sym_Rule;
static ly_value sym_Module;
static ly_value sym_quietly;
static ly_value sym_Check;
static ly_value sym_Power;
static ly_value sym_MessageName;
static ly_value sym_Quiet;
static ly_value sym_x;
static ly_value sym_Times;
static ly_value sym_evens;
static ly_value sym_Reap;
static ly_value sym_Sow;
static ly_value sym_EvenQ;
static ly_value sym_briefly;
static ly_value sym_TimeConstrained;
static ly_value sym_SetDelayed;
static ly_value sym_Print;

static LY_STRING_CONSTANT(4) k1 = {LY_STRING_HEADER(true, 3, 3), "big"};
static LY_STRING_CONSTANT(8) k2 = {LY_STRING_HEADER(true, 7, 7), "too big"};
/* s > n */
static LY_EXPR_CONSTANT(2) k3 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* Raise["big", "too big"] */
static LY_EXPR_CONSTANT(2) k4 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k1), LY_WORD(k2)}};
/* If[s > n, Raise["big", "too big"]] */
static LY_EXPR_CONSTANT(2) k5 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k3), LY_WORD(k4)}};
/* s += i */
static LY_EXPR_CONSTANT(2) k6 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* s += i; If[s > n, Raise["big", "too big"]] */
static LY_EXPR_CONSTANT(2) k7 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k6), LY_WORD(k5)}};
/* {i, 10} */
static LY_EXPR_CONSTANT(2) k8 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(10)}};
/* Do[s += i; If[s > n, Raise["big", "too big"]], {i, 10}] */
static LY_EXPR_CONSTANT(2) k9 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k7), LY_WORD(k8)}};
static LY_STRING_CONSTANT(8) k10 = {LY_STRING_HEADER(true, 7, 7), "Message"};
/* failure3["Message"] */
static LY_EXPR_CONSTANT(1) k11 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k10)}};
/* _ */
static LY_EXPR_CONSTANT(1) k12 = {LY_EXPR_HEADER(0, 0), {0}};
/* n_ */
static LY_EXPR_CONSTANT(2) k13 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k12)}};
/* safely[n_] */
static LY_EXPR_CONSTANT(1) k14 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k13)}};
/* s = 0 */
static LY_EXPR_CONSTANT(2) k15 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(0)}};
/* {s = 0} */
static LY_EXPR_CONSTANT(1) k16 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k15)}};
/* Do[s += i; If[s > n, Raise["big", "too big"]], {i, 10}]; s */
static LY_EXPR_CONSTANT(2) k17 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k9), 0}};
/* e["Message"] */
static LY_EXPR_CONSTANT(1) k18 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k10)}};
/* {e["Message"], s} */
static LY_EXPR_CONSTANT(2) k19 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k18), 0}};
/* e -> {e["Message"], s} */
static LY_EXPR_CONSTANT(2) k20 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k19)}};
/* TryCatch[Do[s += i; If[s > n, Raise["big", "too big"]], {i, 10}]; s, e -> {e["Message"], s}] */
static LY_EXPR_CONSTANT(2) k21 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k17), LY_WORD(k20)}};
/* Module[{s = 0}, TryCatch[Do[s += i; If[s > n, Raise["big", "too big"]], {i, 10}]; s, e -> {e["Message"], s}]] */
static LY_EXPR_CONSTANT(2) k22 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k16), LY_WORD(k21)}};
static LY_STRING_CONSTANT(5) k23 = {LY_STRING_HEADER(true, 4, 4), "infy"};
/* MessageName[Power, "infy"] */
static LY_EXPR_CONSTANT(2) k24 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k23)}};
/* {MessageName[Power, "infy"]} */
static LY_EXPR_CONSTANT(1) k25 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k24)}};
/* x_ */
static LY_EXPR_CONSTANT(2) k26 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k12)}};
/* quietly[x_] */
static LY_EXPR_CONSTANT(1) k27 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k26)}};
/* x^(-1) */
static LY_EXPR_CONSTANT(2) k28 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(-1)}};
/* 1/x */
static LY_EXPR_CONSTANT(2) k29 = {LY_EXPR_HEADER(2, 0), {LY_INT(1), LY_WORD(k28)}};
/* Quiet[1/x, {MessageName[Power, "infy"]}] */
static LY_EXPR_CONSTANT(2) k30 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k29), LY_WORD(k25)}};
/* Check[Quiet[1/x, {MessageName[Power, "infy"]}], 0] */
static LY_EXPR_CONSTANT(2) k31 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k30), LY_INT(0)}};
/* EvenQ[i] */
static LY_EXPR_CONSTANT(1) k32 = {LY_EXPR_HEADER(1, 0), {0}};
/* Sow[i] */
static LY_EXPR_CONSTANT(1) k33 = {LY_EXPR_HEADER(1, 0), {0}};
/* If[EvenQ[i], Sow[i]] */
static LY_EXPR_CONSTANT(2) k34 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k32), LY_WORD(k33)}};
/* {i, n} */
static LY_EXPR_CONSTANT(2) k35 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* Do[If[EvenQ[i], Sow[i]], {i, n}] */
static LY_EXPR_CONSTANT(2) k36 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k34), LY_WORD(k35)}};
/* evens[n_] */
static LY_EXPR_CONSTANT(1) k37 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k13)}};
/* Reap[Do[If[EvenQ[i], Sow[i]], {i, n}]] */
static LY_EXPR_CONSTANT(1) k38 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k36)}};
/* {n} */
static LY_EXPR_CONSTANT(1) k39 = {LY_EXPR_HEADER(1, 0), {0}};
/* Do[Null, {n}] */
static LY_EXPR_CONSTANT(2) k40 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k39)}};
static LY_STRING_CONSTANT(5) k41 = {LY_STRING_HEADER(true, 4, 4), "done"};
/* Do[Null, {n}]; "done" */
static LY_EXPR_CONSTANT(2) k42 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k40), LY_WORD(k41)}};
static LY_STRING_CONSTANT(5) k43 = {LY_STRING_HEADER(true, 4, 4), "late"};
/* TimeConstrained[Do[Null, {n}]; "done", 10, "late"] */
static LY_EXPR_CONSTANT(3) k44 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k42), LY_INT(10), LY_WORD(k43)}};
/* briefly[n_] */
static LY_EXPR_CONSTANT(1) k45 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k13)}};
/* safely[n_] := Module[{s = 0}, TryCatch[Do[s += i; If[s > n, Raise["big", "too big"]], {i, 10}]; s, e -> {e["Message"], s}]] */
static LY_EXPR_CONSTANT(2) k46 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k14), LY_WORD(k22)}};
/* quietly[x_] := Check[Quiet[1/x, {MessageName[Power, "infy"]}], 0] */
static LY_EXPR_CONSTANT(2) k47 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k27), LY_WORD(k31)}};
/* evens[n_] := Reap[Do[If[EvenQ[i], Sow[i]], {i, n}]] */
static LY_EXPR_CONSTANT(2) k48 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k37), LY_WORD(k38)}};
/* briefly[n_] := TimeConstrained[Do[Null, {n}]; "done", 10, "late"] */
static LY_EXPR_CONSTANT(2) k49 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k45), LY_WORD(k44)}};
static LY_STRING_CONSTANT(2) k50 = {LY_STRING_HEADER(true, 1, 1), " "};

/* where this module's entries begin among those of the process */
static uint32_t first_entry;
enum { entry_safely, entry_quietly, entry_evens, entry_briefly };

static const ly_module lyra_module;

static ly_value safely(ly_context *cx, ly_value n);
static ly_value quietly(ly_context *cx, ly_value x);
static ly_value evens(ly_context *cx, ly_value n);
static ly_value briefly(ly_context *cx, ly_value n);

/* Do[s += i; If[s > n, Raise["big", "too big"]], {i, 10}]
   on unboxed numbers */
static int loop_1(ly_context *cx, ly_value *v, ly_range *r)
{
    int at = LY_KERNEL_ENDED;
    int64_t i = 0;
    int64_t s = 0;
    int64_t n = 0;
    if (!ly_is_int(v[1])) return LY_KERNEL_REFUSED;
    s = ly_int_of(v[1]);
    if (!ly_is_int(v[2])) return LY_KERNEL_REFUSED;
    n = ly_int_of(v[2]);
    if (!r[0].integers) return LY_KERNEL_REFUSED;
    uint64_t left_0 = r[0].left;
    int64_t at_0 = r[0].at, by_0 = r[0].by;
    {
        while (left_0 > 0) {
            if (ly_polled(cx)) {
                at_0 -= by_0;
                goto exit_1;
            }
            uint64_t stop_0 = left_0 > 4096 ? left_0 - 4096 : 0;
            for (; left_0 > stop_0; left_0--, at_0 += 1) {
                i = at_0;
                int64_t i1;
                if (LY_ADD_OVERFLOWS(s, i, &i1)) goto exit_2;
                s = i1;
                if (s > n) {
                    goto exit_4;
                }
            }
        }
    }
    goto out;
exit_1:
    at = 1;
    goto out;
exit_2:
    at = 2;
    goto out;
exit_4:
    at = 4;
    goto out;
out:
    v[0] = ly_boxed_int(cx, i);
    ly_release(cx, v[1]);
    v[1] = ly_boxed_int(cx, s);
    r[0].left = left_0;
    r[0].at = at_0 + by_0;
    return at;
}

/* Do[If[EvenQ[i], Sow[i]], {i, n}]
   on unboxed numbers */
static int loop_2(ly_context *cx, ly_value *v, ly_range *r)
{
    int at = LY_KERNEL_ENDED;
    int64_t i = 0;
    if (!r[0].integers) return LY_KERNEL_REFUSED;
    uint64_t left_0 = r[0].left;
    int64_t at_0 = r[0].at, by_0 = r[0].by;
    {
        while (left_0 > 0) {
            if (ly_polled(cx)) {
                at_0 -= by_0;
                goto exit_1;
            }
            uint64_t stop_0 = left_0 > 4096 ? left_0 - 4096 : 0;
            for (; left_0 > stop_0; left_0--, at_0 += 1) {
                i = at_0;
                if (!(i & 1)) {
                    goto exit_3;
                }
            }
        }
    }
    goto out;
exit_1:
    at = 1;
    goto out;
exit_3:
    at = 3;
    goto out;
out:
    v[0] = ly_boxed_int(cx, i);
    r[0].left = left_0;
    r[0].at = at_0 + by_0;
    return at;
}

/* Do[Null, {n}]
   on unboxed numbers */
static int loop_3(ly_context *cx, ly_value *v, ly_range *r)
{
    (void)v;
    int at = LY_KERNEL_ENDED;
    if (!r[0].integers) return LY_KERNEL_REFUSED;
    uint64_t left_0 = r[0].left;
    int64_t at_0 = r[0].at, by_0 = r[0].by;
    {
        while (left_0 > 0) {
            if (ly_polled(cx)) {
                at_0 -= by_0;
                goto exit_1;
            }
            uint64_t stop_0 = left_0 > 4096 ? left_0 - 4096 : 0;
            for (; left_0 > stop_0; left_0--, at_0 += 1) {
            }
        }
    }
    goto out;
exit_1:
    at = 1;
    goto out;
out:
    r[0].left = left_0;
    r[0].at = at_0 + by_0;
    return at;
}

static ly_value safely(ly_context *cx, ly_value n)
{
    if (ly_unusual(cx, first_entry + entry_safely, 5) || ly_has_up_values(cx, n))
        return ly_call_slowly(cx, sym_safely, 1, (ly_value[]){n});
    /* safely[n_] := Module[{s = 0}, TryCatch[Do[s += i; If[s > n, Raise["big", "too big"]], {i, 10}]; s, e -> {e["Message"], s}]]    watched.lyra:2 */
    {
        ly_value s = LY_INT(0);
        uint64_t s_serial = cx->temporary_serial++;
        ly_value t1;
        ly_guard guard2;
        ly_guard_begin(cx, &guard2, sym_TryCatch, 0, NULL);
        t1 = LY_FAILED;
        {
            ly_value t3;
            ly_value bounds5[] = {LY_INT(10)};
            ly_trial try_loop_1 = {0, 0, 0};
            ly_value in_loop_1[3];
            ly_range at_loop_1[1];
            ly_range it4;
            if (ly_range_start(cx, &it4, 1, bounds5, false)) {
                t3 = sym_Null;
                for (; it4.left > 0; it4.left--) {
                    if (ly_worth_trying(&try_loop_1)) {
                        in_loop_1[1] = s;
                        in_loop_1[2] = n;
                        at_loop_1[0] = it4;
                        int was_loop_1 = loop_1(cx, in_loop_1, at_loop_1);
                        s = in_loop_1[1];
                        if (was_loop_1 != LY_KERNEL_ENDED && !ly_polled(cx) && was_loop_1 != 4) ly_tried(&try_loop_1);
                        if (was_loop_1 >= 0) it4 = at_loop_1[0];
                        switch (was_loop_1) {
                        case LY_KERNEL_ENDED: goto broken_3;
                        case 1: goto go_on_loop_1_1;
                        case 2: goto go_on_loop_1_2;
                        case 3: goto go_on_loop_1_3;
                        case 4: goto go_on_loop_1_4;
                        }
                    }
                    if (0) {
                    go_on_loop_1_1:
                        t3 = sym_Null;
                        it4 = at_loop_1[0];
                    }
                    ly_value i = ly_range_next(cx, &it4);
                    if (ly_failed(i))
                        goto failed_3;
                    if (ly_poll(cx)) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    if (0) {
                    go_on_loop_1_2:
                        t3 = sym_Null;
                        it4 = at_loop_1[0];
                        i = in_loop_1[0];
                    }
                    if (ly_stale(cx, i) && ly_failed(i = ly_evaluate_take(cx, i))) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    ly_value t6 = ly_op_plus(cx, s, i);
                    if (ly_failed(t6)) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    ly_release(cx, s);
                    s = t6;
                    if (0) {
                    go_on_loop_1_3:
                        t3 = sym_Null;
                        it4 = at_loop_1[0];
                        i = in_loop_1[0];
                    }
                    ly_value t8 = s, made9 = LY_FAILED;
                    if (ly_stale(cx, t8) && ly_failed(t8 = made9 = ly_evaluate(cx, t8))) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    ly_value t10 = n, made11 = LY_FAILED;
                    if (ly_stale(cx, t10) && ly_failed(t10 = made11 = ly_evaluate(cx, t10))) {
                        ly_release(cx, made9);
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    int c7 = ly_test_greater(cx, t8, t10);
                    ly_release(cx, made11);
                    ly_release(cx, made9);
                    if (c7 < 0) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    if (c7 == LY_TRUE) {
                        if (0) {
                        go_on_loop_1_4:
                            t3 = sym_Null;
                            it4 = at_loop_1[0];
                            i = in_loop_1[0];
                        }
                        ly_value t12 = ly_apply(cx, 4, sym_Raise, 2, (ly_value[]){LY_WORD(k1), LY_WORD(k2)});
                        if (ly_failed(t12)) {
                            ly_release(cx, i);
                            goto failed_3;
                        }
                        ly_release(cx, t12);
                    } else if (c7 != LY_FALSE) {
                        ly_value t13;
                        ly_value v14 = ly_variable(cx, sym_sdollar_, s_serial, ly_retain(s));
                        t13 = ly_undecided(cx, LY_WORD(k5), 0, 2, (ly_value[]){sym_s, sym_n}, (ly_value[]){v14, n});
                        ly_release(cx, v14);
                        if (ly_failed(t13)) {
                            ly_release(cx, i);
                            goto failed_3;
                        }
                        ly_release(cx, t13);
                    }
                    ly_release(cx, i);
                    continue;
                failed_3:;
                    int how15 = ly_loop_caught(cx);
                    if (how15 == 1) break;
                    if (how15 == 2) continue;
                    t3 = ly_loop_left(cx);
                    if (ly_failed(t3)) {
                        ly_range_end(cx, &it4);
                        goto failed_2;
                    }
                    break;
                }
            broken_3:;
                ly_range_end(cx, &it4);
            } else {
                ly_release_all(cx, 1, bounds5);
                ly_value v16 = ly_variable(cx, sym_sdollar_, s_serial, s);
                s = LY_FAILED;
                t3 = ly_evaluate_filled(cx, 1, LY_WORD(k9), 2, (ly_value[]){sym_s, sym_n}, (ly_value[]){v16, n});
                s = ly_variable_take(cx, v16);
                if (ly_failed(t3))
                    goto failed_2;
            }
            ly_release(cx, t3);
            ly_value t17 = ly_retain(s);
            if (ly_stale(cx, t17) && ly_failed(t17 = ly_evaluate_take(cx, t17))) {
                ly_release(cx, t17);
                goto failed_2;
            }
            t1 = t17;
        }
    failed_2:;
        if (ly_guard_end(cx, &guard2, &t1) != LY_GUARD_DONE) {
            ly_value failure = t1;
            t1 = LY_FAILED;
            ly_value t19 = ly_retain(failure);
            ly_value t18;
            if (ly_holds(cx, t19)) {
                t18 = ly_evaluate_holding(cx, 3, t19, LY_WORD(k11), 1, (ly_value[]){sym_failure3}, (ly_value[]){failure});
                if (ly_failed(t18))
                    return ly_leave4(cx, t19, failure, s, n);
            } else {
                t18 = ly_apply(cx, 3, t19, 1, (ly_value[]){LY_WORD(k10)});
                if (ly_failed(t18))
                    return ly_leave4(cx, t19, failure, s, n);
            }
            ly_release(cx, t19);
            if (ly_stale(cx, s) && ly_failed(s = ly_evaluate_take(cx, s)))
                return ly_leave4(cx, t18, failure, s, n);
            ly_value t20 = s;
            s = LY_FAILED;
            ly_value t21 = ly_list(cx, 2, (ly_value[]){t18, t20});
            if (ly_failed(t21))
                return ly_leave3(cx, failure, s, n);
            t1 = t21;
            ly_release(cx, failure);
        }
        if (ly_failed(t1))
            return ly_leave2(cx, s, n);
        ly_release(cx, s);
        ly_release(cx, n);
        return t1;
    }
}

static ly_value safely_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return safely(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t safely_entry_rules[] = {0};

static ly_value quietly(ly_context *cx, ly_value x)
{
    if (ly_unusual(cx, first_entry + entry_quietly, 2) || ly_has_up_values(cx, x))
        return ly_call_slowly(cx, sym_quietly, 1, (ly_value[]){x});
    /* quietly[x_] := Check[Quiet[1/x, {MessageName[Power, "infy"]}], 0]    watched.lyra:4 */
    {
        ly_value t1;
        ly_guard guard2;
        ly_guard_begin(cx, &guard2, sym_Check, 0, NULL);
        t1 = LY_FAILED;
        {
            ly_guard guard3;
            ly_guard_begin(cx, &guard3, sym_Quiet, 1, (ly_value[]){LY_WORD(k25)});
            t1 = LY_FAILED;
            {
                if (ly_stale(cx, x) && ly_failed(x = ly_evaluate_take(cx, x)))
                    goto failed_3;
                ly_value t4 = ly_op_divide(cx, LY_INT(1), x);
                if (ly_failed(t4))
                    goto failed_3;
                t1 = t4;
            }
        failed_3:;
            ly_guard_end(cx, &guard3, &t1);
            if (ly_failed(t1))
                goto failed_2;
        }
    failed_2:;
        if (ly_guard_end(cx, &guard2, &t1) != LY_GUARD_DONE) {
            t1 = LY_INT(0);
        }
        if (ly_failed(t1))
            return ly_leave1(cx, x);
        ly_release(cx, x);
        return t1;
    }
}

static ly_value quietly_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return quietly(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t quietly_entry_rules[] = {1};

static ly_value evens(ly_context *cx, ly_value n)
{
    if (ly_unusual(cx, first_entry + entry_evens, 3) || ly_has_up_values(cx, n))
        return ly_call_slowly(cx, sym_evens, 1, (ly_value[]){n});
    /* evens[n_] := Reap[Do[If[EvenQ[i], Sow[i]], {i, n}]]    watched.lyra:5 */
    {
        ly_value t1;
        ly_guard guard2;
        ly_guard_begin(cx, &guard2, sym_Reap, 0, NULL);
        t1 = LY_FAILED;
        {
            ly_value t5 = ly_retain(n);
            if (ly_stale(cx, t5) && ly_failed(t5 = ly_evaluate_take(cx, t5))) {
                ly_release(cx, t5);
                goto failed_2;
            }
            ly_value bounds4[] = {t5};
            ly_trial try_loop_2 = {0, 0, 0};
            ly_value in_loop_2[1];
            ly_range at_loop_2[1];
            ly_range it3;
            if (ly_range_start(cx, &it3, 1, bounds4, false)) {
                t1 = sym_Null;
                for (; it3.left > 0; it3.left--) {
                    if (ly_worth_trying(&try_loop_2)) {
                        at_loop_2[0] = it3;
                        int was_loop_2 = loop_2(cx, in_loop_2, at_loop_2);
                        if (was_loop_2 != LY_KERNEL_ENDED && !ly_polled(cx) && was_loop_2 != 3) ly_tried(&try_loop_2);
                        if (was_loop_2 >= 0) it3 = at_loop_2[0];
                        switch (was_loop_2) {
                        case LY_KERNEL_ENDED: goto broken_3;
                        case 1: goto go_on_loop_2_1;
                        case 2: goto go_on_loop_2_2;
                        case 3: goto go_on_loop_2_3;
                        }
                    }
                    if (0) {
                    go_on_loop_2_1:
                        t1 = sym_Null;
                        it3 = at_loop_2[0];
                    }
                    ly_value i = ly_range_next(cx, &it3);
                    if (ly_failed(i))
                        goto failed_3;
                    if (it3.visible) ly_range_assign(cx, &it3, i);
                    if (ly_poll(cx)) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    if (0) {
                    go_on_loop_2_2:
                        t1 = sym_Null;
                        it3 = at_loop_2[0];
                        i = in_loop_2[0];
                        if (it3.visible) ly_range_assign(cx, &it3, i);
                    }
                    ly_value t7 = i, made8 = LY_FAILED;
                    if (ly_stale(cx, t7) && ly_failed(t7 = made8 = ly_evaluate(cx, t7))) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    int c6 = ly_test_even(cx, t7);
                    ly_release(cx, made8);
                    if (c6 < 0) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    if (c6 == LY_TRUE) {
                        if (0) {
                        go_on_loop_2_3:
                            t1 = sym_Null;
                            it3 = at_loop_2[0];
                            i = in_loop_2[0];
                            if (it3.visible) ly_range_assign(cx, &it3, i);
                        }
                        if (ly_stale(cx, i) && ly_failed(i = ly_evaluate_take(cx, i))) {
                            ly_release(cx, i);
                            goto failed_3;
                        }
                        ly_value t9 = i;
                        i = LY_FAILED;
                        ly_value t10 = ly_apply(cx, 2, sym_Sow, 1, (ly_value[]){t9});
                        if (ly_failed(t10)) {
                            ly_release(cx, i);
                            goto failed_3;
                        }
                        ly_release(cx, t10);
                    } else if (c6 != LY_FALSE) {
                        ly_value t11;
                        ly_range_show_now(cx, &it3, sym_i, i);
                        t11 = ly_undecided(cx, LY_WORD(k34), 0, 0, NULL, NULL);
                        if (ly_failed(t11)) {
                            ly_release(cx, i);
                            goto failed_3;
                        }
                        ly_release(cx, t11);
                    }
                    ly_release(cx, i);
                    continue;
                failed_3:;
                    int how12 = ly_loop_caught(cx);
                    if (how12 == 1) break;
                    if (how12 == 2) continue;
                    t1 = ly_loop_left(cx);
                    if (ly_failed(t1)) {
                        ly_range_end(cx, &it3);
                        goto failed_2;
                    }
                    break;
                }
            broken_3:;
                ly_range_end(cx, &it3);
            } else {
                ly_release_all(cx, 1, bounds4);
                t1 = ly_evaluate_filled(cx, 1, LY_WORD(k36), 1, (ly_value[]){sym_n}, (ly_value[]){n});
                if (ly_failed(t1))
                    goto failed_2;
            }
        }
    failed_2:;
        ly_guard_end(cx, &guard2, &t1);
        if (ly_failed(t1))
            return ly_leave1(cx, n);
        ly_release(cx, n);
        return t1;
    }
}

static ly_value evens_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return evens(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t evens_entry_rules[] = {2};

static ly_value briefly(ly_context *cx, ly_value n)
{
    if (ly_unusual(cx, first_entry + entry_briefly, 2) || ly_has_up_values(cx, n))
        return ly_call_slowly(cx, sym_briefly, 1, (ly_value[]){n});
    /* briefly[n_] := TimeConstrained[Do[Null, {n}]; "done", 10, "late"]    watched.lyra:6 */
    {
        ly_value t1;
        ly_guard guard2;
        if (!ly_guard_begin(cx, &guard2, sym_TimeConstrained, 1, (ly_value[]){LY_INT(10)})) {
            t1 = ly_evaluate_given(cx, LY_WORD(k44), 0, 2, (ly_value[]){LY_FAILED, ly_retain(LY_INT(10))}, 1, (ly_value[]){sym_n}, (ly_value[]){n});
            if (ly_failed(t1))
                return ly_leave1(cx, n);
        } else {
            t1 = LY_FAILED;
            {
                ly_value t3;
                ly_value t6 = ly_retain(n);
                if (ly_stale(cx, t6) && ly_failed(t6 = ly_evaluate_take(cx, t6))) {
                    ly_release(cx, t6);
                    goto failed_2;
                }
                ly_value bounds5[] = {t6};
                ly_trial try_loop_3 = {0, 0, 0};
                ly_value in_loop_3[1];
                ly_range at_loop_3[1];
                ly_range it4;
                if (ly_range_start(cx, &it4, 1, bounds5, true)) {
                    t3 = sym_Null;
                    for (; it4.left > 0; it4.left--) {
                        if (ly_worth_trying(&try_loop_3)) {
                            at_loop_3[0] = it4;
                            int was_loop_3 = loop_3(cx, in_loop_3, at_loop_3);
                            if (was_loop_3 != LY_KERNEL_ENDED && !ly_polled(cx)) ly_tried(&try_loop_3);
                            if (was_loop_3 >= 0) it4 = at_loop_3[0];
                            switch (was_loop_3) {
                            case LY_KERNEL_ENDED: goto broken_3;
                            case 1: goto go_on_loop_3_1;
                            }
                        }
                        if (0) {
                        go_on_loop_3_1:
                            t3 = sym_Null;
                            it4 = at_loop_3[0];
                        }
                        if (ly_poll(cx))
                            goto failed_3;
                        continue;
                    failed_3:;
                        int how7 = ly_loop_caught(cx);
                        if (how7 == 1) break;
                        if (how7 == 2) continue;
                        t3 = ly_loop_left(cx);
                        if (ly_failed(t3)) {
                            ly_range_end(cx, &it4);
                            goto failed_2;
                        }
                        break;
                    }
                broken_3:;
                    ly_range_end(cx, &it4);
                } else {
                    ly_release_all(cx, 1, bounds5);
                    t3 = ly_evaluate_filled(cx, 1, LY_WORD(k40), 1, (ly_value[]){sym_n}, (ly_value[]){n});
                    if (ly_failed(t3))
                        goto failed_2;
                }
                ly_release(cx, t3);
                t1 = LY_WORD(k41);
            }
        failed_2:;
            if (ly_guard_end(cx, &guard2, &t1) != LY_GUARD_DONE) {
                t1 = LY_WORD(k43);
            }
            if (ly_failed(t1))
                return ly_leave1(cx, n);
        }
        ly_release(cx, n);
        return t1;
    }
}

static ly_value briefly_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return briefly(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t briefly_entry_rules[] = {3};

/* safely[n_] := Module[{s = 0}, TryCatch[Do[s += i; If[s > n, Raise["big", "too big"]], {i, 10}]; s, e -> {e["Message"], s}]] */
static LY_ONCE ly_value statement_1(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 0, LY_WORD(k46));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* quietly[x_] := Check[Quiet[1/x, {MessageName[Power, "infy"]}], 0] */
static LY_ONCE ly_value statement_2(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 1, LY_WORD(k47));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* evens[n_] := Reap[Do[If[EvenQ[i], Sow[i]], {i, n}]] */
static LY_ONCE ly_value statement_3(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 2, LY_WORD(k48));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* briefly[n_] := TimeConstrained[Do[Null, {n}]; "done", 10, "late"] */
static LY_ONCE ly_value statement_4(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 3, LY_WORD(k49));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* Print[safely[20], " ", quietly[0], " ", evens[6], " ", briefly[5]] */
static LY_ONCE ly_value statement_5(ly_context *cx)
{
    cx->depth++;
    ly_value t1 = safely(cx, LY_INT(20));
    cx->depth--;
    if (ly_failed(t1))
        return LY_FAILED;
    cx->depth++;
    ly_value t2 = quietly(cx, LY_INT(0));
    cx->depth--;
    if (ly_failed(t2))
        return ly_drop1(cx, t1);
    cx->depth++;
    ly_value t3 = evens(cx, LY_INT(6));
    cx->depth--;
    if (ly_failed(t3))
        return ly_drop2(cx, t2, t1);
    cx->depth++;
    ly_value t4 = briefly(cx, LY_INT(5));
    cx->depth--;
    if (ly_failed(t4))
        return ly_drop3(cx, t3, t2, t1);
    ly_value t5 = ly_apply(cx, 0, sym_Print, 7, (ly_value[]){t1, LY_WORD(k50), t2, LY_WORD(k50), t3, LY_WORD(k50), t4});
    if (ly_failed(t5))
        return LY_FAILED;
    return t5;
}

/* ---- the module, for the runtime ---- */

static const ly_module_symbol symbols[] = {
    {&sym_safely, "Global`", "safely"},
    {&sym_TryCatch, "System`", "TryCatch"},
    {&sym_Null, "System`", "Null"},
    {&sym_Raise, "System`", "Raise"},
    {&sym_sdollar_, "Global`", "s$"},
    {&sym_s, "Global`", "s"},
    {&sym_n, "Global`", "n"},
    {&sym_Greater, "System`", "Greater"},
    {&sym_If, "System`", "If"},
    {&sym_i, "Global`", "i"},
    {&sym_AddTo, "System`", "AddTo"},
    {&sym_CompoundExpression, "System`", "CompoundExpression"},
    {&sym_List, "System`", "List"},
    {&sym_Do, "System`", "Do"},
    {&sym_failure3, "Lyra`Locals`", "failure3"},
    {&sym_Blank, "System`", "Blank"},
    {&sym_Pattern, "System`", "Pattern"},
    {&sym_Set, "System`", "Set"},
    {&sym_e, "Global`", "e"},
    {&sym_Rule, "System`", "Rule"},
    {&sym_Module, "System`", "Module"},
    {&sym_quietly, "Global`", "quietly"},
    {&sym_Check, "System`", "Check"},
    {&sym_Power, "System`", "Power"},
    {&sym_MessageName, "System`", "MessageName"},
    {&sym_Quiet, "System`", "Quiet"},
    {&sym_x, "Global`", "x"},
    {&sym_Times, "System`", "Times"},
    {&sym_evens, "Global`", "evens"},
    {&sym_Reap, "System`", "Reap"},
    {&sym_Sow, "System`", "Sow"},
    {&sym_EvenQ, "System`", "EvenQ"},
    {&sym_briefly, "Global`", "briefly"},
    {&sym_TimeConstrained, "System`", "TimeConstrained"},
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
};

static ly_module_rule rules[] = {
    {0, 5, &sym_safely, LY_WORD(k14), LY_WORD(k22), NULL, 0, 0, NULL},
    {1, 2, &sym_quietly, LY_WORD(k27), LY_WORD(k31), NULL, 0, 0, NULL},
    {2, 3, &sym_evens, LY_WORD(k37), LY_WORD(k38), NULL, 0, 0, NULL},
    {3, 2, &sym_briefly, LY_WORD(k45), LY_WORD(k44), NULL, 0, 0, NULL},
};

static const ly_module_patch patches[] = {
    {&k3.head, &sym_Greater},
    {&k3.args[0], &sym_s},
    {&k3.args[1], &sym_n},
    {&k4.head, &sym_Raise},
    {&k5.head, &sym_If},
    {&k6.head, &sym_AddTo},
    {&k6.args[0], &sym_s},
    {&k6.args[1], &sym_i},
    {&k7.head, &sym_CompoundExpression},
    {&k8.head, &sym_List},
    {&k8.args[0], &sym_i},
    {&k9.head, &sym_Do},
    {&k11.head, &sym_failure3},
    {&k12.head, &sym_Blank},
    {&k13.head, &sym_Pattern},
    {&k13.args[0], &sym_n},
    {&k14.head, &sym_safely},
    {&k15.head, &sym_Set},
    {&k15.args[0], &sym_s},
    {&k16.head, &sym_List},
    {&k17.head, &sym_CompoundExpression},
    {&k17.args[1], &sym_s},
    {&k18.head, &sym_e},
    {&k19.head, &sym_List},
    {&k19.args[1], &sym_s},
    {&k20.head, &sym_Rule},
    {&k20.args[0], &sym_e},
    {&k21.head, &sym_TryCatch},
    {&k22.head, &sym_Module},
    {&k24.head, &sym_MessageName},
    {&k24.args[0], &sym_Power},
    {&k25.head, &sym_List},
    {&k26.head, &sym_Pattern},
    {&k26.args[0], &sym_x},
    {&k27.head, &sym_quietly},
    {&k28.head, &sym_Power},
    {&k28.args[0], &sym_x},
    {&k29.head, &sym_Times},
    {&k30.head, &sym_Quiet},
    {&k31.head, &sym_Check},
    {&k32.head, &sym_EvenQ},
    {&k32.args[0], &sym_i},
    {&k33.head, &sym_Sow},
    {&k33.args[0], &sym_i},
    {&k34.head, &sym_If},
    {&k35.head, &sym_List},
    {&k35.args[0], &sym_i},
    {&k35.args[1], &sym_n},
    {&k36.head, &sym_Do},
    {&k37.head, &sym_evens},
    {&k38.head, &sym_Reap},
    {&k39.head, &sym_List},
    {&k39.args[0], &sym_n},
    {&k40.head, &sym_Do},
    {&k40.args[0], &sym_Null},
    {&k42.head, &sym_CompoundExpression},
    {&k44.head, &sym_TimeConstrained},
    {&k45.head, &sym_briefly},
    {&k46.head, &sym_SetDelayed},
    {&k47.head, &sym_SetDelayed},
    {&k48.head, &sym_SetDelayed},
    {&k49.head, &sym_SetDelayed},
};

static const ly_module_entry entries[] = {
    {&sym_safely, safely_entry, 0, 5, 1, safely_entry_rules},
    {&sym_quietly, quietly_entry, 0, 2, 1, quietly_entry_rules},
    {&sym_evens, evens_entry, 0, 3, 1, evens_entry_rules},
    {&sym_briefly, briefly_entry, 0, 2, 1, briefly_entry_rules},
};

static const ly_module_statement statements[] = {
    {statement_1, 0, 2, 1, 35, 0, 59, 46},
    {statement_2, 0, 4, 1, 35, 0, 60, 47},
    {statement_3, 0, 5, 1, 35, 0, 61, 48},
    {statement_4, 0, 6, 1, 35, 0, 62, 49},
    {statement_5, 0, 7, 1, 36, 0, 62, 50},
};

/* the statements of each file: the first, and behind the last */
static const uint32_t units[][2] = {{0, 5}};
static const char *const files[] = {"watched.lyra"};

static ly_module_state state;
static const ly_module lyra_module = {
    .name = "watched",
    .files = files,
    .units = units,
    .main_units = 1,
    .state = &state,
    .symbols = symbols,
    .symbol_count = 36,
    .patches = patches,
    .patch_count = 62,
    .constants = constants,
    .constant_count = 50,
    .rules = rules,
    .rule_count = 4,
    .entries = entries,
    .entry_count = 4,
    .base = &first_entry,
    .statements = statements,
    .statement_count = 5,
};

static void program(ly_context *cx) { ly_module_run(cx, &lyra_module); }

int main(int count, char **arguments)
{
    return ly_session_main(count, arguments, program);
}
