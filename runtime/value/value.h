/* value.h: what a Lyra value is.

   A value is one 64-bit word (`ly_value`). Its low bits say what it holds:

       xxxx…xxx1   machine integer, 63 bits
       xxxx…xx10   machine real, its bits rotated (see ly_real_word)
       pppp…p100   symbol: pointer to a ly_symbol
       pppp…p000   pointer to a ly_object: everything else
       0           LY_FAILED: no value; the error is pending in the context
       16          LY_UNEVALUATED: a built-in's answer "this call stays as it is"

   Ownership, for every function of the runtime: arguments are borrowed, results are owned by the
   caller. A function named …_take consumes the arguments that its comment names. Where a
   constructor stores values, it consumes them, and says so.

   Objects are immutable while their count is not 1. A plain-counted object (count > 0) is reachable
   from exactly one context; a shared one (count < 0) is counted atomically; 0 is immortal. */
#ifndef LY_VALUE_H
#define LY_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ly_context ly_context;
typedef uint64_t ly_value;

#define LY_FAILED      ((ly_value)0)
#define LY_UNEVALUATED ((ly_value)16)

static inline bool ly_failed(ly_value v) { return v == LY_FAILED; }

/* ---- objects ---------------------------------------------------------------------------------- */

typedef enum ly_kind {
    LY_KIND_EXPR,        /* head and arguments */
    LY_KIND_STRING,      /* UTF-8 text */
    LY_KIND_SYMBOL,      /* named (immortal) or temporary (counted) */
    LY_KIND_BIGINT,      /* integer outside the 63-bit range (GMP) */
    LY_KIND_RATIONAL,    /* canonical, denominator > 1 (GMP) */
    LY_KIND_REAL,        /* double that does not fit in a word */
    LY_KIND_BIGREAL,     /* arbitrary precision (MPFR) */
    LY_KIND_COMPLEX,     /* two real numbers; the imaginary part is never exact 0 */
    LY_KIND_PACKED,      /* packed array: a list of machine numbers, any rank */
    LY_KIND_ASSOCIATION, /* insertion-ordered hash map */
    LY_KIND_BYTES,       /* ByteArray */
    LY_KIND_FOREIGN,     /* an object of foreign/: stream, pool, channel … */
    LY_KIND_COUNT
} ly_kind;

typedef struct ly_object {
    int32_t count;       /* > 0 plain, < 0 shared (atomic), 0 immortal; see ly_count_of */
    uint8_t kind;        /* ly_kind */
    uint8_t flags;       /* LY_FLAG_… */
    uint16_t size_class; /* of the heap; 0 is a large object, see memory.h */
} ly_object;

enum {
    LY_FLAG_TEMPORARY = 1, /* symbol: made by Module or Unique */
    LY_FLAG_HAS_UP = 2,    /* symbol: some context gave it up values (never cleared) */
    LY_FLAG_COMPILED = 4,  /* symbol: some module has compiled rules for it (never cleared) */
    LY_FLAG_SPLICED = 16,  /* symbol: Sequence and its kin, which callers must deal with */
    LY_FLAG_RELIED_ON = 8, /* symbol: compiled code does what it means in C (never cleared) */
    LY_FLAG_BASE = 32,     /* not counted, but freed with the base that it is of (eval/snapshot.h) */
};

static inline bool ly_is_int(ly_value v) { return v & 1; }
static inline bool ly_is_real_word(ly_value v) { return (v & 3) == 2; }
static inline bool ly_is_symbol(ly_value v) { return (v & 7) == 4; }
static inline bool ly_is_pointer(ly_value v) { return (v & 7) == 0 && v > LY_UNEVALUATED; }
/* counted or immortal record behind the word, symbols included; false for LY_FAILED */
static inline bool ly_is_object(ly_value v) { return (v & 3) == 0 && v > LY_UNEVALUATED; }
static inline ly_object *ly_object_of(ly_value v) { return (ly_object *)(uintptr_t)(v & ~(ly_value)7); }
static inline ly_value ly_from_object(const void *object) { return (ly_value)(uintptr_t)object; }
static inline bool ly_is_kind(ly_value v, ly_kind kind)
{
    return ly_is_pointer(v) && ly_object_of(v)->kind == kind;
}
static inline bool ly_is_expr(ly_value v) { return ly_is_kind(v, LY_KIND_EXPR); }
static inline bool ly_is_string(ly_value v) { return ly_is_kind(v, LY_KIND_STRING); }
static inline bool ly_is_association(ly_value v) { return ly_is_kind(v, LY_KIND_ASSOCIATION); }
static inline bool ly_is_packed(ly_value v) { return ly_is_kind(v, LY_KIND_PACKED); }

