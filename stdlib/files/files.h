/* files.h: what the file built-ins share.

   paths.c     file names as programs write them, and the names of temporary files
   open.c      streams opened and closed, found for a call's argument
   records.c   what Read and its kin take from a stream
   json.c csv.c  the formats of Import and Export */
#ifndef LY_FILES_H
#define LY_FILES_H

#include "eval/context.h"
#include "eval/eval.h"
#include "foreign/stream.h"
#include "value/value.h"

/* ---- paths.c --------------------------------------------------------------------------------- */

/* The path that a file argument names: a string, or File["…"]; "~" expanded; in memory of malloc.
   NULL: it is neither. */
char *file_path(ly_value v);
/* The directory where temporary files go. */
const char *file_temporary_directory(void);
/* A whole file as text; NULL: errno says why. Free it. */
char *file_contents(const char *path, size_t *count);
/* Removes a file that could not be written whole, so that nobody takes the part for it. */
void file_remove_part(const char *path);

/* ---- open.c ---------------------------------------------------------------------------------- */

/* The open stream of a call's first argument; a file's name (or "!command") opens it: *opened says
   that the caller must close it where it was not open before. NULL: the message was given. */
ly_stream *file_input(ly_context *cx, ly_expr *call, ly_value v, bool *opened);
ly_stream *file_output(ly_context *cx, ly_expr *call, ly_value v, bool append, bool *opened);

/* ---- records.c ------------------------------------------------------------------------------- */

/* One object of a type (Word, {Number, String} …): its value, EndOfFile, $Failed (message given),
   or LY_FAILED. LY_UNEVALUATED: the type is not known (message given). options: the call whose
   options from argument `from` on count. */
ly_value file_read(ly_context *cx, ly_expr *call, size_t from, ly_stream *stream, ly_value type);

/* ---- json.c, csv.c: the value of a text, LY_FAILED with nothing pending where it is not valid */

/* as_rules: objects are lists of rules ("JSON"), else associations ("RawJSON") */
ly_value json_read(ly_context *cx, const char *text, size_t count, bool as_rules);
/* False: v cannot be written as JSON, *culprit (borrowed) is why. */
bool json_write(ly_context *cx, ly_text *text, ly_value v, bool compact, ly_value *culprit);
/* A list of lists; fields that look like numbers are numbers. */
ly_value csv_read(ly_context *cx, const char *text, size_t count, char separator);
bool csv_write(ly_context *cx, ly_text *text, ly_value v, char separator);

/* ---- xml.c */
/* The document, or LY_FAILED with nothing pending and *bad the offset where it is not well formed. */
ly_value xml_read(ly_context *cx, const char *text, size_t count, size_t *bad);
/* An element of a document: "Plaintext", "XMLElement" …; LY_UNEVALUATED: there is no such. */
ly_value xml_element(ly_context *cx, ly_value document, const char *element);
/* False: v is no symbolic XML (or there is no memory). */
bool xml_write(ly_context *cx, ly_text *text, ly_value v);

/* ---- formats.c ------------------------------------------------------------------------------- */

/* The value of text in a format; element: "Data", "Lines" … or LY_FAILED. LY_UNEVALUATED: the
   format is not known. */
ly_value file_import(ly_context *cx, ly_expr *call, ly_value format, const char *text,
                     size_t count);
/* Adds v in a format; 1 done, 0 cannot (message given), -1 failed. */
int file_export(ly_context *cx, ly_expr *call, size_t options, ly_value format, ly_value v,
                ly_text *text);

#endif
