/* The scheduler and its surroundings: contexts on fibers, turns, forks, threads that end, quotas. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "eval/eval.h"
#include "eval/snapshot.h"
#include "sched/pool.h"
#include "sched/scheduler.h"
#include "sched/timer.h"
#include "text/text.h"
#include "value/copy.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { TASKS = 12, DEPTH = 300 };
#else
enum { TASKS = 100, DEPTH = 5000 };
#endif

static ly_task *submit(uint64_t (*run)(ly_task *, void *), void *argument, ly_cancel *cancel)
{
    ly_task *task = ly_task_new(
        &(ly_task_options){.run = run, .argument = argument, .cancel = cancel, .name = "test"});
    assert_non_null(task);
    ly_task_submit(task);
    return task;
}
static uint64_t await(ly_task *task)
{
    uint64_t result;
    assert_int_equal(ly_task_await(task, 0), LY_WAKE_READY);
    assert_int_equal(ly_task_state_of(task), LY_TASK_DONE);
    result = task->result;
    ly_task_release(task);
    return result;
}

static int start(void **state)
{
    assert_true(ly_scheduler_start(2));
    return 0;
}
static int stop(void **state)
{
    ly_scheduler_finish();
    ly_scheduler_stop();
    return 0;
}

/* ---- the evaluator on fibers ------------------------------------------------------------------ */

static ly_value parse(ly_context *cx, const char *text)
{
    ly_source source = {"test", text, strlen(text)};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input = LY_FAILED;
    assert_int_equal(ly_read(reader, &input, NULL), LY_READ_INPUT);
    ly_reader_free(reader);
    return input;
}

typedef struct job {
    ly_snapshot *snapshot;
    ly_value expression;
    ly_context *cx;
    ly_task_identity identity;
} job;

static uint64_t perform(ly_task *task, void *argument)
{
    job *j = argument;
    ly_value v;
    ly_fiber_attach(j->cx);
    ly_context_attach(j->cx, j->snapshot, &j->identity);
    v = ly_context_finish_take(j->cx, ly_evaluate_take(j->cx, j->expression));
    ly_fiber_detach();
    return v;
}

static void set_yield(ly_fiber *fiber, void *unused) { ly_fiber_poll_set(fiber, LY_POLL_YIELD); }

/* Evaluations that go deep into segments of stack give way all the time and change workers. */
static void evaluations_move_between_workers(void **state)
{
    ly_context *main = ly_context_new();
    job jobs[TASKS];
    ly_task *tasks[TASKS];
    char text[200];
    bool done = false;
    snprintf(text, sizeof text,
             "r[0] = {}; r[n_] := Append[r[n - 1], n]; f[k_] := Block[{$RecursionLimit = Infinity}, "
             "Total[r[%d]] + Total[Table[StringLength[ToString[i!]], {i, 60}]] + k]", DEPTH);
    ly_release(main, ly_evaluate_take(main, parse(main, text)));
    for (int i = 0; i < TASKS; i++) {
        jobs[i] = (job){.cx = ly_context_for_tasks(), .identity = {"1", 1, 1, (uint64_t)i}};
        jobs[i].expression = parse(main, "f[1000]");
        jobs[i].snapshot = ly_snapshot_take(main, jobs[i].expression);
        assert_non_null(jobs[i].snapshot);
        jobs[i].expression = ly_share_take(main, jobs[i].expression);
    }
    for (int i = 0; i < TASKS; i++) tasks[i] = submit(perform, &jobs[i], NULL);
    while (!done) {
        ly_fibers_visit(set_yield, NULL);
        ly_sleep_until(ly_clock_ns() + 200000);
        done = true;
        for (int i = 0; i < TASKS; i++) done = done && ly_task_done(tasks[i]);
    }
    for (int i = 0; i < TASKS; i++) {
        ly_value v = (ly_value)await(tasks[i]);
        int64_t n = -1;
        ly_to_int64(v, &n);
        assert_int_equal(n, (int64_t)DEPTH * (DEPTH + 1) / 2 + 2164 + 1000);
        ly_release(main, v);
    }
    for (int i = 0; i < TASKS; i++) ly_context_free(jobs[i].cx);
    ly_context_free(main);
}

