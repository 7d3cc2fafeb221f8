/*
 * config — qemu.conf: what the administrator decides for all guests.
 *
 * One table of keys (config_keys.c) says type, default, and what the shipped file tells about each.
 * Every key of libvirt 9.0.0 is known, so that a host's file keeps working; those that nothing here
 * does yet are refused when they are set to something that would have to be done, and else read and
 * left. A loaded configuration is complete, immutable and counted. Any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/error.h"
#include "virtqemud/config/owner.h"

typedef enum {
    DEPRECATION_NONE,
    DEPRECATION_OMIT,
    DEPRECATION_REJECT,
    DEPRECATION_CRASH
} QemuConfigDeprecation;
/* Bits of cgroup_controllers. */
typedef enum {
    CGROUP_CPU = 1 << 0,
    CGROUP_CPUACCT = 1 << 1,
    CGROUP_CPUSET = 1 << 2,
    CGROUP_MEMORY = 1 << 3,
    CGROUP_DEVICES = 1 << 4,
    CGROUP_BLKIO = 1 << 5,
    CGROUP_PIDS = 1 << 6 /* no setting names it; with any of the others */
} CgroupControllers;

/* Settings that have no effect here, or may only have the value that has none; see config.c. */
typedef struct {
    gboolean flag; /* of all switches that nothing reads; and so on */
    int32_t number;
    const char *text;
    const char *const *list;
    gboolean vnc_tls;
    gboolean vnc_sasl;
    gboolean chardev_tls;
    gboolean mac_filter;
    const char *lock_manager;
    const char *const *security_drivers;
    const char *const *controllers;
    int32_t stdio_handler;
    int32_t sched_core;
} QemuConfigIdle;

/* Strings are NULL when not set and without default; lists are NULL-terminated, NULL when not set.
 */
typedef struct QemuConfig QemuConfig;
struct QemuConfig {
    gatomicrefcount refs;
    const char *path; /* the file it came from, NULL when there is none */
    const char *const *warnings;

    /* Who QEMU is. In a session it is the caller and `user` and `group` are not looked at. */
    const char *user; /* a name, a number, "+NUMBER" */
    const char *group;
    Owner owner;         /* of `user` and `group`; in a session one's own */
    const gid_t *groups; /* supplementary ones of that user; empty in a session */
    size_t n_groups;
    gboolean dynamic_ownership;
    gboolean remember_owner;
    gboolean security_default_confined;
    gboolean security_require_confined;

    const char *vnc_listen;
    const char *vnc_password; /* secret */
    gboolean vnc_auto_unix_socket;
    gboolean vnc_allow_host_audio;
    gboolean nographics_allow_host_audio;
    uint32_t display_port_range[2]; /* least and most */
    uint32_t websocket_port_range[2];

    uint32_t cgroup_controllers;          /* CgroupControllers */
    const char *const *cgroup_device_acl; /* NULL: the usual ones */
    uint32_t max_processes;               /* 0: as the host has it; also the next ones */
    uint32_t max_files;
    uint32_t max_threads_per_process;
    uint64_t max_core_bytes; /* UINT64_MAX: no limit */
    gboolean dump_guest_core;
    gboolean set_process_name;
    int32_t seccomp_sandbox; /* -1: on where QEMU can */
    int32_t deprecation;     /* QemuConfigDeprecation */
    const char *const *capability_filters;
    gboolean log_timestamp;

    const char *const *nvram; /* "CODE:VARS" pairs */
    gboolean auto_start_bypass_cache;
    uint32_t max_queued; /* calls waiting for one guest; 0: no limit */

    /* Read for what this version does not do yet. */
    uint32_t migration_port_range[2];
    const char *migration_address;
    const char *migration_host;
    const char *save_image_format;
    const char *dump_image_format;
    const char *snapshot_image_format;
    const char *auto_dump_path;
    gboolean auto_dump_bypass_cache;
    const char *memory_backing_dir;
    int32_t keepalive_interval_s;
    uint32_t keepalive_count;

    QemuConfigIdle idle;
    struct Arena *arena;
};

/*
 * Reads the file; a missing one is an empty one. Errors: CONF_SYNTAX (syntax, wrong type or value;
 * text has file and line), CONFIG_UNSUPPORTED (a setting that would have to be obeyed and cannot
 * be), INVALID_ARG (a user or group that does not exist), SYSTEM_ERROR. The caller unrefs.
 */
QemuConfig *qemu_config_load(const char *path, gboolean privileged, GError **error);
/* The same from memory; `path` names it in messages. */
QemuConfig *qemu_config_parse(const char *path, gboolean privileged, const char *text, size_t len,
                              GError **error);
QemuConfig *qemu_config_ref(QemuConfig *config);
/* Takes NULL. */
void qemu_config_unref(QemuConfig *config);
/* The file that ships: every key commented out, with its default and what it does. */
char *qemu_config_sample(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuConfig, qemu_config_unref)
