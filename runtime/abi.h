/* abi.h: what generated C sees of the runtime. The only header that it includes.

   Everything generated is in one dialect of C, so that gcc, clang and libtcc compile the same
   program: no thread-local variables, atomics, _Complex or __int128; contexts are passed explicitly;
   only words and pointers cross calls. Where compilers differ, a macro here picks what each has.

   Ownership, beyond value.h: a compiled definition consumes its arguments. Functions here borrow,
   unless they are named …_take. */
#ifndef LY_ABI_H
#define LY_ABI_H

#include "eval/context.h"
#include "eval/guard.h"
#include "eval/total.h"
#include "value/value.h"

/* A function that runs once: its size, and the time to compile it, count more than its speed. */
#if defined(__GNUC__) && !defined(__TINYC__)
#define LY_ONCE __attribute__((cold))
#else
#define LY_ONCE
#endif

/* ---- constants: immortal objects in static data, symbol slots patched when the module is loaded */

#define LY_WORD(object) ((ly_value)(uintptr_t)&(object))
#define LY_EXPR_CONSTANT(n) \
    struct { ly_object o; uint32_t count, hash; uint64_t stamp, filter; ly_value head, args[n]; }
#define LY_EXPR_HEADER(n, h) {0, LY_KIND_EXPR, 0, 0}, n, 0, 0, 0, h
#define LY_STRING_CONSTANT(n) \
    struct { ly_object o; uint32_t hash; bool ascii; size_t bytes, length; char data[n]; }
#define LY_STRING_HEADER(ascii, bytes, length) {0, LY_KIND_STRING, 0, 0}, 0, ascii, bytes, length

/* ---- a module: what one build made ------------------------------------------------------------ */

typedef struct ly_module_symbol {
    ly_value *slot;
    const char *context, *name;
} ly_module_symbol;

typedef struct ly_module_patch {
    ly_value *where;      /* a part of a constant */
    const ly_value *from; /* the slot whose word belongs there */
} ly_module_patch;

/* A number that has no word: 'i' digits of an integer, 'q' "n/d", 'r' the bits of a machine real in
   hexadecimal, 'b' "digits precision" of a big real (digits in MPFR's base 16), 'c' complex of the
   two slots given before this one. */
typedef struct ly_module_number {
    ly_value *slot;
    char kind;
    const char *text;
} ly_module_number;

/* Where a definition inside code finds, in the right side of its rule, what it has from around: numbers of
   arguments, -1 for a head. */
enum { LY_PATH_END = -2 };
typedef struct ly_module_captured {
    const ly_value *symbol;
    const short *path;
} ly_module_captured;

/* The part of e at the end of a path that is known to be there, borrowed. */
static inline ly_value ly_inside(ly_value e, const short *path)
{
    for (; *path != LY_PATH_END; path++) e = *path < 0 ? ly_expr_of(e)->head : ly_expr_of(e)->args[*path];
    return e;
}

/* A rule of the program, which the statement that defines it enters. */
typedef struct ly_module_rule {
    uint32_t entry;                    /* of module.entries */
    uint32_t deepest;                  /* evaluations that its right side nests in itself */
    const ly_value *symbol;
    ly_value lhs, rhs;                 /* constants: what the definition holds if it is this rule */
    /* the rule's right side stands behind the variables */
    ly_value (*body)(ly_context *cx, const ly_value *variables);
    uint32_t variable_count, captured_count; /* of a definition inside code, as is captured */
    const ly_module_captured *captured;
} ly_module_rule;

/* A symbol whose definition was compiled whole: call answers while the symbol's rules are exactly
   these, in this order. It consumes the arguments, unless it has no function for so many of them
   (LY_UNEVALUATED). */
typedef struct ly_module_entry {
    const ly_value *symbol;
    ly_value (*call)(ly_context *cx, uint32_t count, const ly_value *arguments);
    uint32_t attributes;
    uint32_t deepest;                  /* evaluations that its rules nest in themselves */
    uint32_t rule_count;
    const uint32_t *rules;             /* indices of module.rules, in order of application */
} ly_module_entry;

/* A file that the program names in Get or Needs, compiled in: the name as it stands in that file. */
typedef struct ly_module_get {
    const char *from, *name;
    uint32_t unit;
} ly_module_get;

typedef struct ly_module_statement {
    ly_value (*run)(ly_context *cx);
    uint32_t file, line, column;
    uint32_t symbols, numbers, patches, constants; /* how many of each are needed from here on */
} ly_module_statement;

/* What of a module is loaded, for all contexts of the process; under the lock of module.c. */
struct ly_module;
typedef struct ly_module_state {
    uint32_t symbols, numbers, patches, constants;
    bool attached;
    const struct ly_module *first; /* this one is another form of that one's code: ly_module_load_again */
} ly_module_state;

typedef struct ly_module {
    const char *name;
    const char *const *files;
    const ly_module_symbol *symbols;
    const ly_module_number *numbers;
    const ly_module_patch *patches;
    const ly_value *constants;         /* all immortal expressions and strings, inner ones first */
    const ly_module_rule *rules;
    const ly_module_entry *entries;
    const ly_module_statement *statements;
    const ly_module_get *gets;
    const uint32_t (*units)[2];        /* statements of each file compiled in: first, behind the last */
    uint32_t main_units;               /* of them were given to the build; the rest are read by Get */
    uint32_t symbol_count, number_count, patch_count, constant_count, rule_count, entry_count,
        statement_count, get_count;
    uint32_t *base;                    /* of this module's entries among those of all modules */
    ly_module_state *state;
} ly_module;

/* ---- module.c ---------------------------------------------------------------------------------- */

/* Makes the module known to the context; statements load their symbols and constants as they run. */
bool ly_module_attach(ly_context *cx, const ly_module *module);
/* Loads all of them now; afterwards nothing writes to the module's data. */
void ly_module_load(const ly_module *module);
/* The same text, compiled once more: its symbols and numbers are those of the first, which stays the one
   that contexts know. False: it is another text. */
bool ly_module_load_again(const ly_module *module, const ly_module *first);
/* Runs the statements of the files that the build was given, each settled as the session does. */
void ly_module_run(ly_context *cx, const ly_module *module);
/* Evaluates a definition that the program makes (a constant), and attaches the compiled rule where
   the definition came out as it stands in the program. */
ly_value ly_module_define(ly_context *cx, const ly_module *module, uint32_t rule, ly_value input);
/* The same for a definition inside code: a template in which values stand for symbols. depth: as of
   ly_evaluate_filled. */
