/* records.c: what is read from streams: Read, ReadList, ReadLine, ReadString, Find, Skip. */
#include "stdlib/files/files.h"

#include <stdlib.h>

#include "text/text.h"

MESSAGE(Read, readf, "`1` is not a valid format specification.")
MESSAGE(Read, readn, "Invalid real number found when reading from `1`.")
MESSAGE(Read, readt, "Invalid input found when reading `1` from `2`.")
MESSAGE(General, readf, "`1` is not a valid format specification.")
MESSAGE(General, readn, "Invalid real number found when reading from `1`.")
MESSAGE(General, readt, "Invalid input found when reading `1` from `2`.")

/* The strings that end words and records; the options of a call override them. */
typedef struct separators {
    ly_value words, records; /* owned: lists of strings, or LY_FAILED for the usual ones */
    bool null_words, null_records;
} separators;

static bool string_items(ly_value v)
{
    if (!ly_has_head(v, LY_SYM(List))) return false;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++)
        if (!ly_is_string(ly_expr_of(v)->args[i])) return false;
    return true;
}

static ly_value separator_option(ly_context *cx, ly_expr *call, size_t from, const char *name)
{
    ly_value v = ly_option(cx, call, from, name, LY_SYM(Automatic));
    if (ly_is_string(v)) v = ly_make1(cx, LY_SYM(List), v);
    if (string_items(v)) return v;
    ly_release(cx, v);
    return LY_FAILED;
}

static bool true_option(ly_context *cx, ly_expr *call, size_t from, const char *name)
{
    ly_value v = ly_option(cx, call, from, name, LY_SYM(False));
    ly_release(cx, v);
    return v == LY_SYM(True);
}

static separators read_separators(ly_context *cx, ly_expr *call, size_t from)
{
    if (from >= call->count) return (separators){0};
    return (separators){separator_option(cx, call, from, "WordSeparators"),
                        separator_option(cx, call, from, "RecordSeparators"),
                        true_option(cx, call, from, "NullWords"),
                        true_option(cx, call, from, "NullRecords")};
}

static void drop_separators(ly_context *cx, separators *s)
{
    ly_release(cx, s->words);
    ly_release(cx, s->records);
}

/* ---- one character, one number --------------------------------------------------------------- */

