/* fraction.c: rational functions as products of powers of polynomials.

   Sums are put over the least common denominator, whose factors are made coprime by greatest common
   divisors; their numerators are written out and shortened. */
#include "fraction.h"

void ly_fraction_start(ly_ring *ring, ly_fraction *f)
{
    memset(f, 0, sizeof *f);
    f->ring = ring;
    fmpq_init(f->constant);
    fmpq_one(f->constant);
}

void ly_fraction_end(ly_fraction *f)
{
    for (size_t i = 0; i < f->count; i++) fmpq_mpoly_clear(&f->factors[i], f->ring->flint);
    ly_buffer_free(f->ring->cx, f->factors);
    ly_buffer_free(f->ring->cx, f->exponents);
    fmpq_clear(f->constant);
}

static bool is_one(const ly_fraction *f, const fmpq_mpoly_t p)
{
    return fmpq_mpoly_is_one(p, f->ring->flint);
}

/* p without its rational content, which goes to the constant. */
static void take_content(ly_fraction *f, fmpq_mpoly_t p, long exponent)
{
    fmpq *content = fmpq_mpoly_content_ref(p, f->ring->flint);
    fmpq_t power;
    fmpq_init(power);
    fmpq_pow_si(power, content, exponent);
    fmpq_mul(f->constant, f->constant, power);
    fmpq_clear(power);
    fmpq_one(content);
}

static bool append(ly_fraction *f, const fmpq_mpoly_t p, long exponent)
{
    ly_context *cx = f->ring->cx;
    for (size_t i = 0; i < f->count; i++)
        if (fmpq_mpoly_equal(&f->factors[i], p, f->ring->flint)) {
            f->exponents[i] += exponent;
            return true;
        }
    if (f->count == f->capacity) {
        size_t capacity = f->capacity ? 2 * f->capacity : 8;
        fmpq_mpoly_struct *factors = ly_buffer_realloc(cx, f->factors, capacity * sizeof *factors);
        if (!factors) return false;
        f->factors = factors;
        long *exponents = ly_buffer_realloc(cx, f->exponents, capacity * sizeof *exponents);
        if (!exponents) return false;
        f->exponents = exponents;
        f->capacity = capacity;
    }
    fmpq_mpoly_init(&f->factors[f->count], f->ring->flint);
    fmpq_mpoly_set(&f->factors[f->count], p, f->ring->flint);
    f->exponents[f->count++] = exponent;
    return true;
}

static void drop_ones(ly_fraction *f)
{
    for (size_t i = 0; i < f->count;) {
        if (f->exponents[i] != 0 && !is_one(f, &f->factors[i])) {
            i++;
            continue;
        }
        fmpq_mpoly_clear(&f->factors[i], f->ring->flint);
        f->count--;
        f->factors[i] = f->factors[f->count];
        f->exponents[i] = f->exponents[f->count];
    }
}

static bool gcd(ly_fraction *f, fmpq_mpoly_t g, const fmpq_mpoly_t a, const fmpq_mpoly_t b)
{
    if (!fmpq_mpoly_gcd(g, a, b, f->ring->flint)) return !ly_failed(ly_raise_memory(f->ring->cx));
    if (!fmpq_mpoly_is_zero(g, f->ring->flint)) fmpq_one(fmpq_mpoly_content_ref(g, f->ring->flint));
    return true;
}

/* Common parts of factor i with the others: those of opposite signs cancel; those of denominators
   are split, so that they are coprime. */
static bool settle(ly_fraction *f)
{
    fmpq_mpoly_t g, q;
    bool done = true;
    fmpq_mpoly_init(g, f->ring->flint);
    fmpq_mpoly_init(q, f->ring->flint);
    for (size_t i = 0; i < f->count && done; i++)
        for (size_t j = 0; j < i && done; j++) {
            if (f->exponents[i] > 0 && f->exponents[j] > 0) continue;
            if (f->exponents[i] == 0 || f->exponents[j] == 0) continue;
            if (ly_poll(f->ring->cx)) done = false;
            if (!done || !gcd(f, g, &f->factors[i], &f->factors[j])) {
                done = false;
                break;
            }
            if (is_one(f, g)) continue;
            long sum = f->exponents[i] + f->exponents[j];
            fmpq_mpoly_divides(q, &f->factors[i], g, f->ring->flint);
            fmpq_mpoly_swap(&f->factors[i], q, f->ring->flint);
            take_content(f, &f->factors[i], f->exponents[i]);
            fmpq_mpoly_divides(q, &f->factors[j], g, f->ring->flint);
            fmpq_mpoly_swap(&f->factors[j], q, f->ring->flint);
            take_content(f, &f->factors[j], f->exponents[j]);
            done = append(f, g, sum);
            i = 0; /* from the beginning: the new factor may share parts with others */
            break;
        }
    fmpq_mpoly_clear(g, f->ring->flint);
    fmpq_mpoly_clear(q, f->ring->flint);
    drop_ones(f);
    return done;
}

