/* formats.c: Import and Export, for files and strings: which format, which element, which text. */
#include "stdlib/files/files.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "text/text.h"

MESSAGE(Import, nffil, "File `1` not found during Import.")
MESSAGE(Import, noelem, "The Import element \"`1`\" is not present when importing as `2`.")
MESSAGE(Import, fmterr, "Cannot import data as `1` format.")
MESSAGE(Import, jsoninvalid, "The text is not valid JSON.")
MESSAGE(Import, nfprserr, "invalid document structure at line: `1` character: `2` in input string.")
MESSAGE(Export, xmlinvalid, "The expression is not valid symbolic XML.")
MESSAGE(Import, string, "First argument `1` is not a string.")
MESSAGE(Export, errelem,
        "The Export element `1` contains a malformed data structure and could not be exported to "
        "`2` format.")
MESSAGE(Export, infer, "Cannot infer format of file `1`.")
MESSAGE(Export, jsonstrictencoding, "Expression `1` cannot be exported as JSON.")
MESSAGE(Export, fmtnosup, "`1` is not a supported Export format.")
MESSAGE(Import, fmtnosup, "`1` is not a supported Import format.")

/* ---- which format ---------------------------------------------------------------------------- */

/* The name that a format goes by, for others that mean the same; NULL: none. */
static const char *format_named(ly_value v)
{
    static const char *const names[][2] = {
        {"Text", "Text"},     {"TXT", "Text"},         {"Plaintext", "Text"},
        {"String", "String"}, {"Lines", "Lines"},      {"Words", "Words"},
        {"List", "List"},     {"Table", "Table"},      {"CSV", "CSV"},
        {"TSV", "TSV"},       {"JSON", "JSON"},        {"RawJSON", "RawJSON"},
        {"Base64", "Base64"}, {"Package", "Package"},  {"WL", "Package"},
        {"Byte", "Byte"},     {"XML", "XML"},          {"Elements", "Elements"},
        {"Data", "Text"},     {"ExpressionJSON", NULL}};
    if (!ly_is_string(v)) return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(ly_string_of(v)->data, names[i][0]) == 0) return names[i][1];
    return NULL;
}

/* By the extension of a file's name. */
static const char *format_of_file(const char *path)
{
    static const char *const extensions[][2] = {
        {"txt", "Text"},     {"csv", "CSV"},   {"tsv", "TSV"},    {"json", "JSON"},
        {"dat", "Table"},    {"m", "Package"}, {"wl", "Package"}, {"wls", "Package"},
        {"lyra", "Package"}, {"md", "Text"},   {"log", "Text"},   {"html", "Text"},
        {"xml", "XML"}};
    const char *point = strrchr(path, '.'), *slash = strrchr(path, '/');
    if (point && (!slash || point > slash))
        for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
            if (strcasecmp(point + 1, extensions[i][0]) == 0) return extensions[i][1];
    return NULL;
}

/* ---- texts into values ----------------------------------------------------------------------- */

