/* functional.c: functions made of functions: Composition, Identity, Through, Operate, Curry … */
#include "lists.h"

/* ---- composition ------------------------------------------------------------------------------ */

static ly_value compose_call(ly_context *cx, ly_expr *call, bool right)
{
    const ly_expr *functions = ly_expr_of(call->head);
    if (!ly_is_symbol(functions->head)) return LY_UNEVALUATED;
    size_t n = functions->count;
    ly_expr *innermost = ly_expr_new(cx, n ? functions->args[right ? 0 : n - 1] : LY_SYM(Identity), call->count);
    if (!innermost) return LY_FAILED;
    for (size_t i = 0; i < call->count; i++) innermost->args[i] = ly_retain(call->args[i]);
    ly_value v = ly_from_object(innermost);
    for (size_t i = 1; i < n; i++) v = ly_make1(cx, functions->args[right ? i : n - 1 - i], v);
    return v;
}

static ly_value composition_call(ly_context *cx, ly_expr *call) { return compose_call(cx, call, false); }
static ly_value right_composition_call(ly_context *cx, ly_expr *call) { return compose_call(cx, call, true); }

static ly_value composed(ly_context *cx, ly_expr *call)
{
    size_t identities = 0;
    for (size_t i = 0; i < call->count; i++) identities += call->args[i] == LY_SYM(Identity);
    if (call->count == 0 || identities == call->count) return LY_SYM(Identity);
    if (call->count == 1) return ly_retain(call->args[0]);
    if (identities == 0) return LY_UNEVALUATED;
    ly_expr *result = ly_expr_new(cx, call->head, call->count - identities);
    if (!result) return LY_FAILED;
    for (size_t i = 0, to = 0; i < call->count; i++)
        if (call->args[i] != LY_SYM(Identity)) result->args[to++] = ly_retain(call->args[i]);
    return ly_from_object(result);
}

BUILTIN_SUB(Composition, list_composition, composition_call, 0, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED, LY_PURE,
            "Composition[f, g, …] or f @* g is the function that applies the last one first.")
static ly_value list_composition(ly_context *cx, ly_expr *call) { return composed(cx, call); }

BUILTIN_SUB(RightComposition, list_right_composition, right_composition_call, 0, -1,
            LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED, LY_PURE,
            "RightComposition[f, g, …] or f /* g is the function that applies the first one first.")
static ly_value list_right_composition(ly_context *cx, ly_expr *call) { return composed(cx, call); }

BUILTIN(ComposeList, list_compose_list, 2, 2, LY_PROTECTED, LY_PURE,
        "ComposeList[{f1, f2, …}, x] gives {x, f1[x], f2[f1[x]], …}.")
static ly_value list_compose_list(ly_context *cx, ly_expr *call)
{
    if (!ly_has_head(call->args[0], LY_SYM(List))) return ly_message_list(cx, call, 1);
    const ly_expr *functions = ly_expr_of(call->args[0]);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), functions->count + 1);
    if (!result) return LY_FAILED;
    result->args[0] = ly_retain(call->args[1]);
    for (size_t i = 0; i < functions->count; i++) {
        ly_value v = ly_call1(cx, functions->args[i], ly_retain(result->args[i]));
        if (ly_failed(v)) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        result->args[i + 1] = v;
    }
    return ly_from_object(result);
}

/* ---- heads ------------------------------------------------------------------------------------ */

BUILTIN(Through, list_through, 1, 2, LY_PROTECTED, LY_PURE,
        "Through[p[f, g][x]] gives p[f[x], g[x]]; Through[expr, h] only where p is h.")
static ly_value list_through(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_is_expr(v)) return ly_retain(v);
    const ly_expr *outer = ly_expr_of(v);
    if (ly_is_association(outer->head)) {
        const ly_association *a = ly_association_of(outer->head);
        const ly_entry *entry;
        ly_value result = ly_association_new(cx, a->count);
        for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(a, &at));) {
            ly_expr *each = ly_expr_new(cx, entry->value, outer->count);
            if (!each) return LY_FAILED;
            for (size_t k = 0; k < outer->count; k++) each->args[k] = ly_retain(outer->args[k]);
            result = ly_association_set_take(cx, result, ly_retain(entry->key), ly_from_object(each), false);
        }
        return result;
    }
    if (!ly_is_expr(outer->head)) return ly_retain(v);
    const ly_expr *inner = ly_expr_of(outer->head);
    if (call->count == 2 && !ly_same(inner->head, call->args[1])) return ly_retain(v);
    ly_expr *result = ly_expr_new(cx, inner->head, inner->count);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < inner->count; i++) {
        ly_expr *each = ly_expr_new(cx, inner->args[i], outer->count);
        if (!each) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        for (size_t k = 0; k < outer->count; k++) each->args[k] = ly_retain(outer->args[k]);
        result->args[i] = ly_from_object(each);
    }
    return ly_from_object(result);
}

BUILTIN(Operate, list_operate, 2, 3, LY_PROTECTED, LY_PURE,
        "Operate[p, f[x, y]] gives p[f][x, y]; Operate[p, expr, n] at level n in the head.")
