/* compiled_loops.c: what the loops of generated C run over: iterators, and the elements of data. */
#include <stdlib.h>

#include "abi.h"
#include "eval/compiled.h"
#include "eval/scoping.h"

/* ---- iterators -------------------------------------------------------------------------------- */

/* Sqrt[2], Pi: exact, and a number all the same. */
static bool is_numeric(ly_context *cx, ly_value v)
{
    ly_value test = ly_is_expr(v) || ly_is_symbol(v) ? apply1(cx, LY_SYM(NumericQ), ly_retain(v)) : LY_SYM(False);
    ly_release(cx, test);
    return test == LY_SYM(True);
}

bool ly_range_start(ly_context *cx, ly_range *it, uint32_t n, ly_value *bounds, bool only_count)
{
    ly_value from = n > 1 ? bounds[0] : LY_INT(1), to = n > 1 ? bounds[1] : bounds[0];
    ly_value step = n > 2 ? bounds[2] : LY_INT(1);
    *it = (ly_range){0};
    if (n == 1 && !only_count && (ly_is_list(to) || ly_is_association(to))) {
        if (ly_is_association(to)) return false;
        it->list = to;
        it->left = ly_length(to);
        return true;
    }
    if (ly_is_int(from) && ly_is_int(to) && ly_is_int(step) && step != LY_INT(0)) {
        int64_t a = ly_int_of(from), b = ly_int_of(to), s = ly_int_of(step);
        it->integers = true;
        it->at = a;
        it->by = s;
        /* 63-bit numbers: the difference fits 64 bits without sign */
        if (s > 0) it->left = b < a ? 0 : ((uint64_t)b - (uint64_t)a) / (uint64_t)s + 1;
        else it->left = b > a ? 0 : ((uint64_t)a - (uint64_t)b) / (uint64_t)-s + 1;
        return true;
    }
    if (!ly_is_real_number(from) || !ly_is_real_number(step) || ly_sign(step) == 0) return false;
    if (!ly_is_real_number(to) && !is_numeric(cx, to)) return false;
    /* floor((to - from)/step) + 1 rounds, as the built-ins count them */
    ly_value count = ly_is_real_number(to) ? ly_subtract(cx, to, from)
                                           : apply2(cx, LY_SYM(Subtract), ly_retain(to), ly_retain(from));
    if (!ly_failed(count)) count = apply2(cx, LY_SYM(Divide), count, ly_retain(step));
    if (!ly_failed(count)) count = apply1(cx, LY_SYM(Floor), count);
    if (!ly_failed(count)) count = apply2(cx, LY_SYM(Plus), LY_INT(1), count);
    int64_t left;
    if (ly_failed(count) || !ly_to_int64(count, &left)) {
        ly_release(cx, count);
        return false;
    }
    ly_release(cx, count);
    it->left = left > 0 ? (uint64_t)left : 0;
    if (ly_is_int(from) && ly_is_int(step) && left < INT32_MAX && ly_int_of(step) < INT32_MAX &&
        ly_int_of(step) > INT32_MIN) {
        /* machine integers up to a bound of another kind: Sqrt[n], 2.5 */
        int64_t last;
        it->integers = !__builtin_add_overflow(ly_int_of(from), (int64_t)it->left * ly_int_of(step), &last) &&
                       ly_int_fits(last);
        it->at = ly_int_of(from);
        it->by = ly_int_of(step);
    }
    it->from = from;
    it->step = step;
    if (n > 1) ly_release(cx, to);
    else ly_release(cx, to);
    return true;
}

ly_value ly_range_next_slow(ly_context *cx, ly_range *it)
{
    if (it->list) return ly_element(cx, it->list, it->index++);
    ly_value offset = ly_multiply(cx, LY_INT((int64_t)it->index++), it->step);
    ly_value v = ly_failed(offset) ? offset : ly_add(cx, it->from, offset);
    ly_release(cx, offset);
    return v;
}

void ly_range_show(ly_context *cx, ly_range *it, ly_value symbol)
{
    ly_definition *saved = ly_malloc(sizeof *saved);
    if (!saved) return;
    it->visible = true;
    it->symbol = symbol;
    it->saved = saved;
    ly_block_begin(cx, symbol, saved);
}

void ly_range_show_now(ly_context *cx, ly_range *it, ly_value symbol, ly_value value)
{
    if (it->visible) return;
    ly_range_show(cx, it, symbol);
    ly_range_assign(cx, it, value);
}

