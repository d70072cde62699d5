/* attribute.h: attributes as bits, and by name. */
#ifndef LY_ATTRIBUTE_H
#define LY_ATTRIBUTE_H

#include "eval/context.h"

/* The bits of an attribute's symbol, 0 if it is none. */
uint32_t ly_attribute_bit(ly_value symbol);
/* {HoldFirst, Protected, …} in alphabetical order. */
ly_value ly_attributes_list(ly_context *cx, uint32_t attributes);

#endif
