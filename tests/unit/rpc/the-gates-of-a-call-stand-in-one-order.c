/*
 * A call passes its gates in one order: program, version, procedure, authentication, open,
 * read-only, route, arguments, flags of a read-only client, handler. Each refuses with the code and
 * domain that clients know, the connection stays, and the first gate that is shut is the one that
 * is named.
 */
#include <string.h>

#include "common/base/error.h"
#include "tests/unit/rpc/served.h"

/* A program of rows with one property each. */
enum { FAKE_PROGRAM = 0x30000001 };

typedef struct {
    uint32_t flags;
} FakeArgs;

typedef struct {
    const void *member; /* only whether it is there counts */
} FakeHandlers;

static const XdrField fake_fields[] = {{.name = "flags", .type = &xdr_type_uint}};
static const XdrType fake_args = {.kind = XDR_STRUCT,
                                  .size = sizeof(FakeArgs),
                                  .min_wire = 4,
                                  .n_fields = 1,
                                  .fields = fake_fields,
                                  .name = "fake_args"};

static gboolean
is_anonymous(AclPermission permission)
{
    return acl_permissions[permission].anonymous;
}

/* A permission that read-only clients have, and one that they lack; set before the test. */
static AclRule anonymous_rule, secret_rule, secret_flag_rule;

static gboolean
thunk(const void *handlers, RpcCall *call, RpcTarget target, const void *args, void *ret,
      GError **error)
{
    return TRUE;
}

enum {
    PLAIN = 1,
    EVENT,
    RO_SERVED,
    RO_REFUSED,
    RO_UNVERIFIED_ANONYMOUS,
    RO_UNVERIFIED_SECRET,
    RO_FLAG,
    OTHER_FAMILY,
    NO_HANDLER,
    WANTS_FDS,
    N_FAKE
};

#define ROW_OF(n, of_family, ...)                                                                  \
    [n] = {.number = (n),                                                                          \
           .name = "fake_" #n,                                                                     \
           .family = (of_family),                                                                  \
           .class = RPC_CLASS_READ,                                                                \
           .thunk = thunk,                                                                         \
           .args = &fake_args,                                                                     \
           __VA_ARGS__}
#define ROW(n, ...) ROW_OF(n, RPC_FAMILY_HYPERVISOR, __VA_ARGS__)

static const RpcProc fake_procs[] = {
    ROW(PLAIN, .read_only = RPC_RO_REFUSED),
    ROW(EVENT, .kind = RPC_KIND_EVENT),
    ROW(RO_SERVED, .read_only = RPC_RO_SERVED, .n_acl = 1, .acl = &secret_rule),
    ROW(RO_REFUSED, .read_only = RPC_RO_REFUSED, .n_acl = 1, .acl = &anonymous_rule),
    ROW(RO_UNVERIFIED_ANONYMOUS, .read_only = RPC_RO_UNVERIFIED, .n_acl = 1,
        .acl = &anonymous_rule),
    ROW(RO_UNVERIFIED_SECRET, .read_only = RPC_RO_UNVERIFIED, .n_acl = 1, .acl = &secret_rule),
    ROW(RO_FLAG, .read_only = RPC_RO_SERVED, .n_acl = 1, .acl = &secret_flag_rule),
    ROW_OF(OTHER_FAMILY, RPC_FAMILY_STORAGE, .read_only = RPC_RO_SERVED),
    ROW(NO_HANDLER, .handler_offset = sizeof(FakeHandlers), .read_only = RPC_RO_SERVED),
    ROW(WANTS_FDS, .fds = RPC_FDS_CALL, .read_only = RPC_RO_SERVED),
};
static const RpcProgram fake_program = {FAKE_PROGRAM, 2,          "fake",
                                        N_FAKE,       fake_procs, sizeof(FakeHandlers)};
/* One member that is there, one that is not. */
static const FakeHandlers handlers[2] = {{"there"}, {NULL}};

typedef struct {
    const char *what;
    gboolean opened;
    RpcAccess access;
    const char *scheme;
    FrameHeader header;
    const char *payload;
    size_t len;
    int code, domain;
    const char *text; /* in the message; NULL: any */
} Case;

#define CALL(n)                                                                                    \
    {                                                                                              \
        FAKE_PROGRAM, 2, n, FRAME_CALL, 9, FRAME_OK                                                \
    }
