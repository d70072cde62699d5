/* command_prompt.c: `lyra` alone: a prompt.

   Lines are edited by libedit, with a history that outlasts the session and completion of names. An
   input that is not complete asks for more lines; an empty line gives it up. Ctrl-C while a line is
   edited drops the input, while something is evaluated aborts that evaluation. */
#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "eval/eval.h"

#define HISTORY_SIZE 2000

typedef struct prompt {
    ly_context *cx;
    EditLine *editor;
    History *history;
    char *history_file; /* or NULL */
    char label[40];     /* what stands before the line being edited */
    ly_text input;      /* lines of the input so far */
} prompt;

/* ---- editing lines ---------------------------------------------------------------------------- */

static prompt *prompt_of(EditLine *editor)
{
    void *data = NULL;
    el_get(editor, EL_CLIENTDATA, &data);
    return data;
}

static char *show_label(EditLine *editor) { return prompt_of(editor)->label; }

/* Reads a character. libedit's own reader goes on after a signal; this one reports Ctrl-C. */
static int read_character(EditLine *editor, wchar_t *out)
{
    prompt *p = prompt_of(editor);
    char bytes[8];
    for (size_t n = 0; n < sizeof bytes;) {
        /* Ctrl-C is let in only while nothing else is done: one that came before is seen too */
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
        sigset_t interrupt, before;
        sigemptyset(&interrupt);
        sigaddset(&interrupt, SIGINT);
        sigprocmask(SIG_BLOCK, &interrupt, &before);
        int ready = p->cx->session->interrupted ? -1 : ppoll(&input, 1, NULL, &before);
        sigprocmask(SIG_SETMASK, &before, NULL);
        if (p->cx->session->interrupted) {
            errno = EINTR;
            return -1;
        }
        if (ready < 0 && errno == EINTR) continue;
        ssize_t got = ready < 0 ? -1 : read(STDIN_FILENO, bytes + n, 1);
        if (got <= 0) {
            if (got < 0 && errno == EINTR) continue;
            return (int)got;
        }
        n++;
        mbstate_t state = {0};
        size_t used = mbrtowc(out, bytes, n, &state);
        if (used != (size_t)-2) {
            if (used == (size_t)-1) *out = L'?';
            return 1;
        }
    }
    *out = L'?';
    return 1;
}

/* ---- completion ------------------------------------------------------------------------------- */

typedef struct completion {
    const char *prefix;
    size_t length;
    const char **names;
    size_t count, capacity;
} completion;

static void collect_name(void *data, ly_symbol *symbol)
{
    completion *c = data;
    if (!symbol->name || strncmp(symbol->name, c->prefix, c->length) != 0) return;
    if (strcmp(symbol->context, "System`") != 0 && strcmp(symbol->context, "Global`") != 0) return;
    if (c->count == c->capacity) {
        size_t capacity = c->capacity ? c->capacity * 2 : 64;
        const char **names = ly_remalloc(c->names, capacity * sizeof *names);
        if (!names) return;
        c->names = names;
        c->capacity = capacity;
    }
    c->names[c->count++] = symbol->name;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '$';
}

static void list_names(const completion *c)
{
    size_t width = 0;
    for (size_t i = 0; i < c->count; i++)
        if (strlen(c->names[i]) > width) width = strlen(c->names[i]);
    size_t columns = 78 / (width + 2) ? 78 / (width + 2) : 1;
    putchar('\n');
    for (size_t i = 0; i < c->count; i++) {
        bool last = i + 1 == c->count || (i + 1) % columns == 0;
        printf("%-*s%s", last ? 0 : (int)width + 2, c->names[i], last ? "\n" : "");
    }
    fflush(stdout);
}

/* Tab: completes the name before the cursor as far as it is certain, or lists what it can be. */
static unsigned char complete_name(EditLine *editor, int key)
{
    const LineInfo *line = el_line(editor);
    const char *begin = line->cursor;
    while (begin > line->buffer && is_name_character(begin[-1])) begin--;
    size_t length = (size_t)(line->cursor - begin);
    char prefix[256];
    if (length == 0 || length >= sizeof prefix) return CC_ERROR;
    memcpy(prefix, begin, length);
    prefix[length] = 0;

    completion c = {.prefix = prefix, .length = length};
    ly_each_symbol(collect_name, &c);
    if (c.count == 0) return CC_ERROR;
    qsort(c.names, c.count, sizeof *c.names, compare_names);
    const char *first = c.names[0], *last = c.names[c.count - 1];
    size_t common = length;
    while (first[common] && first[common] == last[common]) common++;
    unsigned char answer = CC_REFRESH;
    if (common > length) {
        char *certain = ly_strndup(first + length, common - length);
        if (certain) el_insertstr(editor, certain);
        ly_free(certain);
    } else if (c.count > 1) {
        list_names(&c);
        answer = CC_REDISPLAY;
    }
    ly_free(c.names);
    return answer;
}

