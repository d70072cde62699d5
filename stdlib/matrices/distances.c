/* distances.c: distances between vectors, or numbers: EuclideanDistance, CosineDistance … Each is a
   formula in the two vectors, applied by the evaluator, so that exact and symbolic ones stay so. */
#include "eval/context.h"
#include "eval/eval.h"

static const struct {
    const char *name, *formula;
} distances[] = {
    {"EuclideanDistance", "Sqrt[Total[Abs[#1 - #2]^2]] &"},
    {"SquaredEuclideanDistance", "Total[Abs[#1 - #2]^2] &"},
    {"ManhattanDistance", "Total[Abs[#1 - #2]] &"},
    {"ChessboardDistance", "Max[Abs[#1 - #2]] &"},
    {"BrayCurtisDistance", "Total[Abs[#1 - #2]]/Total[Abs[#1 + #2]] &"},
    {"CanberraDistance",
     "Total[MapThread[If[#1 == 0 && #2 == 0, 0, Abs[#1 - #2]/(Abs[#1] + Abs[#2])] &, {#1, #2}]] &"},
    {"CosineDistance", "If[AllTrue[#1, PossibleZeroQ] || AllTrue[#2, PossibleZeroQ], 0, "
                       "1 - #1 . Conjugate[#2]/(Sqrt[Total[Abs[#1]^2]]*Sqrt[Total[Abs[#2]^2]])] &"},
    {"CorrelationDistance",
     "Function[{u, v}, If[AllTrue[u, PossibleZeroQ] || AllTrue[v, PossibleZeroQ], 0, "
     "1 - u . Conjugate[v]/(Sqrt[Total[Abs[u]^2]]*Sqrt[Total[Abs[v]^2]])]][#1 - Mean[#1], #2 - "
     "Mean[#2]] &"},
    {"NormalizedSquaredEuclideanDistance",
     "Function[{u, v}, If[Total[Abs[u]^2] + Total[Abs[v]^2] === 0, 0, "
     "Total[Abs[u - v]^2]/(2*(Total[Abs[u]^2] + Total[Abs[v]^2]))]][#1 - Mean[#1], #2 - Mean[#2]] "
     "&"},
    {"BinaryDistance", "If[#1 === #2, 0, 1] &"},
    {"JaccardDissimilarity", "Function[{differ, both}, If[differ + both == 0, 0, differ/(differ + "
                             "both)]][Total[Abs[#1 - #2]], #1 . #2] &"},
};

/* v as a vector: itself, or {v} for a scalar. */
static ly_value vector(ly_context *cx, ly_value v)
{
    return ly_is_list(v) ? ly_retain(v) : ly_make1(cx, LY_SYM(List), ly_retain(v));
}

MESSAGE(General, dimv, "The arguments `1` and `2` do not have compatible dimensions.")

static ly_value distance(ly_context *cx, ly_expr *call)
{
    ly_value u = call->args[0], v = call->args[1];
    if (ly_is_list(u) != ly_is_list(v)) return LY_UNEVALUATED;
    if (ly_is_list(u) && (ly_length(u) != ly_length(v) || ly_length(u) == 0))
        return ly_message_call(cx, call, "dimv", 2, u, v);
    if (ly_is_string(u) || ly_is_string(v)) return LY_UNEVALUATED;
    const char *name = ly_symbol_name(call->head), *formula = NULL;
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++)
        if (strcmp(distances[i].name, name) == 0) formula = distances[i].formula;
    if (!formula) return LY_UNEVALUATED;
    ly_value function = ly_call1(cx, LY_SYM(ToExpression), ly_string_from(cx, formula));
    if (ly_failed(function)) return function;
    ly_value result = ly_call2(cx, function, vector(cx, u), vector(cx, v));
    ly_release(cx, function);
    return result;
}

BUILTIN(EuclideanDistance, distance_euclidean, 2, 2, LY_PROTECTED, LY_PURE,
        "EuclideanDistance[u, v] gives the Euclidean distance of two vectors.")
static ly_value distance_euclidean(ly_context *cx, ly_expr *call) { return distance(cx, call); }
BUILTIN(SquaredEuclideanDistance, distance_squaredeuclidean, 2, 2, LY_PROTECTED, LY_PURE,
        "SquaredEuclideanDistance[u, v] gives the square of the Euclidean distance.")
static ly_value distance_squaredeuclidean(ly_context *cx, ly_expr *call)
{
    return distance(cx, call);
}
BUILTIN(ManhattanDistance, distance_manhattan, 2, 2, LY_PROTECTED, LY_PURE,
        "ManhattanDistance[u, v] gives the sum of the absolute differences.")
