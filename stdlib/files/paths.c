/* paths.c: file names: taken apart, put together, made absolute. Nothing here looks at the disk but
   ExpandFileName's neighbours AbsoluteFileName and FindFile. */
#include "stdlib/files/files.h"
#include "stdlib/names/names.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- for the other files --------------------------------------------------------------------- */

static const char *home(void)
{
    const char *path = getenv("HOME");
    if (path && *path) return path;
    struct passwd *user = getpwuid(getuid());
    return user ? user->pw_dir : "/";
}

char *file_path(ly_value v)
{
    if (ly_has_shape(v, LY_SYM(File), 1)) v = ly_expr_of(v)->args[0];
    if (!ly_is_string(v)) return NULL;
    const ly_string *s = ly_string_of(v);
    if (s->bytes == 0 || memchr(s->data, 0, s->bytes)) return NULL;
    if (s->data[0] != '~' || (s->bytes > 1 && s->data[1] != '/')) return ly_strdup(s->data);
    char *path = NULL;
    return ly_asprintf(&path, "%s%s", home(), s->data + 1) < 0 ? NULL : path;
}

const char *file_temporary_directory(void)
{
    const char *path = getenv("TMPDIR");
    return path && *path ? path : "/tmp";
}

char *file_contents(const char *path, size_t *count)
{
    FILE *file = fopen(path, "rbe");
    if (!file) return NULL;
    struct stat status;
    if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
        fclose(file);
        errno = EISDIR;
        return NULL;
    }
    size_t capacity = 65536;
    char *text = ly_malloc(capacity);
    *count = 0;
    while (text) {
        size_t got = fread(text + *count, 1, capacity - *count, file);
        *count += got;
        if (got == 0) break;
        if (*count < capacity) continue;
        char *more = ly_remalloc(text, capacity *= 2);
        if (!more) ly_free(text), errno = ENOMEM;
        text = more;
    }
    fclose(file);
    return text;
}

void file_remove_part(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) unlink(path);
}

/* ---- pieces of a name ------------------------------------------------------------------------ */

/* The separator that the call's OperatingSystem option asks for. */
static char separator_of(ly_context *cx, ly_expr *call, size_t from)
{
    ly_value system = ly_option(cx, call, from, "OperatingSystem", LY_SYM(Automatic));
    char separator = ly_string_is(system, "Windows") ? '\\' : '/';
    ly_release(cx, system);
    return separator;
}

static ly_value bad_name(ly_context *cx, ly_expr *call)
{
    return ly_message_call(cx, call, "fstr", 1, call->args[0]);
}

static bool is_separator(char c, char separator)
{
    return c == separator || (separator == '\\' && c == '/');
}

/* The pieces of a path: a leading separator is an empty first piece, a trailing one counts nothing.
 */
static ly_value split_path(ly_context *cx, ly_value path, char separator)
{
    const ly_string *s = ly_string_of(path);
    ly_builder pieces = ly_builder_new();
    size_t from = 0;
    for (size_t i = 0; i <= s->bytes; i++) {
        if (i < s->bytes && !is_separator(s->data[i], separator)) continue;
        bool last = i == s->bytes;
        if (i > from || (from == 0 && !last))
            if (!ly_builder_add(cx, &pieces, ly_string_new(cx, s->data + from, i - from)))
                return LY_FAILED;
        from = i + 1;
    }
    return ly_builder_finish(cx, &pieces, LY_SYM(List));
}

/* Pieces from … to put together again; "/" for the root alone. */
static ly_value join_pieces(ly_context *cx, ly_value pieces, size_t from, size_t to, char separator)
{
    ly_text text = {0};
    for (size_t i = from; i < to; i++) {
        const ly_string *s = ly_string_of(ly_expr_of(pieces)->args[i]);
        if (i > from && (text.count == 0 || text.data[text.count - 1] != separator))
            ly_text_putc(&text, separator);
        ly_text_add(&text, s->data, s->bytes);
    }
    if (from == 0 && to == 1 && text.count == 0) ly_text_putc(&text, separator);
    return ly_text_string(cx, &text);
}

