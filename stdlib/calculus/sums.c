/* sums.c: closed forms of sums and products whose bounds are symbols or Infinity.

   The rules stand in the text below, in a context of their own (Sums`); they are read when a context
   first needs them. A summand is split into a constant, a power of the index, a power with the index
   in its exponent, and what is left:

       c i^p q^i o        finite: Faulhaber's polynomials, geometric sums
                          infinite: Zeta, PolyLog and their elementary cases, exponential series

   rational summands go through Apart, products through their linear factors as ratios of Gamma.
   Source: Graham, Knuth, Patashnik, Concrete Mathematics (1994), sections 2.6, 5.1, 6.5. */
#include "stdlib/lists/lists.h"
#include "stdlib/numbers/numbers.h"

static const char rules[] =
    "("
    /* {c, p, q, others}: the summand is c i^p q^i times the others */
    "Sums`split[f_, v_] := Module[{c = 1, p = 0, q = 1, o = {}},"
    "  Scan[Function[x, Which["
    "    FreeQ[x, v], c = c x,"
    "    x === v, p = p + 1,"
    "    MatchQ[x, Power[v, e_ /; FreeQ[e, v]]], p = p + x[[2]],"
    "    MatchQ[x, Power[b_ /; FreeQ[b, v], e_ /; PolynomialQ[e, v] && Exponent[e, v] == 1]],"
    "      c = c x[[1]]^Coefficient[x[[2]], v, 0]; q = q x[[1]]^Coefficient[x[[2]], v, 1],"
    "    True, o = Append[o, x]]], If[Head[f] === Times, List @@ f, {f}]];"
    "  {c, p, q, o}];"
    "Sums`linear[e_, v_] := PolynomialQ[e, v] && Exponent[e, v] == 1;"
    "Sums`each[g_, f_, rest__] := With[{e = Expand[f]}, If[Head[e] === Plus, Map[Function[t, g[t, rest]], e], g[e, rest]]];"
    /* 1^p + … + n^p */
    "Sums`faulhaber[p_, n_] := Expand[(Sum[Binomial[p + 1, j] If[j == 1, 1/2, BernoulliB[j]] n^(p + 1 - j), {j, 0, p}])/(p + 1)];"
    "Sums`finite[f_, v_, a_, b_] := Module[{s = Sums`split[f, v], c, p, q, o},"
    "  {c, p, q, o} = s;"
    "  Which["
    "    o =!= {}, $Failed,"
    "    q === 1 && p === 0, c (b - a + 1),"
    "    q === 1 && IntegerQ[p] && p > 0, c (Sums`faulhaber[p, b] - Sums`faulhaber[p, a - 1]),"
    "    q === 1 && p === -1 && a === 1, c HarmonicNumber[b],"
    "    q === 1 && IntegerQ[p] && p < -1 && a === 1, c HarmonicNumber[b, -p],"
    "    p === 0 && (MatchQ[q, Rational[1, _]] || MatchQ[q, Power[_, _?Negative]]),"
    "      c ((1/q)^(b - a + 1) - 1)/((1/q)^b (1/q - 1)),"
    "    p === 0, c (q^(b + 1) - q^a)/(q - 1),"
    "    True, $Failed]];"
    "Sums`sum[f_, v_, a_, b_] := Module[{r = Sums`named[f, v, a, b]},"
    "  If[r =!= $Failed, Return[r, Module]];"
    "  r = If[PolynomialQ[f, v], Sums`each[Sums`finite, f, v, a, b], Sums`finite[f, v, a, b]];"
    "  If[! FreeQ[r, $Failed], r = Sums`each[Sums`finite, f, v, a, b]];"
    "  Which[! FreeQ[r, $Failed], $Failed, PolynomialQ[f, v], Factor[r], True, r]];"
    /* sums with names */
    "Sums`named[f_, v_, a_, n_] := Replace[{f, a}, {"
    "  {Binomial[n, v], 0} -> 2^n,"
    "  {Binomial[n, v]^2, 0} -> Binomial[2 n, n],"
    "  {(-1)^v Binomial[n, v], 0} -> KroneckerDelta[n],"
    "  {Times[Power[q_ /; FreeQ[q, v], v], Binomial[n, v]], 0} :> (1 + q)^n,"
    "  {Fibonacci[v], 1} :> -1 + Fibonacci[2 + n],"
    "  {Fibonacci[v], 2} :> -2 + Fibonacci[2 + n],"
    "  {Fibonacci[v]^2, 1} :> Fibonacci[n] Fibonacci[1 + n],"
    "  _ -> $Failed}];"
    /* infinite sums: from a up */
    "Sums`first[f_, v_, from_, a_] := Total[Table[f /. v -> Sums`k, {Sums`k, from, a - 1}]];"
    "Sums`small[q_] := If[NumericQ[q], TrueQ[Abs[q] < 1], True];"
    "Sums`eulerian[p_, j_] := Sum[(-1)^m Binomial[p + 1, m] (j + 1 - m)^p, {m, 0, j}];"
    "Sums`infinite[f_, v_, a_] := Module[{c, p, q, o, d, m, y},"
    "  {c, p, q, o} = Sums`split[f, v];"
    "  Which["
    "    f === 0, 0,"
    "    o === {} && q === 1 && IntegerQ[p] && p < -1 && a >= 1, c (Zeta[-p] - Sums`first[v^p, v, 1, a]),"
    "    o === {} && q === 1 && ! NumericQ[p] && a === 1, c Zeta[-p],"
    "    o === {} && q === -1 && p === -1 && a >= 1, c (-Log[2] - Sums`first[(-1)^v/v, v, 1, a]),"
    "    o === {} && q === -1 && IntegerQ[p] && p < -1 && a >= 1,"
    "      c (-(1 - 2^(1 + p)) Zeta[-p] - Sums`first[(-1)^v v^p, v, 1, a]),"
    "    o === {} && q === 1 && NumericQ[p], Sums`diverges,"
    "    o === {} && ! Sums`small[q], Sums`diverges,"
    "    o === {} && p === 0, If[a === 0, c/(1 - q), -c q^a/(q - 1)],"
    "    o === {} && IntegerQ[p] && p > 0 && a >= 0,"
    "      Factor[c (Sum[Sums`eulerian[p, j] q^(j + 1), {j, 0, p - 1}]/(1 - q)^(p + 1) - Sums`first[v^p q^v, v, 1, a])],"
    "    o === {} && p === -1 && a >= 1, c (-Log[1 - q] - Sums`first[q^v/v, v, 1, a]),"
    "    o === {} && IntegerQ[p] && p < -1 && a >= 1, c (PolyLog[-p, q] - Sums`first[v^p q^v, v, 1, a]),"
    "    Length[o] === 1 && p === 0 && MatchQ[o[[1]], Power[Factorial[_], -1]] && Sums`linear[o[[1, 1, 1]], v],"
    "      m = Coefficient[o[[1, 1, 1]], v, 1]; d = Coefficient[o[[1, 1, 1]], v, 0];"
    "      Which["
    "        m === 1 && IntegerQ[d] && a + d >= 0, Expand[c q^(-d) (E^q - Sums`first[q^v/v!, v, 0, a + d])],"
    "        m === 2 && IntegerQ[d] && a >= 0 && d >= 0,"
    "          y = If[MatchQ[q, -1 | Times[-1, __]], -q, q]; y = If[Head[y] === Power, y[[1]]^(y[[2]]/2), Sqrt[y]];"
    "          If[y^2 === -q,"
    "            With[{s = (-1)^Quotient[d, 2]},"
    "              Together[c y^(-d) s (If[EvenQ[d], Cos[y], Sin[y]] -"
    "                Sums`first[(-1)^v y^(2 v + Mod[d, 2])/(2 v + Mod[d, 2])!, v, 0, a + Quotient[d, 2]])]],"
    "            Together[c y^(-d) (If[EvenQ[d], Cosh[y], Sinh[y]] -"
    "              Sums`first[y^(2 v + Mod[d, 2])/(2 v + Mod[d, 2])!, v, 0, a + Quotient[d, 2]])]],"
    "        True, $Failed],"
    "    Length[o] === 1 && p === 0 && q === -1 && MatchQ[o[[1]], Power[_, -1 | -2 | -3]] && Sums`linear[o[[1, 1]], v],"
    "      m = Coefficient[o[[1, 1]], v, 1]; d = (Coefficient[o[[1, 1]], v, 0] - 1)/2;"
    "      If[m === 2 && IntegerQ[d] && a + d >= 0,"
    "        c (-1)^d ({Pi/4, Catalan, Pi^3/32}[[-o[[1, 2]]]] - Sums`first[(-1)^v (2 v + 1)^o[[1, 2]], v, 0, a + d]), $Failed],"
    "    q === 1 && PolynomialQ[Denominator[Together[f]], v] && PolynomialQ[Numerator[Together[f]], v], Sums`rational[f, v, a],"
    "    True, $Failed]];"
    /* a rational summand by partial fractions: squares by Zeta, simple poles cancel in pairs */
    "Sums`rational[f_, v_, a_] := Module[{e = Apart[f, v], t, sum = 0, poles = {}, c, m, d, s},"
    "  t = If[Head[e] === Plus, List @@ e, {e}];"
    "  Do["
    "    {c, m} = {Numerator[x], Denominator[x]};"
    "    If[! FreeQ[c, v], Return[$Failed, Module]];"
    "    d = FactorList[m]; s = Select[d, Function[y, ! FreeQ[y, v]]];"
    "    If[Length[s] =!= 1 || ! Sums`linear[s[[1, 1]], v], Return[$Failed, Module]];"
    "    {m, s} = s[[1]];"
    "    c = x m^s Coefficient[m, v, 1]^(-s); c = Together[c]; d = Coefficient[m, v, 0]/Coefficient[m, v, 1];"
    "    If[! FreeQ[c, v], Return[$Failed, Module]];"
    "    Which["
    "      s === 1, poles = Append[poles, {c, d}],"
    "      IntegerQ[d] && a + d >= 1, sum = sum + c (Zeta[s] - Sums`first[v^(-s), v, 1, a + d]),"
    "      IntegerQ[d - 1/2] && a + d > 0, sum = sum + c ((2^s - 1) Zeta[s] - Sums`first[(v + 1/2)^(-s), v, 0, a + d - 1/2]),"
    "      True, Return[$Failed, Module]], {x, t}];"
    "  If[poles === {}, Return[sum, Module]];"
    "  If[Together[Total[poles[[All, 1]]]] =!= 0, Return[Sums`diverges, Module]];"
    "  If[! AllTrue[poles, Function[x, IntegerQ[x[[2]] - poles[[1, 2]]] && TrueQ[a + x[[2]] > 0]]], Return[$Failed, Module]];"
    "  m = Max[poles[[All, 2]]];"
    "  sum + Total[Map[Function[x, x[[1]] Total[Table[1/(a + k), {k, x[[2]], m - 1}]]], poles]]];"
    "Sums`toInfinity[f_, v_, a_] := Module[{r = Sums`infinite[f, v, a], e},"
    "  If[r =!= $Failed, Return[r, Module]];"
    "  e = Expand[f];"
    "  If[Head[e] =!= Plus, Return[$Failed, Module]];"
    "  Total[Map[Function[t, Sums`infinite[t, v, a]], List @@ e]]];"
    /* products */
    "Sums`product[f_, v_, a_, b_] := Module[{g = Factor[Together[f]], c = 1, up = {}, out = 1, x, p, t, j},"
    "  If[FreeQ[f, v], Return[f^(b - a + 1), Module]];"
    "  Do["
    "    {x, p} = If[Head[y] === Power && FreeQ[y[[2]], v], {y[[1]], y[[2]]}, {y, 1}];"
    "    Which["
    "      FreeQ[y, v], c = c y,"
    "      Sums`linear[x, v], c = c Coefficient[x, v, 1]^p; up = Append[up, {Coefficient[x, v, 0]/Coefficient[x, v, 1], p}],"
    "      Head[y] === Power && FreeQ[y[[1]], v],"
    "        t = Sums`sum[y[[2]], v, a, b]; If[t === $Failed, Return[$Failed, Module]]; out = out y[[1]]^t,"
    "      True, Return[$Failed, Module]], {y, If[Head[g] === Times, List @@ g, {g}]}];"
    /* ratios of shifted factors cancel but for a few */
    "  Do[Do["
    "    If[up[[i, 2]] > 0 && up[[k, 2]] < 0 && IntegerQ[up[[i, 1]] - up[[k, 1]]],"
    "      j = Min[up[[i, 2]], -up[[k, 2]]]; t = up[[i, 1]] - up[[k, 1]];"
    "      out = out If[t >= 0,"
    "        Product[(b + 1 + up[[k, 1]] + h)/(a + up[[k, 1]] + h), {h, 0, t - 1}],"
    "        Product[(a + up[[i, 1]] + h)/(b + 1 + up[[i, 1]] + h), {h, 0, -t - 1}]]^j;"
    "      up[[i, 2]] = up[[i, 2]] - j; up[[k, 2]] = up[[k, 2]] + j], {k, Length[up]}], {i, Length[up]}];"
    "  Do["
    "    If[y[[2]] =!= 0, out = out Which["
    "      y[[1]] === 0 && c === 1 && IntegerQ[a] && a >= 1, (b!/(a - 1)!)^y[[2]],"
    "      y[[1]] === 0 && c === 1 && ! IntegerQ[a], Pochhammer[a, b - a + 1]^y[[2]],"
    "      True, (Gamma[b + 1 + y[[1]]]/Gamma[a + y[[1]]])^y[[2]]]], {y, up}];"
    "  If[c === 1, out, c^(b - a + 1) out]];"
    /* infinite products: the finite one, if it is a ratio of polynomials in its end */
    "Sums`productToInfinity[f_, v_, a_] := Module[{r, s, m, n},"
    "  If[FreeQ[f, v] && TrueQ[Abs[f] < 1], Return[0, Module]];"
    "  r = Sums`product[f, v, a, Sums`end];"
    "  If[r === $Failed, Return[$Failed, Module]];"
    "  s = Together[r]; {m, n} = {Numerator[s], Denominator[s]};"
    "  If[! (PolynomialQ[m, Sums`end] && PolynomialQ[n, Sums`end]), Return[$Failed, Module]];"
    "  Which["
    "    Exponent[m, Sums`end] < Exponent[n, Sums`end], 0,"
    "    Exponent[m, Sums`end] === Exponent[n, Sums`end],"
    "      Coefficient[m, Sums`end, Exponent[m, Sums`end]]/Coefficient[n, Sums`end, Exponent[n, Sums`end]],"
    "    True, $Failed]];"
    ")";