/* ---- history ---------------------------------------------------------------------------------- */

/* $XDG_STATE_HOME/lyra/history, or ~/.local/state/lyra/history, its folders made; NULL: none. */
static char *find_history_file(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    ly_text path = {0};
    if (state && state[0] == '/') ly_text_puts(&path, state);
    else if (home && home[0] == '/') ly_text_printf(&path, "%s/.local/state", home);
    else return NULL;
    ly_text_puts(&path, "/lyra");
    for (char *slash = path.data; slash && (slash = strchr(slash + 1, '/'));) {
        *slash = 0;
        mkdir(path.data, 0700);
        *slash = '/';
    }
    mkdir(path.data, 0700);
    ly_text_puts(&path, "/history");
    if (!path.failed) return path.data;
    ly_text_free(&path);
    return NULL;
}

static void keep_in_history(prompt *p, const char *input, size_t count)
{
    HistEvent event;
    char *line = ly_strndup(input, count);
    if (line) history(p->history, &event, H_ENTER, line);
    ly_free(line);
}

/* ---- evaluation ------------------------------------------------------------------------------- */

/* The form that a value asks to be shown in: its head, or LY_FAILED. */
static ly_value shown_form(ly_value value)
{
    const ly_value forms[] = {LY_SYM(MatrixForm), LY_SYM(TableForm), LY_SYM(FullForm),
                              LY_SYM(InputForm), LY_SYM(OutputForm), LY_SYM(TreeForm)};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (ly_has_shape(value, forms[i], 1)) return forms[i];
    return LY_FAILED;
}

static bool is_drawn(ly_value value)
{
    return ly_has_head(value, LY_SYM(Grid)) || ly_has_head(value, LY_SYM(Column))
        || ly_has_head(value, LY_SYM(MatrixForm)) || ly_has_head(value, LY_SYM(TableForm))
        || ly_has_head(value, LY_SYM(OutputForm)) || ly_has_head(value, LY_SYM(TreeForm))
        || ly_has_head(value, LY_SYM(Definition)) || ly_has_head(value, LY_SYM(FullDefinition));
}

/* False: an error is pending, a Format rule's perhaps. */
static bool show_value(prompt *p, ly_value value)
{
    ly_context *cx = p->cx;
    ly_text text = {0};
    ly_value form = shown_form(value);
    ly_text_printf(&text, "Out[%llu]", (unsigned long long)cx->session->line);
    if (!ly_failed(form)) ly_text_printf(&text, "//%s", ly_symbol_name(form));
    ly_text_puts(&text, "= ");
    if (is_drawn(value)) {
        ly_text_putc(&text, '\n');
        ly_print_output_form(cx, &text, value);
    } else if (form == LY_SYM(FullForm)) {
        ly_print_full_form(cx, &text, ly_arg(ly_expr_of(value), 0));
    } else {
        ly_print_input_form(cx, &text, form == LY_SYM(InputForm) ? ly_arg(ly_expr_of(value), 0) : value);
    }
    ly_text_puts(&text, "\n\n");
    bool good = !text.failed;
    if (good) ly_write(cx, text.data, text.count);
    else ly_text_failure(cx);
    ly_text_free(&text);
    return good;
}

/* Where a raised failure was reported the prompt goes on. */
static bool recover(ly_session *session, bool going)
{
    if (!session->ended) return going;
    if (!session->status || session->output_error) return false;
    session->status = 0;
    session->ended = false;
    return true;
}

/* Evaluates one input and shows its value. False: the session ended. */
static bool answer(prompt *p, ly_value input, const ly_source *source, size_t offset)
{
    ly_context *cx = p->cx;
    ly_session *session = cx->session;
    ly_value value;
    ly_value kept = ly_retain(input);
    bool going = ly_session_evaluate(cx, input, source, offset, &value);
    if (session->interrupted) ly_write(cx, "\n", 1); /* behind the terminal's ^C */
    session->interrupted = 0;
    if (!going && (going = recover(session, going))) value = LY_SYM(Null);
    if (going) {
        if (value != LY_SYM(Null) && !show_value(p, value)) {
            ly_release(cx, value);
            value = LY_FAILED;
            if (!ly_session_settle(cx, &value, source->name, 1, 1)) value = LY_SYM(Null);
            else if (value != LY_SYM(Null) && !show_value(p, value)) ly_pending_drop(cx, ly_pending_take(cx));
            going = recover(session, going);
        }
        ly_value form = shown_form(value);
        ly_session_record(cx, session->line, kept,
                          ly_failed(form) ? value : ly_arg(ly_expr_of(value), 0));
        session->line++;
        ly_release(cx, value);
    }
    ly_release(cx, kept);
    ly_session_flush(cx);
    return going;
}

