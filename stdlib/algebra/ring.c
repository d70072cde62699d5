/* ring.c: expressions as polynomials over the rationals, computed by FLINT.

   The generators are whatever is neither number, sum, product nor power with a positive integer
   exponent: symbols, calls, radicals, reciprocals. Relations between them (Sqrt[2]^2, I^2, x/x) are
   the evaluator's matter when the polynomial is written back. */
#include "algebra.h"

#define MOST_GENERATORS 2000
#define MOST_EXPONENT ((int64_t)1 << 40)
#define MOST_TERMS ((double)2e7)

void ly_ring_new(ly_context *cx, ly_ring *ring, ly_value within, bool rational)
{
    memset(ring, 0, sizeof *ring);
    ring->cx = cx;
    ring->within = within;
    ring->rational = rational;
}

void ly_ring_free(ly_ring *ring)
{
    for (size_t i = 0; i < ring->count; i++) ly_release(ring->cx, ring->generators[i]);
    ly_buffer_free(ring->cx, ring->generators);
    ly_release(ring->cx, ring->index);
    if (ring->started) fmpq_mpoly_ctx_clear(ring->flint);
    ring->started = false;
}

static bool add_generator(ly_ring *ring, ly_value g)
{
    ly_context *cx = ring->cx;
    if (!ring->index && !(ring->index = ly_association_new(cx, 8))) return false;
    if (ly_association_find(ly_association_of(ring->index), g)) return true;
    if (ring->count == MOST_GENERATORS) return !ly_failed(ly_raise_memory(cx));
    if (ring->count == ring->capacity) {
        size_t capacity = ring->capacity ? 2 * ring->capacity : 8;
        ly_value *more = ly_buffer_realloc(cx, ring->generators, capacity * sizeof *more);
        if (!more) return false;
        ring->generators = more;
        ring->capacity = capacity;
    }
    ring->generators[ring->count++] = ly_retain(g);
    ring->index = ly_association_set_take(cx, ring->index, ly_retain(g), LY_INT(ring->count - 1), false);
    return !ly_failed(ring->index);
}

long ly_ring_find(const ly_ring *ring, ly_value g)
{
    if (!ring->index) return -1;
    ly_value n = ly_association_find(ly_association_of(ring->index), g);
    return n ? (long)ly_int_of(n) : -1;
}

static bool is_kept(const ly_ring *ring, ly_value e)
{
    if (!ring->within) return false;
    for (size_t i = 0; i < ly_operands(ring->within, LY_SYM(List)); i++)
        if (ly_is_plus(e) && ly_same(e, ly_operand(ring->within, LY_SYM(List), i))) return true;
    for (size_t i = 0; i < ly_operands(ring->within, LY_SYM(List)); i++)
        if (!ly_is_free_of(ring->cx, e, ly_operand(ring->within, LY_SYM(List), i))) return false;
    return true;
}

static bool is_exact_rational(ly_value v)
{
    return ly_is_integer(v) || ly_is_rational(v);
}

/* A power that is read as such: a positive integer exponent. */
static bool is_proper_power(const ly_ring *ring, ly_value e)
{
    if (!ly_is_power(e)) return false;
    ly_value n = ly_exponent_of(e);
    return ly_is_int(n) && ly_int_of(n) > 0 && ly_int_of(n) < MOST_EXPONENT;
}

/* A power with a negative integer exponent, whose base is a generator's reciprocal here. */
static bool is_reciprocal(ly_value e)
{
    if (!ly_is_power(e)) return false;
    ly_value n = ly_exponent_of(e);
    return ly_is_int(n) && ly_int_of(n) < 0 && ly_int_of(n) > -MOST_EXPONENT;
}

static ly_value imaginary_unit(ly_context *cx)
{
    return ly_complex_take(cx, LY_INT(0), LY_INT(1));
}

typedef struct gather_call {
    ly_ring *ring;
    ly_value e;
    bool result;
} gather_call;

static void *gather_again(ly_context *cx, void *argument)
{
    gather_call *call = argument;
    call->result = ly_ring_gather(call->ring, call->e);
    return call;
}