bool ly_fraction_multiply(ly_fraction *f, const fmpq_mpoly_t p, long exponent)
{
    const ly_ring *ring = f->ring;
    if (exponent == 0) return true;
    if (fmpq_mpoly_is_zero(p, ring->flint)) {
        if (exponent < 0) return false; /* the caller sees to it */
        fmpq_zero(f->constant);
        for (size_t i = 0; i < f->count; i++) f->exponents[i] = 0;
        drop_ones(f);
        return true;
    }
    fmpq_mpoly_t q, m;
    fmpq_mpoly_init(q, ring->flint);
    fmpq_mpoly_init(m, ring->flint);
    fmpq_mpoly_set(q, p, ring->flint);
    take_content(f, q, exponent);
    bool done = true;
    if (exponent < 0 || fmpq_mpoly_length(q, ring->flint) == 1) {
        fmpq_mpoly_term_content(m, q, ring->flint);
        slong *degrees = ly_buffer_alloc(ring->cx, (ring->count + 1) * sizeof *degrees);
        done = degrees;
        if (done && !fmpq_mpoly_is_fmpq(m, ring->flint)) {
            fmpq_mpoly_degrees_si(degrees, m, ring->flint);
            fmpq_mpoly_divides(q, q, m, ring->flint);
            take_content(f, q, exponent);
            for (size_t i = 0; i < ring->count && done; i++) {
                if (degrees[i] <= 0) continue;
                fmpq_mpoly_gen(m, (slong)i, ring->flint);
                done = append(f, m, degrees[i] * exponent);
            }
        }
        ly_buffer_free(ring->cx, degrees);
    }
    if (done && !is_one(f, q)) done = append(f, q, exponent);
    fmpq_mpoly_clear(q, ring->flint);
    fmpq_mpoly_clear(m, ring->flint);
    drop_ones(f);
    return done && settle(f);
}

/* Splits the denominator's factors of f by those that they share with the factors of g. */
static bool split_by(ly_fraction *f, const ly_fraction *g)
{
    fmpq_mpoly_t common, q;
    bool done = true;
    fmpq_mpoly_init(common, f->ring->flint);
    fmpq_mpoly_init(q, f->ring->flint);
    for (size_t j = 0; j < g->count && done; j++)
        for (size_t i = 0; i < f->count && done; i++) {
            if (f->exponents[i] >= 0 || fmpq_mpoly_equal(&f->factors[i], &g->factors[j], f->ring->flint)) continue;
            done = gcd(f, common, &f->factors[i], &g->factors[j]);
            if (!done || is_one(f, common) || fmpq_mpoly_equal(common, &f->factors[i], f->ring->flint)) continue;
            fmpq_mpoly_divides(q, &f->factors[i], common, f->ring->flint);
            fmpq_mpoly_swap(&f->factors[i], q, f->ring->flint);
            take_content(f, &f->factors[i], f->exponents[i]);
            done = append(f, common, f->exponents[i]);
        }
    fmpq_mpoly_clear(common, f->ring->flint);
    fmpq_mpoly_clear(q, f->ring->flint);
    return done;
}

static bool multiply_fraction(ly_fraction *f, const ly_fraction *g, long exponent)
{
    if (fmpq_is_zero(g->constant)) {
        fmpq_mpoly_t zero;
        fmpq_mpoly_init(zero, f->ring->flint);
        bool done = ly_fraction_multiply(f, zero, exponent);
        fmpq_mpoly_clear(zero, f->ring->flint);
        return done;
    }
    fmpq_t c;
    fmpq_init(c);
    fmpq_pow_si(c, g->constant, exponent);
    fmpq_mul(f->constant, f->constant, c);
    fmpq_clear(c);
    for (size_t i = 0; i < g->count; i++) {
        long e = g->exponents[i] * exponent;
        bool done = e < 0 ? ly_fraction_multiply(f, &g->factors[i], e) : append(f, &g->factors[i], e);
        if (!done) return false;
    }
    drop_ones(f);
    return settle(f);
}

