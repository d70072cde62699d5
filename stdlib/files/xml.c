/* xml.c: XML read into XMLObject and XMLElement expressions, and written (XML 1.0, Namespaces 1.0;
   no DTD). Comments, processing instructions and blanks between elements are left out. */
#include "stdlib/files/files.h"

#include <ctype.h>
#include <stdlib.h>

#define XMLNS "http://www.w3.org/2000/xmlns/"
enum { NESTING = 4096 };

/* ---- reading --------------------------------------------------------------------------------- */

/* A prefix and what it stands for, innermost first. */
typedef struct binding {
    const char *prefix;
    size_t count;
    ly_value uri; /* borrowed from the attribute's rule */
    struct binding *outer;
} binding;

typedef struct parser {
    ly_context *cx;
    const char *text, *p, *end;
    const char *bad; /* where reading stopped */
    int depth;
} parser;

static ly_value refuse(parser *s)
{
    if (!s->bad) s->bad = s->p;
    return LY_FAILED;
}

static bool starts(const parser *s, const char *text)
{
    size_t n = strlen(text);
    return (size_t)(s->end - s->p) >= n && memcmp(s->p, text, n) == 0;
}

static void skip_blanks(parser *s)
{
    while (s->p < s->end && isspace((unsigned char)*s->p)) s->p++;
}

/* Passes over everything to the end of `stop`; false: it does not come. */
static bool skip_past(parser *s, const char *stop)
{
    for (size_t n = strlen(stop); (size_t)(s->end - s->p) >= n; s->p++)
        if (memcmp(s->p, stop, n) == 0) return s->p += n, true;
    return false;
}

static bool name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == ':' || c == '-' || c == '.'
           || (unsigned char)c >= 128;
}

static bool take_name(parser *s, const char **from, size_t *count)
{
    *from = s->p;
    if (s->p >= s->end || !name_byte(*s->p) || isdigit((unsigned char)*s->p) || *s->p == '-'
        || *s->p == '.')
        return false;
    while (s->p < s->end && name_byte(*s->p)) s->p++;
    *count = (size_t)(s->p - *from);
    return true;
}

/* The entity at &, added to text. */
static bool take_entity(parser *s, ly_text *text)
{
    static const char *const names[][2] = {
        {"amp;", "&"}, {"lt;", "<"}, {"gt;", ">"}, {"quot;", "\""}, {"apos;", "'"}};
    s->p++;
    for (size_t i = 0; i < 5; i++)
        if (starts(s, names[i][0]))
            return s->p += strlen(names[i][0]), ly_text_puts(text, names[i][1]), true;
    if (s->p >= s->end || *s->p != '#') return false;
    char *stop;
    bool hex = s->p + 1 < s->end && s->p[1] == 'x';
    char digits[16] = "";
    size_t n = 0;
    for (s->p += hex ? 2 : 1; s->p < s->end && *s->p != ';' && n < 10;) digits[n++] = *s->p++;
    unsigned long code = strtoul(digits, &stop, hex ? 16 : 10);
    if (n == 0 || *stop || s->p >= s->end || *s->p != ';' || code > 0x10ffff) return false;
    s->p++;
    ly_text_code_point(text, (uint32_t)code);
    return true;
}

/* A qualified name: "local", or {"uri", "local"} where a namespace is in force. */
static ly_value qualified(parser *s, const char *name, size_t count, const binding *scope,
                          bool attribute)
{
    const char *colon = memchr(name, ':', count), *local = colon ? colon + 1 : name;
    size_t prefix = colon ? (size_t)(colon - name) : 0, rest = count - (size_t)(local - name);
    ly_value plain = ly_string_new(s->cx, local, rest), uri = LY_FAILED;
    bool declares = attribute
                    && ((count == 5 && memcmp(name, "xmlns", 5) == 0)
                        || (prefix == 5 && memcmp(name, "xmlns", 5) == 0));
    if (declares) uri = ly_string_from(s->cx, XMLNS);
    for (const binding *b = scope; ly_failed(uri) && b; b = b->outer)
        if (b->count == prefix && memcmp(b->prefix, name, prefix) == 0 && (prefix || !attribute))
            uri = ly_retain(b->uri);
    if (ly_failed(uri) && colon) {
        ly_release(s->cx, plain);
        return ly_string_new(s->cx, name, count);
    }
    return ly_failed(uri) ? plain : ly_make2(s->cx, LY_SYM(List), uri, plain);
}

