/* print_layout.c: forms with a layout of their own: StringForm, Row, Column, tables, raised and
   lowered marks, Short and Shallow.

   The result form knows only Row and what is written inside a line; OutputForm sets all of them. */
#include "text/print.h"

#include <stdlib.h>

#include "eval/eval.h"

/* ---- StringForm ------------------------------------------------------------------------------- */

/* text with `n` and `` replaced by the arguments; a place without argument stays as it is written.
   A backquote behind a backslash is one. */
void ly_print_string_form(ly_printer *printer, const char *text, size_t count, size_t n, const ly_value *args)
{
    size_t from = 0, last = 0;
    for (size_t i = 0; i < count && !printer->failed;) {
        if (text[i] == '\\' && i + 1 < count && text[i + 1] == '`') {
            ly_box_add(printer->box, text + from, i - from);
            from = i + 1;
            i += 2;
            continue;
        }
        if (text[i] != '`') {
            i++;
            continue;
        }
        const char *close = memchr(text + i + 1, '`', count - i - 1);
        if (!close) break;
        size_t length = close - (text + i + 1), number = 0;
        bool digits = true;
        for (size_t j = 0; j < length; j++) {
            char c = text[i + 1 + j];
            if (c < '0' || c > '9' || number > n) digits = false;
            else number = 10 * number + (size_t)(c - '0');
        }
        if (length == 0) number = last + 1;
        if (!digits || number < 1 || number > n) {
            i += length + 2;
            continue;
        }
        ly_box_add(printer->box, text + from, i - from);
        ly_print(printer, args[number - 1], LY_BIND_NOTHING);
        last = number;
        i += length + 2;
        from = i;
    }
    if (from < count) ly_box_add(printer->box, text + from, count - from);
}

/* ---- options of layouts ----------------------------------------------------------------------- */

/* The value, borrowed, of the option among the arguments from `from` on; LY_FAILED: not given. */
static ly_value option(const ly_expr *x, size_t from, const char *name)
{
    for (size_t i = from; i < x->count; i++) {
        if (!ly_has_shape(x->args[i], LY_SYM(Rule), 2)) continue;
        const ly_expr *rule = ly_expr_of(x->args[i]);
        if (ly_is_symbol(rule->args[0]) && !strcmp(ly_symbol_name(rule->args[0]), name)) return rule->args[1];
    }
    return LY_FAILED;
}

/* Item i of a list of either representation. */
static void print_item(ly_printer *printer, ly_box *part, ly_value list, size_t i)
{
    ly_value item = ly_element(printer->cx, list, i);
    if (ly_failed(item)) {
        printer->failed = true;
        return;
    }
    ly_print_part(printer, part, item, LY_BIND_NOTHING);
    ly_release(printer->cx, item);
}

/* ---- Row and Column --------------------------------------------------------------------------- */

static bool print_row(ly_printer *printer, const ly_expr *x)
{
    if (x->count < 1 || !ly_is_list(x->args[0])) return false;
    size_t count = ly_length(x->args[0]);
    bool separated = x->count > 1 && !ly_has_head(x->args[1], LY_SYM(Rule));
    if (count == 0 && separated) ly_print_puts(printer, "{}");
    for (size_t i = 0; i < count && !printer->failed; i++) {
        ly_value item = ly_element(printer->cx, x->args[0], i);
        if (ly_failed(item)) {
            printer->failed = true;
            break;
        }
        if (i && separated) ly_print(printer, x->args[1], LY_BIND_NOTHING);
        ly_print(printer, item, LY_BIND_NOTHING);
        ly_release(printer->cx, item);
    }
    return true;
}

/* Left 0, Center 1, Right 2 */
static int alignment_of(ly_value v)
{
    if (ly_is_list(v) && ly_is_expr(v) && ly_expr_of(v)->count > 0) v = ly_expr_of(v)->args[ly_expr_of(v)->count - 1];
    if (v == LY_SYM(Right)) return 2;
    return v == LY_SYM(Center) ? 1 : 0;
}

