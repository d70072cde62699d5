/* distances.c: norms of vectors and matrices, and distances. */
#include "numbers.h"

static bool is_vector(ly_value v)
{
    if (ly_is_packed(v)) return ly_packed_of(v)->rank == 1;
    if (!ly_has_head(v, LY_SYM(List))) return false;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++)
        if (ly_is_list(ly_expr_of(v)->args[i])) return false;
    return true;
}

MESSAGE(Norm, nvm, "The first Norm argument should be a scalar, vector or matrix.")

BUILTIN(Norm, norm, 1, 2, LY_PROTECTED, LY_PURE, "Norm[expr] gives the norm of a number, vector, or matrix.\nNorm[expr, p] gives the p-norm.")
static ly_value norm(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], p = call->count == 2 ? call->args[1] : LY_INT(2), direction;
    if (!ly_is_list(v)) {
        if (ly_is_numeric(cx, v) && call->count == 1) return ly_make1(cx, LY_SYM(Abs), ly_retain(v));
        return LY_UNEVALUATED;
    }
    if (ly_length(v) == 0) return ly_message_call(cx, call, "nvm", 0);
    if (is_vector(v)) {
        if (ly_is_infinity(p, &direction) && direction == LY_INT(1)) return ly_formula(cx, "Max[Abs[#]]", 1, &v);
        if (p == LY_INT(1) || ly_length(v) == 1) return ly_formula(cx, "Total[Abs[#]]", 1, &v);
        if (p == LY_INT(2) || ly_string_is(p, "Frobenius")) return ly_formula(cx, "Sqrt[Total[Abs[#]^2]]", 1, &v);
        if (ly_is_string(p)) return LY_UNEVALUATED;
        ly_value parts[2] = {v, p};
        return ly_formula(cx, "Total[Abs[#1]^#2]^(1/#2)", 2, parts);
    }
    if (ly_string_is(p, "Frobenius")) return ly_formula(cx, "Sqrt[Total[Abs[Flatten[#]]^2]]", 1, &v);
    if (p == LY_INT(1)) return ly_formula(cx, "Max[Total[Abs[#]]]", 1, &v);
    if (ly_is_infinity(p, &direction) && direction == LY_INT(1)) return ly_formula(cx, "Max[Total[Abs[Transpose[#]]]]", 1, &v);
    return LY_UNEVALUATED;
}

/* The formula of two numbers, or of two vectors of one length. */
static ly_value distance(ly_context *cx, ly_expr *call, const char *formula)
{
    ly_value a = call->args[0], b = call->args[1];
    bool vectors = ly_is_list(a) && ly_is_list(b) && ly_length(a) == ly_length(b) && is_vector(a) && is_vector(b);
    if (!vectors && !(ly_is_numeric(cx, a) && ly_is_numeric(cx, b))) return LY_UNEVALUATED;
    if (vectors) return ly_formula(cx, formula, 2, call->args);
    ly_value parts[2] = {ly_make1(cx, LY_SYM(List), ly_retain(a)), ly_make1(cx, LY_SYM(List), ly_retain(b))};
    ly_value r = ly_formula(cx, formula, 2, parts);
    ly_release(cx, parts[0]);
    ly_release(cx, parts[1]);
    return r;
}

#define BUILTIN_DISTANCE(Name, function, formula, documentation)            \
    BUILTIN(Name, function, 2, 2, LY_PROTECTED, LY_PURE, documentation)     \
    static ly_value function(ly_context *cx, ly_expr *call) { return distance(cx, call, formula); }

BUILTIN_DISTANCE(EuclideanDistance, euclidean_distance, "Sqrt[Total[Abs[#1 - #2]^2]]", "EuclideanDistance[u, v] gives the Euclidean distance between vectors u and v.")
BUILTIN_DISTANCE(SquaredEuclideanDistance, squared_euclidean_distance, "Total[Abs[#1 - #2]^2]", "SquaredEuclideanDistance[u, v] gives the squared Euclidean distance between vectors u and v.")
BUILTIN_DISTANCE(ManhattanDistance, manhattan_distance, "Total[Abs[#1 - #2]]", "ManhattanDistance[u, v] gives the Manhattan distance between vectors u and v.")
BUILTIN_DISTANCE(ChessboardDistance, chessboard_distance, "Max[Abs[#1 - #2]]", "ChessboardDistance[u, v] gives the chessboard distance between vectors u and v.")
BUILTIN_DISTANCE(CanberraDistance, canberra_distance, "Total[MapThread[If[#1 === 0 && #2 === 0, 0, Abs[#1 - #2]/(Abs[#1] + Abs[#2])] &, {#1, #2}]]", "CanberraDistance[u, v] gives the Canberra distance between vectors u and v.")
BUILTIN_DISTANCE(BrayCurtisDistance, bray_curtis_distance, "Total[Abs[#1 - #2]]/Total[Abs[#1 + #2]]", "BrayCurtisDistance[u, v] gives the Bray-Curtis distance between vectors u and v.")
BUILTIN_DISTANCE(CosineDistance, cosine_distance, "If[TrueQ[Norm[#1] == 0] || TrueQ[Norm[#2] == 0], 0, 1 - Total[#1 Conjugate[#2]]/(Norm[#1] Norm[#2])]", "CosineDistance[u, v] gives the angular cosine distance between vectors u and v.")
BUILTIN_DISTANCE(CorrelationDistance, correlation_distance, "CosineDistance[#1 - Mean[#1], #2 - Mean[#2]]", "CorrelationDistance[u, v] gives the correlation coefficient distance between vectors u and v.")