#define FLAGS0 "\0\0\0", 4
#define FLAGS2 "\0\0\0\2", 4

static const Case cases[] = {
    {"program first", FALSE, RPC_ACCESS_RO, "qemu", {0x30000002, 9, 99, 0, 9, 0}, "", 0, 39, 7},
    {"then version", FALSE, RPC_ACCESS_RO, "qemu", {FAKE_PROGRAM, 1, 99, 0, 9, 0}, "", 0, 39, 7},
    {"then number", FALSE, RPC_ACCESS_RO, "qemu", CALL(99), "", 0, 39, 7},
    {"number 0", TRUE, RPC_ACCESS_RW, "qemu", CALL(0), "", 0, 39, 7},
    {"an event is no call", TRUE, RPC_ACCESS_RW, "qemu", CALL(EVENT), FLAGS0, 39, 7},
    {"open before read-only", FALSE, RPC_ACCESS_RO, "qemu", CALL(RO_REFUSED), "", 0, 1, 7},
    {"read-only before route", TRUE, RPC_ACCESS_RO, "network", CALL(RO_REFUSED), "", 0, 29, 20},
    {"read-only before arguments", TRUE, RPC_ACCESS_RO, "qemu", CALL(RO_REFUSED), "", 0, 29, 20,
     "read only access prevents"},
    {"route before arguments", TRUE, RPC_ACCESS_RW, "network", CALL(PLAIN), "", 0, 3, 20},
    {"arguments before handler", TRUE, RPC_ACCESS_RW, "qemu", CALL(NO_HANDLER), "", 0, 39, 7},
    {"short arguments", TRUE, RPC_ACCESS_RW, "qemu", CALL(PLAIN), "\0\0", 3, 39, 7},
    {"handler", TRUE, RPC_ACCESS_RW, "qemu", CALL(NO_HANDLER), FLAGS0, 3, 20,
     "not supported by the connection driver: virFakeNOHANDLER"},
    {"served", TRUE, RPC_ACCESS_RW, "qemu", CALL(PLAIN), FLAGS0, 0, 0},
    {"trailing bytes", TRUE, RPC_ACCESS_RW, "qemu", CALL(PLAIN), "\0\0\0\0more", 8, 0, 0},
    {"served on read-only", TRUE, RPC_ACCESS_RO, "qemu", CALL(RO_SERVED), FLAGS0, 0, 0},
    {"unverified, anonymous", TRUE, RPC_ACCESS_RO, "qemu", CALL(RO_UNVERIFIED_ANONYMOUS), FLAGS0, 0,
     0},
    {"unverified, not anonymous", TRUE, RPC_ACCESS_RO, "qemu", CALL(RO_UNVERIFIED_SECRET), FLAGS0,
     29, 20},
    {"without the flag", TRUE, RPC_ACCESS_RO, "qemu", CALL(RO_FLAG), FLAGS0, 0, 0},
    {"with the flag", TRUE, RPC_ACCESS_RO, "qemu", CALL(RO_FLAG), FLAGS2, 29, 20},
    {"the flag with rights", TRUE, RPC_ACCESS_RW, "qemu", CALL(RO_FLAG), FLAGS2, 0, 0},
    {"another family on a hypervisor connection, nobody relays", TRUE, RPC_ACCESS_RW, "qemu",
     CALL(OTHER_FAMILY), FLAGS0, 0, 0},
    {"another family elsewhere", TRUE, RPC_ACCESS_RW, "network", CALL(OTHER_FAMILY), FLAGS0, 3, 18},
};

static void
find_rules(void)
{
    AclPermission anonymous = 0, secret = 0;
    while (!is_anonymous(anonymous))
        anonymous++;
    while (is_anonymous(secret))
        secret++;
    anonymous_rule = (AclRule){anonymous, ACL_ALWAYS, 0, 0};
    secret_rule = (AclRule){secret, ACL_ALWAYS, 0, 0};
    secret_flag_rule = (AclRule){secret, ACL_ANY_SET, 0, 2};
}

