/* comparison.c: Equal, Unequal, Less … and Inequality, SameQ and UnsameQ, Min and Max.

   Numbers are compared by value. Exact numeric expressions (Pi < 22/7) are compared by a value that
   is certain to enough digits; what can't be told apart is decided to be equal only if the difference
   is exactly zero by its form, or agrees to the digits of $MaxExtraPrecision. */
#include <math.h>

#include "interval.h"
#include "numbers.h"

typedef enum truth { UNKNOWN = -1, NO = 0, YES = 1 } truth;

#define RELATION LY_PROTECTED

static ly_value truth_value(truth t)
{
    return t == UNKNOWN ? LY_UNEVALUATED : ly_bool(t);
}

/* ---- order of two quantities -------------------------------------------------------------------- */

static bool is_moment(ly_value v)
{
    return ly_has_head(v, LY_SYM(DateObject)) || ly_has_head(v, LY_SYM(TimeObject));
}

/* Dates and times by their seconds since 1900; 2: one of them is no valid date. */
static int moment_order(ly_context *cx, ly_value a, ly_value b)
{
    ly_value x = ly_call1(cx, LY_SYM(AbsoluteTime), ly_retain(a));
    ly_value y = ly_failed(x) ? LY_FAILED : ly_call1(cx, LY_SYM(AbsoluteTime), ly_retain(b));
    int order = 2;
    if (!ly_failed(y) && ly_is_real_number(x) && ly_is_real_number(y)) order = ly_compare_numbers(x, y);
    ly_release(cx, x);
    ly_release(cx, y);
    return order;
}

/* Sign of a - b: -1, 0, 1; 2 where unknown, 3 where either is no real quantity (a message was given). */
int ly_order_of(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_number(a) && ly_is_number(b)) {
        if (ly_is_complex(a) || ly_is_complex(b)) return 3;
        int order = ly_compare_numbers(a, b);
        if (order != 0 && order != 2 && (ly_is_inexact(a) || ly_is_inexact(b)) && ly_numbers_equal(a, b))
            return 0;
        return order;
    }
    ly_value da, db;
    bool ia = ly_is_infinity(a, &da), ib = ly_is_infinity(b, &db);
    if (ia || ib) {
        int sa = 0, sb = 0;
        if (ia && (ly_failed(da) || !ly_is_real_number(da))) return ly_failed(da) ? 3 : 2;
        if (ib && (ly_failed(db) || !ly_is_real_number(db))) return ly_failed(db) ? 3 : 2;
        if (ia) sa = ly_sign(da);
        if (ib) sb = ly_sign(db);
        if (ia && ib) return sa == sb ? 0 : sa;
        ly_value finite = ia ? b : a;
        if (!ly_is_numeric(cx, finite)) return 2;
        return ia ? sa : -sb;
    }
    if (is_moment(a) && is_moment(b)) return moment_order(cx, a, b);
    if (!ly_is_numeric(cx, a) || !ly_is_numeric(cx, b)) return 2;
    bool certain;
    double x, y;
    if (ly_numeric_double(cx, a, &x) && ly_numeric_double(cx, b, &y) && isfinite(x) && isfinite(y) &&
        fabs(x - y) > 1e-6 * fmax(fabs(x), fabs(y)) && fmax(fabs(x), fabs(y)) < 1e6) {
        /* only well-conditioned values look like this; large cancellation is left to the digits */
        if (!ly_is_expr(a) || !ly_is_expr(b)) return x < y ? -1 : 1;
    }
    ly_value difference = ly_plus_take(cx, ly_retain(a), ly_minus_take(cx, ly_retain(b)));
    if (ly_failed(difference)) {
        ly_pending_drop(cx, ly_pending_take(cx));
        return 2;
    }
    int sign = ly_numeric_sign(cx, difference, &certain);
    ly_release(cx, difference);
    return sign;
}

/* ---- Equal -------------------------------------------------------------------------------------- */

static truth equal(ly_context *cx, ly_value a, ly_value b);

typedef struct pair {
    ly_value a, b;
    truth answer;
} pair;

