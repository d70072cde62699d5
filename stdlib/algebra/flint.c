/* flint.c: loading FLINT. The pointers are written once, by whichever context needs them first, under
   a lock; from then on they are read only. */
#include "stdlib/algebra/flint.h"

#include <dlfcn.h>
#include <pthread.h>

#define FUNCTIONS(X) \
    X(_fmpq_canonicalise) X(_fmpz_clear_mpz) X(_fmpz_promote) \
    X(fmpq_mpoly_add) X(fmpq_mpoly_add_fmpq) X(fmpq_mpoly_discriminant) \
    X(fmpq_mpoly_divides) X(fmpq_mpoly_factor) X(fmpq_mpoly_factor_clear) \
    X(fmpq_mpoly_factor_init) X(fmpq_mpoly_factor_squarefree) X(fmpq_mpoly_gcd) \
    X(fmpq_mpoly_get_term_coeff_fmpq) X(fmpq_mpoly_get_term_exp_ui) X(fmpq_mpoly_mul) \
    X(fmpq_mpoly_pow_ui) X(fmpq_mpoly_resultant) X(fmpq_mpoly_scalar_div_fmpq) \
    X(fmpq_mpoly_scalar_mul_fmpq) X(fmpq_mpoly_set_fmpq) X(fmpq_mpoly_term_content) \
    X(fmpq_mul) X(fmpq_pow_si) X(fmpq_set_si) \
    X(fmpz_equal) X(fmpz_equal_si) X(fmpz_fits_si) \
    X(fmpz_gcd) X(fmpz_get_mpz) X(fmpz_get_si) \
    X(fmpz_mpoly_clear) X(fmpz_mpoly_ctx_clear) X(fmpz_mpoly_ctx_init) \
    X(fmpz_mpoly_equal) X(fmpz_mpoly_equal_ui) X(fmpz_mpoly_gen) \
    X(fmpz_mpoly_init) X(fmpz_mpoly_is_fmpz) X(fmpz_mpoly_set) \
    X(fmpz_mpoly_set_ui) X(fmpz_mul) X(fmpz_set) \
    X(fmpz_set_mpz) X(mpoly_degrees_fit_si) X(mpoly_degrees_si)

#define POINTER(name) __typeof__(ly_flint_##name) ly_flint_##name;
FUNCTIONS(POINTER)

static bool find_all(void *library)
{
    bool all = true;
#define FIND(name) all = (ly_flint_##name = (__typeof__(ly_flint_##name))dlsym(library, #name)) && all;
    FUNCTIONS(FIND)
    return all;
}

bool ly_flint_load(ly_context *cx)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool ready;
    bool loaded = __atomic_load_n(&ready, __ATOMIC_ACQUIRE);
    if (loaded) return true;
    pthread_mutex_lock(&lock);
    if (!ready) {
        void *library = dlopen("libflint.so.17", RTLD_LAZY | RTLD_LOCAL);
        if (!library) library = dlopen("libflint.so", RTLD_LAZY | RTLD_LOCAL);
        if (library) ly_reserve_for_flint(dlsym(library, "__flint_set_memory_functions"));
        if (library && find_all(library)) __atomic_store_n(&ready, true, __ATOMIC_RELEASE);
    }
    loaded = ready;
    pthread_mutex_unlock(&lock);
    if (!loaded)
        ly_raise_failure(cx, "MissingLibrary",
                         "algebra of polynomials needs the library FLINT (libflint.so.17), which is not installed");
    return loaded;
}
