/* nursery.c: the processes of isolated objects, and the one that forks them. See isolated.h. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eval/eval.h"
#include "foreign/isolated.h"
#include "foreign/wxf.h"

enum { SOCKET = 3, GRACE_MS = 2000 };

/* ---- sockets ------------------------------------------------------------------------------------- */

static bool write_all(int to, const void *bytes, size_t count)
{
    for (size_t done = 0; done < count;) {
        ssize_t n = send(to, (const char *)bytes + done, count - done, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) return false;
        if (n > 0) done += (size_t)n;
    }
    return true;
}

static bool read_all(int from, void *bytes, size_t count)
{
    for (size_t done = 0; done < count;) {
        ssize_t n = recv(from, (char *)bytes + done, count - done, 0);
        if (n == 0 || (n < 0 && errno != EINTR)) return false;
        if (n > 0) done += (size_t)n;
    }
    return true;
}

/* A byte, and two sockets that the receiver gets. */
static bool send_sockets(int to, int a, int b)
{
    char byte = 0;
    struct iovec data = {&byte, 1};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof control.room};
    int both[2] = {a, b};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof both);
    memcpy(CMSG_DATA(header), both, sizeof both);
    for (;;) {
        ssize_t n = sendmsg(to, &message, MSG_NOSIGNAL);
        if (n == 1 || errno != EINTR) return n == 1;
    }
}

/* 1: two sockets came; 0: the other end is closed; -1: neither. */
static int receive_sockets(int from, int both[2])
{
    char byte;
    struct iovec data = {&byte, 1};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof control.room};
    ssize_t n = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    if (n == 0) return 0;
    struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!header || header->cmsg_len != CMSG_LEN(2 * sizeof(int))) return -1;
    memcpy(both, CMSG_DATA(header), 2 * sizeof(int));
    return 1;
}

/* Of all files only the standard ones and `keep`, which is SOCKET from now on, stay open: others' ends
   of pipes and sockets would keep them from ending. */
static void keep_only(int keep)
{
    if (keep != SOCKET) dup2(keep, SOCKET);
#ifdef SYS_close_range
    if (syscall(SYS_close_range, SOCKET + 1, ~0U, 0) == 0) return;
#endif
    for (int fd = SOCKET + 1, most = (int)sysconf(_SC_OPEN_MAX); fd < most; fd++) close(fd);
}

/* ---- the process of an object -------------------------------------------------------------------- */

static void forward(void *data, const char *bytes, size_t count)
{
    ly_frame frame = {LY_FRAME_OUTPUT, 0, count};
    if (write_all(SOCKET, &frame, sizeof frame)) write_all(SOCKET, bytes, count);
}

/* What is pending as a failure; nothing is pending then. */
static ly_value failure_take(ly_context *cx, const char *kind, const char *method)
{
    ly_pending pending = ly_pending_take(cx);
    ly_value failure;
    if (pending.kind == LY_PENDING_FAILURE) {
        failure = pending.value;
        pending.value = LY_FAILED;
    } else {
        if (pending.kind == LY_PENDING_MEMORY)
            ly_raise_failure(cx, "MemoryLimit", "%s.%s: there is no memory.", kind, method);
        else ly_raise_failure(cx, "MethodFailed", "%s.%s gave no value.", kind, method);
        ly_pending raised = ly_pending_take(cx);
        failure = raised.value;
        raised.value = LY_FAILED;
        ly_pending_drop(cx, raised);
    }
    ly_pending_drop(cx, pending);
    return failure;
}

static bool answer_take(ly_context *cx, ly_value v, const char *kind, const char *method)
{
    ly_frame frame = {ly_failed(v) ? LY_FRAME_FAILURE : LY_FRAME_VALUE, 0, 0};
    ly_text text = {0};
    bool put, sent;
    if (ly_failed(v)) v = failure_take(cx, kind, method);
    ly_text_add(&text, (const char *)&frame, sizeof frame);
    put = ly_wxf_put(cx, &text, v) && !text.failed;
    ly_release(cx, v);
    if (!put) {
        ly_text_free(&text);
        if (frame.what == LY_FRAME_FAILURE) return false;
        if (!cx->pending.kind)
            ly_raise_failure(cx, "NotCopied",
                             "%s.%s: its value can't go to another process.", kind, method);
        return answer_take(cx, LY_FAILED, kind, method);
    }
    frame.count = text.count - sizeof frame;
    memcpy(text.data, &frame, sizeof frame);
    fflush(stdout); /* what it printed by C's own means comes first */
    sent = write_all(SOCKET, text.data, text.count);
    ly_text_free(&text);
    return sent;
}

