/* control: made by lyra build */
#include "abi.h"

static ly_value sym_collatz;
static ly_value sym_Null;
static ly_value sym_mdollar_;
static ly_value sym_m;
static ly_value sym_EvenQ;
static ly_value sym_Quotient;
static ly_value sym_Set;
static ly_value sym_Times;
static ly_value sym_Plus;
static ly_value sym_If;
static ly_value sym_n;
static ly_value sym_Blank;
static ly_value sym_Pattern;
static ly_value sym_steps;
static ly_value sym_List;
static ly_value sym_Unequal;
static ly_value sym_Increment;
static ly_value sym_CompoundExpression;
static ly_value sym_While;
static ly_value sym_Module;
static ly_value sym_longest;
static ly_value sym_sdollar_;
static ly_value sym_s;
static ly_value sym_bestdollar_;
static ly_value sym_best;
static ly_value sym_Greater;
static ly_value sym_limit;
static ly_value sym_i;
static ly_value sym_Do;
static ly_value sym_sieve;
static ly_value sym_True;
static ly_value sym_Table;
static ly_value sym_founddollar_;
static ly_value sym_found;
static ly_value sym_AppendTo;
static ly_value sym_False;
static ly_value sym_marksdollar_;
static ly_value sym_marks;
static ly_value sym_j;
static ly_value sym_Part;
static ly_value sym_SetDelayed;
static ly_value sym_Print;

/* EvenQ[m] */
static LY_EXPR_CONSTANT(1) k1 = {LY_EXPR_HEADER(1, 0), {0}};
/* Quotient[m, 2] */
static LY_EXPR_CONSTANT(2) k2 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(2)}};
/* m = Quotient[m, 2] */
static LY_EXPR_CONSTANT(2) k3 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k2)}};
/* 3*m */
static LY_EXPR_CONSTANT(2) k4 = {LY_EXPR_HEADER(2, 0), {LY_INT(3), 0}};
/* 3*m + 1 */
static LY_EXPR_CONSTANT(2) k5 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k4), LY_INT(1)}};
/* m = 3*m + 1 */
static LY_EXPR_CONSTANT(2) k6 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k5)}};
/* If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1] */
static LY_EXPR_CONSTANT(3) k7 = {LY_EXPR_HEADER(3, 0), {LY_WORD(k1), LY_WORD(k3), LY_WORD(k6)}};
/* _ */
static LY_EXPR_CONSTANT(1) k8 = {LY_EXPR_HEADER(0, 0), {0}};
/* n_ */
static LY_EXPR_CONSTANT(2) k9 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k8)}};
/* collatz[n_] */
static LY_EXPR_CONSTANT(1) k10 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k9)}};
/* m = n */
static LY_EXPR_CONSTANT(2) k11 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* steps = 0 */
static LY_EXPR_CONSTANT(2) k12 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(0)}};
/* {m = n, steps = 0} */
static LY_EXPR_CONSTANT(2) k13 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k11), LY_WORD(k12)}};
/* m != 1 */
static LY_EXPR_CONSTANT(2) k14 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(1)}};
/* steps++ */
static LY_EXPR_CONSTANT(1) k15 = {LY_EXPR_HEADER(1, 0), {0}};
/* If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1]; steps++ */
static LY_EXPR_CONSTANT(2) k16 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k7), LY_WORD(k15)}};
/* While[m != 1, If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1]; steps++] */
static LY_EXPR_CONSTANT(2) k17 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k14), LY_WORD(k16)}};
/* While[m != 1, If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1]; steps++]; steps */
static LY_EXPR_CONSTANT(2) k18 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k17), 0}};
/* Module[{m = n, steps = 0}, While[m != 1, If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1]; steps++]; steps] */
static LY_EXPR_CONSTANT(2) k19 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k13), LY_WORD(k18)}};
/* s > best */
static LY_EXPR_CONSTANT(2) k20 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* best = s */
static LY_EXPR_CONSTANT(2) k21 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* If[s > best, best = s] */
static LY_EXPR_CONSTANT(2) k22 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k20), LY_WORD(k21)}};
/* collatz[i] */
static LY_EXPR_CONSTANT(1) k23 = {LY_EXPR_HEADER(1, 0), {0}};
/* s = collatz[i] */
static LY_EXPR_CONSTANT(2) k24 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k23)}};
/* s = collatz[i]; If[s > best, best = s] */
static LY_EXPR_CONSTANT(2) k25 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k24), LY_WORD(k22)}};
/* {i, limit} */
static LY_EXPR_CONSTANT(2) k26 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* Do[s = collatz[i]; If[s > best, best = s], {i, limit}] */
static LY_EXPR_CONSTANT(2) k27 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k25), LY_WORD(k26)}};
/* limit_ */
static LY_EXPR_CONSTANT(2) k28 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k8)}};
/* longest[limit_] */
static LY_EXPR_CONSTANT(1) k29 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k28)}};
/* best = 0 */
static LY_EXPR_CONSTANT(2) k30 = {LY_EXPR_HEADER(2, 0), {0, LY_INT(0)}};
/* {best = 0, s} */
static LY_EXPR_CONSTANT(2) k31 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k30), 0}};
/* Do[s = collatz[i]; If[s > best, best = s], {i, limit}]; best */
static LY_EXPR_CONSTANT(2) k32 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k27), 0}};
/* Module[{best = 0, s}, Do[s = collatz[i]; If[s > best, best = s], {i, limit}]; best] */
static LY_EXPR_CONSTANT(2) k33 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k31), LY_WORD(k32)}};
/* {n} */
static LY_EXPR_CONSTANT(1) k34 = {LY_EXPR_HEADER(1, 0), {0}};
/* Table[True, {n}] */
static LY_EXPR_CONSTANT(2) k35 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k34)}};
/* {} */
static LY_EXPR_CONSTANT(1) k36 = {LY_EXPR_HEADER(0, 0), {0}};
/* AppendTo[found, i] */
static LY_EXPR_CONSTANT(2) k37 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* marks[[j]] */
static LY_EXPR_CONSTANT(2) k38 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* marks[[j]] = False */
static LY_EXPR_CONSTANT(2) k39 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k38), 0}};
/* 2*i */
static LY_EXPR_CONSTANT(2) k40 = {LY_EXPR_HEADER(2, 0), {LY_INT(2), 0}};
/* {j, 2*i, n, i} */
static LY_EXPR_CONSTANT(4) k41 = {LY_EXPR_HEADER(4, 0), {0, LY_WORD(k40), 0, 0}};
/* Do[marks[[j]] = False, {j, 2*i, n, i}] */
static LY_EXPR_CONSTANT(2) k42 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k39), LY_WORD(k41)}};
/* marks[[i]] */
static LY_EXPR_CONSTANT(2) k43 = {LY_EXPR_HEADER(2, 0), {0, 0}};
/* AppendTo[found, i]; Do[marks[[j]] = False, {j, 2*i, n, i}] */
static LY_EXPR_CONSTANT(2) k44 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k37), LY_WORD(k42)}};
/* If[marks[[i]], AppendTo[found, i]; Do[marks[[j]] = False, {j, 2*i, n, i}]] */
static LY_EXPR_CONSTANT(2) k45 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k43), LY_WORD(k44)}};
/* {i, 2, n} */
static LY_EXPR_CONSTANT(3) k46 = {LY_EXPR_HEADER(3, 0), {0, LY_INT(2), 0}};
/* Do[If[marks[[i]], AppendTo[found, i]; Do[marks[[j]] = False, {j, 2*i, n, i}]], {i, 2, n}] */
static LY_EXPR_CONSTANT(2) k47 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k45), LY_WORD(k46)}};
/* sieve[n_] */
static LY_EXPR_CONSTANT(1) k48 = {LY_EXPR_HEADER(1, 0), {LY_WORD(k9)}};
/* marks = Table[True, {n}] */
static LY_EXPR_CONSTANT(2) k49 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k35)}};
/* found = {} */
static LY_EXPR_CONSTANT(2) k50 = {LY_EXPR_HEADER(2, 0), {0, LY_WORD(k36)}};
/* {marks = Table[True, {n}], found = {}} */
static LY_EXPR_CONSTANT(2) k51 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k49), LY_WORD(k50)}};
/* Do[If[marks[[i]], AppendTo[found, i]; Do[marks[[j]] = False, {j, 2*i, n, i}]], {i, 2, n}]; found */
static LY_EXPR_CONSTANT(2) k52 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k47), 0}};
/* Module[{marks = Table[True, {n}], found = {}}, Do[If[marks[[i]], AppendTo[found, i]; Do[marks[[j]] = False, {j, 2*i, n, i}]], {i, 2, n}]; found] */
static LY_EXPR_CONSTANT(2) k53 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k51), LY_WORD(k52)}};
/* collatz[n_] := Module[{m = n, steps = 0}, While[m != 1, If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1]; steps++]; steps] */
static LY_EXPR_CONSTANT(2) k54 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k10), LY_WORD(k19)}};
/* longest[limit_] := Module[{best = 0, s}, Do[s = collatz[i]; If[s > best, best = s], {i, limit}]; best] */
static LY_EXPR_CONSTANT(2) k55 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k29), LY_WORD(k33)}};
/* sieve[n_] := Module[{marks = Table[True, {n}], found = {}}, Do[If[marks[[i]], AppendTo[found, i]; Do[marks[[j]] = False, {j, 2*i, n, i}]], {i, 2, n}]; found] */
static LY_EXPR_CONSTANT(2) k56 = {LY_EXPR_HEADER(2, 0), {LY_WORD(k48), LY_WORD(k53)}};
static LY_STRING_CONSTANT(2) k57 = {LY_STRING_HEADER(true, 1, 1), " "};

