/* substitute.c: right sides with variables put in.

   A right side is compiled once into a template, in which variables are numbered and parts without
   variables stay whole; filling it in makes only what differs. Scoping constructs in which a
   variable is put in get new names for their own variables: y becomes y$, as in the Wolfram
   Language, so that nothing is captured. */
#include "match/pattern.h"

#include "eval/eval.h"

/* ---- scoping constructs ----------------------------------------------------------------------- */

typedef struct rename {
    ly_value from, to;
    const struct rename *next;
} rename;

/* The construct declares variables in its first argument. */
static bool is_scoping(const ly_expr *e)
{
    ly_value h = e->head;
    if (h == LY_SYM(Function)) return e->count >= 2 && e->args[0] != LY_SYM(Null);
    if (h == LY_SYM(Module) || h == LY_SYM(With)) return e->count >= 2;
    if (h == LY_SYM(Rule) || h == LY_SYM(RuleDelayed) || h == LY_SYM(Set) || h == LY_SYM(SetDelayed) ||
        h == LY_SYM(UpSet) || h == LY_SYM(UpSetDelayed))
        return e->count == 2;
    return (h == LY_SYM(TagSet) || h == LY_SYM(TagSetDelayed)) && e->count == 3;
}

static bool declares_patterns(const ly_expr *e)
{
    return e->head != LY_SYM(Function) && e->head != LY_SYM(Module) && e->head != LY_SYM(With);
}

typedef struct names {
    ly_context *cx;
    ly_value *items;
    size_t count, capacity;
    bool failed;
} names;

static void add_name(names *list, ly_value symbol)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == symbol) return;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 8;
        ly_value *items = ly_buffer_realloc(list->cx, list->items, capacity * sizeof *items);
        if (!items) {
            list->failed = true;
            return;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = symbol;
}

typedef struct pattern_names_call {
    names *list;
    ly_value pattern;
} pattern_names_call;

static void pattern_names(names *list, ly_value pattern);

static void *pattern_names_again(ly_context *cx, void *argument)
{
    pattern_names_call *call = argument;
    pattern_names(call->list, call->pattern);
    return call;
}

static void pattern_names(names *list, ly_value pattern)
{
    if (!ly_is_expr(pattern)) return;
    if (ly_stack_low(list->cx)) {
        pattern_names_call call = {list, pattern};
        if (!ly_on_new_stack(list->cx, pattern_names_again, &call)) list->failed = true;
        return;
    }
    const ly_expr *e = ly_expr_of(pattern);
    if (e->stamp == LY_INERT) return;
    if (e->head == LY_SYM(Pattern) && e->count == 2 && ly_is_symbol(e->args[0]))
        add_name(list, e->args[0]);
    pattern_names(list, e->head);
    for (uint32_t i = 0; i < e->count; i++) pattern_names(list, e->args[i]);
}

/* The variables that a scoping construct declares. */
static void declared_names(names *list, const ly_expr *e)
{
    if (declares_patterns(e)) {
        for (uint32_t i = 0; i + 1 < e->count; i++) pattern_names(list, e->args[i]);
        return;
    }
    ly_value variables = e->args[0];
    if (ly_is_symbol(variables)) {
        add_name(list, variables);
        return;
    }
    if (!ly_has_head(variables, LY_SYM(List))) return;
    const ly_expr *items = ly_expr_of(variables);
    for (uint32_t i = 0; i < items->count; i++) {
        ly_value item = items->args[i];
        if ((ly_has_head(item, LY_SYM(Set)) || ly_has_head(item, LY_SYM(SetDelayed))) &&
            ly_expr_of(item)->count == 2)
            item = ly_arg(ly_expr_of(item), 0);
        if (ly_is_symbol(item)) add_name(list, item);
    }
}

/* y$ for y */
static ly_value renamed(ly_value symbol)
{
    const char *name = ly_symbol_name(symbol);
    size_t length = strlen(name);
    char buffer[length + 2];
    memcpy(buffer, name, length);
    buffer[length] = '$';
    const ly_symbol *record = ly_symbol_of(symbol);
    return ly_intern_bytes(record->context ? record->context : "Global`", buffer, length + 1);
}

/* ---- making templates ------------------------------------------------------------------------- */

typedef struct maker {
    ly_context *cx;
    ly_arena *arena;
    const ly_pattern *pattern;
    const rename *renames;
} maker;