static ly_value distance_manhattan(ly_context *cx, ly_expr *call) { return distance(cx, call); }
BUILTIN(ChessboardDistance, distance_chessboard, 2, 2, LY_PROTECTED, LY_PURE,
        "ChessboardDistance[u, v] gives the largest absolute difference.")
static ly_value distance_chessboard(ly_context *cx, ly_expr *call) { return distance(cx, call); }
BUILTIN(BrayCurtisDistance, distance_braycurtis, 2, 2, LY_PROTECTED, LY_PURE,
        "BrayCurtisDistance[u, v] gives Total[Abs[u - v]]/Total[Abs[u + v]].")
static ly_value distance_braycurtis(ly_context *cx, ly_expr *call) { return distance(cx, call); }
BUILTIN(CanberraDistance, distance_canberra, 2, 2, LY_PROTECTED, LY_PURE,
        "CanberraDistance[u, v] gives Total[Abs[u - v]/(Abs[u] + Abs[v])].")
static ly_value distance_canberra(ly_context *cx, ly_expr *call) { return distance(cx, call); }
BUILTIN(CosineDistance, distance_cosine, 2, 2, LY_PROTECTED, LY_PURE,
        "CosineDistance[u, v] gives one less the cosine of the angle between two vectors.")
static ly_value distance_cosine(ly_context *cx, ly_expr *call) { return distance(cx, call); }
BUILTIN(CorrelationDistance, distance_correlation, 2, 2, LY_PROTECTED, LY_PURE,
        "CorrelationDistance[u, v] gives one less the correlation of two vectors.")
static ly_value distance_correlation(ly_context *cx, ly_expr *call) { return distance(cx, call); }
BUILTIN(NormalizedSquaredEuclideanDistance, distance_normalizedsquaredeuclidean, 2, 2, LY_PROTECTED,
        LY_PURE,
        "NormalizedSquaredEuclideanDistance[u, v] gives half the squared distance of the vectors "
        "from their means, over the sum of their squares.")
static ly_value distance_normalizedsquaredeuclidean(ly_context *cx, ly_expr *call)
{
    return distance(cx, call);
}
BUILTIN(BinaryDistance, distance_binary, 2, 2, LY_PROTECTED, LY_PURE,
        "BinaryDistance[u, v] gives 0 where the vectors are the same, 1 where they differ.")
static ly_value distance_binary(ly_context *cx, ly_expr *call) { return distance(cx, call); }
BUILTIN(JaccardDissimilarity, distance_jaccard, 2, 2, LY_PROTECTED, LY_PURE,
        "JaccardDissimilarity[u, v] gives the Jaccard dissimilarity of two Boolean vectors.")
static ly_value distance_jaccard(ly_context *cx, ly_expr *call) { return distance(cx, call); }

BUILTIN(DistanceMatrix, distance_matrix, 1, -1, LY_PROTECTED, LY_PURE,
        "DistanceMatrix[{u1, u2, …}] gives the matrix of distances between the vectors; "
        "DistanceFunction -> f says which distance.")
static ly_value distance_matrix(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 1);
    ly_value u = call->args[0], v = options > 1 ? call->args[1] : u;
    if (options > 2 || !ly_is_list(u) || !ly_is_list(v)) return LY_UNEVALUATED;
    ly_value f = ly_option(cx, call, options, "DistanceFunction", LY_SYM(Automatic));
    if (f == LY_SYM(Automatic)) f = LY_SYM(EuclideanDistance);
    ly_builder rows = ly_builder_new();
    for (size_t i = 0; i < ly_length(u); i++) {
        ly_builder row = ly_builder_new();
        for (size_t k = 0; k < ly_length(v); k++) {
            ly_value entry = ly_poll(cx)
                                 ? LY_FAILED
                                 : ly_call2(cx, f, ly_element(cx, u, i), ly_element(cx, v, k));
            if (ly_failed(entry) || !ly_builder_add(cx, &row, entry)) {
                ly_builder_drop(cx, &row);
                ly_builder_drop(cx, &rows);
                ly_release(cx, f);
                return LY_FAILED;
            }
        }
        if (!ly_builder_add(cx, &rows, ly_builder_finish(cx, &row, LY_SYM(List)))) break;
    }
    ly_release(cx, f);
    return cx->pending.kind ? LY_FAILED : ly_builder_finish(cx, &rows, LY_SYM(List));
}
