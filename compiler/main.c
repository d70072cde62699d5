/* main.c: the command line of `lyra`: which command, and help. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

const lyra_command lyra_commands[] = {
    {"build", command_build,
     "FILE… [-o PROGRAM] [options]",
     "compile programs to a native executable",
     "  -o PROGRAM      name of the result (else the first file's name without its extension)\n"
     "  --emit=c        write C text instead of an executable\n"
     "  --emit=obj      write an object file, to be linked into a C program (lyra.h)\n"
     "  --module=NAME   with --emit: the module's name in C (lyra_module), so that several can be linked\n"
     "  -O0 … -O3       optimisation of the C compiler (-O2)\n"
     "  -g              debugging information: the debugger shows the lines of the program\n"
     "  -I DIR          a folder where Get and Needs look\n"
     "  -l LIB          a further library to link\n"
     "  --cc CC         the C compiler (else $CC, gcc, cc or clang)\n"
     "  --report[=FILE] say how each part was compiled (a page if FILE ends in .html)\n"
     "  --dump=PASS     show the program after a pass of the compiler\n"
     "  -v              show the commands that run\n"
     "Building evaluates nothing of the program. The executable needs no Lyra to run.\n"},
    {"run", command_run,
     "[--jit=off|tcc|full] [--jit-log] [--progress] [-I DIR] FILE [ARGUMENTS]",
     "run a program from its source",
     "FILE is a file of program text; - stands for standard input. What follows FILE is the\n"
     "program's: $ScriptCommandLine is {FILE, ARGUMENTS…}. `lyra FILE` is the same, and a file\n"
     "that begins with #!/usr/bin/env lyra can be made executable.\n"
     "  --jit=full      compile at once by the small compiler inside, and, while the program runs, better\n"
     "                  by the C compiler ($CC, gcc, cc or clang), whose results are kept for the next\n"
     "                  run under $XDG_CACHE_HOME/lyra (~/.cache/lyra); this is the default\n"
     "  --jit=tcc       by the small compiler alone, as where there is no C compiler\n"
     "  --jit=off       interpret only\n"
     "  --jit-log       say on standard error what is compiled when, and how long it takes\n"
     "  --progress      on a terminal, a line on standard error says how far long parallel work\n"
     "                  (ParallelMap, ParallelTable, …) is; progress -> False leaves one call out\n"
     "  -I DIR          a folder where Get and Needs look\n"},
    {"eval", command_eval,
     "PROGRAM",
     "evaluate program text and print the last value",
     "PROGRAM is one argument, the whole of it program text. `lyra -e PROGRAM` is the same.\n"},
    {"check", command_check,
     "FILE…",
     "say what is wrong with the syntax of programs, and run nothing",
     "Prints a line for each syntax error, with file, line and column. The status is 1 if\n"
     "there was one.\n"},
    {"help", command_help, "[COMMAND]", "say how a command is used", ""},
    {NULL, NULL, NULL, NULL, NULL},
};

static const lyra_command *find_command(const char *name)
{
    for (const lyra_command *command = lyra_commands; command->name; command++)
        if (strcmp(command->name, name) == 0) return command;
    return NULL;
}

static void print_overview(FILE *to)
{
    fputs("lyra: programs in the Wolfram style, compiled to native executables\n\n"
          "  lyra                       a prompt\n"
          "  lyra FILE [ARGUMENTS]      run a program\n", to);
    for (const lyra_command *command = lyra_commands; command->name; command++)
        fprintf(to, "  lyra %-21s %s\n", command->name, command->summary);
    fputs("  lyra --version\n\n`lyra help COMMAND` says more, and `lyra help NAME` what a function does.\n", to);
}

/* What ?Name says at the prompt. */
static int help_on_name(const char *name)
{
    ly_context *cx = command_start(NULL, 0, NULL);
    if (!cx) return 1;
    bool known = ly_find_symbol("System`", name, strlen(name)) != LY_FAILED;
    if (known) {
        char text[256];
        snprintf(text, sizeof text, "?%s", name);
        ly_source source = {.name = "<help>", .text = text, .count = strlen(text)};
        ly_session_run(cx, &source, false);
    }
    int status = command_finish(cx);
    return known ? status : command_usage_error("there is no command and no function %s; try: lyra help", name);
}

int command_help(int count, char **arguments)
{
    if (count == 0) {
        print_overview(stdout);
        return 0;
    }
    const lyra_command *command = find_command(arguments[0]);
    if (!command) return help_on_name(arguments[0]);
    printf("lyra %s %s\n%s\n\n%s", command->name, command->usage, command->summary, command->help);
    return 0;
}

const char *command_program_name;

static int run_command(int count, char **arguments)
{
    command_program_name = count > 0 ? arguments[0] : "lyra";
    const char *first = count > 1 ? arguments[1] : NULL;
    if (!first) {
        char *standard_input[] = {"-", NULL};
        return isatty(STDIN_FILENO) ? command_prompt(0, arguments + 1) : command_run(1, standard_input);
    }
    if (strcmp(first, "--version") == 0) {
        puts("Lyra " LYRA_VERSION);
        return 0;
    }
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
        return command_help(count - 2, arguments + 2);
    if (strcmp(first, "-e") == 0) return command_eval(count - 2, arguments + 2);
    const lyra_command *command = find_command(first);
    if (command) return command->run(count - 2, arguments + 2);
    return command_run(count - 1, arguments + 1);
}

int main(int count, char **arguments)
{
    int status = run_command(count, arguments);
    /* what evaluates has looked after its output itself; this is what commands say */
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    if (errno != EPIPE) fprintf(stderr, "lyra: cannot write standard output: %s\n", strerror(errno));
    return status ? status : 1;
}