static bool is_blank(int c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void skip_blanks(ly_stream *stream)
{
    while (is_blank(ly_stream_peek(stream))) ly_stream_get(stream);
}

static ly_value read_character(ly_context *cx, ly_stream *stream)
{
    int c = ly_stream_get(stream);
    if (c < 0) return LY_SYM(EndOfFile);
    char bytes[4] = {(char)c};
    int count = 1, more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
    while (more-- > 0 && (ly_stream_peek(stream) & 0xc0) == 0x80)
        bytes[count++] = (char)ly_stream_get(stream);
    return ly_string_new(cx, bytes, (size_t)count);
}

static ly_value bad_number(ly_context *cx, ly_expr *call, ly_stream *stream)
{
    ly_value name = ly_stream_value(cx, stream);
    ly_message_call(cx, call, "readn", 1, name);
    ly_release(cx, name);
    return LY_SYM($Failed);
}

static ly_value read_number(ly_context *cx, ly_expr *call, ly_stream *stream, bool real)
{
    skip_blanks(stream);
    int c = ly_stream_peek(stream);
    if (c < 0) return LY_SYM(EndOfFile);
    ly_text digits = {0};
    bool negative = c == '-', point = false, any = false;
    if (c == '-' || c == '+') ly_stream_get(stream);
    while ((c = ly_stream_peek(stream)) >= 0) {
        if (c >= '0' && c <= '9') {
            any = true;
        } else if (c == '.' && !point) {
            point = true;
        } else {
            break;
        }
        ly_text_putc(&digits, (char)ly_stream_get(stream));
    }
    int64_t exponent = 0;
    if (any && (c == 'e' || c == 'E' || c == 'd' || c == 'D')) {
        ly_stream_get(stream);
        int sign = ly_stream_peek(stream);
        if (sign == '-' || sign == '+') ly_stream_get(stream);
        while ((c = ly_stream_peek(stream)) >= '0' && c <= '9') {
            ly_stream_get(stream);
            if (exponent < 1000000) exponent = exponent * 10 + (c - '0');
        }
        if (sign == '-') exponent = -exponent;
        point = true;
    }
    if (!any) {
        ly_text_free(&digits);
        return bad_number(cx, call, stream);
    }
    ly_value number =
        point || real ? ly_real_from_text(cx, digits.data, digits.count, 10, -1, false, exponent)
                      : ly_integer_from_digits(cx, digits.data, digits.count, 10);
    ly_text_free(&digits);
    if (negative && !ly_failed(number)) {
        ly_value positive = number;
        number = ly_negate(cx, positive);
        ly_release(cx, positive);
    }
    return number;
}

/* ---- words, records, lines ------------------------------------------------------------------- */

/* True if one of the separators stands at the place where the stream reads next; it is passed over
   when take is set. */
static bool at_separator(ly_stream *stream, ly_value list, bool take)
{
    for (size_t i = 0; i < ly_expr_of(list)->count; i++) {
        const ly_string *s = ly_string_of(ly_expr_of(list)->args[i]);
        size_t matched = 0;
        while (matched < s->bytes && ly_stream_peek(stream) == (unsigned char)s->data[matched]) {
            ly_stream_get(stream);
            matched++;
        }
        bool whole = s->bytes && matched == s->bytes;
        if (whole && take) return true;
        while (matched-- > 0) ly_stream_unget(stream);
        if (whole) return true;
    }
    return false;
}

static bool at_record_end(ly_stream *stream, const separators *s, bool take)
{
    if (!ly_failed(s->records)) return at_separator(stream, s->records, take);
    int c = ly_stream_peek(stream);
    if (c != '\n' && c != '\r') return false;
    if (take && ly_stream_get(stream) == '\r' && ly_stream_peek(stream) == '\n')
        ly_stream_get(stream);
    return true;
}

static bool at_word_end(ly_stream *stream, const separators *s, bool take)
{
    if (at_record_end(stream, s, take)) return true;
    if (!ly_failed(s->words)) return at_separator(stream, s->words, take);
    int c = ly_stream_peek(stream);
    if (c != ' ' && c != '\t') return false;
    if (take) ly_stream_get(stream);
    return true;
}

static ly_value read_word(ly_context *cx, ly_stream *stream, const separators *s)
{
    if (!s->null_words)
        while (ly_stream_peek(stream) >= 0 && at_word_end(stream, s, true)) {}
    if (ly_stream_peek(stream) < 0) return LY_SYM(EndOfFile);
    ly_text word = {0};
    while (ly_stream_peek(stream) >= 0 && !at_word_end(stream, s, false))
        ly_text_putc(&word, (char)ly_stream_get(stream));
    if (s->null_words) at_word_end(stream, s, true);
    return ly_text_string(cx, &word);
}

static ly_value read_record(ly_context *cx, ly_stream *stream, const separators *s)
{
    if (!s->null_records)
        while (ly_stream_peek(stream) >= 0 && at_record_end(stream, s, true)) {}
    if (ly_stream_peek(stream) < 0) return LY_SYM(EndOfFile);
    ly_text record = {0};
    while (ly_stream_peek(stream) >= 0 && !at_record_end(stream, s, true))
        ly_text_putc(&record, (char)ly_stream_get(stream));
    return ly_text_string(cx, &record);
}

static ly_value read_line(ly_context *cx, ly_stream *stream)
{
    ly_text line = {0};
    if (!ly_stream_line(cx, stream, &line)) return LY_SYM(EndOfFile);
    return ly_text_string(cx, &line);
}

/* ---- expressions ----------------------------------------------------------------------------- */

/* The next input of the stream, not evaluated. */
static ly_value read_expression(ly_context *cx, ly_expr *call, ly_stream *stream)
{
    uint64_t begin = ly_stream_position(stream);
    ly_text text = {0};
    ly_stream_rest(cx, stream, &text);
    ly_source source = {stream->name, text.data ? text.data : "", text.count};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input = LY_FAILED, result;
    ly_read_status status = reader ? ly_read(reader, &input, NULL) : LY_READ_ERROR;
    size_t used = reader ? ly_reader_offset(reader) : text.count;
    if (reader) ly_reader_free(reader);
    ly_text_free(&text);
    if (status == LY_READ_END) return LY_SYM(EndOfFile);
    if (status == LY_READ_INPUT) {
        result = input;
        ly_stream_seek(stream, begin + used, false);
        while (ly_stream_peek(stream) == ' ' || ly_stream_peek(stream) == '\t')
            ly_stream_get(stream);
        if (ly_stream_peek(stream) == '\r') ly_stream_get(stream);
        if (ly_stream_peek(stream) == '\n') ly_stream_get(stream);
        return result;
    }
    ly_value name = ly_stream_value(cx, stream);
    ly_message_call(cx, call, "readt", 2, LY_SYM(Expression), name);
    ly_release(cx, name);
    return LY_SYM($Failed);
}

/* ---- one object ------------------------------------------------------------------------------ */

static ly_value read_object(ly_context *cx, ly_expr *call, ly_stream *stream, ly_value type,
                            const separators *s)
{
    if (type == LY_SYM(Expression)) {
        ly_value e = read_expression(cx, call, stream);
        return e == LY_SYM(EndOfFile) || e == LY_SYM($Failed) ? e : ly_evaluate_take(cx, e);
    }
    if (ly_has_shape(type, LY_SYM(Hold), 1)) {
        ly_value e = read_expression(cx, call, stream);
        return e == LY_SYM(EndOfFile) || e == LY_SYM($Failed) ? e : ly_make1(cx, LY_SYM(Hold), e);
    }
    if (type == LY_SYM(Word)) return read_word(cx, stream, s);
    if (type == LY_SYM(String)) return read_line(cx, stream);
    if (type == LY_SYM(Record)) return read_record(cx, stream, s);
    if (type == LY_SYM(Number)) return read_number(cx, call, stream, false);
    if (type == LY_SYM(Real)) return read_number(cx, call, stream, true);
    if (type == LY_SYM(Character)) return read_character(cx, stream);
    if (type == LY_SYM(Byte)) {
        int c = ly_stream_get(stream);
        return c < 0 ? LY_SYM(EndOfFile) : LY_INT(c);
    }
    if (ly_has_head(type, LY_SYM(List))) {
        ly_builder items = ly_builder_new();
        bool ended = true;
        for (size_t i = 0; i < ly_expr_of(type)->count; i++) {
            ly_value item = read_object(cx, call, stream, ly_expr_of(type)->args[i], s);
            if (ly_failed(item) || item == LY_UNEVALUATED) {
                ly_builder_drop(cx, &items);
                return item;
            }
            ended = ended && item == LY_SYM(EndOfFile);
            if (!ly_builder_add(cx, &items, item)) return LY_FAILED;
        }
        if (!ended || ly_expr_of(type)->count == 0)
            return ly_builder_finish(cx, &items, LY_SYM(List));
        ly_builder_drop(cx, &items);
        return LY_SYM(EndOfFile);
    }
    ly_message_call(cx, call, "readf", 1, type);
    return LY_UNEVALUATED;
}

ly_value file_read(ly_context *cx, ly_expr *call, size_t from, ly_stream *stream, ly_value type)
{
    separators s = read_separators(cx, call, from);
    ly_value v = read_object(cx, call, stream, type, &s);
    drop_separators(cx, &s);
    return v;
}

BUILTIN(Read, file_read_call, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "Read[stream] reads one expression; Read[stream, type] one Byte, Character, Word, Number, "
        "Real, "
        "String (line), Record or Expression; a list of types several.")
static ly_value file_read_call(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 1);
    if (options > 2) return LY_UNEVALUATED;
    bool opened;
    ly_stream *stream = file_input(cx, call, call->args[0], &opened);
    if (!stream) return LY_UNEVALUATED;
    return file_read(cx, call, options, stream, options > 1 ? call->args[1] : LY_SYM(Expression));
}

