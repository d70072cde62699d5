/* emit_strip.c: rounds of a loop done some hundreds at a time, and undone where something was wrong.

   Where every round assigns elements of arrays, asking each value whether it is a machine number keeps the
   C compiler from making vectors. So before a strip of rounds what it will assign is put aside; the rounds
   only note trouble, and where some was noted, all is put back and the same rounds go again one by one,
   with every check in its place. That is possible where the ranges of all indices are known
   (emit_ranges.c), so that the elements assigned lie side by side. */
#include <string.h>

#include "codegen/kernel.h"

enum { ROUNDS = 512, FEWEST = 16, MOST_STORES = 8, MOST_SCALARS = 24 };

typedef struct strip {
    kernel_text *t;
    uint32_t store_count, scalar_count;
    node *stores[MOST_STORES];
    kernel_variable *scalars[MOST_SCALARS];
} strip;

static bool add_scalar(strip *s, const node *n)
{
    kernel_variable *x = kernel_variable_of(s->t->k, n);
    if (!x || x->type.rank) return false;
    for (uint32_t i = 0; i < s->scalar_count; i++)
        if (s->scalars[i] == x) return true;
    if (s->scalar_count == MOST_SCALARS) return false;
    s->scalars[s->scalar_count++] = x;
    return true;
}

static bool add_store(strip *s, node *n)
{
    for (uint32_t i = 1; i < n->count; i++)
        if (!n->kids[i]->contained) return false;
    if (s->store_count == MOST_STORES) return false;
    s->stores[s->store_count++] = n;
    return true;
}

/* What n assigns; false: there is more in it than assignments. */
static bool find_assignments(strip *s, node *n)
{
    if (n->leaves) return false;
    switch (n->op) {
    case OP_CONSTANT: return true;
    case OP_SET_LOCAL:
    case OP_SET_SYMBOL:
    case OP_STEP: return add_scalar(s, n);
    case OP_SET_PART:
    case OP_STEP_PART: return add_store(s, n);
    case OP_LET: return add_scalar(s, n) && find_assignments(s, n->kids[1]);
    case OP_IF:
        return (!n->kids[1] || find_assignments(s, n->kids[1])) && (!n->kids[2] || find_assignments(s, n->kids[2]));
    case OP_SEQUENCE:
    case OP_SET_LIST:
        for (uint32_t i = n->op == OP_SET_LIST; i < n->count; i++)
            if (!find_assignments(s, n->kids[i])) return false;
        return true;
    default: return false;
    }
}

static const char *c_type(type t) { return t.base == TYPE_INT ? "int64_t" : t.base == TYPE_BOOL ? "bool" : "double"; }

/* The address of the element that a round assigns, as a C variable. */
static const char *element_address(strip *s, node *n)
{
    frame *f = &s->t->f;
    const kernel_variable *x = kernel_variable_of(s->t->k, n);
    const char *name = temp_name(f, "place");
    line(f, "%s *%s = &%s;", c_type((type){x->type.base, 0}), name, emit_element(s->t, x, n->count - 1, n->kids + 1));
    return name;
}

void emit_strip(kernel_text *t, node *n, const char *by)
{
    frame *f = &t->f;
    strip s = {.t = t};
    const char *saved[MOST_STORES], *from[MOST_STORES], *size[MOST_STORES];
    uint32_t r = n->range;
    const kernel_variable *iterator = n->local ? kernel_local(t->k, n->local) : NULL;
    if (!t->ranged || t->pure || clones_count_scopes(t->k) || !iterator || !find_assignments(&s, n->kids[0]) || s.store_count == 0) return;
    const char *calm = text(f, "calm_%u", ++t->strips), *left = temp_name(f, "left"), *at = temp_name(f, "at"),
               *rounds = temp_name(f, "rounds"), *bad = temp_name(f, "bad"), *fits = temp_name(f, "fits"),
               *wide = temp_name(f, "wide"),
               *redo = text(f, "redo_%u", ++f->labels);
    open_block(f, "if (%s && left_%u >= %d)", calm, r, FEWEST);
    line(f, "const uint64_t %s = left_%u, %s = %s < %d ? %s : %d;", left, r, rounds, left, ROUNDS, left, ROUNDS);
    line(f, "const int64_t %s = at_%u;", at, r);
    line(f, "uint64_t %s = 0, %s = 0;", bad, wide);
    line(f, "bool %s = true;", fits);
    for (uint32_t i = 0; i < s.store_count; i++) {
        saved[i] = temp_name(f, "saved");
        from[i] = temp_name(f, "from");
        size[i] = temp_name(f, "size");
        line(f, "%s = %s;", iterator->name, at);
        const char *first = element_address(&s, s.stores[i]);
        line(f, "%s += (int64_t)(%s - 1) * %s;", iterator->name, rounds, by);
        const char *last = element_address(&s, s.stores[i]);
        line(f, "void *%s = %s < %s ? %s : %s;", from[i], first, last, first, last);
        line(f, "const int64_t %s = (%s < %s ? %s - %s : %s - %s) + 1;", size[i], first, last, last, first, first, last);
        line(f, "int64_t %s[%d];", saved[i], ROUNDS);
        line(f, "%s = %s && %s <= %d;", fits, fits, size[i], ROUNDS);
    }
    open_block(f, "if (%s)", fits);
    for (uint32_t i = 0; i < s.store_count; i++)
        line(f, "memcpy(%s, %s, (size_t)%s * sizeof(int64_t));", saved[i], from[i], size[i]);
    for (uint32_t i = 0; i < s.scalar_count; i++) {
        const kernel_variable *x = s.scalars[i];
        line(f, "const %s %s_was = %s;", c_type(x->type), x->name, x->name);
        if (x->type.base == TYPE_MIXED) line(f, "const bool %s_exact_was = %s_exact;", x->name, x->name);
    }
    t->redo = redo;
    t->noted = bad;
    t->wide = wide;
    open_block(f, "for (; left_%u > %s - %s; left_%u--, at_%u += %s)", r, left, rounds, r, r, by);
    line(f, "%s = at_%u;", iterator->name, r);
    emit_statement(t, n->kids[0]);
    close_block(f);
    t->redo = t->noted = t->wide = NULL;
    line(f, "if (%s >> 63 == 0 && %s >> 32 == 0) continue;", bad, wide);
    f->indent--;
    line(f, "%s:;", redo);
    f->indent++;
    for (uint32_t i = s.store_count; i-- > 0;)
        line(f, "memcpy(%s, %s, (size_t)%s * sizeof(int64_t));", from[i], saved[i], size[i]);
    for (uint32_t i = 0; i < s.scalar_count; i++) {
        const kernel_variable *x = s.scalars[i];
        line(f, "%s = %s_was;", x->name, x->name);
        if (x->type.base == TYPE_MIXED) line(f, "%s_exact = %s_exact_was;", x->name, x->name);
    }
    line(f, "left_%u = %s;", r, left);
    line(f, "at_%u = %s;", r, at);
    close_block(f);
    line(f, "%s = false;", calm);
    close_block(f);
}
