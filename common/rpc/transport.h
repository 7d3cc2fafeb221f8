/*
 * transport — how bytes and descriptors travel; one row of operations for each kind of channel.
 *
 * Non-blocking; io thread. Unix sockets and descriptor pairs (ssh helpers) are here; a secure
 * channel adds its row in a file of its own.
 */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct Transport Transport;

typedef enum { TRANSPORT_OK, TRANSPORT_AGAIN, TRANSPORT_EOF, TRANSPORT_FAILED } TransportStatus;

typedef struct {
    const char *name;
    gboolean local; /* never leaves the host: counts as secure */
    gboolean carries_fds;
    /* Reads up to `len` bytes and up to FRAME_FDS_MAX descriptors (the caller owns them then). */
    TransportStatus (*read)(Transport *transport, uint8_t *bytes, size_t len, size_t *ret_len,
                            int *ret_fds, size_t *ret_n_fds, GError **error);
    /* Writes some of `len` bytes, `fd` (or -1) with the first. The descriptor stays the caller's.
     */
    TransportStatus (*write)(Transport *transport, const uint8_t *bytes, size_t len, int fd,
                             size_t *ret_len, GError **error);
} TransportOps;

struct Transport {
    const TransportOps *ops;
    int read_fd;
    int write_fd; /* the same as read_fd for a socket */
    gboolean drops_fds;
};

/* Both take the descriptors and make them non-blocking. */
Transport *transport_new_unix(int fd);
Transport *transport_new_pair(int read_fd, int write_fd);
/*
 * From now on descriptors that come are dropped, or not: the kernel keeps them from this process.
 * Once here one must be closed, and close() waits for whoever serves the file: a local user's own
 * file system (FUSE) could hold up the io thread. So only who may use them is let send any.
 */
void transport_set_drops_fds(Transport *transport, gboolean drops);
/* Closes. */
void transport_free(Transport *transport);
