/* spawned.h: the programs that spawn at every node, through the C API; for the benchmark and for the
   simulation's checks. Their serial counterparts: serial.h. */
#ifndef SPAWNED_H
#define SPAWNED_H

#include "sched/join.h"
#include "tree.h"

/* All boards but the last are spawned, at every depth. */
LY_TASK_4(int64_t, queens, int, n, uint32_t, columns, uint32_t, rising, uint32_t, falling)
{
    uint32_t all = (1u << n) - 1, places = all & ~(columns | rising | falling);
    int64_t found = 0;
    int spawned = 0;
    if (columns == all) return 1;
    if (!places) return 0;
    for (;;) {
        uint32_t place = places & -places;
        places -= place;
        if (!places) {
            found = queens(join, n, columns | place, (rising | place) << 1, (falling | place) >> 1);
            break;
        }
        queens_spawn(&join, n, columns | place, (rising | place) << 1, (falling | place) >> 1);
        spawned++;
    }
    while (spawned-- > 0) found += queens_join(&join);
    return found;
}

/* search_tree(join, tree, node, -1) counts the nodes from `node` on, where children_of(tree, &node)
   says how many children a node has. They are made when they are run: a task has room for parent and
   number. */
#define TREE_SEARCH(tree_type, children_of)                                                        \
    LY_TASK_3(int64_t, search_tree, tree_type, tree, const node *, parent, int, number)            \
    {                                                                                              \
        node n = number < 0 ? *parent : tree_child(parent, (uint32_t)number);                      \
        int children = children_of(tree, &n);                                                      \
        int64_t size = 1;                                                                          \
        if (children == 0) return size;                                                            \
        for (int i = 0; i < children - 1; i++) search_tree_spawn(&join, tree, &n, i);              \
        size += search_tree(join, tree, &n, children - 1);                                         \
        for (int i = 0; i < children - 1; i++) size += search_tree_join(&join);                    \
        return size;                                                                               \
    }

#endif
