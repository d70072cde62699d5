/* emit_constants.c: symbols, constants and numbers as static data of the module.

   A constant expression is a static object with count 0 (immortal). Words of symbols are not known
   before the program runs, so each symbol has a slot that is filled when the module is loaded, and
   each place in a constant that holds a symbol, or a number that must be made, is a row of patches. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "codegen/emit.h"
#include "abi.h"
#include "text/text.h"
#include "value/number.h"

/* ---- tables */

name_table name_table_new(program *p)
{
    name_table t = {0, 256, program_alloc(p, 256 * sizeof *t.slots)};
    return t;
}

static bool same_constant(ly_value a, ly_value b)
{
    /* reals that differ in the last bit are the same to ly_same, but not here */
    if (a == b) return true;
    if (!ly_is_pointer(a) || !ly_is_pointer(b)) return false;
    if (ly_object_of(a)->kind != ly_object_of(b)->kind) return false;
    if (ly_is_expr(a)) {
        const ly_expr *x = ly_expr_of(a), *y = ly_expr_of(b);
        if (x->count != y->count || !same_constant(x->head, y->head)) return false;
        for (uint32_t i = 0; i < x->count; i++)
            if (!same_constant(x->args[i], y->args[i])) return false;
        return true;
    }
    if (ly_is_string(a)) return ly_same(a, b);
    return false;
}

struct name_slot *name_table_find(emitter *e, name_table *table, ly_value v, uint32_t hash)
{
    if (table->count * 2 >= table->capacity) {
        name_table larger = {table->count, table->capacity * 2,
                             program_alloc(e->p, table->capacity * 2 * sizeof *larger.slots)};
        for (uint32_t i = 0; i < table->capacity; i++) {
            if (!table->slots[i].name) continue;
            uint32_t h = ly_hash(table->slots[i].value) & (larger.capacity - 1);
            while (larger.slots[h].name) h = (h + 1) & (larger.capacity - 1);
            larger.slots[h] = table->slots[i];
        }
        *table = larger;
    }
    uint32_t h = hash & (table->capacity - 1);
    while (table->slots[h].name && !same_constant(table->slots[h].value, v))
        h = (h + 1) & (table->capacity - 1);
    if (!table->slots[h].name) table->slots[h].value = v;
    return &table->slots[h];
}

/* ---- text */

void emit_string_literal(ly_text *to, const char *bytes, size_t count)
{
    ly_text_putc(to, '"');
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '"' || c == '\\') ly_text_printf(to, "\\%c", c);
        else if (c == '\n') ly_text_puts(to, "\\n");
        else if (c == '?' && i && bytes[i - 1] == '?') ly_text_puts(to, "\\?");
        else if (c >= 32 && c < 127) ly_text_putc(to, (char)c);
        else ly_text_printf(to, "\\%03o", c);
    }
    ly_text_putc(to, '"');
}

/* It has more parts than *left, which counts down. */
static bool is_large(ly_value v, int *left)
{
    if (--*left < 0) return true;
    if (!ly_is_expr(v)) return false;
    const ly_expr *x = ly_expr_of(v);
    if (is_large(x->head, left)) return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (is_large(x->args[i], left)) return true;
    return false;
}

/* How long the context is that the name at this place begins with: 0 where none stands or begins here. */
static size_t context_at(const ly_text *text, size_t at)
{
    const char *name = text->data + at;
    size_t context = 0;
    if (at > 0 && (isalnum((unsigned char)name[-1]) || name[-1] == '$' || name[-1] == '`')) return 0;
    if (!isalpha((unsigned char)*name) && *name != '$') return 0;
    for (size_t i = 0; at + i < text->count; i++) {
        if (name[i] == '`') context = i + 1;
        else if (!isalnum((unsigned char)name[i]) && name[i] != '$') break;
    }
    return context;
}

