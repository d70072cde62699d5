/* url.c: URLs and the percent encoding (RFC 3986). */
#include "stdlib/strings/strings.h"

static void encode(ly_text *out, const char *bytes, size_t count, bool plus)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'
            || c == '_' || c == '.' || c == '~')
            ly_text_putc(out, (char)c);
        else if (plus && c == ' ')
            ly_text_putc(out, '+');
        else
            ly_text_printf(out, "%%%02X", c);
    }
}

static int hex(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

static ly_value decode(ly_context *cx, const char *bytes, size_t count, bool plus)
{
    ly_text out = {0};
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '%' && i + 2 < count && hex(bytes[i + 1]) >= 0 && hex(bytes[i + 2]) >= 0) {
            ly_text_putc(&out, (char)(hex(bytes[i + 1]) << 4 | hex(bytes[i + 2])));
            i += 2;
        } else {
            ly_text_putc(&out, plus && bytes[i] == '+' ? ' ' : bytes[i]);
        }
    }
    return ly_text_string(cx, &out);
}

static ly_value encode_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    ly_text out = {0};
    encode(&out, ly_string_of(string)->data, ly_string_of(string)->bytes, false);
    return ly_text_string(cx, &out);
}
BUILTIN(URLEncode, url_encode, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "URLEncode[\"string\"] encodes characters that may not stand in a URL as %xx.")
static ly_value url_encode(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0])) return LY_UNEVALUATED;
    return string_thread(cx, call, encode_one, NULL);
}

static ly_value decode_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    return decode(cx, ly_string_of(string)->data, ly_string_of(string)->bytes, true);
}
BUILTIN(URLDecode, url_decode, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "URLDecode[\"string\"] undoes URLEncode.")
static ly_value url_decode(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0])) return LY_UNEVALUATED;
    return string_thread(cx, call, decode_one, NULL);
}

/* ---- queries --------------------------------------------------------------------------------- */

static bool is_rule(ly_value v)
{
    return ly_has_shape(v, LY_SYM(Rule), 2) || ly_has_shape(v, LY_SYM(RuleDelayed), 2);
}

static bool add_text(ly_context *cx, ly_text *out, ly_value v)
{
    ly_value text = ly_is_string(v) ? ly_retain(v) : ly_call1(cx, LY_SYM(ToString), ly_retain(v));
    bool ok = ly_is_string(text);
    if (ok) encode(out, ly_string_of(text)->data, ly_string_of(text)->bytes, true);
    ly_release(cx, text);
    return ok;
}

/* Adds key=value&… of rules or an association; 0: it is neither, -1: failed. */
static int add_query(ly_context *cx, ly_text *out, ly_value v)
{
    bool first = true;
    if (ly_is_association(v)) {
        const ly_entry *entry;
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));
             first = false) {
            if (!first) ly_text_putc(out, '&');
            if (!add_text(cx, out, entry->key)) return -1;
            ly_text_putc(out, '=');
            if (!add_text(cx, out, entry->value)) return -1;
        }
        return 1;
    }
    size_t n = ly_has_head(v, LY_SYM(List)) ? ly_expr_of(v)->count : 1;
    for (size_t i = 0; i < n; i++) {
        ly_value rule = ly_has_head(v, LY_SYM(List)) ? ly_expr_of(v)->args[i] : v;
        if (!is_rule(rule)) return 0;
        if (i) ly_text_putc(out, '&');
        if (!add_text(cx, out, ly_expr_of(rule)->args[0])) return -1;
        ly_text_putc(out, '=');
        if (!add_text(cx, out, ly_expr_of(rule)->args[1])) return -1;
    }
    return 1;
}

BUILTIN(URLQueryEncode, url_query_encode, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "URLQueryEncode[{key -> value, …}] gives the query string of a URL.")
static ly_value url_query_encode(ly_context *cx, ly_expr *call)
{
    ly_text out = {0};
    int status = add_query(cx, &out, call->args[0]);
    if (status > 0) return ly_text_string(cx, &out);
    ly_text_free(&out);
    return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
}

static ly_value query_rules(ly_context *cx, const char *p, const char *end)
{
    ly_builder rules = ly_builder_new();
    while (p < end) {
        const char *stop = memchr(p, '&', (size_t)(end - p));
        if (!stop) stop = end;
        const char *equals = memchr(p, '=', (size_t)(stop - p));
        const char *key_end = equals ? equals : stop, *value = equals ? equals + 1 : stop;
        if (stop > p) {
            ly_value rule = ly_make2(cx, LY_SYM(Rule), decode(cx, p, (size_t)(key_end - p), true),
                                     decode(cx, value, (size_t)(stop - value), true));
            if (!ly_builder_add(cx, &rules, rule)) return LY_FAILED;
        }
        p = stop + 1;
    }
    return ly_builder_finish(cx, &rules, LY_SYM(List));
}
BUILTIN(URLQueryDecode, url_query_decode, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "URLQueryDecode[\"query\"] gives the keys and values of a query string as rules.")
static ly_value url_query_decode(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0])) return LY_UNEVALUATED;
    const ly_string *s = ly_string_of(call->args[0]);
    return query_rules(cx, s->data, s->data + s->bytes);
}

