/* module.c: compiled programs inside the evaluator.

   A module is static data of generated C, one for the process. Loading fills its symbol slots and
   patches its constants, a statement's share when the statement first runs, so that names come into
   being in the order in which an interpreter would read them; all contexts share what is loaded.

   What a context keeps is one byte for each compiled symbol (an entry): whether the symbol's rules
   are, now, exactly the rules that were compiled. The byte is cleared whenever the symbol's definition
   is edited and found out again at the next call, so that redefinition, Block, Clear and attributes
   are all honoured, and code whose symbol was redefined is simply not entered. */
#include "eval/marks.h"
#include "eval/module.h"

#include <pthread.h>
#include <stdlib.h>

#include "abi.h"
#include "eval/eval.h"
#include "eval/messages.h"
#include "eval/session.h"
#include "match/match.h"
#include "text/text.h"

enum { UNKNOWN, EXACT, DIFFERENT }; /* what a context knows of an entry */

typedef struct compiled_symbol {
    ly_value symbol;
    const ly_module *module;
    uint32_t entry; /* of the module */
} compiled_symbol;

/* In a context: the modules attached, and its entries by symbol. */
struct ly_modules {
    uint32_t module_count;
    const ly_module **modules;
    uint32_t count, capacity;      /* entries in all */
    compiled_symbol *entries;      /* by number; symbol LY_FAILED until loaded */
    uint32_t table_mask;
    uint32_t *table;               /* open addressing by id of the symbol; number + 1 */
    uint64_t version;              /* grows with modules and symbols */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of loading, and of entry_total */
static uint32_t entry_total;

/* ---- numbers that have no word: immortal, outside every heap */

/* They are chained, so that tools that look for leaks find them: slots may lie in memory made by mmap. */
typedef struct immortal_link {
    struct immortal_link *next;
    uint64_t unused; /* keeps objects aligned to 16 bytes */
} immortal_link;
static immortal_link *immortals; /* under the lock */

static void *immortal(ly_kind kind, size_t size)
{
    immortal_link *link = ly_calloc(1, sizeof *link + size);
    if (!link) {
        fputs("lyra: out of memory\n", stderr);
        _Exit(70);
    }
    link->next = immortals;
    immortals = link;
    ly_object *object = (ly_object *)(link + 1);
    object->kind = (uint8_t)kind;
    return object;
}

static ly_value make_number(const ly_module_number *number)
{
    switch (number->kind) {
    case 'i': {
        ly_bigint *n = immortal(LY_KIND_BIGINT, sizeof *n);
        mpz_init_set_str(n->z, number->text, 10);
        return ly_from_object(n);
    }
    case 'q': {
        ly_rational *n = immortal(LY_KIND_RATIONAL, sizeof *n);
        mpq_init(n->q);
        mpq_set_str(n->q, number->text, 10);
        return ly_from_object(n);
    }
    case 'r': {
        ly_real_box *n = immortal(LY_KIND_REAL, sizeof *n);
        uint64_t bits = strtoull(number->text, NULL, 16);
        memcpy(&n->value, &bits, 8);
        return ly_from_object(n);
    }
    case 'b': {
        ly_bigreal *n = immortal(LY_KIND_BIGREAL, sizeof *n);
        char *rest;
        const char *space = strchr(number->text, ' ');
        n->precision = strtod(space, &rest);
        mpfr_init2(n->f, strtol(rest, NULL, 10));
        mpfr_strtofr(n->f, number->text, NULL, 0, MPFR_RNDN);
        return ly_from_object(n);
    }
    case 'c': {
        ly_complex *n = immortal(LY_KIND_COMPLEX, sizeof *n);
        n->re = *number[-2].slot;
        n->im = *number[-1].slot;
        return ly_from_object(n);
    }
    default: return strtoull(number->text, NULL, 16); /* 'w': a word */
    }
}

/* ---- loading */

/* The head only builds: no definition, no code, and arguments stay where they stand. */
static bool is_inert_head(ly_value head)
{
    const ly_builtin *row = ly_is_symbol(head) ? ly_symbol_of(head)->builtin : NULL;
    return head == LY_SYM(List) ||
           (row && !row->function && !row->sub_function &&
            !(row->attributes & (LY_FLAT | LY_ORDERLESS | LY_LISTABLE | LY_SEQUENCE_HOLD)) &&
            !(ly_flags(&ly_symbol_of(head)->o) & LY_FLAG_SPLICED));
}

/* Lists and patterns (_, _Integer, a | b) of numbers, strings and symbols are evaluated as they stand, as
   long as none of their symbols has changed since the process began. */
static void mark_constant(ly_value v)
{
    uint64_t filter = 0;
    if (!ly_is_expr(v) || !is_inert_head(ly_expr_of(v)->head)) return;
    ly_expr *e = ly_expr_of(v);
    if (e->head != LY_SYM(List)) filter |= (uint64_t)1 << (ly_symbol_of(e->head)->hash & 63);
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value item = e->args[i];
        if (ly_is_symbol(item)) {
            const ly_builtin *row = ly_symbol_of(item)->builtin;
            if ((row && row->effects & LY_VALUE) || item == LY_SYM(Nothing)) return;
            filter |= (uint64_t)1 << (ly_symbol_of(item)->hash & 63);
        } else if (ly_is_expr(item)) {
            if (!ly_expr_of(item)->stamp) return;
            filter |= ly_expr_of(item)->filter;
        } else if (ly_is_association(item)) {
            return;
        }
    }
    e->filter = filter;
    e->stamp = filter ? 1 : LY_INERT;
}

