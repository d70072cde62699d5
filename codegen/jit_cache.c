/* jit_cache.c: shared objects kept for the next run, in $XDG_CACHE_HOME/lyra or ~/.cache/lyra.

   A file is named after its key: the digest of everything that its content depends on. It begins with a
   record that holds the key, the length and the digest of what follows, and is believed only if all are
   right, if it is ours, and if nobody else may read or write it or the folder. A file appears whole, by
   being renamed, so that any number of runs may read, write and remove at once. What does not work (no
   home, no room, no right) is no error: there is no cache then.

   Files beyond LARGEST_TOTAL go, those that were not used for longest first. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "codegen/jit.h"
#include "codegen/place.h"

enum { LARGEST_OBJECT = 32 << 20, OLD_SECONDS = 3600, FILES_LOOKED_AT = 4096 };
static const uint64_t LARGEST_TOTAL = 64 << 20;

typedef struct record {
    char magic[16];
    char key[64];
    uint64_t count;
    uint8_t digest[DIGEST_BYTES];
} record;
static const char magic[16] = "Lyra object 1\n";

/* ---- the folder */

/* Ours, and nobody else's. Opened, or -1. */
static int open_own(const char *path)
{
    struct stat at;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) return -1;
    if (fstat(folder, &at) == 0 && at.st_uid == geteuid() && (at.st_mode & 077) == 0) return folder;
    jit_log("cache: not used: %s must be the user's alone", path);
    close(folder);
    return -1;
}

static int open_folder(bool make)
{
    char path[PATH_MAX];
    const char *base = getenv("XDG_CACHE_HOME"), *inside = "";
    if (getauxval(AT_SECURE)) return -1;
    if (!base || base[0] != '/') {
        base = getenv("HOME");
        inside = "/.cache";
    }
    if (!base || base[0] != '/' || (size_t)snprintf(path, sizeof path, "%s%s/lyra", base, inside) >= sizeof path)
        return -1;
    int folder = open_own(path);
    if (folder >= 0 || errno != ENOENT || !make) return folder;
    char *last = strrchr(path, '/');
    *last = 0;
    mkdir(path, 0700);
    *last = '/';
    mkdir(path, 0700);
    return open_own(path);
}

/* ---- finding */

static bool read_whole(int fd, void *to, size_t count)
{
    for (char *at = to; count > 0;) {
        ssize_t got = read(fd, at, count);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        count -= (size_t)got;
    }
    return true;
}

static void digest_of(const void *bytes, size_t count, uint8_t result[DIGEST_BYTES])
{
    digest d;
    digest_start(&d);
    digest_add(&d, bytes, count);
    digest_end(&d, result);
}

/* The content of the file behind its record, once it is known to be right; NULL: *why says why not. */
static char *believed(int fd, const char *key, size_t *count, const char **why)
{
    struct stat at;
    record r;
    uint8_t digest[DIGEST_BYTES];
    *why = "it is not the user's alone";
    if (fstat(fd, &at) != 0 || !S_ISREG(at.st_mode) || at.st_uid != geteuid() || at.st_mode & 077) return NULL;
    *why = "it was changed";
    if (!read_whole(fd, &r, sizeof r) || memcmp(r.magic, magic, sizeof magic) != 0 ||
        memcmp(r.key, key, sizeof r.key) != 0 || r.count > LARGEST_OBJECT ||
        (uint64_t)at.st_size != sizeof r + r.count)
        return NULL;
    char *bytes = ly_malloc(r.count);
    if (!bytes) return NULL;
    *count = r.count;
    if (read_whole(fd, bytes, r.count)) {
        digest_of(bytes, r.count, digest);
        if (memcmp(digest, r.digest, sizeof digest) == 0) return bytes;
    }
    ly_free(bytes);
    return NULL;
}