BUILTIN(FileNameSplit, file_name_split, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "FileNameSplit[\"file\"] splits a file name into a list of its parts.")
static ly_value file_name_split(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0])) return bad_name(cx, call);
    return split_path(cx, call->args[0], separator_of(cx, call, 1));
}

BUILTIN(FileNameJoin, file_name_join, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "FileNameJoin[{name1, name2, …}] joins names into one file name.")
static ly_value file_name_join(ly_context *cx, ly_expr *call)
{
    ly_value list = call->args[0];
    bool ok = ly_has_head(list, LY_SYM(List));
    for (size_t i = 0; ok && i < ly_expr_of(list)->count; i++)
        ok = ly_is_string(ly_expr_of(list)->args[i]);
    if (!ok) return LY_UNEVALUATED;
    char separator = separator_of(cx, call, 1);
    ly_text text = {0};
    for (size_t i = 0; i < ly_expr_of(list)->count; i++) {
        const ly_string *s = ly_string_of(ly_expr_of(list)->args[i]);
        size_t from = 0, to = s->bytes;
        if (i) {
            while (from < to && is_separator(s->data[from], separator)) from++;
            if (from == to) continue;
            if (text.count == 0 || !is_separator(text.data[text.count - 1], separator))
                ly_text_putc(&text, separator);
        }
        while (to > from + 1 && is_separator(s->data[to - 1], separator)) to--;
        for (; from < to; from++)
            ly_text_putc(&text, is_separator(s->data[from], separator) ? separator : s->data[from]);
    }
    return ly_text_string(cx, &text);
}

/* FileNameTake and FileNameDrop: n pieces from the front, -n from the end, {m, n}. */
static ly_value name_part(ly_context *cx, ly_expr *call, bool drop)
{
    if (!ly_is_string(call->args[0])) return bad_name(cx, call);
    size_t options = ly_option_start(call, 1);
    char separator = separator_of(cx, call, options);
    int64_t from = -1, to = -1;
    ly_value pieces = split_path(cx, call->args[0], separator);
    int64_t count = (int64_t)ly_expr_of(pieces)->count;
    bool ok = true;
    if (options > 1) {
        ly_value spec = call->args[1];
        if (ly_is_int(spec)) {
            int64_t n = ly_int_of(spec);
            from = n < 0 ? count + n : 0;
            to = n < 0 ? count : n;
        } else if (ly_has_shape(spec, LY_SYM(List), 2) && ly_is_int(ly_expr_of(spec)->args[0])
                   && ly_is_int(ly_expr_of(spec)->args[1])) {
            from = ly_int_of(ly_expr_of(spec)->args[0]);
            to = ly_int_of(ly_expr_of(spec)->args[1]);
            from = from < 0 ? count + from : from - 1;
            to = to < 0 ? count + to + 1 : to;
        } else {
            ok = false;
        }
    } else {
        from = count - 1;
        to = count;
    }
    ly_value result = LY_UNEVALUATED;
    if (from < 0) from = 0;
    if (to > count) to = count;
    if (to < from) to = from;
    if (ok && !drop) {
        result = join_pieces(cx, pieces, (size_t)from, (size_t)to, separator);
    } else if (ok) {
        ly_builder rest = ly_builder_new();
        for (int64_t i = 0; i < count; i++)
            if ((i < from || i >= to)
                && !ly_builder_add(cx, &rest, ly_retain(ly_expr_of(pieces)->args[i])))
                break;
        ly_value kept = ly_builder_finish(cx, &rest, LY_SYM(List));
        result =
            ly_failed(kept) ? kept : join_pieces(cx, kept, 0, ly_expr_of(kept)->count, separator);
        ly_release(cx, kept);
    }
    ly_release(cx, pieces);
    return result;
}
BUILTIN(FileNameTake, file_name_take, 1, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "FileNameTake[\"name\"] gives the last part of a file name; FileNameTake[\"name\", n] the "
        "first n.")
static ly_value file_name_take(ly_context *cx, ly_expr *call) { return name_part(cx, call, false); }
BUILTIN(FileNameDrop, file_name_drop, 1, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "FileNameDrop[\"name\"] drops the last part of a file name; FileNameDrop[\"name\", n] the "
        "first n.")