static void load(const ly_module *m, uint32_t symbols, uint32_t numbers, uint32_t patches,
                 uint32_t constants)
{
    ly_module_state *s = m->state;
    pthread_mutex_lock(&lock);
    for (; s->symbols < symbols; s->symbols++)
        *m->symbols[s->symbols].slot =
            ly_intern(m->symbols[s->symbols].context, m->symbols[s->symbols].name);
    for (; s->numbers < numbers; s->numbers++)
        *m->numbers[s->numbers].slot = make_number(&m->numbers[s->numbers]);
    for (; s->patches < patches; s->patches++) *m->patches[s->patches].where = *m->patches[s->patches].from;
    /* hashes now, so that no two contexts find them out at once */
    for (; s->constants < constants; s->constants++) {
        ly_hash(m->constants[s->constants]);
        mark_constant(m->constants[s->constants]);
    }
    pthread_mutex_unlock(&lock);
}

/* Under the lock: the module's entries get their numbers among those of the process. */
static void number_entries(const ly_module *m)
{
    static const char *const spliced[] = {"Sequence", "Unevaluated", "Splice"};
    if (m->state->attached) return;
    m->state->attached = true;
    if (m->base) *m->base = entry_total;
    entry_total += m->entry_count;
    for (size_t i = 0; i < sizeof spliced / sizeof *spliced; i++)
        ly_flag_set(&ly_symbol_of(ly_intern("System`", spliced[i]))->o, LY_FLAG_SPLICED);
}

void ly_module_load(const ly_module *m)
{
    pthread_mutex_lock(&lock);
    number_entries(m);
    pthread_mutex_unlock(&lock);
    load(m, m->symbol_count, m->number_count, m->patch_count, m->constant_count);
}

bool ly_module_load_again(const ly_module *m, const ly_module *first)
{
    ly_module_state *s = m->state;
    if (m->symbol_count != first->symbol_count || m->number_count != first->number_count ||
        m->patch_count != first->patch_count || m->constant_count != first->constant_count ||
        m->rule_count != first->rule_count || m->entry_count != first->entry_count || !m->base != !first->base)
        return false;
    if (m->base) *m->base = *first->base;
    for (; s->symbols < m->symbol_count; s->symbols++)
        *m->symbols[s->symbols].slot = *first->symbols[s->symbols].slot;
    for (; s->numbers < m->number_count; s->numbers++)
        *m->numbers[s->numbers].slot = *first->numbers[s->numbers].slot;
    for (; s->patches < m->patch_count; s->patches++)
        *m->patches[s->patches].where = *m->patches[s->patches].from;
    for (; s->constants < m->constant_count; s->constants++) {
        ly_value v = m->constants[s->constants], known = first->constants[s->constants];
        if (ly_is_string(v)) {
            ly_string_of(v)->hash = ly_string_of(known)->hash;
        } else {
            ly_expr_of(v)->hash = ly_expr_of(known)->hash;
            ly_expr_of(v)->stamp = ly_expr_of(known)->stamp;
            ly_expr_of(v)->filter = ly_expr_of(known)->filter;
        }
    }
    s->attached = true;
    s->first = first;
    return true;
}

