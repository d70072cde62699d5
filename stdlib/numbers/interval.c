/* interval.c: Interval[{a, b}, …], a union of closed intervals of real numbers.

   The ends are exact or inexact numeric quantities or infinities; pieces are kept ascending and
   apart. Functions are applied piece by piece: monotone ones to the ends, others by their extremes. */
#include "interval.h"

#include <math.h>

typedef struct pieces {
    ly_value ends[2 * 32]; /* owned: low, high, low, high … */
    size_t count;          /* of pieces */
    bool unknown;          /* an order could not be decided, or there are too many */
} pieces;

static void clear(ly_context *cx, pieces *p)
{
    for (size_t i = 0; i < 2 * p->count; i++) ly_release(cx, p->ends[i]);
    p->count = 0;
}

/* Consumes both. */
static void add(ly_context *cx, pieces *p, ly_value low, ly_value high)
{
    if (ly_failed(low) || ly_failed(high) || p->count == 32) {
        ly_release(cx, low);
        ly_release(cx, high);
        p->unknown = true;
        return;
    }
    p->ends[2 * p->count] = low;
    p->ends[2 * p->count++ + 1] = high;
}

static int order(ly_context *cx, pieces *p, ly_value a, ly_value b)
{
    int o = ly_order_of(cx, a, b);
    if (o == 2 || o == 3) {
        p->unknown = true;
        return 0;
    }
    return o;
}

static void swap(ly_value *a, ly_value *b)
{
    ly_value t = *a;
    *a = *b;
    *b = t;
}

/* Ends in order, pieces ascending, overlapping ones joined. */
static void normalise(ly_context *cx, pieces *p)
{
    ly_value *e = p->ends;
    for (size_t i = 0; i < p->count && !p->unknown; i++)
        if (order(cx, p, e[2 * i], e[2 * i + 1]) > 0) swap(&e[2 * i], &e[2 * i + 1]);
    for (size_t i = 1; i < p->count && !p->unknown; i++)
        for (size_t j = i; j > 0 && order(cx, p, e[2 * j - 2], e[2 * j]) > 0; j--) {
            swap(&e[2 * j - 2], &e[2 * j]);
            swap(&e[2 * j - 1], &e[2 * j + 1]);
        }
    for (size_t i = 0; i + 1 < p->count && !p->unknown;) {
        if (order(cx, p, e[2 * i + 1], e[2 * i + 2]) < 0) {
            i++;
            continue;
        }
        if (order(cx, p, e[2 * i + 1], e[2 * i + 3]) < 0) swap(&e[2 * i + 1], &e[2 * i + 3]);
        ly_release(cx, e[2 * i + 2]);
        ly_release(cx, e[2 * i + 3]);
        memmove(&e[2 * i + 2], &e[2 * i + 4], 2 * (p->count - i - 2) * sizeof *e);
        p->count--;
    }
}

static bool read(ly_value v, pieces *p)
{
    *p = (pieces){.count = 0};
    if (!ly_is_interval(v)) {
        p->ends[0] = ly_retain(v);
        p->ends[1] = ly_retain(v);
        p->count = 1;
        return true;
    }
    const ly_expr *e = ly_expr_of(v);
    if (e->count > 32) return false;
    for (size_t i = 0; i < e->count; i++) {
        ly_value piece = e->args[i];
        if (!ly_has_shape(piece, LY_SYM(List), 2)) return false;
    }
    for (size_t i = 0; i < e->count; i++) {
        p->ends[2 * i] = ly_retain(ly_expr_of(e->args[i])->args[0]);
        p->ends[2 * i + 1] = ly_retain(ly_expr_of(e->args[i])->args[1]);
        p->count++;
    }
    return true;
}

/* The interval; LY_UNEVALUATED where something is not known. Empties p. */
static ly_value finish(ly_context *cx, pieces *p)
{
    if (!p->unknown) normalise(cx, p);
    if (p->unknown) {
        clear(cx, p);
        return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    }
    ly_expr *out = ly_expr_new(cx, LY_SYM(Interval), p->count);
    for (size_t i = 0; i < p->count; i++) out->args[i] = ly_make2(cx, LY_SYM(List), p->ends[2 * i], p->ends[2 * i + 1]);
    p->count = 0;
    return ly_from_object(out);
}