/* The list of arguments, an expression; LY_FAILED: the other end is closed, or there is no memory. */
static ly_value read_arguments(ly_context *cx, size_t count)
{
    char *bytes = ly_malloc(count + 1);
    ly_value list = LY_FAILED;
    if (bytes && read_all(SOCKET, bytes, count)) list = ly_wxf_get(cx, bytes, count);
    ly_free(bytes);
    return ly_failed(list) ? list : ly_unpack_take(cx, list);
}

static void *serve(void *argument)
{
    const ly_added_kind *kind = argument;
    const lyra_kind *definition = kind->definition;
    lyra_context *cx;
    ly_frame frame;
    void *self = NULL;
    if (lyra_open(&cx) != LYRA_OK) _exit(127);
    lyra_on_output(cx, forward, NULL);
    while (read_all(SOCKET, &frame, sizeof frame)) {
        ly_value arguments = read_arguments(cx, frame.count), v = LY_FAILED;
        const char *method = "open";
        size_t n;
        if (ly_failed(arguments)) _exit(127);
        n = ly_expr_of(arguments)->count;
        if (frame.what == LY_FRAME_OPEN) {
            self = definition->open(cx, n, ly_expr_of(arguments)->args);
            v = self ? LY_SYM(Null) : LY_FAILED;
        } else {
            method = definition->methods[frame.method].name;
            v = definition->methods[frame.method].call(cx, self, n, ly_expr_of(arguments)->args);
        }
        ly_release(cx, arguments);
        if (!answer_take(cx, v, definition->name, method)) break;
        if (!self) break;
    }
    if (self && definition->drop) definition->drop(self);
    fflush(NULL);
    _exit(0);
}

/* A method that calls exit ends its process, without what the program would do at its own end. */
static void on_process_exit(int status, void *unused)
{
    fflush(NULL);
    _exit(status);
}

static void be_object(const ly_added_kind *kind, int call, pid_t nursery)
{
    sigset_t none;
    pthread_t thread;
    keep_only(call);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, kind->definition->name);
    if (getppid() != nursery) _exit(0); /* it has ended before that */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    on_exit(on_process_exit, NULL);
    /* a stack of its own: this one is a copy of whatever called lyra_add_kind */
    if (pthread_create(&thread, NULL, serve, (void *)kind)) _exit(127);
    pthread_join(thread, NULL);
    _exit(127); /* it has called pthread_exit */
}

/* ---- the nursery --------------------------------------------------------------------------------- */

typedef struct child {
    pid_t pid;
    int status;       /* socket; -1: nobody wants to know any more */
    uint64_t kill_at; /* 0: not */
} child;

typedef struct children {
    const ly_added_kind *kind;
    int signals;
    child *all;
    struct pollfd *fds; /* the program, signals, the status of each child */
    size_t count, capacity;
} children;

static void give_up(child *c)
{
    if (c->status >= 0) close(c->status);
    c->status = -1;
    if (!c->kill_at) c->kill_at = ly_clock_ns() + (uint64_t)GRACE_MS * 1000000;
}

static bool room(children *these)
{
    size_t capacity = these->capacity ? these->capacity * 2 : 16;
    child *all;
    struct pollfd *fds;
    if (these->count < these->capacity) return true;
    all = ly_remalloc(these->all, capacity * sizeof *all);
    if (all) these->all = all;
    fds = ly_remalloc(these->fds, (capacity + 2) * sizeof *fds);
    if (fds) these->fds = fds;
    if (all && fds) these->capacity = capacity;
    return all && fds;
}

