/* emit_choice.c: tests as C conditions, and If: the value of a test is True, False, or undecided, and then
   the call goes on by the evaluator with the value that it left. */
#include <string.h>

#include "codegen/frame.h"

/* ---- tests */

/* The value of a node whose last test was undecided: the call goes on by the evaluator. */
static void emit_undecided(frame *f, node *n, const char *into)
{
    uint32_t base = f->owned_count;
    const char *values = filling(f, n);
    line(f, "%s = ly_undecided(cx, %s, %u, %s);", into, emit_word(f->e, n->source), n->index, values);
    drop_made(f, base);
    fail_if(f, "ly_failed(%s)", into);
}

const char *emit_test(frame *f, node *n)
{
    const char *c = temp_name(f, "c");
    if (n->op == OP_PRIMITIVE && (primitives[n->primitive].kind == 't' || primitives[n->primitive].kind == 'q')) {
        operand o[2];
        uint32_t count = n->count;
        emit_operands(f, count, n->kids, o, false);
        line(f, "int %s = ly_test_%s(cx, %s%s%s);", c, primitives[n->primitive].name, o[0].text,
             count > 1 ? ", " : "", count > 1 ? o[1].text : "");
        for (uint32_t i = count; i-- > 0;) drop_operand(f, &o[i]);
        if (primitives[n->primitive].kind == 't') fail_if(f, "%s < 0", c);
        return c;
    }
    if (n->op == OP_NOT) {
        const char *inner = emit_test(f, n->kids[0]);
        line(f, "int %s = ly_test_not(cx, %s);", c, inner);
        fail_if(f, "%s < 0", c);
        return c;
    }
    if (n->op == OP_AND || n->op == OP_OR) {
        const char *going = n->op == OP_AND ? "LY_TRUE" : "LY_FALSE";
        line(f, "int %s = %s;", c, going);
        uint32_t depth = 0;
        f->branches++;
        for (uint32_t i = 0; i < n->count; i++) {
            if (i) {
                open_block(f, "if (%s == %s)", c, going);
                depth++;
            }
            const char *inner = emit_test(f, n->kids[i]);
            line(f, "%s = %s;", c, inner);
            open_block(f, "if (%s == LY_UNDECIDED)", inner);
            const char *t = temp_name(f, "t");
            uint32_t index = n->index;
            n->index = i;
            line(f, "ly_value %s;", t);
            emit_undecided(f, n, t);
            n->index = index;
            line(f, "%s = ly_test_value_take(cx, %s);", c, t);
            /* what follows was evaluated with it */
            if (i + 1 < n->count) line(f, "if (%s == %s) %s = LY_DECIDED + %s;", c, going, c, going);
            close_block(f);
        }
        while (depth--) close_block(f);
        f->branches--;
        disturb(f);
        if (n->count > 1) line(f, "if (%s >= LY_DECIDED) %s -= LY_DECIDED;", c, c);
        return c;
    }
    if (n->op == OP_CONSTANT && (n->value == LY_SYM(True) || n->value == LY_SYM(False)))
        return n->value == LY_SYM(True) ? "LY_TRUE" : "LY_FALSE";
    const char *v = emit_owned(f, n);
    line(f, "int %s = ly_test_value_take(cx, %s);", c, v);
    return c;
}

/* ---- control */

static void emit_if_undecided(frame *f, node *n, place place, const char *to)
{
    if (n->kids[3]) {
        line(f, "ly_release(cx, cx->undecided);");
        line(f, "cx->undecided = LY_FAILED;");
        emit_placed(f, n->kids[3], place, to);
        return;
    }
    const char *t = place == INTO ? to : temp_name(f, "t");
    if (place != INTO) line(f, "ly_value %s;", t);
    emit_undecided(f, n, t);
    if (place == DISCARD) line(f, "ly_release(cx, %s);", t);
    if (place == RETURN) {
        release_owned(f, 0, NULL);
        line(f, "return %s;", t);
    }
}

