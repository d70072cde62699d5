/* child.c: a computation in a child process.

   FLINT's factorizations can run for hours and look at nothing meanwhile. The process is copied
   (fork), the copy computes and writes the result to a pipe, and the parent waits, polling; at a
   time-out, an abort or a cancellation the copy is killed.

   Words of symbols mean the same in both, for the copy has the same addresses. Only the forking thread
   lives on in the copy: where another one held a lock of a library at that moment, the copy waits for
   it for ever. A copy that sleeps though its pipe is empty is therefore given up, and the function
   called in place. (malloc's locks are taken and freed around fork by the C library.) */
#include "child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory/memory.h"
#include "numbers.h"
#include "numeric.h"

/* ---- values as bytes: a letter for the kind, then words or digits ------------------------------- */

static void put_word(ly_text *out, char kind, uint64_t word)
{
    ly_text_putc(out, kind);
    ly_text_add(out, (const char *)&word, sizeof word);
}

static void put_integer(ly_text *out, const mpz_t z)
{
    size_t count = 0;
    unsigned char *bytes = mpz_export(NULL, &count, 1, 1, 1, 0, z);
    put_word(out, mpz_sgn(z) < 0 ? '-' : '+', count);
    ly_text_add(out, (const char *)bytes, count);
    ly_free(bytes);
}

/* False: of a kind that is not handed over. */
static bool put(ly_context *cx, ly_text *out, ly_value v)
{
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, put, LY_AS_WORD(cx), LY_AS_WORD(out), v);
    if (!ly_is_pointer(v)) {
        put_word(out, 'w', v);
    } else if (ly_is_integer(v)) {
        put_integer(out, ly_bigint_of(v)->z);
    } else if (ly_is_rational(v)) {
        ly_text_putc(out, 'q');
        put_integer(out, mpq_numref(ly_rational_of(v)->q));
        put_integer(out, mpq_denref(ly_rational_of(v)->q));
    } else if (ly_is_complex(v)) {
        ly_text_putc(out, 'c');
        return put(cx, out, ly_complex_of(v)->re) && put(cx, out, ly_complex_of(v)->im);
    } else if (ly_is_string(v)) {
        put_word(out, 's', ly_string_of(v)->bytes);
        ly_text_add(out, ly_string_of(v)->data, ly_string_of(v)->bytes);
    } else if (ly_is_expr(v)) {
        const ly_expr *e = ly_expr_of(v);
        put_word(out, 'e', e->count);
        if (!put(cx, out, e->head)) return false;
        for (uint32_t i = 0; i < e->count; i++)
            if (!put(cx, out, e->args[i])) return false;
    } else {
        return false;
    }
    return true;
}

typedef struct bytes {
    const char *at, *end;
} bytes;

static uint64_t get_word(bytes *in)
{
    uint64_t word = 0;
    if ((size_t)(in->end - in->at) < sizeof word) return 0;
    memcpy(&word, in->at, sizeof word);
    in->at += sizeof word;
    return word;
}

static bool get_integer(bytes *in, mpz_t z)
{
    char sign = in->at < in->end ? *in->at++ : 0;
    uint64_t count = get_word(in);
    if ((sign != '+' && sign != '-') || count > (size_t)(in->end - in->at)) return false;
    mpz_init(z);
    mpz_import(z, count, 1, 1, 1, 0, in->at);
    if (sign == '-') mpz_neg(z, z);
    in->at += count;
    return true;
}

