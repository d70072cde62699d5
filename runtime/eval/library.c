/* library.c: built-in functions that are written in Lyra, entered into a context on first use.

   A file is an ordinary program. While it runs, the definitions of its public symbols are set aside;
   what the program then defines for them is taken away and kept here, apart from what users say about
   these symbols: so users' rules come first, and DownValues[f] shows them alone. Symbols of the file's
   own stay in its context, System`Name`. A run that fails (an abort, no memory) leaves nothing behind
   that the next does not put right. */
#include "eval/library.h"

#include <assert.h>
#include <stdlib.h>

#include "abi.h"
#include "eval/eval.h"
#include "eval/module.h"
#include "eval/modules.h"
#include "eval/names.h"
#include "eval/snapshot.h"
#include "match/match.h"
#include "text/text.h"

enum { NOT_ENTERED, ENTERING, ENTERED };

typedef struct library_file {
    unsigned char state;
    ly_definition **definitions; /* owned; of its public symbols, in their order */
} library_file;

struct ly_library {
    uint32_t entering; /* files that are being entered now */
    library_file files[];
};

static uint32_t count_symbols(const ly_library_file *file)
{
    uint32_t n = 0;
    while (file->symbols[n]) n++;
    return n;
}

static library_file *file_record(ly_context *cx, uint32_t number)
{
    if (!cx->library) {
        size_t count = 0;
        while (ly_library_files[count].path) count++;
        cx->library = ly_calloc(1, sizeof *cx->library + count * sizeof(library_file));
        if (!cx->library) {
            ly_raise_memory(cx);
            return NULL;
        }
    }
    return &cx->library->files[number];
}

void ly_library_end(ly_context *cx)
{
    if (!cx->library) return;
    for (uint32_t i = 0; ly_library_files[i].path; i++) {
        library_file *f = &cx->library->files[i];
        for (uint32_t k = 0; f->definitions && ly_library_files[i].symbols[k]; k++) {
            if (!f->definitions[k]) continue;
            ly_definition_drop(cx, f->definitions[k]);
            ly_free(f->definitions[k]);
        }
        ly_free(f->definitions);
    }
    ly_free(cx->library);
    cx->library = NULL;
}

bool ly_library_entering(const ly_context *cx) { return cx->library && cx->library->entering; }

bool ly_library_owns(const char *context)
{
    /* Lyra` is where the compiler keeps names that it makes up */
    return (!strncmp(context, "System`", 7) && context[7]) || !strncmp(context, "Lyra`", 5);
}

/* ---- entering a file */

/* Evaluates the inputs of a text. False: failed, an error is pending. */
static bool run_text(ly_context *cx, const char *path, const char *text)
{
    ly_source source = {path, text, strlen(text)};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input;
    ly_read_status status = LY_READ_ERROR;
    bool good = reader != NULL;
    while (good && (status = ly_read(reader, &input, NULL)) == LY_READ_INPUT) {
        ly_value v = ly_evaluate_take(cx, input);
        /* an assignment may give its value although there was no memory for the rule */
        good = !ly_failed(v) && cx->pending.kind == LY_PENDING_NONE;
        ly_release(cx, v);
    }
    if (!reader) ly_raise_memory(cx);
    else if (good && ly_reader_diagnostics(reader)->count) {
        ly_raise_failure(cx, "Syntax", "%s can't be read", path);
        good = false;
    }
    if (reader) ly_reader_free(reader);
    return good;
}

static bool run_body(ly_context *cx, uint32_t number)
{
    const ly_library_body *body = &ly_library_bodies[number];
    const char *path = ly_library_files[number].path;
    if (!body->module) return run_text(cx, path, body->text);
    ly_value v = ly_module_start(cx, body->module);
    ly_release(cx, v);
    return !ly_failed(v);
}

/* What $Context and $ContextPath are, and the limits that a program may have set, while a file runs. */
typedef struct surroundings {
    ly_value context; /* owned */
    const char *names;
    uint32_t depth, recursion_limit;
    uint64_t iteration_limit;
} surroundings;

static surroundings leave_program(ly_context *cx, const char *context)
{
    const ly_definition *d = ly_definition_of(cx, LY_SYM($Context));
    surroundings s = {d ? ly_retain(d->value) : LY_FAILED, ly_read_names_in(cx, context), cx->depth,
                      cx->recursion_limit, cx->iteration_limit};
    cx->depth = 0;
    cx->recursion_limit = 1024;
    cx->iteration_limit = 4096;
    return s;
}

static void return_to_program(ly_context *cx, surroundings *s)
{
    const ly_definition *d = ly_definition_of(cx, LY_SYM($Context));
    ly_value context, path;
    /* where the run failed, End did not come */
    while (d && d->value != s->context && ly_restore_context(cx, false, &context, &path)) {
        ly_set_own_value_take(cx, LY_SYM($Context), context, false);
        d = ly_definition_of(cx, LY_SYM($Context));
    }
    ly_release(cx, s->context);
    ly_read_names_in(cx, s->names);
    cx->depth = s->depth;
    cx->recursion_limit = s->recursion_limit;
    cx->iteration_limit = s->iteration_limit;
}

static void drop(ly_context *cx, ly_definition *d)
{
    ly_definition_drop(cx, d);
    ly_free(d);
}