/* ---- counting --------------------------------------------------------------------------------- */

void ly_retain_shared(ly_object *object);
void ly_release_shared(ly_context *cx, ly_object *object);
/* Frees an object whose count has reached 0 and, iteratively, what only it held. */
void ly_free_object(ly_context *cx, ly_object *object);

/* What other threads may be changing is read whole, in no order: the count of what is shared, whose
   sign never changes while somebody holds it, and flags, which are set and stay. */
#ifdef __TINYC__ /* no atomics; a plain read of a word is one */
static inline int32_t ly_count_of(const ly_object *object) { return object->count; }
static inline unsigned ly_flags(const ly_object *object) { return object->flags; }
#else
static inline int32_t ly_count_of(const ly_object *object)
{
    return __atomic_load_n(&object->count, __ATOMIC_RELAXED);
}
static inline unsigned ly_flags(const ly_object *object)
{
    return __atomic_load_n(&object->flags, __ATOMIC_RELAXED);
}
static inline void ly_flag_set(ly_object *object, uint8_t flag)
{
    if (!(ly_flags(object) & flag)) __atomic_fetch_or(&object->flags, flag, __ATOMIC_RELAXED);
}
#endif

static inline ly_value ly_retain(ly_value v)
{
    if (ly_is_object(v)) {
        ly_object *object = ly_object_of(v);
        int32_t count = ly_count_of(object);
        if (count > 0) object->count = count + 1;
        else if (count < 0) ly_retain_shared(object);
    }
    return v;
}
static inline void ly_release(ly_context *cx, ly_value v)
{
    if (ly_is_object(v)) {
        ly_object *object = ly_object_of(v);
        int32_t count = ly_count_of(object);
        if (count > 1) object->count = count - 1;
        else if (count == 1) ly_free_object(cx, object);
        else if (count < 0) ly_release_shared(cx, object);
    }
}
/* Nobody else holds v: it may be updated in place. v must be an object. */
static inline bool ly_is_unique(ly_value v) { return ly_count_of(ly_object_of(v)) == 1; }

/* ---- machine integers ------------------------------------------------------------------------- */

#define LY_INT_MAX ((int64_t)0x3fffffffffffffff)
#define LY_INT_MIN (-LY_INT_MAX - 1)
/* n within LY_INT_MIN … LY_INT_MAX; use ly_integer for any int64_t */
#define LY_INT(n) ((ly_value)(((uint64_t)(int64_t)(n)) << 1 | 1))
static inline int64_t ly_int_of(ly_value v) { return (int64_t)v >> 1; }
static inline bool ly_int_fits(int64_t n) { return n >= LY_INT_MIN && n <= LY_INT_MAX; }

/* ---- machine reals ---------------------------------------------------------------------------- */

typedef struct ly_real_box {
    ly_object o;
    double value;
} ly_real_box;

/* Adding 2^60 to the bits of a double whose magnitude lies within about 1e-77 … 1e77 makes bits 62
   and 61 read 10; rotated left by 3, word and tag are one. The words 2 and 6, which the smallest
   such magnitude would take, are 0.0 and -0.0. Source: Melançon, Serrano, Feeley, "Float
   Self-Tagging" (2024). */
