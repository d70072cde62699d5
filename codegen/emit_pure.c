/* emit_pure.c: pure loops: a C function on unboxed numbers each, and how the generic code tries it.

   For an expression NAME three functions are written: NAME itself (ly_pure_loop in abi.h), which computes
   any range of its positions; NAME_shape, how many there are; NAME_of, which takes the words of the
   variables and gives the value, or LY_UNEVALUATED where the generic code has to do it. */
#include <string.h>

#include "codegen/kernel.h"

static const type integer = {TYPE_INT, 0}, real = {TYPE_REAL, 0}, mixed = {TYPE_MIXED, 0};

static const char *c_type(type t) { return t.base == TYPE_INT ? "int64_t" : t.base == TYPE_BOOL ? "bool" : "double"; }

static const char *packed_kind(type t) { return t.base == TYPE_INT ? "LY_PACKED_INT64" : "LY_PACKED_REAL"; }

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

/* for (p …). strips: long ones ask in between whether somebody polls. */
static const char *open_positions(kernel_text *t, const char *from, const char *to, bool strips)
{
    frame *f = &t->f;
    const char *p = temp_name(f, "p");
    if (!strips) {
        open_block(f, "for (int64_t %s = %s; %s < %s; %s++)", p, from, p, to, p);
        return p;
    }
    const char *stop = temp_name(f, "stop");
    open_block(f, "for (int64_t %s = %s; %s < %s;)", p, from, p, to);
    line(f, "const int64_t %s = %s - %s > 4096 ? %s + 4096 : %s;", stop, to, p, p, to);
    if (t->pure && !t->parallel) line(f, "if (%s < %s && ly_poll(cx)) return LY_KERNEL_FAILED;", stop, to);
    else leave_if(t, "%s < %s && ly_polled(cx)", stop, to);
    open_block(f, "for (; %s < %s; %s++)", p, stop, p);
    return p;
}

static void bind_iterator(kernel_text *t, const node *n, const char *at, const char *by, const char *p)
{
    if (!n->local) return;
    kernel_variable *x = kernel_local(t->k, n->local);
    const char *name = x->name;
    x->scoped = true;
    if (strcmp(by, "1") == 0) line(&t->f, "const int64_t %s = %s + %s;", name, at, p);
    else line(&t->f, "const int64_t %s = %s + %s * %s;", name, at, p, by);
}

/* The same with the iterator's variable inside. */
static const char *open_rounds(kernel_text *t, node *n, rounds r, const char *from, const char *to, bool strips)
{
    const char *p = open_positions(t, from, to, strips);
    bind_iterator(t, n, r.at, r.by, p);
    return p;
}

/* Behind the loop over x. */
static void end_scope(kernel_text *t, const node *n)
{
    kernel_variable *x = n->local ? kernel_local(t->k, n->local) : NULL;
    if (!x) return;
    x->scoped = false;
    x->reach = NULL;
}

static void close_rounds(kernel_text *t, bool strips)
{
    close_block(&t->f);
    if (strips) close_block(&t->f);
}

/* ---- streams */

bool is_source(const node *n)
{
    return n->op == OP_LOCAL || n->op == OP_SYMBOL || n->op == OP_TABLE || n->op == OP_MAP ||
           (n->op == OP_APPLY && n->value == LY_SYM(Range));
}

static prepared *prepare(kernel_text *t, const node *n)
{
    prepared *x = program_alloc(t->f.e->p, sizeof *x);
    *x = (prepared){.n = n, .outer = t->prepared};
    t->prepared = x;
    return x;
}

static void same_count(kernel_text *t, const char **count, const char *another)
{
    if (!*count) *count = another;
    else if (strcmp(*count, another) != 0) leave_if(t, "%s != %s", *count, another);
}

/* What stands before the loop over the elements of n. *count: how many they are, the same in all of its
   sources. */