ly_value ly_module_define_inner(ly_context *cx, const ly_module *module, uint32_t rule, uint32_t depth,
                                ly_value template_, size_t n, const ly_value *symbols, const ly_value *values);
/* Reads text at run time and evaluates its inputs: what the build could not read. */
ly_value ly_module_read(ly_context *cx, const char *file, const char *text, size_t count);

ly_value ly_evaluate(ly_context *cx, ly_value e);

/* A built executable: the session's main. */
int ly_session_main(int count, char **arguments, void (*program)(ly_context *cx));

/* ---- tiers: `lyra run` compiles its text twice, by libtcc at once, and by the C compiler meanwhile ----

   The quick form of each function passes its calls on to the other form when lyra_tiers says that there
   is one; a loop over unboxed numbers leaves at its head, and is entered again in its other form. */
#ifdef __TINYC__
#define LY_NEXT_TIER(n, type, call) \
    if (lyra_tiers[n]) return ((type)lyra_tiers[n])call
#define LY_OVERTAKEN(n) (lyra_tiers[n] != 0)
extern void *volatile lyra_tiers[]; /* atomic: others write them */
#else
#define LY_NEXT_TIER(n, type, call) (void)0
#define LY_OVERTAKEN(n) 0
#endif
#ifdef LY_SHARED_OBJECT
ly_value *const lyra_words[] = {&ly_word_List, &ly_word_True, &ly_word_False, &ly_word_Null};
#endif

/* ---- compiled definitions (compiled.c) --------------------------------------------------------- */

/* True for arguments that only the evaluator can pass on: sequences, and what has up values. */
static inline bool ly_is_odd(ly_value v)
{
    if (!ly_is_object(v)) return false;
    if (!ly_is_symbol(v)) {
        if (ly_object_of(v)->kind != LY_KIND_EXPR) return false;
        do v = ((const ly_expr *)(uintptr_t)v)->head;
        while (ly_is_expr(v));
        if (!ly_is_symbol(v)) return false;
    }
    return (ly_flags(&ly_symbol_of(v)->o) & (LY_FLAG_HAS_UP | LY_FLAG_SPLICED)) != 0;
}

/* The call that begins is not an ordinary one: the symbol's rules are not those compiled, a limit is
   near (deepest: the evaluations that the definition nests in itself), something polls, or the stack is
   low. The evaluator makes it then, and finds the limit where it is. */
static inline bool ly_unusual(const ly_context *cx, uint32_t entry, uint32_t deepest)
{
    return __builtin_expect((int)(cx->exact[entry] != 1) | (int)(cx->depth + deepest > cx->recursion_limit) |
                            (int)(ly_polled(cx) != 0) | (int)ly_stack_low(cx), 0);
}
/* An argument whose up values come before the definition. */
static inline bool ly_has_up_values(const ly_context *cx, ly_value v)
{
    return __builtin_expect(cx->up_values, 0) && ly_is_odd(v);
}
static inline bool ly_have_up_values(const ly_context *cx, uint32_t count, const ly_value *arguments)
{
    for (uint32_t i = 0; __builtin_expect(cx->up_values, 0) && i < count; i++)
        if (ly_is_odd(arguments[i])) return true;
    return false;
}
/* A value that is not one argument: a sequence. */
static inline bool ly_is_spliced(ly_value v)
{
    return ly_is_expr(v) && ly_is_symbol(ly_expr_of(v)->head) &&
           ly_flags(&ly_symbol_of(ly_expr_of(v)->head)->o) & LY_FLAG_SPLICED;
}
/* symbol[arguments] by the evaluator; the arguments are consumed. */
ly_value ly_call_slowly(ly_context *cx, ly_value symbol, uint32_t count, const ly_value *arguments);
/* The same where the rules must be asked by the matcher, in the place of their C. */
ly_value ly_call_by_rules(ly_context *cx, ly_value symbol, uint32_t count, const ly_value *arguments);
/* In the place of a definition's value: the evaluator goes on where the definition stood, and counts its
   steps on. The first is symbol[arguments]. */
ly_value ly_tail_call_slowly(ly_context *cx, ly_value symbol, uint32_t count, const ly_value *arguments);
ly_value ly_tail_apply(ly_context *cx, ly_value f, uint32_t n, const ly_value *arguments);
ly_value ly_tail_evaluate_filled(ly_context *cx, ly_value template_, size_t n, const ly_value *symbols,
                                 const ly_value *values);
/* No rule applied: symbol[arguments] itself. Consumes the arguments. looked: conditions were asked. */
ly_value ly_unmatched(ly_context *cx, ly_value symbol, bool looked, uint32_t count,
                      const ly_value *arguments);
/* A tail call, so many steps of rewriting after the last: false when they are too many. */
static inline bool ly_steps(ly_context *cx, uint32_t steps)
{
    return __builtin_expect((cx->iterations += steps) <= cx->iteration_limit, 1);
}

ly_value ly_too_many_steps(ly_context *cx);
/* head[arguments], evaluated ones (consumed), for the evaluator to go on with: what a rule gives. */
ly_value ly_prepared(ly_context *cx, ly_value head, uint32_t n, const ly_value *arguments);

/* Errors on their way out of compiled code: what is owned is dropped. ly_leave… ends a rule: a pending
   Return is its value. */
ly_value ly_drop1(ly_context *cx, ly_value a);
ly_value ly_drop2(ly_context *cx, ly_value a, ly_value b);
ly_value ly_drop3(ly_context *cx, ly_value a, ly_value b, ly_value c);
ly_value ly_drop4(ly_context *cx, ly_value a, ly_value b, ly_value c, ly_value d);
ly_value ly_leave(ly_context *cx);
ly_value ly_leave1(ly_context *cx, ly_value a);
ly_value ly_leave2(ly_context *cx, ly_value a, ly_value b);
ly_value ly_leave3(ly_context *cx, ly_value a, ly_value b, ly_value c);
ly_value ly_leave4(ly_context *cx, ly_value a, ly_value b, ly_value c, ly_value d);
/* What a failed call of the symbol gives: the value of a pending Return that names it, or LY_FAILED. */
ly_value ly_returned(ly_context *cx, ly_value symbol);
/* What a loop makes of an error in its body: 1 Break, 2 Continue, 0 another. */
int ly_loop_caught(ly_context *cx);
/* What a loop gives that ends by an error: a pending Return's value, or LY_FAILED. */
ly_value ly_loop_left(ly_context *cx);