bool ly_ring_gather(ly_ring *ring, ly_value e)
{
    ly_context *cx = ring->cx;
    if (ly_stack_low(cx)) {
        gather_call call = {ring, e, false};
        return ly_on_new_stack(cx, gather_again, &call) && call.result;
    }
    if (is_exact_rational(e)) return true;
    if (ly_is_complex(e) && is_exact_rational(ly_complex_of(e)->re) && is_exact_rational(ly_complex_of(e)->im)) {
        ly_value i = imaginary_unit(cx);
        bool done = add_generator(ring, i);
        ly_release(cx, i);
        return done;
    }
    bool kept = is_kept(ring, e);
    if (!kept && (ly_is_plus(e) || ly_is_times(e))) {
        const ly_expr *x = ly_expr_of(e);
        for (uint32_t i = 0; i < x->count; i++)
            if (!ly_ring_gather(ring, x->args[i])) return false;
        return true;
    }
    if (is_proper_power(ring, e))
        return kept ? add_generator(ring, ly_base_of(e)) : ly_ring_gather(ring, ly_base_of(e));
    if (is_reciprocal(e)) {
        if (ring->rational) return ly_ring_gather(ring, ly_base_of(e));
        ly_value r = ly_make2(cx, LY_SYM(Power), ly_retain(ly_base_of(e)), LY_INT(-1));
        bool done = add_generator(ring, r);
        ly_release(cx, r);
        return done;
    }
    if (ring->rational && ly_is_power(e)) {
        /* x^(p/q) is a power of x^(1/q), E^-x the reciprocal of E^x */
        ly_value n = ly_exponent_of(e), g = LY_FAILED;
        if (ly_is_rational(n) && ly_is_number(ly_base_of(e))) {
            ly_value rest = ly_difference_take(cx, ly_retain(n), ly_call1(cx, LY_SYM(Floor), ly_retain(n)));
            rest = ly_raised_take(cx, ly_retain(ly_base_of(e)), rest);
            bool done = rest && (is_exact_rational(rest) || add_generator(ring, rest));
            ly_release(cx, rest);
            return done;
        }
        if (ly_is_rational(n) && mpz_fits_slong_p(mpq_denref(ly_rational_of(n)->q)) &&
            mpz_fits_slong_p(mpq_numref(ly_rational_of(n)->q)))
            g = ly_raised_take(cx, ly_retain(ly_base_of(e)),
                               ly_rational_new(cx, LY_INT(1), LY_INT(mpz_get_si(mpq_denref(ly_rational_of(n)->q)))));
        else if (ly_is_times(n) && ly_is_int(ly_operand(n, LY_SYM(Times), 0)) &&
                 ly_int_of(ly_operand(n, LY_SYM(Times), 0)) < 0)
            g = ly_raised_take(cx, ly_retain(ly_base_of(e)), ly_product_take(cx, LY_INT(-1), ly_retain(n)));
        if (g) {
            bool done = ly_is_power(g) && add_generator(ring, g);
            if (!ly_is_power(g)) done = add_generator(ring, e);
            ly_release(cx, g);
            return done;
        }
        if (cx->pending.kind != LY_PENDING_NONE) return false;
    }
    if (kept && ly_is_times(e)) {
        const ly_expr *x = ly_expr_of(e);
        for (uint32_t i = 0; i < x->count; i++)
            if (!ly_ring_gather(ring, x->args[i])) return false;
        return true;
    }
    return add_generator(ring, e);
}

static int compare_values(const void *a, const void *b)
{
    return ly_compare(*(const ly_value *)a, *(const ly_value *)b);
}

bool ly_ring_start(ly_ring *ring)
{
    if (ring->count) {
        ly_context *cx = ring->cx;
        qsort(ring->generators, ring->count, sizeof *ring->generators, compare_values);
        for (size_t i = 0; i < ring->count && ring->index; i++)
            ring->index = ly_association_set_take(cx, ring->index, ly_retain(ring->generators[i]), LY_INT(i), false);
        if (!ring->index) return false;
    }
    if (!ly_flint_load(ring->cx)) return false;
    fmpq_mpoly_ctx_init(ring->flint, ring->count ? (slong)ring->count : 1, ORD_LEX);
    ring->started = true;
    return true;
}

/* ---- numbers ---------------------------------------------------------------------------------- */

void ly_fmpq_of(fmpq_t q, ly_value v)
{
    if (ly_is_int(v)) {
        fmpq_set_si(q, ly_int_of(v), 1);
    } else if (ly_is_rational(v)) {
        fmpq_set_mpq(q, ly_rational_of(v)->q);
    } else {
        fmpz_set_mpz(fmpq_numref(q), ly_bigint_of(v)->z);
        fmpz_one(fmpq_denref(q));
    }
}

ly_value ly_rational_of_fmpq(ly_context *cx, const fmpq_t q)
{
    if (fmpz_is_one(fmpq_denref(q)) && fmpz_fits_si(fmpq_numref(q)))
        return ly_integer(cx, fmpz_get_si(fmpq_numref(q)));
    mpq_t r;
    mpq_init(r);
    fmpq_get_mpq(r, q);
    return ly_rational_take_mpq(cx, r);
}

