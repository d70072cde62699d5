/* shape.c: what an expression looks like: Length, Depth, Dimensions, Level, Head-less tests such as
   ListQ, VectorQ, MatrixQ, ArrayQ. */
#include "sparse.h"

#include "match/match.h"

BUILTIN_SYMBOL(List, LY_LOCKED | LY_PROTECTED, "{e1, e2, …} is a list of elements.")
BUILTIN_SYMBOL(All, LY_PROTECTED, "All stands for all parts, or all elements.")
BUILTIN_SYMBOL(UpTo, LY_PROTECTED, "UpTo[n] stands for n elements, or as many as there are.")
BUILTIN_SYMBOL(Span, LY_PROTECTED, "i ;; j ;; k stands for the elements i through j in steps of k.")

BUILTIN(Length, list_length, 1, 1, LY_PROTECTED, LY_PACKED, "Length[expr] gives the number of elements of expr.")
static ly_value list_length(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_kind(v, LY_KIND_BYTES)) return LY_INT((int64_t)ly_bytes_of(v)->count);
    if (ly_is_sparse(v)) return ly_retain(ly_expr_of(ly_expr_of(v)->args[1])->args[0]);
    return LY_INT((int64_t)ly_length(v));
}

BUILTIN(Depth, list_depth, 1, 2, LY_PROTECTED, LY_PACKED, "Depth[expr] gives the number of levels of expr, plus 1.")
static ly_value list_depth(ly_context *cx, ly_expr *call)
{
    int64_t depth = ly_depth(cx, call->args[0], call->count == 2 && ly_heads_option(cx, call, 1, false));
    return depth < 0 ? LY_FAILED : LY_INT(depth);
}

#define MOST_DIMENSIONS 1000

BUILTIN(Dimensions, list_dimensions, 1, 3, LY_PROTECTED, LY_PACKED,
        "Dimensions[expr] gives the dimensions of expr as a full array; Dimensions[expr, n] at most n of them.")
static ly_value list_dimensions(ly_context *cx, ly_expr *call)
{
    size_t dims[MOST_DIMENSIONS], most = MOST_DIMENSIONS;
    if (call->count > 1 && ly_is_int(call->args[1]) && ly_int_of(call->args[1]) >= 0) {
        if (ly_int_of(call->args[1]) < MOST_DIMENSIONS) most = (size_t)ly_int_of(call->args[1]);
    } else if (call->count > 1 && !ly_is_plus_infinity(call->args[1])) {
        return LY_UNEVALUATED;
    }
    ly_value v = call->args[0];
    if (ly_is_sparse(v)) return ly_retain(ly_expr_of(v)->args[1]);
    if (ly_is_association(v)) {
        ly_value list = ly_elements(cx, v);
        if (ly_failed(list)) return list;
        dims[0] = ly_length(v);
        ly_expr *one = ly_expr_new(cx, LY_SYM(List), 1);
        one->args[0] = LY_INT((int64_t)dims[0]);
        ly_release(cx, list);
        return ly_from_object(one);
    }
    size_t rank = ly_dimensions(v, most, dims);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), rank);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < rank; i++) result->args[i] = LY_INT((int64_t)dims[i]);
    return ly_from_object(result);
}

/* Levels of v that are full arrays of lists. */
static size_t list_rank(ly_value v)
{
    size_t dims[MOST_DIMENSIONS];
    return ly_is_list(v) ? ly_dimensions(v, MOST_DIMENSIONS, dims) : 0;
}

BUILTIN(ArrayDepth, list_array_depth, 1, 1, LY_PROTECTED, LY_PACKED,
        "ArrayDepth[expr] gives the depth to which expr is a full array.")
static ly_value list_array_depth(ly_context *cx, ly_expr *call)
{
    size_t dims[MOST_DIMENSIONS];
    if (ly_is_sparse(call->args[0])) return LY_INT((int64_t)ly_length(ly_expr_of(call->args[0])->args[1]));
    return LY_INT((int64_t)ly_dimensions(call->args[0], MOST_DIMENSIONS, dims));
}