static ly_template *make(maker *k, ly_value e);

static ly_template *value_template(maker *k, ly_value v)
{
    ly_template *t = ly_arena_alloc(k->cx, k->arena, sizeof *t);
    if (!t) return NULL;
    t->kind = LY_TEMPLATE_VALUE;
    t->value = v;
    return t;
}

static ly_template *expr_template(maker *k, uint32_t count)
{
    ly_template *t = ly_arena_alloc(k->cx, k->arena, sizeof *t + count * sizeof t->args[0]);
    if (!t) return NULL;
    t->kind = LY_TEMPLATE_EXPR;
    t->count = count;
    return t;
}

static uint32_t find_variable(const ly_pattern *pattern, ly_value symbol)
{
    for (uint32_t i = 0; i < pattern->variable_count; i++)
        if (pattern->variables[i] == symbol) return i;
    return LY_MANY;
}

static ly_template *variable_template(maker *k, uint32_t variable)
{
    ly_template *t = ly_arena_alloc(k->cx, k->arena, sizeof *t);
    if (!t) return NULL;
    t->kind = LY_TEMPLATE_VARIABLE;
    t->variable = variable;
    return t;
}

static ly_template *make_symbol(maker *k, ly_value symbol)
{
    uint32_t variable = find_variable(k->pattern, symbol);
    if (variable != LY_MANY) return variable_template(k, variable);
    for (const rename *r = k->renames; r; r = r->next)
        if (r->from == symbol) return value_template(k, r->to);
    return value_template(k, symbol);
}

/* A variable of the pattern occurs in e. */
typedef struct mentions_call {
    ly_context *cx;
    const ly_value *symbols;
    size_t count;
    ly_value e;
    bool result;
} mentions_call;

static bool mentions(ly_context *cx, const ly_value *symbols, size_t count, ly_value e);

static void *mentions_again(ly_context *cx, void *argument)
{
    mentions_call *call = argument;
    call->result = mentions(cx, call->symbols, call->count, call->e);
    return call;
}

static bool mentions(ly_context *cx, const ly_value *symbols, size_t count, ly_value e)
{
    if (ly_is_symbol(e)) {
        for (size_t i = 0; i < count; i++)
            if (symbols[i] == e) return true;
        return false;
    }
    if (ly_is_association(e)) {
        const ly_entry *entry;
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(e), &at));)
            if (mentions(cx, symbols, count, entry->key) || mentions(cx, symbols, count, entry->value))
                return true;
        return false;
    }
    if (!ly_is_expr(e) || ly_expr_of(e)->stamp == LY_INERT) return false;
    if (ly_stack_low(cx)) {
        mentions_call call = {cx, symbols, count, e, true};
        ly_on_new_stack(cx, mentions_again, &call);
        return call.result;
    }
    const ly_expr *expr = ly_expr_of(e);
    if (mentions(cx, symbols, count, expr->head)) return true;
    for (uint32_t i = 0; i < expr->count; i++)
        if (mentions(cx, symbols, count, expr->args[i])) return true;
    return false;
}

/* OptionValue[name] becomes OptionValue[f, {the options matched}, name]. */
static ly_template *make_option(maker *k, const ly_expr *e)
{
    ly_template *list = expr_template(k, 1), *t = expr_template(k, 3);
    if (!list || !t) return NULL;
    list->value = LY_SYM(List);
    list->splices = true;
    list->args[0] = variable_template(k, k->pattern->options);
    t->value = LY_SYM(OptionValue);
    ly_value owner = k->pattern->options_owner;
    if (e->count == 2) t->args[0] = make(k, e->args[0]);
    else t->args[0] = value_template(k, owner ? owner : LY_SYM(None));
    t->args[1] = list;
    t->args[2] = make(k, e->args[e->count - 1]);
    return list->args[0] && t->args[0] && t->args[2] ? t : NULL;
}

