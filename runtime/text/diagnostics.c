/* diagnostics.c: what the reader has to complain about, and how it is shown. */
#include <stdarg.h>
#include <stdlib.h>

#include "text/text.h"

#define MOST_DIAGNOSTICS 200 /* a file that is no program at all should not fill the screen */

void ly_diagnose(ly_diagnostics *diagnostics, size_t offset, size_t end, const char *format, ...)
{
    if (diagnostics->count >= MOST_DIAGNOSTICS) return;
    if (diagnostics->count == diagnostics->capacity) {
        size_t capacity = diagnostics->capacity ? 2 * diagnostics->capacity : 4;
        ly_diagnostic *items = ly_remalloc(diagnostics->items, capacity * sizeof *items);
        if (!items) return;
        diagnostics->items = items;
        diagnostics->capacity = capacity;
    }
    va_list arguments;
    va_start(arguments, format);
    char *message = NULL;
    if (ly_vasprintf(&message, format, arguments) < 0) message = NULL;
    va_end(arguments);
    if (!message) return;
    diagnostics->items[diagnostics->count++] = (ly_diagnostic){offset, end, message};
}

void ly_diagnostics_free(ly_diagnostics *diagnostics)
{
    for (size_t i = 0; i < diagnostics->count; i++) ly_free(diagnostics->items[i].message);
    ly_free(diagnostics->items);
    *diagnostics = (ly_diagnostics){0};
}

/* The line that offset lies in, cut to a width that a terminal can show, and the caret below. */
static void print_line(const ly_source *source, size_t offset, size_t end, FILE *to)
{
    const char *text = source->text;
    size_t begin = offset, stop = offset;
    if (begin > source->count) begin = stop = source->count;
    while (begin > 0 && text[begin - 1] != '\n' && offset - begin < 160) begin--;
    while (begin < offset && ((unsigned char)text[begin] & 0xc0) == 0x80) begin++;
    while (stop < source->count && text[stop] != '\n' && stop - begin < 240) stop++;
    if (stop > begin && text[stop - 1] == '\r') stop--;
    while (stop < source->count && ((unsigned char)text[stop] & 0xc0) == 0x80) stop++;
    fprintf(to, "    %.*s\n    ", (int)(stop - begin), text + begin);
    for (size_t i = begin; i < offset && i < stop; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80) fputc(text[i] == '\t' ? '\t' : ' ', to);
    fputc('^', to);
    for (size_t i = offset + 1; i < end && i < stop; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80) fputc('~', to);
    fputc('\n', to);
}

void ly_diagnostics_print(const ly_diagnostics *diagnostics, const ly_source *source, FILE *to)
{
    for (size_t i = 0; i < diagnostics->count; i++) {
        const ly_diagnostic *d = &diagnostics->items[i];
        ly_place place = ly_place_of(source, d->offset);
        fprintf(to, "%s:%u:%u: error: %s\n", source->name ? source->name : "<input>", place.line,
                place.column, d->message);
        print_line(source, d->offset, d->end, to);
    }
}
