/* emit_pure.c: pure loops: a C function on unboxed numbers each, and how the generic code tries it.

   For an expression NAME three functions are written: NAME itself (ly_pure_loop in abi.h), which computes
   any range of its positions; NAME_shape, how many there are; NAME_of, which takes the words of the
   variables and gives the value, or LY_UNEVALUATED where the generic code has to do it. */
#include <string.h>

#include "codegen/kernel.h"

static const type integer = {TYPE_INT, 0}, real = {TYPE_REAL, 0}, mixed = {TYPE_MIXED, 0};

static const char *c_type(type t) { return t.base == TYPE_INT ? "int64_t" : t.base == TYPE_BOOL ? "bool" : "double"; }

static const char *packed_kind(type t) { return t.base == TYPE_INT ? "LY_PACKED_INT64" : "LY_PACKED_REAL"; }

static bool has_loop(const node *n)
{
    if (n->op == OP_TABLE || n->op == OP_TOTAL) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && has_loop(n->kids[i])) return true;
    return false;
}

/* ---- iterators */

/* An iterator's bounds in C. */
typedef struct rounds {
    const char *at, *by, *to, *count;
} rounds;

static rounds emit_bounds(kernel_text *t, node *n)
{
    rounds r = {"1", "1", NULL, NULL};
    const char *bounds[3];
    for (uint32_t i = 1; i < n->count; i++) bounds[i - 1] = as_int(t, emit_unboxed(t, n->kids[i]));
    if (n->count == 2) r.to = bounds[0];
    if (n->count > 2) r.at = bounds[0], r.to = bounds[1];
    if (n->count > 3) {
        r.by = bounds[2];
        leave_if(t, "%s == 0", r.by);
    }
    return r;
}

static rounds emit_count(kernel_text *t, node *n)
{
    rounds r = emit_bounds(t, n);
    if (t->noted) leave_if(t, "%s >> 63", t->noted);
    r.count = temp_name(&t->f, "count");
    line(&t->f, "const int64_t %s = (int64_t)ly_rounds(%s, %s, %s);", r.count, r.at, r.to, r.by);
    return r;
}

/* for (p …), the iterator's variable inside. strips: long ones ask in between whether somebody polls. */
static const char *open_rounds(kernel_text *t, node *n, rounds r, const char *from, const char *to, bool strips)
{
    frame *f = &t->f;
    const char *p = temp_name(f, "p");
    if (strips) {
        const char *stop = temp_name(f, "stop");
        open_block(f, "for (int64_t %s = %s; %s < %s;)", p, from, p, to);
        line(f, "const int64_t %s = %s - %s > 4096 ? %s + 4096 : %s;", stop, to, p, p, to);
        leave_if(t, "%s < %s && ly_polled(cx)", stop, to);
        open_block(f, "for (; %s < %s; %s++)", p, stop, p);
    } else {
        open_block(f, "for (int64_t %s = %s; %s < %s; %s++)", p, from, p, to, p);
    }
    if (!n->local) return p;
    const char *name = kernel_local(t->k, n->local)->name;
    if (strcmp(r.by, "1") == 0) line(f, "const int64_t %s = %s + %s;", name, r.at, p);
    else line(f, "const int64_t %s = %s + %s * %s;", name, r.at, p, r.by);
    return p;
}

static void close_rounds(kernel_text *t, bool strips)
{
    close_block(&t->f);
    if (strips) close_block(&t->f);
}

/* ---- Sum, Product */

static void add_term(kernel_text *t, node *body, bool product, type kind, const char *total)
{
    frame *f = &t->f;
    unboxed v = emit_unboxed(t, body);
    if (kind.base != TYPE_INT) {
        if (v.exact) note_if(t, "%s", v.exact);
        line(f, "%s %s= %s;", total, product ? "*" : "+", as_real(t, v, false));
        return;
    }
    unboxed now = {.text = total, .type = integer, .finite = true};
    line(f, "%s = %s;", total, emit_pair(t, product ? '*' : '+', now, v).text);
}

/* One iterator and those inside it that add to the same total; some: set where there are terms. */
static void emit_level(kernel_text *t, node *n, type kind, const char *total, const char *some, const char *from,
                       const char *to)
{
    bool product = n->value == LY_SYM(Times), root = from != NULL, nested = n->kids[0]->op == OP_TOTAL && n->kids[0]->inner;
    bool strips = !root && !has_loop(n->kids[0]);
    rounds r = root ? emit_bounds(t, n) : emit_count(t, n);
    if (some && !nested) line(&t->f, "if (%s > 0) %s = true;", r.count, some);
    open_rounds(t, n, r, root ? from : "0", root ? to : r.count, strips);
    if (nested) emit_level(t, n->kids[0], kind, total, some, NULL, NULL);
    else add_term(t, n->kids[0], product, kind, total);
    close_rounds(t, strips);
}

