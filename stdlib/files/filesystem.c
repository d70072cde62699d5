/* filesystem.c: files and folders on the disk: tests, listing, copying, removing; the working
 * folder. */
#include "stdlib/files/files.h"
#include "stdlib/strings/strings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

MESSAGE(General, fdnfnd, "Directory or file `1` not found.")
MESSAGE(General, nffil, "File `1` not found.")
MESSAGE(General, filex, "Cannot overwrite existing file `1`.")
MESSAGE(CreateDirectory, eexist, "`1` already exists.")
MESSAGE(CreateDirectory, nffil, "Cannot create `1`: `2`.")
MESSAGE(DeleteDirectory, dirne, "Directory `1` not empty.")
MESSAGE(DeleteDirectory, nodir, "Directory `1` not found.")
MESSAGE(SetDirectory, cdir, "Cannot set current directory to `1`.")
MESSAGE(ResetDirectory, dtop, "Directory stack is empty.")
MESSAGE(SetDirectory, task, "The working folder is that of the whole program: a task cannot change it.")
MESSAGE(ResetDirectory, task, "The working folder is that of the whole program: a task cannot change it.")
MESSAGE(General, ioerr, "Cannot do `1`: `2`.")

static ly_value bad_name(ly_context *cx, ly_expr *call)
{
    return ly_message_call(cx, call, "fstr", 1, call->args[0]);
}

