/* command.h: the commands of `lyra`, one file each, and what they share. */
#ifndef LYRA_COMMAND_H
#define LYRA_COMMAND_H

#include <stdbool.h>

#include "compiler.h"
#include "eval/session.h"

typedef struct lyra_command {
    const char *name;
    int (*run)(int count, char **arguments); /* those after the command's name; gives the exit status */
    const char *usage;                       /* after "lyra NAME " */
    const char *summary;                     /* a line */
    const char *help;                        /* the rest of `lyra help NAME` */
} lyra_command;

extern const lyra_command lyra_commands[]; /* ended by a row without name */

extern const char *command_program_name;       /* argv[0] */

int command_build(int count, char **arguments);
int command_check(int count, char **arguments);
int command_eval(int count, char **arguments);
int command_help(int count, char **arguments);
int command_prompt(int count, char **arguments);
int command_run(int count, char **arguments);

/* ---- command.c */

/* Options of the commands that evaluate, taken from the front of the arguments. */
typedef struct command_options {
    ly_jit_options jit;       /* --jit, --jit-log */
    bool progress;            /* --progress */
    const char *folders[64];  /* -I */
    int folder_count;
} command_options;
/* Takes one option at arguments[*at], advancing *at. False: it is none of these. */
bool command_option(command_options *options, int count, char **arguments, int *at);
/* "lyra: …" on standard error, and the exit status 2 of a wrong command line. */
int command_usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A context with a session whose $ScriptCommandLine is arguments; NULL: no memory (reported). */
ly_context *command_start(const command_options *options, int count, char **arguments);
/* Ends the session; gives the exit status. */
int command_finish(ly_context *cx);

#endif
