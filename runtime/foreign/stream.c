/* stream.c: streams, the first kind of foreign object. See stream.h.

   Input keeps a window of the file, so that a position within it costs nothing; output is buffered,
   except that what goes to standard output goes through the context's own writer, in order with
   what Print writes. A write that fails gives a message; SIGPIPE is not involved, since writes to
   pipes report EPIPE where the signal is ignored (ly_session_catch_signals). */
#include "foreign/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eval/eval.h"
#include "eval/modules.h"
#include "eval/session.h"
#include "value/copy.h"

enum { WINDOW = 64 * 1024, KEPT = 64, CLOSED_KEPT = 4096 };

MESSAGE(General, wrstr, "Cannot write to `1`: `2`.")
MESSAGE(General, rdstr, "Cannot read from `1`: `2`.")

struct ly_streams {
    ly_stream **items; /* by number, ascending */
    size_t count, capacity;
    int64_t next; /* number of the next stream */
    const ly_context *owner;
    bool shared;          /* with tasks: the lock is of all of this */
    pthread_mutex_t lock;
    /* Shared streams that are closed: a task that has just looked one up may still hold it. They hold
       neither file nor buffer; the oldest go. */
    ly_value *closed;
    size_t closed_count;
};

static const ly_foreign_type stream_type;

/* ---- the table ------------------------------------------------------------------------------- */

static struct ly_streams *table(ly_context *cx);

static void lock_table(struct ly_streams *all)
{
    if (all->shared) pthread_mutex_lock(&all->lock);
}

static void unlock_table(struct ly_streams *all)
{
    if (all->shared) pthread_mutex_unlock(&all->lock);
}

/* `shared` doesn't change while a stream is in use, so that both see the same. */
static void lock_stream(ly_stream *stream)
{
    if (stream->shared) pthread_mutex_lock(&stream->lock);
}

static void unlock_stream(ly_stream *stream)
{
    if (stream->shared) pthread_mutex_unlock(&stream->lock);
}

static void share_stream(ly_context *cx, ly_stream *stream)
{
    stream->shared = true;
    stream->object = ly_share_take(cx, stream->object);
}

/* The table's lock is held. */
static ly_stream *enter(ly_context *cx, ly_stream *stream, int64_t number)
{
    struct ly_streams *all = cx->streams;
    if (all->count == all->capacity) {
        size_t capacity = all->capacity ? all->capacity * 2 : 8;
        ly_stream **items = ly_remalloc(all->items, capacity * sizeof *items);
        if (!items) return NULL;
        all->items = items;
        all->capacity = capacity;
    }
    stream->number = number;
    stream->object = ly_foreign_new(cx, &stream_type, stream);
    if (all->shared) share_stream(cx, stream);
    all->items[all->count++] = stream;
    return stream;
}

static ly_stream *new_stream(const char *name, bool input, int fd)
{
    ly_stream *stream = ly_calloc(1, sizeof *stream);
    if (!stream) return NULL;
    stream->name = ly_strdup(name);
    if (!stream->name) return ly_free(stream), NULL;
    stream->input = input;
    stream->fd = fd;
    pthread_mutex_init(&stream->lock, NULL);
    return stream;
}

static struct ly_streams *table(ly_context *cx)
{
    if (cx->streams) return cx->streams;
    cx->streams = ly_calloc(1, sizeof *cx->streams);
    if (!cx->streams) return NULL;
    cx->streams->owner = cx;
    pthread_mutex_init(&cx->streams->lock, NULL);
    static const struct {
        const char *name;
        bool input;
        int fd;
    } standard[] = {{"stdin", true, 0}, {"stdout", false, -1}, {"stderr", false, 2}};
    for (int i = 0; i < 3; i++) {
        ly_stream *stream = new_stream(standard[i].name, standard[i].input, standard[i].fd);
        if (stream && enter(cx, stream, i)) stream->standard = true;
    }
    cx->streams->next = 3;
    return cx->streams;
}

static ly_stream *enter_new(ly_context *cx, ly_stream *stream)
{
    ly_stream *entered;
    if (!stream || !table(cx)) return NULL;
    lock_table(cx->streams);
    entered = enter(cx, stream, cx->streams->next);
    if (entered) cx->streams->next++;
    unlock_table(cx->streams);
    return entered;
}

ly_stream *ly_stream_at(ly_context *cx, size_t i)
{
    ly_stream *stream;
    if (!table(cx)) return NULL;
    lock_table(cx->streams);
    stream = i < cx->streams->count ? cx->streams->items[i] : NULL;
    unlock_table(cx->streams);
    return stream;
}

