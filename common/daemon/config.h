/*
 * config — a daemon's configuration: one table of keys, read into one struct (conf_table.h).
 *
 * The table (config_keys.c) says for each key its type, default, range, which daemons know it, and
 * what the shipped file says about it. A loaded DaemonConfig is complete (defaults filled in) and
 * immutable; it owns its strings. An unknown key is a warning, kept in `warnings` until the log is
 * open; a wrong type or value is an error with file and line. No globals; any thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/arena.h"

typedef enum {
    DAEMON_QEMU = 1 << 0,
    DAEMON_NETWORK = 1 << 1,
    DAEMON_STORAGE = 1 << 2,
    DAEMON_NODEDEV = 1 << 3,
    DAEMON_PROXY = 1 << 4,
    DAEMON_ALL = (1 << 5) - 1,
} DaemonKind;

typedef enum { CONFIG_AUTH_NONE, CONFIG_AUTH_SASL, CONFIG_AUTH_POLKIT } ConfigAuth;
typedef enum { CONFIG_UUID_SMBIOS, CONFIG_UUID_MACHINE_ID } ConfigUuidSource;

/* The limits of one RPC server of a daemon: the ordinary one or "admin". */
typedef struct {
    uint32_t max_clients;
    uint32_t max_queued_clients;
    uint32_t max_anonymous_clients; /* 0: no limit of its own; unused by admin */
    uint32_t min_workers;
    uint32_t max_workers;
    uint32_t prio_workers; /* unused by admin */
    uint32_t max_client_requests;
    int32_t keepalive_interval_s; /* -1: never sends keepalive requests */
    uint32_t keepalive_count;
} ConfigLimits;

/* Strings are NULL when not set and without default; lists are NULL-terminated, NULL when not set.
 */
typedef struct {
    const char *path; /* the file it came from, NULL when there is none */
    const char *const *warnings;

    const char *unix_sock_group; /* a name or a number */
    uint32_t unix_sock_ro_perms; /* mode bits */
    uint32_t unix_sock_rw_perms; /* default by auth_unix_rw: 0777 with polkit, else 0700 */
    uint32_t unix_sock_admin_perms;
    const char *unix_sock_dir; /* NULL: the daemon's own choice */
    int32_t auth_unix_ro;      /* ConfigAuth */
    int32_t auth_unix_rw;
    const char *const *access_drivers;

    ConfigLimits limits;
    ConfigLimits admin_limits;
    uint32_t max_requests;

    int32_t log_level; /* LogLevel */
    const char *log_filters;
    const char *log_outputs;

    int32_t audit_level; /* 0 off, 1 when the host has it, 2 required */
    gboolean audit_logging;
    const char *host_uuid;
    int32_t host_uuid_source; /* ConfigUuidSource */
    uint32_t ovs_timeout_s;

    gboolean listen_tls;
    gboolean listen_tcp;
    const char *tls_port; /* a number or a service name */
    const char *tcp_port;
    const char *listen_addr;
    int32_t auth_tcp;
    int32_t auth_tls;
    uint32_t tcp_min_ssf;
    const char *key_file;
    const char *cert_file;
    const char *ca_file;
    const char *crl_file;
    gboolean tls_no_sanity_certificate;
    gboolean tls_no_verify_certificate;
    const char *const *tls_allowed_dn_list;
    const char *const *sasl_allowed_username_list;
    const char *tls_priority;

    gboolean keepalive_required; /* accepted for old files, without effect */
    gboolean admin_keepalive_required;

    Arena *arena;
} DaemonConfig;

typedef struct {
    DaemonKind daemon;
    gboolean privileged;     /* the system instance; otherwise defaults are a session's */
    const char *path;        /* the file; must be given */
    gboolean may_be_missing; /* TRUE for the default path, FALSE for --config FILE */
} ConfigSource;

/* "virtqemud" and so on. */
const char *daemon_kind_name(DaemonKind kind);
/*
 * Reads the file. Errors: VIRT_ERR_CONF_SYNTAX (syntax, wrong type, wrong value; text has file and
 * line), VIRT_ERR_SYSTEM_ERROR (cannot be read).
 */
DaemonConfig *daemon_config_load(const ConfigSource *source, GError **error);
/* The same from memory; `source->path` names it in messages. */
DaemonConfig *daemon_config_parse(const ConfigSource *source, const char *text, size_t len,
                                  GError **error);
void daemon_config_free(DaemonConfig *config);
/* The file that ships: every key of that daemon commented out, with its default and what it does.
 */
char *daemon_config_sample(DaemonKind daemon);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DaemonConfig, daemon_config_free)