BUILTIN(TensorRank, list_tensor_rank, 1, 1, LY_PROTECTED, LY_PACKED, "TensorRank[tensor] gives the depth of a full array.")
static ly_value list_tensor_rank(ly_context *cx, ly_expr *call)
{
    size_t dims[MOST_DIMENSIONS];
    if (ly_is_atom(call->args[0]) && !ly_is_number(call->args[0])) return LY_UNEVALUATED;
    return LY_INT((int64_t)ly_dimensions(call->args[0], MOST_DIMENSIONS, dims));
}

/* ---- tests ------------------------------------------------------------------------------------ */

BUILTIN(ListQ, list_list_q, 1, 1, LY_PROTECTED, LY_PACKED, "ListQ[expr] gives True if the head of expr is List.")
static ly_value list_list_q(ly_context *cx, ly_expr *call) { return ly_bool(ly_is_list(call->args[0])); }

BUILTIN(AtomQ, list_atom_q, 1, 1, LY_PROTECTED, LY_PACKED,
        "AtomQ[expr] gives True if expr is a number, string, symbol, or otherwise has no parts.")
static ly_value list_atom_q(ly_context *cx, ly_expr *call)
{
    return ly_bool(ly_is_atom(call->args[0]) || ly_is_association(call->args[0]));
}

/* The test holds for every element of v, `rank` levels down; -1: failed. */
static int all_elements(ly_context *cx, ly_value v, size_t rank, ly_value test)
{
    if (rank == 0) return test ? ly_test_call1(cx, test, v) : !ly_is_list(v);
    for (size_t i = 0; i < ly_length(v); i++) {
        ly_value item = ly_element(cx, v, i);
        int outcome = ly_failed(item) ? -1 : all_elements(cx, item, rank - 1, test);
        ly_release(cx, item);
        if (outcome != 1) return outcome;
    }
    return 1;
}

static ly_value array_test(ly_context *cx, ly_value v, size_t rank, ly_value test)
{
    if (list_rank(v) < rank) return LY_SYM(False);
    int outcome = all_elements(cx, v, rank, test);
    return outcome < 0 ? LY_FAILED : ly_bool(outcome);
}

BUILTIN(VectorQ, list_vector_q, 1, 2, LY_PROTECTED, LY_PACKED,
        "VectorQ[expr] gives True if expr is a list without lists; VectorQ[expr, test] if test holds for its elements.")
static ly_value list_vector_q(ly_context *cx, ly_expr *call)
{
    return array_test(cx, call->args[0], 1, call->count == 2 ? call->args[1] : LY_FAILED);
}

BUILTIN(MatrixQ, list_matrix_q, 1, 2, LY_PROTECTED, LY_PACKED,
        "MatrixQ[expr] gives True if expr is a list of lists of one length, without lists in these.")
static ly_value list_matrix_q(ly_context *cx, ly_expr *call)
{
    return array_test(cx, call->args[0], 2, call->count == 2 ? call->args[1] : LY_FAILED);
}

BUILTIN(SquareMatrixQ, list_square_matrix_q, 1, 1, LY_PROTECTED, LY_PACKED,
        "SquareMatrixQ[expr] gives True if expr is a square matrix.")
static ly_value list_square_matrix_q(ly_context *cx, ly_expr *call)
{
    size_t dims[3];
    if (!ly_is_list(call->args[0])) return LY_SYM(False);
    size_t rank = ly_dimensions(call->args[0], 3, dims);
    return ly_bool(rank == 2 && dims[0] == dims[1]);
}

BUILTIN(ArrayQ, list_array_q, 1, 3, LY_PROTECTED, LY_PACKED,
        "ArrayQ[expr] gives True if expr is a full array; ArrayQ[expr, patt] if its depth matches patt,\n"
        "ArrayQ[expr, patt, test] and test holds for its elements.")
static ly_value list_array_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    size_t rank = list_rank(v);
    if (rank == 0) return LY_SYM(False);
    if (call->count > 1) {
        int matched = ly_matches(cx, call->args[1], LY_INT((int64_t)rank));
        if (matched != 1) return matched < 0 ? LY_FAILED : LY_SYM(False);
    }
    int outcome = all_elements(cx, v, rank, call->count == 3 ? call->args[2] : LY_FAILED);
    return outcome < 0 ? LY_FAILED : ly_bool(outcome);
}

