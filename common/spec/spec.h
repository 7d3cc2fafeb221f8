/*
 * spec — the shape of a procedure's row; the rows themselves are generated from *.rpc by gen.py.
 *
 * A row says everything that the shared code must know of a call before a handler sees it: types,
 * class, access rules with their subject, family, streams and descriptors. Constant data; any
 * thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/spec/xdr.h"

typedef struct RpcCall RpcCall; /* common/rpc/call.h */

typedef enum { RPC_KIND_CALL, RPC_KIND_CALL_WITH_STREAM, RPC_KIND_EVENT } RpcKind;

/* Where a handler runs and what it may touch: architecture, section 4. */
typedef enum {
    RPC_CLASS_CONN,    /* io thread, in the connection's order */
    RPC_CLASS_READ,    /* io thread or reader pool, published view only */
    RPC_CLASS_SAMPLE,  /* as read, plus host samples (/proc, cgroups) */
    RPC_CLASS_QUERY,   /* as read, may ask for one refresh within a budget */
    RPC_CLASS_MUTATE,  /* the object's strand */
    RPC_CLASS_CONTROL, /* never queues behind a step */
    RPC_CLASS_AGENT    /* the guest agent's queue */
} RpcClass;

/* Who implements the call. RPC: the shared layer itself. */
typedef enum {
    RPC_FAMILY_RPC,
    RPC_FAMILY_HYPERVISOR,
    RPC_FAMILY_NETWORK,
    RPC_FAMILY_STORAGE,
    RPC_FAMILY_NODEDEV,
    RPC_FAMILY_SECRET,
    RPC_FAMILY_NWFILTER,
    RPC_FAMILY_INTERFACE,
    RPC_FAMILY_ADMIN
} RpcFamily;
#define RPC_N_FAMILIES (RPC_FAMILY_ADMIN + 1)

/* Objects of the access rules, in the order of acl.json. */
typedef enum {
    ACL_CONNECT,
    ACL_DOMAIN,
    ACL_INTERFACE,
    ACL_NETWORK,
    ACL_NETWORK_PORT,
    ACL_NODE_DEVICE,
    ACL_NWFILTER,
    ACL_NWFILTER_BINDING,
    ACL_SECRET,
    ACL_STORAGE_POOL,
    ACL_STORAGE_VOL
} AclObject;
#define ACL_N_OBJECTS (ACL_STORAGE_VOL + 1)

/* A permission of an object: an index into acl_permissions[]. Generated as
 * ACL_<OBJECT>_<PERMISSION>. */
typedef uint16_t AclPermission;

typedef struct {
    AclObject object;
    const char *name;   /* "read_secure" */
    const char *action; /* "org.libvirt.api.domain.read-secure" */
    gboolean anonymous; /* read-only connections have it; without rules everyone has */
} AclPermissionInfo;

extern const AclPermissionInfo acl_permissions[];
extern const uint16_t acl_n_permissions;

enum { ACL_DETAILS_MAX = 6 };

typedef struct {
    const char *name;                         /* "network_port" */
    const char *pointer;                      /* "virNetworkPortPtr" */
    const char *details[ACL_DETAILS_MAX + 1]; /* what a policy engine is told; NULL ends */
    VirtErrorCode missing;                    /* the code when there is no such object */
} AclObjectInfo;

extern const AclObjectInfo acl_objects[ACL_N_OBJECTS];
/* The value of the connect_driver detail; NULL for families without objects. */
extern const char *const acl_driver_names[RPC_N_FAMILIES];

typedef enum { ACL_ALWAYS, ACL_ANY_SET, ACL_ALL_CLEAR, ACL_EQUALS } AclWhen;

/* One permission that a call needs, perhaps only for some arguments (a uint or int field of args).
 */
typedef struct {
    AclPermission permission;
    AclWhen when;
    uint32_t offset; /* of the argument in the decoded args */
    uint32_t value;  /* mask or value */
} AclRule;