static ly_template *make_args(maker *k, const ly_expr *e)
{
    ly_template *few[16], **parts = few;
    uint32_t n = e->count;
    bool constant = true;
    ly_template *result = NULL, *head = NULL;
    if (n > 16) {
        parts = ly_buffer_alloc(k->cx, n * sizeof *parts);
        if (!parts) return NULL;
    }
    if (!(head = make(k, e->head))) goto done;
    constant = head->kind == LY_TEMPLATE_VALUE && head->value == e->head;
    for (uint32_t i = 0; i < n; i++) {
        if (!(parts[i] = make(k, e->args[i]))) goto done;
        constant &= parts[i]->kind == LY_TEMPLATE_VALUE && parts[i]->value == e->args[i];
    }
    if (constant) {
        result = value_template(k, ly_from_object(e));
        goto done;
    }
    result = expr_template(k, n);
    if (!result) goto done;
    if (head->kind == LY_TEMPLATE_VALUE) result->value = head->value;
    else result->head = head;
    if (result->value && ly_is_symbol(result->value))
        result->holds = ly_attributes(k->cx, result->value) & LY_SEQUENCE_HOLD;
    for (uint32_t i = 0; i < n; i++) {
        result->args[i] = parts[i];
        result->splices |= parts[i]->kind == LY_TEMPLATE_VARIABLE;
    }
done:
    if (parts != few) ly_buffer_free(k->cx, parts);
    return result;
}

static ly_template *make_scoping(maker *k, const ly_expr *e)
{
    names list = {.cx = k->cx};
    ly_template *result = NULL;
    declared_names(&list, e);
    size_t count = 0;
    for (size_t i = 0; i < list.count; i++) /* a variable of the pattern is put in even here */
        if (find_variable(k->pattern, list.items[i]) == LY_MANY) list.items[count++] = list.items[i];
    if (!list.failed) {
        rename renames[count + 1];
        maker inner = *k;
        for (size_t i = 0; i < count; i++) {
            renames[i] = (rename){list.items[i], renamed(list.items[i]), inner.renames};
            inner.renames = &renames[i];
        }
        result = make_args(&inner, e);
    }
    ly_buffer_free(k->cx, list.items);
    return result;
}

static ly_template *make_association(maker *k, ly_value e)
{
    const ly_association *a = ly_association_of(e);
    ly_template *t = expr_template(k, 2 * a->count);
    const ly_entry *entry;
    uint32_t n = 0;
    if (!t) return NULL;
    t->kind = LY_TEMPLATE_ASSOCIATION;
    t->value = e;
    for (uint32_t at = 0; (entry = ly_association_next(a, &at));) {
        if (!(t->args[n++] = make(k, entry->key)) || !(t->args[n++] = make(k, entry->value)))
            return NULL;
    }
    return t;
}

typedef struct make_call {
    maker *k;
    ly_value e;
    ly_template *result;
} make_call;

static void *make_again(ly_context *cx, void *argument)
{
    make_call *call = argument;
    call->result = make(call->k, call->e);
    return call;
}

static ly_template *make(maker *k, ly_value e)
{
    if (ly_is_symbol(e)) return make_symbol(k, e);
    if (ly_stack_low(k->cx)) {
        make_call call = {k, e, NULL};
        return ly_on_new_stack(k->cx, make_again, &call) ? call.result : NULL;
    }
    const ly_value *symbols = k->pattern->variables;
    size_t count = k->pattern->variable_count;
    if (ly_is_association(e) && (k->renames || mentions(k->cx, symbols, count, e)))
        return make_association(k, e);
    if (!ly_is_expr(e)) return value_template(k, e);
    const ly_expr *expr = ly_expr_of(e);
    if (expr->stamp == LY_INERT) return value_template(k, e);
    if (expr->head == LY_SYM(OptionValue) && k->pattern->options != LY_MANY &&
        (expr->count == 1 || expr->count == 2))
        return make_option(k, expr);
    if (is_scoping(expr) && mentions(k->cx, symbols, count, e)) return make_scoping(k, expr);
    return make_args(k, expr);
}

ly_template *ly_template_new(ly_context *cx, ly_arena *arena, const ly_pattern *pattern, ly_value e)
{
    maker k = {cx, arena, pattern, NULL};
    if (!pattern->variable_count) return value_template(&k, e);
    return make(&k, e);
}

/* ---- filling in ------------------------------------------------------------------------------- */

static ly_value sequence_of(ly_context *cx, const ly_binding *b)
{
    uint32_t count = b->state == LY_BOUND_SEQUENCE ? b->count : 0;
    ly_expr *e = ly_expr_new(cx, LY_SYM(Sequence), count);
    if (!e) return LY_FAILED;
    for (uint32_t i = 0; i < count; i++) e->args[i] = ly_retain(b->items[i]);
    return ly_from_object(e);
}

