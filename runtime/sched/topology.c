/* topology.c: the machine as the scheduler sees it.

   hwloc is loaded by dlopen when a topology is first asked for, since that and reading the machine
   take milliseconds; on a machine of one node, where there is nothing to place, it is not loaded at
   all. What is read is kept in flat tables, so that looking up a distance asks nobody. */
#include "sched/topology.h"

#include <dirent.h>
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

enum { LEVELS_MOST = 32, UNITS_MOST = 4096 };

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
    X(hwloc_set_cpubind)

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
    return x->depth - shared;
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

/* On the worker's thread. */
static uint32_t pin(uint32_t index)
{
    const ly_topology *t = ly_topology_now();
    uint32_t number;
    if (!t) return 0;
    number = ly_topology_place(t, index).node;
    /* refused (a container may): the worker runs where the system puts it */
    if (t->node_count > 1) ly_topology_bind(t, number);
    return number;
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

/* More than one node of memory, by the system's own list ("0", "0-3"), or a machine of the tests. */
static bool worth_loading(void)
{
    char list[64] = "";
    FILE *file;
    if (getenv("HWLOC_SYNTHETIC") || getenv("HWLOC_XMLFILE")) return true;
    file = fopen("/sys/devices/system/node/has_memory", "re");
    if (!file) return false;
    if (!fgets(list, sizeof list, file)) list[0] = 0;
    fclose(file);
    return strpbrk(list, ",-") != NULL;
}

void ly_topology_use(void)
{
    static const ly_placement placement = {pin, refresh};
    if (ly_topology_now() || !worth_loading()) return;
    refresh(); /* remembers the units that there are now */
    atomic_store_explicit(&now, ly_topology_load(), memory_order_release);
    if (ly_topology_now()) ly_placement_set(&placement);
}
