/* place.c: a file that appears whole or not at all.

   It is written without a name in the folder where it will stand, and gets its name when it is
   complete, so that neither a full disk nor a killed process leaves a part of it. Where the file
   system has no files without names, under a name of its own beside it. What is no regular file (a
   device, a pipe) is written to as it is. */
#include "codegen/place.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool write_bytes(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

static bool copy(int from, int to)
{
    char bytes[1 << 16];
    off_t at = 0;
    ssize_t got;
    while ((got = pread(from, bytes, sizeof bytes, at)) != 0) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 || !write_bytes(to, bytes, (size_t)got)) return false;
        at += got;
    }
    return true;
}

/* A new file beside path; named: its name, or "" where it has none yet. -1: errno says why not. */
static int open_beside(const char *path, mode_t mode, char named[PATH_MAX])
{
    char folder[PATH_MAX];
    if ((size_t)snprintf(folder, sizeof folder, "%s", path) >= sizeof folder ||
        (size_t)snprintf(named, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = open(dirname(folder), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    if (fd >= 0) {
        named[0] = 0;
        return fd;
    }
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL) return -1;
    mode_t mask = umask(0);
    umask(mask);
    fd = mkostemp(named, O_CLOEXEC);
    if (fd >= 0 && fchmod(fd, mode & ~mask) != 0) {
        int why = errno;
        unlink(named);
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

/* Gives a file without a name one beside path. */
static bool give_name(int fd, const char *path, char named[PATH_MAX])
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    for (int i = 0; i < 100; i++) {
        if ((size_t)snprintf(named, PATH_MAX, "%s.%d-%d", path, (int)getpid(), i) >= PATH_MAX) break;
        if (linkat(AT_FDCWD, link, AT_FDCWD, named, AT_SYMLINK_FOLLOW) == 0) return true;
        if (errno != EEXIST) break;
    }
    named[0] = 0;
    return false;
}

static bool place_regular(int from, const char *path, mode_t mode)
{
    char named[PATH_MAX];
    int fd = open_beside(path, mode, named);
    if (fd < 0) return false;
    bool whole = copy(from, fd) && (named[0] || give_name(fd, path, named)) && rename(named, path) == 0;
    int why = errno;
    if (!whole && named[0]) unlink(named);
    if (close(fd) != 0 && whole) return false;
    errno = why;
    return whole;
}

bool place_file(int from, const char *path, mode_t mode)
{
    struct stat at;
    char target[PATH_MAX];
    bool there = stat(path, &at) == 0, whole = false;
    if (there && S_ISDIR(at.st_mode)) errno = EISDIR;
    else if (there && !S_ISREG(at.st_mode)) {
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        whole = fd >= 0 && copy(from, fd);
        int why = errno;
        if (fd >= 0 && close(fd) != 0) whole = false;
        else errno = why;
    } else whole = place_regular(from, there && realpath(path, target) ? target : path, mode);
    if (!whole) fprintf(stderr, "lyra: cannot write %s: %s\n", path, strerror(errno));
    return whole;
}
