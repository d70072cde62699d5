/* distribution.c: probability distributions: PDF, CDF, Quantile, Mean … of what distributions.def
   knows.

   The formulas of a row are program text; its parameters are put in for #1 …, the point for #9. At a
   number, the distribution function of a discrete distribution is summed, and its quantiles are
   found by summing. */
#include "stdlib/numbers/numbers.h"
#include "stdlib/statistics/distributions.h"

enum { CONTINUOUS = 1, DISCRETE = 2, LISTED = 4 };
#define POINT 8          /* index of #9 */
#define MOST_TERMS 20000 /* of a sum over a discrete distribution */

typedef struct distribution {
    int parameters, shape;
    const char *defaults, *mean, *variance, *median, *skewness, *kurtosis;
    const char *low, *high, *pdf, *support, *cdf, *cdf_support, *above, *quantile;
    const char *pdf_whole, *cdf_whole, *mgf, *cf, *survival;
} distribution;

static const distribution *find(ly_value head, int parameters)
{
#define DISTRIBUTION(symbol, n, form, ...)                                                         \
    if (head == symbol && (parameters == n || parameters < 0)) {                                   \
        static const distribution row = {.parameters = n, .shape = form, __VA_ARGS__};             \
        if (parameters >= 0 || row.defaults) return &row;                                          \
    }
#include "stdlib/statistics/distributions.def"
#undef DISTRIBUTION
    return NULL;
}

/* ---- a distribution with its parameters --------------------------------------------------------- */

typedef struct instance {
    const distribution *d;
    ly_value items[POINT + 1]; /* owned */
    bool numeric;              /* all parameters are numbers */
} instance;

static void drop(ly_context *cx, instance *i)
{
    for (size_t k = 0; k <= POINT; k++) ly_release(cx, i->items[k]);
}

/* False: v is no distribution that is known. */
static bool open_distribution(ly_context *cx, ly_value v, instance *i)
{
    if (!ly_is_expr(v) || !ly_is_symbol(ly_expr_of(v)->head)) return false;
    const ly_expr *e = ly_expr_of(v);
    bool listed = e->count && ly_is_list(e->args[0]) && ly_length(e->args[0]) == 2;
    int count = (int)e->count + listed;
    if (count > POINT) return false;
    *i = (instance){.d = find(e->head, count), .numeric = true};
    if (!i->d || !!(i->d->shape & LISTED) != listed) return false;
    size_t n = 0;
    for (size_t k = 0; k < e->count; k++) {
        if (k == 0 && listed) {
            i->items[n++] = ly_element(cx, e->args[0], 0);
            i->items[n++] = ly_element(cx, e->args[0], 1);
        } else
            i->items[n++] = ly_retain(e->args[k]);
    }
    for (size_t k = 0; k < n; k++) i->numeric &= ly_is_numeric(cx, i->items[k]);
    for (; n <= POINT; n++) i->items[n] = LY_INT(0);
    return true;
}

static ly_value formula(ly_context *cx, const instance *i, const char *text)
{
    return text ? ly_formula(cx, text, POINT + 1, i->items) : LY_UNEVALUATED;
}

static void set_point_take(ly_context *cx, instance *i, ly_value point)
{
    ly_release(cx, i->items[POINT]);
    i->items[POINT] = point;
}

/* Piecewise[{{value, support}, {1, above}}, 0] */
static ly_value piecewise(ly_context *cx, const instance *i, const char *value, const char *support,
                          const char *above, const char *otherwise)
{
    if (!value) return LY_UNEVALUATED;
    if (!support) return formula(cx, i, value);
    ly_text text = {0};
    ly_text_printf(&text, "Piecewise[{{%s, %s}", value, support);
    if (above) ly_text_printf(&text, ", {%s, %s}", otherwise[0] == '0' ? "1" : "0", above);
    ly_text_printf(&text, "}, %s]", otherwise);
    ly_value result = text.failed ? ly_raise_memory(cx) : formula(cx, i, text.data);
    ly_text_free(&text);
    return result;
}

/* An exact result at an inexact point is inexact. */
static ly_value as_point_take(ly_context *cx, ly_value point, ly_value result)
{
    if (!ly_is_inexact(point) || ly_failed(result) || result == LY_UNEVALUATED) return result;
    return ly_is_numeric(cx, result) ? ly_call1(cx, LY_SYM(N), result) : result;
}

