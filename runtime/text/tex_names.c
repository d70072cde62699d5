/* tex_names.c: how symbols, functions and operators are called in TeX. */
#include "text/tex_names.h"

/* Symbols that stand for themselves. A backslashed word ends in a blank. */
static const struct {
    const char *name, *tex;
} constants[] = {
    {"Pi", "\\pi "}, {"E", "e"}, {"I", "i"}, {"Infinity", "\\infty "}, {"EulerGamma", "\\gamma "},
    {"GoldenRatio", "\\phi "}, {"Degree", "{}^{\\circ}"}, {"Catalan", "C"}, {"Glaisher", "A"},
    {"Reals", "\\mathbb{R}"}, {"Integers", "\\mathbb{Z}"}, {"Complexes", "\\mathbb{C}"},
    {"Rationals", "\\mathbb{Q}"}, {"Primes", "\\mathbb{P}"}, {"Booleans", "\\mathbb{B}"},
    {"Algebraics", "\\mathbb{A}"},
};

static const char *const greek[] = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
    "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
};

static const struct {
    uint32_t code;
    const char *tex;
} letters[] = {
    {0x3b1, "\\alpha "}, {0x3b2, "\\beta "}, {0x3b3, "\\gamma "}, {0x3b4, "\\delta "}, {0x3b5, "\\epsilon "},
    {0x3b6, "\\zeta "}, {0x3b7, "\\eta "}, {0x3b8, "\\theta "}, {0x3b9, "\\iota "}, {0x3ba, "\\kappa "},
    {0x3bb, "\\lambda "}, {0x3bc, "\\mu "}, {0x3bd, "\\nu "}, {0x3be, "\\xi "}, {0x3bf, "o"}, {0x3c0, "\\pi "},
    {0x3c1, "\\rho "}, {0x3c2, "\\varsigma "}, {0x3c3, "\\sigma "}, {0x3c4, "\\tau "}, {0x3c5, "\\upsilon "},
    {0x3c6, "\\varphi "}, {0x3d5, "\\phi "}, {0x3c7, "\\chi "}, {0x3c8, "\\psi "}, {0x3c9, "\\omega "},
    {0x3d1, "\\vartheta "}, {0x3f5, "\\epsilon "}, {0x393, "\\Gamma "}, {0x394, "\\Delta "},
    {0x398, "\\Theta "}, {0x39b, "\\Lambda "}, {0x39e, "\\Xi "}, {0x3a0, "\\Pi "}, {0x3a3, "\\Sigma "},
    {0x3a5, "\\Upsilon "}, {0x3a6, "\\Phi "}, {0x3a8, "\\Psi "}, {0x3a9, "\\Omega "}, {0x221e, "\\infty "},
    {0x2202, "\\partial "}, {0x2207, "\\nabla "}, {0x211d, "\\mathbb{R}"}, {0x2124, "\\mathbb{Z}"},
};

/* Functions with a name in mathematics. power: f[x]^2 is written with the exponent at the name. */
static const ly_tex_function functions[] = {
    {"Sin", "\\sin ", 1}, {"Cos", "\\cos ", 1}, {"Tan", "\\tan ", 1}, {"Cot", "\\cot ", 1},
    {"Sec", "\\sec ", 1}, {"Csc", "\\csc ", 1}, {"Sinh", "\\sinh ", 1}, {"Cosh", "\\cosh ", 1},
    {"Tanh", "\\tanh ", 1}, {"Coth", "\\coth ", 1}, {"Sech", "\\text{sech}", 1}, {"Csch", "\\text{csch}", 1},
    {"ArcSin", "\\sin ^{-1}", 0}, {"ArcCos", "\\cos ^{-1}", 0}, {"ArcTan", "\\tan ^{-1}", 0},
    {"ArcCot", "\\cot ^{-1}", 0}, {"ArcSec", "\\sec ^{-1}", 0}, {"ArcCsc", "\\csc ^{-1}", 0},
    {"ArcSinh", "\\sinh ^{-1}", 0}, {"ArcCosh", "\\cosh ^{-1}", 0}, {"ArcTanh", "\\tanh ^{-1}", 0},
    {"ArcCoth", "\\coth ^{-1}", 0}, {"ArcSech", "\\text{sech}^{-1}", 0}, {"ArcCsch", "\\text{csch}^{-1}", 0},
    {"Log", "\\log ", 1}, {"Gamma", "\\Gamma ", 0}, {"Beta", "B", 0}, {"Zeta", "\\zeta ", 0},
    {"Max", "\\max ", 0}, {"Min", "\\min ", 0}, {"Arg", "\\arg ", 0}, {"GCD", "\\gcd ", 0}, {"LCM", "\\text{lcm}", 0},
    {"Erf", "\\text{erf}", 0}, {"Erfc", "\\text{erfc}", 0}, {"Erfi", "\\text{erfi}", 0},
    {"InverseErf", "\\text{erf}^{-1}", 0}, {"InverseErfc", "\\text{erfc}^{-1}", 0},
    {"Sinc", "\\text{sinc}", 0}, {"Sign", "\\text{sgn}", 0}, {"Re", "\\Re", 0}, {"Im", "\\Im", 0},
    {"Gudermannian", "\\text{gd}", 0}, {"InverseGudermannian", "\\text{gd}^{-1}", 0},
    {"ExpIntegralEi", "\\text{Ei}", 0}, {"SinIntegral", "\\text{Si}", 0}, {"CosIntegral", "\\text{Ci}", 0},
    {"LogIntegral", "\\text{li}", 0}, {"SinhIntegral", "\\text{Shi}", 0}, {"CoshIntegral", "\\text{Chi}", 0},
    {"FresnelC", "C", 0}, {"FresnelS", "S", 0}, {"DiracDelta", "\\delta ", 0},
    {"HeavisideTheta", "\\theta ", 0}, {"UnitStep", "\\theta ", 0}, {"AiryAi", "\\text{Ai}", 0},
    {"AiryBi", "\\text{Bi}", 0}, {"AiryAiPrime", "\\text{Ai}'", 0}, {"AiryBiPrime", "\\text{Bi}'", 0},
    {"HypergeometricU", "U", 0}, {"EllipticK", "K", 0}, {"EllipticE", "E", 0}, {"EulerPhi", "\\phi ", 0},
    {"MoebiusMu", "\\mu ", 0}, {"LogGamma", "\\text{log$\\Gamma $}", 0}, {"PrimePi", "\\pi ", 0},
    {"LiouvilleLambda", "\\lambda ", 0}, {"Tr", "\\text{Tr}", 0},
};