static ly_value list_operate(ly_context *cx, ly_expr *call)
{
    int64_t level = 1;
    ly_value v = call->args[1];
    if (call->count == 3) {
        if (!ly_is_int(call->args[2]) || ly_int_of(call->args[2]) < 0)
            return ly_message_call(cx, call, "intnn", 2, LY_INT(3), CALL_VALUE(call));
        level = ly_int_of(call->args[2]);
    }
    if (level == 0) return ly_make1(cx, call->args[0], ly_retain(v));
    ly_value head = v;
    for (int64_t i = 0; i < level; i++) {
        if (!ly_is_expr(head)) return ly_retain(v);
        head = ly_expr_of(head)->head;
    }
    ly_value made = ly_make1(cx, call->args[0], ly_retain(head));
    /* the heads outside it are made anew, from the inside */
    for (int64_t i = level; i > 0; i--) {
        const ly_expr *e = ly_expr_of(v);
        for (int64_t k = 1; k < i; k++) e = ly_expr_of(e->head);
        ly_expr *copy = ly_expr_new(cx, made, e->count);
        ly_release(cx, made);
        if (!copy) return LY_FAILED;
        for (size_t k = 0; k < e->count; k++) copy->args[k] = ly_retain(e->args[k]);
        made = ly_from_object(copy);
    }
    return made;
}

/* ---- arguments given one after the other ------------------------------------------------------ */

/* OperatorApplied[f][x][y] is f[y, x]; OperatorApplied[f, n] and with an order of arguments */
static ly_value applied_call(ly_context *cx, ly_expr *call)
{
    /* collect the chain of calls down to OperatorApplied[…] or CurryApplied[…] */
    ly_value chain[64];
    size_t depth = 0;
    ly_value v = CALL_VALUE(call);
    while (ly_is_expr(v) && ly_is_expr(ly_expr_of(v)->head)) {
        if (depth == 64 || ly_expr_of(v)->count != 1) return LY_UNEVALUATED;
        chain[depth++] = ly_expr_of(v)->args[0];
        v = ly_expr_of(v)->head;
    }
    if (!ly_is_expr(v)) return LY_UNEVALUATED;
    const ly_expr *row = ly_expr_of(v);
    bool curry = row->head == LY_SYM(CurryApplied);
    size_t n = 2;
    if (row->count == 0 || row->count > 2) return LY_UNEVALUATED;
    if (curry && row->count == 1) { /* CurryApplied[n][f][…] */
        if (!ly_is_int(row->args[0])) return LY_UNEVALUATED;
        n = (size_t)ly_int_of(row->args[0]);
        if (depth != n + 1) return LY_UNEVALUATED;
        ly_expr *result = ly_expr_new(cx, chain[depth - 1], n);
        if (!result) return LY_FAILED;
        for (size_t i = 0; i < n; i++) result->args[i] = ly_retain(chain[n - 1 - i]);
        return ly_from_object(result);
    }
    ly_value order = row->count == 2 ? row->args[1] : LY_FAILED;
    if (order && ly_is_int(order) && ly_int_of(order) >= 0 && ly_int_of(order) < 64) n = (size_t)ly_int_of(order);
    else if (order && ly_has_head(order, LY_SYM(List))) n = ly_expr_of(order)->count;
    else if (order && ly_is_rule(order)) return LY_UNEVALUATED;
    if (depth != n) return LY_UNEVALUATED;
    ly_expr *result = ly_expr_new(cx, row->args[0], n);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        size_t given = depth - 1 - i, at = i;
        if (!order && !curry) at = n - 1 - i;
        else if (order && ly_has_head(order, LY_SYM(List))) {
            ly_value where = ly_expr_of(order)->args[i];
            at = ly_is_int(where) ? (size_t)ly_int_of(where) - 1 : n;
        }
        if (at >= n) {
            ly_release(cx, ly_from_object(result));
            return LY_UNEVALUATED;
        }
        ly_release(cx, result->args[at]);
        result->args[at] = ly_retain(chain[given]);
    }
    return ly_from_object(result);
}

static ly_value stays(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }

BUILTIN_SUB(OperatorApplied, operator_applied, applied_call, 1, -1, LY_PROTECTED, LY_PURE,
            "OperatorApplied[f][x][y] is f[y, x]; OperatorApplied[f, n] takes n arguments one by one.")
static ly_value operator_applied(ly_context *cx, ly_expr *call) { return stays(cx, call); }
BUILTIN_SUB(CurryApplied, curry_applied, applied_call, 1, -1, LY_PROTECTED, LY_PURE,
            "CurryApplied[f, n][x1]…[xn] is f[x1, …, xn].")
static ly_value curry_applied(ly_context *cx, ly_expr *call) { return stays(cx, call); }

/* ReverseApplied[f][x, y] is f[y, x] */
static ly_value reverse_applied_call(ly_context *cx, ly_expr *call)
{
    const ly_expr *inner = ly_expr_of(call->head);
    if (!ly_is_symbol(inner->head) || inner->count < 1 || inner->count > 2) return LY_UNEVALUATED;
    size_t n = call->count, turned = n;
    if (inner->count == 2) {
        if (!ly_is_int(inner->args[1]) || ly_int_of(inner->args[1]) < 0) return LY_UNEVALUATED;
        turned = (size_t)ly_int_of(inner->args[1]);
        if (turned > n) return LY_UNEVALUATED;
    }
    ly_expr *result = ly_expr_new(cx, inner->args[0], n);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < n; i++) result->args[i] = ly_retain(call->args[i < turned ? turned - 1 - i : i]);
    return ly_from_object(result);
}
BUILTIN_SUB(ReverseApplied, reverse_applied, reverse_applied_call, 1, 2, LY_PROTECTED, LY_PURE,
            "ReverseApplied[f][x, y, …] is f[…, y, x].")
static ly_value reverse_applied(ly_context *cx, ly_expr *call) { return stays(cx, call); }