static ly_value density(ly_context *cx, instance *i)
{
    ly_value x = i->items[POINT];
    if (i->d->pdf_whole) return formula(cx, i, i->d->pdf_whole);
    if (i->d->shape & DISCRETE && ly_is_real_number(x) && !ly_is_integer(x)) {
        double value;
        if (!ly_to_double(x, &value) || value != (double)(int64_t)value) return LY_INT(0);
    }
    return piecewise(cx, i, i->d->pdf, i->d->support, NULL, "0");
}

/* ---- sums over a discrete distribution ---------------------------------------------------------- */

/* Adds densities from the low end on until `last` (or, where there is none, until the sum reaches
   the probability q); the sum, or the point that was reached. */
static ly_value add_up(ly_context *cx, instance *i, int64_t low, int64_t last, ly_value q)
{
    ly_value sum = LY_INT(0);
    for (int64_t k = low; k - low < MOST_TERMS; k++) {
        if (ly_poll(cx)) break;
        set_point_take(cx, i, ly_integer(cx, k));
        ly_value term = formula(cx, i, i->d->pdf_whole ? i->d->pdf_whole : i->d->pdf);
        if (ly_failed(term) || term == LY_UNEVALUATED) break;
        sum = ly_call2(cx, LY_SYM(Plus), sum, term);
        if (ly_failed(sum)) return sum;
        if (ly_failed(q)) {
            if (k == last) return sum;
            continue;
        }
        int reached = ly_test_call2(cx, LY_SYM(GreaterEqual), sum, q);
        if (reached) {
            ly_release(cx, sum);
            return reached < 0 ? LY_FAILED : ly_integer(cx, k);
        }
    }
    ly_release(cx, sum);
    return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
}

/* The low end of the support as an integer. */
static bool low_end(ly_context *cx, instance *i, int64_t *low)
{
    ly_value v = formula(cx, i, i->d->low);
    bool known = v != LY_UNEVALUATED && !ly_failed(v) && ly_to_int64(v, low);
    if (v != LY_UNEVALUATED) ly_release(cx, v);
    return known;
}

static ly_value distribution_function(ly_context *cx, instance *i)
{
    ly_value x = i->items[POINT];
    if (i->d->cdf_whole) return formula(cx, i, i->d->cdf_whole);
    int64_t low;
    double value;
    if (i->d->shape & DISCRETE && i->numeric && i->d->pdf && ly_is_real_number(x) &&
        ly_to_double(x, &value) && low_end(cx, i, &low)) {
        ly_value high = formula(cx, i, i->d->high);
        double most;
        bool bounded = !ly_failed(high) && high != LY_UNEVALUATED && ly_to_double(high, &most);
        if (high != LY_UNEVALUATED) ly_release(cx, high);
        if (value < (double)low) return LY_INT(0);
        if (bounded && value >= most) return LY_INT(1);
        if (value - (double)low < MOST_TERMS) return add_up(cx, i, low, (int64_t)value - (value < (double)(int64_t)value), LY_FAILED);
    }
    return piecewise(cx, i, i->d->cdf, i->d->cdf_support, i->d->above, "0");
}

static ly_value survival(ly_context *cx, instance *i)
{
    if (i->d->survival) return formula(cx, i, i->d->survival);
    if (i->d->cdf && i->d->cdf_support && !ly_is_number(i->items[POINT])) {
        ly_text text = {0};
        ly_text_printf(&text, "1 - (%s)", i->d->cdf);
        ly_value result = piecewise(cx, i, text.data, i->d->cdf_support, i->d->above, "1");
        ly_text_free(&text);
        return result;
    }
    ly_value below = distribution_function(cx, i);
    if (ly_failed(below) || below == LY_UNEVALUATED) return below;
    return ly_call2(cx, LY_SYM(Subtract), LY_INT(1), below);
}

static ly_value quantile(ly_context *cx, instance *i)
{
    ly_value q = i->items[POINT];
    double value;
    if (!ly_is_real_number(q) || !ly_to_double(q, &value) || value < 0 || value > 1) return LY_UNEVALUATED;
    if (value == 0) return formula(cx, i, i->d->low);
    if (value == 1) return formula(cx, i, i->d->high);
    if (i->d->shape & CONTINUOUS) return formula(cx, i, i->d->quantile);
    int64_t low;
    if (!i->numeric || !low_end(cx, i, &low)) return LY_UNEVALUATED;
    ly_value wanted = ly_retain(q), result = add_up(cx, i, low, 0, wanted);
    ly_release(cx, wanted);
    return result;
}