unboxed emit_pure_number(kernel_text *t, node *n)
{
    frame *f = &t->f;
    bool product = n->value == LY_SYM(Times), whole = n->type.base == TYPE_INT, noting = !t->noted;
    const char *total = temp_name(f, product ? "product" : "sum"), *some = whole ? NULL : temp_name(f, "some");
    const char *noted = t->noted;
    if (noting) {
        noted = t->noted = temp_name(f, "noted");
        line(f, "uint64_t %s = 0;", noted);
    }
    line(f, "%s %s = %s;", whole ? "int64_t" : "double", total, whole ? (product ? "1" : "0") : product ? "1.0" : "-0.0");
    if (some) line(f, "bool %s = false;", some);
    emit_level(t, n, whole ? integer : real, total, some, NULL, NULL);
    if (some && !product) line(f, "if (!%s) %s = 0;", some, total);
    if (noting) {
        t->noted = NULL;
        leave_if(t, "%s >> 63", noted);
    }
    return (unboxed){.text = total, .type = whole ? integer : mixed, .finite = whole, .exact = some ? text(f, "!%s", some) : NULL};
}

/* ---- arrays */

/* The elements of n at positions from … to, behind base in out. depth: which dimension. */
static void emit_rows(kernel_text *t, node *n, type kind, uint32_t depth, const char *base, const char *from, const char *to)
{
    frame *f = &t->f;
    node *body = n->kids[0];
    rounds r = from ? emit_bounds(t, n) : emit_count(t, n);
    if (!from) leave_if(t, "%s != dim_%u", r.count, depth);
    bool strips = !from && kind.rank == 1 && !has_loop(body);
    const char *p = open_rounds(t, n, r, from ? from : "0", from ? to : r.count, strips);
    const char *at = base ? text(f, "%s + %s", base, p) : p;
    if (kind.rank > 1) {
        const char *row = temp_name(f, "row");
        line(f, "const int64_t %s = (%s) * dim_%u;", row, at, depth + 1);
        emit_rows(t, body, (type){kind.base, (uint8_t)(kind.rank - 1)}, depth + 1, row, NULL, NULL);
    } else {
        unboxed v = emit_unboxed(t, body);
        if (v.exact) note_if(t, "%s", v.exact);
        const char *value = kind.base == TYPE_INT ? as_int(t, v) : as_real(t, v, false), *kept = temp_name(f, "e");
        line(f, "const %s %s = %s;", c_type(kind), kept, value);
        line(f, "%s |= ly_noted_%s(%s);", t->noted, kind.base == TYPE_INT ? "word" : "real", kept);
        line(f, "out[%s] = %s;", at, kept);
    }
    close_rounds(t, strips);
}

/* How many positions there are at each level; of inner ones, in the first round. */
static void emit_shape(kernel_text *t, node *n, uint32_t rank, uint32_t depth)
{
    rounds r = emit_count(t, n);
    line(&t->f, "dims[%u] = %s;", depth, r.count);
    if (depth + 1 >= rank) return;
    if (n->local) {
        const char *name = kernel_local(t->k, n->local)->name;
        line(&t->f, "const int64_t %s = %s;", name, r.at);
        line(&t->f, "(void)%s;", name);
    }
    emit_shape(t, n->kids[0], rank, depth + 1);
}

/* ---- the functions */

/* The name stands in the text, whole or with a tail (x_at, x_length1). */
static bool is_mentioned(const ly_text *c, const char *name, bool tails)
{
    static const char *const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    size_t n = strlen(name);
    for (const char *at = c->data; at && (at = strstr(at, name)); at += n) {
        bool begins = at == c->data || !strchr(letters, at[-1]), ends = !at[n] || !strchr(letters, at[n]);
        if (begins && (ends || (tails && at[n] == '_'))) return true;
    }
    return false;
}

