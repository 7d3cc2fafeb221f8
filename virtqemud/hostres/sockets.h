/*
 * sockets — unix sockets that the daemon listens on for QEMU, which inherits them; and connecting
 * to such. Paths may be longer than the kernel's 107 bytes. On the guest's strand.
 */
#pragma once

#include "virtqemud/config/config.h"

/*
 * Listens at `path`, in place of a socket that is there from before; 0775 as stock has it, of
 * `owner` (NULL: as made). The descriptor is the caller's; -1 on error. Errors: SYSTEM_ERROR;
 * OPERATION_FAILED when there is something else than a socket at `path`.
 */
int sockets_listen(const char *path, const Owner *owner, GError **error);
/* Connects, without waiting: a full backlog is an error. -1 on error. Errors: SYSTEM_ERROR. */
int sockets_connect(const char *path, GError **error);
/* Removes it if it is a socket. */
void sockets_remove(const char *path);