static ly_value median(ly_context *cx, instance *i)
{
    if (i->d->median) return formula(cx, i, i->d->median);
    set_point_take(cx, i, ly_rational_new(cx, LY_INT(1), LY_INT(2)));
    return quantile(cx, i);
}

/* Sqrt of the variance, within the pieces of it. */
static ly_value deviation(ly_context *cx, instance *i)
{
    ly_value v = formula(cx, i, i->d->variance);
    if (ly_failed(v) || v == LY_UNEVALUATED) return v;
    if (!ly_has_shape(v, LY_SYM(Piecewise), 2)) return ly_call1(cx, LY_SYM(Sqrt), v);
    ly_value result = ly_formula(cx, "Replace[#1, p_Piecewise :> Piecewise[Replace[p[[1]], {a_, c_} :> {Sqrt[a], c}, {1}], "
                            "Sqrt[p[[2]]]]]", 1, &v);
    ly_release(cx, v);
    return result;
}

static ly_value central_moment(ly_context *cx, instance *i, ly_value order)
{
    if (order == LY_INT(0)) return LY_INT(1);
    if (order == LY_INT(1)) return LY_INT(0);
    if (order == LY_INT(2)) return formula(cx, i, i->d->variance);
    const char *standard = order == LY_INT(3) ? i->d->skewness : order == LY_INT(4) ? i->d->kurtosis : NULL;
    if (!standard || !i->d->variance) return LY_UNEVALUATED;
    ly_text text = {0};
    ly_text_printf(&text, order == LY_INT(3) ? "(%s) (%s)^(3/2)" : "(%s) (%s)^2", standard, i->d->variance);
    ly_value result = formula(cx, i, text.data);
    ly_text_free(&text);
    return result;
}

/* ---- calls ----------------------------------------------------------------------------------------- */

typedef ly_value point_function(ly_context *cx, instance *i);

/* f at a point, or at each of a list of points. */
static ly_value at_point(ly_context *cx, instance *i, ly_value point, point_function *f)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, at_point, LY_AS_WORD(cx), LY_AS_WORD(i), point, LY_AS_WORD(f));
    if (ly_is_list(point)) {
        ly_builder list = ly_builder_new();
        for (size_t k = 0; k < ly_length(point); k++) {
            ly_value one = ly_element(cx, point, k);
            ly_value value = at_point(cx, i, one, f);
            ly_release(cx, one);
            if (ly_failed(value) || value == LY_UNEVALUATED || !ly_builder_add(cx, &list, value)) {
                ly_builder_drop(cx, &list);
                return value == LY_UNEVALUATED ? value : LY_FAILED;
            }
        }
        return ly_builder_finish(cx, &list, LY_SYM(List));
    }
    set_point_take(cx, i, ly_retain(point));
    return as_point_take(cx, point, f(cx, i));
}

static ly_value generating(ly_context *cx, instance *i) { return formula(cx, i, i->d->mgf); }
static ly_value characteristic(ly_context *cx, instance *i) { return formula(cx, i, i->d->cf); }

ly_value ly_of_distribution(ly_context *cx, ly_expr *call)
{
    instance i;
    if (call->count == 0 || !open_distribution(cx, call->args[0], &i)) return LY_UNEVALUATED;
    ly_value h = call->head, result = LY_UNEVALUATED;
    if (call->count == 1) {
        result = h == LY_SYM(Mean) ? formula(cx, &i, i.d->mean)
               : h == LY_SYM(Variance) ? formula(cx, &i, i.d->variance)
               : h == LY_SYM(StandardDeviation) ? deviation(cx, &i)
               : h == LY_SYM(Median) ? median(cx, &i)
               : h == LY_SYM(Skewness) ? formula(cx, &i, i.d->skewness)
               : h == LY_SYM(Kurtosis) ? formula(cx, &i, i.d->kurtosis)
               : LY_UNEVALUATED;
    } else if (call->count == 2) {
        point_function *f = h == LY_SYM(PDF) ? density
                          : h == LY_SYM(CDF) ? distribution_function
                          : h == LY_SYM(SurvivalFunction) ? survival
                          : h == LY_SYM(Quantile) || h == LY_SYM(InverseCDF) ? quantile
                          : h == LY_SYM(MomentGeneratingFunction) ? generating
                          : h == LY_SYM(CharacteristicFunction) ? characteristic : NULL;
        if (f) result = at_point(cx, &i, call->args[1], f);
        else if (h == LY_SYM(CentralMoment)) result = central_moment(cx, &i, call->args[1]);
        else if (h == LY_SYM(Moment) && call->args[1] == LY_INT(1)) result = formula(cx, &i, i.d->mean);
        else if (h == LY_SYM(Moment) && call->args[1] == LY_INT(0)) result = LY_INT(1);
    }
    drop(cx, &i);
    return result;
}

