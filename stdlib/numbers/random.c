/* random.c: random numbers, and the built-ins that give them.

   The generator is Philox 4x32-10, which computes the n-th block of a stream from its key and n alone.
   The key is the seed, the stream the number of the call since SeedRandom: so a program's numbers
   depend on nothing but its seed and the order of its calls.

   Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (2011). */
#include "random.h"

#include "eval/modules.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef struct ly_random {
    uint64_t seed, calls; /* the next call's stream */
    uint64_t keys;        /* given to tasks; apart, since numbers drawn here don't depend on submits */
    uint64_t stream, block;
    uint32_t words[4];
    int left; /* words not used yet */
    bool keyed; /* by a task: the seed is made of it, of its call and element, when it is asked for */
    uint64_t key_call, key_element;
} ly_random;

static void next_block(ly_random *r)
{
    uint32_t c[4] = {(uint32_t)r->block, (uint32_t)(r->block >> 32), (uint32_t)r->stream,
                     (uint32_t)(r->stream >> 32)};
    uint32_t k0 = (uint32_t)r->seed, k1 = (uint32_t)(r->seed >> 32);
    r->block++;
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c[0], b = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t n0 = (uint32_t)(b >> 32) ^ c[1] ^ k0, n2 = (uint32_t)(a >> 32) ^ c[3] ^ k1;
        c[1] = (uint32_t)b;
        c[3] = (uint32_t)a;
        c[0] = n0;
        c[2] = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    memcpy(r->words, c, sizeof c);
    r->left = 4;
}

uint64_t ly_random_bits(ly_random *r)
{
    if (r->left < 2) next_block(r);
    r->left -= 2;
    return (uint64_t)r->words[r->left] << 32 | r->words[r->left + 1];
}

double ly_random_unit(ly_random *r) { return (double)(ly_random_bits(r) >> 11) * 0x1p-53; }

uint64_t ly_random_below(ly_random *r, uint64_t n)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % n, x;
    do x = ly_random_bits(r);
    while (x >= limit);
    return x % n;
}

void ly_random_mpz(ly_random *r, mpz_t z, const mpz_t n)
{
    size_t bits = mpz_sizeinbase(n, 2);
    do {
        mpz_set_ui(z, 0);
        for (size_t done = 0; done < bits; done += 64) {
            mpz_mul_2exp(z, z, 64);
            mpz_add_ui(z, z, ly_random_bits(r));
        }
        mpz_fdiv_r_2exp(z, z, bits);
    } while (mpz_cmp(z, n) >= 0);
}

/* Marsaglia's polar method, one number a pair */
double ly_random_normal(ly_random *r)
{
    for (;;) {
        double u = 2 * ly_random_unit(r) - 1, v = 2 * ly_random_unit(r) - 1, s = u * u + v * v;
        if (s > 0 && s < 1) return u * sqrt(-2 * log(s) / s);
    }
}

