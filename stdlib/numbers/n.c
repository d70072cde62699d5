/* n.c: N: numeric values of expressions to machine or any precision.

   An exact numeric expression is computed with enough extra digits that the result has the precision
   asked for, up to 50 of them ($MaxExtraPrecision). Anything else has N applied to its parts, as the
   NHold attributes allow. */
#include <math.h>

#include "match/match.h"
#include "numeric.h"

#define MAX_EXTRA 50

MESSAGE(N, meprec,
        "Internal precision limit $MaxExtraPrecision = `1` reached while evaluating `2`.")
MESSAGE(N, precbd, "Requested precision `1` is not a machine-sized real number between $MinPrecision and $MaxPrecision.")

/* ---- numbers ------------------------------------------------------------------------------------ */

static ly_value n_of_number(ly_context *cx, ly_value v, double precision)
{
    double d;
    if (ly_is_complex(v)) {
        ly_value re = n_of_number(cx, ly_complex_of(v)->re, precision);
        if (ly_complex_of(v)->re == LY_INT(0) && precision != LY_MACHINE_PRECISION) {
            ly_release(cx, re);
            re = LY_INT(0);
        }
        return ly_complex_take(cx, re, n_of_number(cx, ly_complex_of(v)->im, precision));
    }
    if (precision == LY_MACHINE_PRECISION) {
        if (ly_is_real(v)) return ly_retain(v);
        ly_to_double(v, &d);
        if (isfinite(d) && (d != 0 || ly_is_zero(v))) return ly_real(cx, d);
        return ly_bigreal_from(cx, v, LY_MACHINE_PRECISION);
    }
    if (ly_is_real(v)) return ly_retain(v);
    if (v == LY_INT(0)) return v;
    if (ly_is_bigreal(v) && ly_bigreal_of(v)->precision <= precision) return ly_retain(v);
    return ly_bigreal_from(cx, v, precision);
}

/* ---- numeric expressions ------------------------------------------------------------------------ */

typedef struct request {
    ly_value v;
    double precision;
    ly_value result;
} request;

static ly_value compute(ly_context *cx, ly_value v, double precision);

static void *compute_again(ly_context *cx, void *data)
{
    request *r = data;
    r->result = compute(cx, r->v, r->precision);
    return r;
}

static bool keeps_exponent(ly_value exponent)
{
    if (ly_is_integer(exponent)) return true;
    return ly_is_rational(exponent) && mpz_cmp_ui(mpq_denref(ly_rational_of(exponent)->q), 2) == 0;
}

/* The numeric value of v computed once, with numbers of this precision. */
static ly_value compute(ly_context *cx, ly_value v, double precision)
{
    if (ly_is_number(v)) return n_of_number(cx, v, precision);
    if (ly_is_symbol(v)) {
        ly_value c = ly_constant_value(cx, v, precision);
        return c == LY_UNEVALUATED ? ly_retain(v) : c;
    }
    if (!ly_is_expr(v)) return ly_retain(v);
    if (ly_stack_low(cx)) {
        request again = {v, precision, LY_FAILED};
        ly_on_new_stack(cx, compute_again, &again);
        return again.result;
    }
    ly_expr *e = ly_expr_of(v), *out = ly_expr_new(cx, e->head, e->count);
    if (!out) return LY_FAILED;
    bool sum = e->head == LY_SYM(Plus) || e->head == LY_SYM(Times);
    bool is_power = ly_has_shape(v, LY_SYM(Power), 2);
    uint32_t attributes = ly_attributes(cx, e->head);
    for (size_t i = 0; i < e->count; i++) {
        ly_value a = e->args[i], n;
        bool held = attributes & (i == 0 ? LY_N_HOLD_FIRST : LY_N_HOLD_REST);
        /* exact numbers stay exact where that loses nothing */
        if (held || (is_power && i == 1 && keeps_exponent(a)) ||
            (is_power && i == 0 && a == LY_SYM(E)) || (sum && ly_is_number(a)))
            n = ly_retain(a);
        else
            n = compute(cx, a, precision);
        if (ly_failed(n)) {
            ly_release(cx, ly_from_object(out));
            return n;
        }
        out->args[i] = n;
    }
    if (is_power && e->args[0] == LY_SYM(E) && ly_is_exact(out->args[1])) {
        ly_value exponent = n_of_number(cx, out->args[1], precision);
        ly_release(cx, out->args[1]);
        out->args[1] = exponent;
    }
    return ly_evaluate_take(cx, ly_from_object(out));
}

/* v with its precision brought down to what was asked for. */
static ly_value lower_take(ly_context *cx, ly_value v, double precision)
{
    ly_value r = n_of_number(cx, v, precision);
    ly_release(cx, v);
    return r;
}

