/* Heaps: memory goes back to the system, and what remains stays as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "eval/context.h"

static ly_value numbered_pairs(ly_context *cx, size_t n)
{
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), n);
    for (size_t i = 0; i < n; i++)
        list->args[i] = ly_make2(cx, LY_SYM(List), LY_INT((int64_t)i), ly_real_boxed(cx, 1e200));
    return ly_from_object(list);
}

static void blocks_go_back(void **state)
{
    ly_context *cx = ly_context_new();
    ly_value kept = numbered_pairs(cx, 1000);
    ly_value large = numbered_pairs(cx, 1000000);
    int64_t most = cx->heap->used;
    ly_release(cx, large);
    ly_heap_rest(cx->heap);
#ifndef LY_SANITIZE
    assert_true(most > 50000000);
    assert_true(cx->heap->used < most / 2);
#endif
    for (int64_t i = 0; i < 1000; i++)
        assert_int_equal(ly_arg(ly_expr_of(ly_arg(ly_expr_of(kept), (size_t)i)), 0), LY_INT(i));
    /* all of it, and the heap goes on */
    ly_heap_trim(cx->heap, 0);
    large = numbered_pairs(cx, 100000);
    assert_int_equal(ly_arg(ly_expr_of(ly_arg(ly_expr_of(large), 99999)), 0), LY_INT(99999));
    ly_release(cx, large);
    ly_release(cx, kept);
    ly_context_free(cx);
    (void)most;
}

static void every_second_stays(void **state)
{
    ly_context *cx = ly_context_new();
    enum { N = 200000 };
    ly_value list = numbered_pairs(cx, N);
    for (size_t i = 0; i < N; i += 2) {
        ly_release(cx, ly_expr_of(list)->args[i]);
        ly_expr_of(list)->args[i] = LY_INT(0);
    }
    ly_heap_trim(cx->heap, 0);
    ly_value more = numbered_pairs(cx, N);
    for (size_t i = 1; i < N; i += 2)
        assert_int_equal(ly_arg(ly_expr_of(ly_arg(ly_expr_of(list), i)), 0), LY_INT((int64_t)i));
    for (size_t i = 0; i < N; i++)
        assert_int_equal(ly_arg(ly_expr_of(ly_arg(ly_expr_of(more), i)), 0), LY_INT((int64_t)i));
    ly_release(cx, list);
    ly_release(cx, more);
    ly_context_free(cx);
}

static void small_memory_never_fails(void **state)
{
    assert_true(ly_reserve_start());
    char *first = ly_reserve_take(100), *second = ly_reserve_take(5000);
    assert_non_null(first);
    assert_non_null(second);
    assert_true(ly_in_reserve(first) && ly_in_reserve(second));
    memset(first, 1, 100);
    memset(second, 2, 5000);
    second = ly_remalloc(second, 20000); /* there is memory: it moves out */
    assert_false(ly_in_reserve(second));
    for (int i = 0; i < 5000; i++) assert_int_equal(second[i], 2);
    ly_free(first);
    ly_free(second);
    assert_true(ly_memory_exhausted);
    assert_true(ly_memory_back());
    assert_false(ly_memory_exhausted);
    /* pieces that were given back are one again */
    void *all[100];
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 100; i++) assert_non_null(all[i] = ly_reserve_take(50000));
        for (int i = 0; i < 100; i++) ly_free(all[i]);
    }
    void *large = ly_reserve_take(8 << 20);
    assert_non_null(large);
    ly_free(large);
    assert_true(ly_memory_back());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_go_back),
        cmocka_unit_test(every_second_stays),
        cmocka_unit_test(small_memory_never_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
