/* compare.c: sameness, canonical order and hashes of values.

   All three walk both values with a stack of their own in plain memory, so that data a million deep
   needs no deep C stack. What is walked is an `operand`: a value, or a row or number inside a packed
   array, so that packed and unpacked lists are compared without making either into the other.

   Canonical order: numbers by value (where equal: integer, real, rational), strings, byte arrays,
   symbols, then everything else; shorter expressions before longer ones, then heads, then arguments.
   Products, sums and powers are ordered as terms of polynomials: Times[c, u, v] by v, then u, then
   c; x as x^1 and as 1 x; a sum by its last term first. */
#include <math.h>
#include <stdlib.h>

#include <utf8proc.h>

#include "value/number.h"
#include "memory/memory.h"
#include "value/value.h"

/* ---- operands --------------------------------------------------------------------------------- */

typedef struct operand {
    ly_value v;
    uint32_t level; /* packed: how many indices are fixed; 0 for everything else */
    size_t offset;  /* packed: of the first number that is left */
} operand;

static operand whole(ly_value v) { return (operand){v, 0, 0}; }

/* A number inside a packed array as a value: what does not fit a word stands in `scratch`. */
typedef struct scratch {
    ly_real_box re, im;
    ly_complex complex;
} scratch;

static ly_value real_in(ly_real_box *box, double d)
{
    ly_value v = ly_real_word(d);
    if (v) return v;
    box->o = (ly_object){.count = 0, .kind = LY_KIND_REAL};
    box->value = d;
    return ly_from_object(box);
}

static bool is_row(operand x)
{
    return ly_is_packed(x.v) && x.level < ly_packed_of(x.v)->rank;
}

/* The value of an operand that is no row. */
static ly_value value_of(operand x, scratch *room)
{
    const ly_packed *p;
    if (!ly_is_packed(x.v)) return x.v;
    p = ly_packed_of(x.v);
    switch (p->type) {
    case LY_PACKED_INT64:
        return LY_INT(((const int64_t *)p->data)[x.offset]);
    case LY_PACKED_REAL:
        return real_in(&room->re, ((const double *)p->data)[x.offset]);
    default:
        room->complex.o = (ly_object){.count = 0, .kind = LY_KIND_COMPLEX};
        room->complex.re = real_in(&room->re, ((const double *)p->data)[2 * x.offset]);
        room->complex.im = real_in(&room->im, ((const double *)p->data)[2 * x.offset + 1]);
        return ly_from_object(&room->complex);
    }
}

static bool is_normal(operand x) { return is_row(x) || (ly_is_expr(x.v) || ly_is_association(x.v)); }

/* Number of arguments of an expression, row or association (an association's are its rules). */
static size_t width(operand x)
{
    if (is_row(x)) return ly_packed_of(x.v)->dims[x.level];
    if (ly_is_association(x.v)) return ly_association_of(x.v)->count;
    return ly_expr_of(x.v)->count;
}

static ly_value head_of(operand x)
{
    if (is_row(x)) return LY_SYM(List);
    if (ly_is_association(x.v)) return LY_SYM(Association);
    return ly_expr_of(x.v)->head;
}

/* Argument i (from 0) of an expression or row. */
static operand argument(operand x, size_t i)
{
    if (is_row(x)) {
        const ly_packed *p = ly_packed_of(x.v);
        size_t stride = 1;
        for (size_t k = x.level + 1; k < p->rank; k++) stride *= p->dims[k];
        return (operand){x.v, x.level + 1, x.offset + i * stride};
    }
    return whole(ly_expr_of(x.v)->args[i]);
}

/* ---- the stack of what is left to compare ----------------------------------------------------- */

typedef struct frame {
    operand a, b;
    size_t next, count;         /* pairs of items done, and in all */
    uint32_t at_a, at_b;        /* associations: position among the entries */
    uint8_t order_a, order_b;   /* items_… */
    int tie;                    /* what all pairs being the same means */
    ly_value last_a, last_b;    /* compared where tie is 0; LY_FAILED: nothing */
} frame;

