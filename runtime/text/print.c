/* print.c: the printed forms, as the rest of the runtime asks for them. */
#include "text/print.h"

/* Writes e in a form and adds the text. An error that comes up within (a Format rule that throws, no
   memory) stays pending, and text is marked failed. */
static void print_form(ly_context *cx, ly_text *text, ly_value e, ly_form form, bool formats)
{
    ly_box box = {0};
    ly_printer printer = {.cx = cx, .box = &box, .form = form, .formats = formats};
    if (form != LY_FORM_OUTPUT) {
        box.line = *text; /* the line forms go straight to their place */
        memset(text, 0, sizeof *text);
    }
    if (form == LY_FORM_FULL) ly_print_full(&printer, e);
    else ly_print(&printer, e, LY_BIND_NOTHING);
    ly_box_write(&box, text);
    if (printer.failed) text->failed = true;
}

void ly_print_input_form(ly_context *cx, ly_text *text, ly_value e) { print_form(cx, text, e, LY_FORM_INPUT, false); }
void ly_print_result(ly_context *cx, ly_text *text, ly_value e) { print_form(cx, text, e, LY_FORM_RESULT, false); }
void ly_print_full_form(ly_context *cx, ly_text *text, ly_value e) { print_form(cx, text, e, LY_FORM_FULL, false); }
void ly_print_output_form(ly_context *cx, ly_text *text, ly_value e) { print_form(cx, text, e, LY_FORM_OUTPUT, true); }
void ly_print_text(ly_context *cx, ly_text *text, ly_value e) { print_form(cx, text, e, LY_FORM_RESULT, true); }

void ly_print_number(ly_context *cx, ly_text *text, ly_value number, bool full)
{
    print_form(cx, text, number, full ? LY_FORM_INPUT : LY_FORM_OUTPUT, false);
}

void ly_print_message(ly_context *cx, ly_text *text, const char *prefix, const char *template,
                      size_t n, const ly_value *args)
{
    ly_box box = {0};
    ly_printer printer = {.cx = cx, .box = &box, .form = LY_FORM_OUTPUT, .formats = true};
    ly_box_puts(&box, prefix);
    ly_print_string_form(&printer, template, strlen(template), n, args);
    ly_box_write(&box, text);
    if (printer.failed) text->failed = true;
}
