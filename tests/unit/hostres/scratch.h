/*
 * scratch — a folder of a test, made images in it, and reading what came about.
 */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

/* A new empty folder; scratch_free() removes it with all that is in it. */
char *scratch_new(void);
void scratch_free(char *folder);
/* FOLDER/NAME; the caller frees. */
char *scratch_path(const char *folder, const char *name);
void scratch_write(const char *folder, const char *name, const void *bytes, size_t n);
char *scratch_read(const char *folder, const char *name);

/* How many descriptors this process has open: before and after. */
size_t scratch_count_fds(void);

/* The header of a qcow2 image, as qemu-img lays it out. */
typedef struct {
    unsigned version;      /* 0: 3 */
    const char *backing;   /* NULL: none */
    const char *format;    /* of it; NULL: not told */
    const char *data_file; /* NULL: none */
} ScratchQcow;

GByteArray *scratch_qcow(const ScratchQcow *image);
void scratch_write_qcow(const char *folder, const char *name, ScratchQcow image);
