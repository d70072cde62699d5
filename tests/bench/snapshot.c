/* snapshot.c: what snapshots cost: a submit where nothing changed, one whose iterator it reads, a task's
   coming and going, and definitions of a base read by two threads at once. Prints one line each. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "eval/eval.h"
#include "eval/snapshot.h"
#include "text/text.h"
#include "value/copy.h"

static const ly_task_identity task = {"1", 7, 1, 1};

/* of this thread: what other programs take does not count, what threads cost each other does */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static ly_value parse(ly_context *cx, const char *text)
{
    ly_source source = {"bench", text, strlen(text)};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input = LY_FAILED;
    ly_read(reader, &input, NULL);
    ly_reader_free(reader);
    return input;
}

static void run(ly_context *cx, const char *text) { ly_release(cx, ly_evaluate_take(cx, parse(cx, text))); }

/* nanoseconds of one snapshot of `text`, `before` evaluated in front of each and taken off */
static double submit(ly_context *cx, const char *before, const char *text)
{
    enum { TIMES = 100000 };
    ly_value e = parse(cx, text), b = parse(cx, before);
    double start = now(), with, without;
    for (int i = 0; i < TIMES; i++) {
        ly_release(cx, ly_evaluate(cx, b));
        ly_snapshot_release(ly_snapshot_take(cx, e));
    }
    with = now() - start;
    start = now();
    for (int i = 0; i < TIMES; i++) ly_release(cx, ly_evaluate(cx, b));
    without = now() - start;
    ly_release(cx, e);
    ly_release(cx, b);
    return (with - without) / TIMES * 1e9;
}

typedef struct side {
    ly_snapshot *snapshot;
    ly_value expression;
    double seconds;
} side;

static void *evaluate(void *argument)
{
    side *s = argument;
    ly_context *cx = ly_context_for_tasks();
    ly_stacks_enter(cx);
    ly_context_attach(cx, ly_snapshot_retain(s->snapshot), &task);
    double start = now();
    ly_release(cx, ly_context_finish_take(cx, ly_evaluate(cx, s->expression)));
    s->seconds = now() - start;
    ly_context_free(cx);
    return NULL;
}

/* How many times as much two threads do as one. */
static void together(ly_context *cx, const char *name, const char *text)
{
    ly_value e = ly_share_take(cx, parse(cx, text));
    side sides[2];
    pthread_t threads[2];
    double one = 1e9, two = 1e9, main = 1e9;
    ly_snapshot *s = ly_snapshot_take(cx, e);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 2; i++) sides[i] = (side){s, e, 0};
        double start = now();
        ly_release(cx, ly_evaluate(cx, e));
        if (now() - start < main) main = now() - start;
        pthread_create(&threads[0], NULL, evaluate, &sides[0]);
        pthread_join(threads[0], NULL);
        if (sides[0].seconds < one) one = sides[0].seconds;
        for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, evaluate, &sides[i]);
        for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
        double slower = sides[0].seconds > sides[1].seconds ? sides[0].seconds : sides[1].seconds;
        if (slower < two) two = slower;
    }
    printf("%s: main %.3f s, a task %.3f s, two at once %.3f s: %.2f times the throughput\n", name, main, one, two,
           2 * one / two);
    ly_snapshot_release(s);
    ly_release(cx, e);
}

int main(void)
{
    ly_context *cx = ly_context_new(), *worker = ly_context_for_tasks();
    run(cx, "g[x_] := x^2 + h[x, c]; h[a_, b_] := a + b /; a > b; h[a_, b_] := Sin[a] b; c = 5; i = 1; fs = {}");
    printf("submit, nothing reached changed: %.0f ns\n", submit(cx, "AppendTo[fs, 1]", "g[3]"));
    printf("submit, the iterator is reached: %.0f ns\n", submit(cx, "i++", "g[i]"));
    printf("submit, a variable of Module:    %.0f ns\n", submit(cx, "Module[{t = 1}, keep = Hold[t]]", "{g[1], keep}"));
    ly_value e = parse(cx, "g[3]");
    ly_snapshot *s = ly_snapshot_take(cx, e);
    double start = now();
    for (int i = 0; i < 1000000; i++) {
        ly_context_attach(worker, ly_snapshot_retain(s), &task);
        ly_context_detach(worker);
    }
    printf("attach and detach:               %.0f ns\n", (now() - start) * 1e3);
    run(cx, "i++");
    ly_value e2 = parse(cx, "g[i]");
    ly_snapshot *s2 = ly_snapshot_take(cx, e2);
    start = now();
    for (int i = 0; i < 500000; i++) {
        ly_context_attach(worker, ly_snapshot_retain(s), &task);
        ly_context_detach(worker);
        ly_context_attach(worker, ly_snapshot_retain(s2), &task);
        ly_context_detach(worker);
    }
    printf("… of snapshots in turn:          %.0f ns\n", (now() - start) * 1e3);
    ly_context_free(worker);
    ly_snapshot_release(s);
    ly_snapshot_release(s2);
    ly_release(cx, e);
    ly_release(cx, e2);
    run(cx, "fib[0] = 0; fib[1] = 1; fib[n_] := fib[n - 1] + fib[n - 2]");
    together(cx, "fib by rules", "fib[24]");
    run(cx, "data = Table[{k, \"text\"}, {k, 1000}]; sum[0] = 0; sum[n_] := StringLength[data[[n, 2]]] + sum[n - 1]");
    together(cx, "data of strings", "Do[sum[900], {100}]");
    run(cx, "expand[n_] := Length[Expand[(a + b + q)^n]]; rules = {p[x_, y_] :> p[y, x], r[x_] :> s[x]}");
    together(cx, "Expand", "Do[expand[20], {30}]");
    together(cx, "rules", "Do[Table[p[r[k], s[k]], {k, 300}] /. rules, {100}]");
    ly_context_free(cx);
    return 0;
}