/* Lines (or words) of a text as strings; values: those that are numbers as numbers. */
static ly_value lines_of(ly_context *cx, const char *text, size_t count, bool values)
{
    ly_builder lines = ly_builder_new();
    for (size_t at = 0; at < count;) {
        size_t end = at;
        while (end < count && text[end] != '\n' && text[end] != '\r') end++;
        ly_value line = ly_string_new(cx, text + at, end - at);
        if (values && end > at && !ly_failed(line)) {
            ly_value row = csv_read(cx, text + at, end - at, '\n');
            if (ly_has_shape(row, LY_SYM(List), 1) && ly_is_list(ly_expr_of(row)->args[0])) {
                ly_value item = ly_element(cx, ly_expr_of(row)->args[0], 0);
                if (ly_is_number(item)) {
                    ly_release(cx, line);
                    line = item;
                } else {
                    ly_release(cx, item);
                }
            }
            ly_release(cx, row);
        }
        if (ly_failed(line) || !ly_builder_add(cx, &lines, line) || ly_poll(cx)) {
            ly_builder_drop(cx, &lines);
            return LY_FAILED;
        }
        at = end + (end + 1 < count && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
    }
    return ly_builder_finish(cx, &lines, LY_SYM(List));
}

/* Rows of fields between blanks. */
static ly_value table_of(ly_context *cx, const char *text, size_t count)
{
    ly_text tabs = {0};
    bool blank = true;
    for (size_t i = 0; i < count; i++) {
        char c = text[i];
        if (c == ' ' || c == '\t') {
            if (!blank) blank = true, ly_text_putc(&tabs, '\t');
            continue;
        }
        if ((c == '\n' || c == '\r') && tabs.count && tabs.data[tabs.count - 1] == '\t')
            tabs.count--;
        blank = c == '\n' || c == '\r';
        ly_text_putc(&tabs, c);
    }
    if (tabs.count && tabs.data[tabs.count - 1] == '\t') tabs.count--;
    ly_value rows = csv_read(cx, tabs.data ? tabs.data : "", tabs.count, '\t');
    ly_text_free(&tabs);
    return rows;
}

/* All expressions of a text, evaluated one after the other; the last value. */
static ly_value package_of(ly_context *cx, const char *text, size_t count)
{
    ly_value string = ly_string_new(cx, text, count);
    if (ly_failed(string)) return string;
    return ly_call1(cx, LY_SYM(ToExpression), string);
}

static ly_value string_list(ly_context *cx, const char *const *items)
{
    ly_builder list = ly_builder_new();
    for (; *items; items++)
        if (!ly_builder_add(cx, &list, ly_string_from(cx, *items))) return LY_FAILED;
    return ly_builder_finish(cx, &list, LY_SYM(List));
}

/* ---- elements of a table --------------------------------------------------------------------- */

/* What the fields of a column are from a row on: "Integer64", "Real64", "Boolean", or "String". */
static const char *column_type(ly_value rows, size_t first, size_t column)
{
    const char *type = NULL;
    for (size_t i = first; i < ly_expr_of(rows)->count; i++) {
        ly_value row = ly_expr_of(rows)->args[i];
        if (column >= ly_expr_of(row)->count) continue;
        ly_value v = ly_expr_of(row)->args[column];
        const char *now = ly_is_integer(v)                          ? "Integer64"
                          : ly_is_real(v)                           ? "Real64"
                          : v == LY_SYM(True) || v == LY_SYM(False) ? "Boolean"
                                                                    : "String";
        if (ly_has_head(v, LY_SYM(Missing))) continue;
        if (type && strcmp(type, now) != 0)
            now = strcmp(type, "String") && strcmp(now, "String") && strcmp(type, "Boolean")
                          && strcmp(now, "Boolean")
                      ? "Real64"
                      : "String";
        type = now;
    }
    return type ? type : "String";
}

/* The first row holds labels: all strings, above a column that is something else. */
static bool has_labels(ly_value rows)
{
    size_t n = ly_expr_of(rows)->count;
    if (n < 2) return false;
    ly_expr *first = ly_expr_of(ly_expr_of(rows)->args[0]);
    bool other = false;
    for (size_t i = 0; i < first->count; i++) {
        if (!ly_is_string(first->args[i])) return false;
        other |= strcmp(column_type(rows, 1, i), "String") != 0;
    }
    return other;
}

static ly_value table_element(ly_context *cx, ly_value rows, ly_value element)
{
    size_t n = ly_expr_of(rows)->count, first = has_labels(rows) ? 1 : 0, columns = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = ly_expr_of(ly_expr_of(rows)->args[i])->count;
        if (k > columns) columns = k;
    }
    ly_value labels = first ? ly_expr_of(rows)->args[0] : LY_FAILED;
    if (ly_string_is(element, "Data") || ly_string_is(element, "Grid")) return ly_retain(rows);
    if (ly_string_is(element, "ColumnLabels")) return first ? ly_retain(labels) : LY_SYM(None);
    if (ly_string_is(element, "RowCount")) return LY_INT((int64_t)(n - first));
    if (ly_string_is(element, "ColumnCount")) return LY_INT((int64_t)columns);
    if (ly_string_is(element, "Dimensions"))
        return ly_make2(cx, LY_SYM(List), LY_INT((int64_t)(n - first)), LY_INT((int64_t)columns));
    if (ly_string_is(element, "ColumnTypes")) {
        ly_value types = first ? ly_association_new(cx, columns) : ly_make0(cx, LY_SYM(List));
        for (size_t i = 0; i < columns && !ly_failed(types); i++) {
            ly_value type = ly_string_from(cx, column_type(rows, first, i));
            if (!first)
                types = ly_expr_append_take(cx, types, type);
            else if (i < ly_expr_of(labels)->count)
                types = ly_association_set_take(cx, types, ly_retain(ly_expr_of(labels)->args[i]),
                                                type, false);
            else
                ly_release(cx, type);
        }
        return types;
    }
    return LY_UNEVALUATED;
}