/* $Failed, with a message that names the file and what the system said. */
static ly_value failed(ly_context *cx, ly_expr *call, ly_value file)
{
    int error = errno;
    if (error == ENOENT) {
        ly_message_call(cx, call, "fdnfnd", 1, file);
    } else if (error == EEXIST) {
        ly_message_call(cx, call, "filex", 1, file);
    } else {
        ly_value why = ly_string_from(cx, strerror(error));
        ly_message_call(cx, call, "ioerr", 2, ly_from_object(call), why);
        ly_release(cx, why);
    }
    return LY_SYM($Failed);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static bool status_of(ly_value v, struct stat *status)
{
    char *path = file_path(v);
    bool ok = path && stat(path, status) == 0;
    ly_free(path);
    return ok;
}

BUILTIN(FileExistsQ, file_exists_q, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "FileExistsQ[\"name\"] tests whether a file or folder of this name exists.")
static ly_value file_exists_q(ly_context *cx, ly_expr *call)
{
    struct stat status;
    return ly_bool(status_of(call->args[0], &status));
}
BUILTIN(DirectoryQ, file_directory_q, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "DirectoryQ[\"name\"] tests whether a folder of this name exists.")
static ly_value file_directory_q(ly_context *cx, ly_expr *call)
{
    struct stat status;
    return ly_bool(status_of(call->args[0], &status) && S_ISDIR(status.st_mode));
}
BUILTIN(FileType, file_type, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "FileType[\"name\"] gives File, Directory, Special or None.")
static ly_value file_type(ly_context *cx, ly_expr *call)
{
    struct stat status;
    if (!ly_is_string(call->args[0])) return bad_name(cx, call);
    if (!status_of(call->args[0], &status)) return LY_SYM(None);
    return S_ISDIR(status.st_mode)   ? LY_SYM(Directory)
           : S_ISREG(status.st_mode) ? LY_SYM(File)
                                     : LY_SYM(Special);
}
BUILTIN(FileByteCount, file_byte_count, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "FileByteCount[\"file\"] gives the number of bytes in a file.")
static ly_value file_byte_count(ly_context *cx, ly_expr *call)
{
    struct stat status;
    if (!ly_is_string(call->args[0])) return bad_name(cx, call);
    if (status_of(call->args[0], &status)) return ly_integer_from_u64(cx, (uint64_t)status.st_size);
    return failed(cx, call, call->args[0]);
}

/* ---- the working folder ---------------------------------------------------------------------- */

static ly_value working(ly_context *cx)
{
    char path[PATH_MAX];
    return getcwd(path, sizeof path) ? ly_string_from(cx, path) : LY_SYM($Failed);
}

BUILTIN(Directory, file_directory, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Directory[] gives the current working folder.")
static ly_value file_directory(ly_context *cx, ly_expr *call) { return working(cx); }

/* The stack of SetDirectory stands in the value of a symbol of its own, with the rest of the state.
 */
static ly_value directory_stack_symbol(void)
{
    return ly_intern("System`Private`", "$DirectoryStack");
}

static ly_value directory_stack(ly_context *cx)
{
    ly_definition *d = ly_definition_of(cx, directory_stack_symbol());
    if (d && !ly_failed(d->value) && ly_has_head(d->value, LY_SYM(List)))
        return ly_retain(d->value);
    return ly_make0(cx, LY_SYM(List));
}

BUILTIN(DirectoryStack, file_directory_stack, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "DirectoryStack[] gives the working folders that SetDirectory left.")
static ly_value file_directory_stack(ly_context *cx, ly_expr *call) { return directory_stack(cx); }

/* There is one working folder for the process, and what a task changes is its own. */
static ly_value not_in_task(ly_context *cx, ly_expr *call)
{
    ly_message_call(cx, call, "task", 0);
    return LY_SYM($Failed);
}

BUILTIN(SetDirectory, file_set_directory, 0, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "SetDirectory[\"dir\"] makes dir the working folder; ResetDirectory[] goes back.")
static ly_value file_set_directory(ly_context *cx, ly_expr *call)
{
    if (*cx->task_path) return not_in_task(cx, call);
    ly_value home = call->count ? LY_FAILED : ly_string_from(cx, "~");
    char *path = file_path(call->count ? call->args[0] : home);
    ly_release(cx, home);
    if (!path) return bad_name(cx, call);
    ly_value before = working(cx);
    bool ok = chdir(path) == 0;
    ly_free(path);
    if (!ok) {
        ly_release(cx, before);
        ly_message_call(cx, call, "cdir", 1, call->count ? call->args[0] : LY_SYM(Null));
        return LY_SYM($Failed);
    }
    ly_value stack = ly_expr_append_take(cx, directory_stack(cx), before);
    if (ly_failed(stack)) return stack;
    ly_set_own_value_take(cx, directory_stack_symbol(), stack, false);
    return working(cx);
}

BUILTIN(ResetDirectory, file_reset_directory, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "ResetDirectory[] makes the folder before the last SetDirectory the working folder.")
static ly_value file_reset_directory(ly_context *cx, ly_expr *call)
{
    if (*cx->task_path) return not_in_task(cx, call);
    ly_value stack = directory_stack(cx);
    uint32_t count = ly_expr_of(stack)->count;
    if (count == 0) {
        ly_release(cx, stack);
        ly_message_call(cx, call, "dtop", 0);
        return working(cx);
    }
    ly_value last = ly_expr_of(stack)->args[count - 1];
    if (ly_is_string(last) && chdir(ly_string_of(last)->data) != 0)
        ly_message(cx, LY_SYM(SetDirectory), "cdir", 1, last);
    ly_value shorter = ly_make(cx, LY_SYM(List), 0, NULL);
    for (uint32_t i = 0; i + 1 < count && !ly_failed(shorter); i++)
        shorter = ly_expr_append_take(cx, shorter, ly_retain(ly_expr_of(stack)->args[i]));
    ly_release(cx, stack);
    if (ly_failed(shorter)) return shorter;
    ly_set_own_value_take(cx, directory_stack_symbol(), shorter, false);
    return working(cx);
}

/* ---- listing --------------------------------------------------------------------------------- */

typedef struct listing {
    ly_expr *call;
    string_pattern *pattern; /* NULL: all */
    ly_builder names;
    bool failed;
} listing;

static void list_folder(ly_context *cx, listing *l, const char *folder, const char *prefix,
                        int64_t depth)
{
    DIR *dir = opendir(folder);
    if (!dir) return;
    struct dirent *entry;
    while (!l->failed && (entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char *name = NULL, *whole = NULL;
        ly_value base = ly_string_from(cx, entry->d_name);
        int wanted = l->pattern ? string_test(cx, l->pattern, base) : 1;
        ly_release(cx, base);
        if (ly_asprintf(&name, "%s%s", prefix, entry->d_name) < 0) name = NULL;
        if (wanted < 0 || !name || ly_poll(cx)) l->failed = true;
        if (wanted > 0 && !l->failed && !ly_builder_add(cx, &l->names, ly_string_from(cx, name)))
            l->failed = true;
        struct stat status;
        if (depth > 1 && !l->failed && ly_asprintf(&whole, "%s/%s", folder, entry->d_name) > 0) {
            char *inner = NULL;
            if (lstat(whole, &status) == 0 && S_ISDIR(status.st_mode)
                && ly_asprintf(&inner, "%s/", name) > 0)
                list_folder(cx, l, whole, inner, depth - 1);
            ly_free(inner);
            ly_free(whole);
        }
        ly_free(name);
    }
    closedir(dir);
}

BUILTIN(FileNames, file_names, 0, 4, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
    "FileNames[] lists the files in the working folder; FileNames[form] those whose names match a "
    "string pattern; FileNames[form, {dir, …}, n] in these folders, n levels deep.")
static ly_value file_names(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 0);
    listing l = {.call = call, .names = ly_builder_new()};
    int64_t depth = 1;
    if (options > 2) {
        if (ly_is_int(call->args[2]) && ly_int_of(call->args[2]) > 0)
            depth = ly_int_of(call->args[2]);
        else if (call->args[2] == LY_SYM(Infinity)
                 || ly_has_head(call->args[2], LY_SYM(DirectedInfinity)))
            depth = 256;
        else
            return LY_UNEVALUATED;
    }
    if (options > 0 && call->args[0] != LY_SYM(All)) {
        l.pattern = string_pattern_of(cx, call, call->args[0], STRING_WHOLE | STRING_ABBREVIATED);
        if (!l.pattern) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    }
    ly_value folders = options > 1 ? ly_retain(call->args[1]) : LY_FAILED;
    if (ly_failed(folders)) {
        list_folder(cx, &l, ".", "", depth);
    } else {
        if (!ly_has_head(folders, LY_SYM(List))) folders = ly_make1(cx, LY_SYM(List), folders);
        for (size_t i = 0; !l.failed && i < ly_expr_of(folders)->count; i++) {
            char *path = file_path(ly_expr_of(folders)->args[i]), *prefix = NULL;
            if (path
                && ly_asprintf(&prefix, "%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/") > 0)
                list_folder(cx, &l, path, prefix, depth);
            ly_free(prefix);
            ly_free(path);
        }
        ly_release(cx, folders);
    }
    string_pattern_release(cx, l.pattern);
    if (l.failed) {
        ly_builder_drop(cx, &l.names);
        return LY_FAILED;
    }
    return ly_call1(cx, LY_SYM(Sort), ly_builder_finish(cx, &l.names, LY_SYM(List)));
}

/* ---- creating, removing, copying ------------------------------------------------------------- */

static int make_folders(char *path, bool all)
{
    if (mkdir(path, 0777) == 0) return 0;
    if (errno != ENOENT || !all) return -1;
    char *slash = strrchr(path, '/');
    if (!slash || slash == path) return -1;
    *slash = 0;
    int status = make_folders(path, true);
    *slash = '/';
    return status == 0 || errno == EEXIST ? mkdir(path, 0777) : -1;
}

BUILTIN(CreateDirectory, file_create_directory, 0, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "CreateDirectory[\"dir\"] creates a folder, and those it is in; CreateDirectory[] a "
        "temporary one.")
static ly_value file_create_directory(ly_context *cx, ly_expr *call)
{
    char *path;
    if (ly_option_start(call, 0) == 0) {
        if (ly_asprintf(&path, "%s/lyra-XXXXXX", file_temporary_directory()) < 0)
            return ly_raise_memory(cx);
        ly_value name = mkdtemp(path) ? ly_string_from(cx, path) : LY_SYM($Failed);
        ly_free(path);
        return name;
    }
    path = file_path(call->args[0]);
    if (!path) return bad_name(cx, call);
    size_t count = strlen(path);
    while (count > 1 && path[count - 1] == '/') path[--count] = 0;
    int status = make_folders(path, true);
    int error = errno;
    ly_value name;
    struct stat existing;
    if (status == 0) {
        char *absolute = ly_realpath(path);
        name = ly_string_from(cx, absolute ? absolute : path);
        ly_free(absolute);
    } else if (error == EEXIST && stat(path, &existing) == 0 && S_ISDIR(existing.st_mode)) {
        ly_message_call(cx, call, "eexist", 1, call->args[0]);
        char *absolute = ly_realpath(path);
        name = ly_string_from(cx, absolute ? absolute : path);
        ly_free(absolute);
    } else {
        errno = error;
        name = failed(cx, call, call->args[0]);
    }
    ly_free(path);
    return name;
}

/* Removes a tree; on failure errno says why. */
static bool remove_tree(const char *path, int depth)
{
    DIR *dir = depth < 512 ? opendir(path) : NULL;
    if (!dir) return false;
    bool ok = true;
    struct dirent *entry;
    while (ok && (entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char *name = NULL;
        struct stat status;
        if (ly_asprintf(&name, "%s/%s", path, entry->d_name) < 0) {
            ok = false;
            break;
        }
        if (lstat(name, &status) == 0 && S_ISDIR(status.st_mode))
            ok = remove_tree(name, depth + 1);
        else
            ok = unlink(name) == 0;
        ly_free(name);
    }
    closedir(dir);
    return ok && rmdir(path) == 0;
}

BUILTIN(DeleteDirectory, file_delete_directory, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "DeleteDirectory[\"dir\"] removes an empty folder; with DeleteContents -> True all that it "
        "holds.")
static ly_value file_delete_directory(ly_context *cx, ly_expr *call)
{
    char *path = file_path(call->args[0]);
    if (!path) return bad_name(cx, call);
    ly_value contents = ly_option(cx, call, 1, "DeleteContents", LY_SYM(False));
    ly_release(cx, contents);
    struct stat status;
    bool folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    bool ok = folder && (contents == LY_SYM(True) ? remove_tree(path, 0) : rmdir(path) == 0);
    int error = errno;
    ly_free(path);
    if (ok) return LY_SYM(Null);
    if (!folder) {
        ly_message_call(cx, call, "nodir", 1, call->args[0]);
    } else if (error == ENOTEMPTY || error == EEXIST) {
        ly_message_call(cx, call, "dirne", 1, call->args[0]);
    } else {
        errno = error;
        failed(cx, call, call->args[0]);
    }
    return LY_SYM($Failed);
}

static bool delete_one(ly_context *cx, ly_expr *call, ly_value v)
{
    char *path = file_path(v);
    bool ok = path && unlink(path) == 0;
    if (!path) errno = ENOENT;
    ly_free(path);
    if (!ok) failed(cx, call, v);
    return ok;
}
BUILTIN(DeleteFile, file_delete, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "DeleteFile[\"file\"] deletes a file; DeleteFile[{f1, f2, …}] several.")
static ly_value file_delete(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_has_head(v, LY_SYM(List))) {
        if (!ly_is_string(v) && !ly_has_head(v, LY_SYM(File))) return bad_name(cx, call);
        return delete_one(cx, call, v) ? LY_SYM(Null) : LY_SYM($Failed);
    }
    bool ok = true;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++)
        ok &= delete_one(cx, call, ly_expr_of(v)->args[i]);
    return ok ? LY_SYM(Null) : LY_SYM($Failed);
}

static bool copy_contents(int from, int to)
{
    char buffer[65536];
    for (;;) {
        ssize_t count = read(from, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count == 0;
        for (ssize_t done = 0; done < count;) {
            ssize_t written = write(to, buffer + done, (size_t)(count - done));
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return false;
            done += written;
        }
    }
}

static bool copy_file(const char *from, const char *to, bool overwrite)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0) return false;
    struct stat status;
    bool ok = fstat(in, &status) == 0;
    if (ok && S_ISDIR(status.st_mode)) errno = EISDIR, ok = false;
    struct stat target;
    if (ok && stat(to, &target) == 0 && target.st_ino == status.st_ino && target.st_dev == status.st_dev) {
        close(in); /* onto itself: emptying the target would lose it */
        return overwrite || (errno = EEXIST, false);
    }
    int out = ok ? open(to, O_WRONLY | O_CREAT | O_CLOEXEC | (overwrite ? O_TRUNC : O_EXCL),
                        status.st_mode & 0777)
                 : -1;
    ok = out >= 0 && copy_contents(in, out);
    int error = errno;
    if (out >= 0 && close(out) != 0) ok = false;
    close(in);
    if (out >= 0 && !ok) file_remove_part(to);
    if (!ok) errno = error;
    return ok;
}