static void enter_symbol(struct ly_modules *all, uint32_t number, ly_value symbol)
{
    uint32_t i = ly_symbol_of(symbol)->id & all->table_mask;
    all->entries[number].symbol = symbol;
    all->version++;
    while (all->table[i]) i = (i + 1) & all->table_mask;
    all->table[i] = number + 1;
}

/* The number of a symbol's entry in this context + 1, or 0. */
static uint32_t entry_number(const ly_context *cx, ly_value symbol)
{
    const struct ly_modules *all = cx->modules;
    if (!all || !all->table) return 0;
    for (uint32_t i = ly_symbol_of(symbol)->id & all->table_mask;; i = (i + 1) & all->table_mask)
        if (!all->table[i] || all->entries[all->table[i] - 1].symbol == symbol) return all->table[i];
}

bool ly_module_attach(ly_context *cx, const ly_module *m)
{
    struct ly_modules *all = cx->modules;
    if (!all && !(all = cx->modules = ly_calloc(1, sizeof *all))) return false;
    for (uint32_t i = 0; i < all->module_count; i++)
        if (all->modules[i] == m) return true;
    const ly_module **modules = ly_remalloc(all->modules, (all->module_count + 1) * sizeof *modules);
    if (!modules) return false;
    all->modules = modules;
    modules[all->module_count++] = m;
    all->version++;
    pthread_mutex_lock(&lock);
    number_entries(m);
    uint32_t first = m->base ? *m->base : 0;
    pthread_mutex_unlock(&lock);
    if (!m->entry_count) return true;
    uint32_t last = first + m->entry_count;
    if (last > all->capacity) {
        uint32_t size = 64;
        while (size < last * 2) size *= 2;
        compiled_symbol *entries = ly_remalloc(all->entries, last * sizeof *entries);
        unsigned char *exact = ly_remalloc(cx->exact, last);
        ly_trial *trials = ly_remalloc(cx->trials, last * sizeof *trials);
        uint32_t *table = ly_calloc(size, sizeof *table);
        if (entries) all->entries = entries;
        if (exact) cx->exact = exact;
        if (trials) cx->trials = trials;
        if (!entries || !exact || !trials || !table) {
            ly_free(table);
            return false;
        }
        memset(entries + all->capacity, 0, (last - all->capacity) * sizeof *entries);
        memset(exact + all->capacity, UNKNOWN, last - all->capacity);
        memset(trials + all->capacity, 0, (last - all->capacity) * sizeof *trials);
        all->capacity = last;
        ly_free(all->table);
        all->table = table;
        all->table_mask = size - 1;
        for (uint32_t i = 0; i < all->count; i++)
            if (all->entries[i].symbol) enter_symbol(all, i, all->entries[i].symbol);
        all->count = last;
    }
    for (uint32_t i = 0; i < m->entry_count; i++) {
        all->entries[first + i].module = m;
        all->entries[first + i].entry = i;
    }
    return true;
}

void ly_modules_end(ly_context *cx)
{
    if (!cx->modules) return;
    ly_release(cx, cx->undecided);
    cx->undecided = LY_FAILED;
    ly_free(cx->modules->modules);
    ly_free(cx->modules->entries);
    ly_free(cx->modules->table);
    ly_free(cx->modules);
    ly_free(cx->exact);
    ly_free(cx->trials);
    cx->modules = NULL;
    cx->exact = NULL;
    cx->trials = NULL;
}

/* ---- in tasks */

struct ly_modules_seen {
    int32_t references; /* atomic */
    uint32_t module_count, count;
    const ly_module **modules;
    ly_value *symbols;  /* of the entries, by number */
    uint64_t version;
};

