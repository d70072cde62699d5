/* command_check.c: `lyra check FILE…`: syntax only, nothing is evaluated. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static bool check_file(ly_context *cx, const char *path)
{
    char *text;
    size_t size;
    if (!ly_session_read_file(path, &text, &size)) {
        fprintf(stderr, "lyra: cannot read %s: %s\n", path, strerror(errno));
        return false;
    }
    ly_source source = {
        .name = strcmp(path, "-") == 0 ? "<stdin>" : path, .text = text, .count = size};
    ly_diagnostics diagnostics = {0};
    bool right = ly_check_syntax(cx, &source, &diagnostics);
    if (!right) ly_diagnostics_print(&diagnostics, &source, stderr);
    ly_diagnostics_free(&diagnostics);
    ly_free(text);
    return right;
}

int command_check(int count, char **arguments)
{
    if (count == 0) return command_usage_error("which files? Try: lyra help check");
    ly_context *cx = command_start(NULL, 0, NULL);
    if (!cx) return 1;
    bool right = true;
    for (int i = 0; i < count; i++) right &= check_file(cx, arguments[i]);
    int status = command_finish(cx);
    return right ? status : 1;
}