static uint64_t scramble(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static uint64_t fresh_seed(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return scramble((uint64_t)t.tv_nsec ^ (uint64_t)t.tv_sec << 30 ^ (uint64_t)getpid() << 50);
}

/* NULL: no memory, pending. */
static ly_random *generator(ly_context *cx)
{
    if (!cx->random) {
        cx->random = ly_calloc(1, sizeof(ly_random));
        if (!cx->random) {
            ly_raise_memory(cx);
            return NULL;
        }
        cx->random->seed = fresh_seed();
    }
    ly_random *r = cx->random;
    if (r->keyed) {
        r->keyed = false;
        r->seed = scramble(r->seed ^ scramble(r->key_call ^ scramble(r->key_element)));
    }
    return r;
}

ly_random *ly_random_call(ly_context *cx)
{
    ly_random *r = generator(cx);
    if (!r) return NULL;
    r->stream = r->calls++;
    r->block = 0;
    r->left = 0;
    return r;
}

void ly_random_key(ly_context *cx, uint64_t seed, uint64_t call, uint64_t element)
{
    if (!cx->random && !(cx->random = ly_calloc(1, sizeof(ly_random)))) return;
    cx->random->seed = seed;
    cx->random->key_call = call;
    cx->random->key_element = element;
    cx->random->keyed = true;
    cx->random->calls = cx->random->keys = 0;
}

bool ly_random_next_key(ly_context *cx, uint64_t *seed, uint64_t *call)
{
    ly_random *r = generator(cx);
    if (!r) return false;
    *seed = r->seed;
    *call = r->keys++;
    return true;
}

void ly_random_end(ly_context *cx)
{
    ly_free(cx->random);
    cx->random = NULL;
}

BUILTIN(SeedRandom, seed_random, 0, 1, LY_PROTECTED, LY_EFFECTS,
        "SeedRandom[s] resets the pseudorandom generator, using s as a seed.")
static ly_value seed_random(ly_context *cx, ly_expr *call)
{
    ly_random *r = ly_random_call(cx);
    if (!r) return LY_FAILED;
    r->seed = call->count && call->args[0] != LY_SYM(Automatic) ? scramble(ly_hash(call->args[0])) : fresh_seed();
    int64_t n;
    if (call->count && ly_to_int64(call->args[0], &n)) r->seed = scramble((uint64_t)n);
    r->calls = r->keys = 0;
    return LY_SYM(Null);
}

BUILTIN(BlockRandom, block_random, 1, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "BlockRandom[expr] evaluates expr with all pseudorandom generators localized.")
static ly_value block_random(ly_context *cx, ly_expr *call)
{
    ly_random *r = ly_random_call(cx);
    if (!r) return LY_FAILED;
    r->calls--;
    ly_random kept = *r;
    ly_value seed = ly_option(cx, call, 1, "RandomSeeding", LY_SYM(Automatic));
    int64_t n;
    if (ly_to_int64(seed, &n)) {
        r->seed = scramble((uint64_t)n);
        r->calls = 0;
    }
    ly_release(cx, seed);
    ly_value v = ly_evaluate(cx, call->args[0]);
    *cx->random = kept;
    return v;
}

/* ---- shapes of results -------------------------------------------------------------------------- */

typedef ly_value generate(ly_context *cx, ly_random *r, const void *range);

static ly_value fill_level(ly_context *cx, ly_random *r, generate *one, const void *range, const size_t *dims,
                           size_t rank)
{
    if (rank == 0) return one(cx, r, range);
    ly_expr *out = ly_expr_new(cx, LY_SYM(List), dims[0]);
    if (!out) return LY_FAILED;
    for (size_t i = 0; i < dims[0]; i++) {
        ly_value v = ly_poll(cx) ? LY_FAILED : fill_level(cx, r, one, range, dims + 1, rank - 1);
        if (ly_failed(v)) {
            ly_release(cx, ly_from_object(out));
            return v;
        }
        out->args[i] = v;
    }
    return ly_pack_take(cx, ly_from_object(out));
}

/* An array that no memory could hold is refused before its first number. */
static ly_value fill(ly_context *cx, ly_random *r, generate *one, const void *range, const size_t *dims, size_t rank)
{
    double bytes = sizeof(ly_value);
    for (size_t i = 0; i < rank; i++) bytes *= (double)dims[i];
    if (!ly_memory_can(cx, bytes > 9e18 ? SIZE_MAX / 2 : (size_t)bytes)) return LY_FAILED;
    return fill_level(cx, r, one, range, dims, rank);
}

/* n or {n1, n2, …}; false: neither. */
static bool dimensions(ly_value v, size_t dims[LY_MAX_RANK], size_t *rank)
{
    int64_t n;
    if (ly_to_int64(v, &n)) {
        *rank = 1;
        dims[0] = (size_t)n;
        return n >= 0;
    }
    if (ly_is_packed(v) && ly_packed_of(v)->type == LY_PACKED_INT64 && ly_packed_of(v)->rank == 1) {
        const ly_packed *p = ly_packed_of(v);
        if (p->total > LY_MAX_RANK) return false;
        *rank = p->total;
        for (size_t i = 0; i < p->total; i++) {
            if (ly_packed_ints(v)[i] < 0) return false;
            dims[i] = (size_t)ly_packed_ints(v)[i];
        }
        return true;
    }
    if (!ly_has_head(v, LY_SYM(List)) || ly_expr_of(v)->count > LY_MAX_RANK) return false;
    *rank = ly_expr_of(v)->count;
    for (size_t i = 0; i < *rank; i++) {
        if (!ly_to_int64(ly_expr_of(v)->args[i], &n) || n < 0) return false;
        dims[i] = (size_t)n;
    }
    return true;
}

MESSAGE(RandomInteger, array, "The array dimensions `2` given in position 2 of `1` should be a list of non-negative machine-sized integers giving the dimensions for the result.")
MESSAGE(RandomReal, array, "The array dimensions `2` given in position 2 of `1` should be a list of non-negative machine-sized integers giving the dimensions for the result.")
MESSAGE(RandomInteger, unifr, "The endpoints specified by `1` for the endpoints of the discrete uniform distribution range are not integers.")
MESSAGE(RandomReal, unifr, "The endpoints specified by `1` for the endpoints of the uniform distribution range are not real-valued.")

static ly_value fill_asked(ly_context *cx, ly_expr *call, generate *one, const void *range)
{
    size_t dims[LY_MAX_RANK], rank = 0;
    if (call->count > 1 && !ly_has_head(call->args[1], LY_SYM(Rule)) && !dimensions(call->args[1], dims, &rank))
        return ly_message_call(cx, call, "array", 2, ly_from_object(call), call->args[1]);
    ly_random *r = ly_random_call(cx);
    return r ? fill(cx, r, one, range, dims, rank) : LY_FAILED;
}

/* ---- RandomReal, RandomComplex, RandomInteger ---------------------------------------------------- */

typedef struct span {
    double low, high;
} span;

static ly_value one_real(ly_context *cx, ly_random *r, const void *range)
{
    const span *s = range;
    return ly_real(cx, s->low + (s->high - s->low) * ly_random_unit(r));
}

BUILTIN(RandomReal, random_real, 0, -1, LY_PROTECTED, LY_EFFECTS,
        "RandomReal[] gives a pseudorandom real number in the range 0 to 1.\n"
        "RandomReal[{xmin, xmax}] gives one in the range xmin to xmax.")
static ly_value random_real(ly_context *cx, ly_expr *call)
{
    span s = {0, 1};
    if (call->count) {
        ly_value v = call->args[0];
        bool fine;
        if (ly_has_shape(v, LY_SYM(List), 2))
            fine = ly_numeric_double(cx, ly_expr_of(v)->args[0], &s.low) &&
                   ly_numeric_double(cx, ly_expr_of(v)->args[1], &s.high);
        else
            fine = ly_numeric_double(cx, v, &s.high);
        if (!fine) return ly_message_call(cx, call, "unifr", 1, v);
    }
    return fill_asked(cx, call, one_real, &s);
}

typedef struct box {
    double re, im, width, height;
} box;

static ly_value one_complex(ly_context *cx, ly_random *r, const void *range)
{
    const box *b = range;
    double x = b->re + b->width * ly_random_unit(r);
    return ly_complex_take(cx, ly_real(cx, x), ly_real(cx, b->im + b->height * ly_random_unit(r)));
}

BUILTIN(RandomComplex, random_complex, 0, -1, LY_PROTECTED, LY_EFFECTS,
        "RandomComplex[] gives a pseudorandom complex number with real and imaginary parts in the range 0 to 1.")
static ly_value random_complex(ly_context *cx, ly_expr *call)
{
    box b = {0, 0, 1, 1};
    if (call->count) {
        ly_value v = call->args[0], low = LY_INT(0), high = v;
        double re, im;
        if (ly_has_shape(v, LY_SYM(List), 2)) {
            low = ly_expr_of(v)->args[0];
            high = ly_expr_of(v)->args[1];
        }
        if (!ly_is_number(low) || !ly_is_number(high)) return LY_UNEVALUATED;
        ly_to_double(ly_real_part(low), &b.re);
        ly_to_double(ly_imaginary_part(low), &b.im);
        ly_to_double(ly_real_part(high), &re);
        ly_to_double(ly_imaginary_part(high), &im);
        b.width = re - b.re;
        b.height = im - b.im;
    }
    return fill_asked(cx, call, one_complex, &b);
}

typedef struct integers {
    mpz_t low, count; /* count of values */
    int64_t small_low;
    uint64_t small_count; /* 0: use the big ones */
} integers;

static ly_value one_integer(ly_context *cx, ly_random *r, const void *range)
{
    const integers *s = range;
    if (s->small_count) return ly_integer(cx, s->small_low + (int64_t)ly_random_below(r, s->small_count));
    mpz_t z;
    mpz_init(z);
    ly_random_mpz(r, z, s->count);
    mpz_add(z, z, s->low);
    return ly_integer_take_mpz(cx, z);
}

BUILTIN(RandomInteger, random_integer, 0, -1, LY_PROTECTED, LY_EFFECTS,
        "RandomInteger[{imin, imax}] gives a pseudorandom integer in the range imin to imax.\n"
        "RandomInteger[] pseudorandomly gives 0 or 1.")
static ly_value random_integer(ly_context *cx, ly_expr *call)
{
    ly_value low = LY_INT(0), high = LY_INT(1), v = call->count ? call->args[0] : high, pair = LY_FAILED;
    high = v;
    if (ly_is_list(v) && ly_length(v) == 2) {
        low = ly_element(cx, v, 0);
        high = pair = ly_element(cx, v, 1);
    }
    ly_value result;
    if (!ly_is_integer(low) || !ly_is_integer(high)) {
        result = ly_message_call(cx, call, "unifr", 1, v);
    } else {
        if (ly_compare_numbers(low, high) > 0) {
            ly_value swap = low;
            low = high;
            high = swap;
        }
        integers s;
        ly_init_mpz(s.low, low);
        ly_init_mpz(s.count, high);
        mpz_sub(s.count, s.count, s.low);
        mpz_add_ui(s.count, s.count, 1);
        s.small_count = mpz_fits_slong_p(s.low) && mpz_fits_slong_p(s.count) ? mpz_get_ui(s.count) : 0;
        s.small_low = s.small_count ? mpz_get_si(s.low) : 0;
        result = fill_asked(cx, call, one_integer, &s);
        mpz_clears(s.low, s.count, NULL);
    }
    if (pair) {
        ly_release(cx, low);
        ly_release(cx, high);
    }
    return result;
}

/* ---- RandomChoice, RandomSample ------------------------------------------------------------------ */

typedef struct choice {
    ly_value items;       /* borrowed */
    size_t count;
    double *sums;         /* partial sums of the weights; NULL: all alike */
} choice;

static size_t pick(ly_random *r, const choice *c)
{
    if (!c->sums) return (size_t)ly_random_below(r, c->count);
    double x = ly_random_unit(r) * c->sums[c->count - 1];
    size_t low = 0, high = c->count - 1;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (c->sums[mid] > x) high = mid;
        else low = mid + 1;
    }
    return low;
}

