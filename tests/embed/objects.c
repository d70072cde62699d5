/* objects.c: kinds of objects of a C program: one in the process, and one whose objects live in
   processes of their own and crash on demand. */
#include <lyra.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- a counter */

typedef struct counter {
    int64_t n;
} counter;

static int dropped;

static void *counter_open(lyra_context *cx, size_t count, const lyra_value *arguments)
{
    counter *c = malloc(sizeof *c);
    c->n = 0;
    if (count && lyra_get_integer(arguments[0], &c->n) != LYRA_OK) {
        free(c);
        lyra_raise(cx, "CounterStart", "A counter starts at an integer.");
        return NULL;
    }
    return c;
}

static void counter_drop(void *self)
{
    dropped++;
    free(self);
}

static lyra_value counter_add(lyra_context *cx, void *self, size_t count, const lyra_value *arguments)
{
    counter *c = self;
    int64_t n, before = c->n;
    if (lyra_get_integer(arguments[0], &n) != LYRA_OK)
        return lyra_raise(cx, "CounterAdd", "A counter adds integers.");
    for (volatile int i = 0; i < 1000; i++) {} /* two calls at once would lose an addition */
    c->n = before + n;
    return lyra_integer(cx, c->n);
}

/* Evaluates in the middle of the evaluation that calls it. */
static lyra_value counter_apply(lyra_context *cx, void *self, size_t count, const lyra_value *arguments)
{
    lyra_value call[2] = {arguments[0], lyra_integer(cx, ((counter *)self)->n)}, result;
    lyra_value list = lyra_list(cx, 1, call + 1), both[2] = {arguments[0], list};
    lyra_status status = lyra_call(cx, "Apply", 2, both, &result);
    lyra_release(cx, list);
    lyra_release(cx, call[1]);
    return status == LYRA_OK ? result : lyra_raise(cx, "CounterApply", "The function failed.");
}

static const lyra_method counter_methods[] = {
    {"add", 1, 1, counter_add, "counter.add(n)"},
    {"apply", 1, 1, counter_apply, "counter.apply(f): f of its number"},
    {0},
};
static const lyra_kind counter_kind = {"Counter", counter_open, counter_drop, counter_methods, 0};

/* ---- one that crashes */

static char *place; /* NULL, and nobody knows */

static lyra_value fragile_crash(lyra_context *cx, void *self, size_t count, const lyra_value *arguments)
{
    int64_t n = 0;
    lyra_get_integer(arguments[0], &n);
    switch (n) {
    case 0: *place = 1; break;
    case 1: abort();
    case 2: exit(3);
    case 3: kill(getpid(), SIGKILL); break;
    default: _exit(0);
    }
    return lyra_integer(cx, 1);
}

static lyra_value fragile_echo(lyra_context *cx, void *self, size_t count, const lyra_value *arguments)
{
    return lyra_retain(arguments[0]);
}

static lyra_value fragile_say(lyra_context *cx, void *self, size_t count, const lyra_value *arguments)
{
    lyra_value text = 0;
    lyra_call(cx, "Print", 1, arguments, &text);
    return text;
}

static lyra_value fragile_sleep(lyra_context *cx, void *self, size_t count, const lyra_value *arguments)
{
    double seconds = 0;
    lyra_get_real(arguments[0], &seconds);
    usleep((useconds_t)(1e6 * seconds));
    return lyra_integer(cx, 7);
}

static lyra_value fragile_process(lyra_context *cx, void *self, size_t count, const lyra_value *arguments)
{
    return lyra_integer(cx, getpid());
}

static lyra_value fragile_nothing(lyra_context *cx, void *self, size_t count, const lyra_value *arguments)
{
    return 0;
}

static const lyra_method fragile_methods[] = {
    {"add", 1, 1, counter_add, "fragile.add(n)"},
    {"crash", 1, 1, fragile_crash, "fragile.crash(how)"},
    {"echo", 1, 1, fragile_echo, "fragile.echo(x): x"},
    {"say", 1, 1, fragile_say, "fragile.say(x): prints x"},
    {"sleep", 1, 1, fragile_sleep, "fragile.sleep(seconds)"},
    {"process", 0, 0, fragile_process, "fragile.process(): the number of its process"},
    {"nothing", 0, 0, fragile_nothing, "fragile.nothing(): fails"},
    {0},
};
static const lyra_kind fragile_kind = {"Fragile", counter_open, counter_drop, fragile_methods,
                                       LYRA_ISOLATED};
static const lyra_kind impostor = {"Fragile", counter_open, counter_drop, counter_methods, 0};

/* ---- the program */

static void evaluate(lyra_context *cx, const char *text)
{
    lyra_value result;
    lyra_status status = lyra_evaluate(cx, text, strlen(text), &result);
    char *shown = status == LYRA_OK ? lyra_text(cx, result) : NULL;
    printf("%s\n", shown ? shown : lyra_error(cx));
    free(shown);
    if (status == LYRA_OK) lyra_release(cx, result);
}

