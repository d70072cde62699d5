/* messages.c: messages on their way to the output.

   A message passes the frames of Check and Quiet from the inside out; one that no Quiet swallows is
   printed, as an empty line and `Symbol::tag: text`, in a task `(task 3.1) Symbol::tag: text`. The third of a kind in one input is the last,
   followed by General::stop. */
#include "eval/messages.h"

#include <stdarg.h>
#include <stdlib.h>

#include "eval/eval.h"
#include "match/match.h"
#include "text/text.h"

extern const ly_message_text *const __start_ly_messages[], *const __stop_ly_messages[];

bool ly_messages_start(ly_context *cx)
{
    cx->messages = ly_calloc(1, sizeof *cx->messages);
    return cx->messages != NULL;
}

void ly_messages_end(ly_context *cx)
{
    if (!cx->messages) return;
    ly_release(cx, cx->messages->off);
    ly_release(cx, cx->messages->given);
    ly_release(cx, cx->messages->list);
    ly_pending_drop(cx, cx->messages->failed);
    ly_free(cx->messages);
}

void ly_messages_new_input(ly_context *cx)
{
    ly_release(cx, cx->messages->given);
    ly_release(cx, cx->messages->list);
    cx->messages->given = cx->messages->list = LY_FAILED;
    ly_pending_drop(cx, cx->messages->failed);
    cx->messages->failed = (ly_pending){LY_PENDING_NONE, LY_FAILED, LY_FAILED};
}

void ly_message_frame_begin(ly_context *cx, ly_message_frame *frame)
{
    frame->outer = cx->messages->frames;
    cx->messages->frames = frame;
}

void ly_message_frame_end(ly_context *cx, ly_message_frame *frame)
{
    cx->messages->frames = frame->outer;
}

ly_value ly_message_text_of(ly_context *cx, ly_value symbol, const char *tag)
{
    ly_definition *d = ly_definition_of(cx, symbol);
    const char *name = ly_symbol_name(symbol);
    if (d && d->rules[LY_MESSAGES]) {
        for (size_t i = 0; i < ly_rules_count(d->rules[LY_MESSAGES]); i++) {
            const ly_rule *rule = ly_rules_at(d->rules[LY_MESSAGES], i);
            if (ly_has_shape(rule->lhs, LY_SYM(MessageName), 2) &&
                ly_string_is(ly_expr_of(rule->lhs)->args[1], tag))
                return ly_retain(rule->rhs);
        }
    }
    if (strcmp(ly_symbol_of(symbol)->context, "System`") != 0) return LY_FAILED;
    for (const ly_message_text *const *row = __start_ly_messages; row < __stop_ly_messages; row++)
        if (strcmp((*row)->tag, tag) == 0 && strcmp((*row)->symbol, name) == 0)
            return ly_string_from(cx, (*row)->text);
    return LY_FAILED;
}

static bool among(ly_value names, ly_value name)
{
    if (!names) return false;
    if (ly_has_head(names, LY_SYM(MessageName))) return ly_same(names, name);
    if (ly_is_expr(names))
        for (uint32_t i = 0; i < ly_expr_of(names)->count; i++)
            if (ly_same(ly_expr_of(names)->args[i], name)) return true;
    return false;
}

/* The frames have their say: true if the message goes on to the output. */
static bool passes_frames(ly_context *cx, ly_value name)
{
    for (const ly_messages *m = cx->messages; m; m = m->beyond) {
        for (ly_message_frame *f = m->frames; f; f = f->outer) {
            bool concerned = (f->all || among(f->names, name)) && !among(f->except, name);
            if (!concerned) continue;
            if (!f->check) return false;
            __atomic_store_n(&f->hit, true, __ATOMIC_RELAXED);
        }
    }
    return true;
}

static int64_t times_given(ly_context *cx, ly_value name)
{
    ly_messages *m = cx->messages;
    ly_value before;
    int64_t n;
    if (!m->given) m->given = ly_association_new(cx, 8);
    if (!m->given) return 1; /* no memory to count in */
    before = ly_association_find(ly_association_of(m->given), name);
    n = before ? ly_int_of(before) + 1 : 1;
    m->given = ly_association_set_take(cx, m->given, ly_retain(name), LY_INT(n), false);
    return n;
}

static void print_message(ly_context *cx, ly_value symbol, const char *tag, ly_value text, size_t n,
                          const ly_value *args)
{
    ly_text out = {0}, prefix = {0}, template_ = {0};
    bool reporting = cx->reporting;
    cx->reporting = true; /* a message is not lost for want of the memory to print it */
    if (*cx->task_path) ly_text_printf(&prefix, "(task %s) ", cx->task_path);
    ly_write_symbol_name(cx, &prefix, symbol);
    ly_text_printf(&prefix, "::%s: ", tag);
    if (ly_is_string(text)) ly_text_add(&template_, ly_string_of(text)->data, ly_string_of(text)->bytes);
    else ly_print_text(cx, &template_, text);
    ly_text_putc(&out, '\n');
    ly_print_message(cx, &out, prefix.data, template_.data ? template_.data : "", n, args);
    ly_text_putc(&out, '\n');
    ly_text_free(&prefix);
    ly_text_free(&template_);
    if (!out.failed) ly_write(cx, out.data, out.count);
    ly_text_free(&out);
    cx->reporting = reporting;
}