static void
test_gates(void)
{
    Served served;
    find_rules();
    served_setup(&served, NULL, NULL);
    rpc_server_add_program(served.server, &fake_program, handlers);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        Peer peer;
        g_test_message("%s", c->what);
        if (c->opened)
            served_opened(&served, &peer, c->access, c->scheme);
        else
            served_client(&served, &peer, c->access);
        /* Twice: a refusal changes nothing and ends nothing. */
        for (int round = 0; round < 2; round++) {
            peer_send(&peer, &c->header, c->payload, c->len);
            g_assert_cmpint(peer_reply(&peer, 9), ==, c->code);
            /* A reply says what it answers, even where that is not served. */
            g_assert_cmphex(peer.frame.header.prog, ==, c->header.prog);
            g_assert_cmpuint(peer.frame.header.vers, ==, c->header.vers);
            g_assert_cmpuint(peer.frame.header.proc, ==, c->header.proc);
            if (c->code == 0)
                continue;
            int domain;
            g_autofree char *text = NULL;
            peer_error(&peer, &domain, &text);
            g_assert_cmpint(domain, ==, c->domain);
            if (c->text != NULL)
                g_assert_nonnull(strstr(text, c->text));
        }
        peer_leave(&peer);
        run_idle(served.loop);
    }
    g_assert_cmpuint(rpc_server_n_clients(served.server), ==, 0);
    served_teardown(&served);
}

/* Announced, but only the byte came: no handler sees such a call, and no frame behind it is lost.
 */
static void
test_missing_descriptors(void)
{
    Served served;
    Peer peer;
    find_rules();
    served_setup(&served, NULL, NULL);
    rpc_server_add_program(served.server, &fake_program, handlers);
    served_opened(&served, &peer, RPC_ACCESS_RW, "qemu");
    for (uint32_t proc = PLAIN; proc <= WANTS_FDS; proc += WANTS_FDS - PLAIN) {
        FrameHeader header = {FAKE_PROGRAM, 2, proc, FRAME_CALL_FDS, proc, FRAME_OK};
        peer_send(&peer, &header, "\0\0\0\1\0\0\0\0", 8);
        peer_send_bytes(&peer, "", 1);
        g_assert_cmpint(peer_reply(&peer, proc), ==, VIRT_ERR_INTERNAL_ERROR);
        int domain;
        peer_error(&peer, &domain, NULL);
        g_assert_cmpint(domain, ==, VIRT_FROM_RPC);
    }
    FakeArgs args = {0};
    g_assert_cmpint(peer_ask(&peer, &fake_program, PLAIN, 4, &args), ==, 0);
    peer_leave(&peer);
    served_teardown(&served);
}

/* Before authentication only its own calls pass. */
static void
test_authentication(void)
{
    static const RemoteHandlers remote = {0};
    RpcLimits limits = rpc_limits_default;
    limits.auth_rw = limits.auth_ro = RPC_AUTH_SASL;
    Served served;
    Peer peer;
    find_rules();
    served_setup(&served, NULL, &limits);
    rpc_server_add_program(served.server, &fake_program, handlers);
    rpc_server_add_program(served.server, &remote_program, &remote);
    RpcConn *conn = served_client(&served, &peer, RPC_ACCESS_RW);
    g_assert_cmpuint(rpc_server_n_unauthenticated(served.server), ==, 1);
    FakeArgs args = {0};
    g_assert_cmpint(peer_ask(&peer, &fake_program, PLAIN, 1, &args), ==, VIRT_ERR_RPC);
    g_assert_cmpint(peer_ask(&peer, &remote_program, REMOTE_PROC_CONNECT_CLOSE, 2, NULL), ==,
                    VIRT_ERR_RPC);
    /* No handler is there, but the gate let it through. */
    g_assert_cmpint(peer_ask(&peer, &remote_program, REMOTE_PROC_AUTH_LIST, 3, NULL), ==,
                    VIRT_ERR_NO_SUPPORT);
    rpc_conn_set_authenticated(conn);
    g_assert_cmpuint(rpc_server_n_unauthenticated(served.server), ==, 0);
    g_assert_cmpint(peer_ask(&peer, &fake_program, PLAIN, 4, &args), ==, VIRT_ERR_INTERNAL_ERROR);
    peer_leave(&peer);
    served_teardown(&served);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gates/order", test_gates);
    g_test_add_func("/gates/authentication", test_authentication);
    g_test_add_func("/gates/missing-descriptors", test_missing_descriptors);
    return g_test_run();
}
