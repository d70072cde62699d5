/* arb.c: special functions at any precision by Arb's ball arithmetic.

   The library is loaded on first use, by whichever thread needs it first. A function is computed with growing working precision until
   its ball is small enough; what has no finite value stays unevaluated. */
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include <acb.h>

#include "numeric.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct { /* written once, then only read */
    bool there;
    void *library;
    void (*acb_init)(acb_t);
    void (*acb_clear)(acb_t);
    void (*arf_set_mpfr)(arf_t, const mpfr_t);
    int (*arf_get_mpfr)(mpfr_t, const arf_t, mpfr_rnd_t);
    slong (*acb_rel_accuracy_bits)(const acb_t);
    double (*mag_get_d_log2_approx)(const mag_t);
} arb;

/* FLINT keeps freed numbers for reuse, per thread. */
static void give_back(void)
{
    void (*cleanup)(void) = (void (*)(void))dlsym(arb.library, "flint_cleanup_master");
    if (cleanup) cleanup();
}

static void load_once(void)
{
    static const char *const names[] = {"libflint-arb.so.2", "libflint.so.18", "libflint.so.19",
                                        "libarb.so.2", "libflint.so"};
    for (size_t i = 0; i < sizeof names / sizeof *names && !arb.library; i++) {
        arb.library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
        if (arb.library && !dlsym(arb.library, "acb_zeta")) {
            dlclose(arb.library);
            arb.library = NULL;
        }
    }
    if (!arb.library) return;
    ly_reserve_for_flint(dlsym(arb.library, "__flint_set_memory_functions"));
    bool all = true;
#define FIND(name) all = (arb.name = (__typeof__(arb.name))dlsym(arb.library, #name)) && all
    FIND(acb_init);
    FIND(acb_clear);
    FIND(arf_set_mpfr);
    FIND(arf_get_mpfr);
    FIND(acb_rel_accuracy_bits);
    FIND(mag_get_d_log2_approx);
#undef FIND
    arb.there = all;
    if (all) atexit(give_back);
}

static bool load(void)
{
    pthread_once(&once, load_once);
    return arb.there;
}

void *ly_arb_symbol(const char *name) { return load() ? dlsym(arb.library, name) : NULL; }

static void set_part(arb_t out, ly_value v, long bits)
{
    mpfr_t f;
    ly_init_mpfr(f, v, ly_is_bigreal(v) ? mpfr_get_prec(ly_bigreal_of(v)->f) : bits);
    arb.arf_set_mpfr(arb_midref(out), f);
    mpfr_clear(f);
}

static ly_value part_value(ly_context *cx, const arb_t x, double precision)
{
    mpfr_t f;
    mpfr_init2(f, precision == LY_MACHINE_PRECISION ? 53 : ly_bits_for(precision));
    arb.arf_get_mpfr(f, arb_midref(x), MPFR_RNDN);
    if (precision == LY_MACHINE_PRECISION) {
        double d = mpfr_get_d(f, MPFR_RNDN);
        if (isfinite(d)) {
            mpfr_clear(f);
            return ly_real(cx, d);
        }
    }
    if (mpfr_zero_p(f)) {
        /* as accurate as the ball's radius says */
        double accuracy = -arb.mag_get_d_log2_approx(arb_radref(x)) * 0.30102999566398119521;
        return ly_bigreal_with_accuracy_take(cx, f, isfinite(accuracy) ? accuracy : precision);
    }
    return ly_bigreal_take_mpfr(cx, f, precision);
}

static bool exact_zero(const arb_t x)
{
    return ARF_IS_SPECIAL(arb_midref(x)) && ARF_EXP(arb_midref(x)) == 0 && MAG_EXP(arb_radref(x)) == 0 &&
           MAG_MAN(arb_radref(x)) == 0;
}

static bool zero_midpoint(const arb_t x)
{
    return ARF_IS_SPECIAL(arb_midref(x)) && ARF_EXP(arb_midref(x)) == 0;
}