enum {
    items_forward,  /* arguments from the first */
    items_whole,    /* the head, then the arguments */
    items_backward, /* arguments from the last */
    items_self,     /* the operand itself, once */
    items_power,    /* base and exponent; 1 where there is none */
    items_entries,  /* keys and values of an association, alternately */
};

typedef struct walk {
    frame *frames;
    size_t count, capacity;
    frame room[24];
} walk;

static void walk_start(walk *w)
{
    w->frames = w->room;
    w->count = 0;
    w->capacity = sizeof w->room / sizeof *w->room;
}

static void walk_end(walk *w)
{
    if (w->frames != w->room) ly_free(w->frames);
}

/* Room for one more frame; NULL when there is no memory for it. */
static frame *push(walk *w)
{
    if (w->count == w->capacity) {
        size_t bytes = 2 * w->capacity * sizeof(frame);
        frame *more = w->frames == w->room ? ly_malloc(bytes) : ly_remalloc(w->frames, bytes);
        if (!more) return NULL;
        if (w->frames == w->room) memcpy(more, w->room, sizeof w->room);
        w->frames = more;
        w->capacity *= 2;
    }
    frame *f = &w->frames[w->count++];
    *f = (frame){.last_a = LY_FAILED, .last_b = LY_FAILED};
    return f;
}

static operand item(operand x, uint8_t order, size_t i, uint32_t *at)
{
    switch (order) {
    case items_backward:
        return argument(x, width(x) - 1 - i);
    case items_whole:
        return i == 0 ? whole(head_of(x)) : argument(x, i - 1);
    case items_self:
        return x;
    case items_power:
        if (ly_has_shape(x.v, LY_SYM(Power), 2)) return argument(x, i);
        return i == 0 ? x : whole(LY_INT(1));
    case items_entries: {
        const ly_association *a = ly_association_of(x.v);
        if (i % 2 == 0) return whole(ly_association_next(a, at)->key);
        return whole(a->entries[*at - 1].value);
    }
    default:
        return argument(x, i);
    }
}

/* ---- sameness --------------------------------------------------------------------------------- */

/* Machine reals are the same where they differ in the last bit at most. */
static bool same_doubles(double a, double b)
{
    int64_t i, j;
    if (a == b) return true;
    memcpy(&i, &a, 8);
    memcpy(&j, &b, 8);
    if ((i < 0) != (j < 0)) return false;
    return i - j <= 1 && j - i <= 1 && isfinite(a) && isfinite(b);
}

/* Reals of arbitrary precision are the same where they agree to the lower of their precisions. */
static bool same_bigreals(const ly_bigreal *a, const ly_bigreal *b)
{
    bool same;
    mpfr_t difference;
    if (mpfr_equal_p(a->f, b->f)) return true;
    if (mpfr_zero_p(a->f) || mpfr_zero_p(b->f)) return false;
    mpfr_init2(difference, 64);
    mpfr_sub(difference, a->f, b->f, MPFR_RNDN);
    double digits = a->precision < b->precision ? a->precision : b->precision;
    same = mpfr_get_exp(difference) <= mpfr_get_exp(a->f) - (mpfr_exp_t)(digits * 3.3219280948873626);
    mpfr_clear(difference);
    return same;
}