bool ly_interval_ends(ly_value v, ly_value *low, ly_value *high)
{
    if (!ly_is_interval(v)) {
        *low = *high = v;
        return true;
    }
    const ly_expr *e = ly_expr_of(v);
    if (e->count == 0 || !ly_has_shape(e->args[0], LY_SYM(List), 2) || !ly_has_shape(e->args[e->count - 1], LY_SYM(List), 2))
        return false;
    *low = ly_expr_of(e->args[0])->args[0];
    *high = ly_expr_of(e->args[e->count - 1])->args[1];
    return true;
}

BUILTIN(Interval, interval, 0, -1, LY_PROTECTED, LY_PURE, "Interval[{min, max}] represents the range of values between min and max.\nInterval[{min1, max1}, {min2, max2}, ...] represents the union of the ranges.")
static ly_value interval(ly_context *cx, ly_expr *call)
{
    pieces p = {.count = 0};
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i], low = v, high = v;
        if (ly_is_list(v) && ly_length(v) == 2) {
            low = ly_element(cx, v, 0);
            high = ly_element(cx, v, 1);
        } else if (ly_is_numeric(cx, v)) {
            ly_retain(low);
            ly_retain(high);
        } else {
            clear(cx, &p);
            return LY_UNEVALUATED;
        }
        add(cx, &p, low, high);
    }
    ly_value r = finish(cx, &p);
    if (r != LY_UNEVALUATED && !ly_failed(r) && ly_same(r, ly_from_object(call))) {
        ly_release(cx, r);
        return LY_UNEVALUATED;
    }
    return r;
}

/* ---- arithmetic ----------------------------------------------------------------------------------------- */

static ly_value product_of(ly_context *cx, ly_value a, ly_value b)
{
    if (a == LY_INT(0) || b == LY_INT(0)) return LY_INT(0); /* also of infinities */
    return ly_times_take(cx, ly_retain(a), ly_retain(b));
}

/* The least and the greatest of n values (consumed) as a piece. */
static void add_hull(ly_context *cx, pieces *p, size_t n, ly_value *values)
{
    size_t low = 0, high = 0;
    for (size_t i = 0; i < n; i++)
        if (ly_failed(values[i])) p->unknown = true;
    for (size_t i = 1; i < n && !p->unknown; i++) {
        if (order(cx, p, values[i], values[low]) < 0) low = i;
        if (order(cx, p, values[i], values[high]) > 0) high = i;
    }
    if (!p->unknown) add(cx, p, ly_retain(values[low]), ly_retain(values[high]));
    for (size_t i = 0; i < n; i++) ly_release(cx, values[i]);
}

ly_value ly_interval_fold(ly_context *cx, ly_expr *call, char operation)
{
    pieces sum = {.count = 0};
    ly_builder rest = ly_builder_new();
    bool first = true;
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i], direction;
        pieces next, joined = {.count = 0};
        if (!ly_is_interval(v) && !ly_is_numeric(cx, v) && !ly_is_infinity(v, &direction)) {
            if (!ly_builder_add(cx, &rest, ly_retain(v))) return LY_FAILED;
            continue;
        }
        if (!read(v, &next)) {
            clear(cx, &sum);
            ly_builder_drop(cx, &rest);
            return LY_UNEVALUATED;
        }
        if (first) {
            sum = next;
            first = false;
            continue;
        }
        for (size_t a = 0; a < sum.count; a++)
            for (size_t b = 0; b < next.count; b++) {
                const ly_value *x = &sum.ends[2 * a], *y = &next.ends[2 * b];
                if (operation == '+') {
                    add(cx, &joined, ly_plus_take(cx, ly_retain(x[0]), ly_retain(y[0])), ly_plus_take(cx, ly_retain(x[1]), ly_retain(y[1])));
                } else {
                    ly_value corners[4] = {product_of(cx, x[0], y[0]), product_of(cx, x[0], y[1]), product_of(cx, x[1], y[0]), product_of(cx, x[1], y[1])};
                    add_hull(cx, &joined, 4, corners);
                }
            }
        clear(cx, &sum);
        clear(cx, &next);
        sum = joined;
        if (!sum.unknown) normalise(cx, &sum);
        if (sum.unknown) break;
    }
    ly_value result = finish(cx, &sum);
    size_t others = ly_builder_count(&rest);
    if (result == LY_UNEVALUATED || ly_failed(result) || others + 1 == call->count) {
        ly_builder_drop(cx, &rest);
        if (others + 1 == call->count && result != LY_UNEVALUATED && !ly_failed(result)) {
            ly_release(cx, result);
            return LY_UNEVALUATED;
        }
        return result;
    }
    if (others == 0) return result;
    if (!ly_builder_add(cx, &rest, result)) return LY_FAILED;
    return ly_builder_finish(cx, &rest, call->head);
}