static bool move_file(const char *from, const char *to, bool overwrite)
{
    struct stat status;
    if (!overwrite && lstat(to, &status) == 0) return errno = EEXIST, false;
    if (rename(from, to) == 0) return true;
    return errno == EXDEV && copy_file(from, to, overwrite) && unlink(from) == 0;
}

static ly_value two_files(ly_context *cx, ly_expr *call,
                          bool (*act)(const char *, const char *, bool))
{
    char *from = file_path(call->args[0]), *to = file_path(call->args[1]);
    if (!from || !to) {
        ly_message_call(cx, call, "fstr", 1, from ? call->args[1] : call->args[0]);
        ly_free(from);
        ly_free(to);
        return LY_UNEVALUATED;
    }
    ly_value overwrite = ly_option(cx, call, 2, "OverwriteTarget", LY_SYM(False));
    ly_release(cx, overwrite);
    struct stat status;
    char *inside = NULL;
    if (stat(to, &status) == 0
        && S_ISDIR(status.st_mode)) { /* into the folder, under the same name */
        const char *slash = strrchr(from, '/');
        if (ly_asprintf(&inside, "%s/%s", to, slash ? slash + 1 : from) > 0) {
            ly_free(to);
            to = inside;
        }
    }
    bool ok = act(from, to, overwrite == LY_SYM(True));
    ly_value result;
    if (ok) {
        char *absolute = ly_realpath(to);
        result = ly_string_from(cx, absolute ? absolute : to);
        ly_free(absolute);
    } else {
        result = failed(cx, call, errno == EEXIST ? call->args[1] : call->args[0]);
    }
    ly_free(from);
    ly_free(to);
    return result;
}
BUILTIN(CopyFile, file_copy, 2, 3, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
    "CopyFile[\"from\", \"to\"] copies a file; OverwriteTarget -> True allows an existing target.")
