/*
 * Only trusted daemons speak for others: who may delegate, and what connect_set_identity may say.
 */
#include <string.h>

#include "common/auth/identity.h"
#include "common/base/error.h"

static void
test_who(void)
{
    const Identity root = {.from_kernel = TRUE, .uid = 0};
    const Identity own = {.from_kernel = TRUE, .uid = 1000};
    const Identity other = {.from_kernel = TRUE, .uid = 1001};
    const Identity told_root = {.uid = 0};
    const Identity unknown = {.from_kernel = TRUE, .uid = IDENTITY_NO_ID};
    g_assert_true(identity_may_delegate(&root, 1000));
    g_assert_true(identity_may_delegate(&own, 1000));
    g_assert_false(identity_may_delegate(&other, 1000));
    /* One that was delegated itself does not pass it on. */
    g_assert_false(identity_may_delegate(&told_root, 0));
    g_assert_false(identity_may_delegate(&unknown, IDENTITY_NO_ID));
}

static IdentityParam
text(const char *name, const char *value)
{
    return (IdentityParam){.name = name, .type = IDENTITY_STRING, .value.string = value};
}

static IdentityParam
ullong(const char *name, uint64_t value)
{
    return (IdentityParam){.name = name, .type = IDENTITY_ULLONG, .value.ullong = value};
}

static IdentityParam
llong(const char *name, int64_t value)
{
    return (IdentityParam){.name = name, .type = IDENTITY_LLONG, .value.llong = value};
}

static void
test_all(void)
{
    const IdentityParam params[] = {
        text("user-name", "bob"),         ullong("unix-user-id", 1000),
        text("group-name", "staff"),      ullong("unix-group-id", 50),
        llong("process-id", 4711),        ullong("process-time", 123456789012),
        text("sasl-user-name", "bob@X"),  text("x509-distinguished-name", "CN=bob"),
        text("selinux-context", "u:r:t"),
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(Identity) identity =
        identity_new_from_params(params, G_N_ELEMENTS(params), IDENTITY_SCOPE_SYSTEM, 0, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(identity->user_name, ==, "bob");
    g_assert_cmpuint(identity->uid, ==, 1000);
    g_assert_cmpstr(identity->group_name, ==, "staff");
    g_assert_cmpuint(identity->gid, ==, 50);
    g_assert_cmpint(identity->pid, ==, 4711);
    g_assert_cmpuint(identity->start_time, ==, 123456789012);
    g_assert_cmpstr(identity->sasl_user, ==, "bob@X");
    g_assert_cmpstr(identity->x509_dn, ==, "CN=bob");
    g_assert_cmpstr(identity->selinux_context, ==, "u:r:t");
    g_assert_false(identity->from_kernel);
    g_assert_false(identity->system);

    /* And back. */
    IdentityParam sent[IDENTITY_N_PARAMS];
    g_assert_cmpuint(identity_to_params(identity, sent), ==, IDENTITY_N_PARAMS);
    g_autoptr(Identity) again =
        identity_new_from_params(sent, IDENTITY_N_PARAMS, IDENTITY_SCOPE_SYSTEM, 0, &error);
    g_assert_no_error(error);
    g_assert_true(identity_equal_for_acl(identity, again));
}

static void
test_nothing(void)
{
    g_autoptr(Identity) identity =
        identity_new_from_params(NULL, 0, IDENTITY_SCOPE_SYSTEM, 0, NULL);
    IdentityParam sent[IDENTITY_N_PARAMS];
    g_assert_cmpuint(identity->uid, ==, IDENTITY_NO_ID);
    g_assert_cmpuint(identity_to_params(identity, sent), ==, 0);
}

static void
assert_refused(const IdentityParam *params, size_t n, IdentityScope scope, VirtErrorCode code)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(identity_new_from_params(params, n, scope, 1000, &error));
    g_assert_cmpint(virt_error_get_code(error), ==, code);
}

static void
test_refused(void)
{
    g_autofree char *long_text = g_strnfill(5000, 'x');
    const struct {
        IdentityParam param;
        VirtErrorCode code;
    } cases[] = {
        {text("colour", "blue"), VIRT_ERR_ARGUMENT_UNSUPPORTED},
        {text("unix-user-id", "1000"), VIRT_ERR_INVALID_ARG},
        {llong("unix-user-id", 1000), VIRT_ERR_INVALID_ARG},
        {ullong("process-id", 1), VIRT_ERR_INVALID_ARG},
        {ullong("user-name", 1), VIRT_ERR_INVALID_ARG},
        {ullong("unix-user-id", 0xffffffff), VIRT_ERR_INVALID_ARG},
        {ullong("unix-user-id", 0x100000000), VIRT_ERR_INVALID_ARG},
        {ullong("unix-group-id", UINT64_MAX), VIRT_ERR_INVALID_ARG},
        {llong("process-id", 0), VIRT_ERR_INVALID_ARG},
        {llong("process-id", -1), VIRT_ERR_INVALID_ARG},
        {llong("process-id", 0x80000000), VIRT_ERR_INVALID_ARG},
        {text("sasl-user-name", long_text), VIRT_ERR_INVALID_ARG},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_refused(&cases[i].param, 1, IDENTITY_SCOPE_SYSTEM, cases[i].code);
    const IdentityParam twice[] = {ullong("unix-user-id", 1), ullong("unix-user-id", 2)};
    assert_refused(twice, 2, IDENTITY_SCOPE_SYSTEM, VIRT_ERR_INVALID_ARG);
}

static void
test_session(void)
{
    IdentityParam other = ullong("unix-user-id", 0);
    assert_refused(&other, 1, IDENTITY_SCOPE_SESSION, VIRT_ERR_ACCESS_DENIED);
    IdentityParam own = ullong("unix-user-id", 1000);
    g_autoptr(Identity) named =
        identity_new_from_params(&own, 1, IDENTITY_SCOPE_SESSION, 1000, NULL);
    g_assert_cmpuint(named->uid, ==, 1000);
    g_autoptr(Identity) unnamed =
        identity_new_from_params(NULL, 0, IDENTITY_SCOPE_SESSION, 1000, NULL);
    g_assert_cmpuint(unnamed->uid, ==, 1000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/delegation/who", test_who);
    g_test_add_func("/delegation/all", test_all);
    g_test_add_func("/delegation/nothing", test_nothing);
    g_test_add_func("/delegation/refused", test_refused);
    g_test_add_func("/delegation/session", test_session);
    return g_test_run();
}
