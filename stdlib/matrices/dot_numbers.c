/* dot_numbers.c: Dot of vectors and matrices of machine numbers.

   Every element is the sum of its products in the order of the list, each rounded: the same bits as
   product after product. Matrices go through tiles of 4 by 4 that stay in registers, over panels of both
   that stay in the caches (Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication,
   2008). Where an optimised BLAS can be loaded, large matrices of reals are its matter; it adds in an
   order of its own, the same one in all that runs on this machine. */
#include <dlfcn.h>
#include <pthread.h>

#include "matrices.h"

enum { TILE = 4, DEPTH = 256, ROWS = 64, LARGE = 64 * 64 * 64 };

/* a: rows by depth, b: depth by columns, out: rows by columns; each row by row */
typedef struct product {
    size_t rows, depth, columns;
    const void *a, *b;
    void *out;
} product;

/* ---- BLAS */

typedef void gemm(const char *, const char *, const int *, const int *, const int *, const double *, const double *,
                  const int *, const double *, const int *, const double *, double *, const int *);
static gemm *optimised;
static pthread_once_t blas_once = PTHREAD_ONCE_INIT;

/* The reference implementation is slower than what is here, and is told by what it lacks. */
static void load_blas(void)
{
    static const char *const libraries[] = {"libopenblas.so.0", "libblis.so.4", "libmkl_rt.so.2", "libblas.so.3"};
    static const char *const marks[] = {"openblas_get_config", "bli_info_get_version_str", "MKL_Get_Version_String"};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries && !optimised; i++) {
        void *library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL); /* stays loaded */
        bool fast = false;
        for (size_t k = 0; library && k < sizeof marks / sizeof *marks; k++) fast |= dlsym(library, marks[k]) != NULL;
        if (!fast) continue;
        /* threads are the scheduler's */
        void (*threads)(int) = (void (*)(int))(uintptr_t)dlsym(library, "openblas_set_num_threads");
        if (threads) threads(1);
        optimised = (gemm *)(uintptr_t)dlsym(library, "dgemm_");
    }
}

static bool multiply_by_blas(const product *p)
{
    const double one = 1, zero = 0;
    int m = (int)p->columns, n = (int)p->rows, k = (int)p->depth;
    if (p->rows > INT32_MAX || p->columns > INT32_MAX || p->depth > INT32_MAX) return false;
    pthread_once(&blas_once, load_blas);
    if (!optimised) return false;
    /* rows here are its columns */
    optimised("N", "N", &m, &n, &k, &one, p->b, &m, p->a, &k, &zero, p->out, &m);
    return true;
}

/* ---- reals */

typedef double pair __attribute__((vector_size(16)));

static inline pair both(double x) { return (pair){x, x}; }

/* out[4][4] += a[4][depth] b[depth][4]; b lies as a panel, out and a have their strides. */
static void multiply_tile(double *out, size_t out_stride, const double *a, size_t a_stride, const pair *b, size_t depth)
{
    pair c[TILE][2];
    for (int i = 0; i < TILE; i++) memcpy(c[i], out + (size_t)i * out_stride, sizeof c[i]);
    pair c00 = c[0][0], c01 = c[0][1], c10 = c[1][0], c11 = c[1][1], c20 = c[2][0], c21 = c[2][1], c30 = c[3][0], c31 = c[3][1];
    const double *a0 = a, *a1 = a + a_stride, *a2 = a1 + a_stride, *a3 = a2 + a_stride;
    for (size_t k = 0; k < depth; k++) {
        pair b0 = b[2 * k], b1 = b[2 * k + 1], x;
        x = both(a0[k]), c00 += x * b0, c01 += x * b1;
        x = both(a1[k]), c10 += x * b0, c11 += x * b1;
        x = both(a2[k]), c20 += x * b0, c21 += x * b1;
        x = both(a3[k]), c30 += x * b0, c31 += x * b1;
    }
    c[0][0] = c00, c[0][1] = c01, c[1][0] = c10, c[1][1] = c11, c[2][0] = c20, c[2][1] = c21, c[3][0] = c30, c[3][1] = c31;
    for (int i = 0; i < TILE; i++) memcpy(out + (size_t)i * out_stride, c[i], sizeof c[i]);
}

/* The same where less than a tile is left. */
static void multiply_edge(double *out, size_t out_stride, const double *a, size_t a_stride, const double *b, size_t depth,
                          size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            double sum = out[i * out_stride + j];
            for (size_t k = 0; k < depth; k++) sum += a[i * a_stride + k] * b[TILE * k + j];
            out[i * out_stride + j] = sum;
        }
}

/* b's rows from … from+depth-1 as panels of 4 columns, each row by row. */
static void put_panels(double *panels, const product *p, size_t from, size_t depth)
{
    const double *b = (const double *)p->b + from * p->columns;
    for (size_t j = 0; j < p->columns; j += TILE) {
        size_t width = p->columns - j < TILE ? p->columns - j : TILE;
        for (size_t k = 0; k < depth; k++, panels += TILE)
            for (size_t i = 0; i < TILE; i++) panels[i] = i < width ? b[k * p->columns + j + i] : 0;
    }
}

