/* emit_proof.c: what is found out before a loop for all of its rounds.

   An index that grows by the same step from round to round is within an array if its first and its last
   value are; an integer expression overflows nowhere if a bound of its magnitude, made of the bounds of
   its parts, does not. Both are asked once, where the loop begins; then the rounds have no question left
   and can be vectors. Only what every round computes is asked for: what stands behind a condition asks
   for itself. */
#include <math.h>
#include <string.h>

#include "codegen/kernel.h"

static const kernel_variable *variable(kernel_text *t, const node *n)
{
    if (n->op == OP_LOCAL) return kernel_local(t->k, n->local);
    return n->op == OP_SYMBOL && n->global ? kernel_global(t->k, n->global) : NULL;
}

static bool is_int(const node *n) { return n->type.base == TYPE_INT && n->type.rank == 0; }

/* It has the same value in all rounds of the loop over x. */
static bool is_invariant(kernel_text *t, const node *n, const kernel_variable *x)
{
    if (n->op == OP_CONSTANT) return ly_is_int(n->value);
    const kernel_variable *v = variable(t, n);
    if (v) return v != x && v->type.rank == 0 && v->type.base == TYPE_INT && (v->outer ? !v->assigned : v->scoped);
    if (n->op != OP_PRIMITIVE) return false;
    switch (n->primitive) {
    case PRIMITIVE_plus:
    case PRIMITIVE_subtract:
    case PRIMITIVE_times: return is_int(n) && is_invariant(t, n->kids[0], x) && is_invariant(t, n->kids[1], x);
    case PRIMITIVE_length: return n->kids[0]->op == OP_LOCAL || n->kids[0]->op == OP_SYMBOL;
    default: return false;
    }
}

/* It is invariant, or grows (or falls) with x. */
static bool is_linear(kernel_text *t, const node *n, const kernel_variable *x)
{
    if (n->op == OP_LOCAL && variable(t, n) == x) return true;
    if (is_invariant(t, n, x)) return true;
    if (n->op != OP_PRIMITIVE || !is_int(n)) return false;
    switch (n->primitive) {
    case PRIMITIVE_plus:
    case PRIMITIVE_subtract: return is_linear(t, n->kids[0], x) && is_linear(t, n->kids[1], x);
    case PRIMITIVE_times:
        return (is_linear(t, n->kids[0], x) && is_invariant(t, n->kids[1], x)) ||
               (is_invariant(t, n->kids[0], x) && is_linear(t, n->kids[1], x));
    default: return false;
    }
}

/* A bound of the magnitude as a C double, or NULL. */
static const char *magnitude(kernel_text *t, const node *n)
{
    frame *f = &t->f;
    if (n->op == OP_CONSTANT) return ly_is_int(n->value) ? text(f, "%.1f", fabs((double)ly_int_of(n->value))) : NULL;
    const kernel_variable *v = variable(t, n);
    if (v && v->type.rank == 0 && v->type.base == TYPE_INT) {
        if (v->reach) return v->reach;
        return v->outer && !v->assigned ? text(f, "ly_absolute((double)%s)", v->name) : NULL;
    }
    if (n->op != OP_PRIMITIVE || !is_int(n)) return NULL;
    const char *all = NULL;
    switch (n->primitive) {
    case PRIMITIVE_length: return "1e15";
    case PRIMITIVE_plus:
    case PRIMITIVE_subtract:
    case PRIMITIVE_times:
    case PRIMITIVE_sum:
    case PRIMITIVE_product: {
        bool product = n->primitive == PRIMITIVE_times || n->primitive == PRIMITIVE_product;
        for (uint32_t i = 0; i < n->count; i++) {
            const char *part = magnitude(t, n->kids[i]);
            if (!part) return NULL;
            /* a factor of 0 hides no overflow of another */
            if (product) part = text(f, "(1.0 + %s)", part);
            all = i ? text(f, "%s %s %s", all, product ? "*" : "+", part) : part;
        }
        return text(f, "(%s)", all);
    }
    case PRIMITIVE_power: {
        const node *e = n->kids[1];
        const char *base = magnitude(t, n->kids[0]);
        if (!base || e->op != OP_CONSTANT || !ly_is_int(e->value) || ly_int_of(e->value) < 1 || ly_int_of(e->value) > 4) return NULL;
        for (int64_t i = 0; i < ly_int_of(e->value); i++) all = i ? text(f, "%s * (1.0 + %s)", all, base) : text(f, "(1.0 + %s)", base);
        return text(f, "(%s)", all);
    }
    default: return NULL;
    }
}

static void mark_proven(node *n)
{
    if (n->op != OP_PRIMITIVE || !is_int(n)) return;
    n->proven = true;
    for (uint32_t i = 0; i < n->count; i++) mark_proven(n->kids[i]);
}