static void prepare_stream(kernel_text *t, node *n, const char **count)
{
    frame *f = &t->f;
    if (!is_stream(n)) {
        unboxed v = emit_unboxed(t, n);
        if (v.constant || n->op == OP_LOCAL || n->op == OP_SYMBOL) return;
        if (v.type.base == TYPE_INT || v.type.base == TYPE_REAL) {
            const char *kept = temp_name(f, "same");
            line(f, "const %s %s = %s;", c_type(v.type), kept, v.text);
            v.text = kept;
        }
        prepare(t, n)->value = v;
        return;
    }
    if (!is_source(n)) {
        for (uint32_t i = 0; i < n->count; i++) prepare_stream(t, n->kids[i], count);
        return;
    }
    if (n->op == OP_LOCAL || n->op == OP_SYMBOL) {
        const kernel_variable *x = n->local ? kernel_local(t->k, n->local) : kernel_global(t->k, n->global);
        const char *all = text(f, "%s_length1", x->name);
        for (uint32_t i = 1; i < x->type.rank; i++) {
            const char *length = text(f, "%s_length%u", x->name, i + 1);
            all = text(f, "%s * %s", all, length);
        }
        if (x->type.rank > 1) {
            const char *total = temp_name(f, "count");
            line(f, "const int64_t %s = %s;", total, all);
            all = total;
        }
        same_count(t, count, all);
        prepare(t, n)->count = all;
        return;
    }
    if (n->op == OP_MAP) {
        const char *own = NULL;
        prepare_stream(t, n->kids[0], &own);
        same_count(t, count, own);
        if (n->kids[0]->op == OP_APPLY && is_source(n->kids[0])) {
            /* over a Range: an iterator */
            kernel_variable *x = kernel_local(t->k, n->local);
            prove_rounds(t, n->kids[1], x, t->prepared->at, t->prepared->by, "0", own);
            x->scoped = true;
        }
        prepare(t, n)->count = own;
        return;
    }
    rounds r;
    if (n->op == OP_TABLE) {
        r = emit_count(t, n);
    } else {
        /* Range has its bounds where an iterator has its body */
        node iterator = *n;
        node *kids[4] = {NULL};
        memcpy(kids + 1, n->kids, n->count * sizeof *kids);
        iterator.kids = kids;
        iterator.count = n->count + 1;
        r = emit_count(t, &iterator);
    }
    same_count(t, count, r.count);
    if (n->op == OP_TABLE && n->local) prove_rounds(t, n->kids[0], kernel_local(t->k, n->local), r.at, r.by, "0", r.count);
    prepared *x = prepare(t, n);
    x->at = r.at;
    x->by = r.by;
    x->count = r.count;
}

bool emit_prepared(kernel_text *t, node *n, unboxed *v)
{
    frame *f = &t->f;
    const prepared *x = t->prepared;
    while (x && x->n != n) x = x->outer;
    if (!x) return false;
    if (!x->count) {
        *v = x->value;
        return true;
    }
    if (n->op == OP_LOCAL || n->op == OP_SYMBOL) {
        const kernel_variable *data = n->local ? kernel_local(t->k, n->local) : kernel_global(t->k, n->global);
        const char *name = temp_name(f, "x");
        line(f, "const %s %s = %s_at[%s];", c_type(data->type), name, data->name, t->position);
        *v = (unboxed){.text = name, .type = {data->type.base, 0}, .finite = true};
    } else if (n->op == OP_MAP) {
        unboxed element = emit_unboxed(t, n->kids[0]);
        if (element.exact) note_if(t, "%s", element.exact);
        const kernel_variable *bound = kernel_local(t->k, n->local);
        line(f, "const %s %s = %s;", c_type(bound->type), bound->name,
             bound->type.base == TYPE_INT ? as_int(t, element) : as_real(t, element, true));
        *v = emit_unboxed(t, n->kids[1]);
    } else if (n->op == OP_TABLE) {
        bind_iterator(t, n, x->at, x->by, t->position);
        *v = emit_unboxed(t, n->kids[0]);
    } else {
        const char *name = temp_name(f, "x");
        line(f, "const int64_t %s = %s + %s * %s;", name, x->at, t->position, x->by);
        *v = (unboxed){.text = name, .type = integer, .finite = true};
    }
    return true;
}

/* The element of n at the loop's position, as a number of that type. */
static unboxed emit_element_at(kernel_text *t, node *n, const char *p)
{
    const char *outer = t->position;
    t->position = p;
    unboxed v = emit_unboxed(t, n);
    t->position = outer;
    return v;
}