/* ---- Level ------------------------------------------------------------------------------------ */

static ly_value visit_collect(ly_context *cx, ly_walk *walk, ly_value part)
{
    if (ly_builder_add(cx, walk->data, ly_retain(part))) return part;
    ly_release(cx, part);
    return LY_FAILED;
}

BUILTIN(Level, list_level, 2, 4, LY_PROTECTED, LY_OPERATOR_LAST,
        "Level[expr, levelspec] gives a list of the parts at these levels; a third argument wraps them.")
static ly_value list_level(ly_context *cx, ly_expr *call)
{
    ly_builder parts = ly_builder_new();
    size_t count = ly_option_start(call, 2);
    ly_walk walk = {.visit = visit_collect, .data = &parts, .heads = count < call->count && ly_heads_option(cx, call, count, false)};
    if (!ly_level_spec(call->args[1], &walk.levels)) return ly_message_call(cx, call, "level", 1, call->args[1]);
    ly_value walked = ly_walk_take(cx, &walk, ly_retain(call->args[0]));
    if (ly_failed(walked)) {
        ly_builder_drop(cx, &parts);
        return LY_FAILED;
    }
    ly_release(cx, walked);
    return ly_builder_finish(cx, &parts, count == 3 ? call->args[2] : LY_SYM(List));
}

/* ---- sizes ------------------------------------------------------------------------------------ */


/* Atoms and heads, with a worklist. */
static int64_t leaf_count(ly_context *cx, ly_value v)
{
    size_t count = 1, capacity = 64;
    int64_t leaves = 0;
    ly_value *stack = ly_buffer_alloc(cx, capacity * sizeof *stack);
    if (!stack) return -1;
    stack[0] = v;
    while (count > 0) {
        v = stack[--count];
        size_t parts = ly_is_expr(v) ? (size_t)ly_expr_of(v)->count + 1 : ly_is_association(v) ? ly_association_of(v)->count : 0;
        if (count + parts > capacity) {
            size_t more = 2 * (count + parts);
            ly_value *grown = ly_buffer_realloc(cx, stack, more * sizeof *grown);
            if (!grown) {
                ly_buffer_free(cx, stack);
                return -1;
            }
            stack = grown;
            capacity = more;
        }
        if (ly_is_expr(v)) {
            const ly_expr *e = ly_expr_of(v);
            stack[count++] = e->head;
            memcpy(stack + count, e->args, e->count * sizeof *stack);
            count += e->count;
        } else if (ly_is_association(v)) { /* as Association[key -> value, …] */
            const ly_entry *entry;
            leaves++;
            for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));) {
                int64_t key = leaf_count(cx, entry->key);
                if (key < 0) {
                    ly_buffer_free(cx, stack);
                    return -1;
                }
                leaves += key + 1;
                stack[count++] = entry->value;
            }
        } else if (ly_is_packed(v)) {
            const ly_packed *p = ly_packed_of(v);
            int64_t lists = 1, width = 1;
            for (size_t i = 0; i + 1 < p->rank; i++) {
                width *= (int64_t)p->dims[i];
                lists += width;
            }
            leaves += (int64_t)p->total + lists;
        } else {
            leaves += ly_is_rational(v) || ly_is_complex(v) ? 3 : 1;
        }
    }
    ly_buffer_free(cx, stack);
    return leaves;
}

BUILTIN(LeafCount, list_leaf_count, 1, 1, LY_PROTECTED, LY_PACKED, "LeafCount[expr] gives the number of indivisible parts.")
static ly_value list_leaf_count(ly_context *cx, ly_expr *call)
{
    int64_t leaves = leaf_count(cx, call->args[0]);
    return leaves < 0 ? LY_FAILED : LY_INT(leaves);
}

BUILTIN(Head, list_head, 1, 2, LY_PROTECTED, LY_PACKED, "Head[expr] gives the head of expr; Head[expr, h] wraps it in h.")
static ly_value list_head(ly_context *cx, ly_expr *call)
{
    ly_value head = ly_head(cx, call->args[0]);
    return call->count == 2 ? ly_make1(cx, call->args[1], head) : head;
}
