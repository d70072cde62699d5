/* session.c: a sequence of inputs evaluated in one context, with a standard output.

   The session decides what an error means that nothing inside the input took (language.md, Errors),
   so that a program behaves alike from source, at the prompt and built. Output is buffered here and
   written at the end, when the buffer is full, before input is read, and at line ends on a terminal.
   A write that fails is reported once; the program then unwinds as on Abort. */
#include "eval/session.h"
#include "memory/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eval/eval.h"
#include "eval/messages.h"
#include "eval/modules.h"
#include "value/copy.h"

#define OUTPUT_CAPACITY (1 << 16)
#define LOST_WRITES_ALLOWED 1000 /* a program that catches the abort and goes on is ended then */

MESSAGE(Throw, nocatch, "Uncaught `1` returned to top level.")
MESSAGE(Break, nofwd, "No enclosing For, While, or Do found for `1`.")
MESSAGE(Continue, nofwd, "No enclosing For, While, or Do found for `1`.")

/* ---- output ----------------------------------------------------------------------------------- */

static bool write_all(int file, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t n = write(file, bytes, count);
        if (n >= 0) {
            bytes += n;
            count -= (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd ready = {.fd = file, .events = POLLOUT};
            poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

static void output_failed(ly_context *cx, int error)
{
    ly_session *session = cx->session;
    session->output_error = error;
    session->output_count = 0;
    fprintf(stderr, "lyra: cannot write standard output: %s\n", strerror(error));
    ly_context_abort(cx);
}

/* Under the output lock. */
static void flush(ly_context *cx)
{
    ly_session *session = cx->session;
    if (session->output_count == 0) return;
    if (!write_all(STDOUT_FILENO, session->output, session->output_count)) {
        output_failed(cx, errno);
        return;
    }
    session->output_count = 0;
}

void ly_session_flush(ly_context *cx)
{
    if (!cx->session) return;
    pthread_mutex_lock(&cx->output_lock);
    flush(cx);
    pthread_mutex_unlock(&cx->output_lock);
}

static void write_output(ly_context *cx, const char *bytes, size_t count)
{
    ly_session *session = cx->session;
    if (session->output_error) {
        if (++session->lost_writes > LOST_WRITES_ALLOWED) _exit(1);
        return;
    }
    if (count > OUTPUT_CAPACITY - session->output_count) flush(cx);
    if (session->output_error) return;
    if (count > OUTPUT_CAPACITY) {
        if (!write_all(STDOUT_FILENO, bytes, count)) output_failed(cx, errno);
        return;
    }
    memcpy(session->output + session->output_count, bytes, count);
    session->output_count += count;
    if (session->lines && memchr(bytes, '\n', count)) flush(cx);
}

/* ---- start and end ---------------------------------------------------------------------------- */

bool ly_session_start(ly_context *cx, int count, char **arguments)
{
    ly_keep_buffers();
    ly_session *session = ly_calloc(1, sizeof *session);
    if (!session) return false;
    session->output = ly_malloc(OUTPUT_CAPACITY);
    if (!session->output) {
        ly_free(session);
        return false;
    }
    session->lines = isatty(STDOUT_FILENO);
    session->line = 1;
    session->command_line = arguments;
    session->command_line_count = count;
    cx->session = session;
    cx->write = write_output;
    ly_builder list = ly_builder_new();
    for (int i = 0; i < count; i++)
        if (!ly_builder_add(cx, &list, ly_string_from(cx, arguments[i]))) return false;
    /* tasks ask for them too */
    session->arguments = ly_share_take(cx, ly_builder_finish(cx, &list, LY_SYM(List)));
    return !ly_failed(session->arguments);
}

int ly_session_finish(ly_context *cx)
{
    ly_session *session = cx->session;
    if (cx->end_tasks && !session->ended) {
        ly_session_flush(cx);
        cx->end_tasks(cx);
    }
    ly_session_flush(cx);
    ly_streams_flush(cx);
    if (session->output_error && session->status == 0) session->status = 1;
    if (cx->end_tasks && session->ended) {
        /* Exit waits for no task, and what runs must not see the process taken down under it */
        fflush(NULL);
        _exit(session->status);
    }
    return session->status;
}

void ly_session_end(ly_context *cx)
{
    ly_session *session = cx->session;
    ly_session_part(cx);
    if (!session) return;
    for (size_t i = 0; i < session->folder_count; i++) ly_free(session->folders[i]);
    ly_free(session->folders);
    ly_release(cx, session->arguments);
    ly_free(session->output);
    ly_free(session);
    cx->session = NULL;
}

/* The context that Ctrl-C means: signal handlers have no other way to reach it. */
static ly_context *volatile interrupted_context;
static volatile sig_atomic_t ending_signal; /* that the process ends by */

enum { GRACE_SECONDS = 2 };

static void on_interrupt(int signal_number)
{
    ly_context *cx = interrupted_context;
    ly_session *session = cx->session;
    /* a program that does not reach a poll is ended by the second Ctrl-C */
    if (session->interrupted++ > 0 && !session->survives_interrupt) _exit(128 + signal_number);
    ending_signal = signal_number;
    ly_context_interrupt(cx);
}

static void end_by_signal(int unused)
{
    signal(ending_signal, SIG_DFL);
    raise(ending_signal);
}

/* SIGTERM, SIGHUP: as Ctrl-C, but who sends it may send it once: what has not unwound soon ends anyway. */
static void on_termination(int signal_number)
{
    signal(SIGALRM, end_by_signal);
    alarm(GRACE_SECONDS);
    on_interrupt(signal_number);
}

void ly_session_catch_signals(ly_context *cx)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    interrupted_context = cx;
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = on_termination;
    sigaction(SIGTERM, &action, NULL);
    if (signal(SIGHUP, SIG_DFL) == SIG_IGN) signal(SIGHUP, SIG_IGN); /* nohup */
    else sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN; /* a closed pipe is EPIPE at the write */
    sigaction(SIGPIPE, &action, NULL);
}

bool ly_session_add_folder(ly_context *cx, const char *folder)
{
    ly_session *session = cx->session;
    char **folders = ly_remalloc(session->folders, (session->folder_count + 1) * sizeof *folders);
    if (!folders) return false;
    session->folders = folders;
    folders[session->folder_count] = ly_strdup(folder);
    return folders[session->folder_count] && ++session->folder_count;
}

/* ---- files ------------------------------------------------------------------------------------ */

bool ly_session_enter_file(ly_context *cx, const char *path)
{
    size_t length = strlen(path) + 1;
    ly_session_file *file = ly_malloc(sizeof *file + length);
    if (!file) return false;
    atomic_init(&file->references, 1);
    memcpy(file->path, path, length);
    file->outer = cx->reading;
    cx->reading = file;
    return true;
}

void ly_session_leave_file(ly_context *cx)
{
    ly_session_file *file = cx->reading;
    if (!file) return;
    cx->reading = file->outer;
    if (cx->reading) atomic_fetch_add_explicit(&cx->reading->references, 1, memory_order_relaxed);
    ly_session_file_release(file);
}

ly_session_file *ly_session_file_retain(const ly_context *cx)
{
    if (cx->reading) atomic_fetch_add_explicit(&cx->reading->references, 1, memory_order_relaxed);
    return cx->reading;
}

void ly_session_file_release(ly_session_file *file)
{
    /* release, acquire: whoever frees it comes after everybody's last look */
    while (file && atomic_fetch_sub_explicit(&file->references, 1, memory_order_acq_rel) == 1) {
        ly_session_file *outer = file->outer;
        ly_free(file);
        file = outer;
    }
}

void ly_session_join(ly_context *cx, const ly_context *home, ly_session_file *file)
{
    cx->program = ly_session_of_program(home);
    cx->reading = file;
}

void ly_session_part(ly_context *cx)
{
    ly_session_file_release(cx->reading);
    cx->reading = NULL;
    cx->program = NULL;
}

const ly_session *ly_session_of_program(const ly_context *cx)
{
    return cx->session ? cx->session : cx->program;
}

const char *ly_session_file_now(const ly_context *cx)
{
    return cx->reading ? cx->reading->path : NULL;
}

bool ly_session_read_file(const char *path, char **text, size_t *count)
{
    bool standard_input = strcmp(path, "-") == 0;
    int file = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    size_t used = 0, capacity = 1 << 16;
    struct stat status;
    if (fstat(file, &status) == 0) {
        if (S_ISREG(status.st_mode) && status.st_size > 0) capacity = (size_t)status.st_size + 1;
    }
    char *bytes = ly_malloc(capacity);
    int error = bytes ? 0 : ENOMEM;
    while (!error) {
        if (used == capacity) {
            char *larger = ly_remalloc(bytes, capacity * 2);
            if (!larger) {
                error = ENOMEM;
                break;
            }
            bytes = larger;
            capacity *= 2;
        }
        ssize_t n = read(file, bytes + used, capacity - used);
        if (n == 0) break;
        if (n > 0) used += (size_t)n;
        else if (errno != EINTR) error = errno;
    }
    if (!standard_input) close(file);
    if (error) {
        ly_free(bytes);
        errno = error;
        return false;
    }
    *text = bytes;
    *count = used;
    return true;
}

/* ---- what becomes of an input ----------------------------------------------------------------- */

void ly_describe_failure(ly_context *cx, ly_text *text, ly_value failure)
{
    if (ly_has_shape(failure, LY_SYM(Failure), 2) && ly_is_association(ly_arg(ly_expr_of(failure), 1))) {
        const ly_expr *e = ly_expr_of(failure);
        ly_value key = ly_string_from(cx, "Message");
        ly_value message = ly_association_find(ly_association_of(ly_arg(e, 1)), key);
        ly_release(cx, key);
        if (!ly_failed(message)) {
            ly_print_result(cx, text, ly_arg(e, 0));
            ly_text_puts(text, ": ");
            ly_print_text(cx, text, message);
            return;
        }
    }
    ly_print_result(cx, text, failure);
}

static void report_failure(ly_context *cx, ly_value failure, const char *file, uint32_t line,
                           uint32_t column)
{
    ly_text text = {0};
    ly_describe_failure(cx, &text, failure);
    ly_session_flush(cx);
    fprintf(stderr, "%s:%u:%u: error: uncaught failure %s\n", file, line, column,
            text.data ? text.data : "");
    ly_text_free(&text);
}

/* Hold[call] after the message call-head::tag about it. Consumes call. */
static ly_value held_after_message(ly_context *cx, const char *tag, ly_value call)
{
    ly_value shown = ly_make1(cx, LY_SYM(HoldForm), ly_retain(call));
    ly_message(cx, ly_expr_of(call)->head, tag, 1, shown);
    ly_release(cx, shown);
    return ly_make1(cx, LY_SYM(Hold), call);
}


/* The value at top level of an input that failed; LY_FAILED: the session ends. */
static ly_value settle_pending(ly_context *cx, ly_pending pending, const char *file, uint32_t line,
                               uint32_t column)
{
    ly_session *session = cx->session;
    ly_value value = ly_retain(pending.value), tag = pending.tag;
    int64_t status;
    switch (pending.kind) {
    case LY_PENDING_THROW:
        return held_after_message(cx, "nocatch", ly_failed(tag)
            ? ly_make1(cx, LY_SYM(Throw), value)
            : ly_make2(cx, LY_SYM(Throw), value, ly_retain(tag)));
    case LY_PENDING_RETURN:
        return ly_failed(tag) ? ly_make1(cx, LY_SYM(Return), value)
                              : ly_make2(cx, LY_SYM(Return), value, ly_retain(tag));
    case LY_PENDING_BREAK:
        return held_after_message(cx, "nofwd", ly_make0(cx, LY_SYM(Break)));
    case LY_PENDING_CONTINUE:
        return held_after_message(cx, "nofwd", ly_make0(cx, LY_SYM(Continue)));
    case LY_PENDING_MEMORY:
        ly_message(cx, LY_SYM(General), "nomem", 0);
        return LY_SYM($Aborted);
    case LY_PENDING_FAILURE:
        report_failure(cx, value, file, line, column);
        ly_release(cx, value);
        session->status = 1;
        return LY_FAILED;
    case LY_PENDING_EXIT:
        session->status = ly_to_int64(value, &status) ? (int)(status & 0xff) : 0;
        ly_release(cx, value);
        return LY_FAILED;
    case LY_PENDING_RECURSION:
        return value; /* TerminatedEvaluation["RecursionLimit"]; the message was given */
    case LY_PENDING_GOTO:
        ly_message(cx, LY_SYM(Goto), "nolabel", 1, value);
        ly_release(cx, value);
        return LY_SYM(Null);
    case LY_PENDING_NONE:
    case LY_PENDING_ABORT:
    case LY_PENDING_TIMEOUT:
        break;
    }
    ly_release(cx, value);
    return LY_SYM($Aborted);
}

/* Ctrl-C ends a script as it ends any process, and so does SIGTERM, once the evaluation has unwound and
   what was printed is written. */
static void end_by_interrupt(ly_context *cx)
{
    ly_session_flush(cx);
    ly_streams_flush(cx);
    end_by_signal(0);
}

bool ly_session_settle(ly_context *cx, ly_value *value, const char *file, uint32_t line,
                       uint32_t column)
{
    ly_session *session = cx->session;
    ly_heap_rest(cx->heap);
    if (ly_failed(*value)) {
        ly_pending pending = ly_pending_take(cx);
        *value = settle_pending(cx, pending, file, line, column);
        ly_pending_drop(cx, pending);
        if (ly_failed(*value)) session->ended = true;
    }
    if (session->interrupted && !session->survives_interrupt) end_by_interrupt(cx);
    if (session->output_error) session->ended = true;
    if (!session->ended) return true;
    ly_release(cx, *value);
    *value = LY_FAILED;
    return false;
}

bool ly_session_evaluate(ly_context *cx, ly_value input, const ly_source *source, size_t offset,
                         ly_value *result)
{
    ly_messages_new_input(cx);
    *result = ly_evaluate_take(cx, input);
    if (!ly_failed(*result) && !cx->session->interrupted && !cx->session->output_error) return true;
    ly_place place = ly_place_of(source, offset);
    return ly_session_settle(cx, result, source->name, place.line, place.column);
}

static bool write_result(ly_context *cx, ly_value value)
{
    ly_text text = {0};
    ly_print_result(cx, &text, value);
    ly_text_putc(&text, '\n');
    bool good = !text.failed;
    if (good) ly_write(cx, text.data, text.count);
    ly_text_free(&text);
    return good;
}

/* Writes *value; where that ends in an error, what becomes of it takes the value's place. */
static bool print_result(ly_context *cx, ly_value *value, const ly_source *source)
{
    if (write_result(cx, *value)) return true;
    ly_text_failure(cx);
    ly_release(cx, *value);
    *value = LY_FAILED;
    if (!ly_session_settle(cx, value, source->name, 1, 1)) return false;
    if (!write_result(cx, *value)) {
        ly_pending_drop(cx, ly_pending_take(cx));
        fprintf(stderr, "lyra: no memory to write the result\n");
    }
    return true;
}

static bool syntax_is_right(ly_context *cx, const ly_source *source)
{
    ly_diagnostics diagnostics = {0};
    bool right = ly_check_syntax(cx, source, &diagnostics);
    if (!right) {
        ly_session_flush(cx);
        ly_diagnostics_print(&diagnostics, source, stderr);
        cx->session->status = 1;
        cx->session->ended = true;
    }
    ly_diagnostics_free(&diagnostics);
    return right;
}

void ly_session_run(ly_context *cx, const ly_source *source, bool print_last)
{
    if (!syntax_is_right(cx, source)) return;
    ly_reader *reader = ly_reader_new(cx, source);
    if (!reader) {
        fprintf(stderr, "lyra: no memory to read %s\n", source->name);
        cx->session->status = 1;
        return;
    }
    ly_value input, last = LY_SYM(Null);
    ly_span *span = NULL;
    bool going = true;
    while (going && ly_read(reader, &input, &span) == LY_READ_INPUT) {
        size_t offset = span ? span->begin : 0;
        ly_span_free(span);
        span = NULL;
        ly_release(cx, last);
        going = ly_session_evaluate(cx, input, source, offset, &last);
    }
    if (going && ly_reader_diagnostics(reader)->count) {
        /* what can only be seen when it is read: boxes that hold no expression, lack of memory */
        ly_session_flush(cx);
        ly_diagnostics_print(ly_reader_diagnostics(reader), source, stderr);
        cx->session->status = 1;
        cx->session->ended = true;
        print_last = false;
    }
    if (going && print_last) going = print_result(cx, &last, source);
    if (going) ly_release(cx, last);
    ly_reader_free(reader);
}

/* ---- built executables ------------------------------------------------------------------------ */

int ly_session_main(int count, char **arguments, void (*program)(ly_context *cx))
{
    ly_context *cx = ly_context_new();
    if (!cx || !ly_session_start(cx, count, arguments)) {
        fprintf(stderr, "%s: no memory to start\n", count > 0 ? arguments[0] : "lyra");
        return 1;
    }
    ly_session_catch_signals(cx);
    program(cx);
    int status = ly_session_finish(cx);
#ifdef LY_SANITIZE
    ly_context_free(cx);
#endif
    return status;
}

/* ---- In and Out ------------------------------------------------------------------------------- */

void ly_session_record(ly_context *cx, uint64_t line, ly_value input, ly_value value)
{
    ly_value n = ly_integer(cx, (int64_t)line);
    ly_value in = ly_make1(cx, LY_SYM(In), n), out = ly_make1(cx, LY_SYM(Out), n);
    ly_add_rule(cx, LY_SYM(In), LY_DOWN_VALUES, in, input, true);
    if (cx->pending.kind == LY_PENDING_NONE) ly_add_rule(cx, LY_SYM(Out), LY_DOWN_VALUES, out, value, false);
    ly_release(cx, in);
    ly_release(cx, out);
    if (cx->pending.kind == LY_PENDING_NONE) return;
    /* the line is not kept; the session goes on */
    ly_pending_drop(cx, ly_pending_take(cx));
    ly_message(cx, LY_SYM(General), "nomem", 0);
}
