/* jit_tcc.c: the program compiled into this process by libtcc.

   libtcc reads nothing from disk: what abi.h includes is compiled into this program as text
   (build/abi_text.c). The code is relocated into memory of our own, everything that its loading writes
   is written, and the memory becomes read-execute. It is not unmapped: values and definitions may point
   into it as long as the process lives. */
#include <libtcc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "codegen/jit.h"

extern const char ly_abi_text[]; /* made by the build from abi.h */

enum { LARGEST_TEXT = 4 << 20 }; /* of C: beyond this, compiling costs more than it gives */

/* ---- what generated code calls */

typedef struct exported {
    const char *name;
    const void *address;
} exported;

extern ly_symbol ly_symbol_True, ly_symbol_False, ly_symbol_List, ly_symbol_Null;

#define EXPORT(name) {#name, (const void *)(uintptr_t)name},
#define OF_LIBRARY(name) EXPORT(name)
static const exported exports[] = {
#include "codegen/jit_exports.def"
    {"ly_symbol_True", &ly_symbol_True}, {"ly_symbol_False", &ly_symbol_False},
    {"ly_symbol_List", &ly_symbol_List}, {"ly_symbol_Null", &ly_symbol_Null},
};
#undef EXPORT
#undef OF_LIBRARY

/* ---- compiling */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* libtcc has global state */

static void ignore_message(void *data, const char *message)
{
    if (data) fprintf(stderr, "lyra: libtcc: %s\n", message);
}

const ly_module *jit_tcc(const ly_text *c, void **tiers)
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
        tcc_add_symbol(tcc, "lyra_tiers", tiers);
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