void emit_if(frame *f, node *n, place place, const char *to)
{
    ly_value known = n->kids[0]->op == OP_CONSTANT ? n->kids[0]->value : LY_FAILED;
    if (known == LY_SYM(True) || known == LY_SYM(False)) {
        emit_placed(f, n->kids[known == LY_SYM(True) ? 1 : 2], place, to);
        return;
    }
    const char *c = emit_test(f, n->kids[0]);
    bool decided = n->kids[0]->op == OP_PRIMITIVE && primitives[n->kids[0]->primitive].kind == 'q';
    uint32_t refreshes = f->refreshes, epoch = f->epoch;
    /* a branch that returns is a way of its own: what it consumes, the others still own */
    uint32_t owned = f->owned_count;
    const char **saved = program_alloc(f->e->p, (owned + 1) * sizeof *saved);
    if (owned) memcpy(saved, f->owned, owned * sizeof *saved);
    if (place != RETURN) f->branches++;
    open_block(f, "if (%s == LY_TRUE)", c);
    emit_placed(f, n->kids[1], place, to);
    if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
    f->owned_count = owned;
    if (f->refreshes != refreshes || f->epoch != epoch) disturb(f);
    bool nothing = !n->kids[2] && place == DISCARD; /* is to be done where it is False */
    if (!nothing) {
        f->indent--;
        if (decided) open_block(f, "} else");
        else open_block(f, "} else if (%s == LY_FALSE)", c);
        emit_placed(f, n->kids[2], place, to);
        if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
        f->owned_count = owned;
        if (f->refreshes != refreshes || f->epoch != epoch) disturb(f);
    }
    if (!decided) {
        f->indent--;
        if (nothing) open_block(f, "} else if (%s != LY_FALSE)", c);
        else open_block(f, "} else");
        emit_if_undecided(f, n, place, to);
        if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
        f->owned_count = owned;
    }
    if (place != RETURN) f->branches--;
    close_block(f);
    disturb(f);
}


/* ---- Switch */

/* The form's parts are known, and what it asks is asked in C. */
static bool is_asked_in_c(ly_value e)
{
    const ly_expr *x = ly_is_expr(e) ? ly_expr_of(e) : NULL;
    if (!x || x->head == LY_SYM(Blank)) return true;
    if (x->head != LY_SYM(Alternatives)) return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (!is_asked_in_c(x->args[i])) return false;
    return true;
}

/* One form after the other, each in the else of the one before; what no form matches stays as it is. */
void emit_switch(frame *f, node *n, place place, const char *to)
{
    const char *subject = emit_owned(f, n->kids[0]);
    bool owned_subject = n->kids[0]->op != OP_CONSTANT;
    if (owned_subject) own(f, subject);
    uint32_t owned = f->owned_count, blocks = 0;
    const char **saved = program_alloc(f->e->p, (owned + 1) * sizeof *saved);
    if (owned) memcpy(saved, f->owned, owned * sizeof *saved);
    bool open = false;
    f->branches++;
    for (uint32_t i = 1; i < n->count; i += 2) {
        node *form = n->kids[i];
        const char *test;
        if (form->op == OP_CONSTANT && is_asked_in_c(form->value)) {
            test = emit_form_test(f, form->value, subject);
        } else {
            if (open) {
                f->indent--;
                open_block(f, "} else");
                blocks++;
                open = false;
            }
            const char *c = temp_name(f, "c");
            operand o;
            emit_operands(f, 1, &form, &o, true);
            if (o.owned) disown(f, o.text);
            line(f, "int %s = ly_matches%s(cx, %s, %s);", c, o.owned ? "_take" : "", o.text, subject);
            fail_if(f, "%s < 0", c);
            test = c;
        }
        if (open) f->indent--;
        open_block(f, open ? "} else if (%s)" : "if (%s)", test);
        open = true;
        emit_placed(f, n->kids[i + 1], place, to);
        if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
        f->owned_count = owned;
        disturb(f);
    }
    f->indent--;
    open_block(f, "} else");
    uint32_t base = f->owned_count;
    const char *values = filling(f, n), *t = place == INTO ? to : temp_name(f, "t");
    if (place != INTO) line(f, "ly_value %s;", t);
    line(f, "%s = ly_evaluate_given(cx, %s, 0, 1, (ly_value[]){ly_retain(%s)}, %s);", t,
         emit_word(f->e, n->source), subject, values);
    drop_made(f, base);
    fail_if(f, "ly_failed(%s)", t);
    if (place == DISCARD) line(f, "ly_release(cx, %s);", t);
    if (place == RETURN) {
        release_owned(f, 0, NULL);
        line(f, "return %s;", t);
    }
    close_block(f);
    while (blocks--) close_block(f);
    f->branches--;
    disturb(f);
    if (owned_subject) {
        disown(f, subject);
        if (place != RETURN) line(f, "ly_release(cx, %s);", subject);
    }
}
