/* command.c: what the commands share: common options, starting a session and ending it. */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int command_usage_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("lyra: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return 2;
}

bool command_option(command_options *options, int count, char **arguments, int *at)
{
    const char *option = arguments[*at], *folder = NULL;
    static const char *const modes[] = {[LY_JIT_FULL] = "full", [LY_JIT_TCC] = "tcc", [LY_JIT_OFF] = "off"};
    for (int i = 0; i < 3 && strncmp(option, "--jit=", 6) == 0; i++) {
        if (strcmp(option + 6, modes[i]) != 0) continue;
        options->jit.mode = (ly_jit_mode)i;
        ++*at;
        return true;
    }
    if (strcmp(option, "--jit-log") == 0) {
        options->jit.log = true;
        ++*at;
        return true;
    }
    if (strcmp(option, "--progress") == 0) {
        options->progress = true;
        ++*at;
        return true;
    }
    if (strncmp(option, "-I", 2) != 0) return false;
    if (option[2]) folder = option + 2;
    else if (*at + 1 < count) folder = arguments[++*at];
    else return false;
    if (options->folder_count == 64) return false;
    options->folders[options->folder_count++] = folder;
    ++*at;
    return true;
}

ly_context *command_start(const command_options *options, int count, char **arguments)
{
    ly_context *cx = ly_context_new();
    bool ready = cx && ly_session_start(cx, count, arguments);
    for (int i = 0; ready && options && i < options->folder_count; i++)
        ready = ly_session_add_folder(cx, options->folders[i]);
    if (!ready) {
        fputs("lyra: no memory to start\n", stderr);
        return NULL;
    }
    cx->session->progress = options && options->progress;
    ly_session_catch_signals(cx);
    return cx;
}

int command_finish(ly_context *cx)
{
    /* Exit waits for no task; else they may want better code to the end */
    if (cx->session->ended) ly_jit_end();
    int status = ly_session_finish(cx);
    ly_jit_end();
#ifdef LY_SANITIZE
    ly_context_free(cx);
#endif
    return status;
}
