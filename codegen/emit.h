/* emit.h: what the files of the emitter share. */
#ifndef LY_EMIT_H
#define LY_EMIT_H

#include "abi.h"
#include "codegen/codegen.h"

/* What was given a name or a number in the C text so far, found by hash of the value. */
typedef struct name_table {
    uint32_t count, capacity; /* of slots, a power of two */
    struct name_slot { ly_value value; const char *name; int next; } *slots; /* next: number behind the name */
} name_table;

typedef struct emitter {
    program *p;
    ly_text symbols;        /* slots: static ly_value sym_f; */
    ly_text symbol_rows;
    ly_text constants;      /* static objects */
    ly_text constant_rows;
    ly_text numbers, number_rows;
    ly_text patch_rows;
    ly_text prototypes;
    ly_text kernels;        /* typed loops, before the functions that enter them */
    ly_text functions;
    ly_text rule_rows, entry_rows, statement_rows;
    ly_text tiers;          /* functions that exist twice (options->tiers), in the order of their numbers */
    uint32_t tier_count;
    uint32_t symbol_count, constant_count, number_count, patch_count, rule_count, entry_count, kernel_count;
    uint32_t clone_temps;   /* most temporaries in a typed_clone */
    name_table names;       /* of symbols and constants */
    name_table used;        /* C names, as strings' hashes */
    uint32_t mark_count, mark_capacity;
    local **marks;          /* variables whose beginnings are marked in functions: MARK, number, MARK */
} emitter;

enum { MARK = 1 };

/* ---- emit.c */
/* Where the program is compiled twice: the line with which a function of this type and these parameters
   passes on to its other form. "" elsewhere. In the arena. */
const char *emit_tier(emitter *e, const char *name, const char *type, const char *parameters);

/* ---- emit_constants.c */
/* The C expression whose value is the word of v; its slot, object or literal is made on first use.
   In the arena. */
/* The name in C of the module: lyra_module, or as --module says. */
const char *emit_module_name(const program *p);
const char *emit_word(emitter *e, ly_value v);
/* The slot of a symbol: an lvalue. */
const char *emit_symbol(emitter *e, ly_value symbol);
/* A C identifier after a Lyra name, not used before. In the arena. */
const char *emit_identifier(emitter *e, const char *prefix, const char *name);
/* A name of the file, of emit_identifier. */
bool name_is_taken(emitter *e, const char *name);
/* Text as a C comment can hold it, on one line, cut where it is long. */
void emit_comment_text(emitter *e, ly_text *to, ly_value v);
/* Bytes as a C string literal, quotes included. */
void emit_string_literal(ly_text *to, const char *bytes, size_t count);
name_table name_table_new(program *p);
struct name_slot *name_table_find(emitter *e, name_table *table, ly_value v, uint32_t hash);

/* ---- emit_definition.c */
void emit_definitions(emitter *e);

/* ---- emit_node.c */
/* The C function of a rule's right side or of a statement. */
void emit_function(emitter *e, function *f, const char *name);
/* The lines of a function (consumed) behind its opening brace, and the closing one. */
void put_body(emitter *e, ly_text *body);

#endif