static size_t shift(int alignment, size_t room, size_t width)
{
    return alignment == 2 ? room - width : alignment == 1 ? (room - width) / 2 : 0;
}

static bool print_column(ly_printer *printer, const ly_expr *x)
{
    if (x->count < 1 || !ly_is_list(x->args[0])) return false;
    size_t count = ly_length(x->args[0]), widest = 0;
    int alignment = x->count > 1 ? alignment_of(x->args[1]) : 0;
    ly_box *parts = ly_calloc(count ? count : 1, sizeof *parts);
    if (!parts) return false;
    for (size_t i = 0; i < count; i++) {
        print_item(printer, &parts[i], x->args[0], i);
        if (parts[i].width > widest) widest = parts[i].width;
    }
    size_t gap = 0;
    if (x->count > 2 && ly_is_int(x->args[2]) && ly_int_of(x->args[2]) > 0 && ly_int_of(x->args[2]) < 100)
        gap = (size_t)ly_int_of(x->args[2]);
    ly_box whole = {0};
    for (size_t i = 0; i < count; i++) {
        size_t column = shift(alignment, widest, parts[i].width);
        if (i == 0) {
            ly_box_pad(&whole, column);
            ly_box_append(&whole, &parts[i], 0);
        } else {
            ly_box_stack(&whole, &parts[i], column, gap);
        }
    }
    ly_free(parts);
    ly_box_append(printer->box, &whole, 0);
    return true;
}

/* ---- tables ----------------------------------------------------------------------------------- */

typedef struct table {
    size_t rows, columns;
    ly_box *cells; /* row by row; missing ones are empty */
} table;

static bool table_new(table *t, size_t rows, size_t columns)
{
    t->rows = rows;
    t->columns = columns;
    if (columns && rows > SIZE_MAX / sizeof(ly_box) / columns) return false;
    t->cells = ly_calloc(rows * columns + 1, sizeof *t->cells);
    return t->cells != NULL;
}

/* Sets the cells of a list, or a list of lists; frees nothing. */
static bool table_fill(ly_printer *printer, table *t, ly_value data, size_t skip_rows, size_t skip_columns)
{
    size_t rows = ly_length(data), columns = 1;
    bool deep = false;
    for (size_t i = 0; i < rows; i++) {
        ly_value row = ly_element(printer->cx, data, i);
        if (ly_failed(row)) return false;
        if (ly_is_list(row)) {
            deep = true;
            if (ly_length(row) > columns) columns = ly_length(row);
        }
        ly_release(printer->cx, row);
    }
    if (!table_new(t, rows + skip_rows, columns + skip_columns)) return false;
    for (size_t i = 0; i < rows && !printer->failed; i++) {
        ly_box *cells = t->cells + (i + skip_rows) * t->columns + skip_columns;
        ly_value row = ly_element(printer->cx, data, i);
        if (ly_failed(row)) {
            printer->failed = true;
        } else if (deep && ly_is_list(row)) {
            for (size_t j = 0; j < ly_length(row); j++) print_item(printer, &cells[j], row, j);
        } else {
            ly_print_part(printer, &cells[0], row, LY_BIND_NOTHING);
        }
        ly_release(printer->cx, row);
    }
    return true;
}

/* Puts the cells into printer's box: columns apart by `between` blanks, rows by `gap` empty lines. */
static void table_print(ly_printer *printer, table *t, bool uniform, int alignment, size_t between, size_t gap)
{
    size_t *widths = ly_calloc(t->columns ? t->columns : 1, sizeof *widths), widest = 0;
    ly_box whole = {0};
    if (!widths) {
        for (size_t i = 0; i < t->rows * t->columns; i++) ly_box_free(&t->cells[i]);
        ly_free(t->cells);
        printer->box->line.failed = true;
        return;
    }
    for (size_t i = 0; i < t->rows * t->columns; i++) {
        size_t width = t->cells[i].width;
        if (width > widths[i % t->columns]) widths[i % t->columns] = width;
        if (width > widest) widest = width;
    }
    for (size_t i = 0; i < t->rows; i++) {
        ly_box line = {0};
        size_t column = 0;
        for (size_t j = 0; j < t->columns; j++) {
            size_t room = uniform ? widest : widths[j];
            ly_box *cell = &t->cells[i * t->columns + j];
            ly_box_pad(&line, column + shift(alignment, room, cell->width));
            ly_box_append(&line, cell, 0);
            column += room + between;
        }
        if (i == 0) ly_box_append(&whole, &line, 0);
        else ly_box_stack(&whole, &line, 0, gap);
    }
    ly_free(widths);
    ly_free(t->cells);
    ly_box_append(printer->box, &whole, 0);
}