static ly_value file_name_drop(ly_context *cx, ly_expr *call) { return name_part(cx, call, true); }

BUILTIN(FileNameDepth, file_name_depth, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "FileNameDepth[\"file\"] gives the number of parts of a file name.")
static ly_value file_name_depth(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0])) return LY_UNEVALUATED;
    ly_value pieces = split_path(cx, call->args[0], separator_of(cx, call, 1));
    if (ly_failed(pieces)) return pieces;
    int64_t depth = ly_expr_of(pieces)->count;
    ly_release(cx, pieces);
    return LY_INT(depth);
}

/* Where the last part begins, and where its extension's point is (its end: none). */
static void last_part(const ly_string *s, size_t *begin, size_t *point, size_t *end)
{
    *end = s->bytes;
    while (*end > 1 && s->data[*end - 1] == '/') --*end;
    *begin = *end;
    while (*begin > 0 && s->data[*begin - 1] != '/') --*begin;
    *point = *end;
    for (size_t i = *begin + 1; i < *end; i++)
        if (s->data[i] == '.') *point = i;
}

BUILTIN(FileBaseName, file_base_name, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "FileBaseName[\"file\"] gives the name without folders and extension.")
static ly_value file_base_name(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0])) return bad_name(cx, call);
    const ly_string *s = ly_string_of(call->args[0]);
    size_t begin, point, end;
    last_part(s, &begin, &point, &end);
    return ly_string_new(cx, s->data + begin, point - begin);
}

BUILTIN(FileExtension, file_extension, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "FileExtension[\"file\"] gives the extension of a file name.")
static ly_value file_extension(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0])) return bad_name(cx, call);
    const ly_string *s = ly_string_of(call->args[0]);
    size_t begin, point, end;
    last_part(s, &begin, &point, &end);
    if (point == end) return ly_string_new(cx, "", 0);
    return ly_string_new(cx, s->data + point + 1, end - point - 1);
}

BUILTIN(DirectoryName, file_directory_name, 1, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DirectoryName[\"name\"] gives the folder part of a file name; DirectoryName[\"name\", n] "
        "n times.")
static ly_value file_directory_name(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0])) return bad_name(cx, call);
    int64_t times = 1;
    size_t options = ly_option_start(call, 1);
    if (options > 1) {
        if (!ly_is_int(call->args[1]) || ly_int_of(call->args[1]) < 1)
            return ly_message_call(cx, call, "intpm", 2, ly_from_object(call), LY_INT(2));
        times = ly_int_of(call->args[1]);
    }
    const ly_string *s = ly_string_of(call->args[0]);
    size_t end = s->bytes;
    while (times-- > 0 && end > 0) {
        while (end > 0 && s->data[end - 1] == '/') end--;
        while (end > 0 && s->data[end - 1] != '/') end--;
    }
    return ly_string_new(cx, s->data, end);
}

BUILTIN(ParentDirectory, file_parent_directory, 0, 1, LY_PROTECTED, LY_EFFECTS,
        "ParentDirectory[] gives the parent of the current working folder; "
        "ParentDirectory[\"dir\"] of dir.")
static ly_value file_parent_directory(ly_context *cx, ly_expr *call)
{
    char current[PATH_MAX];
    ly_value name;
    if (call->count == 0) {
        if (!getcwd(current, sizeof current)) return LY_SYM($Failed);
        name = ly_string_from(cx, current);
    } else {
        char *path = file_path(call->args[0]);
        if (!path) return bad_name(cx, call);
        char *absolute = ly_realpath(path);
        name = ly_string_from(cx, absolute ? absolute : path);
        ly_free(absolute);
        ly_free(path);
    }
    const ly_string *s = ly_string_of(name);
    size_t end = s->bytes;
    while (end > 1 && s->data[end - 1] == '/') end--;
    while (end > 0 && s->data[end - 1] != '/') end--;
    while (end > 1 && s->data[end - 1] == '/') end--;
    ly_value parent = ly_string_new(cx, s->data, end);
    ly_release(cx, name);
    return parent;
}

