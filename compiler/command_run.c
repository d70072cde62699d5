/* command_run.c: `lyra run FILE [ARGUMENTS]` and `lyra FILE [ARGUMENTS]`. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "compiler.h"

enum { LARGEST_COMPILED = 1 << 20 }; /* bytes of text: beyond this, compiling costs more than it gives */

/* Compiles the program into this process and runs it; what cannot be compiled is interpreted. */
static void run_source(ly_context *cx, const command_options *options, const ly_source *source)
{
    ly_jit_status status = LY_JIT_REFUSED;
    if (options->jit.mode != LY_JIT_OFF && source->count <= LARGEST_COMPILED)
        status = ly_jit_run(cx, source, options->folders, (size_t)options->folder_count,
                            &options->jit);
    if (status == LY_JIT_REFUSED) ly_session_run(cx, source, false);
    if (status == LY_JIT_SYNTAX) cx->session->status = 1;
    if (status == LY_JIT_RAN && cx->pending.kind != LY_PENDING_NONE) {
        ly_value value = LY_FAILED;
        if (ly_session_settle(cx, &value, source->name, 1, 1)) ly_release(cx, value);
    }
}

static int run_file(const command_options *options, int count, char **arguments)
{
    const char *path = arguments[0];
    bool standard_input = strcmp(path, "-") == 0;
    char *text;
    size_t size;
    if (!ly_session_read_file(path, &text, &size)) {
        fprintf(stderr, "lyra: cannot read %s: %s\n", path, strerror(errno));
        return 1;
    }
    ly_context *cx = command_start(options, count, arguments);
    if (!cx) return 1;
    ly_source source = {.name = standard_input ? "<stdin>" : path, .text = text, .count = size};
    bool entered = standard_input || ly_session_enter_file(cx, path);
    if (entered) run_source(cx, options, &source);
    int status = command_finish(cx);
    ly_free(text);
    return entered ? status : 1;
}

int command_run(int count, char **arguments)
{
    command_options options = {0};
    int at = 0;
    while (at < count && arguments[at][0] == '-' && arguments[at][1]) {
        if (strcmp(arguments[at], "--") == 0) {
            at++;
            break;
        }
        if (!command_option(&options, count, arguments, &at))
            return command_usage_error("there is no option %s here; try: lyra help run", arguments[at]);
    }
    if (at == count) return command_usage_error("which file? Try: lyra help run");
    return run_file(&options, count - at, arguments + at);
}