/* LY_FAILED: cut off, or no memory. */
static ly_value get(ly_context *cx, bytes *in)
{
    mpz_t z, below;
    if (ly_stack_low(cx)) return ly_deeper(cx, get, LY_AS_WORD(cx), LY_AS_WORD(in));
    if (in->at == in->end) return LY_FAILED;
    switch (*in->at++) {
    case 'w': return ly_retain(get_word(in));
    case '+':
    case '-':
        in->at--;
        return get_integer(in, z) ? ly_integer_take_mpz(cx, z) : LY_FAILED;
    case 'q':
        if (!get_integer(in, z)) return LY_FAILED;
        if (!get_integer(in, below)) {
            mpz_clear(z);
            return LY_FAILED;
        }
        return ly_rational_new(cx, ly_integer_take_mpz(cx, z), ly_integer_take_mpz(cx, below));
    case 'c': {
        ly_value re = get(cx, in);
        return ly_failed(re) ? re : ly_complex_take(cx, re, get(cx, in));
    }
    case 's': {
        uint64_t count = get_word(in);
        if (count > (size_t)(in->end - in->at)) return LY_FAILED;
        in->at += count;
        return ly_string_new(cx, in->at - count, count);
    }
    case 'e': {
        uint64_t count = get_word(in);
        if (count > (size_t)(in->end - in->at)) return LY_FAILED;
        ly_value head = get(cx, in);
        ly_expr *e = ly_failed(head) ? NULL : ly_expr_new(cx, head, count);
        ly_release(cx, head);
        for (uint64_t i = 0; e && i < count; i++) {
            ly_value part = get(cx, in);
            if (ly_failed(part)) {
                ly_release(cx, ly_from_object(e));
                return LY_FAILED;
            }
            e->args[i] = part;
        }
        return e ? ly_from_object(e) : LY_FAILED;
    }
    default: return LY_FAILED;
    }
}

/* ---- the two processes -------------------------------------------------------------------------- */

static void be_child(ly_context *cx, ly_child_function *function, const void *data, int to)
{
    ly_text out = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN); /* the parent hears of it, and decides */
    signal(SIGPIPE, SIG_DFL);
    ly_value result = function(cx, data);
    if (ly_failed(result) || result == LY_UNEVALUATED || !put(cx, &out, result)) _exit(1);
    ly_text_putc(&out, '.');
    if (out.failed) _exit(1);
    for (size_t sent = 0; sent < out.count;) {
        ssize_t n = write(to, out.data + sent, out.count - sent);
        if (n < 0 && errno != EINTR) _exit(1);
        if (n > 0) sent += (size_t)n;
    }
    _exit(0);
}

/* Linux: the child waits for something other than the processor. */
static bool sleeps(pid_t child)
{
    char path[48], line[256] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)child);
    FILE *file = fopen(path, "r");
    if (!file) return false;
    size_t n = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[n] = 0;
    const char *after = strrchr(line, ')');
    return after && after[1] == ' ' && after[2] == 'S';
}

/* All that the child writes; false: this evaluation is to end (*stopped), or the child hangs. */
static bool read_all(ly_context *cx, int from, pid_t child, ly_text *in, bool *stopped)
{
    char room[65536];
    for (int asleep = 0, wait = 1; asleep < 40;) {
        struct pollfd ready = {from, POLLIN, 0};
        int some = poll(&ready, 1, wait);
        if (wait < 20) wait++;
        if (ly_poll(cx)) {
            *stopped = true;
            return false;
        }
        if (some <= 0) {
            asleep = sleeps(child) ? asleep + 1 : 0;
            continue;
        }
        ssize_t n = read(from, room, sizeof room);
        if (n == 0) return true;
        if (n < 0 && errno != EINTR) return false;
        if (n > 0) ly_text_add(in, room, (size_t)n);
        asleep = 0;
    }
    return false;
}

ly_value ly_in_child(ly_context *cx, ly_child_function *function, const void *data)
{
    int ends[2], status = 0;
    ly_text in = {0};
    bool stopped = false, whole;
    ly_value result = LY_FAILED;
    if (ly_poll(cx)) return LY_FAILED;
    if (pipe(ends)) return function(cx, data);
    pid_t child = fork();
    if (child == 0) be_child(cx, function, data, ends[1]);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return function(cx, data);
    }
    whole = read_all(cx, ends[0], child, &in, &stopped);
    close(ends[0]);
    if (!whole) kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (whole && !in.failed && in.count && in.data[in.count - 1] == '.') {
        bytes b = {in.data, in.data + in.count - 1};
        result = get(cx, &b);
    }
    ly_text_free(&in);
    if (stopped || cx->pending.kind || !ly_failed(result)) return stopped ? LY_FAILED : result;
    return function(cx, data);
}
