/*
 * status — <domstatus>: what the daemon keeps of a running guest in a file under /run, in stock's
 * layout, so that a guest can be taken over from a stock daemon and handed back to one. What is
 * only ours stands in <vireo:run>, in a namespace of its own. What a newer release wrote is kept.
 *
 * A DomainStatus is its own arena, its definition included. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

/* Of our own part. A file of another number is read as far as it is understood. */
enum { DOMAIN_STATUS_FORMAT = 1 };

typedef struct {
    const char *text;
} StatusWord;

typedef struct {
    uint32_t id;
    uint32_t pid; /* of the thread; 0: not plugged */
} StatusVcpu;

/* A set of descriptors that QEMU was given, and the block node that it is for. */
typedef struct {
    uint32_t id;
    const char *node; /* NULL: for none */
} StatusFdSet;

/* A file whose owner was changed; `old` is what it was, NULL: the file itself says it. */
typedef struct {
    const char *path;
    const char *old;
} StatusLabel;

typedef struct {
    uint32_t format;
    OptU64 start_time; /* of the process, in clock ticks since boot; with the pid its identity */
    const char *operation;   /* "start" or "stop" while one is going on; NULL: none is */
    const char *step;        /* the step of a start that is being done; the reason of a stop */
    const char *exit_record; /* where virt-exec tells how QEMU ended */
    const char *cgroup;
    CONF_LIST_OF(StatusWord) claims;
    CONF_LIST_OF(StatusFdSet) fd_sets;
    CONF_LIST_OF(StatusLabel) labels;
    const ConfExtra *extra;
} StatusOwn;

typedef struct {
    Switch active;
    const ConfExtra *extra; /* the jobs, as stock wrote them */
} StatusBlockjobs;

typedef struct {
    Arena *arena;
    const char *state;  /* by name: domain_status_find_state() */
    const char *reason; /* by name */
    uint32_t pid;
    CONF_LIST_OF(StatusWord) taints; /* "custom-argv", ... */
    const char *monitor_path;
    const char *monitor_type; /* "unix" */
    bool has_mount_namespace; /* stock gave it one */
    CONF_LIST_OF(StatusVcpu) vcpus;
    CONF_LIST_OF(StatusWord) qemu_caps;      /* stock's names of what QEMU can */
    CONF_LIST_OF(StatusWord) device_aliases; /* those that QEMU has */
    const char *lib_dir;
    const char *channel_dir;
    Cpu *cpu;             /* as it was defined, where the running one says more */
    bool chardev_logd;    /* its lines are written by virtlogd */
    bool remembers_owner; /* files say who owned them */
    bool fake_reboot;     /* it was asked to reboot, which is a shutdown and a reset */
    Switch allow_reboot;
    OptU32 last_node; /* highest number of a block node */
    OptU32 last_fd_set;
    StatusBlockjobs *blockjobs;
    OptI64 agent_timeout_s; /* -2: for ever, -1: the default, 0: not at all */
    StatusOwn *own;         /* NULL: written by a stock daemon */
    DomainDef *def;         /* as it runs; copied by domain_def_copy(), never freed alone */
    const ConfExtra *extra;
} DomainStatus;

/* An empty one, to be filled; strings and lists belong to its arena, or outlive it. `def` may be a
 * definition of its own arena, which is not touched. */
DomainStatus *domain_status_new(void);
/* NULL on error: VIRT_ERR_XML_ERROR or VIRT_ERR_XML_DETAIL with line and path. */
DomainStatus *domain_status_parse(const char *xml, size_t len, GError **error);
/* With secrets. The caller frees. */
char *domain_status_format(const DomainStatus *status);
void domain_status_free(DomainStatus *status);

/* The names of virDomainState and its reasons; NULL: no such number. */
const char *domain_status_state_name(int state);
const char *domain_status_reason_name(int state, int reason);
/* The numbers of a status; FALSE: they have no number. An unknown reason is number 0. */
gboolean domain_status_find_state(const DomainStatus *status, int *ret_state, int *ret_reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainStatus, domain_status_free)