void ly_streams_share(ly_context *cx)
{
    struct ly_streams *all = table(cx);
    if (!all || all->shared) return;
    for (size_t i = 0; i < all->count; i++) share_stream(cx, all->items[i]);
    all->shared = true;
}

void ly_streams_borrow(ly_context *cx, const ly_context *home)
{
    if (!cx->streams && home->streams && home->streams->shared) cx->streams = home->streams;
}

void ly_streams_give_back(ly_context *cx)
{
    if (cx->streams && cx->streams->owner != cx) cx->streams = NULL;
    else ly_streams_end(cx); /* its own, for want of memory */
}

ly_value ly_stream_value(ly_context *cx, ly_stream *stream)
{
    return ly_make2(cx, stream->input ? LY_SYM(InputStream) : LY_SYM(OutputStream),
                    ly_string_from(cx, stream->name), ly_integer(cx, stream->number));
}

/* The table's lock is held. */
static ly_stream *find(const struct ly_streams *all, ly_value v)
{
    if (ly_is_string(v)) {
        for (size_t i = all->count; i-- > 0;)
            if (ly_string_is(v, all->items[i]->name)) return all->items[i];
        return NULL;
    }
    bool input = ly_has_head(v, LY_SYM(InputStream));
    int64_t number = ly_int_of(ly_expr_of(v)->args[1]);
    for (size_t i = 0; i < all->count; i++) {
        ly_stream *stream = all->items[i];
        if (stream->number == number) return stream->input == input ? stream : NULL;
    }
    return NULL;
}

ly_stream *ly_stream_of(ly_context *cx, ly_value v)
{
    ly_stream *stream = ly_foreign_data(v, &stream_type);
    bool named =
        ly_has_shape(v, LY_SYM(InputStream), 2) || ly_has_shape(v, LY_SYM(OutputStream), 2);
    if (stream) return stream;
    if (named ? !ly_is_int(ly_expr_of(v)->args[1]) : !ly_is_string(v)) return NULL;
    if (!table(cx)) return NULL;
    lock_table(cx->streams);
    stream = find(cx->streams, v);
    unlock_table(cx->streams);
    return stream;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static ly_stream *open_file(ly_context *cx, const char *path, const char *name, int flags,
                            bool input, bool binary)
{
    int fd = open(path, flags | O_CLOEXEC, 0666);
    if (fd < 0) return NULL;
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(fd);
        errno = EISDIR;
        return NULL;
    }
    ly_stream *stream = enter_new(cx, new_stream(name, input, fd));
    if (!stream) {
        close(fd);
        errno = ENOMEM;
        return NULL;
    }
    stream->binary = binary;
    stream->path = ly_realpath(path);
    if (!input && flags & O_APPEND) {
        off_t end = lseek(fd, 0, SEEK_END);
        if (end > 0) stream->base = (uint64_t)end;
    }
    return stream;
}

ly_stream *ly_stream_open_input(ly_context *cx, const char *path, const char *name, bool binary)
{
    return open_file(cx, path, name, O_RDONLY, true, binary);
}

ly_stream *ly_stream_open_output(ly_context *cx, const char *path, const char *name, bool append,
                                 bool binary)
{
    return open_file(cx, path, name, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), false,
                     binary);
}

ly_stream *ly_stream_open_string(ly_context *cx, const char *bytes, size_t count)
{
    ly_stream *stream = new_stream("String", true, -1);
    if (!stream) return NULL;
    stream->buffer = ly_malloc(count + 1);
    if (!stream->buffer) {
        ly_free(stream->name);
        ly_free(stream);
        return NULL;
    }
    memcpy(stream->buffer, bytes, count);
    stream->count = stream->capacity = count;
    stream->ended = true;
    return enter_new(cx, stream);
}

ly_stream *ly_stream_open_command(ly_context *cx, const char *command, bool input)
{
    int ends[2];
    ly_session_flush(cx);
    if (pipe2(ends, O_CLOEXEC)) return NULL;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[input ? 1 : 0], input ? 1 : 0);
        signal(SIGPIPE, SIG_DFL);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(ends[input ? 1 : 0]);
    if (child < 0) {
        close(ends[input ? 0 : 1]);
        return NULL;
    }
    ly_text name = {0};
    ly_text_printf(&name, "!%s", command);
    ly_stream *stream =
        enter_new(cx, new_stream(name.data ? name.data : "!", input, ends[input ? 0 : 1]));
    ly_text_free(&name);
    if (stream) stream->child = child;
    return stream;
}

