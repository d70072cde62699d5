/* resource.c: WithResource. */
#include "eval/guard.h"
#include "foreign/foreign.h"
#include "stdlib/control/control.h"

/* Ends what the resource offers to end: its method shutdown, else close. What is pending meanwhile is
   put back; an error of the cleanup itself counts where nothing else is pending. */
static ly_value end_resource_take(ly_context *cx, ly_value resource, ly_value result)
{
    static const char *const endings[] = {"shutdown", "close"};
    ly_pending pending = ly_pending_take(cx);
    ly_protect_begin(cx); /* an abort waits: half a cleanup is none */
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (!ly_has_method(cx, resource, endings[i])) continue;
        ly_value ended = ly_method_call(cx, resource, endings[i], 0, NULL);
        if (ly_failed(ended) && pending.kind == LY_PENDING_NONE) {
            ly_release(cx, result);
            result = LY_FAILED;
            pending = ly_pending_take(cx);
        }
        ly_release(cx, ended);
        break;
    }
    ly_protect_end(cx);
    ly_pending_restore(cx, pending);
    ly_release(cx, resource);
    return result;
}

BUILTIN(WithResource, with_resource, 2, 2, LY_HOLD_ALL, LY_EFFECTS,
        "WithResource[x = expr, body] evaluates body with x, local as in Module, for the value of expr, and\n"
        "calls its method shutdown or close on every way out. {x = a, y = b} takes several, ended in reverse.")
static ly_value with_resource(ly_context *cx, ly_expr *call)
{
    ly_value declaration = call->args[0], body = ly_body_of(call->args[1]), resource, module, result;
    if (ly_has_head(declaration, LY_SYM(List)) && !ly_is_packed(declaration)) {
        /* one inside the other */
        const ly_expr *list = ly_expr_of(declaration);
        result = ly_retain(body);
        for (size_t i = list->count; i-- > 0;)
            result = ly_make2(cx, LY_SYM(WithResource), ly_retain(list->args[i]), result);
        return ly_evaluate_take(cx, result);
    }
    if (!ly_has_shape(declaration, LY_SYM(Set), 2) || !ly_is_symbol(ly_expr_of(declaration)->args[0]))
        return ly_message_call(cx, call, "decl", 1, declaration);
    resource = ly_evaluate(cx, ly_expr_of(declaration)->args[1]);
    if (ly_failed(resource)) return LY_FAILED;
    module = ly_make2(cx, LY_SYM(Set), ly_retain(ly_expr_of(declaration)->args[0]), ly_retain(resource));
    module = ly_make2(cx, LY_SYM(Module), ly_make1(cx, LY_SYM(List), module), ly_retain(body));
    {
        ly_guard_result ended;
        result = ly_guarded_body(cx, LY_SYM(WithResource), 1, &resource, module, &ended);
    }
    ly_release(cx, module);
    ly_release(cx, resource);
    return result;
}

/* Of the resource, which is the frame. */
GUARD(WithResource, resource_begin, resource_end)
static bool resource_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    (void)cx, (void)n;
    *LY_GUARD_FRAME(ly_value, guard) = arguments[0];
    return true;
}

static ly_guard_result resource_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    *value = end_resource_take(cx, ly_retain(*LY_GUARD_FRAME(ly_value, guard)), *value);
    return LY_GUARD_DONE;
}
MESSAGE(WithResource, decl, "`1` is not of the form x = expr.")
