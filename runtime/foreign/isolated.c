/* isolated.c: the program's side of objects that live in child processes. See isolated.h. */
#include "foreign/isolated.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eval/eval.h"
#include "foreign/wxf.h"

typedef struct isolated_object {
    ly_call_turn turn;
    int call, status; /* sockets; status -1: the nursery has said how the process ended */
    char *ended;      /* why nothing can be called any more, or NULL; under the turn */
} isolated_object;

enum { STATUS_MS = 5000 };

/* ---- the end of a process ------------------------------------------------------------------------ */

static void describe(ly_text *text, int status)
{
    const char *signal_name;
    if (status == LY_NURSERY_NO_PROCESS) {
        ly_text_puts(text, "no process could be started for it");
    } else if (WIFSIGNALED(status)) {
        signal_name = sigdescr_np(WTERMSIG(status));
        ly_text_printf(text, "its process was ended by signal %d (%s)", WTERMSIG(status),
                       signal_name ? signal_name : "unknown");
    } else {
        ly_text_printf(text, "its process ended with status %d", WEXITSTATUS(status));
    }
}

/* From now on every call fails, and says why. */
static void note_end(isolated_object *object, const char *why)
{
    if (!object->ended) object->ended = ly_strdup(why);
    close(object->call);
    if (object->status >= 0) close(object->status);
    object->call = object->status = -1;
}

/* Its call socket is closed at the other end. */
static void has_ended(isolated_object *object)
{
    struct pollfd ready = {object->status, POLLIN, 0};
    ly_text text = {0};
    int status;
    while (poll(&ready, 1, STATUS_MS) < 0 && errno == EINTR) {}
    if (recv(object->status, &status, sizeof status, MSG_DONTWAIT) == sizeof status)
        describe(&text, status);
    else
        ly_text_puts(&text, "its process has ended");
    note_end(object, text.data ? text.data : "its process has ended");
    ly_text_free(&text);
}

static void end_now(isolated_object *object, const char *why)
{
    char kill_it = LY_NURSERY_KILL;
    send(object->status, &kill_it, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    note_end(object, why);
}

static ly_value crashed(ly_context *cx, const isolated_object *object, const ly_added_kind *kind,
                        const char *method)
{
    return ly_raise_failure(cx, "Crashed", "%s.%s: %s.", kind->definition->name, method,
                            object->ended ? object->ended : "its process has ended");
}

/* ---- one call ------------------------------------------------------------------------------------ */

typedef enum progress {
    DONE,
    ENDED,   /* the process has */
    STOPPED, /* an error is pending in the context */
} progress;

static progress send_all(ly_context *cx, int to, ly_outside_wait *wait, const ly_text *request)
{
    for (size_t sent = 0; sent < request->count;) {
        ssize_t n = send(to, request->data + sent, request->count - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0) {
            sent += (size_t)n;
            *wait = (ly_outside_wait){0};
        } else if (errno == EAGAIN) {
            if (!ly_outside_wait_more(cx, wait, to, POLLOUT)) return STOPPED;
        } else if (errno != EINTR) {
            return ENDED;
        }
        if (ly_poll(cx)) return STOPPED;
    }
    return DONE;
}

static progress receive_all(ly_context *cx, int from, ly_outside_wait *wait, void *bytes, size_t count)
{
    for (size_t got = 0; got < count;) {
        ssize_t n = recv(from, (char *)bytes + got, count - got, MSG_DONTWAIT);
        if (n > 0) {
            got += (size_t)n;
            *wait = (ly_outside_wait){0};
        } else if (n < 0 && errno == EAGAIN) {
            if (!ly_outside_wait_more(cx, wait, from, POLLIN)) return STOPPED;
        } else if (n == 0 || errno != EINTR) {
            return ENDED;
        }
        if (ly_poll(cx)) return STOPPED;
    }
    return DONE;
}

/* Sends the request and reads until the answer has come; *answer is owned then, or LY_FAILED with the
   error that the method raised. */
static progress exchange(ly_context *cx, isolated_object *object, const ly_text *request,
                         ly_value *answer)
{
    ly_outside_wait wait = {0};
    progress went = send_all(cx, object->call, &wait, request);
    *answer = LY_FAILED;
    while (went == DONE) {
        ly_frame frame;
        char *bytes;
        went = receive_all(cx, object->call, &wait, &frame, sizeof frame);
        if (went != DONE) break;
        bytes = ly_buffer_alloc(cx, frame.count + 1);
        if (!bytes) return STOPPED;
        went = receive_all(cx, object->call, &wait, bytes, frame.count);
        if (went == DONE && frame.what == LY_FRAME_OUTPUT) {
            ly_write(cx, bytes, frame.count);
            ly_buffer_free(cx, bytes);
            continue;
        }
        if (went == DONE) *answer = ly_wxf_get(cx, bytes, frame.count);
        ly_buffer_free(cx, bytes);
        if (went != DONE) break;
        if (ly_failed(*answer)) {
            if (!cx->pending.kind) ly_raise_failure(cx, "Crashed", "The answer can't be read.");
            return STOPPED;
        }
        if (frame.what == LY_FRAME_FAILURE)
            *answer = ly_raise(cx, LY_PENDING_FAILURE, *answer, LY_FAILED);
        return DONE;
    }
    return went;
}

/* NULL data: an error is pending. */
static ly_text request_of(ly_context *cx, const ly_added_kind *kind, uint32_t what, uint32_t method, size_t n,
                          const ly_value *args)
{
    ly_frame frame = {what, method, 0};
    ly_text text = {0};
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), n);
    bool put;
    if (!list) return text;
    for (size_t i = 0; i < n; i++) list->args[i] = ly_retain(args[i]);
    ly_text_add(&text, (const char *)&frame, sizeof frame);
    put = ly_wxf_put(cx, &text, ly_from_object(list));
    ly_release(cx, ly_from_object(list));
    if (put && !text.failed) {
        frame.count = text.count - sizeof frame;
        memcpy(text.data, &frame, sizeof frame);
        return text;
    }
    if (text.failed) ly_raise_memory(cx);
    else if (!cx->pending.kind)
        ly_raise_failure(cx, "NotCopied",
                         "%s: an argument holds an object, which can't go to another process.",
                         kind->definition->name);
    ly_text_free(&text);
    return (ly_text){0};
}

