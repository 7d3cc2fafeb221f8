/*
 * fd — file descriptors with an owner. Every descriptor is close-on-exec from its birth. Any
 * thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

/* Closes `fd` unless it is negative; errno stays as it was. */
void fd_close(int fd);
/* Closes *fd and sets it to -1. */
void fd_clear(int *fd);
/* Hands *fd over: returns it and sets *fd to -1. */
int fd_steal(int *fd);

/* An `int` that is closed at the end of its scope. */
#define auto_fd __attribute__((cleanup(fd_clear), unused)) int

/* Errors of all: VIRT_ERR_SYSTEM_ERROR. */
gboolean fd_set_nonblocking(int fd, gboolean on, GError **error);
gboolean fd_set_cloexec(int fd, gboolean on, GError **error);
/* Opens a file or a block device by its path, without waiting. Of anything else it returns what can
 * be looked at with fstat() and no more (O_PATH): to open a FIFO or a device may set something off,
 * and a path may come from the header of an image. `flags`: as of open(), no O_CREAT. -1 with
 * errno. */
int fd_open_data(const char *path, int flags);
/* A close-on-exec copy; -1 and an error when none is left. */
int fd_dup(int fd, GError **error);
/* A close-on-exec pipe, its reading end first. */
gboolean fd_pipe(int ret_fds[2], GError **error);
/* A close-on-exec pair of connected unix stream sockets. */
gboolean fd_socket_pair(int ret_fds[2], GError **error);
/* Writes everything to a blocking descriptor. */
gboolean fd_write_all(int fd, const void *bytes, size_t n, GError **error);
/* Reads a blocking descriptor to its end; more than `max` bytes are an error (VIRT_ERR_OVERFLOW).
 */
GByteArray *fd_read_all(int fd, size_t max, GError **error);
/* Raises the soft limit of descriptors to the hard one; returns the limit. */
uint64_t fd_raise_limit(void);

/* Descriptors that belong together (those of one message): closed together. */
typedef struct {
    int *fds;
    size_t n;
} FdSet;

/* Takes `fd`. */
void fd_set_add(FdSet *set, int fd);
/* Takes out number `i`: it is the caller's, the set holds -1 in its place. -1 when there is none.
 */
int fd_set_take(FdSet *set, size_t i);
/* Closes what is left. */
void fd_set_clear(FdSet *set);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FdSet, fd_set_clear)