ly_value ly_numeric_value(ly_context *cx, ly_value v, double precision)
{
    if (ly_is_number(v)) return n_of_number(cx, v, precision);
    if (precision == LY_MACHINE_PRECISION) {
        ly_value r = compute(cx, v, precision);
        if (!ly_failed(r) && !ly_is_number(r) && !ly_is_numeric(cx, r)) {
            ly_value direction;
            if (r == LY_SYM(Indeterminate) || ly_is_infinity(r, &direction)) return r;
        }
        return r;
    }
    double extra = 5, reached = 0;
    if (precision > LY_MAX_PRECISION) precision = LY_MAX_PRECISION;
    for (int attempt = 0; attempt < 6; attempt++) {
        ly_value r = compute(cx, v, precision + extra);
        if (ly_failed(r) || !ly_is_number(r) || ly_is_exact(r)) return r;
        if (ly_is_real(ly_real_part(r))) return r; /* machine numbers inside */
        reached = ly_precision_of(r);
        if (reached >= precision) return lower_take(cx, r, precision);
        if (extra >= precision + MAX_EXTRA) return r;
        ly_release(cx, r);
        extra = fmin(fmax(extra * 2, extra + (precision - reached) + 3), precision + MAX_EXTRA);
    }
    return compute(cx, v, precision + extra);
}

/* ---- N of anything ------------------------------------------------------------------------------ */

static ly_value n_of_parts(ly_context *cx, ly_value v, double precision);

static void *n_again(ly_context *cx, void *data)
{
    request *r = data;
    r->result = ly_n(cx, r->v, r->precision);
    return r;
}

/* What the program defined: N[f[x]] = … */
static ly_value n_value(ly_context *cx, ly_value v, double precision)
{
    ly_value symbol = v;
    while (ly_is_expr(symbol)) symbol = ly_expr_of(symbol)->head;
    if (!ly_is_symbol(symbol)) return LY_UNEVALUATED;
    ly_definition *d = ly_definition_of(cx, symbol);
    if (!d || !d->rules[LY_N_VALUES]) return LY_UNEVALUATED;
    ly_value digits = precision == LY_MACHINE_PRECISION ? LY_SYM(MachinePrecision) : ly_real(cx, precision);
    ly_value asked = ly_make2(cx, LY_SYM(N), ly_retain(v), digits);
    ly_value r = ly_rules_apply(cx, d->rules[LY_N_VALUES], asked);
    ly_release(cx, asked);
    if (r == LY_UNEVALUATED && precision == LY_MACHINE_PRECISION) {
        asked = ly_make1(cx, LY_SYM(N), ly_retain(v));
        r = ly_rules_apply(cx, d->rules[LY_N_VALUES], asked);
        ly_release(cx, asked);
    }
    if (r == LY_UNEVALUATED || ly_failed(r)) return r;
    r = ly_evaluate_take(cx, r);
    if (ly_failed(r) || !ly_is_number(r)) return r;
    ly_value lowered = n_of_number(cx, r, precision);
    ly_release(cx, r);
    return lowered;
}

ly_value ly_n(ly_context *cx, ly_value v, double precision)
{
    if (ly_is_number(v)) return n_of_number(cx, v, precision);
    if (ly_is_string(v)) return ly_retain(v);
    if (ly_stack_low(cx)) {
        request again = {v, precision, LY_FAILED};
        ly_on_new_stack(cx, n_again, &again);
        return again.result;
    }
    ly_value r = n_value(cx, v, precision);
    if (r != LY_UNEVALUATED) return r;
    if (ly_is_symbol(v)) {
        r = ly_attributes(cx, v) & LY_CONSTANT ? ly_constant_value(cx, v, precision) : LY_UNEVALUATED;
        return r == LY_UNEVALUATED ? ly_retain(v) : r;
    }
    if (ly_is_expr(v) && ly_is_numeric(cx, v)) {
        r = ly_numeric_value(cx, v, precision);
        if (ly_failed(r) || !ly_is_number(r)) return r;
        if (precision != LY_MACHINE_PRECISION && !ly_is_exact(r) && ly_precision_of(r) < precision - 1e-6 &&
            ly_is_bigreal(ly_real_part(r))) {
            double inexact;
            ly_expr *e = ly_expr_of(v);
            if (!ly_any_inexact(e->args, e->count, &inexact)) {
                ly_value limit = ly_real(cx, MAX_EXTRA), held = ly_make1(cx, LY_SYM(HoldForm), ly_retain(v));
                ly_message(cx, LY_SYM(N), "meprec", 2, limit, held);
                ly_release(cx, held);
                ly_release(cx, limit);
            }
        }
        return r;
    }
    return n_of_parts(cx, v, precision);
}

static ly_value n_of_association(ly_context *cx, ly_value v, double precision)
{
    ly_association *a = ly_association_of(v);
    ly_value out = ly_association_new(cx, a->count);
    const ly_entry *entry;
    for (uint32_t at = 0; out && (entry = ly_association_next(a, &at));) {
        ly_value n = ly_n(cx, entry->value, precision);
        if (ly_failed(n)) {
            ly_release(cx, out);
            return n;
        }
        out = ly_association_set_take(cx, out, ly_retain(entry->key), n, entry->delayed);
    }
    return out;
}