typedef struct attribute {
    const char *name;
    size_t count;
    ly_value value; /* owned */
} attribute;

static bool take_attributes(parser *s, attribute *list, size_t *n, size_t most)
{
    for (*n = 0;;) {
        skip_blanks(s);
        const char *name;
        size_t count;
        if (s->p >= s->end || *s->p == '>' || *s->p == '/' || *s->p == '?') return s->p < s->end;
        if (*n == most || !take_name(s, &name, &count)) return false;
        skip_blanks(s);
        if (s->p >= s->end || *s->p++ != '=') return false;
        skip_blanks(s);
        char quote = s->p < s->end ? *s->p++ : 0;
        if (quote != '"' && quote != '\'') return false;
        ly_text text = {0};
        bool ok = true;
        while (ok && s->p < s->end && *s->p != quote) {
            if (*s->p == '&')
                ok = take_entity(s, &text);
            else if (*s->p == '<')
                ok = false;
            else
                ly_text_putc(&text, *s->p++);
        }
        if (!ok || s->p >= s->end) return ly_text_free(&text), false;
        s->p++;
        ly_value value = ly_text_string(s->cx, &text);
        if (ly_failed(value)) return false;
        list[(*n)++] = (attribute){name, count, value};
    }
}

static bool add_text(parser *s, ly_builder *items, ly_text *text)
{
    bool blank = true;
    for (size_t i = 0; blank && i < text->count; i++) blank = isspace((unsigned char)text->data[i]);
    if (blank) return ly_text_free(text), *text = (ly_text){0}, true;
    ly_value string = ly_text_string(s->cx, text);
    *text = (ly_text){0};
    return !ly_failed(string) && ly_builder_add(s->cx, items, string);
}

static ly_value take_element(parser *s, const binding *scope);

/* What stands between the tags; the end tag is taken too. */
static bool take_content(parser *s, const binding *scope, const char *name, size_t count,
                         ly_builder *items)
{
    ly_text text = {0};
    while (s->p < s->end) {
        if (*s->p == '&') {
            if (!take_entity(s, &text)) break;
        } else if (*s->p != '<') {
            ly_text_putc(&text, *s->p++);
        } else if (starts(s, "<!--")) {
            if (!skip_past(s, "-->")) break;
        } else if (starts(s, "<![CDATA[")) {
            const char *from = s->p += 9;
            if (!skip_past(s, "]]>")) break;
            ly_text_add(&text, from, (size_t)(s->p - 3 - from));
        } else if (starts(s, "<?")) {
            if (!skip_past(s, "?>")) break;
        } else if (starts(s, "</")) {
            if (!add_text(s, items, &text)) break;
            s->p += 2;
            const char *end;
            size_t length;
            if (!take_name(s, &end, &length) || length != count || memcmp(end, name, count) != 0)
                break;
            skip_blanks(s);
            if (s->p >= s->end || *s->p != '>') break;
            s->p++;
            return true;
        } else {
            if (!add_text(s, items, &text)) break;
            ly_value child = ly_poll(s->cx) ? LY_FAILED : take_element(s, scope);
            if (ly_failed(child) || !ly_builder_add(s->cx, items, child)) break;
        }
    }
    ly_text_free(&text);
    refuse(s);
    return false;
}