/* ---- the evaluator */

ly_value ly_evaluate_take(ly_context *cx, ly_value e);
/* f[arguments] of evaluated arguments, which are consumed. depth: how many evaluations deeper than the
   definition (or statement) that makes the call; so recursion is counted as the evaluator counts it. */
ly_value ly_apply(ly_context *cx, uint32_t depth, ly_value f, uint32_t n, const ly_value *arguments);
/* The expression with values in the place of symbols: itself, and evaluated. */
ly_value ly_fill(ly_context *cx, ly_value template_, size_t n, const ly_value *symbols,
                 const ly_value *values);
ly_value ly_evaluate_filled(ly_context *cx, uint32_t depth, ly_value template_, size_t n, const ly_value *symbols,
                            const ly_value *values);
/* The same for a call whose head, a value, holds some of its arguments; the template's head is not used. */
ly_value ly_evaluate_holding(ly_context *cx, uint32_t depth, ly_value head, ly_value template_, size_t n,
                             const ly_value *symbols, const ly_value *values);
/* The same, not evaluated. */
ly_value ly_fill_holding(ly_context *cx, ly_value head, ly_value template_, size_t n, const ly_value *symbols,
                         const ly_value *values);
/* A call that goes on with the values that some of its arguments have already: arguments before
   `from` are left out, given[i] (consumed; LY_FAILED: none) stands in the place of the others. */
ly_value ly_evaluate_given(ly_context *cx, ly_value template_, uint32_t from, uint32_t count,
                           const ly_value *given, size_t n, const ly_value *symbols,
                           const ly_value *values);
/* The same with the value that the last test left undecided. */
ly_value ly_undecided(ly_context *cx, ly_value template_, uint32_t from, size_t n,
                      const ly_value *symbols, const ly_value *values);
/* True, False or undecided of any value (consumed). */
int ly_test_value_take(ly_context *cx, ly_value v);
int ly_test_call1(ly_context *cx, ly_value f, ly_value a);
/* f holds some of its arguments: they must not be evaluated before. */
bool ly_holds(ly_context *cx, ly_value f);

/* What a local holds, to be used as a value: evaluated again if it may mean something else by now. */
bool ly_is_stale(ly_context *cx, ly_value v);
static inline bool ly_stale(ly_context *cx, ly_value v)
{
    return ly_is_object(v) && __builtin_expect(ly_is_stale(cx, v), 0);
}

/* The same of a local that was evaluated a moment ago: only what evaluation leaves to be asked again. */
static inline bool ly_unsettled(ly_context *cx, ly_value v)
{
    return __builtin_expect(cx->unsettled, 0) && ly_stale(cx, v);
}

/* Sequence[items]: what a variable stands for that matched several arguments. */
ly_value ly_sequence(ly_context *cx, uint32_t n, const ly_value *items);
/* v matches form: 1, 0, -1 failed. …_take consumes form. */
int ly_matches(ly_context *cx, ly_value form, ly_value v);
int ly_matches_take(ly_context *cx, ly_value form, ly_value v);

/* {items}, consumed; sequences spliced, Nothing dropped */
ly_value ly_list(ly_context *cx, size_t n, const ly_value *items);

/* ---- variables */

/* symbol = value (consumed); gives the value. */
ly_value ly_assign_symbol(ly_context *cx, ly_value symbol, ly_value value);
/* symbol = head[values], where values[at] is what the symbol evaluated to: in place where it is still the
   symbol's value. The values are consumed. */
ly_value ly_assign_update(ly_context *cx, ly_value symbol, ly_value head, uint32_t at, uint32_t n,
                          const ly_value *values);
/* symbol = f[…, symbol, …] of a compiled f: while the call runs, an update that is the value of f takes
   the symbol's value out, and is made in place. The depth is counted up for the call already. Gives what
   ly_updating_end gets back. */
static inline ly_value ly_updating_begin(ly_context *cx, ly_value symbol, uint32_t *depth)
{
    ly_value outer = cx->updating;
    *depth = cx->updating_depth;
    cx->updating = symbol;
    cx->updating_depth = cx->depth;
    return outer;
}
static inline void ly_updating_end(ly_context *cx, ly_value outer, uint32_t depth)
{
    cx->updating = outer;
    cx->updating_depth = depth;
}
/* What is computed now is the value of such a call: no evaluation lies between. */
static inline bool ly_is_updating(const ly_context *cx)
{
    return __builtin_expect(cx->updating != LY_FAILED, 0) && cx->updating_depth == cx->depth;
}
/* head[values] there, consumed: in place, where the symbol's value is one of them. */
ly_value ly_update_last(ly_context *cx, ly_value head, uint32_t n, const ly_value *values);
/* A symbol for a variable of Module, named after this one and a number: value consumed; LY_FAILED: none. */
ly_value ly_variable(ly_context *cx, ly_value symbol, uint64_t serial, ly_value value);
/* The end of such a variable's scope. Consumes it. */
void ly_variable_end(ly_context *cx, ly_value variable);
/* Ends it as well, and gives the value that it has, or the symbol itself. */
ly_value ly_variable_take(ly_context *cx, ly_value variable);
/* *local[[specs]] = value. False: nothing was done, since there may be no such part. */
bool ly_local_set_part(ly_context *cx, ly_value *local, uint32_t n, const ly_value *specs, ly_value value);
/* *local[[specs]] += by, -= by or *= by of numbers: *result is the new number, or the old one. False: as
   above. */
bool ly_local_step_part(ly_context *cx, ly_value *local, uint32_t n, const ly_value *specs, char operation,
                        ly_value by, bool old_wanted, ly_value *result);
/* The same of a symbol's own value. */
bool ly_symbol_step_part(ly_context *cx, ly_value symbol, uint32_t n, const ly_value *specs, char operation,
                         ly_value by, bool old_wanted, ly_value *result);
/* symbol[[specs]] = value; specs and value are consumed. */
ly_value ly_symbol_set_part(ly_context *cx, ly_value symbol, uint32_t n, const ly_value *specs,
                            ly_value value);
/* AppendTo and PrependTo of a local; item consumed. False: nothing was done, since it holds an atom. */
bool ly_local_append(ly_context *cx, ly_value *local, ly_value item, bool prepend);
/* The n parts of a list; false: it has not so many, or is none. */
bool ly_list_parts(ly_context *cx, ly_value list, uint32_t n, ly_value *items);
/* The message for that. */
void ly_refuse_shape(ly_context *cx, ly_value value, ly_value targets, size_t n, const ly_value *symbols,
                     const ly_value *values);