static const char *as_kind(kernel_text *t, unboxed v, type kind, bool finite)
{
    if (kind.base != TYPE_INT && v.exact) note_if(t, "%s", v.exact);
    return kind.base == TYPE_INT ? as_int(t, v) : as_real(t, v, finite);
}

/* proven: an integer that a word holds. */
static void store(kernel_text *t, unboxed v, type kind, const char *to, bool proven)
{
    frame *f = &t->f;
    const char *kept = temp_name(f, "e");
    line(f, "const %s %s = %s;", c_type(kind), kept, as_kind(t, v, kind, false));
    if (!proven) line(f, "%s |= ly_noted_%s(%s);", t->noted, kind.base == TYPE_INT ? "word" : "real", kept);
    line(f, "%s = %s;", to, kept);
}

/* Where the loop notes trouble that began before it, it is asked for behind it. */
static bool begin_noting(kernel_text *t)
{
    if (t->noted) return false;
    t->noted = temp_name(&t->f, "noted");
    line(&t->f, "uint64_t %s = 0;", t->noted);
    return true;
}

static void end_noting(kernel_text *t, bool own)
{
    const char *noted = t->noted;
    if (!own) return;
    t->noted = NULL;
    leave_if(t, "%s >> 63", noted);
}

/* ---- Sum, Product */

/* plain: no sum overflows. */
static void add_term(kernel_text *t, node *body, bool product, type kind, const char *total, bool plain)
{
    frame *f = &t->f;
    unboxed v = emit_unboxed(t, body);
    if (kind.base != TYPE_INT) {
        if (v.exact) note_if(t, "%s", v.exact);
        line(f, "%s %s= %s;", total, product ? "*" : "+", as_real(t, v, false));
        return;
    }
    unboxed now = {.text = total, .type = integer, .finite = true};
    t->plain = plain;
    line(f, "%s = %s;", total, emit_pair(t, product ? '*' : '+', now, v).text);
    t->plain = false;
}

/* One iterator and those inside it that add to the same total; some: set where there are terms. */
static void emit_level(kernel_text *t, node *n, type kind, const char *total, const char *some, const char *from,
                       const char *to)
{
    frame *f = &t->f;
    node *body = n->kids[0];
    bool product = n->value == LY_SYM(Times), root = from != NULL, nested = body->op == OP_TOTAL && body->inner;
    bool strips = !root && !has_loop(body);
    rounds r = root ? emit_bounds(t, n) : emit_count(t, n);
    if (!root) from = "0", to = r.count;
    if (some && !nested) line(f, "if (%s > 0) %s = true;", to, some);
    const char *most = prove_rounds(t, body, kernel_local(t->k, n->local), r.at, r.by, from, to);
    if (most && kind.base == TYPE_INT && !product && !nested) {
        open_block(f, "if (ly_absolute((double)%s) + %s * (double)(%s - %s) < 4e18)", total, most, to, from);
        open_rounds(t, n, r, from, to, strips);
        add_term(t, body, false, kind, total, true);
        close_rounds(t, strips);
        f->indent--;
        open_block(f, "} else");
        open_rounds(t, n, r, from, to, strips);
        add_term(t, body, false, kind, total, false);
        close_rounds(t, strips);
        close_block(f);
    } else {
        open_rounds(t, n, r, from, to, strips);
        if (nested) emit_level(t, body, kind, total, some, NULL, NULL);
        else add_term(t, body, product, kind, total, false);
        close_rounds(t, strips);
    }
    end_scope(t, n);
}

static unboxed emit_sum(kernel_text *t, node *n)
{
    frame *f = &t->f;
    bool product = n->value == LY_SYM(Times), whole = n->type.base == TYPE_INT;
    const char *total = temp_name(f, product ? "product" : "sum"), *some = whole ? NULL : temp_name(f, "some");
    line(f, "%s %s = %s;", whole ? "int64_t" : "double", total, whole ? (product ? "1" : "0") : product ? "1.0" : "-0.0");
    if (some) line(f, "bool %s = false;", some);
    emit_level(t, n, whole ? integer : real, total, some, NULL, NULL);
    if (some && !product) line(f, "if (!%s) %s = 0;", some, total);
    return (unboxed){.text = total, .type = whole ? integer : mixed, .finite = whole, .exact = some ? text(f, "!%s", some) : NULL};
}

