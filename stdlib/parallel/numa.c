/* numa.c: where data lies, for machines whose memory is nearer to some processors than to others.

   Workers allocate on their own node by themselves; these functions are for large data that main made. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "eval/eval.h"
#include "sched/scheduler.h"
#include "sched/topology.h"
#include "stdlib/parallel/map.h"

static uint32_t node_count(void)
{
    const ly_topology *topology;
    ly_topology_use();
    topology = ly_topology_now();
    return topology ? ly_topology_nodes(topology) : 1;
}

BUILTIN(NumaNodeCount, numa_node_count, 0, 0, 0, LY_EFFECTS | LY_EVALUATED,
        "NumaNodeCount[] gives the number of NUMA nodes, 1 on most machines.")
static ly_value numa_node_count(ly_context *cx, ly_expr *call) { return LY_INT(node_count()); }

/* The whole pages of a packed array's numbers, moved as the policy says. */
static void place_pages(const ly_packed *p, int mode, uint64_t nodes)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    size_t bytes = p->total * (p->type == LY_PACKED_COMPLEX ? 16 : 8);
    uintptr_t from = ((uintptr_t)p->data + page - 1) & ~(page - 1), to = ((uintptr_t)p->data + bytes) & ~(page - 1);
    enum { MOVE = 2 }; /* MPOL_MF_MOVE */
    if (to > from) syscall(SYS_mbind, from, to - from, mode, &nodes, 64UL, MOVE);
}

BUILTIN(SetNumaPolicy, set_numa_policy, 2, 2, 0, LY_EFFECTS | LY_PACKED | LY_EVALUATED,
        "SetNumaPolicy[data, p] gives data, its memory on the node that p names (a number from 0, or \"local\"), or\n"
        "spread over all of them (\"interleave\").")
static ly_value set_numa_policy(ly_context *cx, ly_expr *call)
{
    enum { PREFERRED = 1, INTERLEAVE = 3 }; /* MPOL_… */
    ly_value data = call->args[0], policy = call->args[1];
    uint32_t nodes = node_count();
    unsigned cpu = 0, node = 0;
    if (ly_is_int(policy) && ly_int_of(policy) >= 0 && ly_int_of(policy) < nodes) {
        node = (unsigned)ly_int_of(policy);
    } else if (ly_string_is(policy, "local")) {
        syscall(SYS_getcpu, &cpu, &node, NULL);
    } else if (!ly_string_is(policy, "interleave")) {
        return ly_message_call(cx, call, "policy", 2, policy, LY_INT(nodes));
    }
    if (nodes > 1 && ly_is_packed(data)) {
        if (ly_is_string(policy) && ly_string_is(policy, "interleave"))
            place_pages(ly_packed_of(data), INTERLEAVE, ((uint64_t)1 << nodes) - 1);
        else place_pages(ly_packed_of(data), PREFERRED, (uint64_t)1 << node);
    }
    return ly_retain(data);
}
MESSAGE(SetNumaPolicy, policy, "Policy `1` is not \"local\", \"interleave\" or the number of one of the `2` nodes, from 0.")

BUILTIN(NumaAwareParallelMap, numa_aware_parallel_map, 2, -1, LY_PROTECTED, LY_EFFECTS | LY_PACKED,
        "NumaAwareParallelMap[f, list] is ParallelMap[f, list]: workers make what they compute on their own nodes, and\n"
        "take work of their own node first.")
static ly_value numa_aware_parallel_map(ly_context *cx, ly_expr *call)
{
    ly_expr *map = ly_expr_new(cx, LY_SYM(ParallelMap), call->count);
    if (!map) return LY_FAILED;
    for (size_t i = 0; i < call->count; i++) map->args[i] = ly_retain(call->args[i]);
    return ly_from_object(map);
}