/* The product of the factors with positive (sign 1) or negative exponents, times the constant's part. */
static bool product_of(ly_fraction *f, fmpq_mpoly_t p, int sign)
{
    fmpq_mpoly_t q;
    fmpq_t c;
    bool done = true;
    fmpq_init(c);
    fmpq_mpoly_init(q, f->ring->flint);
    if (sign > 0) fmpq_set_fmpz(c, fmpq_numref(f->constant));
    else fmpq_set_fmpz(c, fmpq_denref(f->constant));
    fmpq_mpoly_set_fmpq(p, c, f->ring->flint);
    for (size_t i = 0; i < f->count && done; i++) {
        if ((f->exponents[i] > 0) != (sign > 0)) continue;
        done = ly_ring_power(f->ring, q, &f->factors[i], (unsigned long)labs(f->exponents[i])) &&
               ly_ring_multiply(f->ring, p, p, q);
    }
    fmpq_mpoly_clear(q, f->ring->flint);
    fmpq_clear(c);
    return done;
}

bool ly_fraction_numerator(ly_fraction *f, fmpq_mpoly_t p) { return product_of(f, p, 1); }
bool ly_fraction_denominator(ly_fraction *f, fmpq_mpoly_t p) { return product_of(f, p, -1); }

/* ---- reading ---------------------------------------------------------------------------------- */

/* The factors of f of the given sign; with the constant where `constant` is set. */
static bool part_of(const ly_fraction *f, ly_fraction *part, int sign, bool constant)
{
    if (constant) fmpq_set(part->constant, f->constant);
    for (size_t i = 0; i < f->count; i++)
        if ((f->exponents[i] > 0) == (sign > 0) && !append(part, &f->factors[i], f->exponents[i])) return false;
    return true;
}

/* Takes the factors that stand in both numerators with the same exponent out of both. */
static bool take_common(ly_fraction *common, ly_fraction *a, ly_fraction *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            if (a->exponents[i] <= 0 || a->exponents[i] != b->exponents[j] ||
                !fmpq_mpoly_equal(&a->factors[i], &b->factors[j], a->ring->flint))
                continue;
            if (!append(common, &a->factors[i], a->exponents[i])) return false;
            a->exponents[i] = b->exponents[j] = 0;
        }
    drop_ones(a);
    drop_ones(b);
    return true;
}

/* The numerator as a polynomial, the whole constant in it. */
static bool whole_numerator(ly_fraction *f, fmpq_mpoly_t p)
{
    fmpq_t c;
    fmpq_init(c);
    fmpq_set_fmpz(c, fmpq_denref(f->constant));
    bool done = ly_fraction_numerator(f, p);
    if (done) fmpq_mpoly_scalar_div_fmpq(p, p, c, f->ring->flint);
    fmpq_clear(c);
    return done;
}

/* f += term, over their common denominator: with a and b for what the numerators don't share, c and d
   for the denominators, and c/d = m/n shortened, a/c + b/d = (a n + b m)/(m d). Consumes nothing; both
   are changed. */
static bool add(ly_fraction *f, ly_fraction *term)
{
    ly_ring *ring = f->ring;
    if (fmpq_is_zero(term->constant)) return true;
    ly_fraction sum, ratio, other;
    fmpq_mpoly_t a, b, n, m;
    ly_fraction_start(ring, &sum);
    ly_fraction_start(ring, &ratio);
    ly_fraction_start(ring, &other);
    fmpq_mpoly_init(a, ring->flint);
    fmpq_mpoly_init(b, ring->flint);
    fmpq_mpoly_init(n, ring->flint);
    fmpq_mpoly_init(m, ring->flint);
    bool done = take_common(&sum, f, term) && whole_numerator(f, a) && whole_numerator(term, b) &&
                part_of(f, &ratio, -1, false) && part_of(term, &other, -1, false) &&
                multiply_fraction(&ratio, &other, -1) && /* d/c as exponents: n/m */
                ly_fraction_numerator(&ratio, n) && ly_fraction_denominator(&ratio, m) &&
                ly_ring_multiply(ring, a, a, n) && ly_ring_multiply(ring, b, b, m);
    if (done) {
        fmpq_mpoly_add(a, a, b, ring->flint);
        for (size_t i = 0; i < other.count && done; i++) done = append(&sum, &other.factors[i], other.exponents[i]);
        for (size_t i = 0; i < ratio.count && done; i++)
            if (ratio.exponents[i] < 0) done = append(&sum, &ratio.factors[i], ratio.exponents[i]);
        drop_ones(&sum);
        done = done && split_by(&sum, f) && settle(&sum);
        if (done && fmpq_mpoly_is_zero(a, ring->flint)) {
            fmpq_zero(sum.constant);
        } else if (done) {
            take_content(&sum, a, 1);
            if (!is_one(&sum, a)) done = append(&sum, a, 1);
            done = done && settle(&sum);
        }
        ly_fraction swap = *f;
        *f = sum;
        sum = swap;
    }
    fmpq_mpoly_clear(a, ring->flint);
    fmpq_mpoly_clear(b, ring->flint);
    fmpq_mpoly_clear(n, ring->flint);
    fmpq_mpoly_clear(m, ring->flint);
    ly_fraction_end(&ratio);
    ly_fraction_end(&other);
    ly_fraction_end(&sum);
    return done;
}

