/* emit_ranges.c: what is known of integers before a kernel's first round, so that its rounds need not ask.

   An iterator lies between its bounds, and where those are sums of constants, of variables that the
   kernel does not assign, of lengths and of iterators further out, the least and the greatest value are
   there on entry. So is whether indices made of them lie within their arrays. The kernel's rounds are
   written twice: once for entries where all of that holds (kernel_text.ranged), with neither bounds checks
   nor overflow checks on such integers, and once with all checks. */
#include <math.h>
#include <string.h>

#include "codegen/kernel.h"

/* The least and the greatest value, as C text. */
typedef struct interval {
    const char *low, *high;
} interval;

static kernel_variable *variable_at(kernel_text *t, const node *n) { return kernel_variable_of(t->k, n); }

/* A whole variable that the kernel does not assign: asked for its size once. */
static bool is_fixed(const kernel_variable *x)
{
    return x->outer && !x->assigned && x->type.rank == 0 && x->type.base == TYPE_INT;
}

static bool find_interval(kernel_text *t, const node *n, interval *found);

static bool interval_of_sum(kernel_text *t, const node *n, interval *found)
{
    bool subtract = n->primitive == PRIMITIVE_subtract;
    if (!find_interval(t, n->kids[0], found)) return false;
    for (uint32_t i = 1; i < n->count; i++) {
        interval next;
        if (!find_interval(t, n->kids[i], &next)) return false;
        *found = (interval){text(&t->f, "%s %c %s", found->low, subtract ? '-' : '+', subtract ? next.high : next.low),
                            text(&t->f, "%s %c %s", found->high, subtract ? '-' : '+', subtract ? next.low : next.high)};
    }
    found->low = text(&t->f, "(%s)", found->low);
    found->high = text(&t->f, "(%s)", found->high);
    return true;
}

/* Sums of what is known. All of it is small (kernel_text.most), so nothing here overflows. */
static bool find_interval(kernel_text *t, const node *n, interval *found)
{
    enum { LARGEST = 1 << 20 };
    switch (n->op) {
    case OP_CONSTANT:
        if (!ly_is_int(n->value) || ly_int_of(n->value) > LARGEST || ly_int_of(n->value) < -LARGEST) return false;
        found->low = found->high = text(&t->f, ly_int_of(n->value) < 0 ? "(%d)" : "%d", (int)ly_int_of(n->value));
        return true;
    case OP_LOCAL:
    case OP_SYMBOL: {
        const kernel_variable *x = variable_at(t, n);
        if (!x || !x->low) return false;
        *found = (interval){x->low, x->high};
        return true;
    }
    case OP_PRIMITIVE:
        if (n->primitive == PRIMITIVE_plus || n->primitive == PRIMITIVE_sum || n->primitive == PRIMITIVE_subtract)
            return interval_of_sum(t, n, found);
        if (n->primitive == PRIMITIVE_length) {
            const kernel_variable *x = variable_at(t, n->kids[0]);
            if (!x || !x->type.rank) return false;
            found->low = found->high = text(&t->f, "%s_length1", x->name);
            return true;
        }
        return false;
    default: return false;
    }
}

static void ask(kernel_text *t, const char *condition) { line(&t->f, "ranged = ranged && %s;", condition); }

/* ---- variables */

static void declare(kernel_text *t, kernel_variable *x, const char *low, const char *high)
{
    frame *f = &t->f;
    const char *least = text(f, "%s_low", x->name), *greatest = text(f, "%s_high", x->name);
    line(f, "const int64_t %s = %s, %s = %s;", least, low, greatest, high);
    x->low = least;
    x->high = greatest;
    ask(t, text(f, "%s >= -most && %s <= most", least, greatest));
}

static void find_iterator(kernel_text *t, node *n)
{
    frame *f = &t->f;
    kernel_variable *x = n->local ? kernel_local(t->k, n->local) : NULL;
    if (!x || x->assigned || x->low) return;
    if (n == t->k->root) {
        line(f, "const int64_t first_round = r[0].at, last_round = r[0].left ? r[0].at + (int64_t)(r[0].left - 1) * r[0].by : r[0].at;");
        declare(t, x, "first_round < last_round ? first_round : last_round", "first_round < last_round ? last_round : first_round");
        return;
    }
    interval from = {"1", "1"}, to;
    int64_t step = 1;
    if (n->count == 4) {
        const node *by = n->kids[3];
        if (by->op != OP_CONSTANT || !ly_is_int(by->value)) return;
        step = ly_int_of(by->value);
    }
    if (n->count > 2 && !find_interval(t, n->kids[1], &from)) return;
    if (!find_interval(t, n->kids[n->count == 2 ? 1 : 2], &to)) return;
    if (step > 0) declare(t, x, from.low, to.high);
    else declare(t, x, to.low, from.high);
}

static void find_variables(kernel_text *t, node *n)
{
    if (n->op == OP_DO && n->range < t->k->range_count) find_iterator(t, n);
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i]) find_variables(t, n->kids[i]);
    if (n->plain) find_variables(t, n->plain);
}

/* ---- indices */

static bool find_index(kernel_text *t, const kernel_variable *x, uint32_t dimension, node *index)
{
    interval found;
    index->contained = x && x->type.rank && find_interval(t, index, &found);
    if (!index->contained) return false;
    ask(t, text(&t->f, "%s >= 1 && %s <= %s_length%u", found.low, found.high, x->name, dimension));
    return true;
}