bool ly_modules_still(const ly_context *cx, const ly_modules_seen *seen)
{
    return cx->modules ? seen && seen->version == cx->modules->version : !seen;
}

ly_modules_seen *ly_modules_see(const ly_context *cx, ly_modules_seen *old)
{
    const struct ly_modules *all = cx->modules;
    ly_modules_seen *seen;
    if (!all) return NULL;
    if (old && old->version == all->version) {
        __atomic_fetch_add(&old->references, 1, __ATOMIC_RELAXED);
        return old;
    }
    seen = ly_calloc(1, sizeof *seen);
    if (!seen) return NULL;
    seen->references = 1;
    seen->modules = ly_malloc((all->module_count + 1) * sizeof *seen->modules);
    seen->symbols = ly_malloc((all->count + 1) * sizeof *seen->symbols);
    if (!seen->modules || !seen->symbols) {
        ly_modules_unsee(seen);
        return NULL;
    }
    seen->module_count = all->module_count;
    seen->count = all->count;
    seen->version = all->version;
    memcpy(seen->modules, all->modules, all->module_count * sizeof *seen->modules);
    for (uint32_t i = 0; i < all->count; i++) seen->symbols[i] = all->entries[i].symbol;
    return seen;
}

void ly_modules_unsee(ly_modules_seen *seen)
{
    /* release: our reads come before the free; acquire: the free comes after everybody's */
    if (!seen || __atomic_sub_fetch(&seen->references, 1, __ATOMIC_ACQ_REL) > 0) return;
    ly_free(seen->modules);
    ly_free(seen->symbols);
    ly_free(seen);
}

void ly_modules_forget_exact(ly_context *cx)
{
    if (cx->modules && cx->exact) memset(cx->exact, UNKNOWN, cx->modules->capacity);
}

void ly_modules_follow(ly_context *cx, const ly_modules_seen *seen)
{
    if (seen) {
        for (uint32_t i = 0; i < seen->module_count; i++) ly_module_attach(cx, seen->modules[i]);
        for (uint32_t i = 0; i < seen->count && i < cx->modules->count; i++)
            if (seen->symbols[i] && !cx->modules->entries[i].symbol) enter_symbol(cx->modules, i, seen->symbols[i]);
        cx->modules->version = seen->version; /* a task that takes a snapshot sees what it was given */
    }
    ly_modules_forget_exact(cx);
}

/* ---- is a symbol's definition the one that was compiled? */

static bool is_exact(ly_context *cx, const ly_module *m, const ly_module_entry *entry)
{
    const ly_definition *d = ly_definition_of(cx, *entry->symbol);
    if (cx->overridden || !d || d->value || d->rules[LY_OWN_VALUES] || !d->rules[LY_DOWN_VALUES] ||
        d->attributes != entry->attributes ||
        ly_rules_count(d->rules[LY_DOWN_VALUES]) != entry->rule_count)
        return false;
    for (uint32_t i = 0; i < entry->rule_count; i++)
        if (ly_rules_at(d->rules[LY_DOWN_VALUES], i)->compiled != &m->rules[entry->rules[i]])
            return false;
    return true;
}

bool ly_module_exact_slow(ly_context *cx, uint32_t number)
{
    const compiled_symbol *s = &cx->modules->entries[number];
    if (cx->exact[number] == DIFFERENT || !s->symbol) return false;
    bool exact = is_exact(cx, s->module, &s->module->entries[s->entry]);
    cx->exact[number] = exact ? EXACT : DIFFERENT;
    return exact;
}

void ly_module_symbol_changes(ly_context *cx, ly_value symbol)
{
    uint32_t number = entry_number(cx, symbol);
    if (number) cx->exact[number - 1] = UNKNOWN;
    if (ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_RELIED_ON && cx->modules) {
        /* what generated code does in C may not be what the program means any more */
        cx->overridden = true;
        for (uint32_t i = 0; i < cx->modules->count; i++) cx->exact[i] = DIFFERENT;
    }
}

/* No rule applied, and v is the call once more: then it is the call itself, so that whoever evaluates an
   expression sees that it stayed what it was. moved: v has the call's references to the arguments. */
