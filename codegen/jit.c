/* jit.c: the program compiled into this process by libtcc.

   The C text is the one that `lyra build` makes. libtcc reads nothing from disk: what abi.h includes is
   compiled into this program as text (build/abi_text.c). The code is relocated into memory of our own,
   everything that its loading writes is written, and the memory becomes read-execute. It is not
   unmapped: values and definitions may point into it as long as the process lives.

   What comes out is a module, which the context takes like one that was linked (ly_module_attach).
   Whatever goes wrong here, the program is interpreted instead. */
#include <libtcc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "abi.h"
#include "codegen/codegen.h"

extern const char ly_abi_text[]; /* made by the build from abi.h */

enum { LARGEST_TEXT = 4 << 20 }; /* of C: beyond this, compiling costs more than it gives */

/* ---- what generated code calls */

typedef struct exported {
    const char *name;
    const void *address;
} exported;

extern ly_symbol ly_symbol_True, ly_symbol_False, ly_symbol_List, ly_symbol_Null;

#define F(name) {#name, (const void *)(uintptr_t)name}
static const exported exports[] = {
    F(ly_retain_shared), F(ly_release_shared), F(ly_free_object), F(ly_real_boxed), F(ly_poll_slow),
    F(ly_module_define), F(ly_evaluate_holding), F(ly_fill_holding),
    F(ly_module_define_inner), F(ly_module_read), F(ly_evaluate), F(ly_evaluate_take), F(ly_call_slowly),
    F(ly_prepared), F(ly_unmatched), F(ly_too_many_steps), F(ly_drop1), F(ly_drop2), F(ly_drop3), F(ly_drop4),
    F(ly_leave), F(ly_leave1), F(ly_leave2), F(ly_leave3), F(ly_leave4), F(ly_returned), F(ly_loop_caught),
    F(ly_loop_left), F(ly_apply), F(ly_fill), F(ly_evaluate_filled), F(ly_evaluate_given),
    F(ly_undecided), F(ly_test_value_take), F(ly_test_call1), F(ly_holds), F(ly_is_stale), F(ly_list),
    F(ly_assign_symbol), F(ly_assign_update), F(ly_update_last), F(ly_variable), F(ly_variable_end), F(ly_local_set_part),
    F(ly_symbol_set_part), F(ly_local_step_part), F(ly_symbol_step_part), F(ly_variable_take),
    F(ly_refuse_shape), F(ly_sequence), F(ly_matches), F(ly_matches_take), F(ly_heads_are),
    F(ly_block_enter), F(ly_block_leave), F(ly_guard_begin), F(ly_guard_end), F(ly_guard_leave), F(ly_catch_begin), F(ly_catch_end), F(ly_catch_taken),
    F(ly_tail_call_slowly), F(ly_tail_apply),
    F(ly_tail_evaluate_filled), F(ly_total_start), F(ly_total_add), F(ly_total_finish), F(ly_total_drop), F(ly_local_append), F(ly_list_parts), F(ly_range_start),
    F(ly_range_next_slow), F(ly_range_end), F(ly_range_show), F(ly_range_show_now), F(ly_range_assign), F(ly_table_finish), F(ly_table_refused),
    F(ly_release_all), F(ly_items_start), F(ly_items_next), F(ly_items_end), F(ly_items_rebuild),
    F(ly_items_keep), F(ly_items_kept), F(ly_builder_add), F(ly_builder_drop), F(ly_builder_finish),
    F(ly_op_plus_slow), F(ly_op_plus_slow_take), F(ly_op_subtract_slow), F(ly_op_subtract_slow_take),
    F(ly_op_times_slow), F(ly_op_times_slow_take), F(ly_op_divide_slow), F(ly_op_divide_slow_take),
    F(ly_op_power_slow), F(ly_op_power_slow_take), F(ly_op_mod_slow), F(ly_op_mod_slow_take),
    F(ly_op_quotient_slow), F(ly_op_quotient_slow_take), F(ly_op_part_slow), F(ly_op_part_slow_take),
    F(ly_op_append_slow), F(ly_op_append_slow_take), F(ly_op_sum_take), F(ly_op_product_take),
    F(ly_op_length_take), F(ly_test_less_slow), F(ly_test_less_equal_slow), F(ly_test_greater_slow),
    F(ly_test_greater_equal_slow), F(ly_test_equal_slow), F(ly_test_unequal_slow), F(ly_test_even_slow),
    F(ly_test_not), F(ly_head_is), F(ly_unpack_take), F(ly_construct), F(ly_construct1),
    F(ly_construct2), F(ly_construct1_in), F(ly_construct2_in), F(ly_close_around), F(ly_alloc_slow), F(ly_dealloc_large), F(ly_same), F(ly_make), F(ly_make1), F(ly_make2), F(ly_make3),
    F(ly_kernel_array), F(ly_kernel_copy), F(ly_kernel_symbol), F(ly_kernel_symbol_array), F(ly_kernel_may_assign), F(ly_kernel_symbol_take), F(ly_integer_boxed), F(ly_int_power),
    F(ly_real_power_int), F(ly_real_power), F(sqrt), F(sin), F(cos), F(tan), F(atan), F(sinh), F(cosh), F(tanh),
    F(exp), F(log), F(floor), F(ceil), F(rint), F(fabs),
    F(ly_pure_array), F(ly_pure_sum), F(ly_pure_number), F(ly_pure_total), F(ly_pure_selection), F(ly_parallel_array),
    F(ly_parallel_total),
    F(ly_sum_by_halves), F(ly_halving_start), F(ly_halving_add),
    F(ly_temporary_definition), F(memcpy), F(memmove), F(memset),
    {"ly_symbol_True", &ly_symbol_True}, {"ly_symbol_False", &ly_symbol_False},
    {"ly_symbol_List", &ly_symbol_List}, {"ly_symbol_Null", &ly_symbol_Null},
};
#undef F

