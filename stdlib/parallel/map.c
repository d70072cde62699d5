/* map.c: ParallelMap. */
#include "stdlib/parallel/map.h"

#include "eval/messages.h"
#include "stdlib/parallel/elements.h"

typedef struct mapping {
    ly_value f, v;
    const ly_association *association;
    ly_levels levels;
} mapping;

static ly_value apply(ly_context *cx, const ly_each *elements, size_t i)
{
    const mapping *m = elements->data;
    ly_value element = ly_element(cx, m->v, i);
    return ly_failed(element) ? element : ly_call1(cx, m->f, element);
}

static size_t apply_many(ly_context *cx, const ly_each *elements, size_t lo, size_t hi)
{
    const mapping *m = elements->data;
    const ly_value *args = ly_expr_of(m->v)->args;
    for (size_t i = lo; i < hi; i++) {
        ly_value v = ly_poll(cx) ? LY_FAILED : ly_call1(cx, m->f, ly_retain(args[i]));
        if (__builtin_expect(ly_failed(v) || cx->messages->any, 0)) {
            ly_release(cx, v);
            return i;
        }
        elements->results[i] = v;
    }
    return hi;
}

static ly_value visit(ly_context *cx, ly_walk *walk, ly_value part)
{
    return ly_make1(cx, *(const ly_value *)walk->data, part);
}

/* What Map does to element i at levels below the first. */
static ly_value apply_below(ly_context *cx, const ly_each *elements, size_t i)
{
    const mapping *m = elements->data;
    ly_value f = m->f, element = ly_element(cx, m->v, i), list, v;
    ly_walk walk = {.levels = m->levels, .visit = visit, .data = &f};
    if (ly_failed(element)) return element;
    list = ly_walk_take(cx, &walk, ly_make1(cx, LY_SYM(List), element));
    if (ly_failed(list)) return list;
    v = ly_evaluate(cx, ly_arg(ly_expr_of(list), 0));
    ly_release(cx, list);
    return v;
}

/* The elements of v replaced by the results, which are consumed. */
static ly_value rebuilt(ly_context *cx, ly_value v, ly_expr *results)
{
    ly_value result;
    const ly_entry *entry;
    size_t i = 0;
    if (!ly_is_association(v)) return ly_from_object(results);
    result = ly_association_new(cx, results->count);
    for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(ly_association_of(v), &at)); i++)
        result = ly_association_set_take(cx, result, ly_retain(entry->key), ly_retain(results->args[i]), false);
    ly_release(cx, ly_from_object(results));
    return result;
}

ly_value ly_parallel_map(ly_context *cx, ly_pool *pool, ly_value f, ly_value v, ly_levels levels,
                         ly_value reach, const ly_grain *grain)
{
    ly_value head = ly_is_expr(v) ? ly_expr_of(v)->head : LY_SYM(List);
    ly_expr *results = ly_expr_new(cx, head, ly_length(v));
    mapping m = {f, v, NULL, levels};
    ly_value values[2] = {f, v};
    ly_each elements = {.count = ly_length(v), .evaluate = apply, .data = &m, .expression = reach,
                            .value_count = 2, .values = values, .pool = pool, .chunk = grain->chunk, .progress = grain->progress};
    if (!results) return LY_FAILED;
    if (levels.from != 1 || levels.to != 1) elements.evaluate = apply_below;
    else if (ly_is_expr(v)) elements.evaluate_many = apply_many;
    elements.results = results->args;
    if (!ly_each_run(cx, &elements)) {
        ly_release(cx, ly_from_object(results));
        return LY_FAILED;
    }
    return rebuilt(cx, v, results);
}

BUILTIN(ParallelMap, parallel_map, 2, -1, LY_PROTECTED, LY_EFFECTS | LY_PACKED,
        "ParallelMap[f, expr] applies f to each element on the first level of expr, in parallel.\n"
        "ParallelMap[f, expr, levelspec] to the parts that levelspec names. Options: chunkSize, Method, progress.")
static ly_value parallel_map(ly_context *cx, ly_expr *call)
{
    ly_levels levels = {1, 1};
    size_t count = ly_option_start(call, 2);
    ly_value v = call->args[1];
    ly_grain grain;
    if (count > 3) return ly_message_call(cx, call, "nonopt", 3, call->args[count - 1], LY_INT(3), ly_from_object(call));
    if (count == 3 && !ly_level_spec(call->args[2], &levels))
        return ly_message_call(cx, call, "level", 1, call->args[2]);
    if (!ly_grain_options(cx, call, count, ly_length(v), &grain)) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    if (ly_is_atom(v) || levels.from <= 0 || (count < call->count && ly_heads_option(cx, call, count, false))) {
        /* where the whole is among the parts, or heads are, there is nothing to divide */
        ly_expr *plain = ly_expr_new(cx, LY_SYM(Map), call->count);
        for (size_t i = 0; i < call->count; i++) plain->args[i] = ly_retain(call->args[i]);
        return ly_from_object(plain);
    }
    return ly_parallel_map(cx, NULL, call->args[0], v, levels, ly_from_object(call), &grain);
}