static void *equal_again(ly_context *cx, void *data)
{
    pair *p = data;
    p->answer = equal(cx, p->a, p->b);
    return p;
}

/* Lists element by element: one unequal pair decides, one unknown leaves it open. */
static truth equal_lists(ly_context *cx, ly_value a, ly_value b)
{
    size_t n = ly_length(a);
    if (n != ly_length(b)) return NO;
    truth all = YES;
    for (size_t i = 0; i < n && all != NO; i++) {
        ly_value x = ly_element(cx, a, i), y = ly_element(cx, b, i);
        truth t = equal(cx, x, y);
        ly_release(cx, x);
        ly_release(cx, y);
        if (t != YES) all = t;
    }
    if (all == UNKNOWN) {
        /* a later pair may still be certainly different */
        for (size_t i = 0; i < n; i++) {
            ly_value x = ly_element(cx, a, i), y = ly_element(cx, b, i);
            truth t = equal(cx, x, y);
            ly_release(cx, x);
            ly_release(cx, y);
            if (t == NO) return NO;
        }
    }
    return all;
}

static bool is_raw(ly_value v)
{
    return ly_is_number(v) || ly_is_string(v);
}

static truth equal(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_int(a) && ly_is_int(b)) return a == b;
    if (ly_is_number(a) && ly_is_number(b)) return ly_numbers_equal(a, b);
    if (ly_is_string(a) && ly_is_string(b)) return ly_same(a, b);
    ly_value da, db;
    bool ia = ly_is_infinity(a, &da), ib = ly_is_infinity(b, &db);
    if (ia || ib) {
        if (ia && ib) {
            if (ly_failed(da) || ly_failed(db)) return UNKNOWN;
            if (ly_same(da, db)) return YES;
            return ly_is_number(da) && ly_is_number(db) ? NO : UNKNOWN;
        }
        return ly_is_numeric(cx, ia ? b : a) ? NO : UNKNOWN;
    }
    if (a == LY_SYM(Indeterminate) || b == LY_SYM(Indeterminate)) return UNKNOWN;
    if (ly_same(a, b)) return YES;
    if (is_raw(a) && is_raw(b)) return NO;
    if (ly_is_list(a) && ly_is_list(b)) {
        if (ly_stack_low(cx)) {
            pair p = {a, b, UNKNOWN};
            return ly_on_new_stack(cx, equal_again, &p) ? p.answer : UNKNOWN;
        }
        return equal_lists(cx, a, b);
    }
    bool numeric_a = ly_is_numeric(cx, a), numeric_b = ly_is_numeric(cx, b);
    if (numeric_a && numeric_b) {
        ly_value difference = ly_plus_take(cx, ly_retain(a), ly_minus_take(cx, ly_retain(b)));
        if (ly_failed(difference)) {
            ly_pending_drop(cx, ly_pending_take(cx));
            return UNKNOWN;
        }
        truth answer = UNKNOWN;
        if (ly_is_number(difference)) {
            answer = ly_is_inexact(difference) ? UNKNOWN : ly_is_zero(difference);
            if (answer == UNKNOWN) {
                ly_value x = ly_n(cx, a, LY_MACHINE_PRECISION), y = ly_n(cx, b, LY_MACHINE_PRECISION);
                if (ly_is_number(x) && ly_is_number(y)) answer = ly_numbers_equal(x, y);
                ly_release(cx, x);
                ly_release(cx, y);
            }
        } else {
            answer = ly_numeric_is_zero(cx, difference);
        }
        ly_release(cx, difference);
        return answer;
    }
    /* a symbol True or False is like a raw value */
    bool truth_a = a == LY_SYM(True) || a == LY_SYM(False), truth_b = b == LY_SYM(True) || b == LY_SYM(False);
    if (truth_a && truth_b) return NO;
    if ((ly_is_string(a) && numeric_b) || (ly_is_string(b) && numeric_a)) return NO;
    /* the same function of equal arguments */
    if (ly_is_expr(a) && ly_is_expr(b) && ly_expr_of(a)->count == ly_expr_of(b)->count &&
        ly_same(ly_expr_of(a)->head, ly_expr_of(b)->head)) {
        if (ly_stack_low(cx)) {
            pair p = {a, b, UNKNOWN};
            return ly_on_new_stack(cx, equal_again, &p) ? p.answer : UNKNOWN;
        }
        for (size_t i = 0; i < ly_expr_of(a)->count; i++)
            if (equal(cx, ly_expr_of(a)->args[i], ly_expr_of(b)->args[i]) != YES) return UNKNOWN;
        return YES;
    }
    return UNKNOWN;
}

