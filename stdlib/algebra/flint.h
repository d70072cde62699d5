/* flint.h: FLINT's polynomials, from a library that is loaded when they are first needed.

   Loading FLINT costs a program more than all else at its start. So its functions are reached
   through pointers that ly_flint_load fills: each name below, when the headers of FLINT are read,
   declares the pointer instead of the function, and their inline functions call through it too. A
   function of FLINT that is not listed does not link: add it here and in flint.c. */
#ifndef LY_ALGEBRA_FLINT_H
#define LY_ALGEBRA_FLINT_H

#include <flint/flint.h>
#include <flint/thread_pool.h>
#include <flint/ulong_extras.h>

#include "eval/context.h"

#undef FLINT_DLL
#define FLINT_DLL extern

#define _fmpq_canonicalise (*ly_flint__fmpq_canonicalise)
#define _fmpz_clear_mpz (*ly_flint__fmpz_clear_mpz)
#define _fmpz_promote (*ly_flint__fmpz_promote)
#define fmpq_mpoly_add (*ly_flint_fmpq_mpoly_add)
#define fmpq_mpoly_add_fmpq (*ly_flint_fmpq_mpoly_add_fmpq)
#define fmpq_mpoly_discriminant (*ly_flint_fmpq_mpoly_discriminant)
#define fmpq_mpoly_divides (*ly_flint_fmpq_mpoly_divides)
#define fmpq_mpoly_factor (*ly_flint_fmpq_mpoly_factor)
#define fmpq_mpoly_factor_clear (*ly_flint_fmpq_mpoly_factor_clear)
#define fmpq_mpoly_factor_init (*ly_flint_fmpq_mpoly_factor_init)
#define fmpq_mpoly_factor_squarefree (*ly_flint_fmpq_mpoly_factor_squarefree)
#define fmpq_mpoly_gcd (*ly_flint_fmpq_mpoly_gcd)
#define fmpq_mpoly_get_term_coeff_fmpq (*ly_flint_fmpq_mpoly_get_term_coeff_fmpq)
#define fmpq_mpoly_get_term_exp_ui (*ly_flint_fmpq_mpoly_get_term_exp_ui)
#define fmpq_mpoly_mul (*ly_flint_fmpq_mpoly_mul)
#define fmpq_mpoly_pow_ui (*ly_flint_fmpq_mpoly_pow_ui)
#define fmpq_mpoly_resultant (*ly_flint_fmpq_mpoly_resultant)
#define fmpq_mpoly_scalar_div_fmpq (*ly_flint_fmpq_mpoly_scalar_div_fmpq)
#define fmpq_mpoly_scalar_mul_fmpq (*ly_flint_fmpq_mpoly_scalar_mul_fmpq)
#define fmpq_mpoly_set_fmpq (*ly_flint_fmpq_mpoly_set_fmpq)
#define fmpq_mpoly_term_content (*ly_flint_fmpq_mpoly_term_content)
#define fmpq_mul (*ly_flint_fmpq_mul)
#define fmpq_pow_si (*ly_flint_fmpq_pow_si)
#define fmpq_set_si (*ly_flint_fmpq_set_si)
#define fmpz_equal (*ly_flint_fmpz_equal)
#define fmpz_equal_si (*ly_flint_fmpz_equal_si)
#define fmpz_fits_si (*ly_flint_fmpz_fits_si)
#define fmpz_gcd (*ly_flint_fmpz_gcd)
#define fmpz_get_mpz (*ly_flint_fmpz_get_mpz)
#define fmpz_get_si (*ly_flint_fmpz_get_si)
#define fmpz_mpoly_clear (*ly_flint_fmpz_mpoly_clear)
#define fmpz_mpoly_ctx_clear (*ly_flint_fmpz_mpoly_ctx_clear)
#define fmpz_mpoly_ctx_init (*ly_flint_fmpz_mpoly_ctx_init)
#define fmpz_mpoly_equal (*ly_flint_fmpz_mpoly_equal)
#define fmpz_mpoly_equal_ui (*ly_flint_fmpz_mpoly_equal_ui)
#define fmpz_mpoly_gen (*ly_flint_fmpz_mpoly_gen)
#define fmpz_mpoly_init (*ly_flint_fmpz_mpoly_init)
#define fmpz_mpoly_is_fmpz (*ly_flint_fmpz_mpoly_is_fmpz)
#define fmpz_mpoly_set (*ly_flint_fmpz_mpoly_set)
#define fmpz_mpoly_set_ui (*ly_flint_fmpz_mpoly_set_ui)
#define fmpz_mul (*ly_flint_fmpz_mul)
#define fmpz_set (*ly_flint_fmpz_set)
#define fmpz_set_mpz (*ly_flint_fmpz_set_mpz)
#define mpoly_degrees_fit_si (*ly_flint_mpoly_degrees_fit_si)
#define mpoly_degrees_si (*ly_flint_mpoly_degrees_si)

#include <flint/fmpq_mpoly.h>
#include <flint/fmpq_mpoly_factor.h>

/* Loads FLINT, once for the process. False: it is not installed; the error that says so is pending. */
bool ly_flint_load(ly_context *cx);

#endif
