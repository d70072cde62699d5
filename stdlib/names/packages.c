/* packages.c: files of programs: Get, Needs, and where they are looked for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eval/module.h"
#include "eval/session.h"
#include "stdlib/names/names.h"
#include "text/text.h"

/* ---- finding files ---------------------------------------------------------------------------- */

static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

/* folder/name if it is a file, in memory of malloc; name alone where folder is empty. */
static char *file_in(const char *folder, const char *name)
{
    size_t folder_length = strlen(folder);
    char *path = ly_malloc(folder_length + strlen(name) + 2);
    if (!path) return NULL;
    if (folder_length == 0 || name[0] == '/') strcpy(path, name);
    else if (name[0] == '~' && name[1] == '/') {
        const char *home = getenv("HOME");
        ly_free(path);
        return file_in(home ? home : "/", name + 2);
    } else
        sprintf(path, folder[folder_length - 1] == '/' ? "%s%s" : "%s/%s", folder, name);
    if (is_file(path)) return path;
    ly_free(path);
    return NULL;
}

/* The name in one folder: as it is, or, of a context a`b`, as a/b.wl, a/b.m, a/b/init.m … */
static char *name_in(const char *folder, const char *name)
{
    size_t count = strlen(name);
    if (count == 0 || name[count - 1] != '`') return file_in(folder, name);
    static const char *const endings[] = {".lyra", ".wl", ".m", "/Kernel/init.wl", "/Kernel/init.m",
                                          "/init.wl", "/init.m"};
    char *path = ly_malloc(count + 32), *found = NULL;
    for (size_t i = 0; path && !found && i < sizeof endings / sizeof endings[0]; i++) {
        memcpy(path, name, count - 1);
        for (size_t j = 0; j + 1 < count; j++)
            if (path[j] == '`') path[j] = '/';
        strcpy(path + count - 1, endings[i]);
        found = file_in(folder, path);
    }
    ly_free(path);
    return found;
}

/* Beside the file that names it, in the folders of -I, along $Path, in the working folder. */
char *ly_find_file(ly_context *cx, const char *name)
{
    if (name[0] == '/') return name_in("", name);
    char *found = NULL;
    const char *reading = ly_session_file_now(cx);
    if (reading) {
        const char *slash = strrchr(reading, '/');
        char *folder = slash ? ly_strndup(reading, (size_t)(slash - reading) + 1) : ly_strdup(".");
        if (folder) found = name_in(folder, name);
        ly_free(folder);
    }
    const ly_session *program = ly_session_of_program(cx);
    for (size_t i = 0; !found && program && i < program->folder_count; i++)
        found = name_in(program->folders[i], name);
    ly_value path = found ? LY_FAILED : ly_evaluate(cx, LY_SYM($Path));
    if (ly_has_head(path, LY_SYM(List))) {
        const ly_expr *folders = ly_expr_of(path);
        for (size_t i = 0; !found && i < folders->count; i++)
            if (ly_is_string(folders->args[i]))
                found = name_in(ly_string_of(folders->args[i])->data, name);
    }
    ly_release(cx, path);
    return found ? found : name_in("", name);
}

BUILTIN($Path, path_value, 0, 0, 0, LY_VALUE | LY_EFFECTS,
        "$Path is the list of folders in which Get and Needs look for files.")
static ly_value path_value(ly_context *cx, ly_expr *call)
{
    const char *home = getenv("HOME");
    ly_value here = ly_string_from(cx, ".");
    return home ? ly_make2(cx, LY_SYM(List), here, ly_string_from(cx, home))
                : ly_make1(cx, LY_SYM(List), here);
}

BUILTIN($InputFileName, input_file_name, 0, 0, LY_PROTECTED, LY_VALUE | LY_EFFECTS,
        "$InputFileName is the full name of the file that is being read, or \"\".")
static ly_value input_file_name(ly_context *cx, ly_expr *call)
{
    const char *name = ly_session_file_now(cx);
    if (!name || !strcmp(name, "-")) return ly_string_from(cx, "");
    char *full = ly_realpath(name);
    ly_value value = ly_string_from(cx, full ? full : name);
    ly_free(full);
    return value;
}

/* ---- reading files ---------------------------------------------------------------------------- */