void ly_range_assign(ly_context *cx, ly_range *it, ly_value value)
{
    if (it->visible) ly_set_own_value_take(cx, it->symbol, ly_retain(value), false);
}

void ly_range_end(ly_context *cx, ly_range *it)
{
    if (it->visible) {
        ly_block_end(cx, it->symbol, it->saved);
        ly_free(it->saved);
    }
    ly_release(cx, it->list);
    ly_release(cx, it->from);
    ly_release(cx, it->step);
    *it = (ly_range){0};
}

bool ly_table_refused(ly_context *cx, uint64_t elements, uint64_t rows)
{
    double bytes = (double)elements * (double)rows * sizeof(ly_value);
    return !ly_memory_can(cx, bytes > 9e18 ? SIZE_MAX / 2 : (size_t)bytes);
}

ly_value ly_table_finish(ly_context *cx, ly_builder *builder)
{
    ly_value list = ly_builder_finish(cx, builder, LY_SYM(List));
    if (ly_failed(list)) return list;
    const ly_expr *e = ly_expr_of(list);
    for (uint32_t i = 0; i < e->count; i++)
        if (e->args[i] == LY_SYM(Nothing) || ly_is_odd(e->args[i]) || ly_unsettled(cx, e->args[i]))
            return ly_evaluate_take(cx, list);
    ly_mark_evaluated(cx, list);
    return list;
}

void ly_release_all(ly_context *cx, uint32_t n, const ly_value *values)
{
    for (uint32_t i = 0; i < n; i++) ly_release(cx, values[i]);
}

/* ---- data ------------------------------------------------------------------------------------- */

bool ly_items_start(ly_context *cx, ly_items *items, ly_value data)
{
    *items = (ly_items){0};
    /* another head may hold what it has, and hold what is put there */
    if (!ly_has_head(data, LY_SYM(List)) && !ly_is_packed(data) && !ly_is_association(data)) return false;
    items->data = data;
    items->count = ly_length(data);
    return true;
}

ly_value ly_items_next(ly_context *cx, ly_items *items)
{
    if (ly_is_expr(items->data)) return ly_retain(ly_expr_of(items->data)->args[items->index++]);
    return ly_element(cx, items->data, items->index++);
}

void ly_items_end(ly_context *cx, ly_items *items)
{
    ly_release(cx, items->data);
    items->data = LY_FAILED;
}

ly_value ly_items_rebuild(ly_context *cx, ly_items *items, ly_builder *builder)
{
    ly_value data = items->data, v;
    items->data = LY_FAILED;
    if (ly_is_association(data)) {
        ly_value values = ly_builder_finish(cx, builder, LY_SYM(List));
        v = ly_association_new(cx, items->count);
        for (size_t i = 0; !ly_failed(values) && v && i < items->count; i++)
            v = ly_association_set_take(cx, v,
                                        ly_retain(ly_association_entry(ly_association_of(data), i)->key),
                                        ly_retain(ly_expr_of(values)->args[i]), false);
        ly_release(cx, values);
    } else {
        ly_value head = ly_is_expr(data) ? ly_expr_of(data)->head : LY_SYM(List);
        v = ly_builder_finish(cx, builder, head);
        if (!ly_failed(v)) v = ly_evaluate_take(cx, v);
    }
    ly_release(cx, data);
    return v;
}

bool ly_items_keep(ly_context *cx, ly_items *items, ly_builder *builder)
{
    ly_value item = ly_is_association(items->data) ? LY_INT((int64_t)items->index - 1)
                                                   : ly_element(cx, items->data, items->index - 1);
    return ly_builder_add(cx, builder, item);
}

ly_value ly_items_kept(ly_context *cx, ly_items *items, ly_builder *builder)
{
    ly_value data = items->data, v;
    if (!ly_is_association(data)) return ly_items_rebuild(cx, items, builder);
    ly_value kept = ly_builder_finish(cx, builder, LY_SYM(List));
    items->data = LY_FAILED;
    v = ly_association_new(cx, 1);
    for (size_t i = 0; !ly_failed(kept) && v && i < ly_expr_of(kept)->count; i++) {
        const ly_entry *entry =
            ly_association_entry(ly_association_of(data), (size_t)ly_int_of(ly_expr_of(kept)->args[i]));
        v = ly_association_set_take(cx, v, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
    }
    ly_release(cx, kept);
    ly_release(cx, data);
    return v;
}