static ly_value one_choice(ly_context *cx, ly_random *r, const void *range)
{
    const choice *c = range;
    return ly_element(cx, c->items, pick(r, c));
}

MESSAGE(RandomChoice, lrwl, "The items for choice `1` should be a list or a rule weights -> choices.")
MESSAGE(RandomSample, lrwl, "The items for choice `1` should be a list or a rule weights -> choices.")
MESSAGE(RandomSample, smplen, "RandomSample cannot generate a sample of length `1`, which is greater than the length of the sample set `2`. If you want a choice of possibly repeated elements from the set, use RandomChoice.")

/* Reads list or weights -> list; false (message given) where it is neither. */
static bool read_choice(ly_context *cx, ly_expr *call, choice *c)
{
    ly_value v = call->args[0];
    c->sums = NULL;
    c->items = v;
    if (ly_has_shape(v, LY_SYM(Rule), 2)) {
        ly_value weights = ly_expr_of(v)->args[0];
        c->items = ly_expr_of(v)->args[1];
        size_t n = ly_length(weights);
        double sum = 0, w;
        if (ly_is_list(weights) && ly_is_list(c->items) && n == ly_length(c->items) && n > 0) {
            c->sums = ly_malloc(n * sizeof *c->sums);
            for (size_t i = 0; c->sums && i < n; i++) {
                ly_value x = ly_element(cx, weights, i);
                if (!ly_numeric_double(cx, x, &w) || w < 0) w = NAN;
                ly_release(cx, x);
                c->sums[i] = sum += w;
            }
            if (c->sums && sum > 0 && isfinite(sum)) {
                c->count = n;
                return true;
            }
            ly_free(c->sums);
            c->sums = NULL;
        }
    } else if (ly_is_list(v) && ly_length(v) > 0) {
        c->count = ly_length(v);
        return true;
    }
    ly_message_call(cx, call, "lrwl", 1, v);
    return false;
}