static size_t small_number(ly_value v, size_t fallback)
{
    return ly_is_int(v) && ly_int_of(v) >= 0 && ly_int_of(v) < 1000 ? (size_t)ly_int_of(v) : fallback;
}

/* The heading i of side (0 rows, 1 columns); LY_FAILED: none. Owned. */
static ly_value heading(ly_printer *printer, ly_value headings, size_t side, size_t i)
{
    if (headings == LY_SYM(Automatic)) return LY_INT((int64_t)i + 1);
    if (!ly_has_head(headings, LY_SYM(List)) || ly_expr_of(headings)->count <= side) return LY_FAILED;
    ly_value list = ly_expr_of(headings)->args[side];
    if (list == LY_SYM(Automatic)) return LY_INT((int64_t)i + 1);
    if (!ly_is_list(list) || i >= ly_length(list)) return LY_FAILED;
    return ly_element(printer->cx, list, i);
}

static bool print_table(ly_printer *printer, const ly_expr *x)
{
    if (x->count < 1 || !ly_is_list(x->args[0])) return false;
    table t;
    ly_value headings = option(x, 1, "TableHeadings"), spacing = option(x, 1, "TableSpacing");
    ly_value side = option(x, 1, "TableAlignments");
    if (ly_failed(side)) side = option(x, 1, "Alignment");
    bool heads = !ly_failed(headings) && headings != LY_SYM(None);
    bool rows = heads && (headings == LY_SYM(Automatic) || (ly_has_head(headings, LY_SYM(List)) &&
                ly_expr_of(headings)->count > 0 && ly_expr_of(headings)->args[0] != LY_SYM(None)));
    bool columns = heads && (headings == LY_SYM(Automatic) || (ly_has_head(headings, LY_SYM(List)) &&
                   ly_expr_of(headings)->count > 1 && ly_expr_of(headings)->args[1] != LY_SYM(None)));
    if (!table_fill(printer, &t, x->args[0], columns, rows)) return false;
    for (size_t i = 0; rows && i + columns < t.rows; i++) {
        ly_value head = heading(printer, headings, 0, i);
        if (ly_failed(head)) continue;
        ly_print_part(printer, &t.cells[(i + columns) * t.columns], head, LY_BIND_NOTHING);
        ly_release(printer->cx, head);
    }
    for (size_t j = 0; columns && j + rows < t.columns; j++) {
        ly_value head = heading(printer, headings, 1, j);
        if (ly_failed(head)) continue;
        ly_print_part(printer, &t.cells[j + rows], head, LY_BIND_NOTHING);
        ly_release(printer->cx, head);
    }
    size_t gap = 1, between = 3;
    if (!ly_failed(spacing) && ly_has_head(spacing, LY_SYM(List))) {
        const ly_expr *sizes = ly_expr_of(spacing);
        if (sizes->count > 0) gap = small_number(sizes->args[0], gap);
        if (sizes->count > 1) between = small_number(sizes->args[1], between);
    } else if (!ly_failed(spacing)) {
        gap = small_number(spacing, gap);
    }
    table_print(printer, &t, x->head == LY_SYM(MatrixForm), ly_failed(side) ? 0 : alignment_of(side), between, gap);
    return true;
}

/* ---- raised and lowered ----------------------------------------------------------------------- */