/* ---- Total: reals by halves, integers in order */

static unboxed emit_total_of(kernel_text *t, node *n)
{
    frame *f = &t->f;
    node *data = n->kids[0];
    const char *count = NULL, *total = temp_name(f, "total");
    prepared *outer = t->prepared;
    bool strips = !has_loop(data);
    if (n->type.base == TYPE_INT) {
        prepare_stream(t, data, &count);
        line(f, "int64_t %s = 0;", total);
        const char *p = open_positions(t, "0", count, strips);
        unboxed now = {.text = total, .type = integer, .finite = true};
        line(f, "%s = %s;", total, emit_pair(t, '+', now, emit_element_at(t, data, p)).text);
        close_rounds(t, strips);
        t->prepared = outer;
        return (unboxed){.text = total, .type = integer, .finite = true};
    }
    prepare_stream(t, data, &count);
    const char *halves = temp_name(f, "halves"), *room = temp_name(f, "room");
    line(f, "ly_halving %s;", halves);
    line(f, "double %s[LY_HALVING_MOST];", room);
    open_block(f, "for (ly_halving_start(&%s, %s); %s.count > 0; ly_halving_add(&%s, %s))", halves, count, halves, halves, room);
    if (t->pure && !t->parallel) line(f, "if (%s.at && ly_poll(cx)) return LY_KERNEL_FAILED;", halves);
    else leave_if(t, "%s.at && ly_polled(cx)", halves);
    const char *q = temp_name(f, "q"), *p = temp_name(f, "p");
    open_block(f, "for (int64_t %s = 0; %s < %s.count; %s++)", q, q, halves, q);
    line(f, "const int64_t %s = %s.at + %s;", p, halves, q);
    store(t, emit_element_at(t, data, p), real, text(f, "%s[%s]", room, q), false);
    close_block(f);
    close_block(f);
    t->prepared = outer;
    line(f, "const double %s = %s.sum;", total, halves);
    return (unboxed){.text = total, .type = mixed, .exact = text(f, "%s <= 0", count)};
}

/* ---- Fold, Nest */

static unboxed emit_fold_of(kernel_text *t, node *n)
{
    frame *f = &t->f;
    const kernel_variable *state = kernel_local(t->k, n->local);
    prepared *outer = t->prepared;
    bool mixed_state = state->type.base == TYPE_MIXED, strips = !has_loop(n->kids[1]) && !has_loop(n->kids[2]);
    type kind = state->type.base == TYPE_INT ? integer : real;
    unboxed start = emit_unboxed(t, n->kids[0]);
    if (!mixed_state && start.exact) note_if(t, "%s", start.exact);
    const char *first = kind.base == TYPE_INT ? as_int(t, start) : as_real(t, start, true), *count = NULL, *p;
    if (n->op == OP_FOLD) prepare_stream(t, n->kids[1], &count);
    else count = as_int(t, emit_unboxed(t, n->kids[1]));
    if (n->op == OP_NEST) leave_if(t, "%s < 0", count);
    line(f, "%s %s = %s;", c_type(kind), state->name, first);
    if (mixed_state) line(f, "bool %s_exact = true;", state->name);
    p = open_positions(t, "0", count, strips);
    if (n->op == OP_FOLD) {
        const kernel_variable *element = kernel_local(t->k, n->local2);
        unboxed v = emit_element_at(t, n->kids[1], p);
        line(f, "const %s %s = %s;", c_type(element->type), element->name, as_kind(t, v, element->type, true));
    }
    unboxed next = emit_unboxed(t, n->kids[2]);
    line(f, "%s = %s;", state->name, as_kind(t, next, kind, true));
    if (mixed_state) line(f, "%s_exact = false;", state->name);
    close_rounds(t, strips);
    t->prepared = outer;
    unboxed v = {.text = state->name, .type = state->type, .finite = true};
    if (mixed_state) v.exact = text(f, "%s_exact", state->name);
    return v;
}

/* ---- Select */

