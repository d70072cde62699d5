/* cpus.c: how many threads may run at once.

   The CPUs that the process may use (affinity), and the smallest CPU quota of its control groups and
   all groups above them, in version 1 (cpu.cfs_quota_us) and 2 (cpu.max) of the interface. Where the
   groups are mounted is read from mountinfo, so a container sees those of its own hierarchy. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/memory.h"
#include "sched/scheduler.h"

enum { PATH_BYTES = 4096 };

typedef struct hierarchy {
    bool found;
    char path[PATH_BYTES];  /* of the process's group in the hierarchy */
    char root[PATH_BYTES];  /* that the mount shows at its mount point */
    char mount[PATH_BYTES];
} hierarchy;

/* item stands in the comma-separated list. */
static bool in_list(const char *list, const char *item)
{
    size_t n = strlen(item);
    while (list) {
        if (strncmp(list, item, n) == 0 && (list[n] == ',' || list[n] == 0 || list[n] == '\n'))
            return true;
        list = strchr(list, ',');
        if (list) list++;
    }
    return false;
}

static FILE *open_below(const char *root, const char *path)
{
    char name[PATH_BYTES * 2];
    if ((size_t)snprintf(name, sizeof name, "%s%s", root, path) >= sizeof name) return NULL;
    return fopen(name, "re");
}

/* Lines of /proc/self/cgroup are "number:controllers:path"; version 2 has no controllers. */
static void find_paths(const char *root, hierarchy *v1, hierarchy *v2)
{
    FILE *f = open_below(root, "/proc/self/cgroup");
    char *line = NULL;
    size_t room = 0;
    if (!f) return;
    while (getline(&line, &room, f) > 0) {
        char *controllers = strchr(line, ':'), *path;
        hierarchy *h;
        if (!controllers || !(path = strchr(controllers + 1, ':'))) continue;
        *path++ = 0;
        controllers++;
        path[strcspn(path, "\n")] = 0;
        if (*controllers == 0) h = v2;
        else if (in_list(controllers, "cpu")) h = v1;
        else continue;
        if (strlen(path) >= PATH_BYTES) continue;
        strcpy(h->path, path);
        h->found = true;
    }
    ly_free(line);
    fclose(f);
}

/* Spaces and the like are written \040 in mountinfo. */
static void unescape(char *s)
{
    char *to = s;
    for (; *s; s++) {
        if (*s == '\\' && s[1] && s[2] && s[3]) {
            *to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
            s += 3;
        } else {
            *to++ = *s;
        }
    }
    *to = 0;
}

/* "id parent device root mountpoint options … - type source superoptions" */
static void find_mounts(const char *root, hierarchy *v1, hierarchy *v2)
{
    FILE *f = open_below(root, "/proc/self/mountinfo");
    char *line = NULL;
    size_t room = 0;
    if (!f) return;
    while (getline(&line, &room, f) > 0) {
        char *fields[5], *tail = strstr(line, " - "), *save = NULL, *type, *options = NULL;
        hierarchy *h = NULL;
        int n = 0;
        if (!tail) continue;
        *tail = 0;
        for (char *p = strtok_r(line, " ", &save); p && n < 5; p = strtok_r(NULL, " ", &save))
            fields[n++] = p;
        if (n < 5) continue;
        type = strtok_r(tail + 3, " \n", &save);
        if (type && strtok_r(NULL, " \n", &save)) options = strtok_r(NULL, " \n", &save);
        if (type && strcmp(type, "cgroup2") == 0) h = v2;
        else if (type && strcmp(type, "cgroup") == 0 && options && in_list(options, "cpu")) h = v1;
        if (!h || !h->found || h->mount[0]) continue;
        unescape(fields[3]);
        unescape(fields[4]);
        if (strlen(fields[3]) >= PATH_BYTES || strlen(fields[4]) >= PATH_BYTES) continue;
        strcpy(h->root, fields[3]);
        strcpy(h->mount, fields[4]);
    }
    ly_free(line);
    fclose(f);
}