BUILTIN(Equal, equal_builtin, 0, -1, RELATION, LY_PACKED, "lhs == rhs returns True if lhs and rhs are identical.")
static ly_value equal_builtin(ly_context *cx, ly_expr *call)
{
    size_t n = call->count;
    if (n == 2) {
        ly_value a = call->args[0], b = call->args[1];
        if (a & b & 1) return ly_bool(a == b);
        return truth_value(equal(cx, a, b));
    }
    if (n < 2) return LY_SYM(True);
    bool all = true;
    for (size_t i = 0; i + 1 < n; i++) {
        truth t = equal(cx, call->args[i], call->args[i + 1]);
        if (t == NO) return LY_SYM(False);
        if (t == UNKNOWN) all = false;
    }
    return all ? LY_SYM(True) : LY_UNEVALUATED;
}

BUILTIN(Unequal, unequal_builtin, 0, -1, RELATION, LY_PACKED,
        "lhs != rhs returns False if lhs and rhs are identical.")
static ly_value unequal_builtin(ly_context *cx, ly_expr *call)
{
    size_t n = call->count;
    bool all = true;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            truth t = equal(cx, call->args[i], call->args[j]);
            /* a != b != a is left as it stands: only what is numeric or neighbouring decides */
            if (t == YES && j > i + 1 && !ly_is_numeric(cx, call->args[i]) && !ly_is_string(call->args[i])) t = UNKNOWN;
            if (t == YES) return LY_SYM(False);
            if (t == UNKNOWN) all = false;
        }
    return all ? LY_SYM(True) : LY_UNEVALUATED;
}

/* ---- inequalities ------------------------------------------------------------------------------- */

MESSAGE(Less, nord, "Invalid comparison with `1` attempted.")
MESSAGE(LessEqual, nord, "Invalid comparison with `1` attempted.")
MESSAGE(Greater, nord, "Invalid comparison with `1` attempted.")
MESSAGE(GreaterEqual, nord, "Invalid comparison with `1` attempted.")

typedef enum relation { LESS, LESS_EQUAL, GREATER, GREATER_EQUAL } relation;

static truth holds(int order, relation r)
{
    if (order == 2 || order == 3) return UNKNOWN;
    switch (r) {
    case LESS: return order < 0;
    case LESS_EQUAL: return order <= 0;
    case GREATER: return order > 0;
    default: return order >= 0;
    }
}

static truth compare(ly_context *cx, ly_value symbol, ly_value a, ly_value b, relation r)
{
    if (ly_is_interval(a) || ly_is_interval(b)) {
        ly_value la, ha, lb, hb;
        if (!ly_interval_ends(a, &la, &ha) || !ly_interval_ends(b, &lb, &hb)) return UNKNOWN;
        if (r == LESS || r == LESS_EQUAL)
            return holds(ly_order_of(cx, ha, lb), r) == YES ? YES : holds(ly_order_of(cx, la, hb), r) == NO ? NO : UNKNOWN;
        return holds(ly_order_of(cx, la, hb), r) == YES ? YES : holds(ly_order_of(cx, ha, lb), r) == NO ? NO : UNKNOWN;
    }
    int order = ly_order_of(cx, a, b);
    if (order == 3) {
        ly_value direction;
        bool first = ly_is_complex(a) || (ly_is_infinity(a, &direction) && ly_failed(direction));
        ly_message(cx, symbol, "nord", 1, first ? a : b);
    }
    return holds(order, r);
}

