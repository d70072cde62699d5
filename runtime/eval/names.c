/* names.c: what a name in a program means.

   A name without context is looked for in $Context, then along $ContextPath, and made in $Context
   where it is new. What was found is kept in a table of names, which is emptied when $Context or
   $ContextPath got another value: both are ordinary variables, so their values are compared (by
   identity; they are held, so nothing else can take their place in memory) at each look-up. */
#include "eval/names.h"

#include <stdlib.h>
#include <string.h>

#include "eval/modules.h"
#include "text/text.h"

typedef struct known_name {
    uint32_t hash;
    ly_symbol *symbol; /* NULL: free */
} known_name;

struct ly_names {
    ly_value context, path; /* the values that the rest was made from; owned */
    const char *current;    /* of $Context */
    const char **contexts;  /* of $ContextPath */
    size_t context_count;
    known_name *known;      /* open addressing */
    uint32_t known_mask, known_count;
    const char *reading;    /* see ly_read_names_in; NULL: by $Context and $ContextPath */
    struct saved_context {
        ly_value context, path; /* path LY_FAILED: kept by Begin */
        struct saved_context *outer;
    } *saved;
};

static uint32_t hash_bytes(const char *bytes, size_t count)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < count; i++) h = (h ^ (unsigned char)bytes[i]) * 16777619u;
    return h;
}

/* ---- $Context and $ContextPath ---------------------------------------------------------------- */

bool ly_names_start(ly_context *cx)
{
    cx->names = ly_calloc(1, sizeof *cx->names);
    if (!cx->names) return false;
    ly_operator_of_head(LY_SYM(Plus)); /* the heads of operators are System` symbols from the start */
    cx->names->current = "Global`";
    ly_set_own_value_take(cx, LY_SYM($Context), ly_string_from(cx, "Global`"), false);
    ly_set_own_value_take(cx, LY_SYM($ContextPath),
                          ly_make2(cx, LY_SYM(List), ly_string_from(cx, "System`"),
                                   ly_string_from(cx, "Global`")), false);
    return true;
}

void ly_names_end(ly_context *cx)
{
    struct ly_names *names = cx->names;
    if (!names) return;
    ly_release(cx, names->context);
    ly_release(cx, names->path);
    while (names->saved) {
        struct saved_context *saved = names->saved;
        names->saved = saved->outer;
        ly_release(cx, saved->context);
        ly_release(cx, saved->path);
        ly_free(saved);
    }
    ly_free(names->contexts);
    ly_free(names->known);
    ly_free(names);
    cx->names = NULL;
}

void ly_names_forget(ly_context *cx)
{
    struct ly_names *names = cx->names;
    ly_release(cx, names->context);
    ly_release(cx, names->path);
    names->context = names->path = LY_FAILED;
    if (names->known_count) ly_names_changed(cx);
}

void ly_names_changed(ly_context *cx)
{
    struct ly_names *names = cx->names;
    names->known_count = 0;
    if (names->known) memset(names->known, 0, (names->known_mask + 1) * sizeof *names->known);
}

static ly_value own_value(ly_context *cx, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    return d ? d->value : LY_FAILED;
}

static void refresh(ly_context *cx)
{
    struct ly_names *names = cx->names;
    ly_value context = own_value(cx, LY_SYM($Context)), path = own_value(cx, LY_SYM($ContextPath));
    if (context == names->context && path == names->path) return;
    ly_retain(context);
    ly_retain(path);
    ly_release(cx, names->context);
    ly_release(cx, names->path);
    names->context = context;
    names->path = path;
    names->current = ly_is_string(context) ? ly_string_of(context)->data : "Global`";
    ly_free(names->contexts);
    names->contexts = NULL;
    names->context_count = 0;
    if (ly_has_head(path, LY_SYM(List))) {
        const ly_expr *list = ly_expr_of(path);
        names->contexts = ly_malloc((list->count + 1) * sizeof *names->contexts);
        for (size_t i = 0; names->contexts && i < list->count; i++)
            if (ly_is_string(list->args[i]))
                names->contexts[names->context_count++] = ly_string_of(list->args[i])->data;
    }
    ly_names_changed(cx);
}

const char *ly_current_context(ly_context *cx)
{
    refresh(cx);
    return cx->names->current;
}

const char *ly_context_on_path(ly_context *cx, size_t i)
{
    refresh(cx);
    return i < cx->names->context_count ? cx->names->contexts[i] : NULL;
}

const char *ly_read_names_in(ly_context *cx, const char *context)
{
    const char *before = cx->names->reading;
    cx->names->reading = context;
    return before;
}

bool ly_save_context(ly_context *cx, ly_value context, ly_value path)
{
    struct saved_context *saved = ly_malloc(sizeof *saved);
    if (!saved) {
        ly_release(cx, context);
        ly_release(cx, path);
        ly_raise_memory(cx);
        return false;
    }
    *saved = (struct saved_context){context, path, cx->names->saved};
    cx->names->saved = saved;
    return true;
}

bool ly_restore_context(ly_context *cx, bool package, ly_value *context, ly_value *path)
{
    struct saved_context *saved = cx->names->saved;
    if (!saved || package == ly_failed(saved->path)) return false;
    cx->names->saved = saved->outer;
    *context = saved->context;
    *path = saved->path;
    ly_free(saved);
    return true;
}

