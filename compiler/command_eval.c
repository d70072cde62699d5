/* command_eval.c: `lyra eval PROGRAM` and `lyra -e PROGRAM`. */
#include <string.h>

#include "command.h"

int command_eval(int count, char **arguments)
{
    command_options options = {0};
    int at = 0;
    /* a single argument is program text, whatever it begins with */
    while (count - at > 1 && command_option(&options, count, arguments, &at)) {}
    if (at == count) return command_usage_error("which program? Try: lyra help eval");
    if (count - at > 1)
        return command_usage_error("the program is one argument, and there are %d", count - at);
    ly_context *cx = command_start(&options, 0, NULL);
    if (!cx) return 1;
    ly_source source = {.name = "<eval>", .text = arguments[at], .count = strlen(arguments[at])};
    ly_session_run(cx, &source, true);
    return command_finish(cx);
}