/* ---- turns ------------------------------------------------------------------------------------ */

static _Atomic bool go_on;
static _Atomic uint64_t turns;

static uint64_t compute(ly_task *task, void *argument)
{
    ly_fiber *fiber = ly_fiber_here();
    while (go_on) {
        if (!(ly_fiber_poll_bits(fiber) & LY_POLL_YIELD)) continue;
        ly_fiber_poll_clear(fiber, LY_POLL_YIELD);
        ly_yield();
        turns++;
    }
    return 1;
}
static uint64_t at_once(ly_task *task, void *argument) { return 1; }

static void computing_tasks_give_way(void **state)
{
    ly_task *tasks[4];
    uint64_t before = ly_clock_ns();
    go_on = true;
    turns = 0;
    for (int i = 0; i < 4; i++) tasks[i] = submit(compute, NULL, NULL);
    ly_sleep_until(ly_clock_ns() + 30000000);
    /* a newcomer doesn't wait until they are through */
    assert_int_equal(await(submit(at_once, NULL, NULL)), 1);
    /* how soon depends on what else the machine does */
    while (turns < 4 && ly_clock_ns() - before < 10000000000) ly_sleep_until(ly_clock_ns() + 5000000);
    assert_true(turns >= 4);
    go_on = false;
    for (int i = 0; i < 4; i++) assert_int_equal(await(tasks[i]), 1);
}

/* ---- processes and threads -------------------------------------------------------------------- */

#if !defined(__SANITIZE_THREAD__)
static uint64_t sleep_long(ly_task *task, void *argument)
{
    return ly_sleep_until(ly_clock_ns() + 50000000);
}

static void children_of_a_fork_start_afresh(void **state)
{
    ly_task *before = submit(sleep_long, NULL, NULL);
    int status = -1;
    pid_t child;
    usleep(5000);
    child = fork();
    if (child == 0) {
        alarm(20);
        /* what the parent submitted runs there; nothing hangs here */
        if (ly_task_await(before, 0) != LY_WAKE_READY || ly_task_state_of(before) != LY_TASK_LOST)
            _exit(2);
        for (int i = 0; i < 50; i++) {
            ly_task *task = submit(at_once, NULL, NULL);
            if (ly_task_await(task, ly_clock_ns() + 5000000000) != LY_WAKE_READY) _exit(3);
            ly_task_release(task);
        }
        ly_sleep_until(ly_clock_ns() + 1000000);
        _exit(7);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_int_equal(await(before), LY_WAKE_TIMEOUT);
}

static int message[2];

/* The child comes back as well: it is told, and ends. */
static uint64_t forks(ly_task *task, void *argument)
{
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        dup2(message[1], STDERR_FILENO);
    }
    return (uint64_t)child;
}

static void a_task_that_forks_ends_in_the_child(void **state)
{
    char text[300] = "";
    int status = -1;
    pid_t child;
    assert_int_equal(pipe(message), 0);
    for (int from_main = 0; from_main < 2; from_main++) {
        ly_task *task = submit(forks, NULL, NULL);
        while (!from_main && !ly_task_done(task)) usleep(1000); /* a worker takes it */
        child = (pid_t)await(task);
        assert_true(child > 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 70);
        assert_true(read(message[0], text, sizeof text - 1) > 0);
        assert_non_null(strstr(text, "called fork and returned in the child"));
    }
    close(message[0]);
    close(message[1]);
}
#endif

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
static _Atomic int logged;
static void note_log(const char *line)
{
    if (strstr(line, "has ended")) logged++;
}
static uint64_t end_thread(ly_task *task, void *argument)
{
    /* main runs what it waits for: not there */
    while (ly_worker_here()->index == LY_GUEST) ly_yield();
    pthread_exit(NULL);
}

