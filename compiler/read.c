/* read.c: the program's files become statements.

   needs   the names of files
   leaves  program.statements in the order in which they run; units for the files that Get, Needs and
           << name literally, compiled in once each

   The reader finds symbols by $Context and $ContextPath, which statements change. Those that do so
   with literal names (Begin, BeginPackage, End, EndPackage, Needs) are followed here, in the
   compiler's own context. Where a statement changes them in a way that can't be followed, the rest
   of its file is read at run time, and the build says so. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/program.h"
#include "eval/eval.h"
#include "eval/session.h"

static void read_unit(program *p, unit *u, uint32_t index);
static unit *add_unit(program *p, const char *path, char *text, size_t count);

/* ---- what a statement does to the names of those that follow */

static bool is_literal_call(ly_value e, ly_value head)
{
    if (!ly_has_head(e, head)) return false;
    for (uint32_t i = 0; i < ly_expr_of(e)->count; i++) {
        ly_value a = ly_arg(ly_expr_of(e), i);
        bool strings = ly_has_head(a, LY_SYM(List));
        for (size_t k = 0; strings && k < ly_length(a); k++)
            strings = ly_is_string(ly_arg(ly_expr_of(a), k));
        if (!ly_is_string(a) && !strings) return false;
    }
    return true;
}

static bool changes_names(ly_value e)
{
    if (ly_is_symbol(e)) return e == LY_SYM($Context) || e == LY_SYM($ContextPath);
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Begin) || x->head == LY_SYM(BeginPackage) || x->head == LY_SYM(End) ||
        x->head == LY_SYM(EndPackage))
        return true;
    if (x->head == LY_SYM(Set) && x->count == 2) return changes_names(x->args[0]) || changes_names(x->args[1]);
    if (x->head == LY_SYM(AppendTo) || x->head == LY_SYM(PrependTo)) return x->count && changes_names(x->args[0]);
    if (x->head == LY_SYM(CompoundExpression) || x->head == LY_SYM(If) || x->head == LY_SYM(Quiet) ||
        x->head == LY_SYM(Module) || x->head == LY_SYM(With) || x->head == LY_SYM(Do)) {
        for (uint32_t i = 0; i < x->count; i++)
            if (changes_names(x->args[i])) return true;
    }
    return false;
}

static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode) && access(path, R_OK) == 0;
}

static const char *in_folder(program *p, const char *folder, int length, const char *name)
{
    const char *path = length == 0 || name[0] == '/' ? program_text(p, "%s", name)
                       : folder[length - 1] == '/' ? program_text(p, "%.*s%s", length, folder, name)
                                                   : program_text(p, "%.*s/%s", length, folder, name);
    return is_file(path) ? path : NULL;
}

/* Where Get finds a file at run time: beside the one that names it, in the folders of -I. */
static const char *find_file(program *p, const unit *from, const char *name)
{
    const char *slash = strrchr(from->path, '/');
    const char *path = slash ? in_folder(p, from->path, (int)(slash + 1 - from->path), name)
                             : in_folder(p, "", 0, name);
    for (size_t i = 0; !path && i < p->options->folder_count; i++)
        path = in_folder(p, p->options->folders[i], (int)strlen(p->options->folders[i]), name);
    return path;
}

/* A name as Get takes it: of a file, or of a context. */
static const char *find_named(program *p, const unit *from, const char *name)
{
    static const char *const endings[] = {".lyra", ".wl", ".m", "/Kernel/init.wl", "/Kernel/init.m",
                                          "/init.wl", "/init.m", NULL};
    size_t length = strlen(name);
    if (length == 0 || name[length - 1] != '`') return find_file(p, from, name);
    char *stem = program_text(p, "%.*s", (int)length - 1, name);
    for (char *c = stem; *c; c++)
        if (*c == '`') *c = '/';
    for (int i = 0; endings[i]; i++) {
        const char *path = find_file(p, from, program_text(p, "%s%s", stem, endings[i]));
        if (path) return path;
    }
    return NULL;
}

