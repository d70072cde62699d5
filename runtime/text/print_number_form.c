/* print_number_form.c: NumberForm and its kin (see ly_print_number_form). */
#include "text/print.h"

bool ly_print_number_form(ly_printer *printer, const ly_expr *e)
{
    (void)printer;
    (void)e;
    return false;
}