static int sign(ly_context *cx, pieces *p, ly_value v) { return order(cx, p, v, LY_INT(0)); }

/* 1/[a, b] */
static void add_reciprocal(ly_context *cx, pieces *p, ly_value a, ly_value b)
{
    int sa = sign(cx, p, a), sb = sign(cx, p, b);
    if (p->unknown) return;
    ly_value ra = sa ? ly_power_take(cx, ly_retain(a), LY_INT(-1)) : LY_INT(0);
    ly_value rb = sb ? ly_power_take(cx, ly_retain(b), LY_INT(-1)) : LY_INT(0);
    if (sa > 0 || sb < 0) {
        add(cx, p, rb, ra);
    } else if (sa == 0 && sb == 0) {
        p->unknown = true;
    } else if (sa == 0) {
        add(cx, p, rb, ly_infinity(cx, 1));
    } else if (sb == 0) {
        add(cx, p, ly_infinity(cx, -1), ra);
    } else {
        add(cx, p, ly_infinity(cx, -1), ra);
        add(cx, p, rb, ly_infinity(cx, 1));
    }
}

static ly_value reciprocal(ly_context *cx, ly_value v)
{
    pieces p, out = {.count = 0};
    if (!read(v, &p)) return LY_UNEVALUATED;
    for (size_t i = 0; i < p.count; i++) add_reciprocal(cx, &out, p.ends[2 * i], p.ends[2 * i + 1]);
    clear(cx, &p);
    return finish(cx, &out);
}

ly_value ly_interval_power(ly_context *cx, ly_value base, ly_value exponent)
{
    pieces b, e, out = {.count = 0};
    if (exponent == LY_INT(-1)) return reciprocal(cx, base);
    if (ly_is_number(exponent) && !ly_is_complex(exponent) && ly_sign(exponent) < 0) {
        ly_value positive = ly_negate(cx, exponent), power = ly_interval_power(cx, base, positive);
        ly_release(cx, positive);
        if (ly_failed(power) || power == LY_UNEVALUATED) return power;
        ly_value r = reciprocal(cx, power);
        ly_release(cx, power);
        return r;
    }
    if (!read(base, &b)) return LY_UNEVALUATED;
    if (!read(exponent, &e)) {
        clear(cx, &b);
        return LY_UNEVALUATED;
    }
    for (size_t i = 0; i < b.count && !out.unknown; i++)
        for (size_t k = 0; k < e.count && !out.unknown; k++) {
            const ly_value *x = &b.ends[2 * i], *y = &e.ends[2 * k];
            int low = sign(cx, &out, x[0]), high = sign(cx, &out, x[1]);
            bool whole = ly_is_integer(exponent);
            if (low < 0 && !whole) {
                out.unknown = true;
                break;
            }
            ly_value values[5];
            size_t n = 0;
            for (int c = 0; c < 4; c++) {
                if (c % 2 && y[0] == y[1]) continue;
                values[n++] = ly_power_take(cx, ly_retain(x[c / 2]), ly_retain(y[c % 2]));
            }
            /* an even power's least value is at 0 */
            if (whole && low < 0 && high > 0 && ly_int_of(exponent) % 2 == 0) values[n++] = LY_INT(0);
            add_hull(cx, &out, n, values);
        }
    clear(cx, &b);
    clear(cx, &e);
    return finish(cx, &out);
}

/* ---- functions of one argument -------------------------------------------------------------------------------- */