/* The loop's body: if (test). Gives the element's name. */
static const char *open_selected(kernel_text *t, node *n, const char *p)
{
    frame *f = &t->f;
    const kernel_variable *element = kernel_local(t->k, n->local);
    unboxed v = emit_element_at(t, n->kids[0], p);
    line(f, "const %s %s = %s;", c_type(element->type), element->name, as_kind(t, v, element->type, true));
    return element->name;
}

static unboxed emit_number_selected(kernel_text *t, node *n)
{
    frame *f = &t->f;
    const char *count = NULL, *selected = temp_name(f, "selected");
    prepared *outer = t->prepared;
    bool strips = !has_loop(n->kids[0]) && !has_loop(n->kids[1]);
    prepare_stream(t, n->kids[0], &count);
    line(f, "int64_t %s = 0;", selected);
    const char *p = open_positions(t, "0", count, strips);
    open_selected(t, n, p);
    const char *c = emit_condition(t, n->kids[1]);
    line(f, "%s += (%s);", selected, c);
    close_rounds(t, strips);
    t->prepared = outer;
    return (unboxed){.text = selected, .type = integer, .finite = true};
}

unboxed emit_pure_number(kernel_text *t, node *n)
{
    bool own = begin_noting(t);
    unboxed v = n->op == OP_TOTAL                    ? emit_sum(t, n)
              : n->op == OP_FOLD || n->op == OP_NEST ? emit_fold_of(t, n)
              : n->op == OP_PRIMITIVE                ? emit_number_selected(t, n->kids[0])
                                                     : emit_total_of(t, n);
    end_noting(t, own);
    return v;
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
    if (!from) from = "0", to = r.count;
    if (n->local) prove_rounds(t, body, kernel_local(t->k, n->local), r.at, r.by, from, to);
    const char *p = open_rounds(t, n, r, from, to, strips);
    const char *at = base ? text(f, "%s + %s", base, p) : p;
    if (kind.rank > 1) {
        const char *row = temp_name(f, "row");
        line(f, "const int64_t %s = (%s) * dim_%u;", row, at, depth + 1);
        emit_rows(t, body, (type){kind.base, (uint8_t)(kind.rank - 1)}, depth + 1, row, NULL, NULL);
    } else {
        store(t, emit_unboxed(t, body), (type){kind.base, 0}, text(f, "out[%s]", at), body->proven);
    }
    close_rounds(t, strips);
    end_scope(t, n);
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

/* The dimensions of a stream: those of its first source. */
static bool emit_stream_shape(kernel_text *t, node *n, uint32_t rank, const char *count)
{
    frame *f = &t->f;
    if (n->op == OP_LOCAL || n->op == OP_SYMBOL) {
        const kernel_variable *x = n->local ? kernel_local(t->k, n->local) : kernel_global(t->k, n->global);
        for (uint32_t i = 0; i < rank; i++) line(f, "dims[%u] = %s_length%u;", i, x->name, i + 1);
        return true;
    }
    if (is_source(n) || rank == 1) {
        line(f, "dims[0] = %s;", count);
        return true;
    }
    for (uint32_t i = 0; i < n->count; i++)
        if (is_stream(n->kids[i]) && emit_stream_shape(t, n->kids[i], rank, count)) return true;
    return false;
}

/* Of several dimensions, those of all sources. */
static void emit_same_shape(kernel_text *t, node *n, uint32_t rank)
{
    if (n->op == OP_LOCAL || n->op == OP_SYMBOL) {
        const kernel_variable *x = n->local ? kernel_local(t->k, n->local) : kernel_global(t->k, n->global);
        for (uint32_t i = 0; i < rank; i++) leave_if(t, "dims[%u] != %s_length%u", i, x->name, i + 1);
        return;
    }
    for (uint32_t i = 0; !is_source(n) && i < n->count; i++)
        if (is_stream(n->kids[i])) emit_same_shape(t, n->kids[i], rank);
}

/* The source of the elements that the loop function gives; NULL: a Table's or Sum's iterator. */
static node *stream_of(const pure *u)
{
    if (u->kind == PURE_TOTAL || u->kind == PURE_SELECTION) return u->root->kids[0];
    return u->kind == PURE_ARRAY && u->root->op != OP_TABLE ? u->root : NULL;
}

/* Elements from … to of a stream into out, one behind the other; of a selection, those that are meant. */
static void emit_elements(kernel_text *t, const pure *u)
{
    frame *f = &t->f;
    node *data = stream_of(u);
    const char *count = NULL;
    type kind = {u->type.base, 0};
    prepare_stream(t, data, &count);
    if (u->kind == PURE_SELECTION) line(f, "int64_t selected = *kept;");
    const char *p = open_positions(t, "from", "to", false);
    if (u->kind == PURE_SELECTION) {
        const char *element = open_selected(t, u->root, p);
        const char *c = emit_condition(t, u->root->kids[1]);
        line(f, "out[selected] = %s;", element);
        line(f, "selected += (%s);", c);
    } else {
        const char *at = u->kind == PURE_TOTAL ? text(f, "out[%s - from]", p) : text(f, "out[%s]", p);
        store(t, emit_element_at(t, data, p), kind, at, false);
    }
    close_rounds(t, false);
    if (u->kind == PURE_SELECTION) line(f, "*kept = selected;");
    t->prepared = NULL;
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

/* other: its way to its other form (emit_tier). body: the function's lines, consumed; what they need of the variables is put before them. */
static void put_function(kernel_text *t, const pure *u, const char *head, const char *other, ly_text *body)
{
    ly_text *to = &t->f.e->kernels;
    ly_text_putc(body, 0);
    ly_text_printf(to, "%s\n{\n%s", head, other);
    t->f.out = to;
    static const char *const given[] = {"cx", "v", "from", "to"};
    size_t start = to->count;
    if (u) emit_captured(t, u, body);
    if (u && is_mentioned(body, "levels", false)) emit_levels(&t->f, &u->k);
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
    for (uint32_t i = 1; u->kind == PURE_ARRAY && i < u->rank && !stream_of(u); i++)
        line(f, "const int64_t dim_%u = ly_int_of(v[%u]);", i, u->k.variable_count + i);
    if (u->kind == PURE_SELECTION) {
        line(f, "int64_t *const kept = &((ly_selection *)result)->count;");
        line(f, "%s *const out = ((ly_selection *)result)->data;", c_type(scalar));
    } else {
        line(f, "%s *const out = result;", c_type(scalar));
    }
    line(f, "uint64_t noted = 0;");
    t->noted = "noted";
    switch (u->kind) {
    case PURE_SUM:
        line(f, "%s total = *out;", c_type(scalar));
        emit_level(t, u->root, scalar, "total", NULL, "from", "to");
        if (scalar.base == TYPE_REAL) line(f, "noted |= ly_noted_real(total);");
        line(f, "*out = total;");
        break;
    case PURE_NUMBER: {
        unboxed v = emit_pure_number(t, u->root);
        if (v.exact) note_if(t, "%s", v.exact);
        line(f, "*out = %s;", as_kind(t, v, scalar, true));
        break;
    }
    default:
        if (stream_of(u)) emit_elements(t, u);
        else emit_rows(t, u->root, u->type, 0, NULL, "from", "to");
    }
    line(f, "return noted >> 63 ? LY_KERNEL_REFUSED : 0;");
    put_function(t, u, text(f, "static int %s(ly_context *cx, const ly_value *v, int64_t from, int64_t to, void *result)", u->name),
                 emit_tier(f->e, u->name, "int (*)(ly_context *, const ly_value *, int64_t, int64_t, void *)",
                           "cx, v, from, to, result"), &body);
}

static void emit_shape_function(pure *u, kernel_text *t)
{
    frame *f = &t->f;
    ly_text body = {0};
    f->out = &body;
    t->asking = true;
    node *data = stream_of(u);
    if (u->kind == PURE_NUMBER) {
        line(f, "dims[0] = 1;");
    } else if (data) {
        const char *count = NULL;
        prepare_stream(t, data, &count);
        t->prepared = NULL;
        emit_stream_shape(t, data, u->rank, count);
        if (u->rank > 1) emit_same_shape(t, data, u->rank);
    } else {
        emit_shape(t, u->root, u->rank ? u->rank : 1, 0);
    }
    line(f, "return 0;");
    t->asking = false;
    put_function(t, u, text(f, "static int %s_shape(ly_context *cx, const ly_value *v, int64_t *dims)", u->name), "", &body);
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
    uint32_t count = u->k.variable_count, rank = u->rank ? u->rank : 1;
    f->out = &body;
    const char *asked = text(f, "%s_shape(cx, v, dims) == 0", u->name);
    emit_clone_guards(f, &u->k, "LY_UNEVALUATED");
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
    const char *reals = u->type.base == TYPE_REAL ? "true" : "false";
    switch (u->kind) {
    case PURE_SUM:
        line(f, "made = ly_pure_sum(cx, %s, v, %s, %s, dims[0]);", u->name, reals,
             u->root->value == LY_SYM(Times) ? "true" : "false");
        break;
    case PURE_NUMBER: line(f, "made = ly_pure_number(cx, %s, v, %s);", u->name, reals); break;
    case PURE_TOTAL: line(f, "made = ly_pure_total(cx, %s, v, %s, dims[0]);", u->name, reals); break;
    case PURE_SELECTION: line(f, "made = ly_pure_selection(cx, %s, v, %s, dims[0]);", u->name, reals); break;
    default:
        for (uint32_t i = 0; i < rank; i++) line(f, "v[%u] = LY_INT(dims[%u]);", count + i, i);
        if (u->parallel) emit_parallel_run(f, u);
        else line(f, "made = ly_pure_array(cx, %s, v, %s, %u, %s, dims);", u->name, packed_kind(u->type), rank,
                  stream_of(u) && rank > 1 ? "true" : "false");
    }
    close_block(f);
    for (uint32_t i = 0; i < count; i++)
        if (is_held(u->k.variables[i])) line(f, "ly_release(cx, v[%u]);", i);
    line(f, "return made;");
    put_function(t, NULL, text(f, "static ly_value %s_of(%s)", u->name, parameters(t, u)), "", &body);
}

static void emit_pure(emitter *e, pure *u)
{
    settle_pure_loop(e->p, u);
    kernel_text t = {.f = {.e = e, .indent = 1}, .k = &u->k, .pure = true, .parallel = u->parallel};
    static const char *const kinds[] = {"array_", "sum_", "total_", "number_", "selection_"};
    u->name = emit_identifier(e, kinds[u->kind], program_text(e->p, "%u", ++e->kernel_count));
    t.f.names = name_table_new(e->p);
    static const char *const reserved[] = {"cx", "v", "from", "to", "out", "result", "noted", "total", "dims", "made", "kept", "selected", "levels"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) local_name(&t.f, reserved[i]);
    for (uint32_t i = 0; i < u->k.variable_count; i++) u->k.variables[i]->name = variable_name(&t, u->k.variables[i]);
    ly_text_puts(&e->kernels, "\n/* ");
    emit_comment_text(e, &e->kernels, u->root->source);
    ly_text_puts(&e->kernels, "\n   on unboxed numbers */\n");
    emit_shape_function(u, &t);
    emit_loop_function(u, &t);
    emit_entry_function(u, &t);
}

/* ---- the generic code's side */

bool has_pure_loop(const node *n) { return n->pure && !n->pure->k.why; }

void emit_pure_loop(frame *f, node *n, const char *variable)
{
    pure *u = n->pure;
    for (pure *form = u; form; form = form->other) {
        if (!form->name) emit_pure(f->e, form);
        const char *arguments = "cx";
        for (uint32_t i = 0; i < form->k.variable_count; i++) {
            const kernel_variable *x = form->k.variables[i];
            if (x->outer && x->local) arguments = text(f, "%s, %s", arguments, local_text(f, x->local));
        }
        line(f, form == u ? "%s = %s_of(%s);" : "if (%s == LY_UNEVALUATED) %s = %s_of(%s);", variable,
             form == u ? form->name : variable, form == u ? arguments : form->name, arguments);
        fail_if(f, "ly_failed(%s)", variable);
    }
    f->branches++;
    open_block(f, "if (%s == LY_UNEVALUATED)", variable);
    n->pure = NULL;
    emit_into(f, n, variable);
    n->pure = u;
    close_block(f);
    f->branches--;
}
