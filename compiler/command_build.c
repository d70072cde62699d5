/* command_build.c: `lyra build FILE… [options]`: the options, handed to the compiler. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "compiler.h"

typedef struct name_list {
    const char **names;
    size_t count;
} name_list;

static bool add_name(name_list *list, const char *name)
{
    const char **names = ly_remalloc(list->names, (list->count + 1) * sizeof *names);
    if (!names) return false;
    list->names = names;
    names[list->count++] = name;
    return true;
}

/* The value of an option that is written -Ivalue or -I value, --cc=value or --cc value; NULL where
   the argument at *at is another option. A value that is missing gives "". */
static const char *option_value(const char *name, int count, char **arguments, int *at)
{
    const char *argument = arguments[*at];
    size_t length = strlen(name);
    bool word = name[1] == '-';
    if (strncmp(argument, name, length) != 0) return NULL;
    if (argument[length] == 0) return *at + 1 < count ? arguments[++*at] : "";
    if (word) return argument[length] == '=' ? argument + length + 1 : NULL;
    return argument + length;
}

static int refuse_pass(const char *name)
{
    fprintf(stderr, "lyra: there is no pass %s; the passes are:\n", name);
    for (size_t i = 0; ly_pass_names[i]; i++)
        fprintf(stderr, "  %-10s %s\n", ly_pass_names[i], ly_pass_notes[i]);
    return 2;
}

static bool is_pass(const char *name)
{
    for (size_t i = 0; ly_pass_names[i]; i++)
        if (strcmp(ly_pass_names[i], name) == 0) return true;
    return false;
}

static bool is_c_name(const char *name)
{
    size_t letters = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return *name && !name[letters] && !(*name >= '0' && *name <= '9');
}

/* Reads the options into *options; 0, or the status to end with. */
static int read_options(ly_compile_options *options, name_list *sources, name_list *folders,
                        name_list *libraries, int count, char **arguments)
{
    for (int at = 0; at < count; at++) {
        const char *argument = arguments[at], *value;
        bool room = true;
        if (argument[0] != '-' || argument[1] == 0) room = add_name(sources, argument);
        else if (argument[1] == 'O' && argument[2] >= '0' && argument[2] <= '3' && !argument[3])
            options->optimise = argument[2] - '0';
        else if (strcmp(argument, "-O") == 0) options->optimise = 1;
        else if (strcmp(argument, "-g") == 0) options->debug = true;
        else if (strcmp(argument, "-v") == 0) options->verbose = true;
        else if ((value = option_value("--emit", count, arguments, &at))) {
            if (strcmp(value, "c") == 0) options->emit = LY_EMIT_C;
            else if (strcmp(value, "obj") == 0) options->emit = LY_EMIT_OBJECT;
            else return command_usage_error("--emit=%s: it is c or obj", value);
        } else if ((value = option_value("--module", count, arguments, &at))) {
            if (!is_c_name(value)) return command_usage_error("--module=%s: it is a name in C", value);
            options->module = value;
        } else if ((value = option_value("--cc", count, arguments, &at))) options->cc = value;
        else if ((value = option_value("--dump", count, arguments, &at))) {
            if (!is_pass(value)) return refuse_pass(value);
            options->dump = value;
        } else if (strcmp(argument, "--report") == 0) {
            options->report = "";
        } else if (strncmp(argument, "--report=", 9) == 0) {
            if (!argument[9]) return command_usage_error("--report=: which file?");
            options->report = argument + 9;
        } else if ((value = option_value("-o", count, arguments, &at))) {
            if (!*value) return command_usage_error("-o: which file?");
            options->output = value;
        } else if ((value = option_value("-I", count, arguments, &at))) room = add_name(folders, value);
        else if ((value = option_value("-l", count, arguments, &at))) room = add_name(libraries, value);
        else return command_usage_error("there is no option %s here; try: lyra help build", argument);
        if (!room) return command_usage_error("no memory");
    }
    if (options->module && options->emit == LY_EMIT_PROGRAM)
        return command_usage_error("--module is for --emit=c and --emit=obj");
    if (sources->count == 0) return command_usage_error("which files? Try: lyra help build");
    return 0;
}

int command_build(int count, char **arguments)
{
    name_list sources = {0}, folders = {0}, libraries = {0};
    ly_compile_options options = {
        .optimise = -1,
        .program = command_program_name,
        .progress = isatty(STDERR_FILENO),
    };
    int status = read_options(&options, &sources, &folders, &libraries, count, arguments);
    if (status == 0) {
        options.sources = sources.names;
        options.source_count = sources.count;
        options.folders = folders.names;
        options.folder_count = folders.count;
        options.libraries = libraries.names;
        options.library_count = libraries.count;
        status = ly_compile_program(&options);
    }
    ly_free(sources.names);
    ly_free(folders.names);
    ly_free(libraries.names);
    return status;
}