static ly_value fill_variable(ly_context *cx, const ly_binding *b)
{
    if (b->state == LY_BOUND_ONE) return ly_retain(b->value);
    if (b->state == LY_BOUND_SEQUENCE && b->count == 1) return ly_retain(b->items[0]);
    return sequence_of(cx, b);
}

static ly_value fill_association(ly_context *cx, const ly_template *t, const ly_binding *bindings)
{
    const ly_entry *entry;
    uint32_t n = 0;
    ly_value result = ly_association_new(cx, t->count / 2);
    for (uint32_t at = 0; result && (entry = ly_association_next(ly_association_of(t->value), &at));) {
        bool delayed = entry->delayed;
        ly_value key = ly_template_fill(cx, t->args[n++], bindings);
        ly_value value = key ? ly_template_fill(cx, t->args[n++], bindings) : LY_FAILED;
        if (!value) {
            ly_release(cx, key);
            ly_release(cx, result);
            return LY_FAILED;
        }
        result = ly_association_set_take(cx, result, key, value, delayed);
    }
    return result;
}

typedef struct fill_call {
    const ly_template *t;
    const ly_binding *bindings;
    ly_value result;
} fill_call;

static void *fill_again(ly_context *cx, void *argument)
{
    fill_call *call = argument;
    call->result = ly_template_fill(cx, call->t, call->bindings);
    return call;
}

static bool lends(const ly_template *t, int depth)
{
    if (t->kind == LY_TEMPLATE_VALUE) return ly_is_pointer(t->value);
    if (t->kind == LY_TEMPLATE_VARIABLE) return false;
    if (depth > 200 || t->kind == LY_TEMPLATE_ASSOCIATION || ly_is_pointer(t->value)) return true;
    if (t->head && lends(t->head, depth + 1)) return true;
    for (uint32_t i = 0; i < t->count; i++)
        if (lends(t->args[i], depth + 1)) return true;
    return false;
}

bool ly_template_lends(const ly_template *t) { return lends(t, 0); }

ly_value ly_template_fill(ly_context *cx, const ly_template *t, const ly_binding *bindings)
{
    if (t->kind == LY_TEMPLATE_VALUE) return ly_retain(t->value);
    if (t->kind == LY_TEMPLATE_VARIABLE) return fill_variable(cx, &bindings[t->variable]);
    if (ly_stack_low(cx)) {
        fill_call call = {t, bindings, LY_FAILED};
        ly_on_new_stack(cx, fill_again, &call);
        return call.result;
    }
    if (t->kind == LY_TEMPLATE_ASSOCIATION) return fill_association(cx, t, bindings);

    size_t total = t->count;
    if (t->splices && !t->holds)
        for (uint32_t i = 0; i < t->count; i++)
            if (t->args[i]->kind == LY_TEMPLATE_VARIABLE) {
                const ly_binding *b = &bindings[t->args[i]->variable];
                if (b->state == LY_BOUND_SEQUENCE) total += (size_t)b->count - 1;
                else if (b->state == LY_UNBOUND) total--;
            }
    ly_value head = t->value;
    if (!head && !(head = ly_template_fill(cx, t->head, bindings))) return LY_FAILED;
    ly_expr *e = ly_expr_new(cx, head, total);
    if (!t->value) ly_release(cx, head);
    if (!e) return LY_FAILED;
    size_t n = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        const ly_template *part = t->args[i];
        if (part->kind == LY_TEMPLATE_VARIABLE && !t->holds) {
            const ly_binding *b = &bindings[part->variable];
            if (b->state == LY_BOUND_ONE) e->args[n++] = ly_retain(b->value);
            else if (b->state == LY_BOUND_SEQUENCE)
                for (uint32_t j = 0; j < b->count; j++) e->args[n++] = ly_retain(b->items[j]);
            continue;
        }
        ly_value v = ly_template_fill(cx, part, bindings);
        if (!v) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        e->args[n++] = v;
    }
    return ly_from_object(e);
}

ly_value ly_substitute(ly_context *cx, ly_value template_, const ly_pattern *pattern,
                       const ly_bindings *bindings)
{
    ly_arena arena = {0};
    ly_template *t = ly_template_new(cx, &arena, pattern, template_);
    ly_value result = LY_FAILED;
    if (t) {
        ly_binding bound[bindings->count + 1];
        for (size_t i = 0; i < bindings->count; i++) {
            ly_value v = bindings->values[i];
            if (ly_has_head(v, LY_SYM(Sequence))) {
                const ly_expr *e = ly_expr_of(v);
                bound[i] = (ly_binding){.items = e->args, .count = e->count, .state = LY_BOUND_SEQUENCE};
            } else {
                bound[i] = (ly_binding){.value = v, .state = LY_BOUND_ONE};
            }
        }
        result = ly_template_fill(cx, t, bound);
    }
    ly_arena_free(cx, &arena);
    return result;
}