static int multiply_reals(ly_context *cx, const product *p)
{
    size_t n = p->rows * p->columns, most = p->depth < DEPTH ? p->depth : DEPTH;
    double *out = p->out;
    if ((double)p->rows * (double)p->columns * (double)p->depth >= LARGE && p->columns > 1 && p->rows > 1 && multiply_by_blas(p))
        return 1;
    double *panels = ly_buffer_alloc(cx, (p->columns + TILE) * most * sizeof *panels);
    if (!panels) return -1;
    for (size_t i = 0; i < n; i++) out[i] = -0.0; /* leaves what is added to it as it is */
    for (size_t from = 0; from < p->depth; from += DEPTH) {
        size_t depth = p->depth - from < DEPTH ? p->depth - from : DEPTH;
        put_panels(panels, p, from, depth);
        for (size_t top = 0; top < p->rows; top += ROWS) {
            size_t bottom = p->rows - top < ROWS ? p->rows : top + ROWS;
            if (ly_poll(cx)) {
                ly_buffer_free(cx, panels);
                return -1;
            }
            for (size_t j = 0; j < p->columns; j += TILE) {
                const double *panel = panels + j * depth;
                size_t width = p->columns - j < TILE ? p->columns - j : TILE;
                for (size_t i = top; i < bottom; i += TILE) {
                    size_t height = bottom - i < TILE ? bottom - i : TILE;
                    const double *a = (const double *)p->a + i * p->depth + from;
                    double *c = out + i * p->columns + j;
                    if (height == TILE && width == TILE) multiply_tile(c, p->columns, a, p->depth, (const pair *)(const void *)panel, depth);
                    else multiply_edge(c, p->columns, a, p->depth, panel, depth, height, width);
                }
            }
        }
    }
    ly_buffer_free(cx, panels);
    return 1;
}

static int all_finite(const double *x, size_t n)
{
    double check = 0;
    for (size_t i = 0; i < n; i++) check += x[i] * 0;
    return check == 0;
}

/* ---- integers */

static int multiply_integers(ly_context *cx, const product *p)
{
    const int64_t *a = p->a, *b = p->b;
    int64_t *out = p->out;
    memset(out, 0, p->rows * p->columns * sizeof *out);
    for (size_t i = 0; i < p->rows; i++) {
        if (ly_poll(cx)) return -1;
        for (size_t k = 0; k < p->depth; k++)
            for (size_t j = 0; j < p->columns; j++) {
                int64_t term, *sum = &out[i * p->columns + j];
                if (__builtin_mul_overflow(a[i * p->depth + k], b[k * p->columns + j], &term) ||
                    __builtin_add_overflow(*sum, term, sum))
                    return 0;
            }
    }
    for (size_t i = 0; i < p->rows * p->columns; i++)
        if (!ly_int_fits(out[i])) return 0;
    return 1;
}

/* ---- Dot */

/* An array of that type, owned: v itself, or its integers as reals. */
static ly_value as_type(ly_context *cx, ly_value v, ly_element_type type)
{
    const ly_packed *p = ly_packed_of(v);
    if (p->type == type) return ly_retain(v);
    ly_value reals = ly_packed_new(cx, type, p->rank, p->dims);
    if (ly_failed(reals)) return reals;
    for (size_t i = 0; i < p->total; i++) ly_packed_reals(reals)[i] = (double)ly_packed_ints(v)[i];
    return reals;
}

static ly_value multiply(ly_context *cx, ly_value a, ly_value b, ly_element_type type)
{
    const ly_packed *x = ly_packed_of(a), *y = ly_packed_of(b);
    product p = {x->rank == 2 ? x->dims[0] : 1, x->dims[x->rank - 1], y->rank == 2 ? y->dims[1] : 1, x->data, y->data, NULL};
    size_t dims[2], rank = 0;
    if (x->rank == 2) dims[rank++] = p.rows;
    if (y->rank == 2) dims[rank++] = p.columns;
    size_t one = 1;
    ly_value out = ly_packed_new(cx, type, rank ? rank : 1, rank ? dims : &one);
    if (ly_failed(out)) return out;
    p.out = ly_packed_of(out)->data;
    int done = type == LY_PACKED_REAL ? multiply_reals(cx, &p) : multiply_integers(cx, &p);
    if (done == 1 && type == LY_PACKED_REAL) done = all_finite(p.out, p.rows * p.columns);
    ly_value result = done < 0 ? LY_FAILED : done == 0 ? LY_UNEVALUATED : out;
    if (done == 1 && rank == 0) result = ly_element(cx, out, 0);
    if (result != out) ly_release(cx, out);
    return result;
}

ly_value ly_dot_numbers(ly_context *cx, ly_value a, ly_value b)
{
    if (!ly_is_packed(a) || !ly_is_packed(b)) return LY_UNEVALUATED;
    const ly_packed *x = ly_packed_of(a), *y = ly_packed_of(b);
    if (x->rank > 2 || y->rank > 2 || x->type == LY_PACKED_COMPLEX || y->type == LY_PACKED_COMPLEX) return LY_UNEVALUATED;
    if (x->dims[x->rank - 1] != y->dims[0] || x->total == 0 || y->total == 0) return LY_UNEVALUATED;
    ly_element_type type = x->type == LY_PACKED_REAL || y->type == LY_PACKED_REAL ? LY_PACKED_REAL : LY_PACKED_INT64;
    ly_value left = as_type(cx, a, type), right = ly_failed(left) ? left : as_type(cx, b, type);
    ly_value result = ly_failed(right) ? LY_FAILED : multiply(cx, left, right, type);
    ly_release(cx, left);
    ly_release(cx, right);
    return result;
}