/* ---- arithmetic, bounded ---------------------------------------------------------------------- */

static double most_terms(const ly_ring *ring, const fmpq_mpoly_t a, double times)
{
    slong n = fmpq_mpoly_ctx_nvars(ring->flint);
    slong *degrees = ly_malloc(n * sizeof *degrees);
    double product = 1;
    if (!degrees) return 1e300;
    if (fmpq_mpoly_degrees_fit_si(a, ring->flint)) {
        fmpq_mpoly_degrees_si(degrees, a, ring->flint);
        for (slong i = 0; i < n && product < 1e18; i++)
            if (degrees[i] > 0) product *= (double)degrees[i] * times + 1;
    } else {
        product = 1e300;
    }
    ly_free(degrees);
    return product;
}

bool ly_ring_multiply(ly_ring *ring, fmpq_mpoly_t p, const fmpq_mpoly_t a, const fmpq_mpoly_t b)
{
    double pairs = (double)fmpq_mpoly_length(a, ring->flint) * (double)fmpq_mpoly_length(b, ring->flint);
    if (pairs > MOST_TERMS) {
        double dense = most_terms(ring, a, 1) * most_terms(ring, b, 1);
        if (dense < pairs) pairs = dense;
        if (pairs > MOST_TERMS) return !ly_failed(ly_raise_memory(ring->cx));
    }
    fmpq_mpoly_mul(p, a, b, ring->flint);
    return true;
}

bool ly_ring_power(ly_ring *ring, fmpq_mpoly_t p, const fmpq_mpoly_t a, unsigned long n)
{
    slong length = fmpq_mpoly_length(a, ring->flint);
    if (length > 1) {
        double terms = 1, dense = most_terms(ring, a, (double)n);
        for (slong i = 1; i < length && terms < 1e18; i++) terms *= (double)(n + i) / (double)i;
        if (dense < terms) terms = dense;
        if (terms > MOST_TERMS || (double)n * terms > 1e10) return !ly_failed(ly_raise_memory(ring->cx));
    }
    return fmpq_mpoly_pow_ui(p, a, n, ring->flint) || !ly_failed(ly_raise_memory(ring->cx));
}

/* ---- reading ---------------------------------------------------------------------------------- */

static bool read_generator(ly_ring *ring, fmpq_mpoly_t p, ly_value g, unsigned long n)
{
    long at = ly_ring_find(ring, g);
    if (at < 0) return !ly_failed(ly_raise_memory(ring->cx));
    fmpq_mpoly_gen(p, at, ring->flint);
    return n == 1 || fmpq_mpoly_pow_ui(p, p, n, ring->flint);
}

static bool read_sum(ly_ring *ring, fmpq_mpoly_t p, const ly_expr *e, uint32_t from, uint32_t to)
{
    /* halves, so that a long sum takes n log n */
    if (to - from == 1) return ly_ring_read(ring, p, e->args[from]);
    uint32_t half = from + (to - from) / 2;
    fmpq_mpoly_t q;
    fmpq_mpoly_init(q, ring->flint);
    bool done = read_sum(ring, p, e, from, half) && read_sum(ring, q, e, half, to);
    if (done) fmpq_mpoly_add(p, p, q, ring->flint);
    fmpq_mpoly_clear(q, ring->flint);
    return done;
}

static bool read_product(ly_ring *ring, fmpq_mpoly_t p, const ly_expr *e)
{
    fmpq_mpoly_t q;
    fmpq_mpoly_init(q, ring->flint);
    fmpq_mpoly_one(p, ring->flint);
    bool done = true;
    for (uint32_t i = 0; i < e->count && done; i++) {
        done = ly_ring_read(ring, q, e->args[i]) && ly_ring_multiply(ring, p, p, q);
        if (ly_poll(ring->cx)) done = false;
    }
    fmpq_mpoly_clear(q, ring->flint);
    return done;
}

typedef struct read_call {
    ly_ring *ring;
    fmpq_mpoly_struct *p;
    ly_value e;
    bool result;
} read_call;

static void *read_again(ly_context *cx, void *argument)
{
    read_call *call = argument;
    call->result = ly_ring_read(call->ring, call->p, call->e);
    return call;
}