static void threads_that_end_are_replaced(void **state)
{
    ly_task *tasks[5];
    ly_scheduler_on_log(note_log);
    for (int i = 0; i < 5; i++) tasks[i] = submit(end_thread, NULL, NULL);
    for (int i = 0; i < 5; i++) {
        while (!ly_task_done(tasks[i])) usleep(1000);
        assert_int_equal(ly_task_state_of(tasks[i]), LY_TASK_LOST);
        ly_task_release(tasks[i]);
    }
    assert_int_equal(logged, 5);
    for (int i = 0; i < 50; i++) {
        ly_task *task = submit(at_once, NULL, NULL);
        while (!ly_task_done(task)) usleep(100);
        ly_task_release(task);
    }
    ly_scheduler_on_log(NULL);
}
#endif

/* ---- quotas ----------------------------------------------------------------------------------- */

static char root[64];

static void write_file(const char *path, const char *text)
{
    char name[512];
    FILE *f;
    snprintf(name, sizeof name, "%s%s", root, path);
    for (char *p = name + 1; (p = strchr(p, '/')); *p++ = '/') {
        *p = 0;
        mkdir(name, 0700);
    }
    f = fopen(name, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int make_root(void **state)
{
    strcpy(root, "/tmp/lyra-cgroup.XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}
static int remove_root(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", root);
    return system(command);
}

static void quotas_of_version_2(void **state)
{
    write_file("/proc/self/cgroup", "0::/a/b/c\n");
    write_file("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    assert_int_equal(ly_cpus_quota(root), UINT32_MAX);
    write_file("/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
    assert_int_equal(ly_cpus_quota(root), UINT32_MAX);
    write_file("/sys/fs/cgroup/a/b/cpu.max", "800000 100000\n");
    assert_int_equal(ly_cpus_quota(root), 8);
    /* an ancestor may grant less than the group itself */
    write_file("/sys/fs/cgroup/a/cpu.max", "150000 100000\n");
    assert_int_equal(ly_cpus_quota(root), 2);
    write_file("/sys/fs/cgroup/a/b/c/cpu.max", "50000 100000\n");
    assert_int_equal(ly_cpus_quota(root), 1);
    assert_int_equal(ly_cpus_allowed(root), 1);
}

static void quotas_of_version_1(void **state)
{
    write_file("/proc/self/cgroup", "5:memory:/m\n4:cpu,cpuacct:/docker/xyz/inner\n3:cpuset:/s\n");
    write_file("/proc/self/mountinfo",
               "31 23 0:27 /docker/xyz /sys/fs/cgroup/cpu,cpuacct rw shared:7 - cgroup cgroup rw,cpu,cpuacct\n"
               "32 23 0:28 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n");
    assert_int_equal(ly_cpus_quota(root), UINT32_MAX);
    write_file("/sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_quota_us", "-1\n");
    write_file("/sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_period_us", "100000\n");
    assert_int_equal(ly_cpus_quota(root), UINT32_MAX);
    /* the mount shows the container's group as its root */
    write_file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "300000\n");
    write_file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    assert_int_equal(ly_cpus_quota(root), 3);
}

static void no_groups_no_quota(void **state)
{
    assert_int_equal(ly_cpus_quota(root), UINT32_MAX);
    write_file("/proc/self/cgroup", "0::/../outside\nnonsense\n");
    write_file("/proc/self/mountinfo", "nonsense\n30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    write_file("/sys/fs/cgroup/cpu.max", "garbage");
    assert_int_equal(ly_cpus_quota(root), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(evaluations_move_between_workers, start, stop),
        cmocka_unit_test_setup_teardown(computing_tasks_give_way, start, stop),
#if !defined(__SANITIZE_THREAD__) /* which knows no threads after a fork of several */
        cmocka_unit_test_setup_teardown(children_of_a_fork_start_afresh, start, stop),
        cmocka_unit_test_setup_teardown(a_task_that_forks_ends_in_the_child, start, stop),
#endif
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test_setup_teardown(threads_that_end_are_replaced, start, stop),
#endif
        cmocka_unit_test_setup_teardown(quotas_of_version_2, make_root, remove_root),
        cmocka_unit_test_setup_teardown(quotas_of_version_1, make_root, remove_root),
        cmocka_unit_test_setup_teardown(no_groups_no_quota, make_root, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