static bool find_indices(kernel_text *t, node *n)
{
    bool found = false;
    const node *data = NULL;
    if (n->op == OP_SET_PART || n->op == OP_STEP_PART) {
        data = n;
    } else if (n->op == OP_PRIMITIVE && n->primitive == PRIMITIVE_part) {
        data = n->kids[0];
        if (data->op == OP_PRIMITIVE && data->primitive == PRIMITIVE_part) {
            const kernel_variable *x = variable_at(t, data->kids[0]);
            found = find_index(t, x, 1, data->kids[1]);
            return find_index(t, x, 2, n->kids[1]) || found;
        }
    } else if (n->op == OP_APPLY && n->value == LY_SYM(Part)) {
        data = n->kids[0];
    }
    const kernel_variable *x = data ? variable_at(t, data) : NULL;
    for (uint32_t i = 1; x && i < n->count && i <= x->type.rank; i++) found |= find_index(t, x, i, n->kids[i]);
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i]) found |= find_indices(t, n->kids[i]);
    if (n->plain) found |= find_indices(t, n->plain);
    return found;
}

/* Arrays that change places, or are copied, have the same dimensions: so no length ever changes. */
static void find_moves(kernel_text *t, const node *n)
{
    bool set = n->op == OP_SET_LOCAL || n->op == OP_SET_SYMBOL, list = n->op == OP_SET_LIST;
    for (uint32_t i = 0; (set || list) && i < n->count - list; i++) {
        const node *from = set ? n->kids[0] : i < n->kids[0]->count ? n->kids[0]->kids[i] : n->kids[0];
        const kernel_variable *a = from->type.rank ? variable_at(t, from) : NULL, *b = variable_at(t, set ? n : n->kids[i + 1]);
        for (uint32_t d = 1; a && b && a != b && d <= a->type.rank; d++)
            ask(t, text(&t->f, "%s_length%u == %s_length%u", a->name, d, b->name, d));
    }
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i]) find_moves(t, n->kids[i]);
    if (n->plain) find_moves(t, n->plain);
}

/* ---- the rounds, twice */

typedef struct version {
    ly_text text;
    uint32_t leaves, strips;
    bool *exits;
} version;

static version write_version(kernel_text *t, void (*rounds)(kernel_text *), bool ranged, double most)
{
    version made = {0};
    frame *f = &t->f;
    ly_text *out = f->out;
    bool *exits = t->exits;
    size_t size = t->k->resume_count + 2;
    made.exits = program_alloc(f->e->p, size);
    memcpy(made.exits, exits, size);
    t->exits = made.exits;
    t->ranged = ranged;
    t->most = most;
    t->leaves = t->strips = 0;
    f->out = &made.text;
    f->indent++;
    rounds(t);
    f->indent--;
    f->out = out;
    t->ranged = false;
    t->exits = exits;
    made.leaves = t->leaves;
    made.strips = t->strips;
    return made;
}

static void take_version(kernel_text *t, version *v)
{
    for (uint32_t i = 1; i <= v->strips; i++) line(&t->f, "bool calm_%u = true;", i);
    ly_text_add(t->f.out, v->text.data ? v->text.data : "", v->text.count);
    ly_text_free(&v->text);
    for (uint32_t i = 0; i < t->k->resume_count + 2; i++) t->exits[i] |= v->exits[i];
}

void emit_ranged(kernel_text *t, void (*rounds)(kernel_text *))
{
    static const double limits[] = {2147483648.0, 33554432.0}; /* products fit 63 bits; or 53 */
    frame *f = &t->f;
    kernel *k = t->k;
    ly_text before = {0}, *out = f->out;
    f->out = &before;
    for (uint32_t i = 0; i < k->variable_count; i++) {
        kernel_variable *x = k->variables[i];
        if (is_fixed(x)) x->low = x->high = x->name;
    }
    find_variables(t, k->root);
    find_moves(t, k->root);
    bool useful = find_indices(t, k->root);
    for (uint32_t i = 0; i < k->variable_count; i++) {
        const kernel_variable *x = k->variables[i];
        if (is_fixed(x)) ask(t, text(f, "%s >= -most && %s <= most", x->name, x->name));
        useful = useful || (x->low && !is_fixed(x));
    }
    f->out = out;
    version checked = write_version(t, rounds, false, 0), best = {0};
    double most = 0;
    for (size_t i = 0; useful && i < sizeof limits / sizeof *limits; i++) {
        version next = write_version(t, rounds, true, limits[i]);
        bool better = next.leaves < (most ? best.leaves : checked.leaves);
        ly_text_free(better ? &best.text : &next.text);
        if (!better) continue;
        best = next;
        most = limits[i];
    }
    if (most) {
        line(f, "const int64_t most = %.0f;", most);
        line(f, "bool ranged = true;");
        ly_text_add(f->out, before.data ? before.data : "", before.count);
        open_block(f, "if (ranged)");
        take_version(t, &best);
        f->indent--;
        open_block(f, "} else");
    } else {
        open_plain_block(f);
    }
    take_version(t, &checked);
    close_block(f);
    ly_text_free(&before);
}
