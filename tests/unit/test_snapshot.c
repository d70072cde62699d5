/* What tasks see: snapshots of definitions, taken in one context and read in others, on other threads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "eval/eval.h"
#include "eval/snapshot.h"
#include "text/text.h"
#include "value/copy.h"

static const ly_task_identity task = {"1", 7, 1, 1};

static int open_context(void **state)
{
    *state = ly_context_new();
    return *state ? 0 : -1;
}

/* Contexts of tasks end before the one that they worked for. */
static ly_context *workers[16];
static size_t worker_count;

static ly_context *worker_new(void) { return workers[worker_count++] = ly_context_for_tasks(); }

static int close_context(void **state)
{
    while (worker_count) ly_context_free(workers[--worker_count]);
    ly_context_free(*state);
    return 0;
}

/* The first expression of a text, not evaluated. */
static ly_value parse(ly_context *cx, const char *text)
{
    ly_source source = {"test", text, strlen(text)};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input = LY_FAILED;
    assert_int_equal(ly_read(reader, &input, NULL), LY_READ_INPUT);
    ly_reader_free(reader);
    return input;
}

static void run(ly_context *cx, const char *text) { ly_release(cx, ly_evaluate_take(cx, parse(cx, text))); }

static char *shown_take(ly_context *cx, ly_value v)
{
    static char room[4][4096];
    static unsigned next;
    char *out = room[next++ % 4];
    ly_text text = {0};
    if (ly_failed(v)) {
        ly_pending_drop(cx, ly_pending_take(cx));
        return "failed";
    }
    ly_print_input_form(cx, &text, v);
    snprintf(out, sizeof room[0], "%s", text.data ? text.data : "");
    ly_text_free(&text);
    ly_release(cx, v);
    return out;
}

static char *value(ly_context *cx, const char *text) { return shown_take(cx, ly_evaluate_take(cx, parse(cx, text))); }

/* A task that main submitted: its expression, shared, and what it sees. */
typedef struct job {
    ly_snapshot *snapshot;
    ly_value expression;
} job;

static job submit(ly_context *cx, const char *text)
{
    job j;
    j.expression = parse(cx, text);
    j.snapshot = ly_snapshot_take(cx, j.expression);
    assert_non_null(j.snapshot);
    j.expression = ly_share_take(cx, j.expression);
    return j;
}

/* Its value, moved to main. */
static ly_value perform(ly_context *worker, job j)
{
    ly_context_attach(worker, j.snapshot, &task);
    return ly_context_finish_take(worker, ly_evaluate_take(worker, j.expression));
}

static char *answer(ly_context *main, ly_context *worker, job j) { return shown_take(main, perform(worker, j)); }

/* ---- isolation --------------------------------------------------------------------------------- */

static void a_task_sees_definitions_as_they_stood(void **state)
{
    ly_context *cx = *state, *worker = worker_new();
    run(cx, "f[x_] := x + a; a = 1; h[0] = {p, q}");
    job first = submit(cx, "{f[10], h[0], b}");
    run(cx, "a = 2; f[x_] := wrong; h[0] = wrong; b = wrong; p = 5");
    job second = submit(cx, "{f[10], h[0], b}");
    assert_string_equal(answer(cx, worker, first), "{11, {p, q}, b}");
    assert_string_equal(answer(cx, worker, second), "{wrong, wrong, wrong}");
}

static void what_a_task_assigns_is_its_own(void **state)
{
    ly_context *cx = *state, *worker = worker_new();
    run(cx, "x = 1; f[n_] := n");
    job one = submit(cx, "x = 5; f[n_] := 10 n; y = 3; f[2] = 7; Attributes[g] = {Listable}; {x, y, f[1], f[2], x++, x}");
    job two = submit(cx, "{x, y, f[1], f[2], Attributes[g]}");
    assert_string_equal(answer(cx, worker, one), "{5, 3, 10, 7, 5, 6}");
    assert_string_equal(answer(cx, worker, two), "{1, y, 1, 2, {}}");
    assert_string_equal(value(cx, "{x, y, f[1], Attributes[g]}"), "{1, y, 1, {}}");
}