static ly_value chain(ly_context *cx, ly_expr *call, relation r)
{
    size_t n = call->count;
    if (n < 2) return LY_SYM(True);
    bool all = true;
    size_t known = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        truth t = compare(cx, call->head, call->args[i], call->args[i + 1], r);
        if (t == NO) return LY_SYM(False);
        if (t == UNKNOWN) all = false;
        else known++;
    }
    if (all) return LY_SYM(True);
    if (n == 2 || known == 0) return LY_UNEVALUATED;
    /* what is certain inside a chain is left out: 1 < 2 < x is 2 < x */
    ly_builder rest = ly_builder_new();
    for (size_t i = 0; i < n; i++) {
        bool before = i > 0 && holds(ly_order_of(cx, call->args[i - 1], call->args[i]), r) == YES;
        bool after = i + 1 < n && holds(ly_order_of(cx, call->args[i], call->args[i + 1]), r) == YES;
        if ((before || i == 0) && (after || i + 1 == n)) continue;
        if (!ly_builder_add(cx, &rest, ly_retain(call->args[i]))) return LY_FAILED;
    }
    if (ly_builder_count(&rest) == n) {
        ly_builder_drop(cx, &rest);
        return LY_UNEVALUATED;
    }
    return ly_builder_finish(cx, &rest, call->head);
}

#define BUILTIN_RELATIONAL(Name, function, r, documentation)                                        \
    BUILTIN(Name, function, 0, -1, RELATION, LY_PURE, documentation)                        \
    static ly_value function(ly_context *cx, ly_expr *call)                                 \
    {                                                                                       \
        if (call->count == 2) {                                                             \
            ly_value a = call->args[0], b = call->args[1];                                  \
            if (a & b & 1) return ly_bool(holds(ly_compare2(a, b), r));                     \
            return truth_value(compare(cx, call->head, a, b, r));                           \
        }                                                                                   \
        return chain(cx, call, r);                                                          \
    }

BUILTIN_RELATIONAL(Less, less_builtin, LESS, "x < y yields True if x is determined to be less than y.")
BUILTIN_RELATIONAL(LessEqual, less_equal_builtin, LESS_EQUAL,
           "x <= y yields True if x is determined to be less than or equal to y.")
BUILTIN_RELATIONAL(Greater, greater_builtin, GREATER, "x > y yields True if x is determined to be greater than y.")
BUILTIN_RELATIONAL(GreaterEqual, greater_equal_builtin, GREATER_EQUAL,
           "x >= y yields True if x is determined to be greater than or equal to y.")

static truth related(ly_context *cx, ly_value relation_symbol, ly_value a, ly_value b)
{
    truth t;
    if (relation_symbol == LY_SYM(Equal)) return equal(cx, a, b);
    if (relation_symbol == LY_SYM(Unequal)) return (t = equal(cx, a, b)) == UNKNOWN ? UNKNOWN : !t;
    if (relation_symbol == LY_SYM(Less)) return compare(cx, LY_SYM(Less), a, b, LESS);
    if (relation_symbol == LY_SYM(LessEqual)) return compare(cx, LY_SYM(LessEqual), a, b, LESS_EQUAL);
    if (relation_symbol == LY_SYM(Greater)) return compare(cx, LY_SYM(Greater), a, b, GREATER);
    if (relation_symbol == LY_SYM(GreaterEqual)) return compare(cx, LY_SYM(GreaterEqual), a, b, GREATER_EQUAL);
    return UNKNOWN;
}

/* 1: less, -1: greater, 0: equal or unequal, 2: no relation. */
static int direction_of(ly_value relation_symbol)
{
    if (relation_symbol == LY_SYM(Less) || relation_symbol == LY_SYM(LessEqual)) return 1;
    if (relation_symbol == LY_SYM(Greater) || relation_symbol == LY_SYM(GreaterEqual)) return -1;
    if (relation_symbol == LY_SYM(Equal) || relation_symbol == LY_SYM(Unequal)) return 0;
    return 2;
}