/* ---- Import ---------------------------------------------------------------------------------- */

static ly_value no_element(ly_context *cx, ly_value element, const char *format)
{
    ly_value name = ly_string_from(cx, format);
    ly_message(cx, LY_SYM(Import), "noelem", 2, element, name);
    ly_release(cx, name);
    return LY_SYM($Failed);
}

static ly_value import_xml(ly_context *cx, ly_value element, const char *text, size_t count)
{
    size_t bad;
    ly_value document = xml_read(cx, text, count, &bad);
    if (ly_failed(document)) {
        if (cx->pending.kind) return document;
        int64_t line = 1, column = 1;
        for (size_t i = 0; i < bad; i++) {
            line += text[i] == '\n';
            column = text[i] == '\n' ? 1 : column + 1;
        }
        ly_message(cx, LY_SYM(Import), "nfprserr", 2, LY_INT(line), LY_INT(column));
        return LY_SYM($Failed);
    }
    if (ly_failed(element)) return document;
    ly_value part = ly_is_string(element) ? xml_element(cx, document, ly_string_of(element)->data)
                                          : LY_UNEVALUATED;
    ly_release(cx, document);
    return part == LY_UNEVALUATED ? no_element(cx, element, "XML") : part;
}

static ly_value import_as(ly_context *cx, ly_expr *call, const char *format, ly_value element,
                          const char *text, size_t count)
{
    bool table =
        strcmp(format, "CSV") == 0 || strcmp(format, "TSV") == 0 || strcmp(format, "Table") == 0;
    if (table) {
        ly_value rows = strcmp(format, "Table") == 0
                            ? table_of(cx, text, count)
                            : csv_read(cx, text, count, format[0] == 'C' ? ',' : '\t');
        if (ly_failed(rows) || ly_failed(element)) return rows;
        bool plain = strcmp(format, "Table") == 0 && !ly_string_is(element, "Data");
        ly_value part = plain ? LY_UNEVALUATED : table_element(cx, rows, element);
        ly_release(cx, rows);
        return part == LY_UNEVALUATED ? no_element(cx, element, format) : part;
    }
    if (strcmp(format, "JSON") == 0 || strcmp(format, "RawJSON") == 0) {
        if (!ly_failed(element) && !ly_string_is(element, "Data"))
            return no_element(cx, element, format);
        ly_value v = json_read(cx, text, count, format[0] == 'J');
        if (!ly_failed(v) || cx->pending.kind) return v;
        ly_message(cx, LY_SYM(Import), "jsoninvalid", 0);
        return LY_SYM($Failed);
    }
    if (strcmp(format, "XML") == 0) return import_xml(cx, element, text, count);
    if (!ly_failed(element)) {
        const char *named = format_named(element);
        if (strcmp(format, "Text") == 0 && named
            && (strcmp(named, "Lines") == 0 || strcmp(named, "Words") == 0
                || strcmp(named, "Text") == 0 || strcmp(named, "String") == 0))
            format = named;
        else
            return no_element(cx, element, format);
    }
    if (strcmp(format, "Text") == 0 || strcmp(format, "String") == 0)
        return ly_string_new(cx, text, count);
    if (strcmp(format, "Lines") == 0) return lines_of(cx, text, count, false);
    if (strcmp(format, "List") == 0) return lines_of(cx, text, count, true);
    if (strcmp(format, "Words") == 0)
        return ly_call1(cx, LY_SYM(StringSplit), ly_string_new(cx, text, count));
    if (strcmp(format, "Package") == 0) return package_of(cx, text, count);
    if (strcmp(format, "Byte") == 0) {
        ly_expr *bytes = ly_expr_new(cx, LY_SYM(List), count);
        if (!bytes) return LY_FAILED;
        for (size_t i = 0; i < count; i++) bytes->args[i] = LY_INT((unsigned char)text[i]);
        return ly_pack_take(cx, ly_from_object(bytes));
    }
    if (strcmp(format, "Elements") == 0) {
        static const char *const names[] = {"Data",    "Lines", "Plaintext", "String",
                                            "Summary", "Words", NULL};
        return string_list(cx, names);
    }
    if (strcmp(format, "Base64") == 0) {
        ly_value bytes = ly_call1(cx, LY_SYM(BaseDecode), ly_string_new(cx, text, count));
        if (!ly_is_bytes(bytes)) return bytes;
        ly_value string =
            ly_string_new(cx, (const char *)ly_bytes_of(bytes)->data, ly_bytes_of(bytes)->count);
        ly_release(cx, bytes);
        return string;
    }
    return LY_UNEVALUATED;
}

