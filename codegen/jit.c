/* jit.c: the program compiled into this process by libtcc. */
#include "codegen/codegen.h"

ly_jit_status ly_jit_run(ly_context *cx, const ly_source *source, const char *const *folders,
                         size_t folder_count)
{
    (void)cx, (void)source, (void)folders, (void)folder_count;
    return LY_JIT_REFUSED;
}