BUILTIN(PDF, pdf, 1, 2, LY_PROTECTED, LY_PURE | LY_OPERATOR, "PDF[distribution, x] is the density, or probability, at x.")
static ly_value pdf(ly_context *cx, ly_expr *call) { return ly_of_distribution(cx, call); }
BUILTIN(CDF, cdf, 1, 2, LY_PROTECTED, LY_PURE | LY_OPERATOR, "CDF[distribution, x] is the probability of at most x.")
static ly_value cdf(ly_context *cx, ly_expr *call) { return ly_of_distribution(cx, call); }
BUILTIN(SurvivalFunction, survival_function, 1, 2, LY_PROTECTED, LY_PURE | LY_OPERATOR,
        "SurvivalFunction[distribution, x] is the probability of more than x.")
static ly_value survival_function(ly_context *cx, ly_expr *call) { return ly_of_distribution(cx, call); }
BUILTIN(InverseCDF, inverse_cdf, 1, 2, LY_PROTECTED, LY_PURE | LY_OPERATOR,
        "InverseCDF[distribution, q] is the point below which the probability is q.")
static ly_value inverse_cdf(ly_context *cx, ly_expr *call) { return ly_of_distribution(cx, call); }
BUILTIN(MomentGeneratingFunction, moment_generating_function, 2, 2, LY_PROTECTED, LY_PURE,
        "MomentGeneratingFunction[distribution, t] is the mean of E^(t x).")
static ly_value moment_generating_function(ly_context *cx, ly_expr *call) { return ly_of_distribution(cx, call); }
BUILTIN(CharacteristicFunction, characteristic_function, 2, 2, LY_PROTECTED, LY_PURE,
        "CharacteristicFunction[distribution, t] is the mean of E^(I t x).")
static ly_value characteristic_function(ly_context *cx, ly_expr *call) { return ly_of_distribution(cx, call); }

/* name[] is name with its default parameters. */
static ly_value with_defaults(ly_context *cx, ly_expr *call)
{
    const distribution *d = call->count == 0 ? find(call->head, -1) : NULL;
    if (!d) return LY_UNEVALUATED;
    ly_value parameters = ly_formula(cx, d->defaults, 0, NULL);
    if (ly_failed(parameters)) return parameters;
    if (d->shape & LISTED) return ly_make1(cx, call->head, parameters);
    return ly_call2(cx, LY_SYM(Apply), call->head, parameters);
}

