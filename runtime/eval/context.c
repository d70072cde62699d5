/* context.c: making and ending a context. Each module that keeps a record in the context has a start
   and an end function, called here in order. */
#include "eval/context.h"

#include <stdio.h>
#include <stdlib.h>

#include "eval/eval.h"
#include "eval/messages.h"
#include "eval/module.h"
#include "eval/modules.h"
#include "eval/snapshot.h"
#include "match/match.h"

static void write_stdout(ly_context *cx, const char *bytes, size_t count)
{
    fwrite(bytes, 1, count, stdout);
}

void ly_write(ly_context *cx, const char *bytes, size_t count)
{
    if (!count) return;
    pthread_mutex_lock(&cx->output_lock);
    cx->write(cx, bytes, count);
    pthread_mutex_unlock(&cx->output_lock);
}

void ly_write_string(ly_context *cx, const char *c_string) { ly_write(cx, c_string, strlen(c_string)); }

#ifdef LY_SANITIZE
/* Objects move between contexts and heaps: it is all of them together that end with nothing alive. */
static int64_t contexts; /* atomic */

static void count_living(const ly_context *cx)
{
    int64_t left = __atomic_sub_fetch(&contexts, 1, __ATOMIC_ACQ_REL);
    int64_t live = left ? 0 : ly_heaps_live();
    if (live) fprintf(stderr, "lyra: %lld objects are still alive\n", (long long)live), abort();
}
#endif

static ly_context *new_context(bool own_heap)
{
    ly_context *cx = ly_reserve_start() ? ly_calloc(1, sizeof *cx) : NULL;
    if (!cx) return NULL;
    if (!ly_symbols_start()) {
        ly_free(cx);
        return NULL;
    }
    if (own_heap) cx->heap = cx->own_heap = ly_heap_new();
    else cx->heap = ly_heap_here();
    if (!cx->heap) {
        ly_free(cx);
        return NULL;
    }
    cx->memory_limit = INT64_MAX;
    ly_reserve_add_context(cx);
    ly_stacks_start(cx);
    cx->recursion_limit = 1024;
    cx->iteration_limit = 4096;
    cx->definitions.marked = UINT64_MAX; /* constants of compiled code are (module.c) */
    cx->write = write_stdout;
    pthread_mutex_init(&cx->output_lock, NULL);
    cx->task_path = "";
    cx->temporary_serial = 1;
#ifdef LY_SANITIZE
    __atomic_add_fetch(&contexts, 1, __ATOMIC_ACQ_REL);
#endif
    if (ly_messages_start(cx) && ly_names_start(cx)) return cx;
    ly_context_free(cx);
    return NULL;
}

ly_context *ly_context_new(void) { return new_context(true); }
ly_context *ly_context_on_thread(void) { return new_context(false); }

void ly_context_free(ly_context *cx)
{
    if (!cx->own_heap) cx->heap = ly_heap_here(); /* which may be another thread by now */
    if (cx->attached) {
        ly_context_detach(cx);
        ly_context_idle(cx);
    }
    ly_pending_drop(cx, ly_pending_take(cx));
    if (cx->end_objects) cx->end_objects(cx);
    ly_match_end(cx);
    ly_random_end(cx);
    ly_streams_end(cx);
    ly_session_end(cx);
    ly_string_patterns_end(cx);
    ly_library_end(cx);
    ly_definitions_end(cx);
    ly_captures_end(cx);
    ly_modules_end(cx);
    ly_messages_end(cx);
    ly_names_end(cx);
    ly_stacks_end(cx);
#ifdef LY_SANITIZE
    count_living(cx);
#endif
    ly_reserve_remove_context(cx);
    if (cx->own_heap) ly_heap_free(cx->own_heap);
    pthread_mutex_destroy(&cx->output_lock);
    ly_free(cx);
}
