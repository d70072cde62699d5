/* tree.c: the decision tree over the pattern rules of a set. */
#include "match/rules.h"

const uint32_t *ly_tree_leaf(ly_context *cx, ly_rules *rules, ly_value subject, uint32_t *count)
{
    *count = rules->pattern_count;
    return NULL;
}

void ly_tree_free(ly_context *cx, ly_rules *rules)
{
}
