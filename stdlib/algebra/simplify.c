/* simplify.c: Simplify, FullSimplify, Refine's simple cases.

   Parts are simplified first; then the forms that algebra and a list of identities give are compared
   by their size, and the smallest wins, the one at hand where none is smaller. */
#include "fraction.h"

#include "eval/library.h"

static ly_rules *identity_rules(ly_context *cx)
{
    ly_value list = ly_library_variable(cx, "System`Identities`", "identities");
    return list ? ly_rules_of(cx, list) : NULL;
}

/* ---- size ------------------------------------------------------------------------------------- */

static size_t digits(ly_value v)
{
    if (ly_is_int(v)) {
        int64_t n = ly_int_of(v);
        size_t count = n < 0 ? 2 : 1;
        for (n = n < 0 ? -(n / 10) : n / 10; n; n /= 10) count++;
        return count;
    }
    if (ly_is_integer(v)) return mpz_sizeinbase(ly_bigint_of(v)->z, 10);
    return 2;
}

static size_t size_of(ly_context *cx, ly_value e)
{
    if (ly_is_integer(e)) return digits(e);
    if (ly_is_rational(e))
        return 1 + mpz_sizeinbase(mpq_numref(ly_rational_of(e)->q), 10) + mpz_sizeinbase(mpq_denref(ly_rational_of(e)->q), 10);
    if (ly_is_complex(e)) return 1 + size_of(cx, ly_complex_of(e)->re) + size_of(cx, ly_complex_of(e)->im);
    if (ly_is_number(e)) return 2;
    if (ly_is_packed(e)) return ly_packed_of(e)->total + 1;
    if (!ly_is_expr(e)) return 1;
    if (ly_stack_low(cx)) return ly_deeper(cx, size_of, LY_AS_WORD(cx), e);
    const ly_expr *x = ly_expr_of(e);
    size_t size = size_of(cx, x->head);
    for (uint32_t i = 0; i < x->count; i++) size += size_of(cx, x->args[i]);
    return size;
}

/* ---- forms ------------------------------------------------------------------------------------ */

/* Keeps the smaller of the two, the first where they are equal; consumes both. */
static ly_value smaller(ly_context *cx, ly_value best, size_t *size, ly_value candidate)
{
    if (!candidate) {
        ly_release(cx, best);
        return LY_FAILED;
    }
    size_t other = size_of(cx, candidate);
    if (other < *size) {
        ly_release(cx, best);
        *size = other;
        return candidate;
    }
    ly_release(cx, candidate);
    return best;
}

/* Numbers and powers of generators taken out of a polynomial or fraction, not factored further. */
static ly_value taken_out(ly_context *cx, ly_value e)
{
    ly_ring ring;
    ly_value result = LY_FAILED;
    ly_ring_new(cx, &ring, LY_FAILED, true);
    if (ly_ring_gather(&ring, e) && ly_ring_start(&ring)) {
        ly_fraction f;
        fmpq_mpoly_t n, d;
        ly_fraction_start(&ring, &f);
        fmpq_mpoly_init(n, ring.flint);
        fmpq_mpoly_init(d, ring.flint);
        if (ly_fraction_read(&f, e) && ly_fraction_numerator(&f, n) && ly_fraction_denominator(&f, d)) {
            ly_fraction g, h;
            /* 1/((1/n)) splits the content of n off */
            ly_fraction_start(&ring, &g);
            ly_fraction_start(&ring, &h);
            if (fmpq_mpoly_is_zero(n, ring.flint)) result = LY_INT(0);
            else if (ly_fraction_multiply(&g, n, -1) && ly_fraction_multiply(&h, d, -1)) {
                ly_value top = ly_fraction_write(&g), below = ly_fraction_write(&h);
                result = ly_product_take(cx, ly_raised_take(cx, top, LY_INT(-1)), below);
            }
            ly_fraction_end(&g);
            ly_fraction_end(&h);
        } else if (cx->pending.kind == LY_PENDING_NONE) {
            result = ly_retain(e);
        }
        fmpq_mpoly_clear(n, ring.flint);
        fmpq_mpoly_clear(d, ring.flint);
        ly_fraction_end(&f);
    }
    ly_ring_free(&ring);
    return result;
}