bool ly_ring_read(ly_ring *ring, fmpq_mpoly_t p, ly_value e)
{
    ly_context *cx = ring->cx;
    if (ly_stack_low(cx)) {
        read_call call = {ring, p, e, false};
        return ly_on_new_stack(cx, read_again, &call) && call.result;
    }
    if (is_exact_rational(e)) {
        fmpq_t q;
        fmpq_init(q);
        ly_fmpq_of(q, e);
        fmpq_mpoly_set_fmpq(p, q, ring->flint);
        fmpq_clear(q);
        return true;
    }
    if (ly_is_complex(e) && is_exact_rational(ly_complex_of(e)->re) && is_exact_rational(ly_complex_of(e)->im)) {
        ly_value i = imaginary_unit(cx);
        fmpq_t q;
        bool done = read_generator(ring, p, i, 1);
        ly_release(cx, i);
        fmpq_init(q);
        ly_fmpq_of(q, ly_complex_of(e)->im);
        fmpq_mpoly_scalar_mul_fmpq(p, p, q, ring->flint);
        ly_fmpq_of(q, ly_complex_of(e)->re);
        fmpq_mpoly_add_fmpq(p, p, q, ring->flint);
        fmpq_clear(q);
        return done;
    }
    bool kept = is_kept(ring, e);
    if (!kept && ly_is_plus(e)) return read_sum(ring, p, ly_expr_of(e), 0, ly_expr_of(e)->count);
    if (ly_is_times(e)) return read_product(ring, p, ly_expr_of(e));
    if (is_proper_power(ring, e)) {
        unsigned long n = (unsigned long)ly_int_of(ly_exponent_of(e));
        if (kept) return read_generator(ring, p, ly_base_of(e), n);
        return ly_ring_read(ring, p, ly_base_of(e)) && ly_ring_power(ring, p, p, n);
    }
    if (is_reciprocal(e) && !ring->rational) {
        ly_value r = ly_make2(cx, LY_SYM(Power), ly_retain(ly_base_of(e)), LY_INT(-1));
        bool done = read_generator(ring, p, r, (unsigned long)-ly_int_of(ly_exponent_of(e)));
        ly_release(cx, r);
        return done;
    }
    return read_generator(ring, p, e, 1);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static ly_value write_term(ly_ring *ring, const fmpq_mpoly_t p, slong i, fmpq_t q, ulong *exponents)
{
    ly_context *cx = ring->cx;
    size_t n = 0, at = 0;
    fmpq_mpoly_get_term_coeff_fmpq(q, p, i, ring->flint);
    fmpq_mpoly_get_term_exp_ui(exponents, p, i, ring->flint);
    for (size_t j = 0; j < ring->count; j++) n += exponents[j] != 0;
    bool one = fmpq_is_one(q);
    if (!n) return ly_rational_of_fmpq(cx, q);
    ly_expr *e = ly_expr_new(cx, LY_SYM(Times), n + !one);
    if (!e) return LY_FAILED;
    if (!one) e->args[at++] = ly_rational_of_fmpq(cx, q);
    for (size_t j = 0; j < ring->count; j++) {
        if (!exponents[j]) continue;
        ly_value g = ly_retain(ring->generators[j]);
        e->args[at++] = exponents[j] == 1
                            ? g : ly_make2(cx, LY_SYM(Power), g, ly_integer_from_u64(cx, exponents[j]));
    }
    if (e->count > 1) return ly_from_object(e);
    ly_value single = ly_retain(e->args[0]);
    ly_release(cx, ly_from_object(e));
    return single;
}

ly_value ly_ring_write(ly_ring *ring, const fmpq_mpoly_t p)
{
    ly_context *cx = ring->cx;
    slong n = fmpq_mpoly_length(p, ring->flint);
    if (n == 0) return LY_INT(0);
    ly_expr *sum = ly_expr_new(cx, LY_SYM(Plus), (size_t)n);
    ulong *exponents = ly_buffer_alloc(cx, (ring->count + 1) * sizeof *exponents);
    if (!sum || !exponents) {
        if (sum) ly_release(cx, ly_from_object(sum));
        ly_buffer_free(cx, exponents);
        return LY_FAILED;
    }
    fmpq_t q;
    fmpq_init(q);
    bool done = true;
    for (slong i = 0; i < n && done; i++) {
        /* lexicographic from the greatest: the canonical order of sums is the other way round */
        ly_value term = write_term(ring, p, n - 1 - i, q, exponents);
        done = term;
        if (term) sum->args[i] = term;
    }
    fmpq_clear(q);
    ly_buffer_free(cx, exponents);
    if (!done) {
        ly_release(cx, ly_from_object(sum));
        return LY_FAILED;
    }
    return ly_evaluate_take(cx, ly_from_object(sum));
}