/* ---- Block: the symbols of a constant list get values (consumed; LY_FAILED: none) until the end; NULL:
   out of memory */

void *ly_block_enter(ly_context *cx, ly_value symbols, const ly_value *values);
void ly_block_leave(ly_context *cx, void *block);

/* ---- Catch: *frame lives as long as the body runs; form: LY_FAILED, or what tags must match */

void ly_catch_begin(ly_context *cx, ly_catch *frame, ly_value form);
void ly_catch_end(ly_context *cx, ly_catch *frame);
/* The body failed: what was thrown to this frame, or function[value, tag]; LY_FAILED: another error. */
ly_value ly_catch_taken(ly_context *cx, const ly_catch *frame, ly_value function);

/* ---- iterators */

typedef struct ly_range {
    uint64_t left;         /* rounds to go */
    int64_t at, by;        /* machine integers */
    bool integers;
    ly_value list;         /* owned: a list to run through, or LY_FAILED */
    size_t index;
    ly_value from, step;   /* owned: other numbers */
    bool visible;          /* the variable is a symbol that others see */
    ly_value symbol;
    void *saved;
} ly_range;

/* Starts over n bounds (consumed): count or list; from, to; from, to, step. False: they are not
   numbers: *iterator is empty and `bounds` stay the caller's. only_count: a list is no bound. */
bool ly_range_start(ly_context *cx, ly_range *iterator, uint32_t n, ly_value *bounds, bool only_count);
ly_value ly_range_next_slow(ly_context *cx, ly_range *iterator);
/* The variable's next value, owned. */
static inline ly_value ly_range_next(ly_context *cx, ly_range *iterator)
{
    if (__builtin_expect(iterator->integers, 1)) {
        int64_t n = iterator->at;
        iterator->at += iterator->by;
        return LY_INT(n);
    }
    return ly_range_next_slow(cx, iterator);
}
void ly_range_end(ly_context *cx, ly_range *iterator);
/* The iterator's variable is this symbol, with other values until the iterator's end. */
void ly_range_show(ly_context *cx, ly_range *iterator, ly_value symbol);
/* Gives it a value (borrowed). */
/* The same in the middle of a round: the symbol has the round's value from here on. */
void ly_range_show_now(ly_context *cx, ly_range *it, ly_value symbol, ly_value value);
void ly_range_assign(ly_context *cx, ly_range *iterator, ly_value value);

/* Whether a row of this many elements, so many times, fits the memory; false: raised. */
bool ly_table_refused(ly_context *cx, uint64_t elements, uint64_t rows);
static inline bool ly_table_can(ly_context *cx, uint64_t elements, uint64_t rows)
{
    bool small = elements < 1u << 20 && rows < 1u << 10;
    return __builtin_expect(small, 1) || !ly_table_refused(cx, elements, rows);
}
/* {items} of Table; empties builder. */
ly_value ly_table_finish(ly_context *cx, ly_builder *builder);
void ly_release_all(ly_context *cx, uint32_t n, const ly_value *values);

/* ---- Sum and Product (total.h) */

void ly_total_start(ly_total *total, ly_value head);
bool ly_total_add(ly_context *cx, ly_total *total, ly_value v);
ly_value ly_total_finish(ly_context *cx, ly_total *total);
void ly_total_drop(ly_context *cx, ly_total *total);

/* ---- loops over data: the elements of a list, of any other expression, the values of an association */

typedef struct ly_items {
    ly_value data;         /* owned */
    size_t index, count;
} ly_items;
/* Consumes data. False: an atom (still the caller's). */
bool ly_items_start(ly_context *cx, ly_items *items, ly_value data);
ly_value ly_items_next(ly_context *cx, ly_items *items);
void ly_items_end(ly_context *cx, ly_items *items);
/* The data with these elements instead; empties builder. */
ly_value ly_items_rebuild(ly_context *cx, ly_items *items, ly_builder *builder);
/* For Select: keeps element i (the last one given) of the data. */
bool ly_items_keep(ly_context *cx, ly_items *items, ly_builder *builder);
ly_value ly_items_kept(ly_context *cx, ly_items *items, ly_builder *builder);

/* ---- arithmetic (compiled.c for what is not done here): machine integers here, the rest there ---- */

#if defined(__GNUC__) && !defined(__TINYC__)
#define LY_ADD_OVERFLOWS(a, b, to) __builtin_add_overflow((int64_t)(a), (int64_t)(b), (int64_t *)(to))
#define LY_SUBTRACT_OVERFLOWS(a, b, to) __builtin_sub_overflow((int64_t)(a), (int64_t)(b), (int64_t *)(to))
#define LY_MULTIPLY_OVERFLOWS(a, b, to) __builtin_mul_overflow((int64_t)(a), (int64_t)(b), (int64_t *)(to))
#else
/* libtcc inlines no function, but statements in an expression */
#define LY_ADD_OVERFLOWS(a, b, to)                                                       \
    (__extension__({                                                                     \
        int64_t ly_a = (int64_t)(a), ly_b = (int64_t)(b), ly_sum = (int64_t)((uint64_t)ly_a + (uint64_t)ly_b); \
        *(int64_t *)(to) = ly_sum;                                                       \
        ((ly_a ^ ly_sum) & (ly_b ^ ly_sum)) < 0;                                         \
    }))
#define LY_SUBTRACT_OVERFLOWS(a, b, to)                                                  \
    (__extension__({                                                                     \
        int64_t ly_a = (int64_t)(a), ly_b = (int64_t)(b), ly_less = (int64_t)((uint64_t)ly_a - (uint64_t)ly_b); \
        *(int64_t *)(to) = ly_less;                                                      \
        ((ly_a ^ ly_b) & (ly_a ^ ly_less)) < 0;                                          \
    }))
static inline bool ly_multiply_overflows(int64_t a, int64_t b, int64_t *to)
{
    int64_t low = (int64_t)((uint64_t)a * (uint64_t)b);
    *to = low;
    if (a >= -0x40000000 && a <= 0x40000000 && b >= -0x40000000 && b <= 0x40000000) return false;
    return a != 0 && (low / a != b || (a == -1 && b == INT64_MIN));
}
#define LY_MULTIPLY_OVERFLOWS(a, b, to) ly_multiply_overflows((int64_t)(a), (int64_t)(b), (int64_t *)(to))
#endif