static bool is_algebraic(ly_value e)
{
    return ly_is_plus(e) || ly_is_times(e) || ly_is_power(e);
}

/* Numerator over denominator, both written out, a sign in front. */
static ly_value plain_fraction(ly_context *cx, ly_value e)
{
    ly_value t = ly_together(cx, e);
    ly_value n = t ? ly_call1(cx, LY_SYM(Numerator), ly_retain(t)) : LY_FAILED;
    ly_value d = n ? ly_call1(cx, LY_SYM(Denominator), ly_retain(t)) : LY_FAILED;
    ly_release(cx, t);
    n = n ? ly_expand_take(cx, n) : n;
    d = d ? ly_expand_take(cx, d) : d;
    int sign = 1;
    ly_value parts[2] = {n, d};
    for (int i = 0; i < 2; i++) { /* a sum that begins with a minus */
        if (!parts[i] || !ly_is_plus(parts[i])) continue;
        bool all = true;
        for (uint32_t j = 0; j < ly_expr_of(parts[i])->count && all; j++) {
            ly_value c = ly_operand(ly_arg(ly_expr_of(parts[i]), j), LY_SYM(Times), 0);
            all = ly_is_number(c) && ly_is_real_number(c) && ly_sign(c) < 0;
        }
        if (!all) continue;
        sign = -sign;
        parts[i] = ly_expand_take(cx, ly_product_take(cx, LY_INT(-1), parts[i]));
    }
    ly_value q = ly_quotient_take(cx, parts[0], parts[1]);
    return sign < 0 ? ly_product_take(cx, LY_INT(-1), q) : q;
}

static ly_value smallest(ly_context *cx, ly_value e)
{
    size_t size = size_of(cx, e);
    ly_value best = ly_retain(e);
    if (!is_algebraic(e) || size > 20000) return best;
    best = smaller(cx, best, &size, ly_expand(cx, e, LY_FAILED));
    if (best) best = smaller(cx, best, &size, plain_fraction(cx, e));
    if (best) best = smaller(cx, best, &size, ly_together(cx, e));
    if (best && ly_is_plus(best)) { /* a product is preferred to a sum of the same size */
        size_t one_more = size + 1;
        best = smaller(cx, best, &one_more, taken_out(cx, e));
        size = best ? size_of(cx, best) : size;
    } else if (best) {
        best = smaller(cx, best, &size, taken_out(cx, e));
    }
    if (best) best = smaller(cx, best, &size, ly_call1(cx, LY_SYM(FactorSquareFree), ly_retain(e)));
    return best;
}

static ly_value by_identities(ly_context *cx, ly_value e)
{
    ly_rules *rules = identity_rules(cx);
    if (!rules) return LY_FAILED;
    ly_rules_retain(rules);
    ly_value result = ly_rules_apply(cx, rules, e);
    ly_rules_free(cx, rules);
    if (result == LY_UNEVALUATED) return ly_retain(e);
    return result ? ly_evaluate_take(cx, result) : result;
}

/* The smallest form that is found by going from one to the next. Consumes current. */
static ly_value reduced(ly_context *cx, ly_value current)
{
    for (int round = 0; round < 8 && current && is_algebraic(current); round++) {
        size_t before = size_of(cx, current), now;
        ly_value next = smallest(cx, current);
        if (next) {
            now = size_of(cx, next);
            next = smaller(cx, next, &now, by_identities(cx, next));
        }
        if (next) next = smaller(cx, next, &now, by_identities(cx, current));
        if (next) { /* identities often show in the expanded form */
            ly_value expanded = ly_expand(cx, current, LY_FAILED);
            next = expanded ? smaller(cx, next, &now, by_identities(cx, expanded)) : LY_FAILED;
            ly_release(cx, expanded);
        }
        ly_release(cx, current);
        current = next;
        if (!current || now >= before) break;
    }
    return current;
}