static void prove_index(kernel_text *t, node *spec, const kernel_variable *data, uint32_t dimension, kernel_variable *x,
                        const char *first, const char *last, const char *count)
{
    frame *f = &t->f;
    if (!is_linear(t, spec, x)) return;
    const char *name = x->name, *noted = t->noted, *values[2], *length = text(f, "%s_length%u", data->name, dimension + 1);
    bool changes = !is_invariant(t, spec, x);
    /* overflow here is a reason to leave, at once */
    t->noted = NULL;
    open_block(f, "if (%s > 0)", count);
    for (int i = 0; i < (changes ? 2 : 1); i++) {
        x->name = i ? last : first;
        values[i] = as_int(t, emit_unboxed(t, spec));
        leave_if(t, "(uint64_t)%s - 1 >= (uint64_t)%s", values[i], length);
    }
    x->name = name;
    close_block(f);
    t->noted = noted;
    spec->within = true;
    mark_proven(spec);
}

static void prove(kernel_text *t, node *n, kernel_variable *x, const char *first, const char *last, const char *count);

static void prove_part(kernel_text *t, node *data, uint32_t n, node **specs, kernel_variable *x, const char *first,
                       const char *last, const char *count)
{
    const kernel_variable *v = variable(t, data);
    for (uint32_t i = 0; v && i < n; i++) {
        prove_index(t, specs[i], v, i, x, first, last, count);
        if (!specs[i]->within) prove(t, specs[i], x, first, last, count);
    }
}

static bool mentions(kernel_text *t, const node *n, const kernel_variable *x)
{
    if (n->op == OP_LOCAL && variable(t, n) == x) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && mentions(t, n->kids[i], x)) return true;
    return false;
}

/* What n computes in every round. */
static void prove(kernel_text *t, node *n, kernel_variable *x, const char *first, const char *last, const char *count)
{
    if (n->op == OP_IF || n->op == OP_AND || n->op == OP_OR) {
        prove(t, n->kids[0], x, first, last, count);
        return;
    }
    if (is_source(n) || is_pure_number(n)) return;
    if (n->op == OP_PRIMITIVE && n->primitive == PRIMITIVE_part) {
        node *data = n->kids[0];
        if (data->op == OP_PRIMITIVE && data->primitive == PRIMITIVE_part) {
            node *specs[] = {data->kids[1], n->kids[1]};
            prove_part(t, data->kids[0], 2, specs, x, first, last, count);
        } else {
            prove_part(t, data, 1, n->kids + 1, x, first, last, count);
        }
        return;
    }
    if (n->op == OP_APPLY && n->value == LY_SYM(Part)) {
        prove_part(t, n->kids[0], n->count - 1, n->kids + 1, x, first, last, count);
        return;
    }
    if (n->op != OP_PRIMITIVE && n->op != OP_APPLY && n->op != OP_NOT) return;
    if (n->op == OP_PRIMITIVE && is_int(n) && mentions(t, n, x)) {
        const char *most = magnitude(t, n);
        if (most) {
            leave_if(t, "%s > 0 && !(%s < 4e18)", count, most);
            mark_proven(n);
            return;
        }
    }
    for (uint32_t i = 0; i < n->count; i++) {
        node *kid = n->kids[i];
        prove(t, kid, x, first, last, count);
        /* an integer on its way into a real */
        if (n->type.base != TYPE_REAL && n->type.base != TYPE_MIXED) continue;
        if (!is_int(kid) || kid->op == OP_CONSTANT || !mentions(t, kid, x)) continue;
        const char *most = magnitude(t, kid);
        if (!most) continue;
        leave_if(t, "%s > 0 && !(%s < LY_SMALL_REAL)", count, most);
        kid->small = true;
    }
}

const char *prove_rounds(kernel_text *t, node *body, kernel_variable *x, const char *at, const char *by, const char *from,
                         const char *to)
{
    frame *f = &t->f;
    if (t->asking) return NULL;
    const char *first = temp_name(f, "first"), *last = temp_name(f, "last"), *count = text(f, "%s - %s", to, from);
    bool ones = strcmp(by, "1") == 0;
    if (strcmp(from, "0") == 0) count = to;
    x->reach = temp_name(f, "reach");
    line(f, ones ? "const int64_t %s = %s + %s;" : "const int64_t %s = %s + %s * %s;", first, at, from, by);
    line(f, ones ? "const int64_t %s = %s + %s - 1;" : "const int64_t %s = %s + (%s - 1) * %s;", last, at, to, by);
    line(f, "const double %s = ly_reach(%s, %s);", x->reach, first, last);
    size_t before = f->out->count;
    prove(t, body, x, first, last, count);
    if (f->out->count == before) line(f, "(void)%s;", x->reach);
    return body->proven || (is_int(body) && (body->op == OP_CONSTANT || variable(t, body))) ? magnitude(t, body) : NULL;
}
