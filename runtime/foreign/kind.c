/* kind.c: kinds of objects that a C program adds: lyra_add_kind and its kin (lyra.h), NewObject.

   A kind is known to the whole process by its name, and stays. Its objects are foreign objects as any
   other: their type is made of the program's record. */
#include "foreign/kind.h"

#include <errno.h>
#include <string.h>

#include "eval/eval.h"
#include "foreign/isolated.h"

static ly_lock adding; /* of the list, which only grows */
static ly_added_kind *kinds;

/* An object in this process. */
typedef struct own_object {
    ly_call_turn turn;
    void *self;
} own_object;

typedef struct own_call {
    ly_foreign *object;
    size_t method, n;
    const ly_value *args;
} own_call;

static ly_value call_here(ly_context *cx, ly_foreign *object, size_t method, size_t n,
                          const ly_value *args);
static void *call_again(ly_context *cx, void *argument)
{
    own_call *c = argument;
    return (void *)(uintptr_t)call_here(cx, c->object, c->method, c->n, c->args);
}

static ly_value call_here(ly_context *cx, ly_foreign *object, size_t method, size_t n,
                          const ly_value *args)
{
    const lyra_kind *kind = ly_added_kind_of(object)->definition;
    ly_value v;
    if (ly_stack_low(cx)) {
        own_call again = {object, method, n, args};
        return (ly_value)(uintptr_t)ly_on_new_stack(cx, call_again, &again);
    }
    v = kind->methods[method].call(cx, ((own_object *)object->data)->self, n, args);
    if (!ly_failed(v) || cx->pending.kind) return v;
    return ly_raise_failure(cx, "MethodFailed", "%s.%s gave no value.", kind->name,
                            kind->methods[method].name);
}

static ly_value own_invoke(ly_context *cx, ly_foreign *self, const ly_method *method, size_t n,
                           const ly_value *args)
{
    own_object *own = self->data;
    const ly_added_kind *kind = ly_added_kind_of(self);
    bool alone = !(kind->definition->flags & LYRA_THREAD_SAFE);
    ly_value v;
    if (alone && !ly_call_turn_take(cx, &own->turn)) return LY_FAILED;
    v = call_here(cx, self, (size_t)(method - kind->type.methods), n, args);
    if (alone) ly_call_turn_give(&own->turn);
    return v;
}

static void own_drop(ly_context *cx, ly_foreign *self)
{
    own_object *own = self->data;
    const lyra_kind *kind = ly_added_kind_of(self)->definition;
    if (kind->drop) kind->drop(own->self);
    ly_free(own);
}

static ly_value own_new(ly_context *cx, const ly_added_kind *kind, size_t n, const ly_value *args)
{
    own_object *own = ly_calloc(1, sizeof *own);
    if (!own) return ly_raise_memory(cx);
    own->self = kind->definition->open(cx, n, args);
    if (own->self) return ly_foreign_new(cx, &kind->type, own);
    ly_free(own);
    if (cx->pending.kind) return LY_FAILED;
    return ly_raise_failure(cx, "OpenFailed", "No %s could be made.", kind->definition->name);
}

/* ---- adding ------------------------------------------------------------------------------------ */

static const ly_added_kind *find(const char *name)
{
    const ly_added_kind *k;
    ly_lock_take(&adding);
    for (k = kinds; k && strcmp(k->definition->name, name) != 0; k = k->next) {}
    ly_lock_give(&adding);
    return k;
}

static ly_added_kind *new_kind(const lyra_kind *definition)
{
    size_t count = 0;
    ly_added_kind *kind = ly_calloc(1, sizeof *kind);
    ly_method *methods;
    bool isolated = definition->flags & LYRA_ISOLATED;
    while (definition->methods && definition->methods[count].name) count++;
    methods = ly_calloc(count + 1, sizeof *methods);
    if (!kind || !methods) {
        ly_free(kind);
        ly_free(methods);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const lyra_method *m = &definition->methods[i];
        methods[i] = (ly_method){m->name, m->least, m->most, NULL, m->documentation};
    }
    kind->definition = definition;
    kind->type = (ly_foreign_type){
        .name = definition->name,
        .methods = methods,
        .print = isolated ? ly_isolated_print : NULL,
        .drop = isolated ? ly_isolated_drop : own_drop,
        .invoke = isolated ? ly_isolated_invoke : own_invoke,
        .crosses_threads = true,
        .isolated = isolated,
    };
    return kind;
}