/* ---- parts of a URL -------------------------------------------------------------------------- */

typedef struct url {
    const char *scheme, *scheme_end, *user, *user_end, *domain, *domain_end, *port, *port_end;
    const char *path, *path_end, *query, *query_end, *fragment, *fragment_end;
} url;

static url parse_url(const ly_string *s)
{
    url u = {0};
    const char *p = s->data, *end = p + s->bytes;
    const char *hash = memchr(p, '#', (size_t)(end - p));
    if (hash) u.fragment = hash + 1, u.fragment_end = end, end = hash;
    const char *mark = memchr(p, '?', (size_t)(end - p));
    if (mark) u.query = mark + 1, u.query_end = end, end = mark;
    const char *colon = p;
    while (colon < end && ((*colon | 32) >= 'a' && (*colon | 32) <= 'z')) colon++;
    while (colon < end && colon > p
           && (((*colon | 32) >= 'a' && (*colon | 32) <= 'z') || (*colon >= '0' && *colon <= '9')
               || strchr("+-.", *colon)))
        colon++;
    if (colon > p && colon < end && *colon == ':') {
        u.scheme = p, u.scheme_end = colon;
        p = colon + 1;
    }
    if (end - p >= 2 && p[0] == '/' && p[1] == '/') {
        p += 2;
        const char *stop = memchr(p, '/', (size_t)(end - p));
        if (!stop) stop = end;
        const char *at = memchr(p, '@', (size_t)(stop - p));
        if (at) u.user = p, u.user_end = at, p = at + 1;
        const char *port = stop;
        while (port > p && port[-1] >= '0' && port[-1] <= '9') port--;
        u.domain = p, u.domain_end = stop;
        if (port > p && port[-1] == ':' && port < stop)
            u.port = port, u.port_end = stop, u.domain_end = port - 1;
        p = stop;
    }
    u.path = p, u.path_end = end;
    return u;
}

static ly_value lower_text(ly_context *cx, const char *from, const char *to)
{
    if (!from) return LY_SYM(None);
    return ly_call1(cx, LY_SYM(ToLowerCase), decode(cx, from, (size_t)(to - from), false));
}
static ly_value plain_text(ly_context *cx, const char *from, const char *to)
{
    return from ? decode(cx, from, (size_t)(to - from), false) : LY_SYM(None);
}

static ly_value path_pieces(ly_context *cx, const url *u)
{
    ly_builder pieces = ly_builder_new();
    const char *p = u->path;
    while (p < u->path_end || (p == u->path_end && p > u->path && p[-1] == '/')) {
        const char *stop = memchr(p, '/', (size_t)(u->path_end - p));
        if (!stop) stop = u->path_end;
        if (!ly_builder_add(cx, &pieces, decode(cx, p, (size_t)(stop - p), false)))
            return LY_FAILED;
        p = stop + 1;
    }
    return ly_builder_finish(cx, &pieces, LY_SYM(List));
}

static ly_value url_part(ly_context *cx, const ly_string *s, const url *u, ly_value name)
{
    if (ly_string_is(name, "Scheme")) return lower_text(cx, u->scheme, u->scheme_end);
    if (ly_string_is(name, "User")) return plain_text(cx, u->user, u->user_end);
    if (ly_string_is(name, "Domain")) return lower_text(cx, u->domain, u->domain_end);
    if (ly_string_is(name, "Port"))
        return u->port ? ly_integer_from_digits(cx, u->port, (size_t)(u->port_end - u->port), 10)
                       : LY_SYM(None);
    if (ly_string_is(name, "Path")) return path_pieces(cx, u);
    if (ly_string_is(name, "PathString"))
        return ly_string_new(cx, u->path, (size_t)(u->path_end - u->path));
    if (ly_string_is(name, "Query"))
        return u->query ? query_rules(cx, u->query, u->query_end) : ly_make0(cx, LY_SYM(List));
    if (ly_string_is(name, "QueryString"))
        return u->query ? ly_string_new(cx, u->query, (size_t)(u->query_end - u->query))
                        : LY_SYM(None);
    if (ly_string_is(name, "Fragment")) return plain_text(cx, u->fragment, u->fragment_end);
    if (ly_string_is(name, "AbsolutePath"))
        return ly_string_new(cx, s->data, (size_t)(u->path_end - s->data));
    if (ly_string_is(name, "AbsoluteDomain"))
        return ly_string_new(cx, s->data, (size_t)(u->path - s->data));
    return LY_UNEVALUATED;
}