ly_value file_import(ly_context *cx, ly_expr *call, ly_value format, const char *text, size_t count)
{
    ly_value element = LY_FAILED;
    if (ly_has_head(format, LY_SYM(List)) && ly_expr_of(format)->count >= 1
        && ly_expr_of(format)->count <= 2) {
        if (ly_expr_of(format)->count == 2) element = ly_expr_of(format)->args[1];
        format = ly_expr_of(format)->args[0];
    }
    const char *name = format_named(format);
    if (!name) return LY_UNEVALUATED;
    return import_as(cx, call, name, element, text, count);
}

BUILTIN(ImportString, file_import_string, 1, -1, LY_PROTECTED, LY_NAMES | LY_EVALUATED,
        "ImportString[\"data\", \"format\"] reads data in a format: Text, Lines, Words, List, "
        "Table, CSV, TSV, "
        "JSON, RawJSON, Base64.")
static ly_value file_import_string(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 1);
    if (options > 2) return LY_UNEVALUATED;
    if (!ly_is_string(call->args[0])) {
        ly_message(cx, LY_SYM(Import), "string", 1, call->args[0]);
        return LY_UNEVALUATED;
    }
    const ly_string *s = ly_string_of(call->args[0]);
    if (options == 1) return import_as(cx, call, "Text", LY_FAILED, s->data, s->bytes);
    ly_value v = file_import(cx, call, call->args[1], s->data, s->bytes);
    if (v != LY_UNEVALUATED) return v;
    ly_message(cx, LY_SYM(Import), "fmtnosup", 1, call->args[1]);
    return LY_SYM($Failed);
}

BUILTIN(Import, file_import_call, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED | LY_NAMES,
        "Import[\"file\"] reads a file as its extension says; Import[\"file\", \"format\"] in a "
        "format; "
        "\"!command\" reads what a command writes.")