/* where this module's entries begin among those of the process */
static uint32_t first_entry;
enum { entry_collatz, entry_longest, entry_sieve };

/* bytes of stack that a level of recursion takes at most */
enum { level_size = LY_LEVEL_SIZE(4) };

static const ly_module lyra_module;

static ly_value collatz(ly_context *cx, ly_value n);
static int64_t collatz_of_i(ly_context *cx, int64_t n);
static ly_value longest(ly_context *cx, ly_value limit);
static int64_t longest_of_i(ly_context *cx, int64_t limit);
static ly_value sieve(ly_context *cx, ly_value n);

static int64_t collatz_of_i(ly_context *cx, int64_t n)
{
    (void)cx;
    int64_t m = 0;
    int64_t steps_2 = 0;
    /* collatz[n_] := Module[{m = n, steps = 0}, While[m != 1, If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1]; steps++]; steps] */
    {
        m = n;
        cx->temporary_serial++;
        steps_2 = 0;
        cx->temporary_serial++;
        for (;;) {
            if (!(m != 1)) break;
            if (ly_polled(cx) && !ly_goes_on(cx)) return LY_NO_INT;
            if (!(m & 1)) {
                int64_t i1 = m >> 1;
                m = i1;
            } else {
                int64_t i2;
                if (LY_MULTIPLY_OVERFLOWS(3, m, &i2)) return LY_NO_INT;
                int64_t i3;
                if (LY_ADD_OVERFLOWS(i2, 1, &i3)) return LY_NO_INT;
                m = i3;
            }
            int64_t i4;
            if (LY_ADD_OVERFLOWS(steps_2, 1, &i4)) return LY_NO_INT;
            steps_2 = i4;
        }
        return steps_2;
    }
}

/* While[m != 1, If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1]; steps++]
   on unboxed numbers */
static int loop_1(ly_context *cx, ly_value *v, ly_range *r)
{
    (void)r;
    int at = LY_KERNEL_ENDED;
    int64_t m = 0;
    int64_t steps = 0;
    if (!ly_is_int(v[0])) return LY_KERNEL_REFUSED;
    m = ly_int_of(v[0]);
    if (!ly_is_int(v[1])) return LY_KERNEL_REFUSED;
    steps = ly_int_of(v[1]);
    {
        for (;;) {
            if (!(m != 1)) break;
            if (ly_polled(cx)) goto exit_1;
            if (!(m & 1)) {
                int64_t i1 = m >> 1;
                m = i1;
            } else {
                int64_t i2;
                if (LY_MULTIPLY_OVERFLOWS(3, m, &i2)) goto exit_4;
                int64_t i3;
                if (LY_ADD_OVERFLOWS(i2, 1, &i3)) goto exit_4;
                m = i3;
            }
            int64_t i4;
            if (LY_ADD_OVERFLOWS(steps, 1, &i4)) goto exit_5;
            steps = i4;
        }
    }
    goto out;
exit_1:
    at = 1;
    goto out;
exit_4:
    at = 4;
    goto out;
exit_5:
    at = 5;
    goto out;
out:
    ly_release(cx, v[0]);
    v[0] = ly_boxed_int(cx, m);
    ly_release(cx, v[1]);
    v[1] = ly_boxed_int(cx, steps);
    return at;
}