/* Each: the operation by the number, or by the evaluator. …_take consumes. */
#define LY_ARITHMETIC2(name)                                                             \
    ly_value ly_op_##name##_slow(ly_context *cx, ly_value a, ly_value b);                   \
    ly_value ly_op_##name##_slow_take(ly_context *cx, ly_value a, ly_value b);
LY_ARITHMETIC2(plus)
LY_ARITHMETIC2(subtract)
LY_ARITHMETIC2(times)
LY_ARITHMETIC2(divide)
LY_ARITHMETIC2(power)
LY_ARITHMETIC2(mod)
LY_ARITHMETIC2(quotient)
LY_ARITHMETIC2(part)
LY_ARITHMETIC2(append)

static inline bool ly_both_ints(ly_value a, ly_value b) { return a & b & 1; }

/* with its tag of 1, an integer n is 2n + 1: sums and differences need one tag taken off */
#define LY_FAST_PLUS(a, b, slow)                                                         \
    ly_value sum;                                                                        \
    if (__builtin_expect(ly_both_ints(a, b) && !LY_ADD_OVERFLOWS(a, (b) - 1, &sum), 1)) return sum; \
    return slow(cx, a, b);
static inline ly_value ly_op_plus(ly_context *cx, ly_value a, ly_value b) { LY_FAST_PLUS(a, b, ly_op_plus_slow) }
static inline ly_value ly_op_plus_take(ly_context *cx, ly_value a, ly_value b)
{
    LY_FAST_PLUS(a, b, ly_op_plus_slow_take)
}
#define LY_FAST_SUBTRACT(a, b, slow)                                                     \
    ly_value difference;                                                                 \
    if (__builtin_expect(ly_both_ints(a, b) && !LY_SUBTRACT_OVERFLOWS(a, (b) - 1, &difference), 1)) \
        return difference;                                                               \
    return slow(cx, a, b);
static inline ly_value ly_op_subtract(ly_context *cx, ly_value a, ly_value b)
{
    LY_FAST_SUBTRACT(a, b, ly_op_subtract_slow)
}
static inline ly_value ly_op_subtract_take(ly_context *cx, ly_value a, ly_value b)
{
    LY_FAST_SUBTRACT(a, b, ly_op_subtract_slow_take)
}
#define LY_FAST_TIMES(a, b, slow)                                                        \
    ly_value product;                                                                    \
    if (__builtin_expect(ly_both_ints(a, b) &&                                           \
                         !LY_MULTIPLY_OVERFLOWS((a) - 1, (int64_t)(b) >> 1, &product), 1)) \
        return product | 1;                                                              \
    return slow(cx, a, b);
static inline ly_value ly_op_times(ly_context *cx, ly_value a, ly_value b) { LY_FAST_TIMES(a, b, ly_op_times_slow) }
static inline ly_value ly_op_times_take(ly_context *cx, ly_value a, ly_value b)
{
    LY_FAST_TIMES(a, b, ly_op_times_slow_take)
}
#define LY_FAST_MOD(a, b, slow)                                                          \
    if (__builtin_expect(ly_both_ints(a, b) && (int64_t)(b) > 1, 1)) {                   \
        int64_t r = ly_int_of(a) % ly_int_of(b);                                         \
        return LY_INT(r < 0 ? r + ly_int_of(b) : r);                                     \
    }                                                                                    \
    return slow(cx, a, b);
static inline ly_value ly_op_mod(ly_context *cx, ly_value a, ly_value b) { LY_FAST_MOD(a, b, ly_op_mod_slow) }
static inline ly_value ly_op_mod_take(ly_context *cx, ly_value a, ly_value b) { LY_FAST_MOD(a, b, ly_op_mod_slow_take) }
#define LY_FAST_QUOTIENT(a, b, slow)                                                     \
    if (__builtin_expect(ly_both_ints(a, b) && (int64_t)(b) > 1, 1)) {                   \
        int64_t q = ly_int_of(a) / ly_int_of(b), r = ly_int_of(a) % ly_int_of(b);        \
        return LY_INT(r < 0 ? q - 1 : q);                                                \
    }                                                                                    \
    return slow(cx, a, b);
static inline ly_value ly_op_quotient(ly_context *cx, ly_value a, ly_value b)
{
    LY_FAST_QUOTIENT(a, b, ly_op_quotient_slow)
}
static inline ly_value ly_op_quotient_take(ly_context *cx, ly_value a, ly_value b)
{
    LY_FAST_QUOTIENT(a, b, ly_op_quotient_slow_take)
}
static inline ly_value ly_op_divide(ly_context *cx, ly_value a, ly_value b) { return ly_op_divide_slow(cx, a, b); }
static inline ly_value ly_op_divide_take(ly_context *cx, ly_value a, ly_value b)
{
    return ly_op_divide_slow_take(cx, a, b);
}
static inline ly_value ly_op_power(ly_context *cx, ly_value a, ly_value b) { return ly_op_power_slow(cx, a, b); }
static inline ly_value ly_op_power_take(ly_context *cx, ly_value a, ly_value b)
{
    return ly_op_power_slow_take(cx, a, b);
}
ly_value ly_op_sum_take(ly_context *cx, size_t n, const ly_value *items);
ly_value ly_op_product_take(ly_context *cx, size_t n, const ly_value *items);

/* x[[i]] of a list and a machine integer here */
static inline ly_value ly_op_part(ly_context *cx, ly_value list, ly_value i)
{
    /* what another head holds may be something to evaluate */
    if (__builtin_expect(ly_is_int(i) && ly_is_expr(list) && ly_expr_of(list)->head == LY_SYM(List), 1)) {
        const ly_expr *e = ly_expr_of(list);
        int64_t n = ly_int_of(i);
        if (n < 0) n += (int64_t)e->count + 1;
        if (__builtin_expect(n > 0 && n <= (int64_t)e->count, 1)) return ly_retain(e->args[n - 1]);
    }
    return ly_op_part_slow(cx, list, i);
}
static inline ly_value ly_op_part_take(ly_context *cx, ly_value list, ly_value i)
{
    return ly_op_part_slow_take(cx, list, i);
}
static inline ly_value ly_op_append_take(ly_context *cx, ly_value list, ly_value item)
{
    return ly_op_append_slow_take(cx, list, item);
}
ly_value ly_op_length_take(ly_context *cx, size_t n, const ly_value *items);

/* ---- tests: 1 True, 0 False, 2 undecided (its value in cx->undecided), -1 failed ---------------- */

