/* tree.h: the trees of UTS, the Unbalanced Tree Search benchmark: a node is a SHA-1 value, its
   children are made from that and their number, how many there are is drawn from it. The sizes of the
   standard trees are known, so a search checks itself.

   Source: Olivier et al., UTS: An Unbalanced Tree Search Benchmark (2006); SHA-1: FIPS 180. */
#ifndef TREE_H
#define TREE_H

#include <math.h>
#include <stdint.h>

typedef struct node {
    uint32_t state[5];
    int depth;
} node;

/* geometric: T1, b = 4, 10 deep, seed 19; binomial: T3, 2000 at the root, then 8 with q = 0.124875,
   seed 42, more than a thousand deep */
typedef enum tree { TREE_GEOMETRIC, TREE_BINOMIAL } tree;
enum { NODES_GEOMETRIC = 4130071, NODES_BINOMIAL = 4112897, MOST_CHILDREN = 100 };

static inline uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

/* SHA-1 of a message of so many bytes, at most 55, whose words stand in w, the last bit appended. */
static inline void sha1(uint32_t w[16], uint32_t bytes, uint32_t out[5])
{
    uint32_t a = 0x67452301, b = 0xEFCDAB89, c = 0x98BADCFE, d = 0x10325476, e = 0xC3D2E1F0;
    w[15] = bytes * 8;
    for (int i = 0; i < 80; i++) {
        uint32_t f, k, next;
        if (i >= 16)
            w[i & 15] = rotate(w[(i + 13) & 15] ^ w[(i + 8) & 15] ^ w[(i + 2) & 15] ^ w[i & 15], 1);
        if (i < 20) f = d ^ (b & (c ^ d)), k = 0x5A827999;
        else if (i < 40) f = b ^ c ^ d, k = 0x6ED9EBA1;
        else if (i < 60) f = (b & c) | (d & (b | c)), k = 0x8F1BBCDC;
        else f = b ^ c ^ d, k = 0xCA62C1D6;
        next = rotate(a, 5) + f + e + k + w[i & 15];
        e = d, d = c, c = rotate(b, 30), b = a, a = next;
    }
    out[0] = a + 0x67452301, out[1] = b + 0xEFCDAB89, out[2] = c + 0x98BADCFE;
    out[3] = d + 0x10325476, out[4] = e + 0xC3D2E1F0;
}

static inline node tree_root(tree kind)
{
    node root = {.depth = 0};
    uint32_t w[16] = {0, 0, 0, 0, kind == TREE_GEOMETRIC ? 19 : 42, 0x80000000};
    sha1(w, 20, root.state);
    return root;
}

static inline node tree_child(const node *parent, uint32_t number)
{
    node child = {.depth = parent->depth + 1};
    uint32_t w[16] = {parent->state[0], parent->state[1], parent->state[2], parent->state[3],
                      parent->state[4], number, 0x80000000};
    sha1(w, 24, child.state);
    return child;
}

static inline int tree_children(tree kind, const node *n)
{
    double drawn = (n->state[4] & 0x7FFFFFFF) / 2147483648.0, branching;
    int children;
    if (kind == TREE_BINOMIAL) return n->depth == 0 ? 2000 : drawn < 0.124875 ? 8 : 0;
    branching = n->depth < 10 ? 4.0 : 0.0;
    children = (int)floor(log(1 - drawn) / log(1 - 1 / (1 + branching)));
    return children < MOST_CHILDREN ? children : MOST_CHILDREN;
}

#endif