/* a midpoint that is infinite or no number, or an infinite radius */
static bool not_finite(const arb_t x)
{
    if (ARF_IS_SPECIAL(arb_midref(x)) && ARF_EXP(arb_midref(x)) != 0) return true;
    return MAG_MAN(arb_radref(x)) == 0 && MAG_EXP(arb_radref(x)) != 0;
}

ly_value ly_arb_with(ly_context *cx, ly_arb_body *body, const void *data, size_t n,
                     const ly_value *args, double precision)
{
    enum { most = 6 };
    acb_t in[most], out;
    const void *pointers[most];
    if (n > most || !load()) return LY_UNEVALUATED;
    ly_mpfr_begin();
    long target = precision == LY_MACHINE_PRECISION ? 60 : (long)(precision * 3.3219280948873623) + 8;
    ly_value result = LY_UNEVALUATED;
    for (size_t i = 0; i < n; i++) {
        arb.acb_init(in[i]);
        pointers[i] = in[i];
    }
    arb.acb_init(out);
    bool all_real = true;
    for (size_t i = 0; i < n; i++) all_real = all_real && !ly_is_complex(args[i]);
    long bits = target + 30;
    for (int attempt = 0; attempt < 8; attempt++, bits *= 2) {
        if (ly_poll(cx)) {
            result = LY_FAILED;
            break;
        }
        for (size_t i = 0; i < n; i++) {
            set_part(acb_realref(in[i]), ly_real_part(args[i]), bits + 32);
            set_part(acb_imagref(in[i]), ly_imaginary_part(args[i]), bits + 32);
        }
        body(out, pointers, bits, data);
        if (not_finite(acb_realref(out)) || not_finite(acb_imagref(out))) {
            if (attempt < 2) continue;
            break;
        }
        if (arb.acb_rel_accuracy_bits(out) < target && attempt < 7 &&
            !(exact_zero(acb_realref(out)) && exact_zero(acb_imagref(out))))
            continue;
        ly_value re = part_value(cx, acb_realref(out), precision);
        if (exact_zero(acb_imagref(out)) || (all_real && zero_midpoint(acb_imagref(out)))) {
            result = re;
            break;
        }
        ly_value im = part_value(cx, acb_imagref(out), precision);
        result = ly_complex_take(cx, re, im);
        break;
    }
    arb.acb_clear(out);
    for (size_t i = 0; i < n; i++) arb.acb_clear(in[i]);
    return result;
}

static void call_named(void *out, const void *const *in, long bits, const void *data)
{
    union {
        const void *object;
        void (*one)(acb_t, const acb_t, slong);
        void (*two)(acb_t, const acb_t, const acb_t, slong);
        void (*three)(acb_t, const acb_t, const acb_t, const acb_t, slong);
    } f;
    const void *const *call = data;
    f.object = call[0];
    switch ((size_t)call[1]) {
    case 1: f.one(out, in[0], bits); break;
    case 2: f.two(out, in[0], in[1], bits); break;
    default: f.three(out, in[0], in[1], in[2], bits); break;
    }
}

ly_value ly_arb_call(ly_context *cx, const char *name, size_t n, const ly_value *args, double precision)
{
    const void *call[2] = {ly_arb_symbol(name), (void *)n};
    if (!call[0] || n > 3) return LY_UNEVALUATED;
    return ly_arb_with(cx, call_named, call, n, args, precision);
}

static void call_constant(void *out, const void *const *in, long bits, const void *data)
{
    union {
        const void *object;
        void (*constant)(arb_t, slong);
    } f;
    f.object = data;
    f.constant(acb_realref((acb_ptr)out), bits);
}

ly_value ly_arb_constant(ly_context *cx, const char *name, double precision)
{
    const void *address = ly_arb_symbol(name);
    return address ? ly_arb_with(cx, call_constant, address, 0, NULL, precision) : LY_UNEVALUATED;
}