static ly_value file_copy(ly_context *cx, ly_expr *call) { return two_files(cx, call, copy_file); }
BUILTIN(RenameFile, file_rename, 2, 3, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "RenameFile[\"from\", \"to\"] renames or moves a file.")
static ly_value file_rename(ly_context *cx, ly_expr *call)
{
    return two_files(cx, call, move_file);
}

BUILTIN(RenameDirectory, file_rename_directory, 2, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "RenameDirectory[\"from\", \"to\"] renames a folder.")
static ly_value file_rename_directory(ly_context *cx, ly_expr *call)
{
    char *from = file_path(call->args[0]), *to = file_path(call->args[1]);
    ly_value result = LY_UNEVALUATED;
    if (from && to) {
        struct stat status;
        if (lstat(to, &status) == 0)
            errno = EEXIST, result = failed(cx, call, call->args[1]);
        else if (rename(from, to) != 0)
            result = failed(cx, call, call->args[0]);
        else
            result = ly_retain(call->args[1]);
    }
    ly_free(from);
    ly_free(to);
    return result;
}

BUILTIN(CreateFile, file_create, 0, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "CreateFile[\"file\"] creates an empty file; CreateFile[] a temporary one.")
static ly_value file_create(ly_context *cx, ly_expr *call)
{
    char *path;
    int fd;
    if (call->count == 0) {
        if (ly_asprintf(&path, "%s/lyra-XXXXXX", file_temporary_directory()) < 0)
            return ly_raise_memory(cx);
        fd = mkstemp(path);
    } else {
        path = file_path(call->args[0]);
        if (!path) return bad_name(cx, call);
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    ly_value result;
    if (fd >= 0) {
        close(fd);
        char *absolute = ly_realpath(path);
        result = ly_string_from(cx, absolute ? absolute : path);
        ly_free(absolute);
    } else {
        result = call->count ? failed(cx, call, call->args[0]) : LY_SYM($Failed);
    }
    ly_free(path);
    return result;
}