void emit_comment_text(emitter *e, ly_text *to, ly_value v)
{
    ly_text text = {0};
    int most = 1500; /* printing all of a deep expression, and of each of its parts, takes its square */
    if (is_large(v, &most)) {
        while (ly_is_expr(v)) v = ly_expr_of(v)->head;
        ly_print_input_form(e->p->cx, &text, v);
        ly_text_printf(to, "%.*s[...]", text.count < 100 ? (int)text.count : 100, text.data);
        ly_text_free(&text);
        return;
    }
    ly_print_input_form(e->p->cx, &text, v);
    size_t begin = to->count;
    for (size_t i = 0; i < text.count; i++) {
        i += context_at(&text, i);
        if (i == text.count) break;
        char c = text.data[i];
        if (to->count - begin > 300) {
            while (((unsigned char)text.data[i] & 0xc0) == 0x80) i++;
            ly_text_puts(to, " ...");
            break;
        }
        if (c == '\n') c = ' ';
        ly_text_putc(to, c);
        if ((c == '*' || c == '/') && i + 1 < text.count &&
            text.data[i + 1] == (c == '*' ? '/' : '*'))
            ly_text_putc(to, ' ');
    }
    ly_text_free(&text);
}

/* t1, k2, steps3 …: what temp_name and emit_word make. */
static bool is_numbered(const char *name)
{
    static const char *const stems[] = {"a", "at", "b", "bad", "block", "bounds", "c", "cell",
                                        "count", "d", "depth", "e", "first", "fits", "frame",
                                        "from", "guard", "halves", "how", "i", "it", "items",
                                        "k", "l", "last", "left", "list", "made", "n", "noted",
                                        "outer", "p", "place", "product", "q", "reach", "room",
                                        "rounds", "row", "same", "saved", "selected", "size",
                                        "some", "steps", "stop", "sum", "t", "total", "v",
                                        "wide", "x"};
    size_t length = strlen(name), stem = length;
    while (stem > 0 && name[stem - 1] >= '0' && name[stem - 1] <= '9') stem--;
    if (stem == length) return false;
    for (size_t i = 0; i < sizeof stems / sizeof stems[0]; i++)
        if (strlen(stems[i]) == stem && strncmp(stems[i], name, stem) == 0) return true;
    return false;
}

static bool is_keyword(const char *name)
{
    static const char *const words[] = {
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else",
        "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register",
        "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef",
        "union", "unsigned", "void", "volatile", "while", "main", "cx", "bool", "true", "false",
        "asm", "typeof", "module", "program", "state", "units", "files", "gets", "statements", "entries",
        "rules", "patches", "numbers", "symbols", "constants", "first_entry", "count", "arguments",
        "variables", "again", "around",
        /* of the C library, or built into compilers */
        "abort", "abs", "acos", "acosh", "alloca", "asin", "asinh", "atan", "atan2", "atanh", "atexit",
        "bcmp", "bcopy", "bzero", "calloc", "cbrt", "ceil", "conj", "copysign", "cos", "cosh", "cpow",
        "creal", "cimag", "cabs", "carg", "cexp", "clog", "csin", "ccos", "csqrt", "dprintf", "drem",
        "erf", "erfc", "errno", "execl", "execv", "exit", "exp", "exp10", "exp2", "expm1", "fabs", "fdim",
        "ffs", "finite", "finitef", "ffsl", "ffsll", "floor", "fma", "fmax", "fmin", "fmod", "fork", "fprintf", "fputc",
        "fputs", "free", "frexp", "fscanf", "fwrite", "gamma", "gettext", "hypot", "ilogb", "imaxabs",
        "index", "isalnum", "isalpha", "isascii", "isblank", "iscntrl", "isdigit", "isgraph", "isinf",
        "islower", "isnan", "isprint", "ispunct", "isspace", "isupper", "isxdigit", "j0", "j1", "jn",
        "labs", "ldexp", "lgamma", "llabs", "llrint", "llround", "log", "log10", "log1p", "log2", "logb",
        "lrint", "lround", "malloc", "modf", "nan", "nearbyint", "nextafter", "pow", "pow10", "printf",
        "putc", "putchar", "puts", "realloc", "remainder", "remquo", "rindex", "rint", "round", "scalb",
        "scalbn", "scanf", "signbit", "significand", "sin", "sincos", "sinh", "snprintf", "sprintf",
        "sqrt", "sscanf", "stpcpy", "tan", "tanh", "tgamma", "toascii", "tolower", "toupper", "trunc",
        "vfprintf", "vprintf", "vscanf", "vsnprintf", "vsprintf", "y0", "y1", "yn", "basename", "unix",
        "linux", "signal", "time", "clock", "select", "read", "write", "open", "close", "link", "pipe",
        "dup", "random", "rand", "system", "remove", "rename", "wait", "send", "accept", "connect",
        "listen", "bind", NULL};
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], name) == 0) return true;
    return strncmp(name, "ly_", 3) == 0 || strncmp(name, "lyra", 4) == 0 ||
           strncmp(name, "LY_", 3) == 0 || strncmp(name, "str", 3) == 0 || strncmp(name, "mem", 3) == 0;
}

