/* build.c: the pipeline of `lyra build` and `lyra run`: its passes, in their order.

   No pass evaluates a statement of the program: what the context here is used for is to find names
   (read.c) and to know attributes and arities of built-ins. */
#include <errno.h>
#include <string.h>

#include "abi.h"
#include "codegen/codegen.h"
#include "compiler/program.h"

const char *const ly_pass_names[] = {"read", "definitions", "lowered", "analysed", "typed", "c", NULL};
const char *const ly_pass_notes[] = {
    "the statements, in the order in which they run",
    "the definitions: their rules in order of application",
    "right sides and statements as trees; what the evaluator does is marked `evaluate`",
    "the same, with where locals live and where each is read last",
    "the same, with which loops have a form on unboxed numbers, of which variables, and why the others have none",
    "the C text", NULL};

/* True if the user asked to see what this pass leaves, and has now seen it. */
static bool dumped(program *p, const char *pass)
{
    if (!p->options->dump || strcmp(p->options->dump, pass) != 0) return false;
    dump_pass(p, pass, stdout);
    return true;
}

static void say(const program *p, const char *pass)
{
    if (p->options->verbose) fprintf(stderr, "lyra: %s\n", pass);
}

bool compile_to_c(program *p, ly_text *c)
{
    say(p, "definitions");
    collect_definitions(p);
    if (dumped(p, "definitions")) return false;
    say(p, "lower");
    lower_program(p);
    if (dumped(p, "lowered")) return false;
    say(p, "analyse");
    analyse_program(p);
    if (dumped(p, "analysed")) return false;
    say(p, "types");
    infer_types(p);
    find_clones(p);
    find_kernels(p);
    find_pure_loops(p);
    if (dumped(p, "typed")) return false;
    say(p, "emit");
    emit_program(p, c);
    if (dumped(p, "c")) {
        fwrite(c->data, 1, c->count, stdout);
        return false;
    }
    return !p->failed;
}

static int compile(program *p)
{
    ly_text c = {0};
    say(p, "read");
    if (!read_program(p)) return p->status;
    if (dumped(p, "read")) return 0;
    int status = 0;
    bool compiled = compile_to_c(p, &c);
    if (compiled && p->options->report && !write_report(p)) {
        fprintf(stderr, "lyra: cannot write %s: %s\n", p->options->report, strerror(errno));
        status = 2;
    } else if (compiled) {
        status = compile_c(p->options, p->name, c.data, c.count);
    } else {
        status = p->status;
    }
    ly_text_free(&c);
    return status;
}

int ly_compile_program(const ly_compile_options *options)
{
    ly_context *cx = ly_context_new();
    program *p = cx ? program_new(options, cx) : NULL;
    if (!p) {
        fputs("lyra: out of memory\n", stderr);
        return 2;
    }
    int status = compile(p);
    program_free(p);
    ly_context_free(cx);
    return status;
}

ly_jit_status ly_jit_run(ly_context *cx, const ly_source *source, const char *const *folders,
                         size_t folder_count, const ly_jit_options *jit)
{
    ly_compile_options options = {.tiers = true, .sources = &source->name, .source_count = 1, .emit = LY_EMIT_OBJECT,
                                  .folders = folders, .folder_count = folder_count};
    ly_context *reader = ly_context_new();
    program *p = reader ? program_new(&options, reader) : NULL;
    const ly_module *module = NULL;
    ly_jit_status status = LY_JIT_REFUSED;
    if (p) {
        ly_text c = {0};
        if (!read_source(p, source)) status = LY_JIT_SYNTAX;
        else if (compile_to_c(p, &c)) module = jit_program(p, &c, jit);
        ly_text_free(&c);
        program_free(p);
    }
    if (reader) ly_context_free(reader);
    if (!module || !ly_module_attach(cx, module)) return status;
    ly_module_run(cx, module);
    return LY_JIT_RAN;
}