/* False: an error is pending. */
static bool enter(ly_context *cx, uint32_t number)
{
    const ly_library_file *file = &ly_library_files[number];
    library_file *f = file_record(cx, number);
    uint32_t count = count_symbols(file);
    ly_definition **aside = ly_calloc(count + 1, sizeof *aside);
    if (!aside) {
        ly_raise_memory(cx);
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        ly_definition *empty = ly_calloc(1, sizeof *empty);
        if (empty) empty->owner = cx;
        else {
            while (i-- > 0)
                drop(cx, ly_definition_exchange(cx, ly_intern("System`", file->symbols[i]->row.name), aside[i]));
            ly_free(aside);
            ly_raise_memory(cx);
            return false;
        }
        aside[i] = ly_definition_exchange(cx, ly_intern("System`", file->symbols[i]->row.name), empty);
    }
    f->state = ENTERING;
    cx->library->entering++;
    surroundings s = leave_program(cx, file->context);
    bool good = run_body(cx, number);
    ly_pending pending = ly_pending_take(cx);
    return_to_program(cx, &s);
    for (uint32_t i = 0; i < count; i++) {
        aside[i] = ly_definition_exchange(cx, ly_intern("System`", file->symbols[i]->row.name), aside[i]);
        if (!good) {
            drop(cx, aside[i]);
            aside[i] = NULL;
        }
    }
    ly_pending_restore(cx, pending);
    cx->library->entering--;
    f->state = good ? ENTERED : NOT_ENTERED;
    if (good) f->definitions = aside;
    else ly_free(aside);
    return good;
}

/* Enters the file unless it was, or is just being entered. False: an error is pending. */
static bool need(ly_context *cx, uint32_t number)
{
    library_file *f = file_record(cx, number);
    return f && (f->state != NOT_ENTERED || enter(cx, number));
}

/* ---- asking */

const ly_definition *ly_library_definition(ly_context *cx, ly_value symbol)
{
    const ly_library_symbol *s = (const ly_library_symbol *)ly_symbol_of(symbol)->builtin;
    if (!s || !(s->row.effects & LY_BY_RULES)) return NULL;
    if (cx->attached) { /* a task: main may have entered the file for it */
        const ly_definition *d = ly_snapshot_other(cx->attached, symbol);
        if (d) return d;
    }
    if (!need(cx, s->file)) return NULL;
    const library_file *f = &cx->library->files[s->file];
    if (!f->definitions) return NULL;
    for (uint32_t i = 0;; i++)
        if (ly_library_files[s->file].symbols[i] == s) return f->definitions[i];
}

static ly_value apply(ly_context *cx, ly_value symbol, ly_rule_list list, ly_expr *call)
{
    const ly_definition *d = ly_library_definition(cx, symbol);
    if (!d) return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    return d->rules[list] ? ly_rules_apply(cx, d->rules[list], ly_from_object(call)) : LY_UNEVALUATED;
}

ly_value ly_library_call(ly_context *cx, ly_expr *call) { return apply(cx, call->head, LY_DOWN_VALUES, call); }

ly_value ly_library_sub_call(ly_context *cx, ly_expr *call)
{
    ly_value symbol = call->head;
    while (ly_is_expr(symbol)) symbol = ly_expr_of(symbol)->head;
    return apply(cx, symbol, LY_SUB_VALUES, call);
}

ly_value ly_library_value(ly_context *cx, ly_value symbol)
{
    const ly_definition *d = ly_library_definition(cx, symbol);
    if (!d && cx->pending.kind != LY_PENDING_NONE) return LY_FAILED;
    return d && d->value ? ly_evaluate(cx, d->value) : ly_retain(symbol);
}

ly_value ly_library_symbol_named(ly_context *cx, const char *context, const char *name)
{
    return ly_intern(context, name);
}

/* The same for the file whose own symbols have this context. */
static bool need_context(ly_context *cx, const char *context)
{
    uint32_t number = 0;
    while (ly_library_files[number].path && strcmp(ly_library_files[number].context, context) != 0) number++;
    assert(ly_library_files[number].path);
    return need(cx, number);
}

ly_value ly_library_variable(ly_context *cx, const char *context, const char *name)
{
    if (!need_context(cx, context)) return LY_FAILED;
    const ly_definition *d = ly_definition_of(cx, ly_intern(context, name));
    assert(d && d->value);
    return d->value;
}

ly_value ly_library_ask(ly_context *cx, const char *context, const char *name, size_t n,
                        const ly_value *arguments)
{
    ly_value head = ly_intern(context, name);
    if (!need_context(cx, context)) return LY_FAILED;
    ly_expr *question = ly_expr_new(cx, head, n);
    if (!question) return LY_FAILED;
    for (size_t i = 0; i < n; i++) question->args[i] = ly_retain(arguments[i]);
    ly_value answer = ly_evaluate_take(cx, ly_from_object(question));
    if (!ly_has_head(answer, head)) return answer;
    ly_release(cx, answer);
    return LY_UNEVALUATED;
}

ly_value ly_library_read(ly_context *cx, const char *text)
{
    ly_source source = {"<library>", text, strlen(text)};
    const char *names = ly_read_names_in(cx, "System`Private`");
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input = LY_FAILED;
    if (!reader) ly_raise_memory(cx);
    else if (ly_read(reader, &input, NULL) != LY_READ_INPUT) input = LY_FAILED;
    if (reader) ly_reader_free(reader);
    ly_read_names_in(cx, names);
    return input;
}