/* ---- looking names up ------------------------------------------------------------------------- */

bool ly_symbol_removed(ly_context *cx, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    return d && d->flags & LY_DEFINITION_REMOVED;
}

static ly_value find_in(ly_context *cx, const char *context, const char *name, size_t count)
{
    ly_value symbol = ly_find_symbol(context, name, count);
    return ly_failed(symbol) || ly_symbol_removed(cx, symbol) ? LY_FAILED : symbol;
}

static void remember(struct ly_names *names, uint32_t hash, ly_symbol *symbol)
{
    if (2 * names->known_count >= names->known_mask) {
        uint32_t size = names->known ? 2 * (names->known_mask + 1) : 512;
        known_name *larger = ly_calloc(size, sizeof *larger);
        if (!larger) return;
        for (uint32_t i = 0; names->known && i <= names->known_mask; i++) {
            if (!names->known[i].symbol) continue;
            uint32_t slot = names->known[i].hash & (size - 1);
            while (larger[slot].symbol) slot = (slot + 1) & (size - 1);
            larger[slot] = names->known[i];
        }
        ly_free(names->known);
        names->known = larger;
        names->known_mask = size - 1;
    }
    uint32_t slot = hash & names->known_mask;
    while (names->known[slot].symbol) slot = (slot + 1) & names->known_mask;
    names->known[slot] = (known_name){hash, symbol};
    names->known_count++;
}

/* A name without context. */
static ly_value find_short(ly_context *cx, const char *name, size_t count, bool create)
{
    struct ly_names *names = cx->names;
    uint32_t hash = hash_bytes(name, count);
    if (names->reading) {
        ly_value own = find_in(cx, names->reading, name, count);
        if (ly_failed(own)) own = find_in(cx, "System`", name, count);
        return ly_failed(own) && create ? ly_intern_bytes(names->reading, name, count) : own;
    }
    refresh(cx);
    if (names->known)
        for (uint32_t slot = hash & names->known_mask; names->known[slot].symbol;
             slot = (slot + 1) & names->known_mask)
            if (names->known[slot].hash == hash &&
                !strncmp(names->known[slot].symbol->name, name, count) &&
                !names->known[slot].symbol->name[count])
                return ly_from_symbol(names->known[slot].symbol);
    ly_value symbol = find_in(cx, names->current, name, count);
    for (size_t i = 0; ly_failed(symbol) && i < names->context_count; i++)
        symbol = find_in(cx, names->contexts[i], name, count);
    if (ly_failed(symbol)) {
        if (!create) return LY_FAILED;
        symbol = ly_intern_bytes(names->current, name, count);
        if (ly_symbol_removed(cx, symbol))
            ly_definition_edit(cx, symbol)->flags &= ~(uint32_t)LY_DEFINITION_REMOVED;
    }
    remember(names, hash, ly_symbol_of(symbol));
    return symbol;
}

bool ly_split_name(ly_context *cx, const char *name, size_t count, ly_text *context,
                   const char **last, size_t *last_count)
{
    const char *mark = memrchr(name, '`', count);
    if (!mark) {
        *last = name;
        *last_count = count;
        return count > 0;
    }
    if (name[0] == '`') {
        ly_text_puts(context, ly_current_context(cx));
        ly_text_add(context, name + 1, mark > name ? (size_t)(mark - name) : 0);
    } else
        ly_text_add(context, name, (size_t)(mark - name) + 1);
    *last = mark + 1;
    *last_count = count - (size_t)(mark + 1 - name);
    return *last_count > 0;
}

static ly_value find_name(ly_context *cx, const char *name, size_t count, bool create)
{
    if (!memchr(name, '`', count)) return find_short(cx, name, count, create);
    ly_text context = {0};
    ly_value symbol = LY_FAILED;
    const char *last;
    size_t last_count;
    if (ly_split_name(cx, name, count, &context, &last, &last_count)) {
        symbol = find_in(cx, context.data, last, last_count);
        if (ly_failed(symbol) && create) {
            symbol = ly_intern_bytes(context.data, last, last_count);
            if (ly_symbol_removed(cx, symbol))
                ly_definition_edit(cx, symbol)->flags &= ~(uint32_t)LY_DEFINITION_REMOVED;
            ly_names_changed(cx); /* it may stand before one that was found by its short name */
        }
    }
    ly_text_free(&context);
    return symbol;
}

ly_value ly_symbol_named(ly_context *cx, const char *name, size_t count)
{
    return find_name(cx, name, count, true);
}

ly_value ly_lookup_name(ly_context *cx, const char *name, size_t count)
{
    return find_name(cx, name, count, false);
}

/* ---- writing names ---------------------------------------------------------------------------- */

void ly_write_symbol_name(ly_context *cx, ly_text *text, ly_value symbol)
{
    const ly_symbol *record = ly_symbol_of(symbol);
    const char *name = ly_symbol_name(symbol);
    if (ly_flags(&record->o) & LY_FLAG_TEMPORARY) {
        ly_text_puts(text, name);
        return;
    }
    if (ly_symbol_removed(cx, symbol)) {
        ly_text_printf(text, "Removed[%s]", name);
        return;
    }
    if (find_short(cx, name, strlen(name), false) != symbol) ly_text_puts(text, record->context);
    ly_text_puts(text, name);
}