typedef struct deeper {
    parser *s;
    const binding *scope;
} deeper;
static void *take_deeper(ly_context *cx, void *argument)
{
    deeper *d = argument;
    (void)cx;
    return (void *)(uintptr_t)take_element(d->s, d->scope);
}

static ly_value take_element(parser *s, const binding *scope)
{
    enum { ATTRIBUTES = 64 };
    if (ly_stack_low(s->cx)) {
        deeper d = {s, scope};
        return (ly_value)(uintptr_t)ly_on_new_stack(s->cx, take_deeper, &d);
    }
    const char *name;
    size_t count, n = 0;
    attribute attributes[ATTRIBUTES];
    binding bindings[ATTRIBUTES];
    ly_builder rules = ly_builder_new(), items = ly_builder_new();
    ly_value tag = LY_FAILED, result = LY_FAILED;
    if (s->depth >= NESTING || s->p >= s->end || *s->p != '<') return refuse(s);
    s->p++;
    if (!take_name(s, &name, &count)) return refuse(s);
    s->depth++;
    bool ok = take_attributes(s, attributes, &n, ATTRIBUTES);
    for (size_t i = 0; ok && i < n; i++) {
        const attribute *a = &attributes[i];
        bool plain = a->count == 5 && memcmp(a->name, "xmlns", 5) == 0;
        if (!plain && !(a->count > 6 && memcmp(a->name, "xmlns:", 6) == 0)) continue;
        bindings[i] = (binding){plain ? "" : a->name + 6, plain ? 0 : a->count - 6, a->value,
                                (binding *)scope};
        scope = &bindings[i];
    }
    for (size_t i = 0; ok && i < n; i++) {
        ly_value key = qualified(s, attributes[i].name, attributes[i].count, scope, true);
        ok = ly_builder_add(s->cx, &rules,
                            ly_make2(s->cx, LY_SYM(Rule), key, ly_retain(attributes[i].value)));
    }
    if (ok) tag = qualified(s, name, count, scope, false);
    if (ok && s->end - s->p >= 2 && s->p[0] == '/' && s->p[1] == '>') {
        s->p += 2;
    } else if (ok && s->p < s->end && *s->p == '>') {
        s->p++;
        ok = take_content(s, scope, name, count, &items);
    } else {
        ok = false;
        refuse(s);
    }
    if (ok) {
        ly_value list = ly_builder_finish(s->cx, &rules, LY_SYM(List));
        result = ly_make3(s->cx, LY_SYM(XMLElement), tag, list,
                          ly_builder_finish(s->cx, &items, LY_SYM(List)));
    } else {
        ly_release(s->cx, tag);
        ly_builder_drop(s->cx, &rules);
        ly_builder_drop(s->cx, &items);
    }
    for (size_t i = 0; i < n; i++) ly_release(s->cx, attributes[i].value);
    s->depth--;
    return result;
}

/* <?xml version="1.0" encoding="…"?> as XMLObject["Declaration"]["Version" -> …] */
static ly_value take_declaration(parser *s)
{
    static const char *const names[][2] = {
        {"version", "Version"}, {"encoding", "Encoding"}, {"standalone", "Standalone"}};
    attribute attributes[4];
    size_t n = 0;
    s->p += 5;
    bool ok = take_attributes(s, attributes, &n, 4) && starts(s, "?>");
    ly_value head = ly_make1(s->cx, LY_SYM(XMLObject), ly_string_from(s->cx, "Declaration"));
    ly_builder rules = ly_builder_new();
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; ok && k < 3; k++)
            if (strlen(names[k][0]) == attributes[i].count
                && memcmp(names[k][0], attributes[i].name, attributes[i].count) == 0)
                ok =
                    ly_builder_add(s->cx, &rules,
                                   ly_make2(s->cx, LY_SYM(Rule), ly_string_from(s->cx, names[k][1]),
                                            ly_retain(attributes[i].value)));
        ly_release(s->cx, attributes[i].value);
    }
    ly_value result = LY_FAILED;
    if (ok) {
        s->p += 2;
        result = ly_builder_finish(s->cx, &rules, head);
    } else {
        ly_builder_drop(s->cx, &rules);
    }
    ly_release(s->cx, head);
    return ok ? result : refuse(s);
}