typedef struct simplify_call {
    ly_value e, result;
} simplify_call;

static ly_value simplified(ly_context *cx, ly_value e);

static void *simplify_again(ly_context *cx, void *argument)
{
    simplify_call *call = argument;
    call->result = simplified(cx, call->e);
    return call;
}

static ly_value simplified(ly_context *cx, ly_value e)
{
    if (ly_is_association(e) || !ly_is_expr(e)) return ly_retain(e);
    if (ly_stack_low(cx)) {
        simplify_call call = {e, LY_FAILED};
        ly_on_new_stack(cx, simplify_again, &call);
        return call.result;
    }
    if (ly_poll(cx)) return LY_FAILED;
    const ly_expr *x = ly_expr_of(e);
    ly_expr *copy = ly_expr_new(cx, x->head, x->count);
    if (!copy) return LY_FAILED;
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value part = simplified(cx, x->args[i]);
        if (!part) {
            ly_release(cx, ly_from_object(copy));
            return LY_FAILED;
        }
        copy->args[i] = part;
    }
    bool changed = false;
    for (uint32_t i = 0; i < x->count && !changed; i++) changed = copy->args[i] != x->args[i];
    ly_value current;
    if (changed) {
        current = ly_evaluate_take(cx, ly_from_object(copy));
        if (!current) return current;
        if (current != e && size_of(cx, current) > size_of(cx, e)) {
            ly_release(cx, current);
            current = ly_retain(e);
        }
    } else {
        ly_release(cx, ly_from_object(copy));
        current = ly_retain(e);
    }
    current = reduced(cx, current);
    if (current && is_algebraic(e) && !ly_same(current, e)) { /* the whole may do better than its parts */
        ly_value whole = reduced(cx, ly_retain(e));
        size_t now = size_of(cx, current);
        current = smaller(cx, current, &now, whole);
    }
    if (current && (ly_has_head(current, LY_SYM(Equal)) || ly_has_head(current, LY_SYM(Unequal))) &&
        ly_expr_of(current)->count == 2) {
        ly_value difference = ly_difference_take(cx, ly_retain(ly_arg(ly_expr_of(current), 0)),
                                                 ly_retain(ly_arg(ly_expr_of(current), 1)));
        difference = difference ? ly_expand_take(cx, difference) : difference;
        if (!difference || ly_is_number(difference)) {
            ly_value answer = difference ? ly_call2(cx, ly_expr_of(current)->head, difference, LY_INT(0)) : LY_FAILED;
            ly_release(cx, current);
            return answer;
        }
        ly_release(cx, difference);
    }
    if (current && (ly_has_head(current, LY_SYM(And)) || ly_has_head(current, LY_SYM(Or)))) {
        size_t now = size_of(cx, current);
        ly_value minimal = ly_call1(cx, LY_SYM(BooleanMinimize), ly_retain(current));
        current = smaller(cx, current, &now, minimal);
        if (current) {
            now = size_of(cx, current);
            current = smaller(cx, current, &now, ly_call1(cx, LY_SYM(DeleteDuplicates), ly_retain(current)));
        }
    }
    return current;
}

/* ---- assumptions ------------------------------------------------------------------------------ */