#define HEAD_ATTRIBUTES LY_PROTECTED | LY_READ_PROTECTED
BUILTIN(ArcSinDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "ArcSinDistribution[…] is the arc sin distribution.")
BUILTIN(BenfordDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "BenfordDistribution[…] is the benford distribution.")
BUILTIN(BernoulliDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "BernoulliDistribution[…] is the bernoulli distribution.")
BUILTIN(BetaBinomialDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "BetaBinomialDistribution[…] is the beta binomial distribution.")
BUILTIN(BetaDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "BetaDistribution[…] is the beta distribution.")
BUILTIN(BetaPrimeDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "BetaPrimeDistribution[…] is the beta prime distribution.")
BUILTIN(BinomialDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "BinomialDistribution[…] is the binomial distribution.")
BUILTIN(BorelTannerDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "BorelTannerDistribution[…] is the borel tanner distribution.")
BUILTIN(CauchyDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "CauchyDistribution[…] is the cauchy distribution.")
BUILTIN(ChiDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "ChiDistribution[…] is the chi distribution.")
BUILTIN(ChiSquareDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "ChiSquareDistribution[…] is the chi square distribution.")
BUILTIN(DiscreteUniformDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "DiscreteUniformDistribution[…] is the discrete uniform distribution.")
BUILTIN(ErlangDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "ErlangDistribution[…] is the erlang distribution.")
BUILTIN(ExponentialDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "ExponentialDistribution[…] is the exponential distribution.")
BUILTIN(ExtremeValueDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "ExtremeValueDistribution[…] is the extreme value distribution.")
BUILTIN(FRatioDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "FRatioDistribution[…] is the f ratio distribution.")
BUILTIN(FrechetDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "FrechetDistribution[…] is the frechet distribution.")
BUILTIN(GammaDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "GammaDistribution[…] is the gamma distribution.")
BUILTIN(GeometricDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "GeometricDistribution[…] is the geometric distribution.")
BUILTIN(GumbelDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "GumbelDistribution[…] is the gumbel distribution.")
BUILTIN(HalfNormalDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "HalfNormalDistribution[…] is the half normal distribution.")
BUILTIN(HypergeometricDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "HypergeometricDistribution[…] is the hypergeometric distribution.")
BUILTIN(InverseChiSquareDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "InverseChiSquareDistribution[…] is the inverse chi square distribution.")
BUILTIN(InverseGammaDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "InverseGammaDistribution[…] is the inverse gamma distribution.")
BUILTIN(InverseGaussianDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "InverseGaussianDistribution[…] is the inverse gaussian distribution.")
BUILTIN(KumaraswamyDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "KumaraswamyDistribution[…] is the kumaraswamy distribution.")
BUILTIN(LaplaceDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "LaplaceDistribution[…] is the laplace distribution.")
BUILTIN(LevyDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "LevyDistribution[…] is the levy distribution.")
BUILTIN(LindleyDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "LindleyDistribution[…] is the lindley distribution.")
BUILTIN(LogGammaDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "LogGammaDistribution[…] is the log gamma distribution.")
BUILTIN(LogLogisticDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "LogLogisticDistribution[…] is the log logistic distribution.")
BUILTIN(LogNormalDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "LogNormalDistribution[…] is the log normal distribution.")
BUILTIN(LogSeriesDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "LogSeriesDistribution[…] is the log series distribution.")
BUILTIN(LogisticDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "LogisticDistribution[…] is the logistic distribution.")
BUILTIN(MaxwellDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "MaxwellDistribution[…] is the maxwell distribution.")
BUILTIN(MoyalDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "MoyalDistribution[…] is the moyal distribution.")
BUILTIN(NakagamiDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "NakagamiDistribution[…] is the nakagami distribution.")
BUILTIN(NegativeBinomialDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "NegativeBinomialDistribution[…] is the negative binomial distribution.")
BUILTIN(NormalDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "NormalDistribution[…] is the normal distribution.")
BUILTIN(ParetoDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "ParetoDistribution[…] is the pareto distribution.")
BUILTIN(PascalDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "PascalDistribution[…] is the pascal distribution.")
BUILTIN(PoissonDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "PoissonDistribution[…] is the poisson distribution.")
BUILTIN(PowerDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "PowerDistribution[…] is the power distribution.")
BUILTIN(RayleighDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "RayleighDistribution[…] is the rayleigh distribution.")
BUILTIN(SechDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "SechDistribution[…] is the sech distribution.")
BUILTIN(SkellamDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "SkellamDistribution[…] is the skellam distribution.")
BUILTIN(StudentTDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "StudentTDistribution[…] is the student t distribution.")
BUILTIN(TriangularDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "TriangularDistribution[…] is the triangular distribution.")
BUILTIN(UniformDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "UniformDistribution[…] is the uniform distribution.")
BUILTIN(WaringYuleDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "WaringYuleDistribution[…] is the waring yule distribution.")
BUILTIN(WeibullDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "WeibullDistribution[…] is the weibull distribution.")
BUILTIN(WignerSemicircleDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "WignerSemicircleDistribution[…] is the wigner semicircle distribution.")
BUILTIN(ZipfDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "ZipfDistribution[…] is the zipf distribution.")
BUILTIN(name, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "name[…] is the name distribution.")
BUILTIN(NoncentralChiSquareDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "NoncentralChiSquareDistribution[n, l] is the noncentral chi square distribution.")
BUILTIN(ExponentialPowerDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "ExponentialPowerDistribution[k, m, s] is the exponential power distribution.")
BUILTIN(RiceDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "RiceDistribution[a, b] is the Rice distribution.")
BUILTIN(GompertzMakehamDistribution, with_defaults, 0, -1, HEAD_ATTRIBUTES, LY_PURE, "GompertzMakehamDistribution[l, x] is the Gompertz distribution.")
