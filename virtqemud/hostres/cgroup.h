/*
 * cgroup — a guest's own control groups: named as stock names them, joined by virt-exec, read for
 * statistics through descriptors of their folders, removed when the guest has ended.
 *
 * A host may have version 2, version 1, both, or nothing that may be written: then a guest has no
 * group and runs all the same. Making and removing: the guest's strand. Reading: any thread.
 */
#pragma once

#include "virtqemud/config/config.h"
#include "virtqemud/exec/plan.h"

typedef struct CgroupHost CgroupHost;
typedef struct Cgroup Cgroup;

typedef struct {
    uint64_t total_ns;
    uint64_t user_ns;
    uint64_t system_ns;
} CgroupCpu;

/* What of `controllers` (CgroupControllers) the host has; read once. It may have none. `mountinfo`
 * is the text of /proc/self/mountinfo; NULL: it is read. */
CgroupHost *cgroup_host_new(uint32_t controllers, const char *mountinfo);
/* Takes NULL. */
void cgroup_host_free(CgroupHost *host);
/* Controllers that guests get (CgroupControllers). */
uint32_t cgroup_host_controllers(const CgroupHost *host);

/* "qemu-ID-NAME.libvirt-qemu" as stock makes it. The caller frees. */
char *cgroup_name(int32_t id, const char *guest);
/* Makes the guest's groups. Where the host has none, or the daemon may not make any, the result is
 * empty, not NULL. Errors: SYSTEM_ERROR. */
Cgroup *cgroup_make(const CgroupHost *host, const char *name, GError **error);
/* Those of a guest that is found again; what is not there is left out. Never NULL. */
Cgroup *cgroup_find(const CgroupHost *host, const char *name);
Cgroup *cgroup_ref(Cgroup *cgroup);
/* Takes NULL. Removes nothing. */
void cgroup_unref(Cgroup *cgroup);
/* Has the program join all of them. */
void cgroup_pass(const Cgroup *cgroup, ExecPlan *plan);
/* Takes the folders away, with those that stock makes below; waits a while for tasks that are
 * ending. FALSE: some are left, tasks are in them. */
gboolean cgroup_remove(const CgroupHost *host, const char *name);

/* The resource partition as the document shows it, "/machine"; NULL: no group. Constant. */
const char *cgroup_partition(const Cgroup *cgroup);
/* FALSE: not known here. */
gboolean cgroup_read_cpu(const Cgroup *cgroup, CgroupCpu *ret_cpu);
/* A file of one line below the controller's folder ("cpu.shares"), as text; NULL: not there. */
char *cgroup_read(const Cgroup *cgroup, CgroupControllers controller, const char *file);
/* Errors: OPERATION_INVALID (controller is not there), SYSTEM_ERROR. */
gboolean cgroup_write(const Cgroup *cgroup, CgroupControllers controller, const char *file,
                      const char *value, GError **error);
gboolean cgroup_is_v2(const Cgroup *cgroup);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cgroup, cgroup_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CgroupHost, cgroup_host_free)