static bool add_facts(ly_context *cx, ly_builder *rules, ly_value assumption)
{
    static const struct {
        const char *head, *facts;
    } table[] = {
        {"Greater", "{(#1^p_)^q_ :> #1^(p q), Abs[#1] -> #1, Sign[#1] -> 1, Log[#1^p_] :> p Log[#1], Re[#1] -> #1, "
                    "Im[#1] -> 0, Conjugate[#1] -> #1, #1 > 0 -> True, #1 >= 0 -> True, #1 < 0 -> False, #1 <= 0 -> False, "
                    "#1 == 0 -> False, #1 != 0 -> True, UnitStep[#1] -> 1, Arg[#1] -> 0}"},
        {"GreaterEqual", "{Sqrt[#1^2] -> #1, Abs[#1] -> #1, Re[#1] -> #1, Im[#1] -> 0, Conjugate[#1] -> #1, #1 >= 0 -> True, "
                         "#1 < 0 -> False, UnitStep[#1] -> 1}"},
        {"Less", "{Sqrt[#1^2] -> -#1, Abs[#1] -> -#1, Sign[#1] -> -1, Re[#1] -> #1, Im[#1] -> 0, Conjugate[#1] -> #1, "
                 "#1 < 0 -> True, #1 <= 0 -> True, #1 > 0 -> False, #1 >= 0 -> False, #1 == 0 -> False, UnitStep[#1] -> 0, Arg[#1] -> Pi}"},
        {"LessEqual", "{Sqrt[#1^2] -> -#1, Abs[#1] -> -#1, Re[#1] -> #1, Im[#1] -> 0, Conjugate[#1] -> #1, #1 <= 0 -> True, #1 > 0 -> False}"},
        {"Reals", "{Sqrt[#1^2] -> Abs[#1], Re[#1] -> #1, Im[#1] -> 0, Conjugate[#1] -> #1, #1^2 >= 0 -> True, Abs[#1]^2 -> #1^2}"},
        {"Integers", "{Sin[k_. #1 Pi] :> 0 /; IntegerQ[k], Cos[k_. #1 Pi] :> (-1)^(k #1) /; IntegerQ[k], Tan[k_. #1 Pi] :> 0 /; IntegerQ[k], "
                     "Sqrt[#1^2] -> Abs[#1], Floor[#1] -> #1, Ceiling[#1] -> #1, Round[#1] -> #1, Re[#1] -> #1, Im[#1] -> 0, "
                     "Conjugate[#1] -> #1, FractionalPart[#1] -> 0, IntegerPart[#1] -> #1, Element[#1, Integers] -> True, "
                     "Element[#1, Reals] -> True, (-1)^(k_ #1) :> 1 /; EvenQ[k], E^(k_ #1 Pi) :> 1 /; EvenQ[Im[k]] && Re[k] == 0, "
                     "(-1)^(k_ #1) :> (-1)^#1 /; OddQ[k]}"},
    };
    if (!ly_is_expr(assumption)) return true;
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, add_facts, LY_AS_WORD(cx), LY_AS_WORD(rules), assumption);
    const ly_expr *e = ly_expr_of(assumption);
    if (e->head == LY_SYM(And) || e->head == LY_SYM(List)) {
        for (uint32_t i = 0; i < e->count; i++)
            if (!add_facts(cx, rules, e->args[i])) return false;
        return true;
    }
    if (e->head == LY_SYM(Element) && e->count == 2 && ly_has_head(e->args[0], LY_SYM(Alternatives))) {
        const ly_expr *all = ly_expr_of(e->args[0]);
        for (uint32_t i = 0; i < all->count; i++) {
            ly_value one = ly_make2(cx, LY_SYM(Element), ly_retain(all->args[i]), ly_retain(e->args[1]));
            bool done = add_facts(cx, rules, one);
            ly_release(cx, one);
            if (!done) return false;
        }
        return true;
    }
    if (e->count != 2) return true;
    const char *name = ly_is_symbol(e->head) ? ly_symbol_name(e->head) : "";
    ly_value x = e->args[0], bound = e->args[1];
    if (e->head == LY_SYM(Element)) {
        if (!ly_is_symbol(bound)) return true;
        name = ly_symbol_name(bound);
    } else if (ly_is_number(x) && ly_is_real_number(x) && !ly_is_number(bound)) { /* 0 < x */
        ly_value swap = x;
        x = bound;
        bound = swap;
        name = !strcmp(name, "Greater") ? "Less" : !strcmp(name, "Less") ? "Greater"
             : !strcmp(name, "GreaterEqual") ? "LessEqual" : !strcmp(name, "LessEqual") ? "GreaterEqual" : "";
        if (!strncmp(name, "Greater", 7) ? ly_sign(bound) < 0 : ly_sign(bound) > 0) return true;
    } else {
        if (!ly_is_number(bound) || !ly_is_real_number(bound)) return true;
        if (!strncmp(name, "Greater", 7) ? ly_sign(bound) < 0 : ly_sign(bound) > 0) return true;
    }
    if (e->head != LY_SYM(Element) && !strcmp(name, "GreaterEqual") && ly_sign(bound) > 0) name = "Greater";
    if (e->head != LY_SYM(Element) && !strcmp(name, "LessEqual") && ly_sign(bound) < 0) name = "Less";
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strcmp(table[i].head, name)) continue;
        ly_value list = ly_formula(cx, table[i].facts, 1, &x);
        if (!list) return false;
        for (size_t j = 0; j < ly_length(list) && ly_is_expr(list); j++)
            if (!ly_builder_add(cx, rules, ly_retain(ly_arg(ly_expr_of(list), j)))) return false;
        ly_release(cx, list);
    }
    return ly_builder_add(cx, rules, ly_make2(cx, LY_SYM(Rule), ly_retain(assumption), LY_SYM(True)));
}

