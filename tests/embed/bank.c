/* bank.c: a C program that calls what Lyra compiled, in two contexts, on two threads at once. */
#include <lyra.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void must(lyra_context *cx, lyra_status status, const char *what)
{
    if (status == LYRA_OK) return;
    fprintf(stderr, "%s: status %d: %s\n", what, status, lyra_error(cx));
    exit(1);
}

static int64_t call(lyra_context *cx, const char *function, size_t n, const int64_t *numbers)
{
    lyra_value arguments[4], result;
    int64_t answer;
    for (size_t i = 0; i < n; i++) arguments[i] = lyra_integer(cx, numbers[i]);
    must(cx, lyra_call(cx, function, n, arguments, &result), function);
    for (size_t i = 0; i < n; i++) lyra_release(cx, arguments[i]);
    must(cx, lyra_get_integer(result, &answer), "an integer");
    lyra_release(cx, result);
    return answer;
}

typedef struct branch {
    int64_t first, transfers, balance;
} branch;

static void *run(void *data)
{
    branch *b = data;
    lyra_context *cx;
    if (lyra_open(&cx) != LYRA_OK) exit(1);
    must(cx, lyra_load(cx, &lyra_module), "lyra_load");
    for (int64_t i = 0; i < 200; i++)
        b->transfers = call(cx, "transfer", 3, (int64_t[]){b->first, i, 10 * i});
    b->balance = call(cx, "interest", 3, (int64_t[]){b->first, 5, 30});
    lyra_close(cx);
    return NULL;
}

int main(void)
{
    branch branches[2] = {{1000, 0, 0}, {2000, 0, 0}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, run, &branches[i]) != 0) return 1;
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++)
        printf("%lld %lld\n", (long long)branches[i].transfers, (long long)branches[i].balance);
    return 0;
}