/* What the body needs of the variables from outside, their types asked for. */
static void emit_captured(kernel_text *t, const pure *u, const ly_text *body)
{
    frame *f = &t->f;
    for (uint32_t i = 0; i < u->k.variable_count; i++) {
        const kernel_variable *x = u->k.variables[i];
        const char *name = x->name, *length, *word = text(f, "v[%u]", i);
        if (!x->outer || !is_mentioned(body, name, true)) continue;
        if (x->type.rank) {
            if (is_mentioned(body, text(f, "%s_at", name), false))
                line(f, "const %s *const %s_at = ly_packed_of(%s)->data;", c_type(x->type), name, word);
            for (uint32_t k = 0; k < x->type.rank; k++)
                if (is_mentioned(body, length = text(f, "%s_length%u", name, k + 1), false))
                    line(f, "const int64_t %s = (int64_t)ly_packed_of(%s)->dims[%u];", length, word, k);
            continue;
        }
        switch (x->type.base) {
        case TYPE_INT:
            line(f, "if (!ly_is_int(%s)) return LY_KERNEL_REFUSED;", word);
            line(f, "const int64_t %s = ly_int_of(%s);", name, word);
            break;
        case TYPE_BOOL:
            line(f, "if (%s != LY_SYM(True) && %s != LY_SYM(False)) return LY_KERNEL_REFUSED;", word, word);
            line(f, "const bool %s = %s == LY_SYM(True);", name, word);
            break;
        case TYPE_REAL:
            line(f, "if (!ly_is_real(%s)) return LY_KERNEL_REFUSED;", word);
            line(f, "const double %s = ly_real_of(%s);", name, word);
            break;
        default:
            line(f, "if (!ly_is_real(%s) && !(ly_is_int(%s) && ly_fits_real(ly_int_of(%s)))) return LY_KERNEL_REFUSED;", word, word, word);
            line(f, "const double %s = ly_is_int(%s) ? (double)ly_int_of(%s) : ly_real_of(%s);", name, word, word, word);
            if (is_mentioned(body, text(f, "%s_exact", name), false)) line(f, "const bool %s_exact = ly_is_int(%s);", name, word);
        }
    }
}

static const char *variable_name(kernel_text *t, const kernel_variable *x)
{
    ly_value symbol = x->local ? x->local->symbol : x->global->symbol;
    if (x->local && (!symbol || strcmp(ly_symbol_of(symbol)->context, "Lyra`Locals`") == 0)) return local_name(&t->f, "element");
    return local_name(&t->f, ly_symbol_name(symbol));
}

/* body: the function's lines, consumed; what they need of the variables is put before them. */
static void put_function(kernel_text *t, const pure *u, const char *head, ly_text *body)
{
    ly_text *to = &t->f.e->kernels;
    ly_text_putc(body, 0);
    ly_text_printf(to, "%s\n{\n", head);
    t->f.out = to;
    static const char *const given[] = {"cx", "v", "from", "to"};
    size_t start = to->count;
    if (u) emit_captured(t, u, body);
    ly_text_putc(to, 0);
    for (size_t i = 0; u && i < 4; i++) {
        ly_text rest = {.data = to->data + start};
        if (is_mentioned(body, given[i], false) || is_mentioned(&rest, given[i], false)) continue;
        if (!strstr(head, text(&t->f, " %s,", given[i])) && !strstr(head, text(&t->f, "*%s,", given[i]))) continue;
        to->count--;
        line(&t->f, "(void)%s;", given[i]);
        ly_text_putc(to, 0);
    }
    to->count--;
    ly_text_add(to, body->data, body->count - 1);
    ly_text_puts(to, "}\n");
    ly_text_free(body);
}

static void emit_loop_function(pure *u, kernel_text *t)
{
    frame *f = &t->f;
    ly_text body = {0};
    type scalar = {u->type.base, 0};
    f->out = &body;
    for (uint32_t i = 1; i < u->type.rank; i++)
        line(f, "const int64_t dim_%u = ly_int_of(v[%u]);", i, u->k.variable_count + i);
    line(f, "%s *const out = result;", c_type(scalar));
    line(f, "uint64_t noted = 0;");
    t->noted = "noted";
    if (u->sum) {
        line(f, "%s total = *out;", c_type(scalar));
        emit_level(t, u->root, scalar, "total", NULL, "from", "to");
        if (scalar.base == TYPE_REAL) line(f, "noted |= ly_noted_real(total);");
        line(f, "*out = total;");
    } else {
        emit_rows(t, u->root, u->type, 0, NULL, "from", "to");
    }
    line(f, "return noted >> 63 ? LY_KERNEL_REFUSED : 0;");
    put_function(t, u, text(f, "static int %s(ly_context *cx, const ly_value *v, int64_t from, int64_t to, void *result)", u->name),
                 &body);
}

static void emit_shape_function(pure *u, kernel_text *t)
{
    frame *f = &t->f;
    ly_text body = {0};
    f->out = &body;
    t->noted = NULL;
    emit_shape(t, u->root, u->type.rank, 0);
    line(f, "return 0;");
    put_function(t, u, text(f, "static int %s_shape(ly_context *cx, const ly_value *v, int64_t *dims)", u->name), &body);
}