static inline ly_value ly_real_word(double d)
{
    uint64_t u;
    memcpy(&u, &d, 8);
    if (u << 1 == 0) return u ? 6 : 2;
    u += (uint64_t)1 << 60;
    u = u << 3 | u >> 61;
    return (u & 3) == 2 && (u | 4) != 6 ? u : LY_FAILED;
}
ly_value ly_real_boxed(ly_context *cx, double d);
static inline ly_value ly_real(ly_context *cx, double d)
{
    ly_value v = ly_real_word(d);
    return v ? v : ly_real_boxed(cx, d);
}
/* Equal's tolerance for reals: 2^-46, seven bits of 53 */
#define LY_EQUAL_TOLERANCE 1.4210854715202004e-14
/* v holds a machine real, in its word or boxed */
static inline double ly_real_of(ly_value v)
{
    if (ly_is_real_word(v)) {
        double d;
        uint64_t u;
        if ((v | 4) == 6) return v == 6 ? -0.0 : 0.0;
        u = (v >> 3 | v << 61) - ((uint64_t)1 << 60);
        memcpy(&d, &u, 8);
        return d;
    }
    return ((ly_real_box *)ly_object_of(v))->value;
}
static inline bool ly_is_real(ly_value v) { return ly_is_real_word(v) || ly_is_kind(v, LY_KIND_REAL); }

/* ---- symbols (symbol.c) ----------------------------------------------------------------------- */

typedef struct ly_builtin ly_builtin;

/* A named symbol is one immortal record for the process; what it means in a context is found by its
   id (eval/definitions.h). A temporary is counted, and carries its definition inline. */
typedef struct ly_symbol {
    ly_object o;
    uint32_t id;               /* named: index into a context's definitions; temporary: 0 */
    uint32_t hash;             /* of the full name; a temporary's is made from its serial number */
    const char *name;          /* without context; NULL in a temporary until it is printed */
    const char *context;       /* "System`", "Global`", … interned */
    const ly_builtin *builtin; /* row of the built-in, or NULL */
    struct ly_symbol *next;    /* chain of the interner */
} ly_symbol;

static inline ly_symbol *ly_symbol_of(ly_value v) { return (ly_symbol *)(uintptr_t)(v - 4); }
static inline ly_value ly_from_symbol(const ly_symbol *symbol) { return (ly_value)(uintptr_t)symbol + 4; }

/* LY_SYM(Plus) is System`Plus. The records are generated: the build collects every LY_SYM(…) of the
   sources into symbols.c, so using a symbol is all it takes to have it. */