static ly_value read_all(ly_context *cx, ly_expr *call, size_t options, ly_stream *stream,
                         ly_value type, size_t limit)
{
    ly_builder items = ly_builder_new();
    separators s = read_separators(cx, call, options);
    while (ly_builder_count(&items) < limit) {
        ly_value item = ly_poll(cx) ? LY_FAILED : read_object(cx, call, stream, type, &s);
        if (item == LY_SYM(EndOfFile)) break;
        bool ended = ly_has_head(item, LY_SYM(List)) && ly_stream_peek(stream) < 0
                     && ly_has_head(type, LY_SYM(List));
        bool bad = item == LY_SYM($Failed);
        if (ly_failed(item) || item == LY_UNEVALUATED) {
            ly_builder_drop(cx, &items);
            drop_separators(cx, &s);
            return item;
        }
        if (!ly_builder_add(cx, &items, item)) {
            drop_separators(cx, &s);
            return LY_FAILED;
        }
        if (ended || bad) break;
    }
    drop_separators(cx, &s);
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

BUILTIN(ReadList, file_read_list, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED | LY_NAMES,
    "ReadList[\"file\"] reads all expressions of a file or stream; ReadList[\"file\", type] all "
    "objects of a type; ReadList[\"file\", type, n] the first n.")
static ly_value file_read_list(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 1), limit = SIZE_MAX;
    if (options > 3) return LY_UNEVALUATED;
    if (options == 3) {
        if (!ly_is_int(call->args[2]) || ly_int_of(call->args[2]) < 0)
            return ly_message_call(cx, call, "intnm", 2, ly_from_object(call), LY_INT(3));
        limit = (size_t)ly_int_of(call->args[2]);
    }
    bool opened;
    ly_stream *stream = file_input(cx, call, call->args[0], &opened);
    if (!stream) return ly_is_string(call->args[0]) ? LY_SYM($Failed) : LY_UNEVALUATED;
    ly_value list = read_all(cx, call, options, stream,
                             options > 1 ? call->args[1] : LY_SYM(Expression), limit);
    if (opened) ly_stream_close(cx, stream);
    return list;
}

