/* tasks.c: closing a context waits for its own tasks, and for nobody else's. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lyra.h"

static void evaluate(lyra_context *cx, const char *text)
{
    lyra_value result;
    lyra_status status = lyra_evaluate(cx, text, strlen(text), &result);
    char *shown = status == LYRA_OK ? lyra_text(cx, result) : NULL;
    printf("%s\n", shown ? shown : lyra_error(cx));
    free(shown);
    if (status == LYRA_OK) lyra_release(cx, result);
}

static lyra_context *interrupted;
static void on_alarm(int signal_number)
{
    (void)signal_number;
    lyra_interrupt(interrupted);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(void)
{
    lyra_context *busy, *stuck, *fine;
    double begin;
    if (lyra_open(&busy) || lyra_open(&stuck) || lyra_open(&fine)) return 1;
    lyra_load(fine, &lyra_module);
    evaluate(fine, "count[1000]");

    /* runs on for long, and doesn't delay the others */
    evaluate(busy, "f = Future[Pause[30]; Print[\"never\"]]; g = Future[While[True]]; 0");
    /* its tasks wait for each other: they are cancelled, and release what they hold */
    evaluate(stuck, "Do[Future[WithResource[c = Channel[], Receive[c]; Print[\"never\"]]], {100}];"
                    "a = Channel[]; b = Channel[]; Future[Send[b, Receive[a]]]; Future[Send[a, Receive[b]]]; 1");
    evaluate(fine, "Future[Pause[0.05]; Print[\"runs on\"]]; 2");
    begin = now();
    lyra_close(stuck);
    lyra_close(fine);
    printf("closed %s\n", now() - begin < 10 ? "soon" : "late");

    /* a wait ends when the evaluation is interrupted */
    interrupted = busy;
    signal(SIGALRM, on_alarm);
    alarm(1);
    evaluate(busy, "Receive[Channel[]]");
    evaluate(busy, "{f.cancel(), g.cancel(), TryCatch[Await[f], e -> e[\"Tag\"]]}");
    lyra_close(busy);
    puts("closed");
    return 0;
}