/* Operands first … last (indices into the arguments) with the relations between them. */
static ly_value piece_of(ly_context *cx, ly_expr *call, size_t first, size_t last)
{
    bool alike = true;
    for (size_t i = first + 3; i < last; i += 2) alike = alike && call->args[i] == call->args[first + 1];
    size_t n = last - first + 1;
    ly_expr *piece = ly_expr_new(cx, alike ? call->args[first + 1] : LY_SYM(Inequality), alike ? n / 2 + 1 : n);
    if (!piece) return LY_FAILED;
    for (size_t i = 0; i < piece->count; i++) piece->args[i] = ly_retain(call->args[first + (alike ? 2 * i : i)]);
    return ly_from_object(piece);
}

BUILTIN(Inequality, inequality, 0, -1, LY_PROTECTED, LY_ANY_COUNT,
        "Inequality represents a sequence of relational statements.")
static ly_value inequality(ly_context *cx, ly_expr *call)
{
    size_t n = call->count;
    if (n == 1) return LY_SYM(True);
    if (n < 3 || n % 2 == 0) return LY_UNEVALUATED;
    for (size_t i = 1; i < n; i += 2)
        if (direction_of(call->args[i]) == 2) return LY_UNEVALUATED;
    /* cut where a relation certainly holds, and where less turns to greater */
    ly_builder pieces = ly_builder_new();
    size_t start = 0;
    int direction = 0;
    bool cut = false;
    for (size_t i = 1; i <= n; i += 2) {
        truth t = i < n ? related(cx, call->args[i], call->args[i - 1], call->args[i + 1]) : YES;
        if (t == NO) {
            ly_builder_drop(cx, &pieces);
            return LY_SYM(False);
        }
        int next = i < n ? direction_of(call->args[i]) : 0;
        bool turns = t == UNKNOWN && i - 1 > start && next != 0 && next != direction;
        if (t == YES || turns) {
            if (i < n) cut = true;
            if (i - 1 > start && !ly_builder_add(cx, &pieces, piece_of(cx, call, start, i - 1))) return LY_FAILED;
            start = t == YES ? i + 1 : i - 1;
            direction = t == YES ? 0 : next;
        } else if (i - 1 == start) {
            direction = next;
        }
    }
    if (!cut && ly_has_head(pieces.expr->args[0], LY_SYM(Inequality))) {
        ly_builder_drop(cx, &pieces);
        return LY_UNEVALUATED;
    }
    return ly_builder_finish(cx, &pieces, LY_SYM(And));
}

/* ---- sameness ----------------------------------------------------------------------------------- */

BUILTIN(SameQ, same_q, 0, -1, RELATION, LY_PACKED,
        "lhs === rhs yields True if the expression lhs is identical to rhs, and yields False otherwise.")
static ly_value same_q(ly_context *cx, ly_expr *call)
{
    for (size_t i = 0; i + 1 < call->count; i++)
        if (!ly_same(call->args[i], call->args[i + 1])) return LY_SYM(False);
    return LY_SYM(True);
}

BUILTIN(UnsameQ, unsame_q, 0, -1, RELATION, LY_PACKED,
        "lhs =!= rhs yields True if the expression lhs is not identical to rhs, and yields False otherwise.")
static ly_value unsame_q(ly_context *cx, ly_expr *call)
{
    for (size_t i = 0; i < call->count; i++)
        for (size_t j = i + 1; j < call->count; j++)
            if (ly_same(call->args[i], call->args[j])) return LY_SYM(False);
    return LY_SYM(True);
}

/* ---- Min and Max -------------------------------------------------------------------------------- */

/* Adds the leaves of lists to a run of values. */
static bool add_leaves(ly_context *cx, ly_builder *to, ly_value v)
{
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, add_leaves, LY_AS_WORD(cx), LY_AS_WORD(to), v);
    if (ly_is_association(v)) {
        const ly_entry *entry;
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));)
            if (!add_leaves(cx, to, entry->value)) return false;
        return true;
    }
    if (!ly_is_list(v)) return ly_builder_add(cx, to, ly_retain(v));
    for (size_t i = 0, n = ly_length(v); i < n; i++) {
        ly_value x = ly_element(cx, v, i);
        bool fine = add_leaves(cx, to, x);
        ly_release(cx, x);
        if (!fine) return false;
    }
    return true;
}