/* The text of a message ended in the error that is pending. Whoever gives messages goes on behind them
   as if nothing had happened, so the error waits for the next poll. */
static void fail_at_next_poll(ly_context *cx)
{
    ly_pending pending = ly_pending_take(cx);
    ly_pending_drop(cx, cx->messages->failed);
    cx->messages->failed = pending;
    __atomic_fetch_or(&cx->poll, LY_POLL_MESSAGE, __ATOMIC_RELAXED);
}

bool ly_message_failed(ly_context *cx)
{
    ly_pending pending = cx->messages->failed;
    if (pending.kind == LY_PENDING_NONE) return false;
    cx->messages->failed = (ly_pending){LY_PENDING_NONE, LY_FAILED, LY_FAILED};
    ly_pending_restore(cx, pending);
    return true;
}

static void give(ly_context *cx, ly_value symbol, const char *tag, size_t n, const ly_value *args)
{
    ly_value name = ly_make2(cx, LY_SYM(MessageName), ly_retain(symbol), ly_string_from(cx, tag));
    ly_pending pending = ly_pending_take(cx); /* a message while an error travels: printing may evaluate */
    ly_messages *m = cx->messages;
    int64_t times;
    if (m->withheld) {
        m->any = true;
        goto end;
    }
    if (m->off && ly_association_find(ly_association_of(m->off), name)) goto end;
    if (!passes_frames(cx, name)) goto end;
    m->list = ly_expr_append_take(cx, m->list ? m->list : ly_make0(cx, LY_SYM(List)),
                                  ly_make1(cx, LY_SYM(HoldForm), ly_retain(name)));
    times = times_given(cx, name);
    if (times <= 3) {
        ly_value text = ly_message_text_of(cx, symbol, tag);
        if (!text) text = ly_message_text_of(cx, LY_SYM(General), tag);
        if (!text) {
            ly_text unknown = {0};
            ly_text_puts(&unknown, "-- Message text not found --");
            for (size_t i = 0; i < n; i++) ly_text_printf(&unknown, i ? " (`%zu`)" : " (`%zu`)", i + 1);
            text = ly_text_string(cx, &unknown);
        }
        if (text != LY_SYM($Off)) print_message(cx, symbol, tag, text, n, args);
        ly_release(cx, text);
    }
    if (times == 3 && cx->pending.kind == LY_PENDING_NONE) {
        ly_value held = ly_make1(cx, LY_SYM(HoldForm), ly_retain(name));
        ly_value stop = ly_message_text_of(cx, LY_SYM(General), "stop");
        print_message(cx, LY_SYM(General), "stop", stop, 1, &held);
        ly_release(cx, stop);
        ly_release(cx, held);
    }
end:
    ly_release(cx, name);
    /* an error that travels already is the one that counts, but for what ends everything */
    ly_pending_kind kind = cx->pending.kind;
    if (kind != LY_PENDING_NONE && pending.kind == LY_PENDING_NONE) fail_at_next_poll(cx);
    if (kind == LY_PENDING_ABORT || kind == LY_PENDING_EXIT) ly_pending_drop(cx, pending);
    else ly_pending_restore(cx, pending);
}

ly_value ly_message(ly_context *cx, ly_value symbol, const char *tag, size_t n, ...)
{
    ly_value args[8];
    va_list list;
    if (n > 8) n = 8;
    va_start(list, n);
    for (size_t i = 0; i < n; i++) args[i] = va_arg(list, ly_value);
    va_end(list);
    cx->looked++; /* a message is an effect: the call that gave it is asked again next time */
    give(cx, ly_is_symbol(symbol) ? symbol : LY_SYM(General), tag, n, args);
    return LY_UNEVALUATED;
}

void ly_message_give(ly_context *cx, ly_value symbol, ly_value tag, size_t n, const ly_value *args)
{
    cx->looked++;
    give(cx, symbol, ly_string_of(tag)->data, n, args);
}

/* ---- General's texts -------------------------------------------------------------------------- */