/* Compiles in the file that `from` names so. False: it has an error. */
static bool get_named(program *p, unit *from, const char *name)
{
    const char *path = find_named(p, from, name);
    uint32_t index;
    if (!path) return true; /* run time will say so */
    for (uint32_t i = 0; i < p->get_count; i++)
        if (strcmp(p->gets[i]->from, from->path) == 0 && strcmp(p->gets[i]->name, name) == 0) return true;
    for (index = 0; index < p->unit_count && strcmp(p->units[index]->path, path) != 0; index++) {}
    get *g = program_alloc(p, sizeof *g);
    *g = (get){from->path, program_text(p, "%s", name), index};
    if (index < p->unit_count) {
        program_add(p, p->gets, p->get_count, p->get_capacity, g);
        return true;
    }
    char *text;
    size_t count;
    if (!ly_session_read_file(path, &text, &count)) return true;
    ly_source source = {path, text, count};
    ly_diagnostics diagnostics = {0};
    bool right = ly_check_syntax(p->cx, &source, &diagnostics);
    ly_diagnostics_free(&diagnostics);
    if (!right) { /* it is met, and said, at run time: the program may never come there */
        ly_free(text);
        return true;
    }
    program_add(p, p->gets, p->get_count, p->get_capacity, g);
    read_unit(p, add_unit(p, path, text, count), index);
    return !p->failed;
}

static bool is_package(program *p, ly_value context)
{
    ly_value packages = ly_evaluate(p->cx, LY_SYM($Packages));
    bool has = false;
    for (size_t i = 0; ly_has_head(packages, LY_SYM(List)) && i < ly_length(packages); i++)
        has |= ly_same(ly_arg(ly_expr_of(packages), i), context);
    ly_release(p->cx, packages);
    return has;
}

/* Needs["context`"] and the contexts that BeginPackage names: loads and makes visible. */
static bool need(program *p, unit *from, ly_value context, const char *file)
{
    if (!is_package(p, context) && !get_named(p, from, file)) return false;
    return is_package(p, context);
}

static void evaluate_here(program *p, ly_value e) { ly_release(p->cx, ly_evaluate(p->cx, e)); }

/* Follows what a statement does to names; reads the files that it names. False: it can't be
   followed. */
static bool follow(program *p, unit *from, ly_value e)
{
    if (ly_has_head(e, LY_SYM(CompoundExpression))) {
        for (uint32_t i = 0; i < ly_expr_of(e)->count; i++)
            if (!follow(p, from, ly_arg(ly_expr_of(e), i))) return false;
        return true;
    }
    if (is_literal_call(e, LY_SYM(Get)) && ly_expr_of(e)->count == 1)
        return get_named(p, from, ly_string_of(ly_arg(ly_expr_of(e), 0))->data);
    if (is_literal_call(e, LY_SYM(Needs)) && ly_expr_of(e)->count >= 1) {
        const ly_expr *x = ly_expr_of(e);
        if (need(p, from, x->args[0], ly_string_of(x->args[x->count - 1])->data)) evaluate_here(p, e);
        return !p->failed;
    }
    if (is_literal_call(e, LY_SYM(BeginPackage)) && ly_expr_of(e)->count > 1) {
        ly_value needed = ly_expr_of(e)->args[1];
        for (size_t i = 0; i < (ly_is_string(needed) ? 1 : ly_length(needed)); i++) {
            ly_value context = ly_is_string(needed) ? needed : ly_arg(ly_expr_of(needed), i);
            if (!need(p, from, context, ly_string_of(context)->data)) return false;
        }
    }
    if (is_literal_call(e, LY_SYM(Begin)) || is_literal_call(e, LY_SYM(BeginPackage)) ||
        is_literal_call(e, LY_SYM(End)) || is_literal_call(e, LY_SYM(EndPackage))) {
        evaluate_here(p, e);
        return true;
    }
    return !changes_names(e);
}

/* ---- reading */

