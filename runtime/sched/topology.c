/* topology.c: the machine as the scheduler sees it.

   hwloc is loaded by dlopen when a topology is first asked for, since that and reading the machine
   take milliseconds; on a machine of one node whose cores share their last cache, where there is
   nothing to place or to order, it is not loaded at all. What is read is kept in flat tables, so that looking up a distance asks nobody.

   Workers are bound to nodes, not to units: the system knows better where in a node there is room.
   So how near two of them are is a matter of where they were when they last searched. */
#include "sched/topology.h"

#include <dlfcn.h>
#include <hwloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/memory.h"
#include "sched/lock.h"
#include "sched/placement.h"

enum { LEVELS_MOST = 32, UNITS_MOST = 4096, PATH_MOST = 4096, LIST_MOST = 8192 };

#define FUNCTIONS(X)                                                                             \
    X(hwloc_topology_init)                                                                       \
    X(hwloc_topology_load)                                                                       \
    X(hwloc_topology_destroy)                                                                    \
    X(hwloc_topology_is_thissystem)                                                              \
    X(hwloc_get_type_depth)                                                                      \
    X(hwloc_get_nbobjs_by_depth)                                                                 \
    X(hwloc_get_obj_by_depth)                                                                    \
    X(hwloc_bitmap_alloc)                                                                        \
    X(hwloc_bitmap_free)                                                                         \
    X(hwloc_bitmap_isset)                                                                        \
    X(hwloc_bitmap_set)                                                                          \
    X(hwloc_set_cpubind)                                                                         \
    X(hwloc_distances_get)                                                                       \
    X(hwloc_distances_release)

static struct {
#define POINTER(name) __typeof__(&name) name;
    FUNCTIONS(POINTER)
#undef POINTER
} hwloc;

typedef struct unit {
    uint32_t number;                  /* of the system */
    uint32_t node;                    /* index in nodes */
    uint32_t depth;                   /* of levels */
    const void *levels[LEVELS_MOST];  /* what it is part of, from itself outwards */
} unit;

typedef struct node {
    uint32_t number;
    uint32_t count, first; /* its units stand together in order[] */
} node;

struct ly_topology {
    hwloc_topology_t machine;
    uint32_t unit_count, node_count;
    unit *units;
    node *nodes;
    uint32_t *order; /* units by node, in a node by core: the first of every core before the second */
    uint32_t *dealt; /* unit for worker i, i < unit_count */
    uint32_t *latency; /* rank of the latency between nodes i and k at i * node_count + k */
    _Atomic(ly_rings *) *rings; /* of each unit, made when they are first asked for */
    uint32_t *of_number; /* the unit of each of the system's numbers below UNITS_MOST; NULL: not this machine */
};

static bool load_hwloc(void)
{
    static const char *const names[] = {"libhwloc.so.15", "libhwloc.so"};
    void *library = NULL;
    bool all = true;
    for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
        library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL); /* stays loaded */
    if (!library) return false;
#define LOAD(name) hwloc.name = (__typeof__(hwloc.name))dlsym(library, #name); all &= hwloc.name != NULL;
    FUNCTIONS(LOAD)
#undef LOAD
    return all;
}

/* The units that the process may use: bits by number. The process's, not the calling thread's, which
   may be bound to a node. */
static bool allowed_units(cpu_set_t *set, size_t size)
{
    return sched_getaffinity(getpid(), size, set) == 0;
}

static uint32_t node_of(const ly_topology *t, uint32_t number)
{
    int depth = hwloc.hwloc_get_type_depth(t->machine, HWLOC_OBJ_NUMANODE);
    int count = (int)hwloc.hwloc_get_nbobjs_by_depth(t->machine, depth);
    for (int i = 0; i < count; i++) {
        hwloc_obj_t object = hwloc.hwloc_get_obj_by_depth(t->machine, depth, (unsigned)i);
        if (object && object->cpuset && hwloc.hwloc_bitmap_isset(object->cpuset, number))
            return object->os_index;
    }
    return 0;
}

