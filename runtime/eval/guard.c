/* guard.c: the constructs that watch over the evaluation of a body: see guard.h. */
#include "eval/guard.h"

#include "eval/eval.h"

extern const ly_guard_row *const __start_ly_guards[], *const __stop_ly_guards[];

bool ly_guard_begin(ly_context *cx, ly_guard *guard, ly_value head, uint32_t n, const ly_value *arguments)
{
    const ly_guard_row *const *row = __start_ly_guards;
    while (row < __stop_ly_guards && (*row)->head != ly_symbol_of(head)) row++;
    guard->row = row < __stop_ly_guards ? *row : NULL;
    return guard->row && guard->row->begin(cx, guard, n, arguments);
}

ly_guard_result ly_guard_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    ly_guard_result result = guard->row->end(cx, guard, value);
    if (result == LY_GUARD_ALTERNATIVE) *value = LY_FAILED;
    return result;
}

void ly_guard_leave(ly_context *cx, ly_guard *guard)
{
    ly_value value = LY_SYM(Null);
    guard->row->end(cx, guard, &value);
    ly_release(cx, value);
    /* an error of the end itself gives way to the leaving, as it does to what is pending */
    ly_pending_drop(cx, ly_pending_take(cx));
}

ly_value ly_guarded_body(ly_context *cx, ly_value head, uint32_t n, const ly_value *arguments, ly_value body,
                         ly_guard_result *result)
{
    ly_guard guard;
    if (!ly_guard_begin(cx, &guard, head, n, arguments)) {
        *result = LY_GUARD_DONE;
        return LY_UNEVALUATED;
    }
    ly_value value = ly_failed(body) ? LY_FAILED : ly_evaluate(cx, body);
    *result = ly_guard_end(cx, &guard, &value);
    return value;
}

ly_value ly_guarded(ly_context *cx, ly_value head, uint32_t n, const ly_value *arguments, ly_value body,
                    ly_value alternative)
{
    ly_guard_result result;
    ly_value value = ly_guarded_body(cx, head, n, arguments, body, &result);
    return result == LY_GUARD_DONE ? value : alternative ? ly_evaluate(cx, alternative) : LY_FAILED;
}
