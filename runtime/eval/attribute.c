/* attribute.c: the attributes by name. */
#include "eval/attribute.h"

#include "eval/eval.h"
#include "eval/evaluate.h"

typedef struct attribute {
    const char *name;
    uint32_t bits;
} attribute;

/* in the order in which Attributes[] lists them */
static const attribute table[] = {
    {"Constant", LY_CONSTANT},
    {"Flat", LY_FLAT},
    {"HoldAll", LY_HOLD_ALL},
    {"HoldAllComplete", LY_HOLD_ALL_COMPLETE},
    {"HoldFirst", LY_HOLD_FIRST},
    {"HoldRest", LY_HOLD_REST},
    {"Listable", LY_LISTABLE},
    {"Locked", LY_LOCKED},
    {"NHoldAll", LY_N_HOLD_ALL},
    {"NHoldFirst", LY_N_HOLD_FIRST},
    {"NHoldRest", LY_N_HOLD_REST},
    {"NumericFunction", LY_NUMERIC_FUNCTION},
    {"OneIdentity", LY_ONE_IDENTITY},
    {"Orderless", LY_ORDERLESS},
    {"Protected", LY_PROTECTED},
    {"ReadProtected", LY_READ_PROTECTED},
    {"SequenceHold", LY_SEQUENCE_HOLD},
    {"Stub", LY_STUB},
    {"Temporary", LY_TEMPORARY_ATTRIBUTE},
};
enum { COUNT = sizeof table / sizeof table[0] };

uint32_t ly_attribute_bit(ly_value symbol)
{
    const char *name = ly_is_symbol(symbol) ? ly_symbol_name(symbol) : "";
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(name, table[i].name) == 0) return table[i].bits;
    return 0;
}

ly_value ly_attributes_list(ly_context *cx, uint32_t attributes)
{
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), COUNT);
    uint32_t n = 0;
    for (size_t i = 0; i < COUNT; i++) {
        uint32_t bits = table[i].bits;
        if ((attributes & bits) != bits) continue;
        /* the halves of HoldAll and NHoldAll are not listed beside it */
        if ((bits == LY_HOLD_FIRST || bits == LY_HOLD_REST) && (attributes & LY_HOLD_ALL) == LY_HOLD_ALL) continue;
        if ((bits == LY_N_HOLD_FIRST || bits == LY_N_HOLD_REST) && (attributes & LY_N_HOLD_ALL) == LY_N_HOLD_ALL) continue;
        list->args[n++] = ly_intern("System`", table[i].name);
    }
    list->count = n;
    return ly_from_object(list);
}