static void drop_kind(ly_added_kind *kind)
{
    ly_free((void *)kind->type.methods);
    ly_free(kind->nursery);
    ly_free(kind);
}

/* NULL: no memory, or no process (errno). Two threads may add a kind at once: the first stays. */
static const ly_added_kind *add(const lyra_kind *definition)
{
    ly_added_kind *kind = new_kind(definition), *other;
    if (kind && kind->type.isolated) {
        kind->nursery = ly_calloc(1, sizeof *kind->nursery);
        if (!kind->nursery || !ly_nursery_start(kind, kind->nursery)) {
            int why = errno;
            drop_kind(kind);
            errno = why;
            return NULL;
        }
    }
    if (!kind) return NULL;
    ly_lock_take(&adding);
    for (other = kinds; other && strcmp(other->definition->name, definition->name) != 0;)
        other = other->next;
    if (!other) {
        kind->next = kinds;
        kinds = kind;
    }
    ly_lock_give(&adding);
    if (!other) return kind;
    if (kind->nursery) ly_nursery_end(kind->nursery);
    drop_kind(kind);
    return other;
}

static bool is_name(const char *name)
{
    size_t letters = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return letters && strspn(name + letters, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789") == strlen(name + letters);
}

static lyra_status refuse(ly_context *cx, const char *name, const char *why)
{
    ly_text text = {0};
    lyra_value arguments[2];
    lyra_status status;
    ly_text_printf(&text, "%s: %s.", name, why);
    arguments[0] = ly_string_from(cx, "Kind");
    arguments[1] = ly_text_string(cx, &text);
    status = lyra_call(cx, "Raise", 2, arguments, NULL);
    for (int i = 0; i < 2; i++) ly_release(cx, arguments[i]);
    return status;
}

lyra_status lyra_add_kind(lyra_context *cx, const lyra_kind *definition)
{
    const char *name = definition->name;
    const ly_added_kind *kind;
    ly_text rule = {0};
    lyra_status status = LYRA_MEMORY;
    if (!is_name(name)) return refuse(cx, name, "the name of a kind is made of letters and digits");
    if (!definition->open) return refuse(cx, name, "a kind has a function that opens its objects");
    kind = find(name);
    if (!kind) {
        errno = ENOMEM;
        kind = add(definition);
        if (!kind) return refuse(cx, name, strerror(errno));
    }
    if (kind->definition != definition) return refuse(cx, name, "another kind has this name");
    ly_text_printf(&rule, "%s[arguments___] := NewObject[\"%s\", arguments]", name, name);
    if (!rule.failed) status = lyra_evaluate(cx, rule.data, rule.count, NULL);
    ly_text_free(&rule);
    return status;
}

void *lyra_get_object(lyra_value v, const lyra_kind *definition)
{
    ly_foreign *object = ly_is_foreign(v) ? ly_foreign_of(v) : NULL;
    if (!object || object->type->invoke != own_invoke) return NULL;
    return ly_added_kind_of(object)->definition == definition ? ((own_object *)object->data)->self : NULL;
}

lyra_value lyra_raise(lyra_context *cx, const char *tag, const char *message)
{
    return ly_raise_failure(cx, tag, "%s", message);
}

MESSAGE(NewObject, kind, "There is no kind of objects `1`: the program that embeds Lyra adds them.")

BUILTIN(NewObject, new_object, 1, -1, 0, LY_EFFECTS | LY_NAMES,
        "NewObject[\"kind\", a, …] makes an object of a kind that the program that embeds Lyra has added;\n"
        "kind[a, …] is the same.")
static ly_value new_object(ly_context *cx, ly_expr *call)
{
    const ly_added_kind *kind;
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    kind = find(ly_string_of(call->args[0])->data);
    if (!kind) return ly_message_call(cx, call, "kind", 1, call->args[0]);
    return kind->type.isolated ? ly_isolated_new(cx, kind, call->count - 1, call->args + 1)
                               : own_new(cx, kind, call->count - 1, call->args + 1);
}
