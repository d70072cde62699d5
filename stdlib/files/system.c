/* system.c: the machine, the process and its environment. */
#include "stdlib/files/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eval/session.h"

extern char **environ;

/* ---- environment ----------------------------------------------------------------------------- */

BUILTIN(Environment, file_environment, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
    "Environment[\"var\"] gives the value of an environment variable, $Failed where it has none.")
static ly_value file_environment(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    const char *value = getenv(ly_string_of(call->args[0])->data);
    return value ? ly_string_from(cx, value) : LY_SYM($Failed);
}

static ly_value variable_rule(ly_context *cx, const char *name, size_t count, const char *value)
{
    return ly_make2(cx, LY_SYM(Rule), ly_string_new(cx, name, count),
                    value ? ly_string_from(cx, value) : LY_SYM(None));
}

BUILTIN(GetEnvironment, file_get_environment, 0, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "GetEnvironment[\"var\"] gives \"var\" -> value; GetEnvironment[] all variables; a list "
        "several.")
static ly_value file_get_environment(ly_context *cx, ly_expr *call)
{
    ly_builder rules = ly_builder_new();
    if (call->count == 0) {
        for (char **entry = environ; entry && *entry; entry++) {
            const char *equals = strchr(*entry, '=');
            if (equals
                && !ly_builder_add(
                    cx, &rules, variable_rule(cx, *entry, (size_t)(equals - *entry), equals + 1)))
                return LY_FAILED;
        }
        return ly_builder_finish(cx, &rules, LY_SYM(List));
    }
    ly_value v = call->args[0];
    if (ly_is_string(v))
        return variable_rule(cx, ly_string_of(v)->data, ly_string_of(v)->bytes,
                             getenv(ly_string_of(v)->data));
    if (!ly_has_head(v, LY_SYM(List)))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    for (size_t i = 0; i < ly_expr_of(v)->count; i++) {
        ly_value name = ly_expr_of(v)->args[i];
        if (!ly_is_string(name)) {
            ly_builder_drop(cx, &rules);
            return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
        }
        const ly_string *s = ly_string_of(name);
        if (!ly_builder_add(cx, &rules, variable_rule(cx, s->data, s->bytes, getenv(s->data))))
            return LY_FAILED;
    }
    return ly_builder_finish(cx, &rules, LY_SYM(List));
}

static bool set_variable(ly_value rule)
{
    if (!ly_has_shape(rule, LY_SYM(Rule), 2) || !ly_is_string(ly_expr_of(rule)->args[0]))
        return false;
    const char *name = ly_string_of(ly_expr_of(rule)->args[0])->data;
    ly_value value = ly_expr_of(rule)->args[1];
    if (value == LY_SYM(None)) return unsetenv(name) == 0;
    return ly_is_string(value) && setenv(name, ly_string_of(value)->data, 1) == 0;
}
MESSAGE(SetEnvironment, setenv,
        "`1` is not a rule that gives an environment variable a string or None.")
BUILTIN(SetEnvironment, file_set_environment, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "SetEnvironment[\"var\" -> \"value\"] sets an environment variable; None removes it; a "
        "list several.")
static ly_value file_set_environment(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    size_t n = ly_has_head(v, LY_SYM(List)) ? ly_expr_of(v)->count : 1;
    for (size_t i = 0; i < n; i++) {
        ly_value rule = ly_has_head(v, LY_SYM(List)) ? ly_expr_of(v)->args[i] : v;
        if (!set_variable(rule)) return ly_message_call(cx, call, "setenv", 1, rule);
    }
    return LY_SYM(Null);
}

/* ---- arguments ------------------------------------------------------------------------------- */