/* How many points offset + k step lie in [a, b], by machine values. */
static double points_inside(ly_context *cx, ly_value a, ly_value b, double offset, double step)
{
    double x, y;
    if (!ly_numeric_double(cx, a, &x) || !ly_numeric_double(cx, b, &y)) return HUGE_VAL;
    return floor((y - offset) / step + 1e-12) - ceil((x - offset) / step - 1e-12) + 1;
}

static ly_value value_at(ly_context *cx, ly_value head, ly_value x) { return ly_call1(cx, head, ly_retain(x)); }

/* Sin or Cos of a piece. */
static void add_wave(ly_context *cx, pieces *p, ly_value head, ly_value a, ly_value b)
{
    double top = head == LY_SYM(Sin) ? M_PI_2 : 0;
    ly_value values[4] = {value_at(cx, head, a), value_at(cx, head, b)};
    size_t n = 2;
    if (points_inside(cx, a, b, top, 2 * M_PI) > 0) values[n++] = LY_INT(1);
    if (points_inside(cx, a, b, top + M_PI, 2 * M_PI) > 0) values[n++] = LY_INT(-1);
    add_hull(cx, p, n, values);
}

/* Tan or Cot: from pole to pole. */
static void add_tangent(ly_context *cx, pieces *p, ly_value head, ly_value a, ly_value b)
{
    bool tangent = head == LY_SYM(Tan);
    double poles = points_inside(cx, a, b, tangent ? M_PI_2 : 0, M_PI);
    ly_value left = poles > 1 ? LY_INT(0) : value_at(cx, head, a), right = poles > 1 ? LY_INT(0) : value_at(cx, head, b);
    if (poles < 1) {
        ly_value values[2] = {left, right};
        add_hull(cx, p, 2, values);
        return;
    }
    if (poles > 1) {
        add(cx, p, ly_infinity(cx, -1), ly_infinity(cx, 1));
        return;
    }
    if (!tangent) swap(&left, &right);
    add(cx, p, ly_infinity(cx, -1), right);
    add(cx, p, left, ly_infinity(cx, 1));
}

ly_value ly_interval_apply(ly_context *cx, ly_value head, ly_value v)
{
    static const char *const monotone[] = {"Log", "ArcSin", "ArcCos", "ArcTan", "Sinh", "Tanh", "ArcSinh", "ArcCosh",
                                           "ArcTanh", "Floor", "Ceiling", "Round", "IntegerPart", "Erf", "Sign"};
    const char *name = ly_is_symbol(head) && ly_symbol_of(head)->builtin ? ly_symbol_of(head)->builtin->name : "";
    if (head == LY_SYM(Sec) || head == LY_SYM(Csc) || head == LY_SYM(Sech)) {
        ly_value below = ly_interval_apply(cx, head == LY_SYM(Sec) ? LY_SYM(Cos) : head == LY_SYM(Csc) ? LY_SYM(Sin) : LY_SYM(Cosh), v);
        if (ly_failed(below) || below == LY_UNEVALUATED) return below;
        ly_value r = reciprocal(cx, below);
        ly_release(cx, below);
        return r;
    }
    pieces p, out = {.count = 0};
    if (!read(v, &p)) return LY_UNEVALUATED;
    bool plain = false;
    for (size_t i = 0; i < sizeof monotone / sizeof *monotone; i++) plain |= strcmp(name, monotone[i]) == 0;
    for (size_t i = 0; i < p.count && !out.unknown; i++) {
        ly_value a = p.ends[2 * i], b = p.ends[2 * i + 1];
        if (plain) {
            ly_value values[2] = {value_at(cx, head, a), value_at(cx, head, b)};
            add_hull(cx, &out, 2, values);
        } else if (head == LY_SYM(Abs) || head == LY_SYM(Cosh)) {
            ly_value values[3] = {value_at(cx, head, a), value_at(cx, head, b)};
            size_t n = 2;
            if (sign(cx, &out, a) < 0 && sign(cx, &out, b) > 0) values[n++] = LY_INT(head == LY_SYM(Cosh));
            add_hull(cx, &out, n, values);
        } else if (head == LY_SYM(Sin) || head == LY_SYM(Cos)) {
            add_wave(cx, &out, head, a, b);
        } else if (head == LY_SYM(Tan) || head == LY_SYM(Cot)) {
            add_tangent(cx, &out, head, a, b);
        } else if ((head == LY_SYM(Csch) || head == LY_SYM(Coth)) && (sign(cx, &out, a) > 0 || sign(cx, &out, b) < 0)) {
            ly_value values[2] = {value_at(cx, head, a), value_at(cx, head, b)};
            add_hull(cx, &out, 2, values);
        } else {
            out.unknown = true;
        }
    }
    clear(cx, &p);
    return finish(cx, &out);
}