BUILTIN(ReadLine, file_read_line, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "ReadLine[stream] reads a line and gives it as a string; EndOfFile at the end.")
static ly_value file_read_line(ly_context *cx, ly_expr *call)
{
    bool opened;
    ly_stream *stream = file_input(cx, call, call->args[0], &opened);
    return stream ? read_line(cx, stream) : LY_UNEVALUATED;
}

/* Everything up to the terminator, which is passed over when something else was before it: two
   calls in a row give the text before the first and between the first and the second. */
static ly_value read_until(ly_context *cx, ly_stream *stream, const ly_string *end)
{
    ly_text text = {0};
    bool at_start = true;
    if (ly_stream_peek(stream) < 0) return LY_SYM(EndOfFile);
    int c;
    while ((c = ly_stream_get(stream)) >= 0) {
        ly_text_putc(&text, (char)c);
        if (text.count < end->bytes
            || memcmp(text.data + text.count - end->bytes, end->data, end->bytes))
            continue;
        text.count -= end->bytes;
        if (text.count == 0 && at_start) { /* the terminator that ended the text before */
            at_start = false;
            continue;
        }
        for (size_t i = 0; i < end->bytes; i++) ly_stream_unget(stream);
        break;
    }
    return ly_text_string(cx, &text);
}

BUILTIN(ReadString, file_read_string, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "ReadString[\"file\"] reads a file or what is left of a stream as one string; "
        "ReadString[stream, \"end\"] up to a terminator.")
static ly_value file_read_string(ly_context *cx, ly_expr *call)
{
    bool opened;
    if (call->count == 2 && call->args[1] != LY_SYM(EndOfFile)
        && (!ly_is_string(call->args[1]) || ly_string_of(call->args[1])->bytes == 0))
        return ly_message_call(cx, call, "string", 2, LY_INT(2), ly_from_object(call));
    ly_stream *stream = file_input(cx, call, call->args[0], &opened);
    if (!stream) return ly_is_string(call->args[0]) ? LY_SYM($Failed) : LY_UNEVALUATED;
    ly_value result;
    if (call->count == 2 && ly_is_string(call->args[1])) {
        result = read_until(cx, stream, ly_string_of(call->args[1]));
    } else if (ly_stream_peek(stream) < 0) {
        result = opened ? ly_string_new(cx, "", 0) : LY_SYM(EndOfFile);
    } else {
        ly_text text = {0};
        ly_stream_rest(cx, stream, &text);
        result = ly_text_string(cx, &text);
    }
    if (opened) ly_stream_close(cx, stream);
    return result;
}

/* ---- Skip, Find ------------------------------------------------------------------------------ */

BUILTIN(Skip, file_skip, 2, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Skip[stream, type] reads one object and forgets it; Skip[stream, type, n] n of them.")
static ly_value file_skip(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 2);
    int64_t times = 1;
    if (options > 3) return LY_UNEVALUATED;
    if (options == 3) {
        if (!ly_is_int(call->args[2]) || ly_int_of(call->args[2]) < 0)
            return ly_message_call(cx, call, "intnm", 2, ly_from_object(call), LY_INT(3));
        times = ly_int_of(call->args[2]);
    }
    bool opened;
    ly_stream *stream = file_input(cx, call, call->args[0], &opened);
    if (!stream) return LY_UNEVALUATED;
    ly_value type = call->args[1];
    if (type == LY_SYM(Expression)) type = LY_SYM(String);
    while (times-- > 0) {
        ly_value v = ly_poll(cx) ? LY_FAILED : file_read(cx, call, options, stream, type);
        if (ly_failed(v) || v == LY_UNEVALUATED || v == LY_SYM(EndOfFile)) return v;
        ly_release(cx, v);
    }
    return LY_SYM(Null);
}