/* a and b are no expressions, rows or associations */
static bool same_atoms(ly_value a, ly_value b)
{
    if (a == b) return true;
    if (ly_is_real(a) && ly_is_real(b)) return same_doubles(ly_real_of(a), ly_real_of(b));
    if (!ly_is_pointer(a) || !ly_is_pointer(b)) return false;
    ly_kind kind = ly_object_of(a)->kind;
    if (ly_object_of(b)->kind != kind) return false;
    switch (kind) {
    case LY_KIND_STRING: {
        const ly_string *s = ly_string_of(a), *t = ly_string_of(b);
        return s->bytes == t->bytes && memcmp(s->data, t->data, s->bytes) == 0;
    }
    case LY_KIND_BYTES: {
        const ly_bytes *s = ly_bytes_of(a), *t = ly_bytes_of(b);
        return s->count == t->count && memcmp(s->data, t->data, s->count) == 0;
    }
    case LY_KIND_BIGINT:
        return mpz_cmp(ly_bigint_of(a)->z, ly_bigint_of(b)->z) == 0;
    case LY_KIND_RATIONAL:
        return mpq_equal(ly_rational_of(a)->q, ly_rational_of(b)->q);
    case LY_KIND_BIGREAL:
        return same_bigreals(ly_bigreal_of(a), ly_bigreal_of(b));
    case LY_KIND_COMPLEX:
        return same_atoms(ly_complex_of(a)->re, ly_complex_of(b)->re) &&
               same_atoms(ly_complex_of(a)->im, ly_complex_of(b)->im);
    default:
        return false;
    }
}

static bool same_packed(const ly_packed *a, const ly_packed *b)
{
    if (a->total != b->total || a->rank != b->rank) return false;
    if (memcmp(a->dims, b->dims, a->rank * sizeof *a->dims) != 0) return false;
    if (a->total == 0) return true;
    if (a->type != b->type) return false;
    if (a->type == LY_PACKED_INT64) return memcmp(a->data, b->data, a->total * 8) == 0;
    size_t n = a->type == LY_PACKED_COMPLEX ? 2 * a->total : a->total;
    for (size_t i = 0; i < n; i++)
        if (!same_doubles(((const double *)a->data)[i], ((const double *)b->data)[i])) return false;
    return true;
}

/* 1 the same, 0 different, 2 a frame was pushed that decides, -1 no memory */
static int same_step(walk *w, operand a, operand b)
{
    if (a.v == b.v && a.level == b.level && a.offset == b.offset) return 1;
    bool normal = is_normal(a);
    if (normal != is_normal(b)) return 0;
    if (!normal) {
        scratch room_a, room_b;
        return same_atoms(value_of(a, &room_a), value_of(b, &room_b));
    }
    size_t n = width(a);
    if (n != width(b)) return 0;
    bool map = ly_is_association(a.v);
    if (map != ly_is_association(b.v)) return 0;
    frame *f;
    if (map) {
        uint32_t at_a = 0, at_b = 0;
        for (size_t i = 0; i < n; i++) {
            const ly_entry *x = ly_association_next(ly_association_of(a.v), &at_a);
            const ly_entry *y = ly_association_next(ly_association_of(b.v), &at_b);
            if (x->hash != y->hash || x->delayed != y->delayed) return 0;
        }
        if (!(f = push(w))) return -1;
        f->order_a = f->order_b = items_entries;
        f->count = 2 * n;
    } else {
        if (ly_is_packed(a.v) && ly_is_packed(b.v) && a.level == 0 && b.level == 0)
            return same_packed(ly_packed_of(a.v), ly_packed_of(b.v));
        ly_value head_a = head_of(a), head_b = head_of(b);
        if (head_a != head_b) {
            if (!ly_is_pointer(head_a) || !ly_is_pointer(head_b)) return 0;
            if (!(f = push(w))) return -1;
            f->order_a = f->order_b = items_whole;
            f->count = n + 1;
        } else {
            if (n == 0) return 1;
            if (!(f = push(w))) return -1;
            f->order_a = f->order_b = items_forward;
            f->count = n;
        }
    }
    f->a = a;
    f->b = b;
    return 2;
}

