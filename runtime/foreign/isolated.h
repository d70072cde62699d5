/* isolated.h: objects that live in child processes, so that their crash is an error.

   A kind that is declared isolated has a *nursery*: a process that was forked when the kind was added,
   does nothing, and is copied (fork) for each object: it has one thread, whatever threads the program
   has meanwhile, so that no lock is held in the copies. The object's process answers calls that come
   over a socket, one at a time; values travel in the WXF format. The nursery reaps these processes and
   says how each ended, over a second socket, which also tells the nursery to end one.

   Nobody outlives anybody for long: an object's process ends when its call socket is closed (the object
   was dropped, or the program has ended), is killed when it takes too long then, or when the nursery
   ends; the nursery ends with the program, which is the only one to hold the other end of its socket. */
#ifndef LY_ISOLATED_H
#define LY_ISOLATED_H

#include <sys/types.h>

#include "foreign/kind.h"

/* What goes over a call socket: this, then count bytes. */
typedef struct ly_frame {
    uint32_t what;   /* LY_FRAME_… */
    uint32_t method; /* of a call: its number among the kind's methods */
    uint64_t count;
} ly_frame;

enum {
    LY_FRAME_OPEN,    /* to the object: a list of arguments */
    LY_FRAME_CALL,    /* likewise */
    LY_FRAME_VALUE,   /* from the object: what open, or the method, gave */
    LY_FRAME_FAILURE, /* the failure that it raised */
    LY_FRAME_OUTPUT,  /* bytes that it printed; an answer follows */
};

/* ---- nursery.c */

struct ly_nursery {
    ly_lock lock;
    int socket; /* -1: it has ended */
};

/* Of the kind; false: no process, and errno says why. */
bool ly_nursery_start(const ly_added_kind *kind, ly_nursery *nursery);
/* Ends it, and what it forked. */
void ly_nursery_end(ly_nursery *nursery);
/* A process for an object: *call and *status are this side's sockets. False: errno says why. */
bool ly_nursery_fork(const ly_added_kind *kind, int *call, int *status);
/* On the status socket, to the nursery: end the process at once. */
enum { LY_NURSERY_KILL = 'k' };
/* From it: an int, as wait gives it; or this one: there was no process to be had. */
enum { LY_NURSERY_NO_PROCESS = -1 };

/* ---- isolated.c: the type's functions */

/* A new object in a process of its own; LY_FAILED: an error is pending. */
ly_value ly_isolated_new(ly_context *cx, const ly_added_kind *kind, size_t n, const ly_value *args);
ly_value ly_isolated_invoke(ly_context *cx, ly_foreign *self, const ly_method *method, size_t n,
                            const ly_value *args);
void ly_isolated_print(ly_context *cx, ly_foreign *self, ly_text *to);
void ly_isolated_drop(ly_context *cx, ly_foreign *self);

#endif