static uint32_t hash_text(const char *s)
{
    uint32_t h = 2166136261u;
    for (; *s; s++) h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

const char *emit_identifier(emitter *e, const char *prefix, const char *name)
{
    ly_text text = {0};
    ly_text_puts(&text, prefix);
    for (const char *c = name; *c; c++) {
        if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_' ||
            (*c >= '0' && *c <= '9' && text.count))
            ly_text_putc(&text, *c);
        else if (*c == '$') ly_text_puts(&text, "dollar_");
        else ly_text_printf(&text, "_%02x", (unsigned char)*c);
    }
    const char *stem = program_text(e->p, "%s%s", text.data ? text.data : "x",
                                    is_keyword(text.data ? text.data : "x") || is_numbered(text.data ? text.data : "x") ? "_" : "");
    ly_text_free(&text);
    const char *result = stem;
    /* the table is keyed by a number made from the text; taken names get a number behind */
    for (int i = 2;; i++) {
        ly_value key = LY_INT((int64_t)hash_text(result));
        struct name_slot *slot = name_table_find(e, &e->used, key, ly_hash(key));
        if (!slot->name) {
            slot->name = result;
            e->used.count++;
            if (result == stem) return result;
            key = LY_INT((int64_t)hash_text(stem));
            name_table_find(e, &e->used, key, ly_hash(key))->next = i;
            return result;
        }
        if (result == stem && slot->next > i) i = slot->next;
        result = program_text(e->p, "%s_%d", stem, i);
    }
}

bool name_is_taken(emitter *e, const char *name)
{
    ly_value key = LY_INT((int64_t)hash_text(name));
    return name_table_find(e, &e->used, key, ly_hash(key))->name != NULL;
}

/* ---- symbols */

const char *emit_symbol(emitter *e, ly_value symbol)
{
    struct name_slot *slot = name_table_find(e, &e->names, symbol, ly_hash(symbol));
    if (slot->name) return slot->name;
    const ly_symbol *s = ly_symbol_of(symbol);
    const char *name = emit_identifier(e, "sym_", ly_symbol_name(symbol));
    slot = name_table_find(e, &e->names, symbol, ly_hash(symbol));
    slot->name = name;
    e->names.count++;
    ly_text_printf(&e->symbols, "static ly_value %s;\n", name);
    ly_text_printf(&e->symbol_rows, "    {&%s, ", name);
    emit_string_literal(&e->symbol_rows, s->context, strlen(s->context));
    ly_text_puts(&e->symbol_rows, ", ");
    emit_string_literal(&e->symbol_rows, ly_symbol_name(symbol), strlen(ly_symbol_name(symbol)));
    ly_text_puts(&e->symbol_rows, "},\n");
    e->symbol_count++;
    return name;
}

/* ---- numbers that have no word */

static const char *emit_number(emitter *e, ly_value v)
{
    ly_text text = {0};
    char kind;
    if (ly_is_complex(v)) {
        /* its parts get slots of their own, the two before it */
        const char *parts[2];
        for (int i = 0; i < 2; i++) {
            ly_value part = i ? ly_complex_of(v)->im : ly_complex_of(v)->re;
            if (ly_is_object(part)) emit_number(e, part);
            else {
                parts[i] = program_text(e->p, "n%u", ++e->number_count);
                ly_text_printf(&e->numbers, "static ly_value %s;\n", parts[i]);
                ly_text_printf(&e->number_rows, "    {&%s, 'w', \"%" PRIx64 "\"},\n", parts[i], part);
            }
        }
        kind = 'c';
    } else if (ly_is_kind(v, LY_KIND_BIGINT)) {
        char *digits = mpz_get_str(NULL, 10, ly_bigint_of(v)->z);
        ly_text_puts(&text, digits);
        ly_free(digits);
        kind = 'i';
    } else if (ly_is_rational(v)) {
        char *digits = mpq_get_str(NULL, 10, ly_rational_of(v)->q);
        ly_text_puts(&text, digits);
        ly_free(digits);
        kind = 'q';
    } else if (ly_is_bigreal(v)) {
        char *digits = NULL;
        mpfr_asprintf(&digits, "%Ra", ly_bigreal_of(v)->f);
        ly_text_printf(&text, "%s %.17g %ld", digits, ly_bigreal_of(v)->precision,
                       (long)mpfr_get_prec(ly_bigreal_of(v)->f));
        mpfr_free_str(digits);
        kind = 'b';
    } else {
        double d = ly_real_of(v);
        uint64_t bits;
        memcpy(&bits, &d, 8);
        ly_text_printf(&text, "%" PRIx64, bits);
        kind = 'r';
    }
    const char *name = program_text(e->p, "n%u", ++e->number_count);
    ly_text_printf(&e->numbers, "static ly_value %s; /* ", name);
    emit_comment_text(e, &e->numbers, v);
    ly_text_puts(&e->numbers, " */\n");
    ly_text_printf(&e->number_rows, "    {&%s, '%c', \"%s\"},\n", name, kind, text.data ? text.data : "");
    ly_text_free(&text);
    return name;
}