/* Comments, instructions, blanks and a DOCTYPE. */
static bool skip_others(parser *s)
{
    for (;;) {
        skip_blanks(s);
        bool ok = starts(s, "<!--")        ? skip_past(s, "-->")
                  : starts(s, "<!DOCTYPE") ? skip_past(s, ">")
                  : starts(s, "<?")        ? skip_past(s, "?>")
                                           : false;
        if (!ok) return true;
    }
}

ly_value xml_read(ly_context *cx, const char *text, size_t count, size_t *bad)
{
    parser s = {.cx = cx, .text = text, .p = text, .end = text + count};
    ly_builder prolog = ly_builder_new();
    if (starts(&s, "\xef\xbb\xbf")) s.p += 3;
    bool ok = true;
    if (starts(&s, "<?xml") && s.p + 5 < s.end && isspace((unsigned char)s.p[5])) {
        ly_value declaration = take_declaration(&s);
        ok = !ly_failed(declaration) && ly_builder_add(cx, &prolog, declaration);
    }
    ly_value root = ok && skip_others(&s) ? take_element(&s, NULL) : LY_FAILED;
    if (!ly_failed(root)) skip_others(&s);
    if (!ly_failed(root) && s.p < s.end) {
        ly_release(cx, root);
        root = refuse(&s);
    }
    *bad = (size_t)((s.bad ? s.bad : s.p) - text);
    if (ly_failed(root)) {
        ly_builder_drop(cx, &prolog);
        return LY_FAILED;
    }
    ly_value head = ly_make1(cx, LY_SYM(XMLObject), ly_string_from(cx, "Document"));
    ly_value before = ly_builder_finish(cx, &prolog, LY_SYM(List));
    ly_value document = ly_make3(cx, head, before, root, ly_make0(cx, LY_SYM(List)));
    ly_release(cx, head);
    return document;
}

/* ---- parts of a document --------------------------------------------------------------------- */

static bool is_document(ly_value v)
{
    return ly_is_expr(v) && ly_expr_of(v)->count == 3
           && ly_has_shape(ly_expr_of(v)->head, LY_SYM(XMLObject), 1)
           && ly_string_is(ly_expr_of(ly_expr_of(v)->head)->args[0], "Document");
}

/* The texts of an element and those inside, a line each. */
static void add_plain(ly_text *text, ly_value v)
{
    if (ly_is_string(v)) {
        if (text->count) ly_text_putc(text, '\n');
        ly_text_add(text, ly_string_of(v)->data, ly_string_of(v)->bytes);
    } else if (ly_has_shape(v, LY_SYM(XMLElement), 3) && ly_is_expr(ly_expr_of(v)->args[2])) {
        ly_expr *items = ly_expr_of(ly_expr_of(v)->args[2]);
        for (uint32_t i = 0; i < items->count; i++) add_plain(text, items->args[i]);
    }
}

ly_value xml_element(ly_context *cx, ly_value document, const char *element)
{
    static const char *const names[] = {"CDATA", "Comments", "EmbeddedDTD", "Plaintext", "Summary",
                                        "Tags",  "Tree",     "XMLElement",  "XMLObject"};
    if (strcmp(element, "XMLObject") == 0) return ly_retain(document);
    if (strcmp(element, "XMLElement") == 0) return ly_retain(ly_expr_of(document)->args[1]);
    if (strcmp(element, "Plaintext") == 0) {
        ly_text text = {0};
        add_plain(&text, ly_expr_of(document)->args[1]);
        return ly_text_string(cx, &text);
    }
    if (strcmp(element, "Elements") == 0) {
        ly_builder list = ly_builder_new();
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (!ly_builder_add(cx, &list, ly_string_from(cx, names[i]))) return LY_FAILED;
        return ly_builder_finish(cx, &list, LY_SYM(List));
    }
    return LY_UNEVALUATED;
}