/* CPUs that a group grants, rounded up; UINT32_MAX: no quota. */
static uint32_t quota_in(const char *root, const char *folder, bool version_2)
{
    char name[PATH_BYTES * 2 + 32];
    long long quota = -1, period = 0;
    FILE *f;
    snprintf(name, sizeof name, "%s/%s", folder, version_2 ? "cpu.max" : "cpu.cfs_quota_us");
    f = open_below(root, name);
    if (!f) return UINT32_MAX;
    if (version_2) {
        if (fscanf(f, "%lld %lld", &quota, &period) != 2) quota = -1; /* "max" */
        fclose(f);
    } else {
        if (fscanf(f, "%lld", &quota) != 1) quota = -1;
        fclose(f);
        snprintf(name, sizeof name, "%s/cpu.cfs_period_us", folder);
        f = open_below(root, name);
        if (!f) return UINT32_MAX;
        if (fscanf(f, "%lld", &period) != 1) period = 0;
        fclose(f);
    }
    if (quota <= 0 || period <= 0) return UINT32_MAX;
    quota = (quota + period - 1) / period;
    return quota > 1000000 ? UINT32_MAX : (uint32_t)quota;
}

/* The smallest quota from the process's group up to what is mounted. */
static uint32_t smallest(const char *root, const hierarchy *h, bool version_2)
{
    char folder[PATH_BYTES * 2];
    const char *path = h->path;
    size_t mount = strlen(h->mount), above = strlen(h->root);
    uint32_t least = UINT32_MAX;
    if (!h->found || !h->mount[0]) return least;
    /* the mount shows the hierarchy from h->root on; a path outside of it is not visible here */
    if (strcmp(h->root, "/") != 0 && strncmp(path, h->root, above) == 0 &&
        (path[above] == '/' || path[above] == 0))
        path += above;
    if (strncmp(path, "/..", 3) == 0) path = "";
    snprintf(folder, sizeof folder, "%s%s", h->mount, path);
    for (;;) {
        size_t n = strlen(folder);
        uint32_t quota;
        while (n > mount && folder[n - 1] == '/') folder[--n] = 0;
        quota = quota_in(root, folder, version_2);
        if (quota < least) least = quota;
        if (n <= mount) return least;
        *strrchr(folder, '/') = 0;
    }
}

uint32_t ly_cpus_quota(const char *root)
{
    hierarchy *v = ly_calloc(2, sizeof *v);
    uint32_t least = UINT32_MAX, second;
    if (!v) return least;
    find_paths(root, &v[0], &v[1]);
    find_mounts(root, &v[0], &v[1]);
    least = smallest(root, &v[0], false);
    second = smallest(root, &v[1], true);
    ly_free(v);
    return second < least ? second : least;
}

uint32_t ly_cpus_most(void)
{
    long n = sysconf(_SC_NPROCESSORS_CONF);
    return n < 1 ? 1 : n > LY_MEMBERS_MOST / 2 ? LY_MEMBERS_MOST / 2 : (uint32_t)n;
}

uint32_t ly_cpus_allowed(const char *root)
{
    uint32_t allowed = ly_cpus_most(), quota = ly_cpus_quota(root);
    /* the kernel refuses a set that is too small for the machine */
    for (size_t cpus = 1024; cpus <= 1 << 20; cpus *= 4) {
        cpu_set_t *set = CPU_ALLOC(cpus);
        size_t size = CPU_ALLOC_SIZE(cpus);
        /* the process's: a worker's thread may be bound to a node */
        bool known = set && sched_getaffinity(getpid(), size, set) == 0;
        int n = known ? CPU_COUNT_S(size, set) : 0;
        if (set) CPU_FREE(set);
        if (known) {
            if (n > 0 && n < LY_MEMBERS_MOST / 2) allowed = (uint32_t)n;
            break;
        }
    }
    if (quota < allowed) allowed = quota;
    return allowed ? allowed : 1;
}