static void say(int status_socket, int status)
{
    send(status_socket, &status, sizeof status, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void new_child(children *these, int call, int status)
{
    pid_t self = getpid(), pid = room(these) ? fork() : -1;
    if (pid == 0) be_object(these->kind, call, self);
    if (pid < 0) {
        say(status, LY_NURSERY_NO_PROCESS);
        close(status);
    } else {
        these->all[these->count++] = (child){pid, status, 0};
    }
    close(call);
}

static void reap(children *these)
{
    struct signalfd_siginfo unused;
    int status;
    pid_t pid;
    while (read(these->signals, &unused, sizeof unused) > 0) {}
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (size_t i = 0; i < these->count; i++) {
            child *c = &these->all[i];
            if (c->pid != pid) continue;
            if (c->status >= 0) {
                say(c->status, status);
                close(c->status);
            }
            *c = these->all[--these->count];
            break;
        }
    }
}

/* Milliseconds until the next is to be killed, as poll wants them; kills those whose time has come. */
static int kill_late(children *these)
{
    uint64_t now = ly_clock_ns(), first = UINT64_MAX;
    for (size_t i = 0; i < these->count; i++) {
        child *c = &these->all[i];
        if (!c->kill_at) continue;
        if (c->kill_at <= now) {
            kill(c->pid, SIGKILL);
            c->kill_at = 0;
        } else if (c->kill_at < first) {
            first = c->kill_at;
        }
    }
    return first == UINT64_MAX ? -1 : (int)((first - now) / 1000000) + 1;
}

static void listen_to(child *c)
{
    char order;
    ssize_t n = recv(c->status, &order, 1, MSG_DONTWAIT);
    if (n == 1 && order == LY_NURSERY_KILL) kill(c->pid, SIGKILL);
    else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) give_up(c);
}

static void be_nursery(const ly_added_kind *kind, int socket)
{
    children these = {.kind = kind};
    sigset_t mask;
    bool open = true;
    for (int s = 1; s < NSIG; s++) signal(s, SIG_DFL);
    /* what a terminal tells its group is for the program to decide */
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    keep_only(socket);
    prctl(PR_SET_NAME, "lyra-nursery");
    these.signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (these.signals < 0 || !room(&these)) _exit(127);
    while (open || these.count) {
        size_t count = these.count;
        int both[2], timeout = kill_late(&these);
        these.fds[0] = (struct pollfd){open ? SOCKET : -1, POLLIN, 0};
        these.fds[1] = (struct pollfd){these.signals, POLLIN, 0};
        for (size_t i = 0; i < count; i++)
            these.fds[i + 2] = (struct pollfd){these.all[i].status, POLLIN, 0};
        if (poll(these.fds, count + 2, timeout) <= 0) continue;
        for (size_t i = 0; i < count; i++)
            if (these.fds[i + 2].revents) listen_to(&these.all[i]);
        bool asked = these.fds[0].revents;
        if (these.fds[1].revents) reap(&these);
        if (!asked) continue;
        switch (receive_sockets(SOCKET, both)) {
        case 1: new_child(&these, both[0], both[1]); break;
        case 0:
            open = false;
            for (size_t i = 0; i < these.count; i++) give_up(&these.all[i]);
            break;
        default: break;
        }
    }
    _exit(0);
}

bool ly_nursery_start(const ly_added_kind *kind, ly_nursery *nursery)
{
    int ends[2], why;
    pid_t middle;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) return false;
    fflush(NULL); /* or what is buffered would be written twice */
    /* forked twice: the program has no child that it didn't start itself, to wait for or be told of */
    middle = fork();
    if (middle == 0) {
        pid_t pid = fork();
        if (pid == 0) be_nursery(kind, ends[1]);
        _exit(pid < 0 ? 1 : 0);
    }
    why = errno;
    close(ends[1]);
    if (middle > 0) {
        int status = 0;
        while (waitpid(middle, &status, 0) < 0 && errno == EINTR) {}
        why = EAGAIN;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            nursery->socket = ends[0];
            return true;
        }
    }
    close(ends[0]);
    errno = why;
    return false;
}

void ly_nursery_end(ly_nursery *nursery) { close(nursery->socket); }

bool ly_nursery_fork(const ly_added_kind *kind, int *call, int *status)
{
    ly_nursery *nursery = kind->nursery;
    int calls[2], statuses[2];
    bool sent;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, calls)) return false;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, statuses)) {
        close(calls[0]);
        close(calls[1]);
        return false;
    }
    ly_lock_take(&nursery->lock);
    sent = send_sockets(nursery->socket, calls[1], statuses[1]);
    if (!sent) {
        /* somebody has ended it: another one, of the process as it is now */
        close(nursery->socket);
        nursery->socket = -1;
        sent = ly_nursery_start(kind, nursery) && send_sockets(nursery->socket, calls[1], statuses[1]);
    }
    ly_lock_give(&nursery->lock);
    close(calls[1]);
    close(statuses[1]);
    if (sent) {
        *call = calls[0];
        *status = statuses[0];
        return true;
    }
    close(calls[0]);
    close(statuses[0]);
    return false;
}