static bool is_polynomial_sum(const ly_ring *ring, ly_value e)
{
    if (ly_stack_low(ring->cx)) return (bool)(uint8_t)ly_deeper(ring->cx, is_polynomial_sum, LY_AS_WORD(ring), e);
    /* no denominators inside */
    if (ly_is_plus(e) || ly_is_times(e)) {
        const ly_expr *x = ly_expr_of(e);
        for (uint32_t i = 0; i < x->count; i++)
            if (!is_polynomial_sum(ring, x->args[i])) return false;
        return true;
    }
    if (!ly_is_power(e)) return true;
    ly_value n = ly_exponent_of(e);
    if (ly_is_int(n)) return ly_int_of(n) > 0 && is_polynomial_sum(ring, ly_base_of(e));
    return ly_ring_find(ring, e) >= 0;
}

bool ly_fraction_read(ly_fraction *f, ly_value e)
{
    ly_ring *ring = f->ring;
    ly_context *cx = ring->cx;
    if (ly_stack_low(cx)) return !ly_failed(ly_raise_memory(cx));
    if (ly_is_times(e)) {
        const ly_expr *x = ly_expr_of(e);
        for (uint32_t i = 0; i < x->count; i++)
            if (!ly_fraction_read(f, x->args[i])) return false;
        return true;
    }
    if (ly_is_power(e) && ly_is_int(ly_exponent_of(e)) && ly_ring_find(ring, e) < 0) {
        int64_t n = ly_int_of(ly_exponent_of(e));
        ly_fraction base;
        ly_fraction_start(ring, &base);
        bool done = ly_fraction_read(&base, ly_base_of(e)) && multiply_fraction(f, &base, (long)n);
        ly_fraction_end(&base);
        return done;
    }
    if (ly_is_power(e) && ly_ring_find(ring, e) < 0) {
        /* a generator's power: x^(p/q), or the reciprocal of a power that is one */
        ly_value n = ly_exponent_of(e), g;
        int64_t k = -1;
        if (ly_is_rational(n) && ly_is_number(ly_base_of(e))) {
            /* 2^(-1/2) is 2^(1/2)/2: radicals of numbers stay in the numerator */
            ly_value whole = ly_call1(cx, LY_SYM(Floor), ly_retain(n));
            ly_value rest = ly_raised_take(cx, ly_retain(ly_base_of(e)), ly_difference_take(cx, ly_retain(n), ly_retain(whole)));
            ly_value factor = ly_raised_take(cx, ly_retain(ly_base_of(e)), whole);
            bool done = rest && factor && ly_fraction_read(f, factor);
            fmpq_mpoly_t p;
            fmpq_mpoly_init(p, ring->flint);
            done = done && ly_ring_read(ring, p, rest) && ly_fraction_multiply(f, p, 1);
            fmpq_mpoly_clear(p, ring->flint);
            ly_release(cx, rest);
            ly_release(cx, factor);
            return done;
        }
        if (ly_is_rational(n)) {
            g = ly_raised_take(cx, ly_retain(ly_base_of(e)),
                               ly_rational_new(cx, LY_INT(1), LY_INT(mpz_get_si(mpq_denref(ly_rational_of(n)->q)))));
            k = mpz_get_si(mpq_numref(ly_rational_of(n)->q));
        } else {
            g = ly_raised_take(cx, ly_retain(ly_base_of(e)), ly_product_take(cx, LY_INT(-1), ly_retain(n)));
        }
        long at = g ? ly_ring_find(ring, g) : -1;
        ly_release(cx, g);
        if (at < 0) return !ly_failed(ly_raise_memory(cx));
        fmpq_mpoly_t p;
        fmpq_mpoly_init(p, ring->flint);
        fmpq_mpoly_gen(p, at, ring->flint);
        bool done = ly_fraction_multiply(f, p, (long)k);
        fmpq_mpoly_clear(p, ring->flint);
        return done;
    }
    if (!ly_is_plus(e) || is_polynomial_sum(ring, e)) {
        fmpq_mpoly_t p;
        fmpq_mpoly_init(p, ring->flint);
        bool done = ly_ring_read(ring, p, e) && ly_fraction_multiply(f, p, 1);
        fmpq_mpoly_clear(p, ring->flint);
        return done;
    }
    const ly_expr *x = ly_expr_of(e);
    ly_fraction sum, term;
    ly_fraction_start(ring, &sum);
    fmpq_zero(sum.constant);
    bool done = true;
    for (uint32_t i = 0; i < x->count && done; i++) {
        ly_fraction_start(ring, &term);
        done = ly_fraction_read(&term, x->args[i]);
        if (done) {
            if (fmpq_is_zero(sum.constant)) {
                ly_fraction swap = sum;
                sum = term;
                term = swap;
            } else {
                done = add(&sum, &term);
            }
        }
        ly_fraction_end(&term);
    }
    done = done && multiply_fraction(f, &sum, 1);
    ly_fraction_end(&sum);
    return done;
}