bool ly_same(ly_value a, ly_value b)
{
    walk w;
    if (a == b) return true;
    if (ly_is_int(a) || ly_is_int(b) || ly_is_symbol(a) || ly_is_symbol(b)) return false;
    walk_start(&w);
    int outcome = same_step(&w, whole(a), whole(b));
    while (w.count > 0 && (outcome == 1 || outcome == 2)) {
        frame *f = &w.frames[w.count - 1];
        size_t i = f->next++;
        if (i >= f->count) {
            w.count--;
            outcome = 1;
            continue;
        }
        operand x = item(f->a, f->order_a, i, &f->at_a), y = item(f->b, f->order_b, i, &f->at_b);
        if (f->next == f->count) w.count--; /* the last pair needs no frame below it */
        outcome = same_step(&w, x, y);
    }
    walk_end(&w);
    return outcome == 1;
}

/* ---- order of texts --------------------------------------------------------------------------- */

/* Rank of a combining mark as in the Unicode collation table; marks not listed follow. */
static int mark_rank(int32_t c)
{
    static const uint16_t marks[] = {0x301, 0x300, 0x306, 0x302, 0x30c, 0x30a, 0x308, 0x30b,
                                     0x303, 0x307, 0x328, 0x327, 0x304};
    for (int i = 0; i < (int)(sizeof marks / sizeof *marks); i++)
        if (marks[i] == c) return i + 1;
    return c;
}

typedef struct letter {
    int32_t base; /* sort key of the letter without case and marks */
    int mark;     /* rank of the first mark, 0 for none */
    bool upper;
} letter;

/* Punctuation, then digits, then letters, each in the order of their code points. */
static int32_t class_key(int32_t c)
{
    if (c < 128) {
        if (c >= '0' && c <= '9') return 0x100 + c;
        if (c >= 'a' && c <= 'z') return 0x200 + c;
        return c;
    }
    return 0x1000 + c;
}

static letter letter_of(uint32_t c)
{
    letter l = {0, 0, false};
    if (c < 128) {
        l.upper = c >= 'A' && c <= 'Z';
        l.base = class_key(l.upper ? (int32_t)c + 32 : (int32_t)c);
        return l;
    }
    utf8proc_int32_t parts[8];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 8, UTF8PROC_DECOMPOSE, &boundary);
    utf8proc_int32_t base = n > 0 ? parts[0] : (utf8proc_int32_t)c;
    if (n > 1 && n <= 8) l.mark = mark_rank(parts[1]);
    utf8proc_int32_t lower = utf8proc_tolower(base);
    l.upper = lower != base;
    l.base = class_key(lower);
    return l;
}

/* By letters first, then by marks, then lower case before upper. */
static int compare_texts(const char *a, size_t count_a, const char *b, size_t count_b)
{
    const char *end_a = a + count_a, *end_b = b + count_b;
    int marks = 0, cases = 0;
    while (a < end_a && b < end_b) {
        if (*a == *b && (unsigned char)*a < 128) {
            a++;
            b++;
            continue;
        }
        uint32_t c = ly_utf8_next(&a, end_a), d = ly_utf8_next(&b, end_b);
        if (c == d) continue;
        letter l = letter_of(c), m = letter_of(d);
        if (l.base != m.base) return l.base < m.base ? -1 : 1;
        if (!marks) marks = (l.mark > m.mark) - (l.mark < m.mark);
        if (!cases) cases = l.upper - m.upper;
    }
    if (a < end_a || b < end_b) return a < end_a ? 1 : -1;
    return marks ? marks : cases;
}

static int order_strings(ly_value a, ly_value b)
{
    const ly_string *s = ly_string_of(a), *t = ly_string_of(b);
    return compare_texts(s->data, s->bytes, t->data, t->bytes);
}

static int compare_symbols(ly_value a, ly_value b)
{
    const char *s = ly_symbol_name(a), *t = ly_symbol_name(b);
    int order = compare_texts(s, strlen(s), t, strlen(t));
    if (order || a == b) return order;
    const char *c = ly_symbol_of(a)->context, *d = ly_symbol_of(b)->context;
    order = c && d ? strcmp(c, d) : 0;
    return order ? order : a < b ? -1 : 1;
}

/* ---- order of numbers ------------------------------------------------------------------------- */