/* f[n, x] is written f_n(x). */
static const struct {
    const char *head, *tex;
} indexed[] = {
    {"BesselJ", "J"}, {"BesselY", "Y"}, {"BesselI", "I"}, {"BesselK", "K"}, {"SphericalBesselJ", "j"},
    {"SphericalBesselY", "y"}, {"ExpIntegralE", "E"}, {"LegendreP", "P"}, {"LegendreQ", "Q"},
    {"HermiteH", "H"}, {"LaguerreL", "L"}, {"ChebyshevT", "T"}, {"ChebyshevU", "U"},
    {"PolyLog", "\\text{Li}"}, {"StruveH", "\\pmb{H}"}, {"StruveL", "\\pmb{L}"}, {"BernoulliB", "B"},
    {"EulerE", "E"}, {"Fibonacci", "F"}, {"LucasL", "L"}, {"HarmonicNumber", "H"}, {"BellB", "B"}, {"CatalanNumber", "C"},
};

static const ly_tex_infix infixes[] = {
    {"And", "\\land ", LY_TEX_LOGIC}, {"Or", "\\lor ", LY_TEX_LOGIC}, {"Xor", "\\veebar ", LY_TEX_LOGIC},
    {"Nor", "\\bar{\\vee}", LY_TEX_LOGIC}, {"Nand", "\\bar{\\wedge}", LY_TEX_LOGIC},
    {"Implies", "\\Rightarrow ", LY_TEX_IMPLIES}, {"Equivalent", "\\unicode{29e6}", 205},
    {"Equal", "=", LY_TEX_COMPARE}, {"Unequal", "\\neq ", LY_TEX_COMPARE}, {"Less", "<", LY_TEX_COMPARE},
    {"Greater", ">", LY_TEX_COMPARE}, {"LessEqual", "\\leq ", LY_TEX_COMPARE}, {"GreaterEqual", "\\geq ", LY_TEX_COMPARE},
    {"SameQ", "\\text{===}", LY_TEX_COMPARE}, {"Element", "\\in ", LY_TEX_ELEMENT}, {"NotElement", "\\notin ", LY_TEX_ELEMENT},
    {"Subset", "\\subset ", LY_TEX_ELEMENT}, {"Superset", "\\supset ", LY_TEX_ELEMENT},
    {"SubsetEqual", "\\subseteq ", LY_TEX_ELEMENT}, {"SupersetEqual", "\\supseteq ", LY_TEX_ELEMENT},
    {"Rule", "\\to ", LY_TEX_RULE}, {"RuleDelayed", ":\\to ", LY_TEX_RULE}, {"Set", "=", 40}, {"SetDelayed", "\\text{:=}", 40},
    {"Alternatives", "|", 160}, {"Condition", "\\text{/;}", LY_TEX_CONDITION},
    {"Union", "\\cup ", LY_TEX_SET}, {"Intersection", "\\cap ", 305}, {"Cross", "\\times ", LY_TEX_CROSS},
    {"Dot", ".", LY_TEX_DOT}, {"Wedge", "\\wedge ", LY_TEX_WEDGE}, {"Vee", "\\vee ", 430},
    {"SmallCircle", "\\circ ", 530}, {"Tilde", "\\sim ", LY_TEX_COMPARE}, {"LeftArrow", "\\leftarrow ", 270},
    {"RightArrow", "\\rightarrow ", 270}, {"LeftRightArrow", "\\leftrightarrow ", 270},
    {"DoubleRightArrow", "\\Rightarrow ", 270}, {"DoubleLeftArrow", "\\Leftarrow ", 270},
    {"CirclePlus", "\\oplus ", 330}, {"CircleTimes", "\\otimes ", 420}, {"CircleMinus", "\\ominus ", 330},
    {"CircleDot", "\\odot ", 520}, {"PlusMinus", "\\pm ", LY_TEX_PLUS}, {"MinusPlus", "\\mp ", LY_TEX_PLUS},
    {"CenterDot", "\\cdot ", 410}, {"Star", "\\star ", 390}, {"Diamond", "\\diamond ", 450},
    {"Congruent", "\\equiv ", LY_TEX_COMPARE}, {"TildeTilde", "\\approx ", LY_TEX_COMPARE},
    {"TildeEqual", "\\simeq ", LY_TEX_COMPARE}, {"TildeFullEqual", "\\cong ", LY_TEX_COMPARE},
    {"Proportional", "\\propto ", LY_TEX_COMPARE}, {"Precedes", "\\prec ", LY_TEX_COMPARE},
    {"Succeeds", "\\succ ", LY_TEX_COMPARE}, {"Backslash", "\\backslash ", 460}, {"Colon", ":", 80},
    {"Perpendicular", "\\perp ", 190}, {"RightTee", "\\vdash ", 190}, {"LeftTee", "\\dashv ", 190},
    {"StringJoin", "\\text{<>}", 600}, {"Cup", "\\smile ", 340}, {"Cap", "\\frown ", 350},
};


