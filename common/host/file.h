/*
 * file — small files of /proc and /sys, read below a root that the caller opened ("/", or a tree of
 * examples in a test).
 *
 * Every size is bounded, no name is followed out of the tree by an absolute link's text, and what
 * the kernel wrote is treated as input: garbage is a refusal, never a crash. Blocks on the file
 * system: not for the io thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/bitmap.h"
#include "common/base/error.h"

/* What the wire can carry in one map of processors, and in one answer about memory cells. */
enum { HOST_CPUS_MAX = 16384, HOST_CELLS_MAX = 1024 };

/* "/" as a root; the caller closes it. -1: VIRT_ERR_SYSTEM_ERROR. */
int host_root_open(GError **error);
/* The file's text; of more than `max` bytes only the whole lines of the first `max`. `path` has no
 * slash in front. NULL: VIRT_ERR_SYSTEM_ERROR, which names the path. The caller frees. */
char *host_file_text(int root, const char *path, size_t max, GError **error);
/* One word or line without the white space around it; NULL when there is none. The caller frees. */
char *host_file_line(int root, const char *path);
/* FALSE when the file is not there or holds no number of at most `max`. */
gboolean host_file_number(int root, const char *path, uint64_t max, uint64_t *ret_number);
/* A list such as "0-3,8" as a set of `bits`; NULL when it is none. "" is the empty set. */
Bitmap *host_file_list(int root, const char *path, size_t bits);
/* The numbers N below `bits` of the folder's entries PREFIXN; NULL when there is no such folder. */
Bitmap *host_dir_numbers(int root, const char *path, const char *prefix, size_t bits);
gboolean host_dir_exists(int root, const char *path);
/* Writes in one call, as the files of /sys want it. */
gboolean host_file_write(int root, const char *path, const char *text, GError **error);