MESSAGE(Sum, div, "Sum does not converge.")

/* Reads the rules into this context, once. False: failed. */
static bool learn(ly_context *cx)
{
    ly_value known = ly_intern("Sums`", "product");
    const ly_definition *d = ly_definition_of(cx, known);
    if (d && d->rules[LY_DOWN_VALUES]) return true;
    ly_value done = ly_formula(cx, rules, 0, NULL);
    ly_release(cx, done);
    return !ly_failed(done);
}

/* name[f, v, a, b] of the rules: LY_UNEVALUATED where they give $Failed. */
static ly_value ask(ly_context *cx, const char *name, size_t n, const ly_value *arguments)
{
    ly_value head = ly_intern("Sums`", name);
    ly_expr *question = ly_expr_new(cx, head, n);
    for (size_t i = 0; i < n; i++) question->args[i] = ly_retain(arguments[i]);
    ly_value answer = ly_evaluate_take(cx, ly_from_object(question));
    if (ly_failed(answer)) return answer;
    if (answer == LY_SYM($Failed) || ly_has_head(answer, head)) {
        ly_release(cx, answer);
        return LY_UNEVALUATED;
    }
    return answer;
}

/* The summand with the index without a value. */
static ly_value summand(ly_context *cx, ly_value f, ly_value v)
{
    ly_expr *block = ly_expr_new(cx, LY_SYM(Block), 2);
    block->args[0] = ly_make1(cx, LY_SYM(List), ly_retain(v));
    block->args[1] = ly_retain(f);
    return ly_evaluate_take(cx, ly_from_object(block));
}