static ly_value file_import_call(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 1);
    if (options > 2) return LY_UNEVALUATED;
    char *path = file_path(call->args[0]);
    if (!path) return ly_message_call(cx, call, "fstr", 1, call->args[0]);
    ly_text text = {0};
    bool found = false;
    if (path[0] == '!') {
        ly_stream *stream = ly_stream_open_command(cx, path + 1, true);
        if (stream) {
            ly_stream_rest(cx, stream, &text);
            ly_stream_close(cx, stream);
            found = true;
        }
    } else {
        size_t count;
        char *contents = file_contents(path, &count);
        if (contents) {
            text = (ly_text){contents, count, count, false};
            found = true;
        }
    }
    ly_value v = LY_SYM($Failed);
    if (cx->pending.kind) {
        v = LY_FAILED;
    } else if (!found) {
        ly_message(cx, LY_SYM(Import), "nffil", 1, call->args[0]);
    } else if (options == 1) {
        const char *format = format_of_file(path);
        v = import_as(cx, call, format ? format : "Text", LY_FAILED, text.data ? text.data : "",
                      text.count);
    } else {
        const char *format = format_of_file(path);
        const char *element = ly_is_string(call->args[1]) ? ly_string_of(call->args[1])->data : "";
        bool of_table = strcmp(element, "Data") == 0 || strcmp(element, "RowCount") == 0
                        || strcmp(element, "ColumnLabels") == 0
                        || strcmp(element, "Dimensions") == 0;
        v = format && of_table
                ? import_as(cx, call, format, call->args[1], text.data ? text.data : "", text.count)
                : file_import(cx, call, call->args[1], text.data ? text.data : "", text.count);
        if (v == LY_UNEVALUATED) {
            ly_message(cx, LY_SYM(Import), "fmtnosup", 1, call->args[1]);
            v = LY_SYM($Failed);
        }
    }
    ly_free(text.data);
    ly_free(path);
    return v;
}

/* ---- Export ---------------------------------------------------------------------------------- */

/* One value as text: strings as they are. */
static void add_plain(ly_context *cx, ly_text *text, ly_value v)
{
    if (ly_is_string(v))
        ly_text_add(text, ly_string_of(v)->data, ly_string_of(v)->bytes);
    else
        ly_print_result(cx, text, v);
}

static void add_lines(ly_context *cx, ly_text *text, ly_value v, bool rows)
{
    if (!ly_is_list(v)) {
        add_plain(cx, text, v);
        return;
    }
    for (size_t i = 0; i < ly_length(v); i++) {
        ly_value item = ly_element(cx, v, i);
        if (i) ly_text_putc(text, '\n');
        if (rows && ly_is_list(item)) {
            for (size_t k = 0; k < ly_length(item); k++) {
                ly_value field = ly_element(cx, item, k);
                if (k) ly_text_putc(text, '\t');
                add_plain(cx, text, field);
                ly_release(cx, field);
            }
        } else {
            add_plain(cx, text, item);
        }
        ly_release(cx, item);
    }
}