/* ---- what they say ---------------------------------------------------------------------------- */

void ly_tex_text(ly_text *out, const char *bytes, size_t count)
{
    ly_text_puts(out, "\\text{");
    const char *at = bytes, *end = bytes + count;
    while (at < end) {
        const char *from = at;
        uint32_t code = ly_utf8_next(&at, end);
        switch (code) {
        case '_': case '#': case '&': case '%': case '$': case '{': case '}':
            ly_text_printf(out, "$\\%c$", (char)code);
            continue;
        case '^': ly_text_puts(out, "${}^{\\wedge}$"); continue;
        case '~': ly_text_puts(out, "$\\sim $"); continue;
        case '\\': ly_text_puts(out, "$\\backslash $"); continue;
        }
        size_t i = 0, n = sizeof letters / sizeof *letters;
        while (i < n && letters[i].code != code) i++;
        if (i < n) ly_text_printf(out, "$%s$", letters[i].tex);
        else ly_text_add(out, from, (size_t)(at - from));
    }
    ly_text_puts(out, "}");
}

void ly_tex_symbol(ly_text *out, ly_value symbol)
{
    const char *name = ly_symbol_name(symbol);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (!strcmp(constants[i].name, name)) {
            ly_text_puts(out, constants[i].tex);
            return;
        }
    for (size_t i = 0; i < sizeof greek / sizeof *greek; i++)
        if (!strcmp(greek[i], name)) {
            ly_text_printf(out, "\\%s ", name);
            return;
        }
    const char *at = name, *end = name + strlen(name);
    uint32_t code = ly_utf8_next(&at, end);
    if (at == end) {
        for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
            if (letters[i].code == code) {
                ly_text_puts(out, letters[i].tex);
                return;
            }
        ly_text_puts(out, name);
        return;
    }
    ly_tex_text(out, name, strlen(name));
}

static const char *name_of_head(const ly_expr *x)
{
    return ly_is_symbol(x->head) ? ly_symbol_name(x->head) : "";
}

const ly_tex_infix *ly_tex_infix_named(const char *name)
{
    for (size_t i = 0; i < sizeof infixes / sizeof *infixes; i++)
        if (!strcmp(infixes[i].head, name)) return &infixes[i];
    return NULL;
}

const ly_tex_infix *ly_tex_infix_of(const ly_expr *x)
{
    return x->count < 2 ? NULL : ly_tex_infix_named(name_of_head(x));
}

const ly_tex_function *ly_tex_function_of(ly_value e)
{
    if (!ly_is_expr(e)) return NULL;
    const char *name = name_of_head(ly_expr_of(e));
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (!strcmp(functions[i].head, name)) return &functions[i];
    return NULL;
}

const char *ly_tex_indexed(const ly_expr *x)
{
    const char *name = name_of_head(x);
    for (size_t i = 0; i < sizeof indexed / sizeof *indexed; i++)
        if (!strcmp(indexed[i].head, name)) return indexed[i].tex;
    return NULL;
}
