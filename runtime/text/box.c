/* box.c: text in two dimensions, for OutputForm.

   A box grows to the right along its base line; rows above and below come into being when something
   reaches into them, and are padded only then. So a long line costs what its text costs. */
#include "text/print.h"

#include <stdlib.h>

/* Columns that UTF-8 text takes on a screen: one for each code point. */
size_t ly_columns(const char *bytes, size_t count)
{
    size_t columns = 0;
    for (size_t i = 0; i < count; i++) columns += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    return columns;
}

static ly_box_row *row_at(ly_box_row **rows, size_t *count, size_t i)
{
    if (i >= *count) {
        ly_box_row *more = ly_remalloc(*rows, (i + 1) * sizeof *more);
        if (!more) return NULL;
        memset(more + *count, 0, (i + 1 - *count) * sizeof *more);
        *rows = more;
        *count = i + 1;
    }
    return *rows + i;
}

/* The row raised above the base line by so many rows (not 0), made if need be. */
static ly_box_row *row_of(ly_box *box, long raised)
{
    if (raised > 0) return row_at(&box->above, &box->above_count, raised - 1);
    return row_at(&box->below, &box->below_count, -raised - 1);
}

static void add_blanks(ly_text *text, size_t count)
{
    static const char blanks[] = "                                ";
    while (count > 0) {
        size_t some = count < sizeof blanks - 1 ? count : sizeof blanks - 1;
        ly_text_add(text, blanks, some);
        count -= some;
    }
}

/* Adds text to a row at a column. */
static void add_at(ly_box *box, long raised, size_t column, const ly_text *text, size_t width)
{
    if (text->count == 0) return;
    if (raised == 0) {
        ly_text_add(&box->line, text->data, text->count);
        return;
    }
    ly_box_row *row = row_of(box, raised);
    if (!row) {
        box->line.failed = true;
        return;
    }
    if (column > row->width) add_blanks(&row->text, column - row->width);
    ly_text_add(&row->text, text->data, text->count);
    row->width = column + width;
}

void ly_box_add(ly_box *box, const char *bytes, size_t count)
{
    ly_text_add(&box->line, bytes, count);
    box->width += ly_columns(bytes, count);
}

void ly_box_puts(ly_box *box, const char *c_string) { ly_box_add(box, c_string, strlen(c_string)); }

void ly_box_pad(ly_box *box, size_t width)
{
    if (width <= box->width) return;
    add_blanks(&box->line, width - box->width);
    box->width = width;
}

void ly_box_free(ly_box *box)
{
    ly_text_free(&box->line);
    for (size_t i = 0; i < box->above_count; i++) ly_text_free(&box->above[i].text);
    for (size_t i = 0; i < box->below_count; i++) ly_text_free(&box->below[i].text);
    ly_free(box->above);
    ly_free(box->below);
    memset(box, 0, sizeof *box);
}

/* The columns of a part's base line; its width is that of its widest row. */
void ly_box_append(ly_box *box, ly_box *part, long raised)
{
    size_t column = box->width;
    long top = (long)part->above_count + raised, bottom = raised - (long)part->below_count;
    if (part->line.failed) box->line.failed = true;
    for (long at = top; at >= bottom; at--) {
        long within = at - raised;
        if (within == 0) {
            add_at(box, at, column, &part->line, ly_columns(part->line.data, part->line.count));
        } else {
            ly_box_row *row = within > 0 ? &part->above[within - 1] : &part->below[-within - 1];
            if (at != 0) {
                add_at(box, at, column, &row->text, row->width);
            } else {
                add_at(box, 0, column, &row->text, row->width);
            }
        }
    }
    /* the base line always reaches the box's full width */
    size_t written = 0;
    if (-raised >= -(long)part->below_count && -raised <= (long)part->above_count) {
        if (raised == 0) written = ly_columns(part->line.data, part->line.count);
        else if (raised < 0) written = part->above[-raised - 1].width;
        else written = part->below[raised - 1].width;
    }
    if (part->width > written) add_blanks(&box->line, part->width - written);
    box->width = column + part->width;
    ly_box_free(part);
}