static bool contains(const ly_text *line, ly_value text, bool ignore_case)
{
    const ly_string *s = ly_string_of(text);
    if (s->bytes > line->count) return false;
    for (size_t i = 0; i + s->bytes <= line->count; i++) {
        size_t k = 0;
        for (; k < s->bytes; k++) {
            unsigned char a = (unsigned char)line->data[i + k], b = (unsigned char)s->data[k];
            if (ignore_case && a < 128 && b < 128) {
                if (a >= 'A' && a <= 'Z') a += 32;
                if (b >= 'A' && b <= 'Z') b += 32;
            }
            if (a != b) break;
        }
        if (k == s->bytes) return true;
    }
    return false;
}

/* The next line that contains one of the texts. */
static ly_value find_line(ly_context *cx, ly_stream *stream, ly_value texts, bool ignore_case)
{
    for (;;) {
        ly_text line = {0};
        if (ly_poll(cx)) return LY_FAILED;
        if (!ly_stream_line(cx, stream, &line)) return LY_SYM(EndOfFile);
        bool found = false;
        if (!line.data) ly_text_add(&line, "", 0);
        if (ly_is_string(texts)) {
            found =
                line.data ? contains(&line, texts, ignore_case) : ly_string_of(texts)->bytes == 0;
        } else {
            for (size_t i = 0; !found && i < ly_expr_of(texts)->count; i++)
                found = line.data && contains(&line, ly_expr_of(texts)->args[i], ignore_case);
        }
        if (found) return ly_text_string(cx, &line);
        ly_text_free(&line);
    }
}

BUILTIN(Find, file_find_line, 2, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
    "Find[stream, \"text\"] gives the next line that contains text; a list gives several texts.")
static ly_value file_find_line(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[1]) && !string_items(call->args[1]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(2), ly_from_object(call));
    bool opened;
    ly_stream *stream = file_input(cx, call, call->args[0], &opened);
    if (!stream) return LY_SYM($Failed);
    return find_line(cx, stream, call->args[1], true_option(cx, call, 2, "IgnoreCase"));
}

BUILTIN(FindList, file_find_list, 2, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "FindList[\"file\", \"text\"] gives all lines that contain text; FindList[\"file\", "
        "\"text\", n] the first n.")
static ly_value file_find_list(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 2), limit = SIZE_MAX;
    if (!ly_is_string(call->args[1]) && !string_items(call->args[1]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(2), ly_from_object(call));
    if (options > 2 && ly_is_int(call->args[2]) && ly_int_of(call->args[2]) >= 0)
        limit = (size_t)ly_int_of(call->args[2]);
    bool opened;
    ly_stream *stream = file_input(cx, call, call->args[0], &opened);
    if (!stream) return LY_SYM($Failed);
    bool ignore_case = true_option(cx, call, options, "IgnoreCase");
    ly_builder items = ly_builder_new();
    ly_value line = LY_SYM(EndOfFile);
    while (ly_builder_count(&items) < limit
           && (line = find_line(cx, stream, call->args[1], ignore_case)) != LY_SYM(EndOfFile)) {
        if (ly_failed(line) || !ly_builder_add(cx, &items, line)) break;
    }
    if (opened) ly_stream_close(cx, stream);
    if (ly_failed(line)) {
        ly_builder_drop(cx, &items);
        return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

BUILTIN_SYMBOL(EndOfFile, LY_PROTECTED, "EndOfFile stands for the end of a file that was read.")
BUILTIN_SYMBOL(Word, LY_PROTECTED, "Word is a type of Read: text up to a blank.")
BUILTIN_SYMBOL(Number, LY_PROTECTED, "Number is a type of Read: an integer or a real number.")
BUILTIN_SYMBOL(Record, LY_PROTECTED, "Record is a type of Read: text up to a record separator.")
BUILTIN_SYMBOL(Character, LY_PROTECTED, "Character is a type of Read: one character.")
BUILTIN_SYMBOL(Byte, LY_PROTECTED, "Byte is a type of Read: one byte, as an integer.")
BUILTIN_SYMBOL(Expression, LY_PROTECTED, "Expression is a type of Read: one expression.")