typedef enum { INPUT_DONE, INPUT_MORE, INPUT_ENDS_SESSION } input_state;

/* Evaluates what was typed so far, if it is complete (or last: no more lines will come). */
static input_state answer_text(prompt *p, bool last)
{
    ly_context *cx = p->cx;
    ly_source source = {.name = "<prompt>", .text = p->input.data, .count = p->input.count};
    input_state state = INPUT_DONE;
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_read_status status = LY_READ_END;
    while (reader && state == INPUT_DONE) {
        ly_value input;
        size_t offset = ly_reader_offset(reader);
        status = ly_read(reader, &input, NULL);
        if (status != LY_READ_INPUT) break;
        if (!answer(p, input, &source, offset)) state = INPUT_ENDS_SESSION;
    }
    if (status == LY_READ_INCOMPLETE && !last) state = INPUT_MORE;
    else if (status == LY_READ_ERROR || status == LY_READ_INCOMPLETE)
        ly_diagnostics_print(ly_reader_diagnostics(reader), &source, stderr);
    ly_reader_free(reader);
    return state;
}

static void forget_input(prompt *p)
{
    if (p->input.count > 1) keep_in_history(p, p->input.data, p->input.count);
    ly_text_free(&p->input);
    p->input = (ly_text){0};
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t\r\n")] == 0;
}

/* One line of input. False: the session ends. */
static bool take_line(prompt *p)
{
    ly_session *session = p->cx->session;
    if (p->input.count == 0)
        snprintf(p->label, sizeof p->label, "In[%llu]:= ", (unsigned long long)session->line);
    else snprintf(p->label, sizeof p->label, "%*s", (int)strlen(p->label), "");
    int count = 0;
    const char *line = el_gets(p->editor, &count);
    if (session->interrupted) {
        session->interrupted = 0;
        __atomic_and_fetch(&p->cx->poll, ~(uint32_t)LY_POLL_ABORT, __ATOMIC_RELAXED);
        el_reset(p->editor);
        putchar('\n');
        forget_input(p);
        return true;
    }
    if (!line || count <= 0) {
        putchar('\n');
        return false;
    }
    bool blank = is_blank(line);
    if (blank && p->input.count == 0) return true;
    ly_text_puts(&p->input, line);
    input_state state = answer_text(p, blank);
    if (state != INPUT_MORE) forget_input(p);
    return state != INPUT_ENDS_SESSION;
}

int command_prompt(int count, char **arguments)
{
    prompt p = {0};
    HistEvent event;
    /* only for the width of what is typed; numbers are written the same everywhere */
    if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1) setlocale(LC_CTYPE, "C.UTF-8");
    p.cx = command_start(NULL, 0, NULL);
    if (!p.cx) return 1;
    p.cx->session->survives_interrupt = true;
    /* there is nothing to unwind while it waits for input */
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    p.editor = el_init("lyra", stdin, stdout, stderr);
    p.history = history_init();
    if (!p.editor || !p.history) return command_usage_error("no memory for the prompt");
    el_set(p.editor, EL_CLIENTDATA, &p);
    el_set(p.editor, EL_PROMPT, show_label);
    el_set(p.editor, EL_EDITOR, "emacs");
    el_set(p.editor, EL_GETCFN, read_character);
    el_set(p.editor, EL_ADDFN, "lyra-complete", "complete the name before the cursor", complete_name);
    el_set(p.editor, EL_BIND, "^I", "lyra-complete", NULL);
    el_set(p.editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
    history(p.history, &event, H_SETSIZE, HISTORY_SIZE);
    history(p.history, &event, H_SETUNIQUE, 1);
    el_set(p.editor, EL_HIST, history, p.history);
    el_source(p.editor, NULL);
    p.history_file = find_history_file();
    if (p.history_file) history(p.history, &event, H_LOAD, p.history_file);

    printf("Lyra %s. Ctrl-D or Quit[] ends it; ?Name tells about a function.\n\n", LYRA_VERSION);
    fflush(stdout);
    while (take_line(&p)) {}

    if (p.history_file) history(p.history, &event, H_SAVE, p.history_file);
    ly_free(p.history_file);
    ly_text_free(&p.input);
    history_end(p.history);
    el_end(p.editor);
    return command_finish(p.cx);
}