static void results_are_evaluated_where_they_arrive(void **state)
{
    ly_context *cx = *state, *worker = worker_new();
    run(cx, "k[1] = 5");
    job one = submit(cx, "{u, v[2]}"), two = submit(cx, "Clear[k]; {k[1], k[2]}");
    run(cx, "u = 3; v[n_] := n^2");
    assert_string_equal(shown_take(cx, ly_evaluate_take(cx, perform(worker, one))), "{3, 4}");
    assert_string_equal(shown_take(cx, ly_evaluate_take(cx, perform(worker, two))), "{5, k[2]}");
}

/* ---- what is reached --------------------------------------------------------------------------- */

static void closures(void **state)
{
    ly_context *cx = *state, *worker = worker_new();
    run(cx, "h[x_] := x + 100");
    run(cx, "g /: k[g[x_]] := h[x]");                    /* up values */
    run(cx, "Options[o] = {m -> h}; o[x_, OptionsPattern[]] := OptionValue[m][x]");
    run(cx, "data = {1, {h}}");                           /* a symbol in data */
    run(cx, "c[x_ /; test[x]] := yes; test[x_] := x > lim; lim = 3");
    run(cx, "pat = _?test");                              /* in a stored pattern */
    run(cx, "s[a_][b_] := h[a b]");                       /* sub values */
    run(cx, "n /: N[n] = 2.5");
    run(cx, "z = Function[{t}, h[t]]");
    run(cx, "as = <|1 -> h|>");
    run(cx, "Default[df] = 9; df[x_, y_.] := {x, y}");
    run(cx, "msg::hi = \"hello\"");
    struct {
        const char *program, *value;
    } rows[] = {
        {"k[g[1]]", "101"}, {"o[1]", "101"}, {"data[[2, 1]][1]", "101"}, {"{c[4], c[2]}", "{yes, c[2]}"},
        {"Cases[{1, 5}, pat]", "{5}"}, {"s[2][3]", "106"}, {"N[n]", "2.5"}, {"z[1]", "101"},
        {"as[1][1]", "101"}, {"df[1]", "{1, 9}"}, {"msg::hi", "\"hello\""},
        {"Symbol[\"h\"][1]", "101"}, {"ToExpression[\"h[1]\"]", "101"}, {"Map[h, {1, 2}]", "{101, 102}"},
        {"Module[{w = 1}, w += 2; h[w]]", "103"}, {"Sum[h[i], {i, 2}]", "203"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        job j = submit(cx, rows[i].program);
        ly_snapshot_forget(cx); /* each by itself */
        assert_string_equal(answer(cx, worker, j), rows[i].value);
    }
}

static void temporaries_are_captured(void **state)
{
    ly_context *cx = *state, *worker = worker_new();
    run(cx, "Module[{c = 5, t}, t[n_] := n + c; keep = t; read[] := c; set[v_] := c = v]");
    assert_string_equal(answer(cx, worker, submit(cx, "keep[1]")), "6");
    assert_string_equal(answer(cx, worker, submit(cx, "set[9]; {read[], keep[1]}")), "{9, 10}");
    assert_string_equal(value(cx, "{read[], keep[1]}"), "{5, 6}");
    job old = submit(cx, "read[]");
    run(cx, "set[8]");
    assert_string_equal(answer(cx, worker, old), "5");
    assert_string_equal(answer(cx, worker, submit(cx, "read[]")), "8");
    /* one that a task made leaves with its result, and has no definition */
    assert_string_equal(answer(cx, worker, submit(cx, "Module[{q = 1}, {q, Hold[q]}]")), "{1, Hold[q$1$1]}");
}

static void the_library_works_in_tasks(void **state)
{
    ly_context *cx = *state, *worker = worker_new();
    for (int i = 0; i < 2; i++) {
        ly_snapshot_forget(cx);
        assert_string_equal(answer(cx, worker, submit(cx, "{Integrate[x^2, x], D[Sin[x], x], Expand[(a + b)^2]}")),
                            "{x^3/3, Cos[x], a^2 + 2*a*b + b^2}");
        /* reached by no name */
        assert_string_equal(answer(cx, worker, submit(cx, "ToExpression[\"Integrate[x^2, x]\"]")), "x^3/3");
    }
}

static void tasks_start_tasks(void **state)
{
    ly_context *cx = *state, *worker = worker_new(), *child = worker_new();
    run(cx, "f[x_] := x + c; c = 1; h[x_] := list; list = {\"a\", 2^70}");
    job outer = submit(cx, "{f[1], h[1]}");
    ly_context_attach(worker, ly_snapshot_retain(outer.snapshot), &task);
    /* nothing was assigned: the same snapshot serves */
    job inner = submit(worker, "{f[1], h[1]}");
    assert_ptr_equal(inner.snapshot, outer.snapshot);
    assert_string_equal(answer(worker, child, inner), "{2, {\"a\", 1180591620717411303424}}");
    run(worker, "c = 5; f[0] = zero; Module[{m = 3}, v[x_] := x + m]");
    inner = submit(worker, "c = 50; {f[1], f[0], h[1], v[1]}");
    job second = submit(worker, "{f[1], f[0], v[1]}");
    run(worker, "c = 6");
    assert_string_equal(answer(worker, child, inner), "{51, zero, {\"a\", 1180591620717411303424}, 4}");
    assert_string_equal(answer(worker, child, second), "{6, zero, 4}");
    /* children outlive what the task holds */
    job last = submit(worker, "{f[1], v[2]}");
    ly_context_detach(worker);
    ly_context_idle(worker);
    assert_string_equal(answer(cx, child, last), "{7, 5}");
    assert_string_equal(answer(cx, worker, outer), "{2, {\"a\", 1180591620717411303424}}");
}

static void what_is_set_in_main_holds_in_tasks(void **state)
{
    ly_context *cx = *state, *worker = worker_new();
    run(cx, "Off[Power::infy]; $RecursionLimit = 50; r[n_] := 1 + r[n - 1]; r[0] = 0");
    assert_string_equal(answer(cx, worker, submit(cx, "{1/0, r[20], $RecursionLimit}")), "{ComplexInfinity, 20, 50}");
    /* random numbers depend on the key alone */
    job one = submit(cx, "{RandomInteger[10^9], RandomInteger[10^9]}"), two = one;
    two.expression = ly_retain(one.expression);
    ly_snapshot_retain(one.snapshot);
    char *first = answer(cx, worker, one);
    assert_string_equal(answer(cx, worker, two), first);
}

static void results_own_what_they_hold(void **state)
{
    ly_context *cx = *state, *worker = worker_new();
    run(cx, "s = \"text\"; l = {1, {2, \"x\"}}; a = <|1 -> l|>; c = 2^80 + I; b = 1.5`40; p = Range[1., 5.]; y = ByteArray[{1, 2}]");
    job j = submit(cx, "{s, l, a, c, b, p, y, l, q[l]}");
    ly_value v = perform(worker, j);
    ly_context_idle(worker);
    run(cx, "ClearAll[s, l, a, c, b, p, y]");
    ly_snapshot_forget(cx);
    assert_string_equal(shown_take(cx, v), "{\"text\", {1, {2, \"x\"}}, <|1 -> {1, {2, \"x\"}}|>, "
                        "1208925819614629174706176 + I, 1.5`40., {1., 2., 3., 4., 5.}, ByteArray[\"AQI=\"], {1, {2, \"x\"}}, "
                        "q[{1, {2, \"x\"}}]}");
    /* deep, and with parts that occur twice to the power of depth */
    run(cx, "deep = Nest[w, \"e\", 100000]; wide = Nest[{#, #} &, u, 60]");
    ly_release(cx, perform(worker, submit(cx, "{wide, wide}")));
    v = perform(worker, submit(cx, "deep"));
    ly_context_idle(worker);
    ly_value deep = ly_evaluate(cx, ly_lookup_name(cx, "deep", 4));
    assert_true(ly_same(v, deep));
    ly_release(cx, v);
    ly_release(cx, deep);
}

/* ---- cost, counted ----------------------------------------------------------------------------- */

static void a_submit_costs_what_changed(void **state)
{
    ly_context *cx = *state;
    run(cx, "big = Range[10^6] /. 7 -> s; fs = {}; g[x_] := x^2 + c; c = 1");
    ly_value e = parse(cx, "g[3]");
    ly_snapshot_release(ly_snapshot_take(cx, e));
    ly_snapshot_work before = ly_snapshot_work_of(cx);
    assert_true(before.objects < 100); /* nothing of big */
    ly_value append = parse(cx, "i = i0++; AppendTo[fs, i]");
    run(cx, "i0 = 1");
    for (int i = 0; i < 1000; i++) {
        ly_release(cx, ly_evaluate(cx, append));
        ly_snapshot_release(ly_snapshot_take(cx, e));
    }
    ly_snapshot_work after = ly_snapshot_work_of(cx);
    assert_int_equal(after.definitions, before.definitions);
    assert_int_equal(after.objects, before.objects);
    assert_int_equal(after.pages, before.pages);
    assert_true(after.symbols - before.symbols <= 4 * 1000);
    /* what is reached and changed is copied, and nothing else */
    run(cx, "c = 2");
    ly_snapshot_release(ly_snapshot_take(cx, e));
    after = ly_snapshot_work_of(cx);
    assert_int_equal(after.definitions, before.definitions + 1);
    ly_release(cx, e);
    ly_release(cx, append);
}

static void what_only_snapshots_hold_goes_with_them(void **state)
{
    ly_context *cx = *state, *worker = worker_new();
    run(cx, "list = Table[{i, ToString[i]}, {i, 1000}]; f[i_] := list[[i]]; Module[{v = 1}, w[] := v++]");
    job j = submit(cx, "{f[3], w[]}");
    assert_true(ly_snapshot_living(cx) > 2000);
    run(cx, "list = 0");
    assert_true(ly_snapshot_living(cx) > 2000); /* the task has it still */
    assert_string_equal(answer(cx, worker, j), "{{3, \"3\"}, 1}");
    ly_context_idle(worker);
    assert_true(ly_snapshot_living(cx) < 200);
    run(cx, "ClearAll[f, list, w]");
    run(cx, "$Context = \"Global`\"; $ContextPath = {\"System`\", \"Global`\"}");
    ly_snapshot_forget(cx);
    assert_int_equal(ly_snapshot_living(cx), 0);
}

/* ---- threads ----------------------------------------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 50 };

typedef struct errand {
    job jobs[ROUNDS];
    ly_value results[ROUNDS];
    ly_context *worker;
} errand;

static void *work(void *argument)
{
    errand *e = argument;
    ly_context *cx = e->worker;
    for (int i = 0; i < ROUNDS; i++) {
        ly_stacks_enter(cx);
        e->results[i] = ly_share_take(cx, perform(cx, e->jobs[i]));
    }
    return NULL;
}

static void threads_read_one_snapshot(void **state)
{
    ly_context *cx = *state;
    pthread_t threads[THREADS];
    errand *errands = calloc(THREADS, sizeof *errands);
    run(cx, "fib[0] = 0; fib[1] = 1; fib[n_] := fib[n - 1] + fib[n - 2]");
    run(cx, "text = \"some text\"; table = {{1, a}, {2, b}, {3, c}}; name[k_] := table[[k, 2]]");
    run(cx, "many[1, x_] := p1[x]; many[2, x_] := p2[x]; many[3, x_] := p3; many[4, _] := p4; many[5, _] := p5; "
            "many[6, _] := p6; many[7, x_String] := {x, text}; many[8, x_ /; x > 1] := p8");
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < THREADS; i++)
            errands[i].jobs[round] = submit(cx, "counter = 1; Do[counter += i, {i, 3}]; {counter, fib[10], "
                                                "many[7, \"s\"], many[8, 2], name[2], Cases[table, {_, _Symbol}], "
                                                "StringReplace[text, \"e\" -> \"E\"], Hash[table] == Hash[table]}");
    for (int i = 0; i < THREADS; i++) errands[i].worker = worker_new();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &errands[i]), 0);
    for (int i = 0; i < 300; i++) /* main goes on meanwhile */
        run(cx, "fib[2] = 1; text = text <> \"x\"; AppendTo[table, 1]; many[i_, 7] := i; counter = 9");
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        for (int round = 0; round < ROUNDS; round++)
            assert_string_equal(shown_take(cx, errands[i].results[round]),
                                "{7, 55, {\"s\", \"some text\"}, p8, b, {{1, a}, {2, b}, {3, c}}, \"somE tExt\", True}");
    free(errands);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_context, close_context)
    const struct CMUnitTest tests[] = {
        TEST(a_task_sees_definitions_as_they_stood),
        TEST(what_a_task_assigns_is_its_own),
        TEST(results_are_evaluated_where_they_arrive),
        TEST(closures),
        TEST(temporaries_are_captured),
        TEST(the_library_works_in_tasks),
        TEST(tasks_start_tasks),
        TEST(what_is_set_in_main_holds_in_tasks),
        TEST(results_own_what_they_hold),
        TEST(a_submit_costs_what_changed),
        TEST(what_only_snapshots_hold_goes_with_them),
        TEST(threads_read_one_snapshot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