void ly_box_fraction(ly_box *box, ly_box *numerator, ly_box *denominator)
{
    ly_box fraction = {0};
    size_t width = numerator->width > denominator->width ? numerator->width : denominator->width;
    size_t rise = numerator->below_count + 1, sink = denominator->above_count + 1;
    ly_box upper = {0}, lower = {0};
    ly_box_pad(&upper, (width - numerator->width) / 2);
    ly_box_append(&upper, numerator, 0);
    ly_box_pad(&lower, (width - denominator->width) / 2);
    ly_box_append(&lower, denominator, 0);
    for (size_t i = 0; i < width; i++) ly_text_putc(&fraction.line, '-');
    /* append at column 0: the rows of the parts are laid over the bar's box */
    size_t column = fraction.width;
    long top = (long)upper.above_count + (long)rise;
    for (long at = top; at >= 1; at--) {
        long within = at - (long)rise;
        if (within == 0)
            add_at(&fraction, at, column, &upper.line, upper.width);
        else {
            ly_box_row *row = within > 0 ? &upper.above[within - 1] : &upper.below[-within - 1];
            add_at(&fraction, at, column, &row->text, row->width);
        }
    }
    for (long at = 1; at <= (long)lower.below_count + (long)sink; at++) {
        long within = at - (long)sink;
        if (within == 0)
            add_at(&fraction, -at, column, &lower.line, lower.width);
        else {
            ly_box_row *row = within < 0 ? &lower.above[-within - 1] : &lower.below[within - 1];
            add_at(&fraction, -at, column, &row->text, row->width);
        }
    }
    if (upper.line.failed || lower.line.failed) fraction.line.failed = true;
    fraction.width = width;
    ly_box_free(&upper);
    ly_box_free(&lower);
    ly_box_append(box, &fraction, 0);
}

void ly_box_stack(ly_box *box, ly_box *part, size_t column, size_t gap)
{
    long at = -(long)box->below_count - (long)gap - 1;
    if (part->line.failed) box->line.failed = true;
    if (gap && part->line.count + part->above_count + part->below_count == 0) row_of(box, at);
    for (long i = (long)part->above_count; i >= -(long)part->below_count; i--, at--) {
        if (i == 0) {
            row_of(box, at);
            add_at(box, at, column, &part->line, ly_columns(part->line.data, part->line.count));
        } else {
            ly_box_row *row = i > 0 ? &part->above[i - 1] : &part->below[-i - 1];
            row_of(box, at);
            add_at(box, at, column, &row->text, row->width);
        }
    }
    if (box->width < column + part->width) ly_box_pad(box, column + part->width);
    ly_box_free(part);
}

void ly_box_lines(ly_box *box, const char *bytes, size_t count)
{
    size_t column = box->width, widest = column;
    const char *end = bytes + count, *at = bytes;
    for (long line = 0;; line--) {
        const char *stop = memchr(at, '\n', end - at);
        size_t length = (stop ? stop : end) - at;
        size_t width = ly_columns(at, length);
        if (line == 0) {
            ly_text_add(&box->line, at, length);
            box->width = column + width;
        } else {
            ly_text text = {.data = (char *)at, .count = length};
            row_of(box, line);
            add_at(box, line, column, &text, width);
        }
        if (column + width > widest) widest = column + width;
        if (!stop) break;
        at = stop + 1;
    }
    ly_box_pad(box, widest);
}

/* Without the blanks at a row's end. */
static void write_row(ly_text *to, const ly_text *row)
{
    size_t count = row->count;
    while (count > 0 && row->data[count - 1] == ' ') count--;
    ly_text_add(to, row->data, count);
}

void ly_box_write(ly_box *box, ly_text *text)
{
    if (box->above_count == 0 && box->below_count == 0) {
        if (text->count == 0) {
            ly_text_free(text);
            *text = box->line;
            memset(&box->line, 0, sizeof box->line);
        } else {
            ly_text_add(text, box->line.data, box->line.count);
        }
        ly_box_free(box);
        return;
    }
    for (size_t i = box->above_count; i-- > 0;) {
        write_row(text, &box->above[i].text);
        ly_text_putc(text, '\n');
    }
    write_row(text, &box->line);
    for (size_t i = 0; i < box->below_count; i++) {
        ly_text_putc(text, '\n');
        write_row(text, &box->below[i].text);
    }
    if (box->line.failed) text->failed = true;
    ly_box_free(box);
}