static int number_rank(ly_value v)
{
    if (ly_is_integer(v)) return 0;
    return ly_is_rational(v) ? 2 : 1;
}

static int compare_real_numbers(ly_value a, ly_value b)
{
    int order = ly_compare_numbers(a, b);
    if (order == 2) { /* NaN after everything else */
        bool nan_a = ly_is_real(a) && isnan(ly_real_of(a)), nan_b = ly_is_real(b) && isnan(ly_real_of(b));
        return nan_a - nan_b;
    }
    return order ? order : number_rank(a) - number_rank(b);
}

static int compare_numbers(ly_value a, ly_value b)
{
    if (ly_is_int(a) && ly_is_int(b)) return ((int64_t)a > (int64_t)b) - ((int64_t)a < (int64_t)b);
    bool complex_a = ly_is_complex(a), complex_b = ly_is_complex(b);
    if (!complex_a && !complex_b) return compare_real_numbers(a, b);
    ly_value re_a = complex_a ? ly_complex_of(a)->re : a, re_b = complex_b ? ly_complex_of(b)->re : b;
    int order = compare_real_numbers(re_a, re_b);
    if (order) return order;
    ly_value im_a = complex_a ? ly_complex_of(a)->im : LY_INT(0);
    ly_value im_b = complex_b ? ly_complex_of(b)->im : LY_INT(0);
    if (complex_a != complex_b) return complex_a - complex_b;
    return compare_real_numbers(im_a, im_b);
}

/* ---- canonical order -------------------------------------------------------------------------- */

enum { rank_number, rank_string, rank_bytes, rank_symbol, rank_normal, rank_other };

static int rank_of(operand x)
{
    if (is_row(x)) return rank_normal;
    if (ly_is_packed(x.v) || ly_is_number(x.v)) return rank_number;
    if (ly_is_symbol(x.v)) return rank_symbol;
    switch (ly_object_of(x.v)->kind) {
    case LY_KIND_STRING: return rank_string;
    case LY_KIND_BYTES: return rank_bytes;
    case LY_KIND_EXPR:
    case LY_KIND_ASSOCIATION: return rank_normal;
    default: return rank_other;
    }
}

static bool has_head(operand x, ly_value head) { return ly_has_head(x.v, head); }

/* Factors of a product (terms of a sum) but for a number in front. */
static size_t terms(operand x, ly_value head, ly_value *number)
{
    if (!has_head(x, head)) return 1;
    const ly_expr *e = ly_expr_of(x.v);
    if (e->count == 0 || !ly_is_number(e->args[0])) return e->count;
    *number = e->args[0];
    return e->count - 1;
}

enum { out_pushed = 10, out_no_memory = 11 };

/* Pushes the comparison of x and y as products (or sums); false where they are none. */
static int push_terms(walk *w, operand x, operand y, ly_value head, int64_t neutral)
{
    if (!has_head(x, head) && !has_head(y, head)) return 0;
    ly_value number_x = LY_INT(neutral), number_y = LY_INT(neutral);
    size_t n = terms(x, head, &number_x), m = terms(y, head, &number_y);
    if (n == 0 || m == 0) return 0;
    frame *f = push(w);
    if (!f) return out_no_memory;
    f->a = x;
    f->b = y;
    f->order_a = has_head(x, head) ? items_backward : items_self;
    f->order_b = has_head(y, head) ? items_backward : items_self;
    f->count = n < m ? n : m;
    f->tie = (n > m) - (n < m);
    f->last_a = number_x;
    f->last_b = number_y;
    return out_pushed;
}

