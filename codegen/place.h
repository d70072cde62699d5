/* place.h: a file that appears whole or not at all. */
#ifndef LY_PLACE_H
#define LY_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* ---- place.c */
bool write_bytes(int fd, const char *bytes, size_t count);
/* The content of the file `from`, at `path`, with these permissions less the umask's. False: not
   written, reported; what stood at path stands there still. */
bool place_file(int from, const char *path, mode_t mode);

#endif
