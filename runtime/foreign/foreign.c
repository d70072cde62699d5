/* foreign.c: objects behind the one interface, and method calls on them.

   An object is a value with identity; what it can do stands in its type's table of methods. A
   stream is written InputStream["name", n] or OutputStream["name", n], an ordinary expression, as
   in the Wolfram Language; a method call finds the object behind it by its number. */
#include "foreign/foreign.h"

#include "eval/eval.h"
#include "foreign/stream.h"

MESSAGE(MethodCall, nobj, "`1` is not an object that has methods; there is no method `2`.")
MESSAGE(MethodCall, nometh, "`1` has no method `2`; its methods are `3`.")
MESSAGE(MethodCall, argn, "Method `1` of `2` called with `3` arguments; `4` expected.")

ly_value ly_foreign_new(ly_context *cx, const ly_foreign_type *type, void *data)
{
    ly_foreign *object = ly_alloc(cx, LY_KIND_FOREIGN, sizeof *object);
    object->type = type;
    object->serial = ly_stamp_next();
    object->data = data;
    return ly_from_object(object);
}

void *ly_foreign_data(ly_value v, const ly_foreign_type *type)
{
    return ly_is_foreign(v) && ly_foreign_of(v)->type == type ? ly_foreign_of(v)->data : NULL;
}

ly_value ly_foreign_head(ly_value v) { return ly_intern("System`", ly_foreign_of(v)->type->name); }

void ly_foreign_print(ly_context *cx, ly_value v, ly_text *to)
{
    ly_foreign *object = ly_foreign_of(v);
    if (object->type->print)
        object->type->print(cx, object, to);
    else
        ly_text_printf(to, "%s[<%llu>]", object->type->name, (unsigned long long)object->serial);
}

/* ---- method calls ---------------------------------------------------------------------------- */

static const ly_method *find_method(const ly_foreign_type *type, const char *name)
{
    for (const ly_method *m = type->methods; m && m->name; m++)
        if (strcmp(m->name, name) == 0) return m;
    return NULL;
}

static ly_value method_names(ly_context *cx, const ly_foreign_type *type)
{
    ly_text text = {0};
    for (const ly_method *m = type->methods; m && m->name; m++) {
        if (text.count) ly_text_puts(&text, ", ");
        ly_text_puts(&text, m->name);
    }
    return ly_text_string(cx, &text);
}

/* The object that a value stands for, or NULL. */
static ly_foreign *object_behind(ly_context *cx, ly_value v)
{
    if (ly_is_foreign(v)) return ly_foreign_of(v);
    ly_stream *stream = ly_stream_of(cx, v);
    return stream && !ly_is_string(v) ? ly_foreign_of(stream->object) : NULL;
}

bool ly_has_method(ly_context *cx, ly_value object, const char *method)
{
    ly_foreign *self = object_behind(cx, object);
    return self && find_method(self->type, method);
}

ly_value ly_method_call(ly_context *cx, ly_value object, const char *method, size_t n,
                        const ly_value *args)
{
    ly_foreign *self = object_behind(cx, object);
    ly_value name = ly_string_from(cx, method), result = LY_UNEVALUATED;
    if (!self) {
        ly_message(cx, LY_SYM(MethodCall), "nobj", 2, object, name);
        ly_release(cx, name);
        return LY_UNEVALUATED;
    }
    const ly_method *m = find_method(self->type, method);
    if (!m) {
        ly_value names = method_names(cx, self->type);
        ly_message(cx, LY_SYM(MethodCall), "nometh", 3, object, name, names);
        ly_release(cx, names);
    } else if ((int64_t)n < m->least || (m->most >= 0 && (int64_t)n > m->most)) {
        ly_text expected = {0};
        if (m->most < 0)
            ly_text_printf(&expected, "at least %d", m->least);
        else if (m->least == m->most)
            ly_text_printf(&expected, "%d", m->least);
        else
            ly_text_printf(&expected, "%d to %d", m->least, m->most);
        ly_value text = ly_text_string(cx, &expected);
        ly_message(cx, LY_SYM(MethodCall), "argn", 4, name, object, LY_INT((int64_t)n), text);
        ly_release(cx, text);
    } else {
        ly_value keep = ly_retain(ly_from_object(self)); /* a method may close its object */
        result = self->type->invoke ? self->type->invoke(cx, self, m, n, args)
                                    : m->call(cx, self, n, args);
        ly_release(cx, keep);
    }
    ly_release(cx, name);
    return result;
}

BUILTIN(MethodCall, method_call, 2, -1, LY_PROTECTED, LY_EFFECTS,
        "object.method(a, b) or MethodCall[object, \"method\", a, b] calls a method of an object.")
static ly_value method_call(ly_context *cx, ly_expr *call)
{
    ly_value name = call->args[1];
    if (!ly_is_string(name))
        return ly_message_call(cx, call, "string", 2, LY_INT(2), ly_from_object(call));
    return ly_method_call(cx, call->args[0], ly_string_of(name)->data, call->count - 2,
                          call->args + 2);
}