BUILTIN(URLParse, url_parse, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "URLParse[\"url\"] gives the parts of a URL; URLParse[\"url\", \"part\"] one of them.")
static ly_value url_parse(ly_context *cx, ly_expr *call)
{
    static const char *const names[] = {"Scheme", "User",  "Domain",  "Port",
                                        "Path",   "Query", "Fragment"};
    if (!ly_is_string(call->args[0])) return LY_UNEVALUATED;
    const ly_string *s = ly_string_of(call->args[0]);
    url u = parse_url(s);
    if (call->count == 2 && ly_is_string(call->args[1])) return url_part(cx, s, &u, call->args[1]);
    if (call->count == 2) {
        if (!string_list(call->args[1])) return LY_UNEVALUATED;
        ly_builder parts = ly_builder_new();
        for (size_t i = 0; i < ly_expr_of(call->args[1])->count; i++) {
            ly_value part = url_part(cx, s, &u, ly_expr_of(call->args[1])->args[i]);
            if (part == LY_UNEVALUATED || !ly_builder_add(cx, &parts, part)) {
                ly_builder_drop(cx, &parts);
                return part == LY_UNEVALUATED ? part : LY_FAILED;
            }
        }
        return ly_builder_finish(cx, &parts, LY_SYM(List));
    }
    ly_value all = ly_association_new(cx, 7);
    for (size_t i = 0; i < 7 && !ly_failed(all); i++) {
        ly_value name = ly_string_from(cx, names[i]);
        all = ly_association_set_take(cx, all, name, url_part(cx, s, &u, name), false);
    }
    return all;
}

static ly_value part_named(ly_value v, const char *name)
{
    const ly_entry *entry;
    for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));)
        if (ly_string_is(entry->key, name))
            return entry->value == LY_SYM(None) ? LY_FAILED : entry->value;
    return LY_FAILED;
}

BUILTIN(URLBuild, url_build, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "URLBuild[<|\"Scheme\" -> …, \"Domain\" -> …, …|>] gives a URL of these parts; "
        "URLBuild[{part, …}, query] "
        "of path parts and query.")
static ly_value url_build(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], query = call->count == 2 ? call->args[1] : LY_FAILED, part;
    ly_text out = {0};
    bool ok = true;
    if (ly_is_association(v)) {
        if (ly_is_string(part = part_named(v, "Scheme"))) {
            ly_text_add(&out, ly_string_of(part)->data, ly_string_of(part)->bytes);
            ly_text_puts(&out, "://");
        }
        if (ly_is_string(part = part_named(v, "User"))) {
            ly_text_add(&out, ly_string_of(part)->data, ly_string_of(part)->bytes);
            ly_text_putc(&out, '@');
        }
        if (ly_is_string(part = part_named(v, "Domain")))
            ly_text_add(&out, ly_string_of(part)->data, ly_string_of(part)->bytes);
        if (ly_is_int(part = part_named(v, "Port")))
            ly_text_printf(&out, ":%lld", (long long)ly_int_of(part));
        part = part_named(v, "Path");
        if (ly_failed(query)) query = part_named(v, "Query");
    } else {
        part = v;
    }
    if (ly_is_string(part)) {
        ly_text_add(&out, ly_string_of(part)->data, ly_string_of(part)->bytes);
    } else if (ly_has_head(part, LY_SYM(List))) {
        for (size_t i = 0; ok && i < ly_expr_of(part)->count; i++) {
            ly_value piece = ly_expr_of(part)->args[i];
            ok = ly_is_string(piece);
            if (!ok) break;
            if (i) ly_text_putc(&out, '/');
            if (i == 0 && !ly_is_association(v))
                ly_text_add(&out, ly_string_of(piece)->data, ly_string_of(piece)->bytes);
            else
                encode(&out, ly_string_of(piece)->data, ly_string_of(piece)->bytes, false);
        }
    } else {
        ok = ly_is_association(v);
    }
    if (ok && !ly_failed(query) && !ly_has_shape(query, LY_SYM(List), 0)) {
        ly_text_putc(&out, '?');
        ok = add_query(cx, &out, query) > 0;
    }
    if (ok && ly_is_association(v) && ly_is_string(part = part_named(v, "Fragment"))) {
        ly_text_putc(&out, '#');
        encode(&out, ly_string_of(part)->data, ly_string_of(part)->bytes, false);
    }
    if (ok) return ly_text_string(cx, &out);
    ly_text_free(&out);
    return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
}
