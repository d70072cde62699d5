/* open.c: streams opened, closed, positioned. */
#include "stdlib/files/files.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

MESSAGE(SetStreamPosition, stmrng, "Cannot set the current point in stream `1` to position `2`.")
MESSAGE(StreamPosition, openx, "`1` is not open.")
MESSAGE(General, openx, "`1` is not open.")
MESSAGE(General, openw, "Cannot open `1` for writing: `2`.")

BUILTIN_SYMBOL(InputStream, LY_PROTECTED, "InputStream[\"name\", n] is a stream to read from.")
BUILTIN_SYMBOL(OutputStream, LY_PROTECTED, "OutputStream[\"name\", n] is a stream to write to.")

static ly_stream *no_stream(ly_context *cx, ly_expr *call, ly_value v)
{
    bool closed =
        ly_has_shape(v, LY_SYM(InputStream), 2) || ly_has_shape(v, LY_SYM(OutputStream), 2);
    ly_message_call(cx, call, closed ? "openx" : "stream", 1, v);
    return NULL;
}

ly_stream *file_input(ly_context *cx, ly_expr *call, ly_value v, bool *opened)
{
    *opened = false;
    ly_stream *stream = ly_stream_of(cx, v);
    if (stream && stream->input) return stream;
    char *path = file_path(v);
    if (!path) return no_stream(cx, call, v);
    stream = path[0] == '!' ? ly_stream_open_command(cx, path + 1, true)
                            : ly_stream_open_input(cx, path, path, false);
    ly_free(path);
    *opened = stream != NULL;
    if (!stream) ly_message_call(cx, call, "noopen", 1, v);
    return stream;
}

ly_stream *file_output(ly_context *cx, ly_expr *call, ly_value v, bool append, bool *opened)
{
    *opened = false;
    ly_stream *stream = ly_stream_of(cx, v);
    if (stream && !stream->input) return stream;
    char *path = file_path(v);
    if (!path) return no_stream(cx, call, v);
    stream = path[0] == '!' ? ly_stream_open_command(cx, path + 1, false)
                            : ly_stream_open_output(cx, path, path, append, false);
    ly_free(path);
    *opened = stream != NULL;
    if (!stream) ly_message_call(cx, call, "noopen", 1, v);
    return stream;
}

/* ---- OpenRead, OpenWrite, OpenAppend, StringToStream ----------------------------------------- */

static bool binary_option(ly_context *cx, ly_expr *call, size_t from)
{
    ly_value v = ly_option(cx, call, from, "BinaryFormat", LY_SYM(False));
    ly_release(cx, v);
    return v == LY_SYM(True);
}

BUILTIN(OpenRead, file_open_read, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "OpenRead[\"file\"] opens a file to read from, and gives an InputStream; \"!command\" "
        "reads what "
        "a command writes.")
static ly_value file_open_read(ly_context *cx, ly_expr *call)
{
    char *path = file_path(call->args[0]);
    if (!path) return ly_message_call(cx, call, "fstr", 1, call->args[0]);
    bool binary = binary_option(cx, call, 1);
    ly_stream *stream = path[0] == '!' ? ly_stream_open_command(cx, path + 1, true)
                                       : ly_stream_open_input(cx, path, path, binary);
    ly_free(path);
    if (stream) return ly_stream_value(cx, stream);
    ly_message_call(cx, call, "noopen", 1, call->args[0]);
    return LY_SYM($Failed);
}

static ly_value open_output(ly_context *cx, ly_expr *call, bool append)
{
    size_t options = ly_option_start(call, 0);
    bool binary = binary_option(cx, call, options);
    ly_stream *stream;
    if (options == 0) {
        char *path = NULL;
        if (ly_asprintf(&path, "%s/lyra-XXXXXX", file_temporary_directory()) < 0)
            return ly_raise_memory(cx);
        int fd = mkstemp(path);
        if (fd >= 0) close(fd);
        stream = fd < 0 ? NULL : ly_stream_open_output(cx, path, path, append, binary);
        ly_free(path);
    } else {
        char *path = file_path(call->args[0]);
        if (!path) return ly_message_call(cx, call, "fstr", 1, call->args[0]);
        stream = path[0] == '!' ? ly_stream_open_command(cx, path + 1, false)
                                : ly_stream_open_output(cx, path, path, append, binary);
        ly_free(path);
    }
    if (stream) return ly_stream_value(cx, stream);
    if (options) ly_message_call(cx, call, "noopen", 1, call->args[0]);
    return LY_SYM($Failed);
}
BUILTIN(OpenWrite, file_open_write, 0, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
    "OpenWrite[\"file\"] opens a file to write to, emptying it; OpenWrite[] a new temporary file.")