/* ---- constants */

static void patch(emitter *e, const char *constant, const char *part, const char *slot)
{
    ly_text_printf(&e->patch_rows, "    {&%s.%s, &%s},\n", constant, part, slot);
    e->patch_count++;
}

/* The initialiser of a part; a slot's word is patched in. */
static const char *part_word(emitter *e, const char *constant, const char *part, ly_value v)
{
    const char *word = emit_word(e, v);
    if (word[0] == 'L' || word[0] == '0') return word;
    patch(e, constant, part, word);
    return "0";
}

static const char *emit_string_constant(emitter *e, ly_value v)
{
    const ly_string *s = ly_string_of(v);
    const char *name = program_text(e->p, "k%u", ++e->constant_count);
    ly_text_printf(&e->constants, "static LY_STRING_CONSTANT(%zu) %s = {LY_STRING_HEADER(%s, %zu, %zu), ",
                   s->bytes + 1, name, s->ascii ? "true" : "false", s->bytes, s->length);
    emit_string_literal(&e->constants, s->data, s->bytes);
    ly_text_puts(&e->constants, "};\n");
    ly_text_printf(&e->constant_rows, "    LY_WORD(%s),\n", name);
    return name;
}

static const char *emit_expr_constant(emitter *e, ly_value v)
{
    const ly_expr *x = ly_expr_of(v);
    ly_text arguments = {0};
    /* inner constants first, so that their definitions precede this one */
    for (uint32_t i = 0; i < x->count; i++) emit_word(e, x->args[i]);
    emit_word(e, x->head);
    const char *name = program_text(e->p, "k%u", ++e->constant_count);
    const char *head = part_word(e, name, "head", x->head);
    for (uint32_t i = 0; i < x->count; i++) {
        char part[32];
        snprintf(part, sizeof part, "args[%u]", i);
        ly_text_printf(&arguments, "%s%s", i ? (i % 8 ? ", " : ",\n    ") : "",
                       part_word(e, name, part, x->args[i]));
    }
    ly_text_puts(&e->constants, "/* ");
    emit_comment_text(e, &e->constants, v);
    ly_text_printf(&e->constants, " */\nstatic LY_EXPR_CONSTANT(%u) %s = {LY_EXPR_HEADER(%u, %s), {%s}};\n",
                   x->count ? x->count : 1, name, x->count, head, x->count ? arguments.data : "0");
    ly_text_free(&arguments);
    ly_text_printf(&e->constant_rows, "    LY_WORD(%s),\n", name);
    return name;
}

const char *emit_word(emitter *e, ly_value v)
{
    if (ly_is_int(v)) {
        long long n = ly_int_of(v);
        if (n > INT32_MAX || n < INT32_MIN) return program_text(e->p, "LY_INT(%lldLL)", n);
        return program_text(e->p, "LY_INT(%lld)", n);
    }
    if (ly_is_real_word(v)) return program_text(e->p, "0x%" PRIx64 "ull", v);
    if (ly_is_symbol(v)) return emit_symbol(e, v);
    uint32_t hash = ly_hash(v);
    struct name_slot *slot = name_table_find(e, &e->names, v, hash);
    if (slot->name) return slot->name;
    const char *name;
    if (ly_is_string(v)) name = program_text(e->p, "LY_WORD(%s)", emit_string_constant(e, v));
    else if (ly_is_expr(v)) name = program_text(e->p, "LY_WORD(%s)", emit_expr_constant(e, v));
    else name = emit_number(e, v);
    slot = name_table_find(e, &e->names, v, hash);
    slot->name = name;
    e->names.count++;
    return name;
}