static int by_node_and_core(const void *a, const void *b, void *topology)
{
    const ly_topology *t = topology;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (t->units[x].node != t->units[y].node) return t->units[x].node < t->units[y].node ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* Within a node the first unit of each core comes before the second of any. */
static void spread_over_cores(ly_topology *t, node *n)
{
    uint32_t *order = t->order + n->first, *sorted = ly_malloc(n->count * sizeof *sorted), done = 0;
    bool *used = ly_calloc(n->count, sizeof *used);
    if (sorted && used) {
        while (done < n->count) {
            const void *core = NULL;
            for (uint32_t i = 0; i < n->count; i++) {
                const unit *u = &t->units[order[i]];
                const void *its = u->depth > 1 ? u->levels[1] : u->levels[0];
                if (used[i] || its == core) continue;
                core = its;
                used[i] = true;
                sorted[done++] = order[i];
            }
        }
        memcpy(order, sorted, n->count * sizeof *sorted);
    }
    ly_free(sorted);
    ly_free(used);
}

/* Worker i goes to the node that has the smallest part of its units taken. */
static void deal(ly_topology *t)
{
    uint32_t *taken = ly_calloc(t->node_count, sizeof *taken);
    for (uint32_t i = 0; i < t->unit_count; i++) {
        uint32_t best = 0;
        for (uint32_t k = 1; taken && k < t->node_count; k++)
            if ((uint64_t)taken[k] * t->nodes[best].count < (uint64_t)taken[best] * t->nodes[k].count) best = k;
        t->dealt[i] = taken ? t->order[t->nodes[best].first + taken[best]++] : t->order[i];
    }
    ly_free(taken);
}

static int by_value(const void *a, const void *b)
{
    hwloc_uint64_t x = *(const hwloc_uint64_t *)a, y = *(const hwloc_uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Ranks rather than the values, whose unit nobody knows. Without a matrix all are 0. */
static bool read_latencies(ly_topology *t)
{
    struct hwloc_distances_s *matrix = NULL;
    unsigned count = 1;
    uint32_t n = t->node_count, known[64], nodes = 0;
    hwloc_uint64_t *values;
    t->latency = ly_calloc((size_t)n * n, sizeof *t->latency);
    if (!t->latency) return false;
    if (hwloc.hwloc_distances_get(t->machine, &count, &matrix, HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0) != 0 ||
        count == 0)
        return true;
    values = ly_malloc((size_t)matrix->nbobjs * matrix->nbobjs * sizeof *values);
    /* known: node k of ours in the matrix */
    for (uint32_t k = 0; k < n && k < 64; k++)
        for (unsigned i = 0; i < matrix->nbobjs; i++)
            if (matrix->objs[i] && matrix->objs[i]->type == HWLOC_OBJ_NUMANODE &&
                matrix->objs[i]->os_index == t->nodes[k].number) {
                known[k] = i;
                nodes++;
                break;
            }
    if (values && nodes == n) {
        uint32_t all = 0, distinct = 0;
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t k = 0; k < n; k++)
                values[all++] = matrix->values[known[i] * matrix->nbobjs + known[k]];
        qsort(values, all, sizeof *values, by_value);
        for (uint32_t i = 0; i < all; i++)
            if (i == 0 || values[i] != values[distinct - 1]) values[distinct++] = values[i];
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t k = 0; k < n; k++) {
                hwloc_uint64_t value = matrix->values[known[i] * matrix->nbobjs + known[k]];
                hwloc_uint64_t *found = bsearch(&value, values, distinct, sizeof value, by_value);
                t->latency[i * n + k] = (uint32_t)(found - values);
            }
    }
    ly_free(values);
    hwloc.hwloc_distances_release(t->machine, matrix);
    return true;
}

/* So that a thread that knows its CPU finds its unit. */
static bool number_units(ly_topology *t)
{
    t->of_number = ly_malloc(UNITS_MOST * sizeof *t->of_number);
    if (!t->of_number) return false;
    for (uint32_t i = 0; i < UNITS_MOST; i++) t->of_number[i] = LY_NO_UNIT;
    for (uint32_t u = 0; u < t->unit_count; u++)
        if (t->units[u].number < UNITS_MOST) t->of_number[t->units[u].number] = u;
    return true;
}

static bool read_units(ly_topology *t)
{
    int depth = hwloc.hwloc_get_type_depth(t->machine, HWLOC_OBJ_PU);
    int count = (int)hwloc.hwloc_get_nbobjs_by_depth(t->machine, depth);
    bool real = hwloc.hwloc_topology_is_thissystem(t->machine);
    size_t size = CPU_ALLOC_SIZE(UNITS_MOST);
    cpu_set_t *allowed = ly_calloc(1, size);
    bool known = real && allowed && allowed_units(allowed, size);
    if (count <= 0 || count > UNITS_MOST || !allowed) goto failed;
    t->units = ly_calloc((size_t)count, sizeof *t->units);
    t->nodes = ly_calloc((size_t)count, sizeof *t->nodes);
    t->order = ly_calloc((size_t)count, sizeof *t->order);
    t->dealt = ly_calloc((size_t)count, sizeof *t->dealt);
    if (!t->units || !t->nodes || !t->order || !t->dealt) goto failed;
    for (int i = 0; i < count; i++) {
        hwloc_obj_t object = hwloc.hwloc_get_obj_by_depth(t->machine, depth, (unsigned)i);
        unit *u = &t->units[t->unit_count];
        uint32_t number, k;
        if (!object || (known && !CPU_ISSET_S(object->os_index, size, allowed))) continue;
        u->number = object->os_index;
        for (; object && u->depth < LEVELS_MOST; object = object->parent) u->levels[u->depth++] = object;
        number = node_of(t, u->number);
        for (k = 0; k < t->node_count && t->nodes[k].number != number; k++) {}
        if (k == t->node_count) t->nodes[t->node_count++] = (node){.number = number};
        t->nodes[k].count++;
        u->node = k;
        t->order[t->unit_count] = t->unit_count;
        t->unit_count++;
    }
    if (!t->unit_count) goto failed;
    qsort_r(t->order, t->unit_count, sizeof *t->order, by_node_and_core, t);
    for (uint32_t k = 0, first = 0; k < t->node_count; first += t->nodes[k++].count) {
        t->nodes[k].first = first;
        spread_over_cores(t, &t->nodes[k]);
    }
    deal(t);
    t->rings = ly_calloc(t->unit_count, sizeof *t->rings);
    if (!t->rings || !read_latencies(t) || (real && !number_units(t))) goto failed;
    ly_free(allowed);
    return true;
failed:
    ly_free(allowed);
    return false;
}

ly_topology *ly_topology_load(void)
{
    static ly_lock lock;
    static int loaded; /* 1: yes, -1: there is none */
    ly_topology *t;
    bool there;
    ly_lock_take(&lock);
    if (!loaded) loaded = load_hwloc() ? 1 : -1;
    there = loaded == 1;
    ly_lock_give(&lock);
    if (!there || !(t = ly_calloc(1, sizeof *t))) return NULL;
    if (hwloc.hwloc_topology_init(&t->machine) != 0) {
        ly_free(t);
        return NULL;
    }
    if (hwloc.hwloc_topology_load(t->machine) != 0 || !read_units(t)) {
        ly_topology_free(t);
        return NULL;
    }
    return t;
}

void ly_topology_free(ly_topology *t)
{
    if (!t) return;
    hwloc.hwloc_topology_destroy(t->machine);
    for (uint32_t u = 0; t->rings && u < t->unit_count; u++)
        ly_free(atomic_load_explicit(&t->rings[u], memory_order_relaxed));
    ly_free(t->rings);
    ly_free(t->latency);
    ly_free(t->of_number);
    ly_free(t->units);
    ly_free(t->nodes);
    ly_free(t->order);
    ly_free(t->dealt);
    ly_free(t);
}

uint32_t ly_topology_nodes(const ly_topology *t) { return t->node_count; }
uint32_t ly_topology_units(const ly_topology *t) { return t->unit_count; }

uint32_t ly_topology_node(const ly_topology *t, uint32_t i, uint32_t *units)
{
    if (units) *units = t->nodes[i].count;
    return t->nodes[i].number;
}

ly_place ly_topology_place(const ly_topology *t, uint32_t index)
{
    uint32_t u = t->dealt[index % t->unit_count];
    return (ly_place){t->nodes[t->units[u].node].number, u};
}

uint32_t ly_topology_distance(const ly_topology *t, uint32_t a, uint32_t b)
{
    const unit *x = &t->units[a], *y = &t->units[b];
    /* both lists end at the machine; what is shared is a common tail */
    uint32_t shared = 0;
    while (shared < x->depth && shared < y->depth &&
           x->levels[x->depth - 1 - shared] == y->levels[y->depth - 1 - shared])
        shared++;
    if (x->node == y->node) return x->depth - shared;
    return (1 + t->latency[x->node * t->node_count + y->node]) * LEVELS_MOST + x->depth - shared;
}

/* Ring i holds the units at the i-th of the distances that occur. */
static ly_rings *make_rings(const ly_topology *t, uint32_t unit)
{
    ly_rings *r = ly_calloc(1, sizeof *r + t->unit_count);
    uint32_t *distance = ly_malloc(t->unit_count * sizeof *distance);
    if (!r || !distance) {
        ly_free(r);
        ly_free(distance);
        return NULL;
    }
    r->units = t->unit_count;
    for (uint32_t u = 0; u < t->unit_count; u++) {
        uint32_t d = ly_topology_distance(t, unit, u);
        /* two workers may have been seen on one unit: as good as on sibling threads */
        distance[u] = d ? d : 1;
    }
    for (uint32_t next = 0; next != UINT32_MAX;) {
        uint32_t least = UINT32_MAX, farther = UINT32_MAX;
        for (uint32_t u = 0; u < t->unit_count; u++) {
            if (distance[u] >= next && distance[u] < least) least = distance[u];
        }
        for (uint32_t u = 0; u < t->unit_count; u++) {
            if (distance[u] == least) {
                r->of[u] = r->count;
                if (t->units[u].node == t->units[unit].node) r->near = (uint8_t)(r->count + 1);
            }
            if (distance[u] > least && distance[u] < farther) farther = distance[u];
        }
        /* as many as a byte can tell apart; what is farther stands together */
        if (r->count < UINT8_MAX - 1) r->count++;
        next = farther;
    }
    ly_free(distance);
    return r;
}

const ly_rings *ly_topology_rings(const ly_topology *t, uint32_t unit)
{
    ly_rings *r = atomic_load_explicit(&t->rings[unit], memory_order_acquire), *other = NULL;
    if (r || !(r = make_rings(t, unit))) return r;
    if (atomic_compare_exchange_strong_explicit(&t->rings[unit], &other, r, memory_order_acq_rel,
                                                memory_order_acquire))
        return r;
    ly_free(r);
    return other;
}

uint32_t ly_topology_here(const ly_topology *t)
{
    int number = t->of_number ? sched_getcpu() : -1;
    return number < 0 || number >= UNITS_MOST ? LY_NO_UNIT : t->of_number[number];
}

bool ly_topology_bind(const ly_topology *t, uint32_t number)
{
    hwloc_bitmap_t set = hwloc.hwloc_bitmap_alloc();
    bool bound = false;
    if (!set) return false;
    for (uint32_t i = 0; i < t->unit_count; i++)
        if (t->nodes[t->units[i].node].number == number)
            bound |= hwloc.hwloc_bitmap_set(set, t->units[i].number) == 0;
    bound = bound && hwloc.hwloc_set_cpubind(t->machine, set, HWLOC_CPUBIND_THREAD) == 0;
    hwloc.hwloc_bitmap_free(set);
    return bound;
}

/* ---- the scheduler's placement ------------------------------------------------------------------ */

static _Atomic(ly_topology *) now;

const ly_topology *ly_topology_now(void) { return atomic_load_explicit(&now, memory_order_acquire); }

static void stands_on(ly_worker *worker, const ly_topology *t, uint32_t unit)
{
    atomic_store_explicit(&worker->unit, unit, memory_order_relaxed);
    worker->rings = ly_topology_rings(t, unit);
}

static void pin(ly_worker *worker)
{
    const ly_topology *t = ly_topology_now();
    ly_place place;
    if (!t) return;
    place = ly_topology_place(t, worker->index);
    /* refused (a container may): the worker runs where the system puts it */
    if (t->node_count > 1) ly_topology_bind(t, place.node);
    stands_on(worker, t, place.unit);
}

static void locate(ly_worker *worker)
{
    const ly_topology *t = ly_topology_now();
    uint32_t unit = t ? ly_topology_here(t) : LY_NO_UNIT;
    if (unit != LY_NO_UNIT) stands_on(worker, t, unit);
    /* a guest on a machine of the tests: it works in the place of a worker, of whichever */
    else if (t && !worker->rings) stands_on(worker, t, ly_topology_place(t, 0).unit);
}

/* The units that the process may use have changed: another topology. The one before is kept, since
   others may be reading it; changes are rare. */
static bool refresh(void)
{
    static cpu_set_t *last;
    size_t size = CPU_ALLOC_SIZE(UNITS_MOST);
    cpu_set_t *set = ly_calloc(1, size);
    ly_topology *t;
    if (!set) return false;
    if (!allowed_units(set, size) || (last && CPU_EQUAL_S(size, set, last))) {
        ly_free(set);
        return false;
    }
    ly_free(last);
    t = last ? ly_topology_load() : NULL;
    last = set;
    if (t) atomic_store_explicit(&now, t, memory_order_release);
    return t != NULL;
}

/* The first line of a file below /sys; false: there is none. */
static bool read_line(const char *root, const char *path, char *line, int size)
{
    char name[PATH_MOST];
    FILE *file;
    bool read;
    if (snprintf(name, sizeof name, "%s%s", root, path) >= (int)sizeof name) return false;
    if (!(file = fopen(name, "re"))) return false;
    read = fgets(line, size, file) != NULL;
    fclose(file);
    return read;
}

/* The system's lists of numbers: "0", "0-3,8-11". */
static bool list_has(const char *list, unsigned long number)
{
    while (*list >= '0' && *list <= '9') {
        char *end;
        unsigned long first = strtoul(list, &end, 10), last = first;
        if (*end == '-') last = strtoul(end + 1, &end, 10);
        if (number >= first && number <= last) return true;
        list = *end == ',' ? end + 1 : end;
    }
    return false;
}

/* The outermost cache of one of the allowed CPUs serves them all; where caches aren't told, too. */
static bool one_last_cache(const char *root, const cpu_set_t *allowed, size_t size)
{
    char path[PATH_MOST], list[LIST_MOST] = "", line[LIST_MOST];
    int cpu = 0, outermost = 0;
    while (cpu < UNITS_MOST && !CPU_ISSET_S((size_t)cpu, size, allowed)) cpu++;
    for (int i = 0;; i++) {
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cache/index%d/level", cpu, i);
        if (!read_line(root, path, line, sizeof line)) break;
        if (atoi(line) <= outermost) continue;
        outermost = atoi(line);
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cache/index%d/shared_cpu_list", cpu, i);
        if (!read_line(root, path, list, sizeof list)) list[0] = 0;
    }
    if (!list[0]) return true;
    for (unsigned long k = 0; k < UNITS_MOST; k++)
        if (CPU_ISSET_S(k, size, allowed) && !list_has(list, k)) return false;
    return true;
}

bool ly_topology_matters(const char *root, const cpu_set_t *allowed, size_t size)
{
    char list[LIST_MOST];
    if (!read_line(root, "/sys/devices/system/node/has_memory", list, sizeof list)) list[0] = 0;
    return strpbrk(list, ",-") != NULL || !one_last_cache(root, allowed, size);
}

static bool worth_loading(void)
{
    size_t size = CPU_ALLOC_SIZE(UNITS_MOST);
    cpu_set_t *allowed;
    bool matters;
    if (getenv("HWLOC_SYNTHETIC") || getenv("HWLOC_XMLFILE")) return true;
    allowed = ly_calloc(1, size);
    matters = allowed && allowed_units(allowed, size) && ly_topology_matters("", allowed, size);
    ly_free(allowed);
    return matters;
}

void ly_topology_use(void)
{
    static const ly_placement placement = {pin, locate, refresh};
    if (ly_topology_now() || !worth_loading()) return;
    refresh(); /* remembers the units that there are now */
    atomic_store_explicit(&now, ly_topology_load(), memory_order_release);
    if (ly_topology_now()) ly_placement_set(&placement);
}