static bool write_out(int fd, const char *bytes, size_t count)
{
    while (count) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

/* What the system gave it, and the buffer. */
static void end_stream(ly_stream *stream)
{
    if (stream->fd > 2 || (stream->fd >= 0 && !stream->standard)) close(stream->fd);
    if (stream->child > 0)
        while (waitpid(stream->child, NULL, 0) < 0 && errno == EINTR) {}
    ly_free(stream->buffer);
    stream->buffer = NULL;
    stream->capacity = stream->count = stream->at = 0;
    stream->fd = -1;
    stream->child = 0;
    stream->ended = stream->closed = true;
}

static void stream_drop(ly_context *cx, ly_foreign *self)
{
    ly_stream *stream = self->data;
    if (!stream->input && stream->count && stream->fd >= 0)
        write_out(stream->fd, stream->buffer, stream->count);
    end_stream(stream);
    pthread_mutex_destroy(&stream->lock);
    ly_free(stream->name);
    ly_free(stream->path);
    ly_free(stream);
}

/* The table's lock is held. Gives what is to be released. */
static ly_value keep_closed(struct ly_streams *all, ly_value object)
{
    ly_value oldest = LY_FAILED;
    if (!all->closed && !(all->closed = ly_malloc(CLOSED_KEPT * sizeof *all->closed)))
        return LY_FAILED; /* lost rather than freed too early */
    if (all->closed_count >= CLOSED_KEPT) oldest = all->closed[all->closed_count % CLOSED_KEPT];
    all->closed[all->closed_count++ % CLOSED_KEPT] = object;
    return oldest;
}

bool ly_stream_close(ly_context *cx, ly_stream *stream)
{
    bool ok = stream->input || ly_stream_flush(cx, stream);
    if (stream->standard) return ok;
    struct ly_streams *all = cx->streams;
    ly_value gone = LY_FAILED;
    size_t i = 0;
    lock_table(all);
    while (i < all->count && all->items[i] != stream) i++;
    if (i < all->count) {
        memmove(all->items + i, all->items + i + 1, (all->count - i - 1) * sizeof *all->items);
        all->count--;
        gone = stream->shared ? keep_closed(all, stream->object) : stream->object;
    }
    unlock_table(all);
    if (stream->shared) {
        lock_stream(stream);
        end_stream(stream);
        unlock_stream(stream);
    } else {
        stream->count = stream->input ? stream->count : 0;
    }
    if (!ly_failed(gone)) ly_release(cx, gone);
    return ok;
}

void ly_streams_end(ly_context *cx)
{
    struct ly_streams *all = cx->streams;
    cx->streams = NULL;
    if (!all || all->owner != cx) return;
    for (size_t i = 0; i < all->count; i++) ly_release(cx, all->items[i]->object);
    for (size_t i = 0; i < all->closed_count && i < CLOSED_KEPT; i++) ly_release(cx, all->closed[i]);
    pthread_mutex_destroy(&all->lock);
    ly_free(all->closed);
    ly_free(all->items);
    ly_free(all);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Makes the window longer; false: nothing follows. */
static bool fill(ly_stream *stream)
{
    if (stream->ended || stream->fd < 0) return false;
    if (stream->at > KEPT && stream->at >= WINDOW) { /* what was read long ago goes */
        size_t gone = stream->at - KEPT;
        memmove(stream->buffer, stream->buffer + gone, stream->count - gone);
        stream->count -= gone;
        stream->at -= gone;
        stream->base += gone;
    }
    if (stream->capacity - stream->count < WINDOW / 2) {
        size_t capacity = stream->count + WINDOW;
        char *buffer = ly_remalloc(stream->buffer, capacity);
        if (!buffer) {
            stream->error = ENOMEM;
            return false;
        }
        stream->buffer = buffer;
        stream->capacity = capacity;
    }
    ssize_t count;
    do count = read(stream->fd, stream->buffer + stream->count, stream->capacity - stream->count);
    while (count < 0 && errno == EINTR);
    if (count <= 0) {
        if (count < 0) stream->error = errno;
        stream->ended = stream->fd != 0; /* a terminal may go on after its end */
        return false;
    }
    stream->count += (size_t)count;
    return true;
}

static int peek(ly_stream *stream)
{
    if (stream->at >= stream->count && !fill(stream)) return -1;
    return (unsigned char)stream->buffer[stream->at];
}

int ly_stream_peek(ly_stream *stream)
{
    lock_stream(stream);
    int byte = peek(stream);
    unlock_stream(stream);
    return byte;
}

int ly_stream_get(ly_stream *stream)
{
    lock_stream(stream);
    int byte = peek(stream);
    if (byte >= 0) stream->at++;
    unlock_stream(stream);
    return byte;
}

void ly_stream_unget(ly_stream *stream)
{
    lock_stream(stream);
    if (stream->at) stream->at--;
    unlock_stream(stream);
}

static bool read_line(ly_stream *stream, ly_text *line)
{
    if (peek(stream) < 0) return false;
    for (;;) {
        if (stream->at >= stream->count && !fill(stream)) return true;
        const char *from = stream->buffer + stream->at, *end = stream->buffer + stream->count,
                   *p = from;
        while (p < end && *p != '\n' && *p != '\r') p++;
        ly_text_add(line, from, (size_t)(p - from));
        stream->at += (size_t)(p - from);
        if (p == end) continue;
        stream->at++;
        if (*p == '\r' && peek(stream) == '\n') stream->at++;
        return true;
    }
}

bool ly_stream_line(ly_context *cx, ly_stream *stream, ly_text *line)
{
    if (stream->fd == 0) ly_session_flush(cx);
    lock_stream(stream);
    bool some = read_line(stream, line);
    unlock_stream(stream);
    return some;
}

void ly_stream_rest(ly_context *cx, ly_stream *stream, ly_text *text)
{
    if (stream->fd == 0) ly_session_flush(cx);
    for (bool more = true; more;) {
        lock_stream(stream);
        more = stream->at < stream->count || fill(stream);
        if (more) ly_text_add(text, stream->buffer + stream->at, stream->count - stream->at);
        if (more) stream->at = stream->count;
        unlock_stream(stream);
        if (text->failed || ly_poll(cx)) return;
    }
}

uint64_t ly_stream_position(ly_stream *stream)
{
    lock_stream(stream);
    uint64_t position = stream->base + (stream->input ? stream->at : stream->count);
    unlock_stream(stream);
    return position;
}

static bool seek(ly_stream *stream, uint64_t position, bool end)
{
    if (!stream->input) return false;
    if (stream->fd < 0) {
        stream->at = end || position > stream->count ? stream->count : (size_t)position;
        return true;
    }
    if (!end && position >= stream->base && position <= stream->base + stream->count) {
        stream->at = (size_t)(position - stream->base);
        return true;
    }
    struct stat status;
    if (fstat(stream->fd, &status) || !S_ISREG(status.st_mode)) return false;
    if (end || position > (uint64_t)status.st_size) position = (uint64_t)status.st_size;
    if (lseek(stream->fd, (off_t)position, SEEK_SET) < 0) return false;
    stream->base = position;
    stream->at = stream->count = 0;
    stream->ended = false;
    return true;
}

bool ly_stream_seek(ly_stream *stream, uint64_t position, bool end)
{
    lock_stream(stream);
    bool done = seek(stream, position, end);
    unlock_stream(stream);
    return done;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool refused(ly_context *cx, ly_stream *stream)
{
    stream->error = errno;
    ly_value name = ly_string_from(cx, stream->name), why = ly_string_from(cx, strerror(errno));
    ly_message(cx, LY_SYM(OutputStream), "wrstr", 2, name, why);
    ly_release(cx, name);
    ly_release(cx, why);
    return false;
}

/* These two: false, with errno, where the system refuses. */
static bool flush(ly_stream *stream)
{
    size_t count = stream->count;
    stream->count = 0;
    stream->base += count;
    return count == 0 || write_out(stream->fd, stream->buffer, count);
}

static bool put(ly_stream *stream, const char *bytes, size_t count)
{
    if (stream->closed) {
        errno = EBADF;
        return false;
    }
    if (!stream->buffer) {
        stream->buffer = ly_malloc(WINDOW);
        stream->capacity = stream->buffer ? WINDOW : 0;
    }
    if (count > stream->capacity - stream->count && !flush(stream)) return false;
    if (count > stream->capacity) {
        stream->base += count;
        return write_out(stream->fd, bytes, count);
    }
    memcpy(stream->buffer + stream->count, bytes, count);
    stream->count += count;
    return stream->child == 0 || flush(stream);
}

bool ly_stream_flush(ly_context *cx, ly_stream *stream)
{
    if (stream->input) return true;
    if (stream->number == 1) {
        ly_session_flush(cx);
        return true;
    }
    lock_stream(stream);
    bool done = flush(stream);
    unlock_stream(stream);
    return done || refused(cx, stream);
}

/* Tasks may run on while the program ends: a stream that one of them is busy with is left to it. */
void ly_streams_flush(ly_context *cx)
{
    struct ly_streams *all = cx->streams;
    if (!all) return;
    lock_table(all);
    for (size_t i = 0; i < all->count; i++) {
        ly_stream *stream = all->items[i];
        bool shared = stream->shared;
        if (stream->input || stream->standard || stream->fd < 0) continue;
        if (shared && pthread_mutex_trylock(&stream->lock) != 0) continue;
        if (!stream->closed && !flush(stream))
            fprintf(stderr, "lyra: cannot write to %s: %s\n", stream->name, strerror(errno));
        if (shared) pthread_mutex_unlock(&stream->lock);
    }
    unlock_table(all);
}

bool ly_stream_write(ly_context *cx, ly_stream *stream, const char *bytes, size_t count)
{
    if (stream->number == 1) {
        ly_write(cx, bytes, count);
        return true;
    }
    if (stream->number == 2) {
        ly_session_flush(cx);
        return write_out(2, bytes, count) || refused(cx, stream);
    }
    lock_stream(stream);
    bool done = put(stream, bytes, count);
    unlock_stream(stream);
    return done || refused(cx, stream);
}

/* ---- the type: printing, methods ------------------------------------------------------------- */

static void stream_print(ly_context *cx, ly_foreign *self, ly_text *to)
{
    const ly_stream *stream = self->data;
    ly_text_printf(to, "%s[%s, %lld]", stream->input ? "InputStream" : "OutputStream", stream->name,
                   (long long)stream->number);
}

static ly_value method_close(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_stream *stream = self->data;
    ly_value name = ly_string_from(cx, stream->name);
    ly_stream_close(cx, stream);
    return name;
}

static ly_value method_name(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return ly_string_from(cx, ((ly_stream *)self->data)->name);
}

static ly_value method_position(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return ly_integer_from_u64(cx, ly_stream_position(self->data));
}

static ly_value method_at_end(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_stream *stream = self->data;
    return ly_bool(!stream->input || ly_stream_peek(stream) < 0);
}

static ly_value method_read_line(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_stream *stream = self->data;
    ly_text line = {0};
    if (!stream->input) return LY_UNEVALUATED;
    if (!ly_stream_line(cx, stream, &line)) return LY_SYM(EndOfFile);
    return ly_text_string(cx, &line);
}

static ly_value method_read(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_stream *stream = self->data;
    if (!stream->input) return LY_UNEVALUATED;
    if (ly_stream_peek(stream) < 0) return LY_SYM(EndOfFile);
    ly_text text = {0};
    ly_stream_rest(cx, stream, &text);
    return ly_text_string(cx, &text);
}

static ly_value write_all_of(ly_context *cx, ly_stream *stream, size_t n, const ly_value *args,
                             bool line)
{
    if (stream->input) return LY_UNEVALUATED;
    ly_text all = {0}; /* whole or not at all */
    for (size_t i = 0; i < n; i++) {
        ly_value text = ly_is_string(args[i]) ? ly_retain(args[i])
                                              : ly_call1(cx, LY_SYM(ToString), ly_retain(args[i]));
        if (ly_failed(text)) {
            ly_text_free(&all);
            return text;
        }
        if (ly_is_string(text)) ly_text_add(&all, ly_string_of(text)->data, ly_string_of(text)->bytes);
        ly_release(cx, text);
    }
    if (line) ly_text_putc(&all, '\n');
    if (all.failed) {
        ly_text_free(&all);
        return ly_text_failure(cx);
    }
    bool ok = ly_stream_write(cx, stream, all.data ? all.data : "", all.count);
    ly_text_free(&all);
    return ok ? LY_SYM(Null) : LY_SYM($Failed);
}
static ly_value method_write(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return write_all_of(cx, self->data, n, args, false);
}
static ly_value method_write_line(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return write_all_of(cx, self->data, n, args, true);
}
static ly_value method_flush(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return ly_stream_flush(cx, self->data) ? LY_SYM(Null) : LY_SYM($Failed);
}

static const ly_method stream_methods[] = {
    {"close", 0, 0, method_close, "writes what is left, closes the stream, gives its name"},
    {"name", 0, 0, method_name, "its name"},
    {"position", 0, 0, method_position, "bytes before the place where it reads or writes next"},
    {"atEnd", 0, 0, method_at_end, "True when there is nothing left to read"},
    {"read", 0, 0, method_read, "all that is left, as a string"},
    {"readLine", 0, 0, method_read_line, "the next line, or EndOfFile"},
    {"write", 1, -1, method_write, "writes values as Print shows them"},
    {"writeLine", 0, -1, method_write_line, "the same, and a line end"},
    {"flush", 0, 0, method_flush, "writes what is buffered"},
    {NULL, 0, 0, NULL, NULL},
};

static const ly_foreign_type stream_type = {
    .name = "Stream",
    .methods = stream_methods,
    .print = stream_print,
    .drop = stream_drop,
    .crosses_threads = true,
};