static int64_t longest_of_i(ly_context *cx, int64_t limit)
{
    (void)cx;
    int64_t best = 0;
    int64_t s = 0;
    int64_t i = 0;
    uint64_t left_0 = 0;
    int64_t at_0 = 0, by_0 = 1;
    /* longest[limit_] := Module[{best = 0, s}, Do[s = collatz[i]; If[s > best, best = s], {i, limit}]; best] */
    {
        best = 0;
        cx->temporary_serial++;
        cx->temporary_serial++;
        at_0 = 1;
        by_0 = 1;
        left_0 = ly_rounds(at_0, limit, by_0);
        while (left_0 > 0) {
            if (ly_polled(cx) && !ly_goes_on(cx)) return LY_NO_INT;
            uint64_t stop_0 = left_0 > 4096 ? left_0 - 4096 : 0;
            for (; left_0 > stop_0; left_0--, at_0 += 1) {
                i = at_0;
                int64_t i1 = collatz_of_i(cx, i);
                if (i1 == LY_NO_INT) return LY_NO_INT;
                s = i1;
                if (s > best) {
                    best = s;
                }
            }
        }
        return best;
    }
}

/* Do[s = collatz[i]; If[s > best, best = s], {i, limit}]
   on unboxed numbers */
static int loop_2(ly_context *cx, ly_value *v, ly_range *r)
{
    if (!ly_relied_on(cx, first_entry + entry_collatz)) return LY_KERNEL_REFUSED;
    if (cx->depth + 11 > cx->recursion_limit) return LY_KERNEL_REFUSED;
    int at = LY_KERNEL_ENDED;
    int64_t i = 0;
    int64_t s = 0;
    bool s_set = false;
    int64_t best = 0;
    if (!ly_is_int(v[2])) return LY_KERNEL_REFUSED;
    best = ly_int_of(v[2]);
    if (!r[0].integers) return LY_KERNEL_REFUSED;
    uint64_t left_0 = r[0].left;
    int64_t at_0 = r[0].at, by_0 = r[0].by;
    uint64_t serials = cx->temporary_serial;
    {
        while (left_0 > 0) {
            if (ly_polled(cx)) {
                at_0 -= by_0;
                goto exit_1;
            }
            uint64_t stop_0 = left_0 > 4096 ? left_0 - 4096 : 0;
            for (; left_0 > stop_0; left_0--, at_0 += 1) {
                i = at_0;
                cx->temporary_serial = serials;
                int64_t i1 = collatz_of_i(cx, i);
                if (i1 == LY_NO_INT) goto exit_2;
                serials = cx->temporary_serial;
                s_set = true;
                s = i1;
                if (s > best) {
                    best = s;
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
out:
    v[0] = ly_boxed_int(cx, i);
    if (s_set) {
        ly_release(cx, v[1]);
        v[1] = ly_boxed_int(cx, s);
    }
    ly_release(cx, v[2]);
    v[2] = ly_boxed_int(cx, best);
    r[0].left = left_0;
    r[0].at = at_0 + by_0;
    cx->temporary_serial = serials;
    return at;
}

static ly_value collatz(ly_context *cx, ly_value n)
{
    if (ly_unusual(cx, first_entry + entry_collatz, 6) || ly_has_up_values(cx, n))
        return ly_call_slowly(cx, sym_collatz, 1, (ly_value[]){n});
    if (ly_is_int(n) && ly_worth_trying(&cx->trials[first_entry + entry_collatz])) {
        uint64_t serials = cx->temporary_serial;
        int64_t v = collatz_of_i(cx, ly_int_of(n));
        bool none = v == LY_NO_INT;
        ly_tried_call(&cx->trials[first_entry + entry_collatz], none);
        if (!none) {
            return ly_boxed_int(cx, v);
        }
        cx->temporary_serial = serials;
    }
    /* collatz[n_] := Module[{m = n, steps = 0}, While[m != 1, If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1]; steps++]; steps]    control.lyra:2 */
    {
        if (ly_unsettled(cx, n) && ly_failed(n = ly_evaluate_take(cx, n)))
            return ly_leave1(cx, n);
        ly_value m = n;
        uint64_t m_serial = cx->temporary_serial++;
        ly_value steps = LY_INT(0);
        cx->temporary_serial++;
        ly_value t1;
        t1 = sym_Null;
        ly_trial try_loop_1 = {0, 0, 0};
        ly_value in_loop_1[2];
        ly_range at_loop_1[1];
        for (;;) {
            if (ly_worth_trying(&try_loop_1)) {
                in_loop_1[0] = m;
                in_loop_1[1] = steps;
                int was_loop_1 = loop_1(cx, in_loop_1, at_loop_1);
                m = in_loop_1[0];
                steps = in_loop_1[1];
                if (was_loop_1 != LY_KERNEL_ENDED && !ly_polled(cx)) ly_tried(&try_loop_1);
                switch (was_loop_1) {
                case LY_KERNEL_ENDED: goto broken_2;
                case 1: goto go_on_loop_1_1;
                case 2: goto go_on_loop_1_2;
                case 3: goto go_on_loop_1_3;
                case 4: goto go_on_loop_1_4;
                case 5: goto go_on_loop_1_5;
                }
            }
            if (0) {
            go_on_loop_1_1:
                t1 = sym_Null;
            }
            ly_value t3 = m, made4 = LY_FAILED;
            if (ly_stale(cx, t3) && ly_failed(t3 = made4 = ly_evaluate(cx, t3)))
                goto failed_2;
            int c2 = ly_test_unequal(cx, t3, LY_INT(1));
            ly_release(cx, made4);
            if (c2 < 0)
                goto failed_2;
            if (c2 != LY_TRUE) break;
            if (ly_poll(cx))
                goto failed_2;
            if (0) {
            go_on_loop_1_2:
                t1 = sym_Null;
            }
            ly_value t6 = m, made7 = LY_FAILED;
            if (ly_stale(cx, t6) && ly_failed(t6 = made7 = ly_evaluate(cx, t6)))
                goto failed_2;
            int c5 = ly_test_even(cx, t6);
            ly_release(cx, made7);
            if (c5 < 0)
                goto failed_2;
            if (c5 == LY_TRUE) {
                if (0) {
                go_on_loop_1_3:
                    t1 = sym_Null;
                }
                if (ly_stale(cx, m) && ly_failed(m = ly_evaluate_take(cx, m)))
                    goto failed_2;
                ly_value t8 = ly_op_quotient(cx, m, LY_INT(2));
                if (ly_failed(t8))
                    goto failed_2;
                ly_release(cx, m);
                m = t8;
            } else if (c5 == LY_FALSE) {
                if (0) {
                go_on_loop_1_4:
                    t1 = sym_Null;
                }
                if (ly_stale(cx, m) && ly_failed(m = ly_evaluate_take(cx, m)))
                    goto failed_2;
                ly_value t9 = ly_op_times(cx, LY_INT(3), m);
                if (ly_failed(t9))
                    goto failed_2;
                ly_value t10 = ly_op_plus_take(cx, t9, LY_INT(1));
                if (ly_failed(t10))
                    goto failed_2;
                ly_release(cx, m);
                m = t10;
            } else {
                ly_value t11;
                ly_value v12 = ly_variable(cx, sym_mdollar_, m_serial, ly_retain(m));
                t11 = ly_undecided(cx, LY_WORD(k7), 0, 1, (ly_value[]){sym_m}, (ly_value[]){v12});
                ly_release(cx, v12);
                if (ly_failed(t11))
                    goto failed_2;
                ly_release(cx, t11);
            }
            if (0) {
            go_on_loop_1_5:
                t1 = sym_Null;
            }
            ly_value t13 = ly_op_plus(cx, steps, LY_INT(1));
            if (ly_failed(t13))
                goto failed_2;
            ly_release(cx, steps);
            steps = t13;
            continue;
        failed_2:;
            int how14 = ly_loop_caught(cx);
            if (how14 == 1) break;
            if (how14 == 2) continue;
            t1 = ly_loop_left(cx);
            if (ly_failed(t1))
                return ly_leave2(cx, steps, m);
            break;
        }
    broken_2:;
        ly_release(cx, t1);
        if (ly_stale(cx, steps) && ly_failed(steps = ly_evaluate_take(cx, steps)))
            return ly_leave2(cx, steps, m);
        ly_value t15 = steps;
        steps = LY_FAILED;
        ly_release(cx, steps);
        ly_release(cx, m);
        return t15;
    }
}

static ly_value collatz_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return collatz(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t collatz_entry_rules[] = {0};

static ly_value longest(ly_context *cx, ly_value limit)
{
    if (ly_unusual(cx, first_entry + entry_longest, 5) || ly_has_up_values(cx, limit))
        return ly_call_slowly(cx, sym_longest, 1, (ly_value[]){limit});
    if (ly_is_int(limit) && ly_worth_trying(&cx->trials[first_entry + entry_longest]) && ly_relied_on(cx, first_entry + entry_collatz) && cx->depth + 11 <= cx->recursion_limit) {
        uint64_t serials = cx->temporary_serial;
        int64_t v = longest_of_i(cx, ly_int_of(limit));
        bool none = v == LY_NO_INT;
        ly_tried_call(&cx->trials[first_entry + entry_longest], none);
        if (!none) {
            return ly_boxed_int(cx, v);
        }
        cx->temporary_serial = serials;
    }
    /* longest[limit_] := Module[{best = 0, s}, Do[s = collatz[i]; If[s > best, best = s], {i, limit}]; best]    control.lyra:7 */
    {
        ly_value best = LY_INT(0);
        uint64_t best_serial = cx->temporary_serial++;
        ly_value s = LY_FAILED;
        uint64_t s_serial = cx->temporary_serial++;
        ly_value t1;
        if (ly_unsettled(cx, limit) && ly_failed(limit = ly_evaluate_take(cx, limit)))
            return ly_leave3(cx, s, best, limit);
        ly_value t4 = ly_retain(limit);
        ly_value bounds3[] = {t4};
        ly_trial try_loop_2 = {0, 0, 0};
        ly_value in_loop_2[3];
        ly_range at_loop_2[1];
        ly_range it2;
        if (ly_range_start(cx, &it2, 1, bounds3, false)) {
            t1 = sym_Null;
            for (; it2.left > 0; it2.left--) {
                if (ly_worth_trying(&try_loop_2)) {
                    in_loop_2[1] = s;
                    in_loop_2[2] = best;
                    at_loop_2[0] = it2;
                    int was_loop_2 = loop_2(cx, in_loop_2, at_loop_2);
                    s = in_loop_2[1];
                    best = in_loop_2[2];
                    if (was_loop_2 != LY_KERNEL_ENDED && !ly_polled(cx)) ly_tried(&try_loop_2);
                    if (was_loop_2 >= 0) it2 = at_loop_2[0];
                    switch (was_loop_2) {
                    case LY_KERNEL_ENDED: goto broken_2;
                    case 1: goto go_on_loop_2_1;
                    case 2: goto go_on_loop_2_2;
                    case 3: goto go_on_loop_2_3;
                    case 4: goto go_on_loop_2_4;
                    }
                }
                if (0) {
                go_on_loop_2_1:
                    t1 = sym_Null;
                    it2 = at_loop_2[0];
                }
                ly_value i = ly_range_next(cx, &it2);
                if (ly_failed(i))
                    goto failed_2;
                if (ly_poll(cx)) {
                    ly_release(cx, i);
                    goto failed_2;
                }
                if (0) {
                go_on_loop_2_2:
                    t1 = sym_Null;
                    it2 = at_loop_2[0];
                    i = in_loop_2[0];
                }
                if (ly_stale(cx, i) && ly_failed(i = ly_evaluate_take(cx, i))) {
                    ly_release(cx, i);
                    goto failed_2;
                }
                cx->depth += 5;
                ly_value t5 = ly_is_spliced(i) ? ly_call_slowly(cx, sym_collatz, 1, (ly_value[]){i})
                    : collatz(cx, i);
                cx->depth -= 5;
                if (ly_failed(t5))
                    goto failed_2;
                ly_release(cx, s);
                s = t5;
                if (0) {
                go_on_loop_2_3:
                    t1 = sym_Null;
                    it2 = at_loop_2[0];
                    i = in_loop_2[0];
                }
                ly_value t7 = s, made8 = LY_FAILED;
                if (ly_stale(cx, t7) && ly_failed(t7 = made8 = ly_evaluate(cx, t7)))
                    goto failed_2;
                ly_value t9 = best, made10 = LY_FAILED;
                if (ly_stale(cx, t9) && ly_failed(t9 = made10 = ly_evaluate(cx, t9))) {
                    ly_release(cx, made8);
                    goto failed_2;
                }
                int c6 = ly_test_greater(cx, t7, t9);
                ly_release(cx, made10);
                ly_release(cx, made8);
                if (c6 < 0)
                    goto failed_2;
                if (c6 == LY_TRUE) {
                    if (0) {
                    go_on_loop_2_4:
                        t1 = sym_Null;
                        it2 = at_loop_2[0];
                        i = in_loop_2[0];
                    }
                    ly_value t11 = ly_retain(s);
                    if (ly_stale(cx, t11) && ly_failed(t11 = ly_evaluate_take(cx, t11))) {
                        ly_release(cx, t11);
                        goto failed_2;
                    }
                    ly_release(cx, best);
                    best = t11;
                } else if (c6 != LY_FALSE) {
                    ly_value t12;
                    ly_value v13 = ly_variable(cx, sym_sdollar_, s_serial, ly_retain(s));
                    ly_value v14 = ly_variable(cx, sym_bestdollar_, best_serial, ly_retain(best));
                    t12 = ly_undecided(cx, LY_WORD(k22), 0, 2, (ly_value[]){sym_s, sym_best}, (ly_value[]){v13, v14});
                    ly_release(cx, v14);
                    ly_release(cx, v13);
                    if (ly_failed(t12))
                        goto failed_2;
                    ly_release(cx, t12);
                }
                continue;
            failed_2:;
                int how15 = ly_loop_caught(cx);
                if (how15 == 1) break;
                if (how15 == 2) continue;
                t1 = ly_loop_left(cx);
                if (ly_failed(t1)) {
                    ly_range_end(cx, &it2);
                    return ly_leave3(cx, s, best, limit);
                }
                break;
            }
        broken_2:;
            ly_range_end(cx, &it2);
        } else {
            ly_release_all(cx, 1, bounds3);
            ly_value v16 = ly_variable(cx, sym_sdollar_, s_serial, s);
            s = LY_FAILED;
            ly_value v17 = ly_variable(cx, sym_bestdollar_, best_serial, best);
            best = LY_FAILED;
            t1 = ly_evaluate_filled(cx, 1, LY_WORD(k27), 3, (ly_value[]){sym_s, sym_best, sym_limit}, (ly_value[]){v16, v17, limit});
            s = ly_variable_take(cx, v16);
            best = ly_variable_take(cx, v17);
            if (ly_failed(t1))
                return ly_leave3(cx, s, best, limit);
        }
        ly_release(cx, t1);
        if (ly_stale(cx, best) && ly_failed(best = ly_evaluate_take(cx, best)))
            return ly_leave3(cx, s, best, limit);
        ly_value t18 = best;
        best = LY_FAILED;
        ly_release(cx, s);
        ly_release(cx, best);
        ly_release(cx, limit);
        return t18;
    }
}

static ly_value longest_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return longest(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t longest_entry_rules[] = {1};

static ly_value sieve(ly_context *cx, ly_value n)
{
    if (ly_unusual(cx, first_entry + entry_sieve, 4) || ly_has_up_values(cx, n))
        return ly_call_slowly(cx, sym_sieve, 1, (ly_value[]){n});
    /* sieve[n_] := Module[{marks = Table[True, {n}], found = {}}, Do[If[marks[[i]], AppendTo[found, i]; Do[marks[[j]] = False, {j, 2*i, n, i}]], {i, 2, n}]; found]    control.lyra:10 */
    {
        ly_value t1;
        if (ly_unsettled(cx, n) && ly_failed(n = ly_evaluate_take(cx, n)))
            return ly_leave1(cx, n);
        ly_value t5 = ly_retain(n);
        ly_value bounds4[] = {t5};
        ly_range it2;
        if (ly_range_start(cx, &it2, 1, bounds4, true)) {
            if (!ly_table_can(cx, it2.left, 1)) {
                ly_range_end(cx, &it2);
                return ly_leave1(cx, n);
            }
            ly_builder list3 = ly_builder_new();
            for (; it2.left > 0; it2.left--) {
                if (ly_poll(cx))
                    goto failed_2;
                if (!ly_builder_add(cx, &list3, sym_True))
                    goto failed_2;
                continue;
            failed_2:;
                ly_builder_drop(cx, &list3);
                ly_range_end(cx, &it2);
                return ly_leave1(cx, n);
            }
            t1 = ly_table_finish(cx, &list3);
            if (ly_failed(t1)) {
                ly_range_end(cx, &it2);
                return ly_leave1(cx, n);
            }
            ly_range_end(cx, &it2);
        } else {
            ly_release_all(cx, 1, bounds4);
            t1 = ly_evaluate_filled(cx, 1, LY_WORD(k35), 1, (ly_value[]){sym_n}, (ly_value[]){n});
            if (ly_failed(t1))
                return ly_leave1(cx, n);
        }
        ly_value marks = t1;
        uint64_t marks_serial = cx->temporary_serial++;
        ly_value found = LY_WORD(k36);
        uint64_t found_serial = cx->temporary_serial++;
        ly_value t6;
        ly_value t9 = ly_retain(n);
        if (ly_stale(cx, t9) && ly_failed(t9 = ly_evaluate_take(cx, t9)))
            return ly_leave4(cx, t9, found, marks, n);
        ly_value bounds8[] = {LY_INT(2), t9};
        ly_range it7;
        if (ly_range_start(cx, &it7, 2, bounds8, false)) {
            t6 = sym_Null;
            for (; it7.left > 0; it7.left--) {
                ly_value i = ly_range_next(cx, &it7);
                if (ly_failed(i))
                    goto failed_3;
                if (it7.visible) ly_range_assign(cx, &it7, i);
                if (ly_poll(cx)) {
                    ly_release(cx, i);
                    goto failed_3;
                }
                ly_value t11 = marks, made12 = LY_FAILED;
                if (ly_stale(cx, t11) && ly_failed(t11 = made12 = ly_evaluate(cx, t11))) {
                    ly_release(cx, i);
                    goto failed_3;
                }
                ly_value t13 = i, made14 = LY_FAILED;
                if (ly_stale(cx, t13) && ly_failed(t13 = made14 = ly_evaluate(cx, t13))) {
                    ly_release(cx, made12);
                    ly_release(cx, i);
                    goto failed_3;
                }
                ly_value t15 = ly_op_part(cx, t11, t13);
                if (ly_failed(t15)) {
                    ly_release(cx, made14);
                    ly_release(cx, made12);
                    ly_release(cx, i);
                    goto failed_3;
                }
                ly_release(cx, made14);
                ly_release(cx, made12);
                int c10 = ly_test_value_take(cx, t15);
                if (c10 == LY_TRUE) {
                    ly_value t16 = ly_retain(i);
                    if (ly_stale(cx, t16) && ly_failed(t16 = ly_evaluate_take(cx, t16))) {
                        ly_release(cx, t16);
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    if (!ly_local_append(cx, &found, t16, false)) {
                        ly_value t17;
                        ly_value v18 = ly_variable(cx, sym_founddollar_, found_serial, found);
                        found = LY_FAILED;
                        t17 = ly_evaluate_given(cx, LY_WORD(k37), 0, 2, (ly_value[]){LY_FAILED, t16}, 1, (ly_value[]){sym_found}, (ly_value[]){v18});
                        found = ly_variable_take(cx, v18);
                        if (ly_failed(t17)) {
                            ly_release(cx, i);
                            goto failed_3;
                        }
                        ly_release(cx, t17);
                    }
                    if (ly_failed(found)) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    ly_value t19;
                    ly_value t22 = i, made23 = LY_FAILED;
                    if (ly_stale(cx, t22) && ly_failed(t22 = made23 = ly_evaluate(cx, t22))) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    ly_value t24 = ly_op_times(cx, LY_INT(2), t22);
                    if (ly_failed(t24)) {
                        ly_release(cx, made23);
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    ly_release(cx, made23);
                    ly_value t25 = ly_retain(n);
                    if (ly_stale(cx, t25) && ly_failed(t25 = ly_evaluate_take(cx, t25))) {
                        ly_release(cx, t25);
                        ly_release(cx, t24);
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    ly_value t26 = ly_retain(i);
                    if (ly_stale(cx, t26) && ly_failed(t26 = ly_evaluate_take(cx, t26))) {
                        ly_release(cx, t26);
                        ly_release(cx, t25);
                        ly_release(cx, t24);
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    ly_value bounds21[] = {t24, t25, t26};
                    ly_range it20;
                    if (ly_range_start(cx, &it20, 3, bounds21, false)) {
                        t19 = sym_Null;
                        for (; it20.left > 0; it20.left--) {
                            ly_value j = ly_range_next(cx, &it20);
                            if (ly_failed(j))
                                goto failed_4;
                            if (it20.visible) ly_range_assign(cx, &it20, j);
                            if (ly_poll(cx)) {
                                ly_release(cx, j);
                                goto failed_4;
                            }
                            ly_value t27 = ly_retain(j);
                            if (ly_stale(cx, t27) && ly_failed(t27 = ly_evaluate_take(cx, t27))) {
                                ly_release(cx, t27);
                                ly_release(cx, j);
                                goto failed_4;
                            }
                            ly_value t28 = sym_False;
                            if (!ly_local_set_part(cx, &marks, 1, (ly_value[]){t27}, t28)) {
                                ly_value v29 = ly_variable(cx, sym_marksdollar_, marks_serial, marks);
                                marks = LY_FAILED;
                                ly_range_show_now(cx, &it20, sym_j, j);
                                t28 = ly_evaluate_given(cx, LY_WORD(k39), 0, 2, (ly_value[]){LY_FAILED, t28}, 1, (ly_value[]){sym_marks}, (ly_value[]){v29});
                                marks = ly_variable_take(cx, v29);
                                if (ly_failed(t28)) {
                                    ly_release(cx, t27);
                                    ly_release(cx, j);
                                    goto failed_4;
                                }
                            }
                            ly_release(cx, t27);
                            ly_release(cx, t28);
                            ly_release(cx, j);
                            continue;
                        failed_4:;
                            int how30 = ly_loop_caught(cx);
                            if (how30 == 1) break;
                            if (how30 == 2) continue;
                            t19 = ly_loop_left(cx);
                            if (ly_failed(t19)) {
                                ly_range_end(cx, &it20);
                                ly_release(cx, i);
                                goto failed_3;
                            }
                            break;
                        }
                        ly_range_end(cx, &it20);
                    } else {
                        ly_release_all(cx, 3, bounds21);
                        ly_value v31 = ly_variable(cx, sym_marksdollar_, marks_serial, marks);
                        marks = LY_FAILED;
                        ly_range_show_now(cx, &it7, sym_i, i);
                        t19 = ly_evaluate_filled(cx, 1, LY_WORD(k42), 2, (ly_value[]){sym_marks, sym_n}, (ly_value[]){v31, n});
                        marks = ly_variable_take(cx, v31);
                        if (ly_failed(t19)) {
                            ly_release(cx, i);
                            goto failed_3;
                        }
                    }
                    ly_release(cx, t19);
                } else if (c10 != LY_FALSE) {
                    ly_value t32;
                    ly_value v33 = ly_variable(cx, sym_marksdollar_, marks_serial, ly_retain(marks));
                    ly_range_show_now(cx, &it7, sym_i, i);
                    ly_value v34 = ly_variable(cx, sym_founddollar_, found_serial, ly_retain(found));
                    t32 = ly_undecided(cx, LY_WORD(k45), 0, 3, (ly_value[]){sym_marks, sym_found, sym_n}, (ly_value[]){v33, v34, n});
                    ly_release(cx, v34);
                    ly_release(cx, v33);
                    if (ly_failed(t32)) {
                        ly_release(cx, i);
                        goto failed_3;
                    }
                    ly_release(cx, t32);
                }
                ly_release(cx, i);
                continue;
            failed_3:;
                int how35 = ly_loop_caught(cx);
                if (how35 == 1) break;
                if (how35 == 2) continue;
                t6 = ly_loop_left(cx);
                if (ly_failed(t6)) {
                    ly_range_end(cx, &it7);
                    return ly_leave3(cx, found, marks, n);
                }
                break;
            }
            ly_range_end(cx, &it7);
        } else {
            ly_release_all(cx, 2, bounds8);
            ly_value v36 = ly_variable(cx, sym_marksdollar_, marks_serial, marks);
            marks = LY_FAILED;
            ly_value v37 = ly_variable(cx, sym_founddollar_, found_serial, found);
            found = LY_FAILED;
            t6 = ly_evaluate_filled(cx, 1, LY_WORD(k47), 3, (ly_value[]){sym_marks, sym_found, sym_n}, (ly_value[]){v36, v37, n});
            marks = ly_variable_take(cx, v36);
            found = ly_variable_take(cx, v37);
            if (ly_failed(t6))
                return ly_leave3(cx, found, marks, n);
        }
        ly_release(cx, t6);
        if (ly_stale(cx, found) && ly_failed(found = ly_evaluate_take(cx, found)))
            return ly_leave3(cx, found, marks, n);
        ly_value t38 = found;
        found = LY_FAILED;
        ly_release(cx, found);
        ly_release(cx, marks);
        ly_release(cx, n);
        return t38;
    }
}

static ly_value sieve_entry(ly_context *cx, uint32_t count, const ly_value *arguments)
{
    switch (count) {
    case 1: return sieve(cx, arguments[0]);
    default: return LY_UNEVALUATED;
    }
}
static const uint32_t sieve_entry_rules[] = {2};

/* collatz[n_] := Module[{m = n, steps = 0}, While[m != 1, If[EvenQ[m], m = Quotient[m, 2], m = 3*m + 1]; steps++]; steps] */
static LY_ONCE ly_value statement_1(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 0, LY_WORD(k54));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* longest[limit_] := Module[{best = 0, s}, Do[s = collatz[i]; If[s > best, best = s], {i, limit}]; best] */
static LY_ONCE ly_value statement_2(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 1, LY_WORD(k55));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* sieve[n_] := Module[{marks = Table[True, {n}], found = {}}, Do[If[marks[[i]], AppendTo[found, i]; Do[marks[[j]] = False, {j, 2*i, n, i}]], {i, 2, n}]; found] */
static LY_ONCE ly_value statement_3(ly_context *cx)
{
    ly_value t1 = ly_module_define(cx, &lyra_module, 2, LY_WORD(k56));
    if (ly_failed(t1))
        return LY_FAILED;
    return t1;
}

/* Print[longest[30], " ", sieve[20]] */
static LY_ONCE ly_value statement_4(ly_context *cx)
{
    cx->depth++;
    ly_value t1 = longest(cx, LY_INT(30));
    cx->depth--;
    if (ly_failed(t1))
        return LY_FAILED;
    cx->depth++;
    ly_value t2 = sieve(cx, LY_INT(20));
    cx->depth--;
    if (ly_failed(t2))
        return ly_drop1(cx, t1);
    ly_value t3 = ly_apply(cx, 0, sym_Print, 3, (ly_value[]){t1, LY_WORD(k57), t2});
    if (ly_failed(t3))
        return LY_FAILED;
    return t3;
}

/* ---- the module, for the runtime ---- */

static const ly_module_symbol symbols[] = {
    {&sym_collatz, "Global`", "collatz"},
    {&sym_Null, "System`", "Null"},
    {&sym_mdollar_, "Global`", "m$"},
    {&sym_m, "Global`", "m"},
    {&sym_EvenQ, "System`", "EvenQ"},
    {&sym_Quotient, "System`", "Quotient"},
    {&sym_Set, "System`", "Set"},
    {&sym_Times, "System`", "Times"},
    {&sym_Plus, "System`", "Plus"},
    {&sym_If, "System`", "If"},
    {&sym_n, "Global`", "n"},
    {&sym_Blank, "System`", "Blank"},
    {&sym_Pattern, "System`", "Pattern"},
    {&sym_steps, "Global`", "steps"},
    {&sym_List, "System`", "List"},
    {&sym_Unequal, "System`", "Unequal"},
    {&sym_Increment, "System`", "Increment"},
    {&sym_CompoundExpression, "System`", "CompoundExpression"},
    {&sym_While, "System`", "While"},
    {&sym_Module, "System`", "Module"},
    {&sym_longest, "Global`", "longest"},
    {&sym_sdollar_, "Global`", "s$"},
    {&sym_s, "Global`", "s"},
    {&sym_bestdollar_, "Global`", "best$"},
    {&sym_best, "Global`", "best"},
    {&sym_Greater, "System`", "Greater"},
    {&sym_limit, "Global`", "limit"},
    {&sym_i, "Global`", "i"},
    {&sym_Do, "System`", "Do"},
    {&sym_sieve, "Global`", "sieve"},
    {&sym_True, "System`", "True"},
    {&sym_Table, "System`", "Table"},
    {&sym_founddollar_, "Global`", "found$"},
    {&sym_found, "Global`", "found"},
    {&sym_AppendTo, "System`", "AppendTo"},
    {&sym_False, "System`", "False"},
    {&sym_marksdollar_, "Global`", "marks$"},
    {&sym_marks, "Global`", "marks"},
    {&sym_j, "Global`", "j"},
    {&sym_Part, "System`", "Part"},
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
    LY_WORD(k55),
    LY_WORD(k56),
    LY_WORD(k57),
};

static ly_module_rule rules[] = {
    {0, 6, &sym_collatz, LY_WORD(k10), LY_WORD(k19), NULL, 0, 0, NULL},
    {1, 5, &sym_longest, LY_WORD(k29), LY_WORD(k33), NULL, 0, 0, NULL},
    {2, 4, &sym_sieve, LY_WORD(k48), LY_WORD(k53), NULL, 0, 0, NULL},
};

static const ly_module_patch patches[] = {
    {&k1.head, &sym_EvenQ},
    {&k1.args[0], &sym_m},
    {&k2.head, &sym_Quotient},
    {&k2.args[0], &sym_m},
    {&k3.head, &sym_Set},
    {&k3.args[0], &sym_m},
    {&k4.head, &sym_Times},
    {&k4.args[1], &sym_m},
    {&k5.head, &sym_Plus},
    {&k6.head, &sym_Set},
    {&k6.args[0], &sym_m},
    {&k7.head, &sym_If},
    {&k8.head, &sym_Blank},
    {&k9.head, &sym_Pattern},
    {&k9.args[0], &sym_n},
    {&k10.head, &sym_collatz},
    {&k11.head, &sym_Set},
    {&k11.args[0], &sym_m},
    {&k11.args[1], &sym_n},
    {&k12.head, &sym_Set},
    {&k12.args[0], &sym_steps},
    {&k13.head, &sym_List},
    {&k14.head, &sym_Unequal},
    {&k14.args[0], &sym_m},
    {&k15.head, &sym_Increment},
    {&k15.args[0], &sym_steps},
    {&k16.head, &sym_CompoundExpression},
    {&k17.head, &sym_While},
    {&k18.head, &sym_CompoundExpression},
    {&k18.args[1], &sym_steps},
    {&k19.head, &sym_Module},
    {&k20.head, &sym_Greater},
    {&k20.args[0], &sym_s},
    {&k20.args[1], &sym_best},
    {&k21.head, &sym_Set},
    {&k21.args[0], &sym_best},
    {&k21.args[1], &sym_s},
    {&k22.head, &sym_If},
    {&k23.head, &sym_collatz},
    {&k23.args[0], &sym_i},
    {&k24.head, &sym_Set},
    {&k24.args[0], &sym_s},
    {&k25.head, &sym_CompoundExpression},
    {&k26.head, &sym_List},
    {&k26.args[0], &sym_i},
    {&k26.args[1], &sym_limit},
    {&k27.head, &sym_Do},
    {&k28.head, &sym_Pattern},
    {&k28.args[0], &sym_limit},
    {&k29.head, &sym_longest},
    {&k30.head, &sym_Set},
    {&k30.args[0], &sym_best},
    {&k31.head, &sym_List},
    {&k31.args[1], &sym_s},
    {&k32.head, &sym_CompoundExpression},
    {&k32.args[1], &sym_best},
    {&k33.head, &sym_Module},
    {&k34.head, &sym_List},
    {&k34.args[0], &sym_n},
    {&k35.head, &sym_Table},
    {&k35.args[0], &sym_True},
    {&k36.head, &sym_List},
    {&k37.head, &sym_AppendTo},
    {&k37.args[0], &sym_found},
    {&k37.args[1], &sym_i},
    {&k38.head, &sym_Part},
    {&k38.args[0], &sym_marks},
    {&k38.args[1], &sym_j},
    {&k39.head, &sym_Set},
    {&k39.args[1], &sym_False},
    {&k40.head, &sym_Times},
    {&k40.args[1], &sym_i},
    {&k41.head, &sym_List},
    {&k41.args[0], &sym_j},
    {&k41.args[2], &sym_n},
    {&k41.args[3], &sym_i},
    {&k42.head, &sym_Do},
    {&k43.head, &sym_Part},
    {&k43.args[0], &sym_marks},
    {&k43.args[1], &sym_i},
    {&k44.head, &sym_CompoundExpression},
    {&k45.head, &sym_If},
    {&k46.head, &sym_List},
    {&k46.args[0], &sym_i},
    {&k46.args[2], &sym_n},
    {&k47.head, &sym_Do},
    {&k48.head, &sym_sieve},
    {&k49.head, &sym_Set},
    {&k49.args[0], &sym_marks},
    {&k50.head, &sym_Set},
    {&k50.args[0], &sym_found},
    {&k51.head, &sym_List},
    {&k52.head, &sym_CompoundExpression},
    {&k52.args[1], &sym_found},
    {&k53.head, &sym_Module},
    {&k54.head, &sym_SetDelayed},
    {&k55.head, &sym_SetDelayed},
    {&k56.head, &sym_SetDelayed},
};

static const ly_module_entry entries[] = {
    {&sym_collatz, collatz_entry, 0, 6, 1, collatz_entry_rules},
    {&sym_longest, longest_entry, 0, 5, 1, longest_entry_rules},
    {&sym_sieve, sieve_entry, 0, 4, 1, sieve_entry_rules},
};

static const ly_module_statement statements[] = {
    {statement_1, 0, 2, 1, 41, 0, 96, 54},
    {statement_2, 0, 7, 1, 41, 0, 97, 55},
    {statement_3, 0, 10, 1, 41, 0, 98, 56},
    {statement_4, 0, 13, 1, 42, 0, 98, 57},
};

/* the statements of each file: the first, and behind the last */
static const uint32_t units[][2] = {{0, 4}};
static const char *const files[] = {"control.lyra"};

static ly_module_state state;
static const ly_module lyra_module = {
    .name = "control",
    .files = files,
    .units = units,
    .main_units = 1,
    .state = &state,
    .symbols = symbols,
    .symbol_count = 42,
    .patches = patches,
    .patch_count = 98,
    .constants = constants,
    .constant_count = 57,
    .rules = rules,
    .rule_count = 3,
    .entries = entries,
    .entry_count = 3,
    .base = &first_entry,
    .statements = statements,
    .statement_count = 4,
};

static void program(ly_context *cx) { ly_module_run(cx, &lyra_module); }

int main(int count, char **arguments)
{
    return ly_session_main(count, arguments, program);
}
