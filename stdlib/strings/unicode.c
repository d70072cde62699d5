/* unicode.c: normal forms, diacritics, and letters of other scripts in Latin ones. */
#include <stdlib.h>
#include <utf8proc.h>

#include "stdlib/strings/strings.h"

static ly_value mapped(ly_context *cx, ly_value string, utf8proc_option_t options)
{
    const ly_string *s = ly_string_of(string);
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t count =
        utf8proc_map((const utf8proc_uint8_t *)s->data, (utf8proc_ssize_t)s->bytes, &out,
                     options | UTF8PROC_STABLE);
    if (count < 0) return count == UTF8PROC_ERROR_NOMEM ? ly_raise_memory(cx) : ly_retain(string);
    ly_value result = ly_string_new(cx, (const char *)out, (size_t)count);
    ly_free(out);
    return result;
}

static ly_value normalize(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    return mapped(cx, string, *(utf8proc_option_t *)data);
}

BUILTIN(CharacterNormalize, string_normalize, 2, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
    "CharacterNormalize[\"text\", form] gives the Unicode normal form \"NFC\", \"NFD\", \"NFKC\", "
    "\"NFKD\" or \"NFKCCasefold\" of text.")
static ly_value string_normalize(ly_context *cx, ly_expr *call)
{
    static const struct {
        const char *name;
        int options;
    } forms[] = {
        {"NFC", UTF8PROC_COMPOSE},
        {"NFD", UTF8PROC_DECOMPOSE},
        {"NFKC", UTF8PROC_COMPOSE | UTF8PROC_COMPAT},
        {"NFKD", UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT},
        {"NFKCCasefold", UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE}};
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0])) return LY_UNEVALUATED;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        utf8proc_option_t options = (utf8proc_option_t)forms[i].options;
        if (ly_string_is(call->args[1], forms[i].name))
            return string_thread(cx, call, normalize, &options);
    }
    return LY_UNEVALUATED;
}

BUILTIN(RemoveDiacritics, string_remove_diacritics, 1, 1, LY_LISTABLE | LY_PROTECTED,
        LY_PURE | LY_EVALUATED,
        "RemoveDiacritics[\"string\"] replaces accented letters by the letters without accents.")
static ly_value string_remove_diacritics(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    if (ly_string_of(call->args[0])->ascii) return ly_retain(call->args[0]);
    return mapped(cx, call->args[0], UTF8PROC_COMPOSE | UTF8PROC_STRIPMARK);
}