/* ---- factoring -------------------------------------------------------------------------------- */

static bool refine(ly_fraction *f, bool whole)
{
    ly_ring *ring = f->ring;
    ly_fraction result;
    ly_fraction_start(ring, &result);
    fmpq_set(result.constant, f->constant);
    bool done = true;
    for (size_t i = 0; i < f->count && done; i++) {
        fmpq_mpoly_factor_t factors;
        fmpq_mpoly_factor_init(factors, ring->flint);
        done = whole ? fmpq_mpoly_factor(factors, &f->factors[i], ring->flint)
                     : fmpq_mpoly_factor_squarefree(factors, &f->factors[i], ring->flint);
        if (!done) ly_raise_memory(ring->cx);
        fmpq_t c;
        fmpq_init(c);
        if (done) {
            fmpq_pow_si(c, factors->constant, f->exponents[i]);
            fmpq_mul(result.constant, result.constant, c);
        }
        fmpq_clear(c);
        for (slong j = 0; done && j < factors->num; j++) {
            long e = fmpz_get_si(&factors->exp[j]) * f->exponents[i];
            take_content(&result, &factors->poly[j], e);
            if (!is_one(f, &factors->poly[j])) done = append(&result, &factors->poly[j], e);
        }
        fmpq_mpoly_factor_clear(factors, ring->flint);
        if (ly_poll(ring->cx)) done = false;
    }
    drop_ones(&result);
    ly_fraction swap = *f;
    *f = result;
    result = swap;
    ly_fraction_end(&result);
    return done;
}

bool ly_fraction_factor(ly_fraction *f) { return refine(f, true); }
bool ly_fraction_square_free(ly_fraction *f) { return refine(f, false); }

/* ---- writing ---------------------------------------------------------------------------------- */

/* A sign goes where no -1 remains: into the only sum of the numerator, else into one of the
   denominator: -(-1 + x)/y is shown as (1 - x)/y, -1/(-1 + x) as 1/(1 - x). */
void ly_fraction_place_sign(ly_fraction *f)
{
    if (!fmpz_equal_si(fmpq_numref(f->constant), -1)) return;
    size_t above = f->count, below = f->count, sums = 0;
    for (size_t i = 0; i < f->count; i++) {
        bool sum = fmpq_mpoly_length(&f->factors[i], f->ring->flint) > 1;
        if (!sum) continue;
        if (f->exponents[i] > 0) {
            sums++;
            if (f->exponents[i] == 1) above = i;
        } else if (f->exponents[i] == -1 && below == f->count) {
            below = i;
        }
    }
    size_t at = sums == 1 ? above : sums == 0 && fmpz_is_one(fmpq_denref(f->constant)) ? below : f->count;
    if (at == f->count || (sums == 1 && f->count == 1 && fmpz_is_one(fmpq_denref(f->constant)))) return;
    fmpq_mpoly_neg(&f->factors[at], &f->factors[at], f->ring->flint);
    fmpq_neg(f->constant, f->constant);
}

ly_value ly_fraction_write(ly_fraction *f)
{
    ly_ring *ring = f->ring;
    ly_context *cx = ring->cx;
    if (fmpq_is_zero(f->constant)) return LY_INT(0);
    ly_expr *product = ly_expr_new(cx, LY_SYM(Times), f->count + 1);
    if (!product) return LY_FAILED;
    product->args[0] = ly_rational_of_fmpq(cx, f->constant);
    for (size_t i = 0; i < f->count; i++) {
        ly_value p = ly_ring_write(ring, &f->factors[i]);
        if (!p) {
            ly_release(cx, ly_from_object(product));
            return LY_FAILED;
        }
        product->args[i + 1] = f->exponents[i] == 1 ? p : ly_make2(cx, LY_SYM(Power), p, LY_INT(f->exponents[i]));
    }
    return ly_evaluate_take(cx, ly_from_object(product));
}