static ly_value file_open_write(ly_context *cx, ly_expr *call)
{
    return open_output(cx, call, false);
}
BUILTIN(OpenAppend, file_open_append, 0, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "OpenAppend[\"file\"] opens a file to write at its end.")
static ly_value file_open_append(ly_context *cx, ly_expr *call)
{
    return open_output(cx, call, true);
}

BUILTIN(StringToStream, file_string_stream, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "StringToStream[\"string\"] opens a stream that reads the string.")
static ly_value file_string_stream(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    const ly_string *s = ly_string_of(call->args[0]);
    ly_stream *stream = ly_stream_open_string(cx, s->data, s->bytes);
    return stream ? ly_stream_value(cx, stream) : ly_raise_memory(cx);
}

BUILTIN(Close, file_close, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Close[stream] closes a stream, and gives its name.")
static ly_value file_close(ly_context *cx, ly_expr *call)
{
    ly_stream *stream = ly_stream_of(cx, call->args[0]);
    if (!stream) {
        if (ly_is_foreign(call->args[0]))
            return ly_method_call(cx, call->args[0], "close", 0, NULL);
        no_stream(cx, call, call->args[0]);
        return LY_UNEVALUATED;
    }
    ly_value name = ly_string_from(cx, stream->name);
    ly_stream_close(cx, stream);
    return name;
}

BUILTIN(Streams, file_streams, 0, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Streams[] gives the open streams; Streams[\"name\"] those with this name.")
static ly_value file_streams(ly_context *cx, ly_expr *call)
{
    ly_builder items = ly_builder_new();
    ly_stream *stream;
    for (size_t i = 0; (stream = ly_stream_at(cx, i)); i++) {
        if (call->count ? !ly_string_is(call->args[0], stream->name) : stream->number == 0)
            continue;
        if (!ly_builder_add(cx, &items, ly_stream_value(cx, stream))) return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

static ly_value standard_stream(ly_context *cx, size_t number)
{
    ly_stream *stream = ly_stream_at(cx, number);
    return stream ? ly_stream_value(cx, stream) : ly_raise_memory(cx);
}
BUILTIN($StandardOutputStream, file_standard_output, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$StandardOutputStream is the stream of standard output.")
static ly_value file_standard_output(ly_context *cx, ly_expr *call)
{
    return standard_stream(cx, 1);
}
BUILTIN($StandardErrorStream, file_standard_error, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$StandardErrorStream is the stream of standard error.")
static ly_value file_standard_error(ly_context *cx, ly_expr *call)
{
    return standard_stream(cx, 2);
}

/* $Output and $Messages may be assigned in the Wolfram Language; here they name the standard
 * streams. */
BUILTIN($Output, file_output_streams, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$Output is the list of streams that Print writes to.")
static ly_value file_output_streams(ly_context *cx, ly_expr *call)
{
    return ly_make1(cx, LY_SYM(List), standard_stream(cx, 1));
}
BUILTIN($Messages, file_message_streams, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$Messages is the list of streams that messages are written to.")
static ly_value file_message_streams(ly_context *cx, ly_expr *call)
{
    return ly_make1(cx, LY_SYM(List), standard_stream(cx, 1));
}

/* ---- positions ------------------------------------------------------------------------------- */

BUILTIN(StreamPosition, file_position, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "StreamPosition[stream] gives the number of bytes before the current place in a stream.")
static ly_value file_position(ly_context *cx, ly_expr *call)
{
    ly_stream *stream = ly_stream_of(cx, call->args[0]);
    if (!stream) return no_stream(cx, call, call->args[0]), LY_UNEVALUATED;
    return ly_integer_from_u64(cx, ly_stream_position(stream));
}

BUILTIN(SetStreamPosition, file_set_position, 2, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "SetStreamPosition[stream, n] sets the current place in a stream; Infinity is its end.")
static ly_value file_set_position(ly_context *cx, ly_expr *call)
{
    ly_stream *stream = ly_stream_of(cx, call->args[0]);
    if (!stream) return no_stream(cx, call, call->args[0]), LY_UNEVALUATED;
    ly_value to = call->args[1];
    bool end = to == LY_SYM(Infinity) || ly_has_head(to, LY_SYM(DirectedInfinity));
    if (!end && (!ly_is_int(to) || ly_int_of(to) < 0))
        return ly_message_call(cx, call, "iopnf", 2, LY_INT(2), ly_from_object(call));
    uint64_t position = end ? 0 : (uint64_t)ly_int_of(to);
    bool ok = ly_stream_seek(stream, position, end);
    if (!ok || (!end && ly_stream_position(stream) != position))
        ly_message_call(cx, call, "stmrng", 2, call->args[0], to);
    return ly_integer_from_u64(cx, ly_stream_position(stream));
}