enum { LY_FALSE = 0, LY_TRUE = 1, LY_UNDECIDED = 2, LY_DECIDED = 4 };
/* The value that a test stands for: True, False, or what it left undecided. */
static inline ly_value ly_truth(ly_context *cx, int test)
{
    ly_value v = cx->undecided;
    if (__builtin_expect(test != LY_UNDECIDED, 1)) return test ? LY_SYM(True) : LY_SYM(False);
    cx->undecided = LY_FAILED;
    return v;
}
int ly_test_not(ly_context *cx, int test);
#define LY_TEST2(name, operator)                                                         \
    int ly_test_##name##_slow(ly_context *cx, ly_value a, ly_value b);                   \
    static inline int ly_test_##name(ly_context *cx, ly_value a, ly_value b)             \
    {                                                                                    \
        if (__builtin_expect(ly_both_ints(a, b), 1)) return (int64_t)(a) operator (int64_t)(b); \
        return ly_test_##name##_slow(cx, a, b);                                          \
    }
LY_TEST2(less, <)
LY_TEST2(less_equal, <=)
LY_TEST2(greater, >)
LY_TEST2(greater_equal, >=)
LY_TEST2(equal, ==)
LY_TEST2(unequal, !=)
static inline int ly_test_same(ly_context *cx, ly_value a, ly_value b)
{
    (void)cx;
    return a == b || (ly_is_pointer(a) && ly_is_pointer(b) && ly_same(a, b)) ||
           ((ly_is_real_word(a) || ly_is_real_word(b)) && ly_same(a, b));
}
static inline int ly_test_unsame(ly_context *cx, ly_value a, ly_value b) { return !ly_test_same(cx, a, b); }
int ly_test_even_slow(ly_context *cx, ly_value a, bool odd);
static inline int ly_test_even(ly_context *cx, ly_value a)
{
    return ly_is_int(a) ? !(a & 2) : ly_test_even_slow(cx, a, false);
}
static inline int ly_test_odd(ly_context *cx, ly_value a)
{
    return ly_is_int(a) ? (a & 2) != 0 : ly_test_even_slow(cx, a, true);
}
static inline int ly_test_integer(ly_context *cx, ly_value a)
{
    (void)cx;
    return ly_is_int(a) || ly_is_kind(a, LY_KIND_BIGINT);
}
static inline int ly_test_string(ly_context *cx, ly_value a) { (void)cx; return ly_is_string(a); }
static inline int ly_test_list(ly_context *cx, ly_value a) { (void)cx; return ly_has_head(a, LY_SYM(List)) || ly_is_packed(a); }

/* ---- kernels: loops over unboxed numbers (compiled_kernels.c) --------------------------------- */

enum { LY_KERNEL_ENDED = 0, LY_KERNEL_REFUSED = -1, LY_KERNEL_FAILED = -2 }; /* else the point where the generic loop goes on */

/* How often a loop's kernel is tried: less and less where it keeps giving up. */
typedef struct ly_trial {
    uint32_t left, failures, successes;
} ly_trial;
static inline bool ly_worth_trying(ly_trial *trial)
{
    if (trial->left == 0) return true;
    trial->left--;
    return false;
}
/* It was refused, or left before its end. */
static inline void ly_tried(ly_trial *trial)
{
    if (trial->failures < 20) trial->failures++;
    trial->left = trial->failures < 4 ? 0 : (uint32_t)1 << (trial->failures - 3);
}

/* ---- clones: definitions on unboxed numbers. Where one gives up it gives one of these; a deep one (it
   recurses) anything, and a bit of the poll word says so, which every call looks at anyhow: what called it
   in turn needs not to ask, and the outermost call takes the bit. */
#define LY_NO_INT (-9223372036854775807LL - 1)
#define LY_NO_REAL (0.0 / 0.0)
enum { LY_NO_TRUTH = 2 };
/* A definition's clone was tried: more and more successes are asked for after failures, so that calls
   that fail one inside another cost no more than a few of them. */
static inline void ly_tried_call(ly_trial *trial, bool failed)
{
    if (__builtin_expect(failed, 0)) {
        trial->successes = 0;
        ly_tried(trial);
    } else if (__builtin_expect(trial->failures != 0, 0) && ++trial->successes >> trial->failures) {
        trial->failures--;
        trial->successes = 0;
    }
}
/* Of a function with so many temporaries: they, the arguments, and what is saved around calls. */
#ifdef LY_SANITIZE
#define LY_LEVEL_SIZE(temporaries) (512 + 96 * (temporaries))
#else
#define LY_LEVEL_SIZE(temporaries) (128 + 16 * (temporaries))
#endif
/* How deep calls may nest from here: to the recursion limit, and as the stack has room for so many bytes
   each. */
static inline int64_t ly_levels(const ly_context *cx, int64_t size)
{
    int64_t limit = (int64_t)cx->recursion_limit - cx->depth;
    int64_t room = ((char *)__builtin_frame_address(0) - cx->stack_limit) / size;
    return limit < room ? limit : room;
}
int ly_give_up(ly_context *cx);
bool ly_gave_up_slow(ly_context *cx);
static inline bool ly_gave_up(ly_context *cx)
{
    return __builtin_expect(ly_polled(cx) & LY_POLL_GAVE_UP, 0) && ly_gave_up_slow(cx);
}
/* What polls was only the end of the task's turn: the clone goes on. */
bool ly_goes_on(ly_context *cx);
bool ly_module_exact_slow(ly_context *cx, uint32_t number);
/* The definition is the one that was compiled. */
static inline bool ly_relied_on(ly_context *cx, uint32_t entry)
{
    return cx->exact[entry] == 1 || ly_module_exact_slow(cx, entry);
}

/* ---- branches: futures in clones (stdlib/parallel/forks.c). Begun and ended last in, first out. */
typedef struct ly_fork ly_fork;
typedef union ly_word {
    int64_t i;
    double r;
} ly_word;
typedef struct ly_branch {
    void (*run)(ly_context *cx, ly_fork *fork, struct ly_branch *branch);
    ly_word words[4], result;
    int64_t levels;
    bool elsewhere;   /* it runs on another stack: levels are others there */
    bool failed;
} ly_branch;
/* NULL: no memory. */
ly_fork *ly_fork_enter(ly_context *cx);
void ly_fork_leave(ly_fork *fork, bool gave_up);
/* Calls here may become branches; else the form without them serves. */
bool ly_fork_goes_on(ly_fork *fork);
bool ly_fork_wanted(ly_fork *fork);
void ly_fork_begin(ly_fork *fork, ly_branch *branch);
/* It has run, here or elsewhere; where it gave up, so does this. */
void ly_fork_end(ly_fork *fork, ly_branch *branch);

