/*
 * label — owners of files that QEMU opens by path: changed for the run, and put back exactly.
 *
 * Disks, kernels, logs and sockets reach QEMU as descriptors and keep their owner; this is for the
 * rest (a host device behind a serial port). Who owned a file stands in extended attributes
 * (trusted.libvirt.security.*) as stock writes them, with a count for shared use, so that it
 * survives a crash. Where a file system has none, what label_set() tells is kept in the guest's
 * status. Everything by descriptor. On the guest's strand.
 */
#pragma once

#include "virtqemud/config/config.h"

typedef struct {
    gboolean enabled;  /* FALSE: nothing is ever changed (session, dynamic_ownership = 0) */
    gboolean remember; /* remember_owner */
    Owner owner;       /* QEMU's */
} LabelPolicy;

LabelPolicy label_policy(const QemuConfig *config, gboolean privileged);
/*
 * Gives the file to QEMU's user. `ret_old` (the caller frees; NULL: not needed) is what
 * label_restore() needs where attributes cannot hold it; keep it before going on. Errors:
 * SYSTEM_ERROR, also for a link that is not root's.
 */
gboolean label_set(const LabelPolicy *policy, const char *path, char **ret_old, GError **error);
/* Puts the owner back when the last user is gone. `old` may be NULL. A file that is gone is fine.
 * Errors: SYSTEM_ERROR. */
gboolean label_restore(const LabelPolicy *policy, const char *path, const char *old,
                       GError **error);