/* ---- symbols for values, as With and Function do ---------------------------------------------- */

typedef struct environment {
    ly_context *cx;
    size_t count;
    const ly_value *symbols, *values; /* LY_FAILED among symbols: hidden by an inner construct */
} environment;

static ly_value replace(const environment *env, ly_value e);

/* The arguments of copy that are sequences, and stand in the place of symbols of e, taken apart. Consumes
   copy. */
static ly_value splice_values(ly_context *cx, const ly_expr *e, ly_expr *copy)
{
    size_t count = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        bool sequence = ly_is_symbol(e->args[i]) && ly_has_head(copy->args[i], LY_SYM(Sequence));
        count += sequence ? ly_expr_of(copy->args[i])->count : 1;
    }
    ly_expr *spliced = ly_expr_new(cx, copy->head, count);
    size_t at = 0;
    for (uint32_t i = 0; spliced && i < e->count; i++) {
        if (ly_is_symbol(e->args[i]) && ly_has_head(copy->args[i], LY_SYM(Sequence))) {
            const ly_expr *s = ly_expr_of(copy->args[i]);
            for (uint32_t k = 0; k < s->count; k++) spliced->args[at++] = ly_retain(s->args[k]);
        } else {
            spliced->args[at++] = ly_retain(copy->args[i]);
        }
    }
    ly_release(cx, ly_from_object(copy));
    return spliced ? ly_from_object(spliced) : LY_FAILED;
}

/* e with head and arguments replaced; the same object where nothing changes. */
static ly_value replace_args(const environment *env, ly_value v)
{
    ly_context *cx = env->cx;
    const ly_expr *e = ly_expr_of(v);
    ly_value head = replace(env, e->head);
    if (!head) return LY_FAILED;
    ly_expr *copy = NULL;
    if (head != e->head && !(copy = ly_expr_new(cx, head, e->count))) {
        ly_release(cx, head);
        return LY_FAILED;
    }
    if (copy)
        for (uint32_t i = 0; i < e->count; i++) copy->args[i] = ly_retain(e->args[i]);
    bool sequences = false; /* what a variable matched takes its place one by one */
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value item = replace(env, e->args[i]);
        if (!item) {
            ly_release(cx, head);
            if (copy) ly_release(cx, ly_from_object(copy));
            return LY_FAILED;
        }
        if (item == e->args[i]) {
            ly_release(cx, item);
            continue;
        }
        if (!copy) {
            if (!(copy = ly_expr_new(cx, head, e->count))) {
                ly_release(cx, head);
                ly_release(cx, item);
                return LY_FAILED;
            }
            for (uint32_t j = 0; j < e->count; j++) copy->args[j] = ly_retain(e->args[j]);
        }
        sequences |= ly_is_symbol(e->args[i]) && ly_has_head(item, LY_SYM(Sequence));
        ly_release(cx, copy->args[i]);
        copy->args[i] = item;
    }
    ly_release(cx, head);
    if (sequences && !(ly_is_symbol(copy->head) && ly_attributes(cx, copy->head) & LY_SEQUENCE_HOLD))
        return splice_values(cx, e, copy);
    return copy ? ly_from_object(copy) : ly_retain(v);
}

/* The initial values of Module and With belong to the scope outside. */
static ly_value replace_initial(const environment *outer, const environment *inner, ly_value variables)
{
    ly_context *cx = outer->cx;
    if (!ly_has_head(variables, LY_SYM(List))) return replace(inner, variables);
    const ly_expr *e = ly_expr_of(variables);
    ly_expr *copy = ly_expr_new(cx, e->head, e->count);
    if (!copy) return LY_FAILED;
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value item = e->args[i], result;
        if (ly_is_expr(item) && ly_expr_of(item)->count == 2 &&
            (ly_expr_of(item)->head == LY_SYM(Set) || ly_expr_of(item)->head == LY_SYM(SetDelayed))) {
            ly_value name = replace(inner, ly_arg(ly_expr_of(item), 0));
            ly_value value = name ? replace(outer, ly_arg(ly_expr_of(item), 1)) : LY_FAILED;
            if (!value) ly_release(cx, name);
            result = value ? ly_make2(cx, ly_expr_of(item)->head, name, value) : LY_FAILED;
        } else {
            result = replace(inner, item);
        }
        if (!result) {
            ly_release(cx, ly_from_object(copy));
            return LY_FAILED;
        }
        copy->args[i] = result;
    }
    return ly_from_object(copy);
}

