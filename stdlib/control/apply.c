/* apply.c: functions applied by other functions: Construct, ApplyTo, Comap, Once, ControlActive. */
#include "stdlib/assignment/assignment.h"

BUILTIN_SYMBOL(HoldCompleteForm, LY_HOLD_ALL_COMPLETE | LY_PROTECTED, "HoldCompleteForm[e] is e, not evaluated.")

BUILTIN(Construct, construct, 1, -1, LY_PROTECTED, LY_PURE, "Construct[f, a, b, …] is f[a, b, …].")
static ly_value construct(ly_context *cx, ly_expr *call)
{
    ly_expr *applied = ly_expr_new(cx, call->args[0], call->count - 1);
    if (!applied) return LY_FAILED;
    for (size_t i = 1; i < call->count; i++) applied->args[i - 1] = ly_retain(call->args[i]);
    return ly_from_object(applied);
}

BUILTIN(ApplyTo, apply_to, 2, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS,
        "x //= f or ApplyTo[x, f] is x = f[x].")
static ly_value apply_to(ly_context *cx, ly_expr *call)
{
    ly_value place = call->args[0], old = ly_evaluate(cx, place);
    if (ly_failed(old)) return old;
    if (ly_same(old, place)) {
        ly_release(cx, old);
        return ly_message_call(cx, call, "rvalue", 1, place);
    }
    ly_value new = ly_call1(cx, call->args[1], old);
    if (ly_failed(new)) return new;
    if (ly_assign(cx, call->head, place, new, false) >= 0) return new;
    ly_release(cx, new);
    return LY_FAILED;
}

BUILTIN(ControlActive, control_active, 0, 2, LY_PROTECTED, LY_PURE,
        "ControlActive[active, normal] is normal: there are no controls.")
static ly_value control_active(ly_context *cx, ly_expr *call)
{
    return call->count == 0 ? LY_SYM(False) : call->count == 1 ? LY_UNEVALUATED : ly_retain(call->args[1]);
}

BUILTIN(Once, once, 1, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS, "Once[e] evaluates e, and gives the same value again later.")
static ly_value once(ly_context *cx, ly_expr *call)
{
    /* the values are kept as rules of Once itself, which come before this function */
    ly_value value = ly_evaluate(cx, call->args[0]);
    if (ly_failed(value)) return value;
    ly_add_rule(cx, LY_SYM(Once), LY_DOWN_VALUES, ly_from_object(call), value, false);
    if (cx->pending.kind == LY_PENDING_NONE) return value;
    ly_release(cx, value);
    return LY_FAILED;
}

/* Comap[{f, g}, x] is {f[x], g[x]}; ComapApply[{f, g}, {x, y}] is {f[x, y], g[x, y]}. */
static ly_value comap(ly_context *cx, ly_expr *call, bool apply)
{
    ly_value functions = call->args[0], x = call->args[1];
    if (!ly_is_expr(functions)) return ly_retain(functions);
    const ly_expr *fs = ly_expr_of(functions);
    ly_expr *result = ly_expr_new(cx, fs->head, fs->count);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < fs->count; i++)
        result->args[i] = !apply ? ly_make1(cx, fs->args[i], ly_retain(x))
                                 : ly_make2(cx, LY_SYM(Apply), ly_retain(fs->args[i]), ly_retain(x));
    return ly_from_object(result);
}

BUILTIN(Comap, comap_call, 1, 2, LY_PROTECTED, LY_PURE | LY_OPERATOR, "Comap[{f, g, …}, x] is {f[x], g[x], …}.")
static ly_value comap_call(ly_context *cx, ly_expr *call)
{
    return call->count == 1 ? LY_UNEVALUATED : comap(cx, call, false);
}

BUILTIN(ComapApply, comap_apply, 1, 2, LY_PROTECTED, LY_PURE | LY_OPERATOR,
        "ComapApply[{f, g, …}, {x, y, …}] is {f[x, y, …], g[x, y, …], …}.")
static ly_value comap_apply(ly_context *cx, ly_expr *call)
{
    return call->count == 1 ? LY_UNEVALUATED : comap(cx, call, true);
}