int jit_cache_find(const char *key)
{
    size_t count = 0;
    const char *why;
    int folder = open_folder(false), object = -1;
    if (folder < 0) return -1;
    int fd = openat(folder, key, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    char *bytes = fd < 0 ? NULL : believed(fd, key, &count, &why);
    if (bytes) {
        object = memfd_create("program.so", MFD_CLOEXEC);
        if (object >= 0 && !write_bytes(object, bytes, count)) {
            close(object);
            object = -1;
        }
        futimens(fd, NULL); /* it was used */
    } else if (fd >= 0) {
        jit_log("cache: %.16s rejected: %s", key, why);
        unlinkat(folder, key, 0);
    }
    ly_free(bytes);
    if (fd >= 0) close(fd);
    close(folder);
    return object;
}

/* ---- keeping */

typedef struct kept {
    char name[65];
    time_t used;
    uint64_t size;
} kept;

static int by_use(const void *a, const void *b)
{
    const kept *x = a, *y = b;
    return x->used < y->used ? -1 : x->used > y->used;
}

/* Removes what nobody finished, and, where there is too much, what was not used for longest. */
static void make_room(int folder)
{
    const char *most = getenv("LYRA_CACHE_BYTES");
    uint64_t total = 0, limit = most && *most ? strtoull(most, NULL, 10) : LARGEST_TOTAL;
    size_t count = 0;
    kept *files = ly_malloc(FILES_LOOKED_AT * sizeof *files);
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = again < 0 ? NULL : fdopendir(again);
    time_t now = time(NULL);
    if (again >= 0 && !directory) close(again);
    for (struct dirent *e; files && directory && (e = readdir(directory)) && count < FILES_LOOKED_AT;) {
        struct stat at;
        size_t length = strlen(e->d_name);
        bool unfinished = strncmp(e->d_name, "new-", 4) == 0;
        if ((length != 64 && !unfinished) || fstatat(folder, e->d_name, &at, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (unfinished) {
            if (at.st_mtime + OLD_SECONDS < now) unlinkat(folder, e->d_name, 0);
            continue;
        }
        memcpy(files[count].name, e->d_name, 65);
        files[count].used = at.st_mtime;
        files[count++].size = (uint64_t)at.st_size;
        total += (uint64_t)at.st_size;
    }
    if (directory) closedir(directory);
    if (total > limit) {
        qsort(files, count, sizeof *files, by_use);
        for (size_t i = 0; i < count && total > limit / 4 * 3; i++) {
            if (unlinkat(folder, files[i].name, 0) != 0) continue;
            total -= files[i].size;
            jit_log("cache: %.16s removed, to make room", files[i].name);
        }
    }
    ly_free(files);
}

void jit_cache_keep(const char *key, int object)
{
    struct stat at;
    record r = {.count = 0};
    char name[64];
    if (fstat(object, &at) != 0 || at.st_size > LARGEST_OBJECT) return;
    int folder = open_folder(true);
    char *bytes = folder < 0 ? NULL : ly_malloc((size_t)at.st_size);
    snprintf(name, sizeof name, "new-%d-%.16s", (int)getpid(), key);
    int fd = bytes ? openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;
    if (fd >= 0 && lseek(object, 0, SEEK_SET) == 0 && read_whole(object, bytes, (size_t)at.st_size)) {
        memcpy(r.magic, magic, sizeof magic);
        memcpy(r.key, key, sizeof r.key);
        r.count = (uint64_t)at.st_size;
        digest_of(bytes, r.count, r.digest);
        bool whole = write_bytes(fd, (const char *)&r, sizeof r) && write_bytes(fd, bytes, r.count);
        if (close(fd) != 0) whole = false;
        fd = -1;
        if (whole && renameat(folder, name, folder, key) == 0) {
            jit_log("cache: %.16s kept", key);
            make_room(folder);
        } else {
            jit_log("cache: not kept: %s", strerror(errno));
            unlinkat(folder, name, 0);
        }
    } else {
        jit_log("cache: not kept: %s", folder < 0 ? "there is no folder for it" : strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
        unlinkat(folder, name, 0);
    }
    ly_free(bytes);
    if (folder >= 0) close(folder);
}
