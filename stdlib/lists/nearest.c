/* nearest.c: the elements of a list that are nearest to a point: Nearest. */
#include <math.h>
#include <stdlib.h>

#include "eval/context.h"
#include "eval/eval.h"

MESSAGE(Nearest, near1, "`1` is neither a list of real points nor a valid list of rules.")
MESSAGE(Nearest, near2, "`1` is not a point that distances to `2` can be measured from.")

typedef enum property { ELEMENT, INDEX, DISTANCE, LABEL } property;

typedef struct points {
    ly_value items;  /* owned: a list */
    ly_value labels; /* owned: a list, or LY_FAILED */
    property wanted[3];
    size_t properties; /* 0: one, not in a list */
} points;

typedef struct neighbour {
    double distance;
    size_t index;
} neighbour;

static void points_free(ly_context *cx, points *p)
{
    ly_release(cx, p->items);
    ly_release(cx, p->labels);
}

static bool read_property(ly_value v, property *wanted)
{
    if (ly_string_is(v, "Element"))
        *wanted = ELEMENT;
    else if (ly_string_is(v, "Index") || v == LY_SYM(Automatic))
        *wanted = INDEX;
    else if (ly_string_is(v, "Distance"))
        *wanted = DISTANCE;
    else
        return false;
    return true;
}

/* list, {item -> label, …}, list -> labels, list -> "Index" …; false: none of these, or empty. */
static bool read_points(ly_context *cx, ly_value data, points *p)
{
    *p = (points){.items = LY_FAILED, .labels = LY_FAILED, .wanted = {ELEMENT}};
    if (ly_has_shape(data, LY_SYM(Rule), 2)) {
        ly_value items = ly_expr_of(data)->args[0], what = ly_expr_of(data)->args[1];
        if (!ly_is_list(items) || ly_length(items) == 0) return false;
        if (!read_property(what, &p->wanted[0])) {
            if (!ly_is_list(what)) return false;
            size_t n = ly_length(what);
            bool properties = ly_is_expr(what) && n >= 1 && n <= 3;
            for (size_t i = 0; properties && i < n; i++)
                properties = read_property(ly_expr_of(what)->args[i], &p->wanted[i]);
            if (properties) {
                p->properties = n;
            } else {
                if (n != ly_length(items)) return false;
                p->labels = ly_unpack(cx, what);
                p->wanted[0] = LABEL;
            }
        }
        p->items = ly_unpack(cx, items);
        return true;
    }
    if (!ly_is_list(data) || ly_length(data) == 0) return false;
    if (!ly_has_head(data, LY_SYM(List))
        || !ly_has_shape(ly_expr_of(data)->args[0], LY_SYM(Rule), 2)) {
        p->items = ly_unpack(cx, data);
        return true;
    }
    ly_builder items = ly_builder_new(), labels = ly_builder_new();
    bool ok = true;
    for (size_t i = 0; ok && i < ly_expr_of(data)->count; i++) {
        ly_value rule = ly_expr_of(data)->args[i];
        ok = ly_has_shape(rule, LY_SYM(Rule), 2)
             && ly_builder_add(cx, &items, ly_retain(ly_expr_of(rule)->args[0]))
             && ly_builder_add(cx, &labels, ly_retain(ly_expr_of(rule)->args[1]));
    }
    if (ok) {
        p->items = ly_builder_finish(cx, &items, LY_SYM(List));
        p->labels = ly_builder_finish(cx, &labels, LY_SYM(List));
        p->wanted[0] = LABEL;
        return true;
    }
    ly_builder_drop(cx, &items);
    ly_builder_drop(cx, &labels);
    return false;
}

/* The distance of two points: 1, 0 where it is no real number, -1 failed. */
static int distance_of(ly_context *cx, ly_value f, ly_value a, ly_value b, double *distance)
{
    double x, y;
    if (f == LY_SYM(Automatic)) {
        if (ly_to_double(a, &x) && ly_to_double(b, &y)) return *distance = fabs(x - y), 1;
        f = ly_is_string(a) && ly_is_string(b) ? LY_SYM(EditDistance) : LY_SYM(EuclideanDistance);
    }
    ly_value d = ly_call2(cx, f, ly_retain(a), ly_retain(b));
    if (!ly_failed(d) && !ly_is_number(d)) d = ly_call1(cx, LY_SYM(N), d);
    if (ly_failed(d)) return -1;
    bool real = ly_to_double(d, distance);
    ly_release(cx, d);
    return real && !isnan(*distance);
}

