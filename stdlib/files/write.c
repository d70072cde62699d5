/* write.c: what is written to streams and files: Write, WriteString, WriteLine, Put, PutAppend,
   FilePrint, Save's kin stay with the definitions. */
#include "stdlib/files/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text/text.h"

/* ---- channels: a stream, a file's name, or a list of them ------------------------------------ */

typedef bool writer(ly_context *cx, ly_expr *call, ly_stream *stream);

static ly_value write_to(ly_context *cx, ly_expr *call, ly_value channel, writer *write)
{
    if (ly_has_head(channel, LY_SYM(List))) {
        for (size_t i = 0; i < ly_expr_of(channel)->count; i++) {
            ly_value item = ly_expr_of(channel)->args[i];
            ly_stream *stream = ly_stream_of(cx, item);
            if (!(stream && !stream->input) && !ly_is_string(item))
                return ly_message_call(cx, call, "stream", 1, item);
        }
        for (size_t i = 0; i < ly_expr_of(channel)->count; i++) {
            ly_value done = write_to(cx, call, ly_expr_of(channel)->args[i], write);
            if (done != LY_SYM(Null)) return done;
        }
        return LY_SYM(Null);
    }
    bool opened;
    ly_stream *stream = file_output(cx, call, channel, false, &opened);
    if (!stream) return ly_is_string(channel) ? LY_SYM($Failed) : LY_UNEVALUATED;
    bool ok = write(cx, call, stream);
    if (ly_is_string(channel) && stream->number > 2 && ok) ok = ly_stream_flush(cx, stream);
    if (cx->pending.kind) return LY_FAILED;
    return ok ? LY_SYM(Null) : LY_SYM($Failed);
}

/* Writes all of a text, or nothing where it failed: then its error is pending. Frees it. */
static bool write_whole(ly_context *cx, ly_stream *stream, ly_text *text)
{
    bool ok = !text->failed && ly_stream_write(cx, stream, text->data ? text->data : "", text->count);
    if (text->failed) ly_text_failure(cx);
    ly_text_free(text);
    return ok;
}

/* The arguments behind the channel as InputForm or as text, one after the other. */
static bool write_joined(ly_context *cx, ly_expr *call, ly_stream *stream, const char *end)
{
    ly_text text = {0};
    for (uint32_t i = 1; i < call->count && !text.failed; i++) {
        ly_value v = call->args[i];
        if (ly_is_string(v))
            ly_text_add(&text, ly_string_of(v)->data, ly_string_of(v)->bytes);
        else
            ly_print_text(cx, &text, v);
    }
    ly_text_puts(&text, end);
    return write_whole(cx, stream, &text);
}

static bool write_texts(ly_context *cx, ly_expr *call, ly_stream *stream)
{
    return write_joined(cx, call, stream, "");
}

static bool write_lines(ly_context *cx, ly_expr *call, ly_stream *stream)
{
    return write_joined(cx, call, stream, "\n");
}

static bool write_expressions(ly_context *cx, ly_expr *call, ly_stream *stream)
{
    ly_text text = {0};
    for (uint32_t i = 1; i < call->count; i++) {
        if (stream->number == 1 || stream->number == 2)
            ly_print_text(cx, &text, call->args[i]);
        else
            ly_print_input_form(cx, &text, call->args[i]);
    }
    ly_text_putc(&text, '\n');
    return write_whole(cx, stream, &text);
}

BUILTIN(Write, file_write, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Write[channel, expr1, expr2, …] writes the expressions, and a line end.")
static ly_value file_write(ly_context *cx, ly_expr *call)
{
    return write_to(cx, call, call->args[0], write_expressions);
}
BUILTIN(WriteString, file_write_string, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "WriteString[channel, expr1, expr2, …] writes the expressions as text, without a line end.")
static ly_value file_write_string(ly_context *cx, ly_expr *call)
{
    return write_to(cx, call, call->args[0], write_texts);
}
BUILTIN(WriteLine, file_write_line, 2, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "WriteLine[stream, \"string\"] writes the string and a line end.")
static ly_value file_write_line(ly_context *cx, ly_expr *call)
{
    return write_to(cx, call, call->args[0], write_lines);
}

/* ---- Put, PutAppend -------------------------------------------------------------------------- */

/* Put[expr1, …, "file"]: each expression in InputForm on a line of its own. */
static ly_value put(ly_context *cx, ly_expr *call, bool append)
{
    bool opened;
    ly_value file = call->args[call->count - 1];
    ly_stream *stream = file_output(cx, call, file, append, &opened);
    if (!stream) return ly_is_string(file) ? LY_SYM($Failed) : LY_UNEVALUATED;
    bool ok = true;
    for (uint32_t i = 0; ok && i + 1 < call->count; i++) {
        ly_text text = {0};
        ly_print_input_form(cx, &text, call->args[i]);
        ly_text_putc(&text, '\n');
        ok = write_whole(cx, stream, &text);
    }
    ok = (opened ? ly_stream_close(cx, stream) : ly_stream_flush(cx, stream)) && ok;
    char *path = opened && !append && !ok ? file_path(file) : NULL;
    if (path) file_remove_part(path);
    ly_free(path);
    if (cx->pending.kind) return LY_FAILED;
    return ok ? LY_SYM(Null) : LY_SYM($Failed);
}
BUILTIN(Put, file_put, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "expr >> file or Put[expr, \"file\"] writes expr to a file.")
static ly_value file_put(ly_context *cx, ly_expr *call) { return put(cx, call, false); }
BUILTIN(PutAppend, file_put_append, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "expr >>> file or PutAppend[expr, \"file\"] writes expr at the end of a file.")
static ly_value file_put_append(ly_context *cx, ly_expr *call) { return put(cx, call, true); }

BUILTIN(FilePrint, file_print, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "FilePrint[\"file\"] prints a file as it is.")
static ly_value file_print(ly_context *cx, ly_expr *call)
{
    char *path = file_path(call->args[0]);
    if (!path) return ly_message_call(cx, call, "fstr", 1, call->args[0]);
    size_t count;
    char *text = file_contents(path, &count);
    ly_free(path);
    if (!text) {
        ly_message_call(cx, call, "noopen", 1, call->args[0]);
        return LY_SYM($Failed);
    }
    ly_value string = ly_string_new(cx, text, count);
    ly_free(text);
    if (ly_failed(string)) return string;
    const ly_string *s = ly_string_of(string);
    ly_write(cx, s->data, s->bytes);
    if (s->bytes && s->data[s->bytes - 1] != '\n') ly_write(cx, "\n", 1);
    ly_release(cx, string);
    return LY_SYM(Null);
}