/* ---- sets --------------------------------------------------------------------------------------------------------- */

BUILTIN(IntervalUnion, interval_union, 0, -1, LY_FLAT | LY_ORDERLESS | LY_ONE_IDENTITY | LY_PROTECTED, LY_PURE, "IntervalUnion[interval1, interval2, ...] gives the interval representing the set of all points in any of the intervali.")
static ly_value interval_union(ly_context *cx, ly_expr *call)
{
    ly_builder all = ly_builder_new();
    for (size_t i = 0; i < call->count; i++) {
        if (!ly_is_interval(call->args[i])) {
            ly_builder_drop(cx, &all);
            return LY_UNEVALUATED;
        }
        for (size_t k = 0; k < ly_expr_of(call->args[i])->count; k++)
            if (!ly_builder_add(cx, &all, ly_retain(ly_expr_of(call->args[i])->args[k]))) return LY_FAILED;
    }
    return ly_builder_finish(cx, &all, LY_SYM(Interval));
}

BUILTIN(IntervalIntersection, interval_intersection, 0, -1, LY_FLAT | LY_ORDERLESS | LY_ONE_IDENTITY | LY_PROTECTED, LY_PURE, "IntervalIntersection[interval1, interval2, ...] gives the interval representing all points common to each of the intervali.")
static ly_value interval_intersection(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return LY_UNEVALUATED;
    pieces all, next, out;
    for (size_t i = 0; i < call->count; i++)
        if (!ly_is_interval(call->args[i])) return LY_UNEVALUATED;
    if (!read(call->args[0], &all)) return LY_UNEVALUATED;
    for (size_t i = 1; i < call->count; i++) {
        out = (pieces){.count = 0};
        if (!read(call->args[i], &next)) {
            clear(cx, &all);
            return LY_UNEVALUATED;
        }
        for (size_t a = 0; a < all.count; a++)
            for (size_t b = 0; b < next.count; b++) {
                const ly_value *x = &all.ends[2 * a], *y = &next.ends[2 * b];
                ly_value low = order(cx, &out, x[0], y[0]) >= 0 ? x[0] : y[0], high = order(cx, &out, x[1], y[1]) <= 0 ? x[1] : y[1];
                if (order(cx, &out, low, high) <= 0) add(cx, &out, ly_retain(low), ly_retain(high));
            }
        clear(cx, &all);
        clear(cx, &next);
        all = out;
    }
    return finish(cx, &all);
}

BUILTIN(IntervalMemberQ, interval_member_q, 2, 2, LY_PROTECTED, LY_PURE, "IntervalMemberQ[interval, x] gives True if the number x lies within the specified interval, and False otherwise.")
static ly_value interval_member_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], x = call->args[1];
    if (ly_is_list(x)) {
        ly_builder out = ly_builder_new();
        for (size_t i = 0, n = ly_length(x); i < n; i++)
            if (!ly_builder_add(cx, &out, ly_make2(cx, call->head, ly_retain(v), ly_element(cx, x, i)))) return LY_FAILED;
        return ly_builder_finish(cx, &out, LY_SYM(List));
    }
    pieces p, q, unused = {.count = 0};
    if (!ly_is_interval(v) || !read(v, &p)) return LY_UNEVALUATED;
    if (!read(x, &q)) {
        clear(cx, &p);
        return LY_UNEVALUATED;
    }
    bool all = true;
    for (size_t k = 0; k < q.count; k++) {
        bool inside = false;
        for (size_t i = 0; i < p.count; i++)
            inside |= order(cx, &unused, p.ends[2 * i], q.ends[2 * k]) <= 0 && order(cx, &unused, q.ends[2 * k + 1], p.ends[2 * i + 1]) <= 0;
        all = all && inside;
    }
    clear(cx, &p);
    clear(cx, &q);
    return ly_bool(all && !unused.unknown);
}