ly_value ly_get_file(ly_context *cx, const char *path)
{
    char *text = NULL;
    size_t count = 0;
    if (!ly_session_read_file(path, &text, &count)) {
        ly_value name = ly_string_from(cx, path);
        ly_message(cx, LY_SYM(Get), "noopen", 1, name);
        ly_release(cx, name);
        return LY_SYM($Failed);
    }
    ly_source source = {path, text, count};
    ly_diagnostics diagnostics = {0};
    ly_value value = LY_SYM(Null);
    if (!ly_check_syntax(cx, &source, &diagnostics)) {
        /* a file with a syntax error runs nothing */
        ly_session_flush(cx);
        ly_diagnostics_print(&diagnostics, &source, stderr);
        value = LY_SYM($Failed);
    } else if (ly_session_enter_file(cx, path)) {
        ly_reader *reader = ly_reader_new(cx, &source);
        ly_value input;
        while (reader && !ly_failed(value) && ly_read(reader, &input, NULL) == LY_READ_INPUT) {
            ly_release(cx, value);
            value = ly_evaluate_take(cx, input);
        }
        if (reader && !ly_failed(value) && ly_reader_diagnostics(reader)->count) {
            ly_session_flush(cx);
            ly_diagnostics_print(ly_reader_diagnostics(reader), &source, stderr);
            ly_release(cx, value);
            value = LY_SYM($Failed);
        }
        ly_reader_free(reader);
        ly_session_leave_file(cx);
    }
    ly_diagnostics_free(&diagnostics);
    ly_free(text);
    return value;
}

BUILTIN(Get, get, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "<< name or Get[\"name\"] reads a file, evaluates what stands in it and gives the last value; "
        "the name may be that of a context.")
static ly_value get(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]) || ly_string_of(call->args[0])->bytes == 0)
        return ly_message_call(cx, call, "fstr", 1, call->args[0]);
    ly_value compiled;
    if (ly_module_get_file(cx, ly_string_of(call->args[0])->data, &compiled)) return compiled;
    char *path = ly_find_file(cx, ly_string_of(call->args[0])->data);
    if (!path) {
        ly_message_call(cx, call, "noopen", 1, call->args[0]);
        return LY_SYM($Failed);
    }
    ly_value value = ly_get_file(cx, path);
    ly_free(path);
    return value;
}

static int list_has(ly_context *cx, ly_value variable, ly_value item)
{
    ly_value list = ly_evaluate(cx, variable);
    if (ly_failed(list)) return -1;
    bool has = false;
    for (size_t i = 0; ly_has_head(list, LY_SYM(List)) && !has && i < ly_expr_of(list)->count; i++)
        has = ly_same(ly_expr_of(list)->args[i], item);
    ly_release(cx, list);
    return has;
}

BUILTIN(Needs, needs, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "Needs[\"context`\"] loads a package unless it is loaded; Needs[\"context`\", \"file\"] from a file.")
static ly_value needs(ly_context *cx, ly_expr *call)
{
    ly_value context = call->args[0];
    const ly_string *name = ly_is_string(context) ? ly_string_of(context) : NULL;
    if (!name || name->bytes < 2 || name->data[name->bytes - 1] != '`')
        return ly_message_call(cx, call, "cxt", 1, context);
    int loaded = list_has(cx, LY_SYM($Packages), context);
    if (loaded < 0) return LY_FAILED;
    if (!loaded) {
        ly_value r = ly_call1(cx, LY_SYM(Get), ly_retain(call->args[call->count - 1]));
        if (ly_failed(r)) return LY_FAILED;
        bool failed = r == LY_SYM($Failed);
        ly_release(cx, r);
        if (!failed && (loaded = list_has(cx, LY_SYM($Packages), context)) < 0) return LY_FAILED;
        if (!loaded) {
            ly_message_call(cx, call, "nocont", 1, context);
            return LY_SYM($Failed);
        }
    }
    int on_path = list_has(cx, LY_SYM($ContextPath), context);
    if (on_path < 0) return LY_FAILED;
    if (!on_path) {
        ly_value path = ly_call2(cx, LY_SYM(Prepend), ly_evaluate(cx, LY_SYM($ContextPath)), ly_retain(context));
        if (ly_failed(path)) return LY_FAILED;
        ly_set_own_value_take(cx, LY_SYM($ContextPath), path, false);
    }
    return LY_SYM(Null);
}
MESSAGE(Needs, cxt, "Invalid context specified at position 1 in Needs[`1`]. A context must consist of valid symbol names separated by and ending with `.")
MESSAGE(Needs, nocont, "Context `1` was not created when Needs was evaluated.")
