/* source.c: where an offset lies in a source. */
#include "text/text.h"

ly_place ly_place_of(const ly_source *source, size_t offset)
{
    ly_place place = {1, 1};
    const char *at = source->text, *line = at;
    const char *to = at + (offset < source->count ? offset : source->count);
    for (; at < to; at++)
        if (*at == '\n') {
            place.line++;
            line = at + 1;
        }
    for (at = line; at < to; at++)
        if (((unsigned char)*at & 0xc0) != 0x80) place.column++;
    return place;
}