static ly_value same_call(ly_context *cx, ly_expr *call, ly_value v, bool moved)
{
    ly_expr *e = ly_expr_of(v);
    if (ly_count_of(&call->o) > 0) { /* nobody else's on another thread, and no constant */
        call->hash = e->hash;
        call->stamp = e->stamp;
        call->filter = e->filter;
    }
    for (uint32_t i = 0; moved && i < call->count; i++) ly_retain(call->args[i]);
    ly_release(cx, v);
    return ly_retain(ly_from_object(call));
}

static bool is_same_call(const ly_expr *call, ly_value v)
{
    if (!ly_is_expr(v)) return false;
    const ly_expr *e = ly_expr_of(v);
    return e->head == call->head && e->count == call->count &&
           memcmp(e->args, call->args, call->count * sizeof call->args[0]) == 0;
}

ly_value ly_module_call(ly_context *cx, ly_value symbol, ly_expr *call)
{
    uint32_t number = entry_number(cx, symbol);
    if (!number || (cx->exact[number - 1] != EXACT && !ly_module_exact_slow(cx, number - 1)))
        return LY_UNEVALUATED;
    const compiled_symbol *s = &cx->modules->entries[number - 1];
    const ly_module_entry *entry = &s->module->entries[s->entry];
    if (cx->depth + entry->deepest > cx->recursion_limit) return LY_UNEVALUATED;
    for (uint32_t i = 0; i < call->count; i++)
        if (ly_is_odd(call->args[i])) return LY_UNEVALUATED;
    uint64_t iterations = cx->iterations;
    cx->iterations = 1;
    if (cx->carried_steps && cx->carried_depth == cx->depth) {
        cx->iterations += cx->carried_steps;
        cx->carried_steps = 0;
    }
    /* the entry consumes the arguments: they move out of a call that nobody else holds */
    bool moves = ly_count_of(&call->o) == 1;
    for (uint32_t i = 0; !moves && i < call->count; i++) ly_retain(call->args[i]);
    ly_value v = entry->call(cx, call->count, call->args);
    cx->iterations = iterations;
    if (is_same_call(call, v)) return same_call(cx, call, v, moves);
    for (uint32_t i = 0; moves && v != LY_UNEVALUATED && i < call->count; i++) call->args[i] = LY_INT(0);
    for (uint32_t i = 0; !moves && v == LY_UNEVALUATED && i < call->count; i++) ly_release(cx, call->args[i]);
    return v;
}

/* A value that evaluation leaves as it is, whoever asks. */
static bool is_settled(ly_context *cx, ly_value v)
{
    if (!ly_is_object(v)) return true;
    if (ly_is_symbol(v) || ly_is_association(v)) return false;
    return !ly_is_expr(v) || ly_is_evaluated(cx, ly_expr_of(v));
}

ly_value ly_module_apply(ly_context *cx, ly_value f, uint32_t count, const ly_value *items)
{
    if (!ly_is_symbol(f) || !(ly_flags(&ly_symbol_of(f)->o) & LY_FLAG_COMPILED) || cx->trace || ly_polled(cx) ||
        cx->carried_steps)
        return LY_UNEVALUATED;
    uint32_t number = entry_number(cx, f);
    if (!number || (cx->exact[number - 1] != EXACT && !ly_module_exact_slow(cx, number - 1))) return LY_UNEVALUATED;
    const compiled_symbol *s = &cx->modules->entries[number - 1];
    const ly_module_entry *entry = &s->module->entries[s->entry];
    if (entry->attributes || cx->depth + 1 + entry->deepest > cx->recursion_limit || ly_stack_low(cx))
        return LY_UNEVALUATED;
    for (uint32_t i = 0; i < count; i++)
        if (ly_is_odd(items[i]) || !is_settled(cx, items[i])) return LY_UNEVALUATED;
    uint64_t iterations = cx->iterations;
    cx->iterations = 1;
    cx->depth++;
    ly_value v = entry->call(cx, count, items);
    cx->depth--;
    cx->iterations = iterations;
    if (__builtin_expect(ly_polled(cx) & LY_POLL_MESSAGE, 0) && !ly_failed(v) && v != LY_UNEVALUATED && ly_poll(cx)) {
        ly_release(cx, v);
        v = LY_FAILED;
    }
    return v;
}