/* ---- writing --------------------------------------------------------------------------------- */

typedef struct writer {
    ly_context *cx;
    ly_text *out;
    const ly_expr *scopes[NESTING]; /* the attributes of the elements around */
    int depth;
} writer;

static void put_escaped(ly_text *out, ly_value string, bool attribute)
{
    const ly_string *s = ly_string_of(string);
    for (size_t i = 0; i < s->bytes; i++) {
        char c = s->data[i];
        if (c == '&')
            ly_text_puts(out, "&amp;");
        else if (c == '<')
            ly_text_puts(out, "&lt;");
        else if (c == '>')
            ly_text_puts(out, "&gt;");
        else if (c == '"' && attribute)
            ly_text_puts(out, "&quot;");
        else if (c == '\'' && attribute)
            ly_text_puts(out, "&apos;");
        else
            ly_text_putc(out, c);
    }
}

/* The prefix that stands for uri, from the declarations around; the uri itself where there is none.
 */
static ly_value prefix_of(const writer *w, ly_value uri)
{
    for (int i = w->depth - 1; i >= 0; i--)
        for (uint32_t k = 0; w->scopes[i] && k < w->scopes[i]->count; k++) {
            ly_value rule = w->scopes[i]->args[k];
            if (!ly_has_shape(rule, LY_SYM(Rule), 2) || !ly_same(ly_expr_of(rule)->args[1], uri))
                continue;
            ly_value key = ly_expr_of(rule)->args[0];
            if (ly_has_shape(key, LY_SYM(List), 2) && ly_string_is(ly_expr_of(key)->args[0], XMLNS))
                return ly_expr_of(key)->args[1];
        }
    return uri;
}

static bool put_name(writer *w, ly_value name)
{
    if (ly_is_string(name)) {
        ly_text_add(w->out, ly_string_of(name)->data, ly_string_of(name)->bytes);
        return true;
    }
    if (!ly_has_shape(name, LY_SYM(List), 2)) return false;
    ly_value uri = ly_expr_of(name)->args[0], local = ly_expr_of(name)->args[1];
    if (!ly_is_string(uri) || !ly_is_string(local)) return false;
    if (ly_string_is(uri, XMLNS)) {
        if (!ly_string_is(local, "xmlns")) ly_text_puts(w->out, "xmlns:");
    } else {
        ly_value prefix = prefix_of(w, uri);
        if (!ly_string_is(prefix, "xmlns") && ly_string_of(prefix)->bytes) {
            ly_text_add(w->out, ly_string_of(prefix)->data, ly_string_of(prefix)->bytes);
            ly_text_putc(w->out, ':');
        }
    }
    ly_text_add(w->out, ly_string_of(local)->data, ly_string_of(local)->bytes);
    return true;
}

typedef struct putting {
    writer *w;
    ly_value v;
    int indent;
} putting;
static bool put_element(writer *w, ly_value v, int indent);
static void *put_deeper(ly_context *cx, void *argument)
{
    putting *p = argument;
    (void)cx;
    return put_element(p->w, p->v, p->indent) ? p : NULL;
}

