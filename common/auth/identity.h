/*
 * identity — who sits at the other end of a connection.
 *
 * An Identity is immutable and reference counted; whoever "changes" one gets a new one. It comes
 * from the kernel (the credentials of a unix socket), from TLS and SASL, or from a trusted daemon
 * that relays somebody else's calls. What is not known says so (IDENTITY_NO_ID, 0, NULL) and never
 * grants anything. Making one from a socket asks the kernel only and does not block; names of
 * users and groups come from NSS, which may, so they are filled in by a function of their own.
 * Any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

/* An unknown uid or gid. */
#define IDENTITY_NO_ID ((uint32_t)-1)

/* Read only: nobody writes to it after it was made. */
typedef struct {
    gint ref_count;       /* atomic; identity_ref() and identity_unref() only */
    gboolean system;      /* this daemon itself, or another daemon on its own behalf */
    gboolean from_kernel; /* uid, gid and pid are the socket's, not what a relay told */
    uint32_t uid;         /* IDENTITY_NO_ID: unknown */
    uint32_t gid;         /* IDENTITY_NO_ID: unknown */
    int32_t pid;          /* 0: unknown */
    uint64_t
        start_time;    /* of pid, clock ticks since boot (field 22 of /proc/PID/stat); 0: unknown */
    uint32_t n_groups; /* supplementary groups, as the kernel has them */
    const uint32_t *groups;
    const char *user_name;
    const char *group_name;
    const char *sasl_user;
    const char *x509_dn;
    const char *selinux_context;
} Identity;

/* The peer of `fd`. A unix socket: SO_PEERCRED, SO_PEERGROUPS, SO_PEERSEC, and the start time of
 * the process, read under a pidfd so that a reused pid is not taken for the peer (0 when the
 * process is gone or not visible). Any other socket: nothing is known. Does not block. Errors:
 * VIRT_ERR_SYSTEM_ERROR when the credentials of a unix socket cannot be read. */
Identity *identity_new_from_socket(int fd, GError **error);
/* This process, with the system flag: access rules do not apply to it. */
Identity *identity_new_system(void);
/* As `identity`, with what TLS or SASL found out. NULL clears. */
Identity *identity_new_with_sasl_user(const Identity *identity, const char *sasl_user);
Identity *identity_new_with_x509_dn(const Identity *identity, const char *x509_dn);
/* As `identity`, with unknown user and group names looked up. Blocks on NSS: not on the io thread.
 */
Identity *identity_new_with_names(const Identity *identity);

Identity *identity_ref(const Identity *identity);
void identity_unref(Identity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Identity, identity_unref)

/* Whether every access rule must answer alike for both: all fields are equal. And a hash for that.
 */
gboolean identity_equal_for_acl(const Identity *a, const Identity *b);
guint identity_hash_for_acl(const Identity *identity);
/* "uid 1000, pid 42", "x509 CN=a,O=b", ...: for errors and logs. The caller frees. */
char *identity_describe(const Identity *identity);

/* An identity whole, for the program that follows by exec. */
#define IDENTITY_SAVED "(bbuuitaumaymaymaymaymay)"
GVariant *identity_save(const Identity *identity);
Identity *identity_restore(GVariant *saved);

/* One typed parameter of connect_set_identity; `type` has the wire's numbers. */
typedef enum { IDENTITY_LLONG = 3, IDENTITY_ULLONG = 4, IDENTITY_STRING = 7 } IdentityParamType;

typedef struct {
    const char *name;
    int32_t type; /* an IdentityParamType, or another number of the wire's: refused */
    union {
        int64_t llong;
        uint64_t ullong;
        const char *string;
    } value;
} IdentityParam;

#define IDENTITY_N_PARAMS 9

typedef enum { IDENTITY_SCOPE_SYSTEM, IDENTITY_SCOPE_SESSION } IdentityScope;

/* Whether a peer may speak for others (connect_set_identity): its uid, as the kernel gave it, is 0
 * or the daemon's own. Nothing that was itself delegated can delegate. */
gboolean identity_may_delegate(const Identity *peer, uint32_t own_uid);

/* The identity that `params` tell; it replaces the peer's whole, what is not named is unknown.
 * In a session daemon (`scope`) only `own_uid` can be named, and it is what an absent uid means.
 * Errors: VIRT_ERR_ARGUMENT_UNSUPPORTED (74) for an unknown name; VIRT_ERR_INVALID_ARG for a wrong
 * type, a value out of range, a name given twice; VIRT_ERR_ACCESS_DENIED for another uid in session
 * mode. */
Identity *identity_new_from_params(const IdentityParam *params, size_t n_params,
                                   IdentityScope scope, uint32_t own_uid, GError **error);
/* What to send in connect_set_identity to speak for `identity`: fills `params`, returns how many.
 * Strings are borrowed from `identity`. */
size_t identity_to_params(const Identity *identity, IdentityParam params[IDENTITY_N_PARAMS]);