static const char *parameters(kernel_text *t, const pure *u)
{
    const char *all = "ly_context *cx";
    for (uint32_t i = 0; i < u->k.variable_count; i++)
        if (u->k.variables[i]->outer && !u->k.variables[i]->global) all = text(&t->f, "%s, ly_value %s", all, u->k.variables[i]->name);
    return all;
}

/* What is packed or a symbol's value is held while the loop runs. */
static bool is_held(const kernel_variable *x) { return x->outer && (x->global || x->type.rank); }

static void emit_entry_function(pure *u, kernel_text *t)
{
    frame *f = &t->f;
    emitter *e = f->e;
    ly_text body = {0};
    uint32_t count = u->k.variable_count, rank = u->type.rank ? u->type.rank : 1;
    f->out = &body;
    const char *asked = text(f, "%s_shape(cx, v, dims) == 0", u->name);
    line(f, "ly_value v[%u], made = LY_UNEVALUATED;", count + rank);
    line(f, "int64_t dims[%u];", rank);
    for (uint32_t i = count; i-- > 0;) {
        const kernel_variable *x = u->k.variables[i];
        if (!x->outer) line(f, "v[%u] = LY_FAILED;", i);
        else if (x->global) line(f, "v[%u] = ly_kernel_symbol(cx, %s, false);", i, emit_word(e, x->global->symbol));
        else line(f, x->type.rank ? "v[%u] = ly_retain(%s);" : "v[%u] = %s;", i, x->name);
        if (x->outer && x->type.rank)
            asked = text(f, "ly_kernel_array(cx, &v[%u], %s, %u, false) && %s", i, packed_kind(x->type), x->type.rank, asked);
    }
    open_block(f, "if (%s)", asked);
    if (u->sum) {
        line(f, "made = ly_pure_sum(cx, %s, v, %s, %s, dims[0]);", u->name, u->type.base == TYPE_REAL ? "true" : "false",
             u->root->value == LY_SYM(Times) ? "true" : "false");
    } else {
        for (uint32_t i = 0; i < rank; i++) line(f, "v[%u] = LY_INT(dims[%u]);", count + i, i);
        line(f, "made = ly_pure_array(cx, %s, v, %s, %u, dims);", u->name, packed_kind(u->type), rank);
    }
    close_block(f);
    for (uint32_t i = 0; i < count; i++)
        if (is_held(u->k.variables[i])) line(f, "ly_release(cx, v[%u]);", i);
    line(f, "return made;");
    put_function(t, NULL, text(f, "static ly_value %s_of(%s)", u->name, parameters(t, u)), &body);
}

static void emit_pure(emitter *e, pure *u)
{
    kernel_text t = {.f = {.e = e, .indent = 1}, .k = &u->k, .pure = true};
    const char *kind = u->sum ? "sum_" : "array_";
    u->name = emit_identifier(e, kind, program_text(e->p, "%u", ++e->kernel_count));
    t.f.names = name_table_new(e->p);
    static const char *const reserved[] = {"cx", "v", "from", "to", "out", "result", "noted", "total", "dims", "made"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) local_name(&t.f, reserved[i]);
    for (uint32_t i = 0; i < u->k.variable_count; i++) u->k.variables[i]->name = variable_name(&t, u->k.variables[i]);
    ly_text_puts(&e->kernels, "\n/* ");
    emit_comment_text(e, &e->kernels, u->root->source);
    ly_text_puts(&e->kernels, "\n   on unboxed numbers */\n");
    emit_loop_function(u, &t);
    emit_shape_function(u, &t);
    emit_entry_function(u, &t);
}

/* ---- the generic code's side */

bool has_pure_loop(const node *n) { return n->pure && !n->pure->k.why; }

void emit_pure_loop(frame *f, node *n, const char *variable)
{
    pure *u = n->pure;
    if (!u->name) emit_pure(f->e, u);
    const char *arguments = "cx";
    for (uint32_t i = 0; i < u->k.variable_count; i++) {
        const kernel_variable *x = u->k.variables[i];
        if (x->outer && x->local) arguments = text(f, "%s, %s", arguments, local_text(f, x->local));
    }
    line(f, "%s = %s_of(%s);", variable, u->name, arguments);
    fail_if(f, "ly_failed(%s)", variable);
    f->branches++;
    open_block(f, "if (%s == LY_UNEVALUATED)", variable);
    n->pure = NULL;
    emit_into(f, n, variable);
    n->pure = u;
    close_block(f);
    f->branches--;
}