MESSAGE(General, argx, "`1` called with `2` arguments; 1 argument is expected.")
MESSAGE(General, argr, "`1` called with 1 argument; `2` arguments are expected.")
MESSAGE(General, argrx, "`1` called with `2` arguments; `3` arguments are expected.")
MESSAGE(General, argt, "`1` called with `2` arguments; `3` or `4` arguments are expected.")
MESSAGE(General, argtu, "`1` called with 1 argument; `2` or `3` arguments are expected.")
MESSAGE(General, argb, "`1` called with `2` arguments; between `3` and `4` arguments are expected.")
MESSAGE(General, argbu, "`1` called with 1 argument; between `2` and `3` arguments are expected.")
MESSAGE(General, argm, "`1` called with `2` arguments; `3` or more arguments are expected.")
MESSAGE(General, argmu, "`1` called with 1 argument; `2` or more arguments are expected.")
MESSAGE(General, stop, "Further output of `1` will be suppressed during this calculation.")
MESSAGE(General, normal, "Nonatomic expression expected at position `1` in `2`.")
MESSAGE(General, list, "List expected at position `1` in `2`.")
MESSAGE(General, listrp, "List or rule expected at position `1` in `2`.")
MESSAGE(General, string, "String expected at position `1` in `2`.")
MESSAGE(General, strse, "String or list of strings expected at position `1` in `2`.")
MESSAGE(General, int, "Integer expected at position `2` in `1`.")
MESSAGE(General, intp, "Positive integer expected at position `2` in `1`.")
MESSAGE(General, intnn, "Non-negative integer expected at position `1` in `2`.")
MESSAGE(General, innf, "Non-negative integer or Infinity expected at position `1` in `2`.")
MESSAGE(General, intpm, "Positive machine-sized integer expected at position `2` in `1`.")
MESSAGE(General, intnm, "Non-negative machine-sized integer expected at position `2` in `1`.")
MESSAGE(General, iopnf, "Integer greater than or equal to 0, or Infinity expected at position `1` in `2`.")
MESSAGE(General, ilsnn, "Single or list of non-negative integers expected at position `1` in `2`.")
MESSAGE(General, level, "Level specification `1` is not of the form n, {n}, or {m, n}.")
MESSAGE(General, ivar, "`1` is not a valid variable.")
MESSAGE(General, sym, "Argument `1` at position `2` is expected to be a symbol.")
MESSAGE(General, ssym, "`1` is not a symbol or a string.")
MESSAGE(General, seqs, "Sequence specification (+n, -n, {+n}, {-n}, {m, n} or {m, n, s}) expected at position `2` in `1`.")
MESSAGE(General, heads, "Heads `1` and `2` at positions `3` and `4` are expected to be the same.")
MESSAGE(General, ovfl, "Overflow occurred in computation.")
MESSAGE(General, unfl, "Underflow occurred in computation.")
MESSAGE(General, nomem, "The current computation was aborted because there was insufficient memory available to complete the computation.")
MESSAGE(General, optx, "Unknown option `1` in `2`.")
MESSAGE(General, opttf, "Value of option `1` -> `2` should be True or False.")
MESSAGE(General, nonopt, "Options expected (instead of `1`) beyond position `2` in `3`. An option must be a rule or a list of rules.")
MESSAGE(General, rvalue, "`1` is not a variable with a value, so its value cannot be changed.")
MESSAGE(General, write, "Tag `1` in `2` is Protected.")
MESSAGE(General, wrsym, "Symbol `1` is Protected.")
MESSAGE(General, locked, "Symbol `1` is locked.")
MESSAGE(General, setraw, "Cannot assign to raw object `1`.")
MESSAGE(General, noval, "Symbol `1` in part assignment does not have an immediate value.")
MESSAGE(General, partw, "Part `1` of `2` does not exist.")
MESSAGE(General, partd, "Part specification `1` is longer than depth of object.")
MESSAGE(General, pspec, "Part specification `1` is neither an integer nor a list of integers.")
MESSAGE(General, pspec1, "Part specification `1` is not applicable.")
MESSAGE(General, take, "Cannot take positions `1` through `2` in `3`.")
MESSAGE(General, drop, "Cannot drop positions `1` through `2` in `3`.")
MESSAGE(General, stream, "`1` is not a string, SocketObject, InputStream[ ] or OutputStream[ ].")
MESSAGE(General, noopen, "Cannot open `1`.")
MESSAGE(General, fstr, "File specification `1` is not a string of one or more characters.")
MESSAGE(General, lvset, "Local variable specification `1` contains `2`, which is an assignment to `3`; only assignments to symbols are allowed.")
MESSAGE(General, lvsym, "Local variable specification `1` contains `2`, which is not a symbol or an assignment to a symbol.")
MESSAGE(General, lvlist, "Local variable specification `1` is not a List.")
MESSAGE(General, dup, "Duplicate local variable `1` found in local variable specification `2`.")
MESSAGE(General, lvws, "Variable `1` in local variable specification `2` requires a value.")
MESSAGE(General, tdlen, "Objects of unequal length in `1` cannot be combined.")
MESSAGE(General, nofun, "There is no method `1` of `2`; the methods are `3`.")
MESSAGE(General, newsym, "Symbol `1` is new.")
MESSAGE(General, notfound, "Symbol `1` not found.")
MESSAGE($RecursionLimit, reclim2, "Recursion depth of `1` exceeded during evaluation of `2`.")
MESSAGE($IterationLimit, itlim, "Iteration limit of `1` exceeded.")