int file_export(ly_context *cx, ly_expr *call, size_t options, ly_value format, ly_value v,
                ly_text *text)
{
    if (ly_has_head(format, LY_SYM(List)) && ly_expr_of(format)->count)
        format = ly_expr_of(format)->args[0];
    const char *name = format_named(format);
    if (!name || strcmp(name, "Elements") == 0) {
        ly_message(cx, LY_SYM(Export), "fmtnosup", 1, format);
        return 0;
    }
    if (strcmp(name, "CSV") == 0 || strcmp(name, "TSV") == 0)
        return csv_write(cx, text, v, name[0] == 'C' ? ',' : '\t') ? 1 : -1;
    if (strcmp(name, "JSON") == 0 || strcmp(name, "RawJSON") == 0) {
        ly_value compact = ly_option(cx, call, options, "Compact", LY_SYM(False)), culprit;
        ly_release(cx, compact);
        if (json_write(cx, text, v, compact == LY_SYM(True), &culprit)) return 1;
        if (ly_failed(culprit)) return -1;
        ly_message(cx, LY_SYM(Export), "jsonstrictencoding", 1, culprit);
        return 0;
    }
    if (strcmp(name, "Base64") == 0) {
        const unsigned char *bytes = NULL;
        size_t count = 0;
        if (ly_is_string(v))
            bytes = (const unsigned char *)ly_string_of(v)->data, count = ly_string_of(v)->bytes;
        if (ly_is_bytes(v)) bytes = ly_bytes_of(v)->data, count = ly_bytes_of(v)->count;
        if (!bytes) return 0;
        ly_write_base64(text, bytes, count);
        ly_text_putc(text, '\n');
        return 1;
    }
    if (strcmp(name, "XML") == 0) {
        if (xml_write(cx, text, v)) return 1;
        if (cx->pending.kind) return -1;
        ly_message(cx, LY_SYM(Export), "xmlinvalid", 0);
        return 0;
    }
    if (strcmp(name, "Package") == 0) {
        ly_print_input_form(cx, text, v);
        ly_text_putc(text, '\n');
        return text->failed ? -1 : 1;
    }
    if (strcmp(name, "String") == 0)
        add_plain(cx, text, v);
    else
        add_lines(cx, text, v, strcmp(name, "Table") == 0);
    return text->failed || cx->pending.kind ? -1 : 1;
}

BUILTIN(ExportString, file_export_string, 2, -1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "ExportString[expr, \"format\"] gives expr as text in a format: Text, List, Table, CSV, "
        "TSV, JSON …")
static ly_value file_export_string(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 2);
    if (options > 2) return LY_UNEVALUATED;
    ly_text text = {0};
    int status = file_export(cx, call, options, call->args[1], call->args[0], &text);
    if (status > 0) return ly_text_string(cx, &text);
    ly_text_free(&text);
    return status < 0 ? (cx->pending.kind ? LY_FAILED : ly_raise_memory(cx)) : LY_SYM($Failed);
}

BUILTIN(Export, file_export_call, 2, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Export[\"file\", expr] writes expr to a file in the format of its extension, and gives "
        "the file's "
        "name; Export[\"file\", expr, \"format\"] in a format.")
static ly_value file_export_call(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 2);
    if (options > 3) return LY_UNEVALUATED;
    ly_stream *stream = ly_stream_of(cx, call->args[0]);
    bool opened = !(stream && !stream->input);
    char *path = opened ? file_path(call->args[0]) : NULL;
    if (opened && !path) return ly_message_call(cx, call, "fstr", 1, call->args[0]);
    ly_value format = LY_FAILED;
    if (options > 2) {
        format = ly_retain(call->args[2]);
    } else {
        const char *name = path ? format_of_file(path) : "Text";
        if (name) format = ly_string_from(cx, name);
    }
    ly_text text = {0};
    int status = 0;
    if (ly_failed(format))
        ly_message(cx, LY_SYM(Export), "infer", 1, call->args[0]);
    else
        status = file_export(cx, call, options, format, call->args[1], &text);
    if (status > 0) {
        if (opened) stream = ly_stream_open_output(cx, path, path, false, false);
        if (!stream) {
            ly_message(cx, LY_SYM(OpenWrite), "noopen", 1, call->args[0]);
            status = 0;
        } else {
            bool ok = ly_stream_write(cx, stream, text.data ? text.data : "", text.count);
            if (ok && text.count && text.data[text.count - 1] != '\n' && opened
                && ly_is_string(format) && strcmp(format_named(format), "Text") != 0)
                ok = ly_stream_write(cx, stream, "\n", 1);
            if (opened) ok = ly_stream_close(cx, stream) && ok;
            if (opened && !ok) file_remove_part(path);
            status = ok;
        }
    }
    ly_text_free(&text);
    ly_release(cx, format);
    ly_free(path);
    if (status < 0) return cx->pending.kind ? LY_FAILED : ly_raise_memory(cx);
    return status ? ly_retain(call->args[0]) : LY_SYM($Failed);
}