/* *v is a packed array of that type and rank, or becomes one (a list of such numbers); written: and
   nobody else holds it. False: it is something else. */
bool ly_kernel_array(ly_context *cx, ly_value *v, int type, uint32_t rank, bool written);
/* *to, a packed array that nobody else holds, becomes a copy of from, of the same type and rank. False:
   no memory, and nothing happened. */
bool ly_kernel_copy(ly_context *cx, ly_value *to, ly_value from);
/* The value of a symbol, owned; an array that is written is taken out of it. LY_FAILED: it has no plain
   value, or it must not be assigned. */
ly_value ly_kernel_symbol(ly_context *cx, ly_value symbol, bool written);
/* The same, of a list that becomes an array. */
ly_value ly_kernel_symbol_array(ly_context *cx, ly_value symbol, int type, uint32_t rank, bool written);
/* The symbol can be given a value as any: nothing watches it, nothing keeps it from being assigned. */
bool ly_kernel_may_assign(ly_context *cx, ly_value symbol);
/* symbol = value, consumed. */
void ly_kernel_symbol_take(ly_context *cx, ly_value symbol, ly_value value);

/* ---- pure loops (compiled_pure.c): expressions over data that have no effects, on unboxed numbers

   captured: the words of the variables from outside, arrays packed, then the dimensions of the result.
   Computes the positions from … to-1 (of the outermost iterator, the first is 0):
     an array   elements from … to-1 into out[from …], int64_t or double, rows one behind the other
     an element where the whole is added up by halves: into out[0 …]
     a sum      what these terms make with *out, added (or multiplied) in order, into *out; begin with 0
                or -0.0 (1 for a product)
   0: done; LY_KERNEL_FAILED: an error is pending (of a poll inside); LY_KERNEL_REFUSED: other types, or trouble with a number. Then nothing has happened but that
   out may hold anything, and the generic code does the whole from its start. It evaluates nothing,
   allocates nothing, and polls only in loops inside. */
typedef int ly_pure_loop(ly_context *cx, const ly_value *captured, int64_t from, int64_t to, void *out);
/* Its value; LY_UNEVALUATED: refused. type: LY_PACKED_…; flat: positions are those of single elements. */
ly_value ly_pure_array(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, int type, uint32_t rank, bool flat,
                       const int64_t *dims);
ly_value ly_pure_sum(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals, bool product, int64_t count);
/* One number, which position 0 stands for. */
ly_value ly_pure_number(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals);
/* The sum of elements that the loop puts at out[0 …]. */
ly_value ly_pure_total(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals, int64_t count);
/* out of a loop that selects: elements are added behind `count`. */
typedef struct ly_selection {
    void *data;
    int64_t count;
} ly_selection;
ly_value ly_pure_selection(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals, int64_t count);

/* Plus of many numbers is made by halves, the first one the larger: a tree that its number of leaves
   decides alone. ly_sum_by_halves of an array; ly_halving gives pieces of such a tree, from the left:
   for (ly_halving_start(&h, n); h.count > 0; ly_halving_add(&h, items)) items = elements h.at … h.at+h.count-1;
   then h.sum is the whole. */
enum { LY_HALVING_MOST = 1024 };
typedef struct ly_half {
    double sum;            /* of the first half, if it is there */
    int64_t rest;          /* elements of the second */
    bool first;
} ly_half;
typedef struct ly_halving {
    int64_t at, count, rest;
    double sum;
    uint32_t depth;
    ly_half half[64];
} ly_halving;
double ly_sum_by_halves(const double *x, size_t n);
void ly_halving_start(ly_halving *h, int64_t count);
void ly_halving_add(ly_halving *h, const double *items);
/* The same by all who have nothing to do (stdlib/parallel/strips.c); a total is combined in the tree that
   its number of terms decides. */
ly_value ly_parallel_array(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, int type, uint32_t rank,
                           const int64_t *dims);
ly_value ly_parallel_total(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals, bool product,
                           int64_t count);
/* An integer that small has a double's bits to spare: converting takes no instruction that vectors lack. */
#define LY_SMALL_REAL 2251799813685248.0 /* 2^51 */
static inline double ly_small_real(int64_t n)
{
    union { double d; int64_t i; } bits;
    bits.i = n + 0x4338000000000000; /* 1.5 2^52 + n */
    return bits.d - 6755399441055744.0;
}
/* The larger magnitude, as a double. */
static inline double ly_reach(int64_t first, int64_t last)
{
    double a = first < 0 ? -(double)first : (double)first, b = last < 0 ? -(double)last : (double)last;
    return a > b ? a : b;
}
/* The sign bit of what is noted: x is infinite or no number; n is no word's integer; the condition. */
static inline uint64_t ly_noted(bool condition) { return -(uint64_t)condition; }
static inline uint64_t ly_noted_real(double x)
{
    union { double d; uint64_t u; } bits;
    bits.d = x;
    return (bits.u & INT64_MAX) + 0x0010000000000000;
}
static inline uint64_t ly_noted_word(int64_t n) { return (uint64_t)n ^ (uint64_t)n << 1; }
static inline uint64_t ly_noted_plus(int64_t a, int64_t b, int64_t sum) { return (uint64_t)((a ^ sum) & (b ^ sum)); }
static inline uint64_t ly_noted_minus(int64_t a, int64_t b, int64_t difference)
{
    return (uint64_t)((a ^ b) & (a ^ difference));
}

/* of the C library, as the evaluator calls them */
double sqrt(double), sin(double), cos(double), tan(double), atan(double), sinh(double), cosh(double),
    tanh(double), exp(double), log(double), floor(double), ceil(double), rint(double), fabs(double);