/* One iterator {v, a, b}, {v, b}, or v alone: the closed form of f, owned; LY_UNEVALUATED: none. */
static ly_value closed(ly_context *cx, ly_expr *call, ly_value f, ly_value iterator, bool product)
{
    ly_value v = iterator, arguments[4] = {LY_FAILED, LY_FAILED, LY_INT(1), LY_FAILED}, answer = LY_UNEVALUATED;
    if (!learn(cx)) return LY_FAILED;
    if (ly_has_head(iterator, LY_SYM(List))) {
        const ly_expr *e = ly_expr_of(iterator);
        if (e->count < 2 || e->count > 3) return LY_UNEVALUATED;
        v = e->args[0];
        if (e->count == 3) arguments[2] = ly_evaluate(cx, e->args[1]);
        arguments[3] = ly_failed(arguments[2]) ? LY_FAILED : ly_evaluate(cx, e->args[e->count - 1]);
        if (ly_failed(arguments[3])) {
            ly_release(cx, arguments[2]);
            return LY_FAILED;
        }
    } else if (ly_is_symbol(v)) { /* indefinite: from 0 (or 1) to v - 1 */
        arguments[2] = product ? LY_INT(1) : LY_INT(0);
        arguments[3] = ly_make2(cx, LY_SYM(Plus), LY_INT(-1), ly_retain(v));
    }
    arguments[1] = v;
    if (!ly_is_symbol(v) || ly_is_list(arguments[3]) || !arguments[3]) goto done;
    arguments[0] = summand(cx, f, v);
    if (ly_failed(arguments[0])) {
        answer = LY_FAILED;
        goto done;
    }
    {
        /* the index has no value while the rules work on it */
        ly_value held = ly_is_plus_infinity(arguments[3]) ? LY_FAILED : ly_evaluate(cx, arguments[3]);
        if (held) {
            ly_release(cx, arguments[3]);
            arguments[3] = held;
        }
    }
    if (ly_is_plus_infinity(arguments[3])) {
        if (ly_is_int(arguments[2])) answer = ask(cx, product ? "productToInfinity" : "toInfinity", 3, arguments);
        ly_value diverges = ly_intern("Sums`", "diverges");
        if (!ly_failed(answer) && answer != LY_UNEVALUATED) {
            ly_value free_of = ly_call2(cx, LY_SYM(FreeQ), ly_retain(answer), diverges);
            bool good = free_of == LY_SYM(True);
            ly_release(cx, free_of);
            if (!good) {
                ly_release(cx, answer);
                answer = ly_message_call(cx, call, "div", 0);
            }
        }
    } else {
        answer = ask(cx, product ? "product" : "sum", 4, arguments);
    }
done:
    ly_release(cx, arguments[0]);
    ly_release(cx, arguments[2]);
    ly_release(cx, arguments[3]);
    return answer;
}

ly_value ly_sum_closed(ly_context *cx, ly_expr *call, bool product)
{
    if (call->count < 2) return LY_UNEVALUATED;
    if (call->count == 2) return closed(cx, call, call->args[0], call->args[1], product);
    /* several iterators: the innermost, which stands last, first */
    ly_value inner = closed(cx, call, call->args[0], call->args[call->count - 1], product);
    if (ly_failed(inner) || inner == LY_UNEVALUATED) return inner;
    ly_expr *outer = ly_expr_new(cx, call->head, call->count - 1);
    outer->args[0] = inner;
    for (size_t i = 1; i + 1 < call->count; i++) outer->args[i] = ly_retain(call->args[i]);
    return ly_from_object(outer);
}
