/*
 * disk — a guest's images, opened: each disk's chain of backing files as nodes and descriptors.
 *
 * As root any image can be opened, so no image changes its owner and root-only images work. The
 * path is the administrator's and may be a symlink; what is opened must be a regular file or a
 * block device. A backing file's format comes from the image, or else is probed, and then only raw
 * or the end of a chain is believed. A file with a group of descriptors is not opened: the group
 * has them, with the modes that its client chose. On the guest's strand; may block on files.
 */
#pragma once

#include "virtqemud/conf/domain.h"
#include "virtqemud/hostres/fd_groups.h"
#include "virtqemud/hostres/open_sets.h"

enum { DISK_CHAIN_MAX = 200 };

typedef struct HostDisks HostDisks;

typedef enum {
    HOST_DISK_OPENED,
    HOST_DISK_EMPTY,   /* no medium is defined */
    HOST_DISK_DROPPED, /* the file is missing and startupPolicy lets it be: a drive without medium
                          (cdrom, floppy), or no disk at all */
} HostDiskOutcome;

/* Descriptors go to `sets`, which must outlive the result. Nodes are numbered from `first_index`
 * (1 at boot). */
HostDisks *host_disks_new(OpenSets *sets, uint32_t first_index);
/* What clients have lent the guest (NULL: nothing); it must outlive `disks`. */
void host_disks_set_groups(HostDisks *disks, const FdGroups *groups);
/* Takes NULL. */
void host_disks_free(HostDisks *disks);
/*
 * Opens the disk's chain. Stock numbers the nodes from the last disk of the document to the first,
 * each chain from its top: open them in this order. `disk` has its alias and must outlive the call.
 * Errors: SYSTEM_ERROR (cannot be opened), INVALID_ARG (a group of descriptors that is not there,
 * or has none to write with), OPERATION_FAILED (damaged, loop or too long a chain),
 * OPERATION_INVALID (format of a backing file not told), CONFIG_UNSUPPORTED (backing file that is
 * no local file; data in another file; type that is not served; neither file nor block device).
 */
gboolean host_disks_open(HostDisks *disks, const Disk *disk, HostDiskOutcome *ret_outcome,
                         GError **error);
/* A single raw file without chain under this alias: firmware, see nvram.h. Errors: as above. */
gboolean host_disks_open_raw(HostDisks *disks, const char *alias, const char *path,
                             gboolean read_only, GError **error);
/* All that were opened, in that order; an empty or dropped one has no top. Borrowed. */
const BuildDisk *host_disks_get(const HostDisks *disks, size_t *ret_n);
/* Writes into a running guest's definition what was opened: numbers of the images, and the chain
 * below them. `top` and `disk` belong together; `arena` is the definition's. */
void host_disk_describe(const BuildNode *top, Disk *disk, Arena *arena);
/* The number for the next node. */
uint32_t host_disks_next_index(const HostDisks *disks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HostDisks, host_disks_free)
