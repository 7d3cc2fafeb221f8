/*
 * build — a running guest's definition as what QEMU is told: arguments at boot, properties of a
 * device that is plugged in (devices.h). One builder per device makes both.
 *
 * Pure: definition, abilities and the numbers of what was opened in, text and JSON out; no host is
 * touched; any thread. The definition has its aliases and addresses (assign.h).
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/conf/domain.h"
#include "virtqemud/qmp/json.h"

/* A descriptor that QEMU inherits as part of a set: "-add-fd fd=NUMBER,set=SET,opaque=OPAQUE". The
 * set of a node that is written has one opened O_RDWR, that of a read-only node one opened
 * O_RDONLY, that of a character device's file or log one opened O_WRONLY | O_APPEND. */
typedef struct {
    int number; /* as QEMU has it */
    uint32_t set;
    const char *opaque; /* which access it gives: "libvirt-1-storage rdwr" */
} BuildSetFd;

/* One file of a disk's chain: nodes libvirt-INDEX-storage and libvirt-INDEX-format. */
typedef struct BuildNode BuildNode;
struct BuildNode {
    uint32_t index;
    const char *path;         /* as the user named it, for messages; QEMU gets the set */
    const char *format;       /* told or probed, never NULL */
    gboolean is_block_device; /* else a regular file */
    gboolean read_only;
    gboolean is_rdwr_only; /* the set has no O_RDONLY: read_only concerns the format alone */
    const char *fd_group;  /* whose descriptors the set has; NULL: ours */
    uint32_t set;
    const BuildNode *backing; /* NULL: the last one */
};

typedef struct {
    const char *alias;    /* of the device; "pflash0" and "pflash1" for the firmware */
    const BuildNode *top; /* NULL: no medium */
} BuildDisk;

typedef struct {
    const char *alias;
    const int *taps; /* one descriptor for each queue, as QEMU has them */
    size_t n_taps;
    const int *vhosts; /* for each queue, or none */
    size_t n_vhosts;
} BuildNet;

typedef struct {
    const char *alias;
    int socket;       /* listening or connected, as QEMU has it; -1: none */
    uint32_t set;     /* of the file; 0: none */
    uint32_t log_set; /* of the log; 0: none */
} BuildChardev;

typedef struct {
    int monitor;        /* listening socket */
    const char *folder; /* the guest's own, below /var/lib/libvirt/qemu */
    const BuildSetFd *set_fds;
    size_t n_set_fds;
    const BuildDisk *disks;
    size_t n_disks;
    const BuildNet *nets;
    size_t n_nets;
    const BuildChardev *chardevs;
    size_t n_chardevs;
    int kernel; /* sealed copies, named as /proc/self/fd/N; -1: none */
    int initrd;
    int loader_rom; /* a loader of type rom */
    /* of qemu.conf */
    gboolean dump_guest_core;  /* what a definition that does not say gets */
    gboolean has_vnc_password; /* for displays whose definition has none */
    gboolean set_process_name;
    gboolean without_sandbox;
    const char *deprecation; /* "omit", "reject", "crash"; NULL: QEMU does as always */
    int64_t now_s;           /* since the epoch, for a clock with an adjustment; 0: the host's */
} BuildResources;

/*
 * Whether this program can be what the definition asks for; part three of the checks, after the
 * table's and the validators'. Whatever no builder makes true is refused by a walk over the tables
 * of virtqemud/conf (rows.h), so that a new row is refused until it is built. Errors:
 * CONFIG_UNSUPPORTED, naming the element and what is missing.
 */
gboolean build_check(const DomainDef *def, const QemuCaps *caps, GError **error);
/* argv with argv[0], ended by NULL, as an array that owns its strings. The definition passed
 * build_check(), and a processor that is the host's model was replaced by its name. Errors:
 * CONFIG_UNSUPPORTED; INTERNAL_ERROR: something was not opened. */
GPtrArray *build_arguments(const DomainDef *def, const QemuCaps *caps,
                           const BuildResources *resources, GError **error);
/* "NAME=VALUE" of what the definition adds to QEMU's environment, ended by NULL, as an array that
 * owns its strings. */
GPtrArray *build_environment(const DomainDef *def);