/* ---- compiling */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* libtcc has global state */

static void ignore_message(void *data, const char *message)
{
    if (data) fprintf(stderr, "lyra: libtcc: %s\n", message);
}

const struct ly_module *module_in_memory(const ly_text *c)
{
    const ly_module *module = NULL;
    const char *trace = getenv("LYRA_JIT");
    bool verbose = trace && strcmp(trace, "trace") == 0;
    if (c->count >= LARGEST_TEXT) return NULL;
    ly_text text = {0};
    const char *program = strstr(c->data, "#include \"abi.h\"");
    ly_text_puts(&text, ly_abi_text);
    ly_text_puts(&text, program ? program + strlen("#include \"abi.h\"") : c->data);
    pthread_mutex_lock(&lock);
    TCCState *tcc = text.failed ? NULL : tcc_new();
    if (tcc) {
        tcc_set_error_func(tcc, verbose ? tcc : NULL, ignore_message);
        tcc_set_options(tcc, "-nostdlib -nostdinc");
        tcc_set_output_type(tcc, TCC_OUTPUT_MEMORY);
        bool right = tcc_compile_string(tcc, text.data) == 0;
        for (size_t i = 0; right && i < sizeof exports / sizeof *exports; i++)
            tcc_add_symbol(tcc, exports[i].name, exports[i].address);
        int size = right ? tcc_relocate(tcc, NULL) : -1;
        void *memory = size > 0 ? mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : MAP_FAILED;
        if (memory != MAP_FAILED && tcc_relocate(tcc, memory) >= 0) {
            module = tcc_get_symbol(tcc, "lyra_module");
            if (module) ly_module_load(module);
            if (mprotect(memory, (size_t)size, PROT_READ | PROT_EXEC) != 0) module = NULL;
        }
        tcc_delete(tcc);
    }
    pthread_mutex_unlock(&lock);
    ly_text_free(&text);
    return module;
}