#ifdef LY_SHARED_OBJECT /* what is loaded into the process gets their words when it is: they are not exported */
#define LY_SYM(Name) ly_word_##Name
static ly_value ly_word_List, ly_word_True, ly_word_False, ly_word_Null;
#else
#define LY_SYM(Name)                        \
    (__extension__({                        \
        extern ly_symbol ly_symbol_##Name __attribute__((visibility("hidden"))); \
        ly_from_symbol(&ly_symbol_##Name);  \
    }))
#endif

/* Interns context`name; both are copied. Safe from every thread. Never fails but by lack of memory. */
ly_value ly_intern(const char *context, const char *name);
ly_value ly_intern_bytes(const char *context, const char *name, size_t name_length);
/* The symbol if it exists already, else LY_FAILED. */
ly_value ly_find_symbol(const char *context, const char *name, size_t name_length);
/* Calls visit for every named symbol, in no order. */
void ly_each_symbol(void (*visit)(void *data, ly_symbol *symbol), void *data);
uint32_t ly_symbol_count(void);
/* Name without context ("x$12" for a temporary); valid as long as the symbol. */
const char *ly_symbol_name(ly_value symbol);
/* Enters the generated System` records; called once by the first context. */
bool ly_symbols_start(void); /* false: no memory */
/* A fresh temporary of the given symbol's name. */
ly_value ly_temporary_symbol(ly_context *cx, ly_value base);

/* ---- expressions (expression.c) --------------------------------------------------------------- */

typedef struct ly_expr {
    ly_object o;
    uint32_t count;  /* number of arguments */
    uint32_t hash;   /* 0: not computed yet */
    uint64_t stamp;  /* when it was found to be evaluated; 0 never, LY_INERT for ever */
    uint64_t filter; /* the symbols inside, hashed to bits; valid where stamp != 0 */
    ly_value head;
    ly_value args[];
} ly_expr;

#define LY_INERT UINT64_MAX

static inline ly_expr *ly_expr_of(ly_value v) { return (ly_expr *)(uintptr_t)v; }
static inline ly_value ly_arg(const ly_expr *e, size_t i) { return e->args[i]; }
/* v is an expression (not packed, not an association) with this head */
static inline bool ly_has_head(ly_value v, ly_value head) { return ly_is_expr(v) && ly_expr_of(v)->head == head; }
static inline bool ly_has_shape(ly_value v, ly_value head, size_t count)
{
    return ly_has_head(v, head) && ly_expr_of(v)->count == count;
}

/* A new expression of n arguments, all set to the integer 0, to be filled by plain stores of owned
   values before anything else sees it. The head is borrowed. Fails (memory pending) when n is too
   large for the memory there is; for n up to LY_SMALL it never fails. */
ly_expr *ly_expr_new(ly_context *cx, ly_value head, size_t n);
#define LY_SMALL 256
/* head[a], head[a, b], … The arguments are consumed, the head is borrowed. */
ly_value ly_make0(ly_context *cx, ly_value head);
ly_value ly_make1(ly_context *cx, ly_value head, ly_value a);
ly_value ly_make2(ly_context *cx, ly_value head, ly_value a, ly_value b);
ly_value ly_make3(ly_context *cx, ly_value head, ly_value a, ly_value b, ly_value c);
/* head[items…], items consumed */
ly_value ly_make(ly_context *cx, ly_value head, size_t n, const ly_value *items);
/* A copy of e that the caller alone holds. Consumes e; does not copy where e is unique already. */
ly_expr *ly_expr_own_take(ly_context *cx, ly_value e);
/* e with argument i (from 0) replaced by item, in place where e is unique. Consumes both. */
ly_value ly_expr_set_take(ly_context *cx, ly_value e, size_t i, ly_value item);
/* e with one more argument at its end; amortised constant time where e is unique. Consumes both. */
ly_value ly_expr_append_take(ly_context *cx, ly_value e, ly_value item);
/* Drops what was cached about e (hash, stamp) before it is changed in place; e must be unique. */
static inline void ly_expr_touch(ly_expr *e) { e->hash = 0; e->stamp = 0; }

/* e, a list that was marked evaluated as stamp and filter say, had item put in (at the end, or in the
   place of another): it stays marked if the item is evaluated too, so that a list which is updated
   in place is not walked again. Other heads may have rules, and are evaluated anew. (evaluate.c) */
void ly_keep_mark(ly_context *cx, ly_expr *e, uint64_t stamp, uint64_t filter, ly_value item);

/* A growing run of owned values that becomes an expression. */
typedef struct ly_builder {
    ly_expr *expr; /* NULL while empty */
} ly_builder;
static inline ly_builder ly_builder_new(void) { return (ly_builder){NULL}; }
/* Consumes item. False: no memory; the builder is emptied, the error pending. */
bool ly_builder_add(ly_context *cx, ly_builder *builder, ly_value item);
size_t ly_builder_count(const ly_builder *builder);
/* head[items…]; empties the builder. */
ly_value ly_builder_finish(ly_context *cx, ly_builder *builder, ly_value head);
void ly_builder_drop(ly_context *cx, ly_builder *builder);

/* ---- lists in either representation (list.c) -------------------------------------------------- */

/* v is a list: an expression with head List, or packed */
static inline bool ly_is_list(ly_value v) { return ly_has_head(v, LY_SYM(List)) || ly_is_packed(v); }
/* v has no parts: neither expression, packed array nor association */
bool ly_is_atom(ly_value v);
/* Number of elements of an expression, packed array or association; 0 for atoms. */
size_t ly_length(ly_value v);
/* Element i (from 0), owned: an argument, a packed array's row or number, an association's value. */
ly_value ly_element(ly_context *cx, ly_value v, size_t i);
/* Head of anything, owned: List for packed arrays, Integer, String … for atoms. */
ly_value ly_head(ly_context *cx, ly_value v);
/* The symbol named as the kind of a foreign object (foreign.c). */
ly_value ly_foreign_head(ly_value v);
/* The same value without packed arrays at its top level (a packed array becomes a List of its rows). */
ly_value ly_unpack(ly_context *cx, ly_value v);
ly_value ly_unpack_take(ly_context *cx, ly_value v);
/* The same list packed, if all its elements are machine integers, or all reals, or all complex of
   reals, or packed arrays of one type and shape; else itself. Consumes list. */
ly_value ly_pack_take(ly_context *cx, ly_value list);

/* ---- strings (string.c) ----------------------------------------------------------------------- */

typedef struct ly_string {
    ly_object o;
    uint32_t hash;  /* 0: not computed yet */
    bool ascii;
    size_t bytes;   /* without the NUL that follows */
    size_t length;  /* in code points */
    char data[];    /* UTF-8, always valid */
} ly_string;

static inline ly_string *ly_string_of(ly_value v) { return (ly_string *)(uintptr_t)v; }
/* Bytes that are not UTF-8 are read as Latin-1, one by one. Fails when there is no memory. */
ly_value ly_string_new(ly_context *cx, const char *bytes, size_t count);
ly_value ly_string_from(ly_context *cx, const char *c_string);
/* a with count bytes of valid UTF-8 added; amortised in place where a is unique. Consumes a. */
ly_value ly_string_append_take(ly_context *cx, ly_value a, const char *bytes, size_t count);
/* Byte offset of code point index (0 … length); constant time for ASCII. */
size_t ly_string_offset(const ly_string *s, size_t index);
bool ly_string_is(ly_value v, const char *c_string);

/* A growing text. Zero it to begin; ly_text_free or ly_text_string ends it. */
typedef struct ly_text {
    char *data; /* NUL-terminated once anything was added */
    size_t count, capacity;
    bool failed; /* no memory: later additions do nothing; or the printer was ended by the error that is pending */
} ly_text;
void ly_text_add(ly_text *text, const char *bytes, size_t count);
void ly_text_puts(ly_text *text, const char *c_string);
void ly_text_putc(ly_text *text, char c);
void ly_text_printf(ly_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ly_text_code_point(ly_text *text, uint32_t code_point);
void ly_text_free(ly_text *text);
/* The text as a string value; frees it. */
ly_value ly_text_string(ly_context *cx, ly_text *text);
/* The error of a text that failed: what is pending, else that there is no memory. */
ly_value ly_text_failure(ly_context *cx);
/* Reads one code point at *p (before end), advancing it. */
uint32_t ly_utf8_next(const char **p, const char *end);

/* A ByteArray. */
typedef struct ly_bytes {
    ly_object o;
    size_t count;
    unsigned char data[];
} ly_bytes;
static inline bool ly_is_bytes(ly_value v) { return ly_is_kind(v, LY_KIND_BYTES); }
static inline ly_bytes *ly_bytes_of(ly_value v) { return (ly_bytes *)(uintptr_t)v; }

/* ---- associations (association.c) ------------------------------------------------------------- */

typedef struct ly_entry {
    ly_value key, value; /* key LY_FAILED: removed */
    uint32_t hash;
    bool delayed;        /* entered by :> */
} ly_entry;

typedef struct ly_association {
    ly_object o;
    uint32_t hash;
    uint64_t stamp, filter; /* as in ly_expr */
    uint32_t count;         /* live entries */
    uint32_t used;          /* entries used, removed ones included */
    uint32_t capacity;      /* of entries */
    uint32_t index_mask;    /* slots - 1; 0 while there is no index */
    ly_entry *entries;      /* in order of insertion */
    uint64_t *index;        /* open addressing; hash << 32 | entry number + 1, or 0 */
} ly_association;

/* As ly_keep_mark, for an association that key -> value was put in. (evaluate.c) */
void ly_keep_association_mark(ly_context *cx, ly_association *a, uint64_t stamp, uint64_t filter, ly_value key,
                              ly_value value);
static inline ly_association *ly_association_of(ly_value v) { return (ly_association *)(uintptr_t)v; }
ly_value ly_association_new(ly_context *cx, size_t capacity);
/* The value of key, borrowed, or LY_FAILED (nothing pending). */
ly_value ly_association_find(const ly_association *a, ly_value key);
/* a with key -> value, in place where a is unique; a present key keeps its place. Consumes all. */
ly_value ly_association_set_take(ly_context *cx, ly_value a, ly_value key, ly_value value, bool delayed);
/* a without key. Consumes a. */
ly_value ly_association_remove_take(ly_context *cx, ly_value a, ly_value key);
/* The i-th live entry (from 0); constant time unless entries were removed. */
const ly_entry *ly_association_entry(const ly_association *a, size_t i);
/* The entries in order: for (uint32_t at = 0; (entry = ly_association_next(a, &at));) … */
const ly_entry *ly_association_next(const ly_association *a, uint32_t *at);
/* The association of a list of rules (also nested, and other associations), or LY_FAILED with
   nothing pending if items holds anything else. Later values win, first places stay. */
ly_value ly_association_from(ly_context *cx, const ly_value *items, size_t n);
/* Answers association[key, …]: the value, or Missing["KeyAbsent", key]. */
ly_value ly_association_call(ly_context *cx, ly_expr *call);
/* key -> value (or key :> value) of an entry, owned */
ly_value ly_entry_rule(ly_context *cx, const ly_entry *entry);

/* ---- packed arrays (packed.c) ----------------------------------------------------------------- */

typedef enum ly_element_type { LY_PACKED_INT64, LY_PACKED_REAL, LY_PACKED_COMPLEX } ly_element_type;
#define LY_MAX_RANK 8
typedef struct ly_packed {
    ly_object o;
    uint32_t hash;
    uint8_t type;  /* ly_element_type */
    uint8_t rank;  /* 1 … LY_MAX_RANK */
    size_t total;  /* numbers in all: the product of dims */
    size_t dims[LY_MAX_RANK];
    void *data;    /* int64_t, double, or pairs of double; row-major */
} ly_packed;
static inline ly_packed *ly_packed_of(ly_value v) { return (ly_packed *)(uintptr_t)v; }
static inline int64_t *ly_packed_ints(ly_value v) { return (int64_t *)ly_packed_of(v)->data; }
static inline double *ly_packed_reals(ly_value v) { return (double *)ly_packed_of(v)->data; }
/* A new array, its numbers not set. Fails (memory pending) when it is too large. int64 elements lie
   within LY_INT_MIN … LY_INT_MAX, so that every element is a machine integer. */
ly_value ly_packed_new(ly_context *cx, ly_element_type type, size_t rank, const size_t *dims);

/* ---- byte arrays (bytes.c) -------------------------------------------------------------------- */

/* A copy of count bytes (bytes NULL: not set). Fails when there is no memory. */
ly_value ly_bytes_new(ly_context *cx, const void *bytes, size_t count);
/* The bytes as base 64, as ByteArray["…"] writes them; added to text. */
void ly_write_base64(ly_text *text, const unsigned char *bytes, size_t count);

/* ---- comparison (compare.c) ------------------------------------------------------------------- */

/* SameQ: the same expression. 1 and 1. differ; packed and unpacked lists do not. Reals that differ
   in the last bit alone are the same, as in the Wolfram Language. */
bool ly_same(ly_value a, ly_value b);
/* Canonical order: < 0, 0, > 0 as a comes before, is the same as, or comes after b (as Order, with
   the sign turned). */
int ly_compare(ly_value a, ly_value b);
/* Equal hashes for values that are ly_same, except reals that differ in their last bit (so that keys
   and elements found by hash must agree in every bit). Never 0. */
uint32_t ly_hash(ly_value v);

static inline ly_value ly_bool(bool b) { return b ? LY_SYM(True) : LY_SYM(False); }

#endif