/* ---- running */

ly_value ly_module_define(ly_context *cx, const ly_module *m, uint32_t index, ly_value input)
{
    if (m->state->first) m = m->state->first;
    const ly_module_rule *rule = &m->rules[index];
    ly_value v = ly_evaluate(cx, input), symbol = *rule->symbol;
    if (ly_failed(v) || cx->overridden) return v;
    const ly_definition *d = ly_definition_of(cx, symbol);
    ly_rule *r = d && d->rules[LY_DOWN_VALUES] ? ly_rules_find(cx, d->rules[LY_DOWN_VALUES], rule->lhs, rule->rhs) : NULL;
    if (r && ly_same(r->lhs, rule->lhs) && ly_same(r->rhs, rule->rhs)) {
        r->body = rule->body;
        r->deepest = rule->deepest;
        r->compiled = rule;
    }
    if (m->base && rule->entry < m->entry_count) {
        uint32_t number = *m->base + rule->entry;
        ly_flag_set(&ly_symbol_of(symbol)->o, LY_FLAG_COMPILED);
        if (!cx->modules->entries[number].symbol && !entry_number(cx, symbol))
            enter_symbol(cx->modules, number, symbol);
        cx->exact[number] = UNKNOWN;
    }
    return v;
}

/* What was put into the statement stands in the rule where the body looks for it. */
static bool has_captured(const ly_module_rule *rule, ly_value rhs, size_t n, const ly_value *symbols,
                         const ly_value *values)
{
    for (uint32_t i = 0; i < rule->captured_count; i++) {
        const ly_module_captured *c = &rule->captured[i];
        ly_value e = rhs;
        size_t k = 0;
        for (const short *path = c->path; *path != LY_PATH_END; path++) {
            if (!ly_is_expr(e) || *path >= (int)ly_expr_of(e)->count) return false;
            e = *path < 0 ? ly_expr_of(e)->head : ly_expr_of(e)->args[*path];
        }
        while (k < n && symbols[k] != *c->symbol) k++;
        if (k == n || e != values[k]) return false;
    }
    return true;
}

/* The call on the left side of a definition. */
static ly_value defined_call(ly_value lhs)
{
    while (ly_has_shape(lhs, LY_SYM(Condition), 2) || ly_has_shape(lhs, LY_SYM(HoldPattern), 1))
        lhs = ly_expr_of(lhs)->args[0];
    return lhs;
}

ly_value ly_module_define_inner(ly_context *cx, const ly_module *m, uint32_t index, uint32_t depth,
                                ly_value template_, size_t n, const ly_value *symbols, const ly_value *values)
{
    if (m->state->first) m = m->state->first;
    const ly_module_rule *rule = &m->rules[index];
    ly_value statement = ly_fill(cx, template_, n, symbols, values);
    if (ly_failed(statement)) return statement;
    cx->depth += depth - 1;
    ly_value v = ly_evaluate(cx, statement);
    cx->depth -= depth - 1;
    if (v == LY_SYM(Null) && !cx->overridden && ly_has_shape(statement, LY_SYM(SetDelayed), 2)) {
        ly_value lhs = ly_expr_of(statement)->args[0], rhs = ly_expr_of(statement)->args[1];
        ly_value call = defined_call(lhs), symbol = ly_is_expr(call) ? ly_expr_of(call)->head : LY_FAILED;
        const ly_definition *d = symbol && ly_is_symbol(symbol) ? ly_definition_of(cx, symbol) : NULL;
        ly_rule *r = d && d->rules[LY_DOWN_VALUES] ? ly_rules_find(cx, d->rules[LY_DOWN_VALUES], lhs, rhs) : NULL;
        if (r && !r->body && ly_same(r->lhs, lhs) && ly_same(r->rhs, rhs) &&
            (r->pattern ? ly_pattern_variables(r->pattern) : 0) == rule->variable_count &&
            has_captured(rule, r->rhs, n, symbols, values)) {
            r->body = rule->body;
            r->deepest = rule->deepest;
        }
    }
    ly_release(cx, statement);
    return v;
}

