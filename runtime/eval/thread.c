/* thread.c: Listable: f[{a, b}, c] is {f[a, c], f[b, c]}, over lists and the values of associations. */
#include "eval/evaluate.h"

#include "eval/eval.h"

/* f[{a, b}, c] -> {f[a, c], f[b, c]}: 1 threaded (*e replaced), 0 not (lengths differ), -1 failed. */
static int thread_lists(ly_context *cx, ly_value *e)
{
    ly_expr *x = ly_expr_of(*e), *out;
    size_t length = 0;
    bool any = false;
    for (uint32_t i = 0; i < x->count; i++) {
        if (!ly_is_list(x->args[i])) continue;
        if (any && ly_length(x->args[i]) != length) {
            ly_message(cx, LY_SYM(Thread), "tdlen", 1, *e);
            return 0;
        }
        length = ly_length(x->args[i]);
        any = true;
    }
    out = ly_expr_new(cx, LY_SYM(List), length);
    if (!out) return -1;
    for (size_t k = 0; k < length; k++) {
        ly_expr *item = ly_expr_new(cx, x->head, x->count);
        for (uint32_t i = 0; i < x->count; i++)
            item->args[i] = ly_is_list(x->args[i]) ? ly_element(cx, x->args[i], k) : ly_retain(x->args[i]);
        out->args[k] = ly_from_object(item);
    }
    ly_release(cx, *e);
    *e = ly_from_object(out);
    return 1;
}

/* The same over the values of an association (the first one among the arguments decides the keys). */
static int thread_association(ly_context *cx, ly_value *e)
{
    ly_expr *x = ly_expr_of(*e);
    ly_association *keys = NULL;
    ly_value out;
    const ly_entry *entry;
    for (uint32_t i = 0; i < x->count; i++) {
        if (!ly_is_association(x->args[i])) continue;
        if (!keys) keys = ly_association_of(x->args[i]);
        else if (keys->count != ly_association_of(x->args[i])->count) return 0;
    }
    for (uint32_t at = 0; (entry = ly_association_next(keys, &at));)
        for (uint32_t i = 0; i < x->count; i++)
            if (ly_is_association(x->args[i]) &&
                !ly_association_find(ly_association_of(x->args[i]), entry->key))
                return 0;
    out = ly_association_new(cx, keys->count);
    for (uint32_t at = 0; out && (entry = ly_association_next(keys, &at));) {
        ly_expr *item = ly_expr_new(cx, x->head, x->count);
        for (uint32_t i = 0; i < x->count; i++)
            item->args[i] =
                ly_retain(ly_is_association(x->args[i])
                              ? ly_association_find(ly_association_of(x->args[i]), entry->key)
                              : x->args[i]);
        out = ly_association_set_take(cx, out, ly_retain(entry->key), ly_from_object(item), false);
    }
    if (!out) return -1;
    ly_release(cx, *e);
    *e = out;
    return 1;
}

int ly_thread_listable(ly_context *cx, ly_value *e)
{
    bool lists = false, associations = false;
    for (uint32_t i = 0; i < ly_expr_of(*e)->count; i++) {
        lists |= ly_is_list(ly_expr_of(*e)->args[i]);
        associations |= ly_is_association(ly_expr_of(*e)->args[i]);
    }
    if (associations) return thread_association(cx, e);
    return lists ? thread_lists(cx, e) : 0;
}