static int compare_neighbours(const void *a, const void *b)
{
    const neighbour *x = a, *y = b;
    if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

static ly_value property_value(ly_context *cx, const points *p, const neighbour *n, property wanted)
{
    switch (wanted) {
    case INDEX:
        return LY_INT((int64_t)n->index + 1);
    case DISTANCE:
        return ly_real(cx, n->distance);
    case LABEL:
        return ly_retain(ly_expr_of(p->labels)->args[n->index]);
    default:
        return ly_retain(ly_expr_of(p->items)->args[n->index]);
    }
}

/* The nearest to one point: at most `most` (0: all at the least distance) within a radius. */
static ly_value nearest(ly_context *cx, const points *p, ly_value f, ly_value point, size_t most,
                        double radius)
{
    size_t n = ly_expr_of(p->items)->count, kept = 0;
    neighbour *all = ly_buffer_alloc(cx, n * sizeof *all);
    int status = all ? 1 : -1;
    for (size_t i = 0; status > 0 && i < n; i++) {
        double distance = 0;
        status =
            ly_poll(cx) ? -1 : distance_of(cx, f, ly_expr_of(p->items)->args[i], point, &distance);
        if (status > 0 && distance <= radius) all[kept++] = (neighbour){distance, i};
    }
    ly_builder list = ly_builder_new();
    if (status > 0) {
        qsort(all, kept, sizeof *all, compare_neighbours);
        for (size_t i = 0;
             i < kept && (most ? i < most : all[i].distance - all[0].distance <= 1e-14 * fabs(all[0].distance));
             i++) {
            ly_value value;
            if (p->properties) {
                ly_expr *several = ly_expr_new(cx, LY_SYM(List), p->properties);
                for (size_t k = 0; k < p->properties; k++)
                    several->args[k] = property_value(cx, p, &all[i], p->wanted[k]);
                value = ly_from_object(several);
            } else {
                value = property_value(cx, p, &all[i], p->wanted[0]);
            }
            if (!ly_builder_add(cx, &list, value)) {
                status = -1;
                break;
            }
        }
    }
    ly_buffer_free(cx, all);
    if (status > 0) return ly_builder_finish(cx, &list, LY_SYM(List));
    ly_builder_drop(cx, &list);
    return status ? LY_FAILED : LY_UNEVALUATED;
}

/* n, All, {n, r}; false: none of these */
static bool read_count(ly_value v, size_t *most, double *radius)
{
    if (ly_has_shape(v, LY_SYM(List), 2)) {
        ly_value r = ly_expr_of(v)->args[1];
        if (r != LY_SYM(Infinity) && !ly_has_head(r, LY_SYM(DirectedInfinity))
            && !ly_to_double(r, radius))
            return false;
        v = ly_expr_of(v)->args[0];
    }
    if (v == LY_SYM(All) || v == LY_SYM(Infinity)) return *most = SIZE_MAX, true;
    if (!ly_is_int(v) || ly_int_of(v) < 1) return false;
    *most = (size_t)ly_int_of(v);
    return true;
}

static ly_value nearest_operator(ly_context *cx, ly_expr *call);
BUILTIN_SUB(Nearest, list_nearest, nearest_operator, 1, -1, LY_PROTECTED, LY_PURE,
    "Nearest[{e1, e2, …}, x] gives the elements nearest to x; Nearest[list, x, n] the n nearest; "
    "{n, r} "
    "within a radius r; list -> labels, list -> \"Index\" or \"Distance\" give these instead.")
static ly_value list_nearest(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, call->count < 2 ? 1 : 2), most = 0;
    double radius = INFINITY;
    points p;
    if (options < 2 || options > 3) return LY_UNEVALUATED;
    ly_value count = options == 3 ? ly_unpack(cx, call->args[2]) : LY_FAILED;
    bool counted = options < 3 || read_count(count, &most, &radius);
    ly_release(cx, count);
    if (!counted) return LY_UNEVALUATED;
    if (!read_points(cx, call->args[0], &p)) {
        points_free(cx, &p);
        bool empty = (ly_is_list(call->args[0]) && ly_length(call->args[0]) == 0)
                     || ly_has_head(call->args[0], LY_SYM(Rule));
        return empty ? LY_UNEVALUATED : ly_message_call(cx, call, "near1", 1, call->args[0]);
    }
    ly_value f = ly_option(cx, call, options, "DistanceFunction", LY_SYM(Automatic)),
             point = call->args[1];
    /* a list of points where the elements are points of one level less */
    bool several =
        ly_is_list(point) && ly_length(point) && !ly_is_list(ly_expr_of(p.items)->args[0]);
    if (ly_is_list(point) && ly_is_list(ly_expr_of(p.items)->args[0])) {
        ly_value first = ly_length(point) ? ly_element(cx, point, 0) : LY_FAILED;
        several = !ly_failed(first) && ly_is_list(first);
        ly_release(cx, first);
    }
    ly_value result;
    if (several) {
        ly_builder list = ly_builder_new();
        result = LY_FAILED;
        for (size_t i = 0; i < ly_length(point); i++) {
            ly_value one = ly_element(cx, point, i);
            result = nearest(cx, &p, f, one, most, radius);
            ly_release(cx, one);
            if (ly_failed(result) || result == LY_UNEVALUATED || !ly_builder_add(cx, &list, result))
                break;
        }
        if (ly_failed(result) || result == LY_UNEVALUATED || cx->pending.kind)
            ly_builder_drop(cx, &list);
        else
            result = ly_builder_finish(cx, &list, LY_SYM(List));
    } else {
        result = nearest(cx, &p, f, point, most, radius);
    }
    ly_release(cx, f);
    points_free(cx, &p);
    return result;
}

/* Nearest[data][x], Nearest[data][x, n] */
static ly_value nearest_operator(ly_context *cx, ly_expr *call)
{
    ly_expr *inner = ly_expr_of(call->head);
    size_t options = ly_option_start(inner, 1);
    if (options != 1 || call->count < 1 || call->count > 2) return LY_UNEVALUATED;
    ly_builder items = ly_builder_new();
    bool ok = ly_builder_add(cx, &items, ly_retain(inner->args[0]));
    for (uint32_t i = 0; ok && i < call->count; i++)
        ok = ly_builder_add(cx, &items, ly_retain(call->args[i]));
    for (uint32_t i = 1; ok && i < inner->count; i++)
        ok = ly_builder_add(cx, &items, ly_retain(inner->args[i]));
    return ok ? ly_builder_finish(cx, &items, LY_SYM(Nearest)) : LY_FAILED;
}