ly_value ly_integer_boxed(ly_context *cx, int64_t n);
static inline ly_value ly_boxed_int(ly_context *cx, int64_t n)
{
    return ly_int_fits(n) ? LY_INT(n) : ly_integer_boxed(cx, n);
}
/* An integer that a double holds exactly. */
static inline bool ly_fits_real(int64_t n) { return (uint64_t)(n + (1LL << 53)) <= (uint64_t)1 << 54; }
#define LY_LARGEST_REAL 1.7976931348623157e308
#if defined(__GNUC__) && !defined(__TINYC__)
static inline double ly_absolute(double x) { return __builtin_fabs(x); }
static inline bool ly_is_finite(double x) { return __builtin_expect(__builtin_fabs(x) <= LY_LARGEST_REAL, 1); }
#else
static inline double ly_absolute(double x) { return x < 0 ? -x : x; }
static inline bool ly_is_finite(double x) { return x <= LY_LARGEST_REAL && x >= -LY_LARGEST_REAL; }
#endif
/* Equal of two reals: all but the last seven bits. */
static inline bool ly_reals_equal(double x, double y)
{
    double a = ly_absolute(x), b = ly_absolute(y);
    return x == y || ly_absolute(x - y) <= LY_EQUAL_TOLERANCE * (a > b ? a : b);
}
static inline bool ly_real_less(double x, double y) { return x < y && !ly_reals_equal(x, y); }
/* base^exponent; false: it overflows, or is no machine number. */
bool ly_int_power(int64_t base, int64_t exponent, int64_t *to);
bool ly_real_power_int(double base, int64_t exponent, double *to);
bool ly_real_power(double base, double exponent, double *to);
/* Mod[a b + c, m], m > 0, whatever the product is; c by itself. */
int64_t ly_product_modulus_large(int64_t a, int64_t b, int64_t c, int64_t m);
static inline int64_t ly_product_modulus(int64_t a, int64_t b, int64_t c, int64_t m)
{
    int64_t product, sum;
    if (LY_MULTIPLY_OVERFLOWS(a, b, &product) || LY_ADD_OVERFLOWS(product, c, &sum))
        return ly_product_modulus_large(a, b, c, m);
    sum %= m;
    return sum < 0 ? sum + m : sum;
}
/* Mod of reals, y not 0. */
double ly_real_modulus(double x, double y);
/* The integer below the square root of n, n >= 0. */
static inline int64_t ly_root_below(int64_t n)
{
    int64_t root = (int64_t)sqrt((double)n);
    while (root > 3037000499 || root * root > n) root--;
    while (root < 3037000499 && (root + 1) * (root + 1) <= n) root++;
    return root;
}
/* Rounds of an iterator; step not 0. */
static inline uint64_t ly_rounds(int64_t from, int64_t to, int64_t step)
{
    if (step > 0) return to < from ? 0 : ((uint64_t)to - (uint64_t)from) / (uint64_t)step + 1;
    return to > from ? 0 : ((uint64_t)from - (uint64_t)to) / -(uint64_t)step + 1;
}

/* The head of v is this symbol: for patterns x_h. */
bool ly_head_is(ly_context *cx, ly_value v, ly_value head);
/* v is head[…] with n arguments, packed arrays apart */
static inline bool ly_shape_is(ly_value v, ly_value head, uint32_t n) { return ly_has_shape(v, head, n); }
/* v is head[…] with n arguments or more */
static inline bool ly_shape_least(ly_value v, ly_value head, uint32_t n)
{
    return ly_has_head(v, head) && ly_expr_of(v)->count >= n;
}
/* v is an expression of n arguments; of n or more */
static inline bool ly_count_is(ly_value v, uint32_t n) { return ly_is_expr(v) && ly_expr_of(v)->count == n; }
static inline bool ly_count_least(ly_value v, uint32_t n) { return ly_is_expr(v) && ly_expr_of(v)->count >= n; }
/* The n-th argument of v from the end. */
static inline ly_value ly_arg_from_end(ly_value v, uint32_t n)
{
    return ly_expr_of(v)->args[ly_expr_of(v)->count - n];
}
bool ly_heads_are(ly_context *cx, uint32_t n, const ly_value *items, ly_value head);
ly_value ly_unpack_take(ly_context *cx, ly_value v);
/* ly_release of an argument that a pattern took apart: most often its parts live on in variables, and
   nothing but its own memory goes. */
static inline void ly_release_matched(ly_context *cx, ly_value v)
{
    ly_expr *e = ly_expr_of(v);
    if (ly_is_expr(v) && ly_count_of(&e->o) == 1 && e->count == 1 && ly_count_of(ly_object_of(e->head)) == 0) {
        ly_value part = e->args[0];
        if (!ly_is_object(part) || ly_count_of(ly_object_of(part)) != 1) {
            ly_release(cx, part);
            ly_dealloc(cx, &e->o);
            return;
        }
    }
    ly_release(cx, v);
}

/* v was matched as an expression of a symbol: LY_FAILED where others hold it, too; else its parts are the
   caller's from now on, and so is its cell (v itself), for another expression of as many arguments. */
static inline ly_value ly_open(ly_value v)
{
    return __builtin_expect(ly_count_of(ly_object_of(v)) == 1, 1) ? v : LY_FAILED;
}
static inline void ly_drop_cell(ly_context *cx, ly_value cell)
{
    if (cell) ly_dealloc(cx, ly_object_of(cell));
}

/* head[a, b, …] of a symbol that has no definition and no attributes is a value as it stands;
   anything else goes to the evaluator. Consumes the arguments. */
ly_value ly_construct(ly_context *cx, ly_value head, uint32_t n, const ly_value *arguments);
ly_value ly_construct1(ly_context *cx, ly_value head, ly_value a);
ly_value ly_construct2(ly_context *cx, ly_value head, ly_value a, ly_value b);
/* The same in a cell from ly_open, where there is one. */
ly_value ly_construct1_in(ly_context *cx, ly_value cell, ly_value head, ly_value a);
ly_value ly_construct2_in(ly_context *cx, ly_value cell, ly_value head, ly_value a, ly_value b);
/* head[_] or head[first, _] (first LY_FAILED: none; borrowed) with a hole for its last argument, in
   front of a chain of such that are inside each other, this one innermost; in the cell, if there is one. */
static inline ly_value ly_construct_around(ly_context *cx, ly_value cell, ly_value head, ly_value first,
                                           ly_value around)
{
    uint32_t n = first ? 2 : 1;
    ly_expr *e = ly_expr_of(cell);
    if (!cell) {
        e = ly_alloc(cx, LY_KIND_EXPR, sizeof *e + n * sizeof e->args[0]);
        e->count = n;
    }
    e->hash = 0;
    e->stamp = 0;
    e->head = head;
    if (first) e->args[0] = ly_retain(first);
    e->args[n - 1] = around;
    return ly_from_object(e);
}
/* Fills the holes from the inside out, v the innermost value (consumed; LY_FAILED: the chain is
   dropped), each one constructed as ly_construct1 and 2 do. Takes one from the depth for each. */
ly_value ly_close_around(ly_context *cx, ly_value around, ly_value v);

#endif