static ly_value call(ly_context *cx, isolated_object *object, const ly_added_kind *kind, uint32_t what,
                     uint32_t method, size_t n, const ly_value *args)
{
    const char *name = what == LY_FRAME_OPEN ? "open" : kind->type.methods[method].name;
    ly_value answer = LY_FAILED;
    ly_text request = request_of(cx, kind, what, method, n, args);
    if (!request.data) return LY_FAILED;
    if (!ly_call_turn_take(cx, &object->turn)) {
        ly_text_free(&request);
        return LY_FAILED;
    }
    if (!object->ended) {
        switch (exchange(cx, object, &request, &answer)) {
        case STOPPED: end_now(object, "its process was ended with a call that did not end in time"); break;
        case ENDED: has_ended(object); break;
        case DONE: break;
        }
    }
    if (ly_failed(answer) && !cx->pending.kind) crashed(cx, object, kind, name);
    ly_call_turn_give(&object->turn);
    ly_text_free(&request);
    return answer;
}

ly_value ly_isolated_invoke(ly_context *cx, ly_foreign *self, const ly_method *method, size_t n,
                            const ly_value *args)
{
    const ly_added_kind *kind = ly_added_kind_of(self);
    return call(cx, self->data, kind, LY_FRAME_CALL, (uint32_t)(method - kind->type.methods), n, args);
}

/* ---- life ---------------------------------------------------------------------------------------- */

static void let_go(isolated_object *object)
{
    if (object->call >= 0) close(object->call);
    if (object->status >= 0) close(object->status);
    ly_free(object->ended);
    ly_free(object);
}

ly_value ly_isolated_new(ly_context *cx, const ly_added_kind *kind, size_t n, const ly_value *args)
{
    isolated_object *object = ly_calloc(1, sizeof *object);
    ly_value opened;
    if (!object) return ly_raise_memory(cx);
    if (!ly_nursery_fork(kind, &object->call, &object->status)) {
        ly_raise_failure(cx, "NoProcess", "%s: there is no process for it: %s.", kind->definition->name,
                         strerror(errno));
        ly_free(object);
        return LY_FAILED;
    }
    opened = call(cx, object, kind, LY_FRAME_OPEN, 0, n, args);
    if (ly_failed(opened)) {
        let_go(object);
        return LY_FAILED;
    }
    ly_release(cx, opened);
    return ly_foreign_new(cx, &kind->type, object);
}

void ly_isolated_print(ly_context *cx, ly_foreign *self, ly_text *to)
{
    isolated_object *object = self->data;
    bool ended;
    ly_lock_take(&object->turn.lock);
    ended = !object->turn.owner && object->ended;
    ly_lock_give(&object->turn.lock);
    ly_text_printf(to, "%s[<%llu%s>]", self->type->name, (unsigned long long)self->serial,
                   ended ? ", crashed" : "");
}

void ly_isolated_drop(ly_context *cx, ly_foreign *self) { let_go(self->data); }