static bool put_element(writer *w, ly_value v, int indent)
{
    if (ly_stack_low(w->cx)) {
        putting p = {w, v, indent};
        return ly_on_new_stack(w->cx, put_deeper, &p) != NULL;
    }
    if (!ly_has_shape(v, LY_SYM(XMLElement), 3) || w->depth >= NESTING) return false;
    ly_expr *e = ly_expr_of(v);
    if (!ly_has_head(e->args[1], LY_SYM(List)) || !ly_has_head(e->args[2], LY_SYM(List)))
        return false;
    ly_expr *attributes = ly_expr_of(e->args[1]), *items = ly_expr_of(e->args[2]);
    w->scopes[w->depth++] = attributes;
    ly_text_putc(w->out, '<');
    bool ok = put_name(w, e->args[0]), mixed = false;
    for (uint32_t i = 0; ok && i < attributes->count; i++) {
        ly_value rule = attributes->args[i];
        ok = ly_has_shape(rule, LY_SYM(Rule), 2) && ly_is_string(ly_expr_of(rule)->args[1]);
        if (!ok) break;
        ly_text_putc(w->out, ' ');
        ok = put_name(w, ly_expr_of(rule)->args[0]);
        ly_text_puts(w->out, "='");
        put_escaped(w->out, ly_expr_of(rule)->args[1], true);
        ly_text_putc(w->out, '\'');
    }
    for (uint32_t i = 0; i < items->count; i++) mixed |= ly_is_string(items->args[i]);
    ly_text_puts(w->out, items->count ? ">" : " />");
    for (uint32_t i = 0; ok && i < items->count; i++) {
        if (ly_is_string(items->args[i])) {
            put_escaped(w->out, items->args[i], false);
            continue;
        }
        if (!mixed) ly_text_printf(w->out, "\n%*s", indent + 1, "");
        ok = put_element(w, items->args[i], indent + 1);
    }
    if (ok && items->count) {
        if (!mixed) ly_text_printf(w->out, "\n%*s", indent, "");
        ly_text_puts(w->out, "</");
        ok = put_name(w, e->args[0]);
        ly_text_putc(w->out, '>');
    }
    w->depth--;
    return ok && !w->out->failed;
}

static void put_declaration(ly_text *out, ly_value v)
{
    if (!ly_is_expr(v) || !ly_has_shape(ly_expr_of(v)->head, LY_SYM(XMLObject), 1)
        || !ly_string_is(ly_expr_of(ly_expr_of(v)->head)->args[0], "Declaration"))
        return;
    ly_text_puts(out, "<?xml");
    for (uint32_t i = 0; i < ly_expr_of(v)->count; i++) {
        ly_value rule = ly_expr_of(v)->args[i];
        if (!ly_has_shape(rule, LY_SYM(Rule), 2) || !ly_is_string(ly_expr_of(rule)->args[0])
            || !ly_is_string(ly_expr_of(rule)->args[1]))
            continue;
        ly_text_putc(out, ' ');
        for (const char *p = ly_string_of(ly_expr_of(rule)->args[0])->data; *p; p++)
            ly_text_putc(out, (char)tolower((unsigned char)*p));
        ly_text_puts(out, "='");
        put_escaped(out, ly_expr_of(rule)->args[1], true);
        ly_text_putc(out, '\'');
    }
    ly_text_puts(out, "?>\n");
}

bool xml_write(ly_context *cx, ly_text *text, ly_value v)
{
    writer *w = ly_calloc(1, sizeof *w);
    if (!w) return false;
    *w = (writer){.cx = cx, .out = text};
    if (is_document(v)) {
        ly_value prolog = ly_expr_of(v)->args[0];
        for (uint32_t i = 0; ly_has_head(prolog, LY_SYM(List)) && i < ly_expr_of(prolog)->count;
             i++)
            put_declaration(text, ly_expr_of(prolog)->args[i]);
        v = ly_expr_of(v)->args[1];
    }
    bool ok = put_element(w, v, 0);
    ly_free(w);
    return ok;
}

BUILTIN_SYMBOL(XMLElement, LY_PROTECTED,
               "XMLElement[tag, {attribute -> value, …}, {content, …}] is an XML element.")
BUILTIN_SYMBOL(XMLObject, LY_PROTECTED,
               "XMLObject[\"type\"] is the head of objects in symbolic XML.")