/* Where the object that is asked about is found. */
typedef enum {
    SUBJECT_CONNECT, /* the connection's driver itself */
    SUBJECT_NONE,    /* nothing in the arguments tells which object: asked without a name */
    SUBJECT_ARG,     /* a reference structure (domain, network, …) at `offset` of args */
    SUBJECT_NAME,    /* a name string at `offset`: look-ups by name, node_device_* */
    SUBJECT_UUID,    /* a uuid at `offset`: look-ups by uuid */
    SUBJECT_ID,      /* an int id at `offset` */
    SUBJECT_KEY, /* another key at `offset`: volume key or path, MAC, port dev, target path; with
                    `offset2` a key of two parts: secret usage type and id, both WWNs */
    SUBJECT_XML_IDS, /* name and uuid inside the document at `offset`; a string at `offset2` that is
                        neither NULL nor empty replaces the name */
    SUBJECT_IMAGE,   /* inside the save image whose path is at `offset` (string or parameters) */
    SUBJECT_PARAMS,  /* inside typed parameters at `offset` */
    SUBJECT_CHILD_NAME, /* the child (volume, port) named at `offset2` of the parent at `offset` */
    SUBJECT_CHILD_UUID, /* the child whose uuid is at `offset2` of the parent at `offset` */
    SUBJECT_CHILD_XML   /* a document at `offset2` for a new child of the parent at `offset` */
} SubjectKind;

typedef struct {
    SubjectKind kind;
    AclObject object;
    uint32_t offset;
    uint32_t offset2;    /* 0: there is none */
    const XdrType *type; /* of what is at `offset` */
} RpcSubject;

/* What the dispatcher hands to a handler beside call, args and ret; which member is valid follows
 * from the class and the subject of the row (see `gives`). */
typedef enum {
    RPC_GIVES_NOTHING,
    RPC_GIVES_VIEW,         /* const XView *: published, immutable */
    RPC_GIVES_VIEW_SET,     /* const ViewSet *: candidates, already filtered by the access rules */
    RPC_GIVES_VIEW_AND_SET, /* the parent's view, and its children already filtered */
    RPC_GIVES_OBJECT,       /* X *: on its strand; for SUBJECT_CHILD_XML the parent */
    RPC_GIVES_RESERVATION,  /* Reservation *: name and uuid claimed, object not born yet */
    RPC_GIVES_CONTROL       /* const XControl *: what may be done without the strand */
} RpcGives;

typedef struct {
    union {
        const void *view;
        void *object;
        void *reservation;
        const void *control;
    };
    const void *view_set;
} RpcTarget;

typedef struct RpcProc RpcProc;

/* Generated: calls the typed member of the daemon's handler structure. */
typedef gboolean (*RpcThunk)(const void *handlers, RpcCall *call, RpcTarget target,
                             const void *args, void *ret, GError **error);

typedef enum { RPC_FDS_NONE, RPC_FDS_CALL, RPC_FDS_REPLY } RpcFds;
typedef enum {
    RPC_STREAM_NONE,
    RPC_STREAM_UPLOAD,
    RPC_STREAM_DOWNLOAD,
    RPC_STREAM_BOTH
} RpcStreamDir;
typedef enum { RPC_PRIORITY_LOW, RPC_PRIORITY_HIGH } RpcPriority;
/* On a read-only connection. UNVERIFIED counts as refused unless every rule is anonymous. */
typedef enum { RPC_RO_SERVED, RPC_RO_REFUSED, RPC_RO_UNVERIFIED } RpcReadOnly;

struct RpcProc {
    uint32_t number;
    const char *name; /* NULL: a gap in the numbering */
    RpcKind kind;
    RpcClass class;
    gboolean heavy; /* read and sample: goes to the reader pool instead of the io thread */
    RpcFamily family;
    RpcPriority priority;
    RpcReadOnly read_only;
    RpcFds fds;
    RpcStreamDir stream;
    uint32_t sparse_flag;    /* of args.flags; 0: none */
    uint32_t handler_offset; /* of the member in the program's handler structure */
    RpcThunk thunk;          /* NULL for events */
    RpcGives gives;
    const XdrType *args; /* NULL: no bytes */
    const XdrType *ret;
    RpcSubject subject;
    uint8_t n_acl;
    uint8_t n_filter;
    const AclRule *acl;        /* all are needed */
    const AclRule *acl_filter; /* results or events are limited to objects with this; at most one */
    uint16_t event_id;         /* events: id within the kind of object that `subject` says */
    const char *api;           /* public C function, NULL if none */
    const char *since;         /* first libvirt version */
};

typedef struct {
    uint32_t id;
    uint32_t version;
    const char *name;
    uint32_t n_procs; /* highest number + 1; procs[n].number == n or name == NULL */
    const RpcProc *procs;
    size_t handlers_size;
} RpcProgram;

extern const RpcProgram remote_program;
extern const RpcProgram qemu_program;
extern const RpcProgram admin_program;
extern const RpcProgram keepalive_program;

/* The row, or NULL for a gap, an unknown number, or 0. */
const RpcProc *rpc_program_find(const RpcProgram *program, uint32_t number);