static ly_value n_of_packed(ly_context *cx, ly_value v)
{
    const ly_packed *p = ly_packed_of(v);
    if (p->type != LY_PACKED_INT64) return ly_retain(v);
    ly_value out = ly_packed_new(cx, LY_PACKED_REAL, p->rank, p->dims);
    if (ly_failed(out)) return out;
    for (size_t i = 0; i < p->total; i++) ly_packed_reals(out)[i] = (double)ly_packed_ints(v)[i];
    return out;
}

static ly_value n_of_parts(ly_context *cx, ly_value v, double precision)
{
    if (ly_is_association(v)) return n_of_association(cx, v, precision);
    if (ly_is_packed(v) && precision == LY_MACHINE_PRECISION) return n_of_packed(cx, v);
    if (ly_is_packed(v)) {
        ly_value plain = ly_unpack(cx, v);
        if (ly_failed(plain)) return plain;
        ly_value r = ly_n(cx, plain, precision);
        ly_release(cx, plain);
        return r;
    }
    if (!ly_is_expr(v)) return ly_retain(v);
    ly_expr *e = ly_expr_of(v), *out = ly_expr_new(cx, e->head, e->count);
    if (!out) return LY_FAILED;
    uint32_t attributes = ly_is_symbol(e->head) ? ly_attributes(cx, e->head) : 0;
    bool is_power = ly_has_shape(v, LY_SYM(Power), 2);
    for (size_t i = 0; i < e->count; i++) {
        bool held = attributes & (i == 0 ? LY_N_HOLD_FIRST : LY_N_HOLD_REST);
        ly_value a = e->args[i];
        /* an exact exponent of something symbolic stays: x^2, Sqrt[x] */
        held = held || (is_power && i == 1 && keeps_exponent(a)) ||
               (is_power && i == 0 && a == LY_SYM(E));
        ly_value n = held ? ly_retain(a) : ly_n(cx, a, precision);
        if (ly_failed(n)) {
            ly_release(cx, ly_from_object(out));
            return n;
        }
        out->args[i] = n;
    }
    if (ly_is_expr(e->head)) {
        ly_value head = ly_n(cx, e->head, precision);
        if (ly_failed(head)) {
            ly_release(cx, ly_from_object(out));
            return head;
        }
        ly_release(cx, out->head);
        out->head = head;
    }
    return ly_evaluate_take(cx, ly_from_object(out));
}

/* The digits that N's second argument asks for; false (a message was given) where it is none. */
static bool digits_asked(ly_context *cx, ly_expr *call, ly_value v, double *precision)
{
    if (v == LY_SYM(MachinePrecision)) {
        *precision = LY_MACHINE_PRECISION;
        return true;
    }
    ly_value direction;
    if (ly_is_infinity(v, &direction) && direction == LY_INT(1)) {
        *precision = HUGE_VAL;
        return true;
    }
    if (ly_numeric_double(cx, v, precision) && *precision >= 0 && *precision <= LY_MAX_PRECISION) return true;
    ly_message_call(cx, call, "precbd", 1, v);
    return false;
}

BUILTIN(N, n_function, 1, 2, LY_PROTECTED, LY_PACKED,
        "N[expr] gives the numerical value of expr.\n"
        "N[expr, n] attempts to give a result with n-digit precision.")
static ly_value n_function(ly_context *cx, ly_expr *call)
{
    double precision = LY_MACHINE_PRECISION, accuracy;
    ly_value v = call->args[0];
    if (call->count == 1) return ly_n(cx, v, precision);
    ly_value asked = call->args[1];
    if (ly_has_shape(asked, LY_SYM(List), 2)) {
        /* {precision, accuracy}: the weaker of the two */
        if (!digits_asked(cx, call, ly_expr_of(asked)->args[0], &precision) ||
            !digits_asked(cx, call, ly_expr_of(asked)->args[1], &accuracy))
            return LY_UNEVALUATED;
        if (precision == LY_MACHINE_PRECISION) return ly_n(cx, v, precision);
        double size = 0;
        if (ly_numeric_double(cx, v, &size) && size != 0)
            precision = fmin(precision, accuracy + log10(fabs(size)));
        else if (precision == HUGE_VAL)
            precision = accuracy;
        if (!(precision > 0) || !isfinite(precision)) return LY_UNEVALUATED;
        return ly_n(cx, v, precision);
    }
    if (ly_is_packed(asked) || ly_is_expr(asked)) {
        if (!ly_is_numeric(cx, asked) && !ly_has_head(asked, LY_SYM(DirectedInfinity))) {
            ly_message_call(cx, call, "precbd", 1, asked);
            return LY_UNEVALUATED;
        }
    }
    if (!digits_asked(cx, call, asked, &precision)) return LY_UNEVALUATED;
    if (precision == HUGE_VAL) return ly_retain(v);
    return ly_n(cx, v, precision);
}
