/*
 * open_sets — files that QEMU gets as sets of descriptors ("/dev/fdset/N"): which set has which
 * descriptor, for boot and for what is plugged in later.
 *
 * Each descriptor is from an open() of its own, because QEMU's image locks live in the open file
 * description. Ours are closed once QEMU has its copies. On the guest's strand.
 */
#pragma once

#include "virtqemud/build/build.h"
#include "virtqemud/exec/plan.h"

typedef struct OpenSets OpenSets;

typedef struct {
    int fd; /* of the sets; -1 once closed */
    uint32_t set;
    const char *opaque; /* "libvirt-1-storage rdwr" */
} OpenSetFd;

/* Sets are numbered from `first` (1 at boot; 0 means "none" everywhere). */
OpenSets *open_sets_new(uint32_t first);
/* Takes NULL; closes what is still open. */
void open_sets_free(OpenSets *sets);
/* The number of a new set. */
uint32_t open_sets_begin(OpenSets *sets);
/* The number that the next one will have: for what is plugged into the running guest. */
uint32_t open_sets_next(const OpenSets *sets);
/* Takes `fd`. `opaque` is copied. */
void open_sets_add(OpenSets *sets, uint32_t set, int fd, const char *opaque);
/* What there is; borrowed. For add-fd, when the guest runs already. */
const OpenSetFd *open_sets_get(const OpenSets *sets, size_t *ret_n);
/* Passes all to the program that the plan starts; the array is of `sets`. */
const BuildSetFd *open_sets_pass(OpenSets *sets, ExecPlan *plan, size_t *ret_n);
/* Our copies, once QEMU has its own. */
void open_sets_close(OpenSets *sets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OpenSets, open_sets_free)