static int64_t integer(lyra_context *cx, const char *text)
{
    lyra_value v = 0;
    int64_t n = 0;
    if (lyra_evaluate(cx, text, strlen(text), &v) == LYRA_OK) lyra_get_integer(v, &n);
    lyra_release(cx, v);
    return n;
}

/* Has the process ended within five seconds? */
static int gone(int64_t process)
{
    for (int i = 0; i < 500; i++) {
        if (kill((pid_t)process, 0) != 0) return 1;
        usleep(10000);
    }
    return 0;
}

static void exits(void) { puts("the end of the program"); }

int main(void)
{
    lyra_context *cx;
    lyra_value v;
    int64_t process;
    atexit(exits);
    if (lyra_open(&cx)) return 1;
    if (lyra_add_kind(cx, &counter_kind) || lyra_add_kind(cx, &fragile_kind)) {
        puts(lyra_error(cx));
        return 1;
    }
    if (lyra_add_kind(cx, &fragile_kind) != LYRA_OK) puts("added twice");
    if (lyra_add_kind(cx, &impostor) == LYRA_ERROR) puts(lyra_error(cx));
    lyra_load(cx, &lyra_module);

    evaluate(cx, "c = counting[10]; c.add(0)");
    evaluate(cx, "{attempt[c.add(x)], attempt[Counter[x]], c.apply(#^2 &), attempt[c.apply(Throw)]}");
    evaluate(cx, "Sort[inTasks[c, 500]][[{1, -1}]]");
    lyra_evaluate(cx, "c", 1, &v);
    printf("%lld\n", (long long)((counter *)lyra_get_object(v, &counter_kind))->n);
    lyra_release(cx, v);
    evaluate(cx, "c = 0");
    printf("%d dropped\n", dropped);

    evaluate(cx, "f = Fragile[5]; {f.add(1), f.add(2), attempt[Fragile[x]], attempt[f.nothing()]}");
    evaluate(cx, "f.say({\"from\", \"there\"}); attempt[f.add(\"1\")]");
    evaluate(cx, "Table[g = Fragile[]; {attempt[g.crash(i)], attempt[g.add(1)]}, {i, 0, 4}]");
    evaluate(cx, "{StringMatchQ[ToString[g], \"Fragile[<*, crashed>]\"], StringMatchQ[ToString[f], \"Fragile[<*, crashed>]\"], f.add(1)}");
    /* data that is deep, and large; what can't be copied */
    evaluate(cx, "deep = Nest[h, x, 10^5]; Block[{$RecursionLimit = Infinity}, f.echo(deep) === deep]");
    evaluate(cx, "large = Range[10^6]; f.echo(large) === large");
    evaluate(cx, "{attempt[f.echo({f})], f.echo(<|a -> 1/2, \"b\" -> {2.5, 10^30, 3 + I}|>)}");
    /* tasks, one at a time in the object; a time-out; a task that is cancelled */
    evaluate(cx, "Sort[inTasks[f, 100]][[{1, -1}]]");
    evaluate(cx, "WaitAll[Table[With[{o = Fragile[i]}, Future[Pause[0.01]; If[i == 3, o.crash(1), o.add(i)]]], {i, 2}]]");
    evaluate(cx, "WaitAll[Table[With[{o = Fragile[i]}, Future[attempt[If[OddQ[i], o.crash(1), o.add(i)]]]], {i, 4}]]");
    evaluate(cx, "{TimeConstrained[f.sleep(30), 0.1, late], attempt[f.add(1)]}");
    evaluate(cx, "f = Fragile[]; {TimeoutAfter[f.sleep(30), timeout -> 0.1], attempt[f.add(1)]}");
    evaluate(cx, "f = Fragile[]; t = Future[f.sleep(30)]; Pause[0.05]; {t.cancel(), attempt[Await[t]], attempt[f.add(1)][[1]]}");
    /* processes end with their objects, from outside, and with the context */
    evaluate(cx, "f = Fragile[1]; f.add(1)");
    process = integer(cx, "f.process()");
    evaluate(cx, "f = 0");
    printf("%s\n", gone(process) ? "gone" : "there");
    evaluate(cx, "f = Fragile[1]; f.add(1)");
    process = integer(cx, "f.process()");
    kill((pid_t)process, SIGKILL);
    evaluate(cx, "attempt[f.add(1)]");
    evaluate(cx, "f = Fragile[1]; f.add(1)");
    process = integer(cx, "f.process()");
    printf("%d\n", (int)waitpid(-1, NULL, WNOHANG)); /* no child that the program knows of */
    lyra_close(cx);
    printf("%s\n", gone(process) ? "gone" : "there");
    printf("%d dropped\n", dropped);
    return 0;
}