/* -1, 0, 1, or out_… */
static int order_step(walk *w, operand a, operand b)
{
    frame *f;
    int order;
    if (a.v == b.v && a.level == b.level && a.offset == b.offset) return 0;
    int rank_a = rank_of(a), rank_b = rank_of(b);
    bool terms_a = rank_a == rank_symbol || rank_a == rank_normal;
    bool terms_b = rank_b == rank_symbol || rank_b == rank_normal;
    if (rank_a != rank_b && !(terms_a && terms_b))
        return rank_a < rank_b ? -1 : 1;
    if (rank_a == rank_b) {
        scratch room_a, room_b;
        switch (rank_a) {
        case rank_number:
            order = compare_numbers(value_of(a, &room_a), value_of(b, &room_b));
            return (order > 0) - (order < 0);
        case rank_string: return order_strings(a.v, b.v);
        case rank_bytes: {
            const ly_bytes *s = ly_bytes_of(a.v), *t = ly_bytes_of(b.v);
            size_t n = s->count < t->count ? s->count : t->count;
            order = memcmp(s->data, t->data, n);
            if (order) return order < 0 ? -1 : 1;
            return (s->count > t->count) - (s->count < t->count);
        }
        case rank_symbol:
            order = compare_symbols(a.v, b.v);
            return (order > 0) - (order < 0);
        case rank_other:
            return a.v < b.v ? -1 : 1;
        }
    }
    /* symbols and expressions: as terms of polynomials first */
    if ((order = push_terms(w, a, b, LY_SYM(Times), 1))) return order;
    if (ly_has_shape(a.v, LY_SYM(Power), 2) || ly_has_shape(b.v, LY_SYM(Power), 2)) {
        if (!(f = push(w))) return out_no_memory;
        f->a = a;
        f->b = b;
        f->order_a = f->order_b = items_power;
        f->count = 2;
        return out_pushed;
    }
    if ((order = push_terms(w, a, b, LY_SYM(Plus), 0))) return order;
    if (rank_a != rank_b) return rank_a < rank_b ? -1 : 1;
    size_t n = width(a), m = width(b);
    if (n != m) return n < m ? -1 : 1;
    ly_value head_a = head_of(a), head_b = head_of(b);
    bool map_a = ly_is_association(a.v), map_b = ly_is_association(b.v);
    if (head_a != head_b && ly_is_symbol(head_a) && ly_is_symbol(head_b))
        return compare_symbols(head_a, head_b) < 0 ? -1 : 1;
    if (map_a != map_b) return map_a ? -1 : 1; /* an Association[…] that is none */
    if (!(f = push(w))) return out_no_memory;
    f->a = a;
    f->b = b;
    f->order_a = f->order_b = map_a && map_b ? items_entries : items_whole;
    f->count = map_a && map_b ? 2 * n : n + 1;
    return out_pushed;
}

static int order_words(ly_value a, ly_value b) { return ((int64_t)a > (int64_t)b) - ((int64_t)a < (int64_t)b); }

/* Lists of one length, records say: as far as machine integers and strings decide. False: they don't. */
static bool order_lists(ly_value a, ly_value b, int *order)
{
    if (!ly_is_expr(a) || !ly_is_expr(b)) return false;
    const ly_expr *e = ly_expr_of(a), *f = ly_expr_of(b);
    if (e->head != LY_SYM(List) || f->head != LY_SYM(List) || e->count != f->count) return false;
    *order = 0;
    for (uint32_t i = 0; *order == 0 && i < e->count; i++) {
        ly_value x = e->args[i], y = f->args[i];
        if (x == y) continue;
        if (ly_is_int(x) && ly_is_int(y)) *order = order_words(x, y);
        else if (ly_is_string(x) && ly_is_string(y)) *order = order_strings(x, y);
        else return false;
    }
    return true;
}

