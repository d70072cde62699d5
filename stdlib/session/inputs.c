/* inputs.c: the inputs of a session seen from inside: In, Out, $Line.

   The prompt keeps inputs and values as rules of In and Out (session.c), which come before the
   functions here; those answer what has no rule: Out[], and numbers that count from the end. */
#include "eval/eval.h"
#include "eval/session.h"

BUILTIN(In, session_in, 0, 1, LY_LISTABLE | LY_PROTECTED, LY_EFFECTS,
        "In[n] is the n-th input; In[] the last one, In[-k] the k-th from the end.")
BUILTIN(Out, session_out, 0, 1, LY_LISTABLE | LY_PROTECTED, LY_EFFECTS,
        "Out[n] or %n is the value of the n-th input; % is the last value, %% the one before.")
BUILTIN($Line, session_line, 0, 0, 0, LY_VALUE | LY_EFFECTS, "$Line is the number of the input.")
static int64_t line_now(ly_context *cx)
{
    return cx->session ? (int64_t)cx->session->line : 1;
}

/* f[$Line - k] for f[-k]; f[$Line - 1] for f[]. */
static ly_value from_end(ly_context *cx, ly_expr *call)
{
    int64_t back = -1;
    if (call->count == 1 && (!ly_to_int64(ly_arg(call, 0), &back) || back >= 0)) return LY_UNEVALUATED;
    int64_t line = line_now(cx);
    return ly_make1(cx, call->head, ly_integer(cx, -back < line ? line + back : 0));
}

static ly_value session_in(ly_context *cx, ly_expr *call) { return from_end(cx, call); }
static ly_value session_out(ly_context *cx, ly_expr *call) { return from_end(cx, call); }
static ly_value session_line(ly_context *cx, ly_expr *call) { return ly_integer(cx, line_now(cx)); }
