/* emit_fork.c: futures in clones: branches that others may take (stdlib/parallel/forks.c).

   A clone that takes futures of its own calls is written twice: NAME computes them at once, and
   NAME_forked begins a branch for each where that is wanted, and ends it before the first use of its
   value, or on the way out. NAME_forked is for the upper part of the tree of calls, and for the caller's
   own line, where tasks and scopes are counted; NAME is for what lies below. */
#include "codegen/kernel.h"

bool has_branches(const typed_clone *c)
{
    return c->forks && c->deep && !c->again && !c->passes && c->argument_count <= LY_MOST_WORDS &&
           (c->result.base == TYPE_INT || c->result.base == TYPE_REAL);
}

bool awaits(const node *n)
{
    if (n->forks && n->op == OP_APPLY) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && awaits(n->kids[i])) return true;
    return n->plain && awaits(n->plain);
}

static char field(type t) { return t.base == TYPE_REAL ? 'r' : 'i'; }

void emit_fork(kernel_text *t, node *n)
{
    frame *f = &t->f;
    typed_clone *c = t->clone;
    node *call = n->kids[0]->plain;
    kernel_variable *x = kernel_local(t->k, n->local);
    const char *name = x->name, *arguments = "";
    if (!t->forked || t->branch_count == LY_MOST_BRANCHES) {
        for (uint32_t i = 0; i < call->count; i++) arguments = text(f, "%s, %s", arguments, clone_argument(t, c, i, call->kids[i]));
        line(f, "%s = %s(cx%s, levels - %u);", name, c->name, arguments, call->depth);
        if (t->forked) line(f, "cx->tasks_submitted++;");
        return;
    }
    const char *values[LY_MOST_WORDS], *branch = temp_name(f, "branch");
    for (uint32_t i = 0; i < call->count; i++) {
        values[i] = clone_argument(t, c, i, call->kids[i]);
        arguments = text(f, "%s, %s", arguments, values[i]);
    }
    line(f, "ly_branch %s;", branch);
    line(f, "const bool %s_begun = ly_fork_wanted(fork);", branch);
    open_block(f, "if (%s_begun)", branch);
    line(f, "%s.run = %s_branch;", branch, c->name);
    for (uint32_t i = 0; i < call->count; i++) line(f, "%s.words[%u].%c = %s;", branch, i, field(c->arguments[i]), values[i]);
    line(f, "%s.levels = levels - %u;", branch, call->depth);
    line(f, "ly_fork_begin(fork, &%s);", branch);
    f->indent--;
    open_block(f, "} else");
    line(f, "const uint64_t serials = cx->temporary_serial;");
    line(f, "%s = %s(cx%s, levels - %u);", name, c->name, arguments, call->depth);
    line(f, "cx->temporary_serial = serials;");
    close_block(f);
    line(f, "cx->tasks_submitted++;");
    if (n->local->kind == LOCAL_VARIABLE) line(f, "cx->temporary_serial++;");
    t->branches[t->branch_count].branch = branch;
    t->branches[t->branch_count++].value = x;
}

void join_branches(kernel_text *t)
{
    while (t->branch_count) {
        const char *branch = t->branches[--t->branch_count].branch;
        const kernel_variable *x = t->branches[t->branch_count].value;
        open_block(&t->f, "if (%s_begun)", branch);
        line(&t->f, "ly_fork_end(fork, &%s);", branch);
        line(&t->f, "%s = %s.result.%c;", x->name, branch, field(x->type));
        close_block(&t->f);
    }
}

void leave_branches(kernel_text *t, const char *condition)
{
    open_block(&t->f, "if (%s)", condition);
    line(&t->f, "ly_give_up(cx);");
    for (uint32_t i = t->branch_count; i-- > 0;) {
        const char *branch = t->branches[i].branch;
        line(&t->f, "if (%s_begun) ly_fork_end(fork, &%s);", branch, branch);
    }
    line(&t->f, "return 0;");
    close_block(&t->f);
}

void write_branch(emitter *e, const typed_clone *c)
{
    program *p = e->p;
    const char *arguments = "";
    for (uint32_t i = 0; i < c->argument_count; i++)
        arguments = program_text(p, "%s, %sb->words[%u].%c", arguments, c->arguments[i].base == TYPE_BOOL ? "(int)" : "", i,
                                 field(c->arguments[i]));
    ly_text_printf(&e->prototypes, "static void %s_branch(ly_context *cx, ly_fork *fork, ly_branch *b);\n", c->name);
    ly_text_printf(&e->kernels, "\nstatic void %s_branch(ly_context *cx, ly_fork *fork, ly_branch *b)\n{\n", c->name);
    ly_text_printf(&e->kernels, "    int64_t levels = b->elsewhere ? ly_levels(cx, level_size) : b->levels;\n");
    ly_text_printf(&e->kernels, "    b->result.%c = %s_forked(cx%s, levels, fork);\n}\n", field(c->result), c->name, arguments);
}