static bool has_list(ly_expr *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (ly_is_list(call->args[i]) || ly_is_association(call->args[i])) return true;
    return false;
}

/* which: 1 Max, -1 Min */
static ly_value extremum(ly_context *cx, ly_expr *call, int which)
{
    if (call->count == 0) return ly_infinity(cx, -which);
    if (has_list(call)) {
        ly_builder leaves = ly_builder_new();
        for (size_t i = 0; i < call->count; i++)
            if (!add_leaves(cx, &leaves, call->args[i])) return LY_FAILED;
        return ly_builder_finish(cx, &leaves, call->head);
    }
    if (call->count == 1) {
        ly_value only = call->args[0], direction, low, high;
        if (ly_is_interval(only) && ly_interval_ends(only, &low, &high)) return ly_retain(which > 0 ? high : low);
        if (ly_is_numeric(cx, only) || ly_is_infinity(only, &direction) || !ly_is_string(only))
            return ly_retain(only);
        return LY_UNEVALUATED;
    }
    ly_value best = LY_FAILED; /* borrowed */
    ly_builder others = ly_builder_new();
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i], direction, low, high;
        if (v == LY_SYM(Indeterminate)) {
            ly_builder_drop(cx, &others);
            return v;
        }
        if (ly_is_interval(v) && ly_interval_ends(v, &low, &high)) v = which > 0 ? high : low;
        bool comparable = ly_is_infinity(v, &direction) ? !ly_failed(direction) : ly_is_numeric(cx, v);
        if (comparable && ly_is_complex(v)) {
            ly_message(cx, call->head, "nord", 1, v);
            comparable = false;
        }
        if (comparable) {
            int order = best ? ly_order_of(cx, v, best) : which;
            if (order == 2 || order == 3) comparable = false;
            else if (!best || order * which > 0) best = v;
        }
        if (!comparable) {
            bool known = false;
            ly_expr *seen = others.expr;
            for (size_t k = 0; k < ly_builder_count(&others) && !known; k++) known = ly_same(seen->args[k], v);
            if (!known && !ly_builder_add(cx, &others, ly_retain(v))) return LY_FAILED;
        }
    }
    size_t n = ly_builder_count(&others);
    if (n == 0) return ly_retain(best);
    if (best) {
        ly_value direction;
        if (ly_is_infinity(best, &direction) && ly_is_real_number(direction)) {
            if (ly_sign(direction) == which) {
                ly_builder_drop(cx, &others);
                return ly_retain(best);
            }
        } else {
            n++;
            if (n == call->count) {
                ly_builder_drop(cx, &others);
                return LY_UNEVALUATED;
            }
            if (!ly_builder_add(cx, &others, ly_retain(best))) return LY_FAILED;
        }
    }
    if (n == call->count) {
        ly_builder_drop(cx, &others);
        return LY_UNEVALUATED;
    }
    ly_value rest = ly_builder_finish(cx, &others, call->head);
    return rest;
}

MESSAGE(Max, nord, "Invalid comparison with `1` attempted.")
MESSAGE(Min, nord, "Invalid comparison with `1` attempted.")

BUILTIN(Max, max_builtin, 0, -1, LY_FLAT | LY_NUMERIC_FUNCTION | LY_ONE_IDENTITY | LY_ORDERLESS | LY_PROTECTED,
        LY_PACKED, "Max[x1, x2, ...] yields the numerically largest of the xi.")
static ly_value max_builtin(ly_context *cx, ly_expr *call) { return extremum(cx, call, 1); }

BUILTIN(Min, min_builtin, 0, -1, LY_FLAT | LY_NUMERIC_FUNCTION | LY_ONE_IDENTITY | LY_ORDERLESS | LY_PROTECTED,
        LY_PACKED, "Min[x1, x2, ...] yields the numerically smallest of the xi.")
static ly_value min_builtin(ly_context *cx, ly_expr *call) { return extremum(cx, call, -1); }
