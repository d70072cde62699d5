/* names.h: contexts of symbols, for the built-ins about them. */
#ifndef LY_NAMES_H
#define LY_NAMES_H

#include "eval/eval.h"

/* $Context now, with its final `. */
const char *ly_current_context(ly_context *cx);
/* The i-th context of $ContextPath, or NULL behind the last. */
const char *ly_context_on_path(ly_context *cx, size_t i);
/* Names that are read now are looked for in System`, and made in this context where they are not found
   there: for text of the library's own. NULL: by $Context and $ContextPath again. Gives what it was. */
const char *ly_read_names_in(ly_context *cx, const char *context);
/* Symbols were removed, or made in contexts that names are looked for in: what was found is looked
   for again. */
void ly_names_changed(ly_context *cx);
/* The symbol does not exist in this context: it was removed. */
bool ly_symbol_removed(ly_context *cx, ly_value symbol);
/* name as written (`a`b, a`b, b) split into the context it says or means, and what follows it.
   False: the name itself is not that of a symbol. */
bool ly_split_name(ly_context *cx, const char *name, size_t count, ly_text *context,
                   const char **last, size_t *last_count);

/* Keeps the values of $Context (Begin) or $Context and $ContextPath (BeginPackage) until they are
   taken back by restore of the same kind; false there: nothing of this kind was kept last. Values
   are owned; path LY_FAILED for Begin. False from save: no memory, pending; the values are gone. */
bool ly_save_context(ly_context *cx, ly_value context, ly_value path);
bool ly_restore_context(ly_context *cx, bool package, ly_value *context, ly_value *path);

#endif
