/* source.c: where an offset lies in a source. */
#include "text/text.h"

#include <string.h>

ly_place ly_place_after(const ly_source *source, ly_place_mark *mark, size_t offset)
{
    size_t to = offset < source->count ? offset : source->count;
    const char *text = source->text, *end;
    while (mark->line_begin < to && (end = memchr(text + mark->line_begin, '\n', to - mark->line_begin))) {
        mark->line_begin = (size_t)(end - text) + 1;
        mark->lines++;
    }
    ly_place place = {mark->lines + 1, 1};
    for (size_t at = mark->line_begin; at < to; at++)
        if (((unsigned char)text[at] & 0xc0) != 0x80) place.column++;
    return place;
}

ly_place ly_place_of(const ly_source *source, size_t offset)
{
    ly_place_mark mark = {0};
    return ly_place_after(source, &mark, offset);
}