static ly_value run_statement(ly_context *cx, const ly_module *m, const ly_module_statement *s)
{
    const ly_module_state *state = m->state;
    if (state->symbols < s->symbols || state->patches < s->patches || state->numbers < s->numbers)
        load(m, s->symbols, s->numbers, s->patches, s->constants);
    uint64_t iterations = cx->iterations;
    cx->iterations = 0;
    cx->depth++;
    ly_value v = s->run(cx);
    cx->depth--;
    cx->iterations = iterations;
    return v;
}

/* A statement of the program itself. False: the session ended. */
static bool run_settled(ly_context *cx, const ly_module *m, const ly_module_statement *s)
{
    ly_messages_new_input(cx);
    ly_value v = run_statement(cx, m, s);
    if (ly_polled(cx) & LY_POLL_MESSAGE && !ly_failed(v) && ly_poll(cx)) {
        /* the text of a last message, given by compiled code, was ended by an error */
        ly_release(cx, v);
        v = LY_FAILED;
    }
    bool going = !ly_failed(v) && !cx->session->interrupted && !cx->session->output_error;
    if (!going) going = ly_session_settle(cx, &v, m->files[s->file], s->line, s->column);
    if (going) ly_release(cx, v);
    return going;
}

void ly_module_run(ly_context *cx, const ly_module *m)
{
    bool going = ly_module_attach(cx, m);
    if (!going) fputs("lyra: out of memory\n", stderr);
    for (uint32_t unit = 0; unit < m->main_units && going; unit++) {
        bool entered = ly_session_file_now(cx) == NULL && ly_session_enter_file(cx, m->files[unit]);
        for (uint32_t i = m->units[unit][0]; i < m->units[unit][1] && going; i++)
            going = run_settled(cx, m, &m->statements[i]);
        if (entered) ly_session_leave_file(cx);
    }
}

ly_value ly_module_start(ly_context *cx, const ly_module *m)
{
    if (!ly_module_attach(cx, m)) return ly_raise_memory(cx);
    for (uint32_t i = m->units[0][0]; i < m->units[m->main_units - 1][1]; i++) {
        ly_value v = run_statement(cx, m, &m->statements[i]);
        ly_release(cx, v);
        /* an assignment may give its value although there was no memory for the rule */
        if (ly_failed(v) || cx->pending.kind != LY_PENDING_NONE) return LY_FAILED;
    }
    return LY_SYM(Null);
}

static bool run_unit(ly_context *cx, const ly_module *m, uint32_t unit, ly_value *value)
{
    *value = LY_SYM(Null);
    if (!ly_session_enter_file(cx, m->files[unit])) return false;
    for (uint32_t i = m->units[unit][0]; i < m->units[unit][1] && !ly_failed(*value); i++) {
        ly_release(cx, *value);
        *value = run_statement(cx, m, &m->statements[i]);
    }
    ly_session_leave_file(cx);
    return true;
}

bool ly_module_get_file(ly_context *cx, const char *name, ly_value *value)
{
    const struct ly_modules *all = cx->modules;
    const char *from = ly_session_file_now(cx);
    for (uint32_t k = 0; all && from && k < all->module_count; k++) {
        const ly_module *m = all->modules[k];
        for (uint32_t i = 0; i < m->get_count; i++)
            if (strcmp(m->gets[i].name, name) == 0 && strcmp(m->gets[i].from, from) == 0)
                return run_unit(cx, m, m->gets[i].unit, value);
    }
    return false;
}

ly_value ly_module_read(ly_context *cx, const char *file, const char *text, size_t count)
{
    ly_source source = {file, text, count};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input, last = LY_SYM(Null);
    ly_span *span = NULL;
    bool going = reader != NULL;
    cx->depth--;
    while (going && ly_read(reader, &input, &span) == LY_READ_INPUT) {
        size_t offset = span ? span->begin : 0;
        ly_span_free(span);
        span = NULL;
        ly_release(cx, last);
        going = ly_session_evaluate(cx, input, &source, offset, &last);
    }
    cx->depth++;
    if (reader) ly_reader_free(reader);
    return last;
}