int ly_compare(ly_value a, ly_value b)
{
    walk w;
    int order;
    if (ly_is_int(a) && ly_is_int(b)) return order_words(a, b);
    if (order_lists(a, b, &order)) return order;
    walk_start(&w);
    int outcome = order_step(&w, whole(a), whole(b));
    while (w.count > 0 && (outcome == 0 || outcome == out_pushed)) {
        frame *f = &w.frames[w.count - 1];
        size_t i = f->next++;
        if (i < f->count) {
            operand x = item(f->a, f->order_a, i, &f->at_a), y = item(f->b, f->order_b, i, &f->at_b);
            if (f->next == f->count && f->tie == 0 && !f->last_a) w.count--;
            outcome = order_step(&w, x, y);
            continue;
        }
        outcome = f->tie;
        ly_value last_a = f->last_a, last_b = f->last_b;
        w.count--;
        if (outcome == 0 && last_a) outcome = order_step(&w, whole(last_a), whole(last_b));
    }
    walk_end(&w);
    return outcome == out_no_memory || outcome == out_pushed ? 0 : outcome;
}

/* ---- hashes ----------------------------------------------------------------------------------- */

static uint32_t mix(uint32_t hash, uint32_t more)
{
    uint64_t x = ((uint64_t)hash << 32 | more) * 0x9e3779b97f4a7c15u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    return (uint32_t)(x >> 32);
}

static uint32_t hash_u64(uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdu;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53u;
    return (uint32_t)(x >> 32);
}

static uint32_t hash_bytes(const void *data, size_t count)
{
    const unsigned char *p = data;
    uint64_t h = 0x2d358dccaa6c78a5u ^ count;
    while (count >= 8) {
        uint64_t x;
        memcpy(&x, p, 8);
        h = (h ^ x) * 0x9fb21c651e98df25u;
        h ^= h >> 29;
        p += 8;
        count -= 8;
    }
    uint64_t x = 0;
    memcpy(&x, p, count);
    h = (h ^ x) * 0x9fb21c651e98df25u;
    return hash_u64(h);
}

static uint32_t hash_double(double d)
{
    uint64_t u;
    if (d == 0) d = 0; /* -0. and 0. are the same */
    memcpy(&u, &d, 8);
    return hash_u64(u ^ 0x5bd1e995u);
}

/* relaxed: several threads may find out the hash of a shared object at once, and all find the same */
static inline void keep_hash(uint32_t *place, uint32_t hash)
{
    __atomic_store_n(place, hash, __ATOMIC_RELAXED);
}

static uint32_t hash_limbs(mpz_srcptr z)
{
    return hash_bytes(mpz_limbs_read(z), mpz_size(z) * sizeof(mp_limb_t)) ^ (mpz_sgn(z) < 0);
}

static uint32_t hash_atom(ly_value v)
{
    uint32_t h;
    if (ly_is_int(v)) return hash_u64(v);
    if (ly_is_real(v)) return hash_double(ly_real_of(v));
    if (ly_is_symbol(v)) return ly_symbol_of(v)->hash;
    switch (ly_object_of(v)->kind) {
    case LY_KIND_STRING: {
        ly_string *s = ly_string_of(v);
        h = __atomic_load_n(&s->hash, __ATOMIC_RELAXED);
        if (h) return h;
        h = hash_bytes(s->data, s->bytes);
        if (!h) h = 1;
        keep_hash(&s->hash, h);
        return h;
    }
    case LY_KIND_BYTES:
        return mix(7, hash_bytes(ly_bytes_of(v)->data, ly_bytes_of(v)->count));
    case LY_KIND_BIGINT:
        return hash_limbs(ly_bigint_of(v)->z);
    case LY_KIND_RATIONAL:
        return mix(hash_limbs(mpq_numref(ly_rational_of(v)->q)), hash_limbs(mpq_denref(ly_rational_of(v)->q)));
    case LY_KIND_BIGREAL:
        /* the same to few digits hashes the same, but where the digits straddle a rounding */
        return mix(11, hash_double((float)mpfr_get_d(ly_bigreal_of(v)->f, MPFR_RNDN)));
    case LY_KIND_COMPLEX:
        return mix(mix(13, hash_atom(ly_complex_of(v)->re)), hash_atom(ly_complex_of(v)->im));
    default:
        return hash_u64(v);
    }
}

static uint32_t length_seed(size_t n) { return hash_u64(n * 2 + 1); }

