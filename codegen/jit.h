/* jit.h: what the files of the JIT share.

   jit_tiers.c   which compiler compiles when, and how its code gets into the running program
   jit_tcc.c     libtcc: the text in this process
   jit_cc.c      the C compiler: the text as a shared object, in memory
   jit_cache.c   shared objects kept for the next run
   digest.c      SHA-256 */
#ifndef LY_JIT_H
#define LY_JIT_H

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi.h"
#include "codegen/codegen.h"

/* ---- jit_tiers.c */
/* A line on standard error, with the time, where --jit-log asks for it. */
void jit_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
double jit_now(void); /* ms, of some clock */

/* ---- jit_tcc.c */
/* The C text compiled into this process, loaded, its memory read-execute. tiers: the table that its
   functions look at. NULL: it could not be. */
const ly_module *jit_tcc(const ly_text *c, void **tiers);

/* ---- jit_cc.c */
/* What makes shared objects here, found once. */
typedef struct jit_compiler {
    char path[4096];         /* "": there is none */
    char identity[4400];     /* what its objects depend on */
} jit_compiler;
void jit_compiler_find(jit_compiler *compiler);
/* The process that compiles, for others to end. */
typedef struct jit_child {
    pthread_mutex_t lock;
    pid_t pid;               /* and its group; 0: none runs */
    bool ending;             /* none is to be started */
} jit_child;
void jit_child_end(jit_child *child);
bool jit_child_ends(jit_child *child);
/* Compiles the text. Gives a file in memory, or -1. */
int jit_cc(const jit_compiler *compiler, const char *text, size_t count, jit_child *child);
/* The shared object in a file loaded into the process. NULL: it cannot be, *why says why. */
const ly_module *jit_open(int object, const void *const **functions, const char **why);

/* ---- jit_cache.c */
/* The object of this key, in a file in memory of its own, or -1. */
int jit_cache_find(const char *key);
void jit_cache_keep(const char *key, int object);

/* ---- digest.c */
typedef struct digest {
    uint32_t state[8];
    uint8_t rest[64];
    uint64_t count;
} digest;
enum { DIGEST_BYTES = 32 };
void digest_start(digest *d);
void digest_add(digest *d, const void *bytes, size_t count);
void digest_end(digest *d, uint8_t result[DIGEST_BYTES]);

#endif
