/* tex_names.h: how symbols, functions and operators are called in TeX. */
#ifndef LY_TEX_NAMES_H
#define LY_TEX_NAMES_H

#include "text/print.h"

/* how tight what is written binds */
enum {
    LY_TEX_RULE = 120, LY_TEX_CONDITION = 130, LY_TEX_IMPLIES = 200, LY_TEX_LOGIC = 215, LY_TEX_NOT = 230,
    LY_TEX_ELEMENT = 250, LY_TEX_COMPARE = 290, LY_TEX_SET = 300, LY_TEX_PLUS = 310, LY_TEX_TIMES = 400,
    LY_TEX_WEDGE = 440, LY_TEX_DOT = 490, LY_TEX_CROSS = 500, LY_TEX_POWER = 590, LY_TEX_FACTORIAL = 610,
    LY_TEX_ATOM = 1000,
};

typedef struct ly_tex_function {
    const char *head, *tex;
    bool power; /* f[x]^2 has its exponent at the name */
} ly_tex_function;

typedef struct ly_tex_infix {
    const char *head, *tex;
    int binding;
} ly_tex_infix;

/* The name in mathematics of the function that e calls, or NULL. */
const ly_tex_function *ly_tex_function_of(ly_value e);
/* The operator of a call with two arguments or more, or NULL. */
const ly_tex_infix *ly_tex_infix_of(const ly_expr *x);
const ly_tex_infix *ly_tex_infix_named(const char *name);
/* The letter of f[n, x] that is written f_n(x), or NULL. */
const char *ly_tex_indexed(const ly_expr *x);
void ly_tex_symbol(ly_text *out, ly_value symbol);
/* Text within \text{…} */
void ly_tex_text(ly_text *out, const char *bytes, size_t count);

#endif
