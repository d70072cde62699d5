/* stream.h: what text and bytes are read from and written to: files, strings, pipes of commands,
   the standard streams.

   A context keeps its open streams by number; a program sees InputStream["name", n] or
   OutputStream["name", n]. A stream lives until it is closed or the context ends.

   The tasks of a program see its streams, and what they open is the program's: once there are tasks,
   the table and each stream have a lock. It is held for one of the operations below, never while
   anything is evaluated. */
#ifndef LY_STREAM_H
#define LY_STREAM_H

#include <pthread.h>
#include <stdio.h>
#include <sys/types.h>

#include "foreign/foreign.h"

struct ly_stream {
    ly_value object; /* the foreign object; owned by the table of streams */
    int64_t number;
    char *name; /* as the program sees it */
    char *path; /* absolute, for files; else NULL */
    bool input;
    bool binary;
    bool standard; /* stdin, stdout, stderr: never closed */
    int fd;        /* -1: the buffer is all there is (a string), or written by the session */
    pid_t child;   /* of a command's pipe, or 0 */
    int error;     /* errno of what failed last; 0: nothing */

    /* input: a window of what is read; output: what is not yet written */
    char *buffer;
    size_t count, capacity, at;
    uint64_t base; /* position of the window, or of what was written before */
    bool ended;    /* input: nothing follows the window */

    bool shared; /* tasks may use it: the lock is of all that is written here */
    bool closed;
    pthread_mutex_t lock;
};

/* From now on tasks may use the context's streams; before the first is begun, on the context's thread. */
void ly_streams_share(ly_context *cx);
/* A task's context uses the streams of `home`, and those alone, until it gives them back. */
void ly_streams_borrow(ly_context *cx, const ly_context *home);
void ly_streams_give_back(ly_context *cx);

/* Opens: NULL with errno set where the system refuses. The name is copied. */
ly_stream *ly_stream_open_input(ly_context *cx, const char *path, const char *name, bool binary);
ly_stream *ly_stream_open_output(ly_context *cx, const char *path, const char *name, bool append,
                                 bool binary);
/* "!command": its output is read, or its input written. */
ly_stream *ly_stream_open_command(ly_context *cx, const char *command, bool input);
ly_stream *ly_stream_open_string(ly_context *cx, const char *bytes, size_t count);
/* Writes what is buffered, closes, takes the stream out of the table. False: it could not all be
   written (the message is given). */
bool ly_stream_close(ly_context *cx, ly_stream *stream);

/* InputStream["name", n], owned. */
ly_value ly_stream_value(ly_context *cx, ly_stream *stream);
/* The open stream that a value names: InputStream[…], OutputStream[…], the foreign object, or the
   name of an open stream as a string; NULL: none. */
ly_stream *ly_stream_of(ly_context *cx, ly_value v);
/* The i-th open stream in order of their numbers, or NULL. */
ly_stream *ly_stream_at(ly_context *cx, size_t i);

/* ---- reading: bytes, -1 at the end or on an error */
int ly_stream_get(ly_stream *stream);
int ly_stream_peek(ly_stream *stream);
/* Puts back what was read last (one byte). */
void ly_stream_unget(ly_stream *stream);
/* Adds a line without its end (\n, \r\n or \r) to text; false: the end of the stream was reached
   with nothing read. */
bool ly_stream_line(ly_context *cx, ly_stream *stream, ly_text *line);
/* Everything that is left. */
void ly_stream_rest(ly_context *cx, ly_stream *stream, ly_text *text);
uint64_t ly_stream_position(ly_stream *stream);
/* False: not possible (a pipe). end: to the end of the stream. */
bool ly_stream_seek(ly_stream *stream, uint64_t position, bool end);

/* ---- writing; false: the system refused, and the message was given */
bool ly_stream_write(ly_context *cx, ly_stream *stream, const char *bytes, size_t count);
bool ly_stream_flush(ly_context *cx, ly_stream *stream);

#endif