/* A scoping construct: its own variables hide those outside, and are renamed where a value is put in. */
static ly_value replace_scoping(const environment *env, ly_value v)
{
    ly_context *cx = env->cx;
    const ly_expr *e = ly_expr_of(v);
    names list = {.cx = cx};
    ly_value result = LY_FAILED;
    declared_names(&list, e);
    if (!list.failed) {
        size_t n = env->count + list.count;
        ly_value symbols[n + 1], values[n + 1];
        bool patterns = declares_patterns(e);
        for (size_t i = 0; i < env->count; i++) {
            symbols[i] = env->symbols[i];
            values[i] = env->values[i];
            for (size_t j = 0; j < list.count; j++)
                if (symbols[i] == list.items[j]) symbols[i] = LY_FAILED;
        }
        environment inner = {cx, env->count, symbols, values};
        bool used = false;
        for (uint32_t i = patterns ? 0 : 1; i < e->count && !used; i++)
            used = mentions(cx, symbols, env->count, e->args[i]);
        if (used) {
            for (size_t j = 0; j < list.count; j++) {
                symbols[env->count + j] = list.items[j];
                values[env->count + j] = renamed(list.items[j]);
            }
            inner.count = n;
        }
        if (patterns || e->head == LY_SYM(Function) || e->count < 2) {
            result = replace_args(&inner, v);
        } else {
            ly_expr *copy = ly_expr_new(cx, e->head, e->count);
            bool failed = !copy;
            for (uint32_t i = 0; !failed && i < e->count; i++) {
                ly_value item = i ? replace(&inner, e->args[i])
                                  : replace_initial(env, &inner, e->args[0]);
                if (item) copy->args[i] = item;
                else failed = true;
            }
            if (!failed) result = ly_from_object(copy);
            else if (copy) ly_release(cx, ly_from_object(copy));
        }
    }
    ly_buffer_free(cx, list.items);
    return result;
}

static ly_value replace_association(const environment *env, ly_value v)
{
    ly_context *cx = env->cx;
    const ly_entry *entry;
    if (!mentions(cx, env->symbols, env->count, v)) return ly_retain(v);
    ly_value result = ly_association_new(cx, ly_association_of(v)->count);
    for (uint32_t at = 0; result && (entry = ly_association_next(ly_association_of(v), &at));) {
        ly_value key = replace(env, entry->key);
        ly_value value = key ? replace(env, entry->value) : LY_FAILED;
        if (!value) {
            ly_release(cx, key);
            ly_release(cx, result);
            return LY_FAILED;
        }
        result = ly_association_set_take(cx, result, key, value, entry->delayed);
    }
    return result;
}

typedef struct replace_call {
    const environment *env;
    ly_value e, result;
} replace_call;

static void *replace_again(ly_context *cx, void *argument)
{
    replace_call *call = argument;
    call->result = replace(call->env, call->e);
    return call;
}

static ly_value replace(const environment *env, ly_value e)
{
    if (ly_is_symbol(e)) {
        for (size_t i = 0; i < env->count; i++)
            if (env->symbols[i] == e) return ly_retain(env->values[i]);
        return ly_retain(e);
    }
    if (ly_is_association(e)) return replace_association(env, e);
    if (!ly_is_expr(e) || ly_expr_of(e)->stamp == LY_INERT) return ly_retain(e);
    if (ly_stack_low(env->cx)) {
        replace_call call = {env, e, LY_FAILED};
        ly_on_new_stack(env->cx, replace_again, &call);
        return call.result;
    }
    return is_scoping(ly_expr_of(e)) ? replace_scoping(env, e) : replace_args(env, e);
}

ly_value ly_substitute_symbols(ly_context *cx, ly_value template_, size_t n, const ly_value *symbols,
                               const ly_value *values)
{
    environment env = {cx, n, symbols, values};
    return replace(&env, template_);
}