/* path without "." and ".." and made absolute; the file need not exist. */
static ly_value expanded(ly_context *cx, const char *path)
{
    char current[PATH_MAX];
    ly_text text = {0};
    if (path[0] != '/') {
        if (!getcwd(current, sizeof current)) return LY_SYM($Failed);
        ly_text_puts(&text, current);
    }
    for (const char *p = path; *p;) {
        while (*p == '/') p++;
        size_t count = strcspn(p, "/");
        if (count == 2 && memcmp(p, "..", 2) == 0) {
            while (text.count && text.data[--text.count] != '/') {}
        } else if (count && !(count == 1 && *p == '.')) {
            if (text.count == 0 || text.data[text.count - 1] != '/') ly_text_putc(&text, '/');
            ly_text_add(&text, p, count);
        }
        p += count;
    }
    if (text.count == 0) ly_text_putc(&text, '/');
    return ly_text_string(cx, &text);
}

BUILTIN(ExpandFileName, file_expand_name, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_EFFECTS,
        "ExpandFileName[\"name\"] gives the absolute name, whether or not the file exists.")
static ly_value file_expand_name(ly_context *cx, ly_expr *call)
{
    char *path = file_path(call->args[0]);
    if (!path) return bad_name(cx, call);
    ly_value name = expanded(cx, path);
    ly_free(path);
    return name;
}

MESSAGE(General, nffil, "File not found during `1`.")
BUILTIN(AbsoluteFileName, file_absolute_name, 1, 1, LY_PROTECTED, LY_EFFECTS,
        "AbsoluteFileName[\"name\"] gives the full name of a file that exists.")
static ly_value file_absolute_name(ly_context *cx, ly_expr *call)
{
    char *path = file_path(call->args[0]);
    if (!path) return bad_name(cx, call);
    char *absolute = ly_realpath(path);
    ly_free(path);
    if (!absolute) {
        ly_message_call(cx, call, "nffil", 1, ly_from_object(call));
        return LY_SYM($Failed);
    }
    ly_value name = ly_string_from(cx, absolute);
    ly_free(absolute);
    return name;
}

BUILTIN(FindFile, file_find, 1, 1, LY_PROTECTED, LY_EFFECTS,
    "FindFile[\"name\"] gives the full name of the file that Get would read, looking along $Path; "
    "$Failed where there is none.")
static ly_value file_find(ly_context *cx, ly_expr *call)
{
    char *path = file_path(call->args[0]);
    if (!path) return bad_name(cx, call);
    char *found = ly_realpath(path), *along = found ? NULL : ly_find_file(cx, path);
    if (along) found = ly_realpath(along);
    ly_free(along);
    if (cx->pending.kind) {
        ly_free(path);
        ly_free(found);
        return LY_FAILED;
    }
    ly_value name = found ? ly_string_from(cx, found) : LY_SYM($Failed);
    ly_free(found);
    ly_free(path);
    return name;
}

BUILTIN_SYMBOL(File, LY_PROTECTED, "File[\"path\"] is a file.")

/* ---- where things are ------------------------------------------------------------------------ */

static ly_value directory_value(ly_context *cx, const char *path)
{
    size_t count = strlen(path);
    while (count > 1 && path[count - 1] == '/') count--;
    return ly_string_new(cx, path, count);
}
BUILTIN($HomeDirectory, file_home, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$HomeDirectory is the user's home folder.")
static ly_value file_home(ly_context *cx, ly_expr *call) { return directory_value(cx, home()); }
BUILTIN($TemporaryDirectory, file_temporary, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$TemporaryDirectory is the folder for temporary files.")
static ly_value file_temporary(ly_context *cx, ly_expr *call)
{
    return directory_value(cx, file_temporary_directory());
}
BUILTIN($PathnameSeparator, file_separator, 0, 0, LY_PROTECTED, LY_PURE | LY_VALUE,
        "$PathnameSeparator is what separates the parts of a file name.")
static ly_value file_separator(ly_context *cx, ly_expr *call) { return ly_string_from(cx, "/"); }