/* e with what the assumptions (and $Assumptions) say put in. */
static ly_value assuming(ly_context *cx, ly_value e, ly_value assumptions)
{
    ly_builder list = ly_builder_new();
    ly_value general = ly_evaluate(cx, LY_SYM($Assumptions));
    bool done = general && (!assumptions || add_facts(cx, &list, assumptions)) && add_facts(cx, &list, general);
    ly_release(cx, general);
    if (!done) {
        ly_builder_drop(cx, &list);
        return LY_FAILED;
    }
    if (!ly_builder_count(&list)) {
        ly_builder_drop(cx, &list);
        return ly_retain(e);
    }
    ly_value rules = ly_builder_finish(cx, &list, LY_SYM(List));
    return rules ? ly_call2(cx, LY_SYM(ReplaceRepeated), ly_retain(e), rules) : LY_FAILED;
}

static ly_value simplify_with(ly_context *cx, ly_expr *call, bool search)
{
    size_t count = ly_option_start(call, 1);
    ly_value assumptions = count > 1 ? ly_retain(call->args[1]) : LY_FAILED;
    if (!assumptions && call->count > count) assumptions = ly_option(cx, call, count, "Assumptions", LY_SYM(True));
    ly_value e = assuming(cx, call->args[0], assumptions);
    ly_value result = e && search ? simplified(cx, e) : e;
    if (e && search) ly_release(cx, e);
    if (result && search && assumptions) {
        ly_value again = assuming(cx, result, assumptions);
        ly_release(cx, result);
        result = again;
    }
    ly_release(cx, assumptions);
    return result;
}

BUILTIN(Simplify, simplify, 1, -1, LY_PROTECTED, LY_EFFECTS,
        "Simplify[expr] gives the smallest form of expr that it finds; Simplify[expr, assumptions] uses "
        "assumptions.")
static ly_value simplify(ly_context *cx, ly_expr *call) { return simplify_with(cx, call, true); }

BUILTIN(FullSimplify, full_simplify, 1, -1, LY_PROTECTED, LY_EFFECTS,
        "FullSimplify[expr] gives the smallest form of expr that it finds.")
static ly_value full_simplify(ly_context *cx, ly_expr *call) { return simplify_with(cx, call, true); }

BUILTIN(Refine, refine_with, 1, -1, LY_PROTECTED, LY_EFFECTS,
        "Refine[expr, assumptions] gives the form that expr takes where the assumptions hold.")
static ly_value refine_with(ly_context *cx, ly_expr *call) { return simplify_with(cx, call, false); }