BUILTIN($ScriptCommandLine, file_script_command_line, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$ScriptCommandLine is the program's name and its arguments.")
static ly_value file_script_command_line(ly_context *cx, ly_expr *call)
{
    const ly_session *program = ly_session_of_program(cx);
    if (!program || ly_failed(program->arguments)) return ly_make0(cx, LY_SYM(List));
    return ly_retain(program->arguments);
}

BUILTIN($CommandLine, file_command_line, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$CommandLine is the command line that started this process.")
static ly_value file_command_line(ly_context *cx, ly_expr *call)
{
    ly_builder items = ly_builder_new();
    const ly_session *program = ly_session_of_program(cx);
    for (int i = 0; program && i < program->command_line_count; i++)
        if (!ly_builder_add(cx, &items, ly_string_from(cx, program->command_line[i])))
            return LY_FAILED;
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

/* ---- the machine ----------------------------------------------------------------------------- */

BUILTIN($OperatingSystem, file_operating_system, 0, 0, LY_PROTECTED, LY_PURE | LY_VALUE,
        "$OperatingSystem is the kind of operating system: \"Unix\".")
static ly_value file_operating_system(ly_context *cx, ly_expr *call)
{
    return ly_string_from(cx, "Unix");
}

static ly_value system_id(ly_context *cx)
{
#if defined __x86_64__
    return ly_string_from(cx, "Linux-x86-64");
#elif defined __aarch64__
    return ly_string_from(cx, "Linux-ARM64");
#else
    return ly_string_from(cx, "Linux");
#endif
}
BUILTIN($SystemID, file_system_id, 0, 0, LY_PROTECTED, LY_PURE | LY_VALUE,
        "$SystemID names the kind of machine.")
static ly_value file_system_id(ly_context *cx, ly_expr *call) { return system_id(cx); }
BUILTIN($ProcessorType, file_processor_type, 0, 0, LY_PROTECTED, LY_PURE | LY_VALUE,
        "$ProcessorType is the kind of processor.")
static ly_value file_processor_type(ly_context *cx, ly_expr *call)
{
    struct utsname name;
    if (uname(&name)) return LY_SYM($Failed);
    return ly_string_from(cx, strcmp(name.machine, "x86_64") == 0 ? "x86-64" : name.machine);
}
BUILTIN($MachineName, file_machine_name, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$MachineName is the name of this machine.")
static ly_value file_machine_name(ly_context *cx, ly_expr *call)
{
    char name[256] = "";
    if (gethostname(name, sizeof name - 1)) return LY_SYM($Failed);
    name[strcspn(name, ".")] = 0;
    return ly_string_from(cx, name);
}
BUILTIN($UserName, file_user_name, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$UserName is the user's login name.")
static ly_value file_user_name(ly_context *cx, ly_expr *call)
{
    struct passwd *user = getpwuid(getuid());
    const char *name = user ? user->pw_name : getenv("USER");
    return ly_string_from(cx, name ? name : "");
}
BUILTIN($ProcessID, file_process_id, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$ProcessID is the number of this process.")
static ly_value file_process_id(ly_context *cx, ly_expr *call) { return LY_INT(getpid()); }
BUILTIN($ParentProcessID, file_parent_process_id, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$ParentProcessID is the number of the process that started this one.")
static ly_value file_parent_process_id(ly_context *cx, ly_expr *call) { return LY_INT(getppid()); }
BUILTIN($ProcessorCount, file_processor_count, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$ProcessorCount is the number of processors.")
static ly_value file_processor_count(ly_context *cx, ly_expr *call)
{
    return LY_INT(sysconf(_SC_NPROCESSORS_ONLN));
}
BUILTIN($ByteOrdering, file_byte_ordering, 0, 0, LY_PROTECTED, LY_PURE | LY_VALUE,
        "$ByteOrdering is -1 where the least significant byte comes first.")
static ly_value file_byte_ordering(ly_context *cx, ly_expr *call) { return LY_INT(-1); }
BUILTIN($SystemWordLength, file_word_length, 0, 0, LY_PROTECTED, LY_PURE | LY_VALUE,
        "$SystemWordLength is the number of bits of a machine word.")
static ly_value file_word_length(ly_context *cx, ly_expr *call) { return LY_INT(64); }
BUILTIN($CharacterEncoding, file_character_encoding, 0, 0, LY_PROTECTED, LY_PURE | LY_VALUE,
        "$CharacterEncoding is the encoding of text that is read and written: \"UTF-8\".")
static ly_value file_character_encoding(ly_context *cx, ly_expr *call)
{
    return ly_string_from(cx, "UTF-8");
}

/* ---- other programs -------------------------------------------------------------------------- */

/* Waits for a child; -1: the evaluation was told to end, and the child with it. */
static int wait_for(ly_context *cx, pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return 0;
        if (ly_poll(cx)) {
            kill(child, SIGTERM);
            waitpid(child, &status, 0);
            return -1;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

BUILTIN(Run, file_run, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Run[\"command\"] runs a shell command and gives its exit status.")
static ly_value file_run(ly_context *cx, ly_expr *call)
{
    ly_text command = {0};
    for (uint32_t i = 0; i < call->count; i++) {
        ly_value text = ly_is_string(call->args[i])
                            ? ly_retain(call->args[i])
                            : ly_call1(cx, LY_SYM(ToString), ly_retain(call->args[i]));
        if (!ly_is_string(text)) {
            ly_text_free(&command);
            return text;
        }
        if (i) ly_text_putc(&command, ' ');
        ly_text_add(&command, ly_string_of(text)->data, ly_string_of(text)->bytes);
        ly_release(cx, text);
    }
    ly_session_flush(cx);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGPIPE, SIG_DFL);
        execl("/bin/sh", "sh", "-c", command.data ? command.data : "", (char *)NULL);
        _exit(127);
    }
    ly_text_free(&command);
    int status = child < 0 ? -1 : wait_for(cx, child);
    if (cx->pending.kind) return LY_FAILED;
    return child < 0 ? LY_SYM($Failed) : LY_INT(status);
}

/* Reads what the child writes on two pipes until both are closed, and feeds it its input. */
static bool converse(ly_context *cx, int in, const char *input, size_t input_count, int out,
                     int err, ly_text *outs, ly_text *errs)
{
    struct pollfd fds[3] = {{.fd = out, .events = POLLIN},
                            {.fd = err, .events = POLLIN},
                            {.fd = in, .events = POLLOUT}};
    size_t written = 0;
    char buffer[65536];
    if (input_count == 0) {
        close(in);
        fds[2].fd = -1;
    }
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (poll(fds, 3, -1) < 0 && errno != EINTR) break;
        if (ly_poll(cx)) break;
        for (int i = 0; i < 2; i++) {
            if (fds[i].fd < 0 || !(fds[i].revents & (POLLIN | POLLHUP | POLLERR))) continue;
            ssize_t count = read(fds[i].fd, buffer, sizeof buffer);
            if (count > 0) {
                ly_text_add(i ? errs : outs, buffer, (size_t)count);
            } else if (count == 0 || errno != EINTR) {
                fds[i].fd = -1;
            }
        }
        if (fds[2].fd >= 0 && fds[2].revents) {
            ssize_t count = write(in, input + written,
                                  input_count - written < 4096 ? input_count - written : 4096);
            if (count > 0) written += (size_t)count;
            if ((count < 0 && errno != EINTR) || written == input_count) {
                close(in);
                fds[2].fd = -1;
            }
        }
    }
    if (fds[2].fd >= 0) close(in);
    close(out);
    close(err);
    return !cx->pending.kind;
}

MESSAGE(RunProcess, pnfd, "Program `1` not found.")
BUILTIN(RunProcess, file_run_process, 1, 3, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
    "RunProcess[\"command\"] or RunProcess[{\"command\", arg1, …}] runs a program, and gives an "
    "association of its exit code and what it wrote; RunProcess[…, \"prop\", input] one of them.")
static ly_value file_run_process(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    size_t n = ly_has_head(v, LY_SYM(List)) ? ly_expr_of(v)->count : 1;
    char **arguments = ly_calloc(n + 1, sizeof *arguments);
    for (size_t i = 0; arguments && i < n; i++) {
        ly_value item = ly_has_head(v, LY_SYM(List)) ? ly_expr_of(v)->args[i] : v;
        ly_value text =
            ly_is_string(item) ? ly_retain(item) : ly_call1(cx, LY_SYM(ToString), ly_retain(item));
        arguments[i] = ly_is_string(text) ? ly_strdup(ly_string_of(text)->data) : NULL;
        ly_release(cx, text);
    }
    const char *input = "";
    size_t input_count = 0;
    if (call->count == 3 && ly_is_string(call->args[2])) {
        input = ly_string_of(call->args[2])->data;
        input_count = ly_string_of(call->args[2])->bytes;
    }
    int in[2], out[2], err[2], report[2], error = 0;
    ly_value result = LY_SYM($Failed);
    if (!arguments || !arguments[0] || pipe2(in, O_CLOEXEC)) goto done;
    if (pipe2(out, O_CLOEXEC)) goto close_in;
    if (pipe2(err, O_CLOEXEC)) goto close_out;
    if (pipe2(report, O_CLOEXEC)) goto close_err;
    ly_session_flush(cx);
    pid_t child = fork();
    if (child == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        signal(SIGPIPE, SIG_DFL);
        execvp(arguments[0], arguments);
        error = errno;
        if (write(report[1], &error, sizeof error) < 0) _exit(126);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    close(report[1]);
    if (child < 0 || read(report[0], &error, sizeof error) > 0) {
        close(in[1]);
        close(out[0]);
        close(err[0]);
        if (child > 0) waitpid(child, NULL, 0);
        ly_message_call(cx, call, "pnfd", 1,
                        ly_has_head(v, LY_SYM(List)) && n ? ly_expr_of(v)->args[0] : v);
    } else {
        ly_text outs = {0}, errs = {0};
        if (!converse(cx, in[1], input, input_count, out[0], err[0], &outs, &errs))
            kill(child, SIGTERM);
        int status = wait_for(cx, child);
        ly_value output = ly_text_string(cx, &outs), errors = ly_text_string(cx, &errs);
        ly_value property = call->count > 1 ? call->args[1] : LY_SYM(All);
        if (cx->pending.kind || ly_failed(output) || ly_failed(errors)) {
            result = LY_FAILED;
        } else if (ly_string_is(property, "ExitCode")) {
            result = LY_INT(status);
        } else if (ly_string_is(property, "StandardOutput")) {
            result = ly_retain(output);
        } else if (ly_string_is(property, "StandardError")) {
            result = ly_retain(errors);
        } else {
            result = ly_association_new(cx, 3);
            result = ly_association_set_take(cx, result, ly_string_from(cx, "ExitCode"),
                                             LY_INT(status), false);
            result = ly_association_set_take(cx, result, ly_string_from(cx, "StandardOutput"),
                                             ly_retain(output), false);
            result = ly_association_set_take(cx, result, ly_string_from(cx, "StandardError"),
                                             ly_retain(errors), false);
        }
        ly_release(cx, output);
        ly_release(cx, errors);
    }
    close(report[0]);
    goto done;
close_err:
    close(err[0]), close(err[1]);
close_out:
    close(out[0]), close(out[1]);
close_in:
    close(in[0]), close(in[1]);
done:
    for (size_t i = 0; arguments && i < n; i++) ly_free(arguments[i]);
    ly_free(arguments);
    return result;
}
