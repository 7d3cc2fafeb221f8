/*
 * resources — what is held on the host for a running guest, and giving it back.
 *
 * What QEMU has by descriptor goes with it; what is left stands here by name, so that it can be
 * written into the status file and given back by a daemon that found the guest again.
 */
#pragma once

#include "virtqemud/hostres/cgroup.h"
#include "virtqemud/vm/vm.h"

/* A file that was given to QEMU's user. */
typedef struct {
    char *path;
    char *old; /* label_restore()'s; NULL: the file says it itself */
} ResourceLabel;

typedef struct VmResources {
    char *folder;      /* name below lib/ and lib/channel/target/; NULL: none */
    char *cgroup_name; /* NULL: none */
    Cgroup *cgroup;
    GPtrArray *labels; /* ResourceLabel */
} VmResources;

/* Empty. */
VmResources *resources_new(void);
void resources_free(VmResources *resources);
void resources_add_label(VmResources *resources, const char *path, const char *old);
/* Where the monitor of the running guest is. The caller frees. */
char *resources_monitor_path(const Vm *vm);
/* Gives everything of `vm` back; nothing happens the second time. On the guest's strand. */
void resources_release(Vm *vm);