static bool check(program *p, const ly_source *source)
{
    ly_diagnostics diagnostics = {0};
    bool right = ly_check_syntax(p->cx, source, &diagnostics);
    if (!right) {
        ly_diagnostics_print(&diagnostics, source, stderr);
        p->failed = true;
        p->status = 1;
    }
    ly_diagnostics_free(&diagnostics);
    return right;
}

static void add_statement(program *p, unit *u, statement *s)
{
    program_add(p, u->statements, u->statement_count, u->statement_capacity, s);
}

/* When all files are read: their statements one file after the other. */
static void number_statements(program *p)
{
    for (uint32_t i = 0; i < p->unit_count; i++) {
        unit *u = p->units[i];
        u->first = p->statement_count;
        for (uint32_t k = 0; k < u->statement_count; k++)
            program_add(p, p->statements, p->statement_count, p->statement_capacity, u->statements[k]);
        u->last = p->statement_count;
    }
}

static void read_unit(program *p, unit *u, uint32_t index)
{
    ly_source source = {u->path, u->text, u->count};
    if (!check(p, &source)) return;
    ly_reader *reader = ly_reader_new(p->cx, &source);
    ly_value input;
    ly_span *span = NULL;
    bool followed = true;
    ly_place_mark mark = {0};
    while (followed && ly_read(reader, &input, &span) == LY_READ_INPUT) {
        statement *s = program_alloc(p, sizeof *s);
        s->input = program_keep(p, input);
        s->unit = index;
        s->begin = span ? span->begin : 0;
        s->end = ly_reader_offset(reader);
        if (p->options->report) note_places(p, index, s->input, span);
        ly_span_free(span);
        span = NULL;
        ly_place place = ly_place_after(&source, &mark, s->begin);
        s->line = place.line;
        s->column = place.column;
        add_statement(p, u, s);
        followed = follow(p, u, s->input);
        if (!followed && s->end < u->count) {
            statement *rest = program_alloc(p, sizeof *rest);
            *rest = *s;
            rest->rest = true;
            rest->begin = s->end;
            rest->end = u->count;
            rest->input = LY_SYM(Null);
            add_statement(p, u, rest);
            fprintf(stderr, "%s:%u:%u: note: what comes after this is read at run time: "
                            "the context is not known before\n", u->path, s->line, s->column);
        }
    }
    ly_reader_free(reader);
}

static unit *add_unit(program *p, const char *path, char *text, size_t count)
{
    unit *u = program_alloc(p, sizeof *u);
    u->path = path;
    u->text = text;
    u->count = count;
    program_add(p, p->units, p->unit_count, p->unit_capacity, u);
    return u;
}

/* The module's name: the file's, without folder and extension. */
static const char *name_of(program *p, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = program_text(p, "%s", strcmp(path, "-") == 0 ? "program" : slash ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot && dot != name) *dot = 0;
    return name;
}

bool read_program(program *p)
{
    for (size_t i = 0; i < p->options->source_count; i++) {
        const char *path = p->options->sources[i];
        char *text;
        size_t count;
        if (!ly_session_read_file(path, &text, &count)) {
            fprintf(stderr, "lyra: cannot read %s: %s\n", path, strerror(errno));
            p->failed = true;
            p->status = 2;
            return false;
        }
        add_unit(p, strcmp(path, "-") == 0 ? "<stdin>" : path, text, count);
    }
    p->name = name_of(p, p->options->sources[0]);
    p->main_units = p->unit_count;
    for (uint32_t i = 0; i < p->main_units && !p->failed; i++) read_unit(p, p->units[i], i);
    number_statements(p);
    return !p->failed;
}

bool read_source(program *p, const ly_source *source)
{
    char *text = ly_malloc(source->count + 1);
    if (!text) return false;
    memcpy(text, source->text, source->count);
    p->name = name_of(p, source->name);
    p->main_units = 1;
    read_unit(p, add_unit(p, source->name, text, source->count), 0);
    number_statements(p);
    return !p->failed;
}
