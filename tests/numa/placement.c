/* placement.c: on a machine with several nodes: every worker runs on the processors of one node, its
   stack and its heap lie in that node's memory, all nodes have workers, and work is shared out.

   Run in a small virtual machine by tests/numa/run; prints "N passed, N failed". */
#include <numaif.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "eval/context.h"
#include "memory/memory.h"
#include "sched/scheduler.h"
#include "sched/task.h"
#include "sched/topology.h"
#include "stdlib/parallel/job.h"

static int passed, failed;

static void expect(bool holds, const char *what, long a, long b)
{
    if (holds) passed++;
    else failed++;
    if (!holds) printf("not ok: %s (%ld, %ld)\n", what, a, b);
}

/* The node that the page lies on; negative: an error. */
static int node_of_page(void *address)
{
    void *page = (void *)((uintptr_t)address & ~(uintptr_t)(getpagesize() - 1));
    int status = -1;
    return move_pages(0, 1, &page, NULL, &status, 0) == 0 ? status : -1;
}

/* The node of a processor, as the system's folders say. */
static int node_of_cpu(int cpu)
{
    char path[96];
    for (int node = 0; node < 64; node++) {
        snprintf(path, sizeof path, "/sys/devices/system/node/node%d/cpu%d", node, cpu);
        if (access(path, F_OK) == 0) return node;
    }
    return -1;
}

typedef struct seen {
    uint32_t worker, node;
    int cpu_node, stack_node, heap_node, bound; /* bound: the node of all CPUs of the thread's set, else -1 */
} seen;

static uint64_t look(ly_task *task, void *argument)
{
    seen *s = argument;
    ly_worker *worker = ly_worker_here();
    ly_context *cx;
    cpu_set_t set;
    char here = 0;
    volatile double x = 1;
    for (int i = 0; i < 200000; i++) x = x * 1.0000001; /* long enough for others to take a share */
    s->worker = worker->index;
    s->node = worker->node;
    s->cpu_node = node_of_cpu(sched_getcpu());
    s->stack_node = node_of_page(&here);
    s->bound = -1;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
            if (!CPU_ISSET(cpu, &set)) continue;
            if (s->bound == -1) s->bound = node_of_cpu(cpu);
            else if (s->bound != node_of_cpu(cpu)) s->bound = -2;
        }
    }
    cx = ly_task_context_take();
    if (cx) {
        ly_fiber_attach(cx);
        ly_object *object = ly_alloc(cx, LY_KIND_EXPR, 64);
        memset(object + 1, 0, 64 - sizeof *object);
        s->heap_node = node_of_page(object);
        ly_dealloc(cx, object);
        ly_fiber_detach();
        ly_task_context_put(cx);
    }
    return 1;
}

int main(int count, char **arguments)
{
    enum { TASKS = 2000 };
    int nodes = count > 1 ? atoi(arguments[1]) : 2;
    static seen all[TASKS];
    static ly_task *tasks[TASKS];
    int on_node[64] = {0}, on_worker[LY_MEMBERS_MOST] = {0}, workers = 0, right[4] = {0}, by_workers = 0;
    for (int i = 0; i < TASKS; i++) {
        tasks[i] = ly_task_new(&(ly_task_options){.run = look, .argument = &all[i]});
        ly_task_submit(tasks[i]);
    }
    for (int i = 0; i < TASKS; i++) {
        ly_task_await(tasks[i], 0);
        ly_task_release(tasks[i]);
    }
    expect(ly_topology_now() && (int)ly_topology_nodes(ly_topology_now()) == nodes, "hwloc sees the nodes",
           ly_topology_now() ? (long)ly_topology_nodes(ly_topology_now()) : 0, nodes);
    for (int i = 0; i < TASKS; i++) {
        seen *s = &all[i];
        if (s->worker == LY_GUEST) continue; /* main, while it waits: bound to nothing */
        by_workers++;
        if (s->node < 64) on_node[s->node]++;
        if (!on_worker[s->worker]++) workers++;
        right[0] += s->bound == (int)s->node;
        right[1] += s->cpu_node == (int)s->node;
        right[2] += s->stack_node == (int)s->node;
        right[3] += s->heap_node == (int)s->node;
    }
    expect(by_workers > TASKS / 4, "workers took a share", by_workers, TASKS);
    expect(workers >= 2, "more than one worker ran", workers, 0);
    for (int node = 0; node < nodes; node++) expect(on_node[node] > 0, "a node had work", node, on_node[node]);
    expect(right[0] == by_workers, "workers are bound to their node", right[0], by_workers);
    expect(right[1] == by_workers, "workers run on their node", right[1], by_workers);
    /* a fiber that another worker began, or a block that went from one to another, may lie elsewhere */
    expect(right[2] >= by_workers * 9 / 10, "stacks lie on the worker's node", right[2], by_workers);
    expect(right[3] >= by_workers * 9 / 10, "heaps lie on the worker's node", right[3], by_workers);
    ly_scheduler_finish();
    printf("%d nodes: %d tasks by %d workers\n%d passed, %d failed\n", nodes, by_workers, workers, passed, failed);
    return failed != 0;
}