static uint32_t hash_row(const ly_packed *p, size_t level, size_t offset)
{
    uint32_t h = mix(length_seed(p->dims[level]), hash_atom(LY_SYM(List)));
    size_t stride = 1;
    for (size_t k = level + 1; k < p->rank; k++) stride *= p->dims[k];
    for (size_t i = 0; i < p->dims[level]; i++, offset += stride) {
        uint32_t part;
        if (level + 1 < p->rank) {
            part = hash_row(p, level + 1, offset);
        } else {
            scratch room;
            part = hash_atom(value_of((operand){ly_from_object(p), p->rank, offset}, &room));
        }
        h = mix(h, part);
    }
    return h ? h : 1;
}

/* The hash of v if it is cached, or computed at once; 0 where its parts must be walked first. */
static uint32_t hash_at_once(ly_value v)
{
    uint32_t h;
    if (ly_is_expr(v)) return __atomic_load_n(&ly_expr_of(v)->hash, __ATOMIC_RELAXED);
    if (ly_is_association(v)) return __atomic_load_n(&ly_association_of(v)->hash, __ATOMIC_RELAXED);
    if (ly_is_packed(v)) {
        ly_packed *p = ly_packed_of(v);
        h = __atomic_load_n(&p->hash, __ATOMIC_RELAXED);
        if (!h) keep_hash(&p->hash, h = hash_row(p, 0, 0));
        return h;
    }
    h = hash_atom(v);
    return h ? h : 1;
}

typedef struct hashing {
    ly_value v;
    size_t next; /* 0: the head, then the arguments; in associations, entries */
    uint32_t hash;
} hashing;

/* The next part to hash of h->v, or LY_FAILED at its end. */
static ly_value next_part(hashing *h)
{
    if (ly_is_expr(h->v)) {
        const ly_expr *e = ly_expr_of(h->v);
        size_t i = h->next++;
        if (i == 0) return e->head;
        return i <= e->count ? e->args[i - 1] : LY_FAILED;
    }
    uint32_t at = (uint32_t)h->next;
    const ly_entry *entry = ly_association_next(ly_association_of(h->v), &at);
    if (!entry) return LY_FAILED;
    h->next = at;
    h->hash = mix(h->hash, entry->hash + entry->delayed);
    return entry->value;
}

static uint32_t start_hash(ly_value v)
{
    if (ly_is_expr(v)) return length_seed(ly_expr_of(v)->count);
    return length_seed(ly_association_of(v)->count) ^ 0x51ed270bu;
}

uint32_t ly_hash(ly_value v)
{
    uint32_t found = hash_at_once(v);
    if (found) return found;
    hashing room[32], *stack = room;
    size_t count = 1, capacity = 32;
    stack[0] = (hashing){v, 0, start_hash(v)};
    while (true) {
        hashing *top = &stack[count - 1];
        ly_value part = next_part(top);
        if (part == LY_FAILED) {
            found = top->hash ? top->hash : 1;
            if (ly_is_expr(top->v)) keep_hash(&ly_expr_of(top->v)->hash, found);
            else keep_hash(&ly_association_of(top->v)->hash, found);
            if (--count == 0) break;
            stack[count - 1].hash = mix(stack[count - 1].hash, found);
            continue;
        }
        found = hash_at_once(part);
        if (!found && count == capacity) {
            size_t bytes = 2 * capacity * sizeof *stack;
            hashing *more = stack == room ? ly_malloc(bytes) : ly_remalloc(stack, bytes);
            if (more) {
                if (stack == room) memcpy(more, room, sizeof room);
                stack = more;
                capacity *= 2;
                top = &stack[count - 1];
            } else {
                found = 1; /* no memory: what is so deep counts little */
            }
        }
        if (found) top->hash = mix(top->hash, found);
        else stack[count++] = (hashing){part, 0, start_hash(part)};
    }
    if (stack != room) ly_free(stack);
    return found;
}