static bool print_script(ly_printer *printer, const ly_expr *x, long raised)
{
    if (x->count < 2 || printer->flat) return false;
    ly_box part = {0};
    ly_print(printer, x->args[0], LY_BIND_POWER + 1);
    ly_printer script = *printer;
    script.box = &part;
    script.flat = true;
    script.nesting++;
    ly_print_items(&script, x->count - 1, x->args + 1, raised > 0 ? ", " : ",");
    if (script.failed) printer->failed = true;
    ly_box_append(printer->box, &part, raised);
    return true;
}

/* e in a line form, or one of the forms for other languages. */
static bool print_in_form(ly_printer *printer, ly_value e, ly_value form)
{
    ly_text text = {0};
    if (form == LY_SYM(InputForm)) ly_print_input_form(printer->cx, &text, e);
    else if (form == LY_SYM(FullForm)) ly_print_full_form(printer->cx, &text, e);
    else if (form == LY_SYM(OutputForm)) ly_print_output_form(printer->cx, &text, e);
    else if (form == LY_SYM(TeXForm)) ly_print_tex(printer->cx, &text, e);
    else if (form == LY_SYM(CForm)) ly_print_code(printer->cx, &text, e, false);
    else if (form == LY_SYM(FortranForm)) ly_print_code(printer->cx, &text, e, true);
    else return false;
    if (text.failed) printer->failed = true;
    else if (text.count && memchr(text.data, '\n', text.count)) ly_box_lines(printer->box, text.data, text.count);
    else ly_box_add(printer->box, text.data ? text.data : "", text.count);
    ly_text_free(&text);
    return true;
}

/* The boxes of e, as text between their marks. */
static bool print_boxes(ly_printer *printer, ly_value e)
{
    ly_value text = ly_call2(printer->cx, LY_SYM(ToString), ly_retain(e), LY_SYM(TraditionalForm));
    if (ly_failed(text)) printer->failed = true;
    else if (ly_is_string(text)) ly_box_add(printer->box, ly_string_of(text)->data, ly_string_of(text)->bytes);
    ly_release(printer->cx, text);
    return true;
}

bool ly_print_layout(ly_printer *printer, const ly_expr *x)
{
    ly_value head = x->head;
    if (head == LY_SYM(ColumnForm)) return print_column(printer, x);
    if (printer->form == LY_FORM_INPUT) {
        if (head == LY_SYM(TraditionalForm) && x->count == 1) return print_boxes(printer, x->args[0]);
        bool foreign = head == LY_SYM(CForm) || head == LY_SYM(FortranForm) || head == LY_SYM(TeXForm);
        return foreign && x->count == 1 && printer->nesting == 0 && print_in_form(printer, x->args[0], head);
    }
    if (head == LY_SYM(Format) && (x->count == 1 || x->count == 2)) {
        bool top = printer->form == LY_FORM_OUTPUT || printer->box->line.count == 0;
        if (x->count == 2 && top && print_in_form(printer, x->args[0], x->args[1])) return true;
        ly_print(printer, x->args[0], LY_BIND_NOTHING);
        return true;
    }
    if (head == LY_SYM(Row)) return print_row(printer, x);
    if (head == LY_SYM(PercentForm)) return ly_print_number_form(printer, x);
    if (printer->form != LY_FORM_OUTPUT) return false;
    if (head == LY_SYM(StringForm) && x->count >= 1 && ly_is_string(x->args[0])) {
        const ly_string *text = ly_string_of(x->args[0]);
        ly_print_string_form(printer, text->data, text->bytes, x->count - 1, x->args + 1);
        return true;
    }
    if (head == LY_SYM(SequenceForm)) {
        ly_print_items(printer, x->count, x->args, "");
        return true;
    }
    if (printer->nesting > 40) return ly_print_number_form(printer, x); /* tables in tables … on a line */
    if (head == LY_SYM(Column)) return print_column(printer, x);
    if (head == LY_SYM(TableForm) || head == LY_SYM(MatrixForm) || head == LY_SYM(Grid))
        return print_table(printer, x);
    if (head == LY_SYM(Subscript)) return print_script(printer, x, -1);
    if (head == LY_SYM(Superscript)) return print_script(printer, x, 1);
    if (x->count == 1 && print_in_form(printer, x->args[0], head)) return true;
    return ly_print_number_form(printer, x);
}