BUILTIN(RandomChoice, random_choice, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_PACKED,
        "RandomChoice[{e1, e2, ...}] gives a pseudorandom choice of one of the ei.")
static ly_value random_choice(ly_context *cx, ly_expr *call)
{
    choice c;
    if (!read_choice(cx, call, &c)) return LY_UNEVALUATED;
    ly_value r = fill_asked(cx, call, one_choice, &c);
    ly_free(c.sums);
    return r;
}

BUILTIN(RandomSample, random_sample, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_PACKED,
        "RandomSample[{e1, e2, ...}, n] gives a pseudorandom sample of n of the ei.\n"
        "RandomSample[list] gives a pseudorandom permutation of the list.")
static ly_value random_sample(ly_context *cx, ly_expr *call)
{
    choice c;
    if (ly_is_list(call->args[0]) && ly_length(call->args[0]) == 0) return ly_retain(call->args[0]);
    if (!read_choice(cx, call, &c)) return LY_UNEVALUATED;
    int64_t n = (int64_t)c.count;
    ly_value result = LY_FAILED;
    size_t *order = NULL;
    if (call->count > 1 && !ly_has_head(call->args[1], LY_SYM(Rule))) {
        ly_value asked = call->args[1];
        bool up_to = ly_has_shape(asked, LY_SYM(UpTo), 1);
        if (up_to) asked = ly_expr_of(asked)->args[0];
        int64_t m;
        if (!ly_to_int64(asked, &m) || m < 0 || (m > n && !up_to)) {
            ly_free(c.sums);
            if (ly_is_integer(asked))
                return ly_message_call(cx, call, "smplen", 2, asked, c.items);
            return LY_UNEVALUATED;
        }
        if (m < n) n = m;
    }
    ly_random *r = ly_random_call(cx);
    order = ly_malloc((c.count + 1) * sizeof *order);
    if (!r || !order) {
        if (r) ly_raise_memory(cx);
        goto out;
    }
    for (size_t i = 0; i < c.count; i++) order[i] = i;
    for (size_t i = 0; i < (size_t)n; i++) {
        size_t k = i;
        if (!c.sums) {
            k = i + (size_t)ly_random_below(r, c.count - i);
        } else {
            /* with weights: draw until it is one that is left */
            for (int tries = 0;; tries++) {
                size_t drawn = pick(r, &c);
                for (k = i; k < c.count && order[k] != drawn; k++) {}
                if (k < c.count) break;
                if (tries > 1000) {
                    k = i;
                    break;
                }
            }
        }
        size_t swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
    ly_expr *out = ly_expr_new(cx, LY_SYM(List), (size_t)n);
    if (!out) goto out;
    for (size_t i = 0; i < (size_t)n; i++) out->args[i] = ly_element(cx, c.items, order[i]);
    result = ly_pack_take(cx, ly_from_object(out));
out:
    ly_free(order);
    ly_free(c.sums);
    return result;
}
