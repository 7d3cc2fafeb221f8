/*
 * A check is asked once and answered once: equal questions share an answer, a cancelled one hears
 * nothing, all permissions are needed, and every driver has a say.
 */
#include "common/base/error.h"
#include "common/spec/acl.h"
#include "tests/unit/auth/script_driver.h"

static const AclAttribute vm[] = {{"name", "vm"}, {NULL, NULL}};
static const AclAttribute yes[] = {{"name", "yes"}, {NULL, NULL}};
static const AclAttribute no[] = {{"name", "no"}, {NULL, NULL}};

typedef struct {
    Loop *loop;
    AclManager *manager;
    Script script;
    Identity *alice;
} Fixture;

typedef struct {
    int n;
    AclVerdict verdict;
    int code;
    AclCheck *also_cancel;
} Outcome;

static void
setup(Fixture *f, gconstpointer data)
{
    f->loop = loop_new(NULL);
    f->manager = acl_manager_new(NULL, "QEMU", f->loop, NULL);
    acl_manager_add_driver(f->manager, &script_driver, &f->script);
    IdentityParam uid = {"unix-user-id", IDENTITY_ULLONG, {.ullong = 1000}};
    f->alice = identity_new_from_params(&uid, 1, IDENTITY_SCOPE_SYSTEM, 0, NULL);
}

static void
teardown(Fixture *f, gconstpointer data)
{
    acl_manager_free(f->manager);
    g_assert_cmpuint(f->script.open.length, ==, 0);
    identity_unref(f->alice);
    loop_free(f->loop);
}

static void
on_done(void *data, AclVerdict verdict, const GError *error)
{
    Outcome *outcome = data;
    outcome->n++;
    outcome->verdict = verdict;
    outcome->code = error != NULL ? (int)virt_error_get_code(error) : 0;
    g_assert_true((verdict == ACL_DENIED) == (error != NULL));
    if (outcome->also_cancel != NULL)
        acl_check_cancel(outcome->also_cancel);
}

static AclCheck *
ask_pending(Fixture *f, AclPermission permission, const AclAttribute *object, Outcome *outcome)
{
    AclCheck *check = NULL;
    g_assert_cmpint(
        acl_check(f->manager, f->alice, permission, object, on_done, outcome, &check, NULL), ==,
        ACL_PENDING);
    g_assert_nonnull(check);
    return check;
}

static AclVerdict
ask_now(Fixture *f, AclPermission permission, const AclAttribute *object)
{
    AclCheck *check = NULL;
    g_autoptr(GError) error = NULL;
    AclVerdict verdict =
        acl_check(f->manager, f->alice, permission, object, NULL, NULL, &check, &error);
    g_assert_cmpint(verdict, !=, ACL_PENDING);
    if (verdict == ACL_DENIED) {
        g_assert_cmpint(virt_error_get_code(error), ==, VIRT_ERR_ACCESS_DENIED);
        g_assert_cmpint(virt_error_get_info(error).domain, ==, VIRT_FROM_ACCESS);
    }
    return verdict;
}

static void
test_at_once(Fixture *f, gconstpointer data)
{
    g_assert_cmpint(ask_now(f, ACL_DOMAIN_START, yes), ==, ACL_ALLOWED);
    g_assert_cmpint(ask_now(f, ACL_DOMAIN_START, no), ==, ACL_DENIED);
    g_assert_cmpint(ask_now(f, ACL_DOMAIN_START, no), ==, ACL_DENIED);
    g_assert_cmpuint(f->script.n_asked, ==, 2);
}

static void
test_shared(Fixture *f, gconstpointer data)
{
    Outcome one = {0}, two = {0}, other = {0};
    ask_pending(f, ACL_DOMAIN_START, vm, &one);
    ask_pending(f, ACL_DOMAIN_START, vm, &two);
    ask_pending(f, ACL_DOMAIN_STOP, vm, &other);
    g_assert_cmpuint(f->script.n_asked, ==, 2);
    script_answer(&f->script, "vm", ACL_ALLOWED, NULL);
    g_assert_cmpint(one.n, ==, 1);
    g_assert_cmpint(one.verdict, ==, ACL_ALLOWED);
    g_assert_cmpint(two.n, ==, 1);
    g_assert_cmpint(other.n, ==, 0);
    script_answer(&f->script, "vm", ACL_DENIED, NULL);
    g_assert_cmpint(other.n, ==, 1);
    g_assert_cmpint(other.verdict, ==, ACL_DENIED);
    g_assert_cmpint(other.code, ==, VIRT_ERR_ACCESS_DENIED);
    /* Kept now. */
    g_assert_cmpint(ask_now(f, ACL_DOMAIN_START, vm), ==, ACL_ALLOWED);
    g_assert_cmpint(ask_now(f, ACL_DOMAIN_STOP, vm), ==, ACL_DENIED);
    g_assert_cmpuint(f->script.n_asked, ==, 2);
    /* Until something changes. */
    acl_manager_forget(f->manager);
    Outcome again = {0};
    ask_pending(f, ACL_DOMAIN_START, vm, &again);
    g_assert_cmpuint(f->script.n_asked, ==, 3);
}

static void
test_changed_meanwhile(Fixture *f, gconstpointer data)
{
    Outcome before = {0}, after = {0}, third = {0};
    ask_pending(f, ACL_DOMAIN_START, vm, &before);
    acl_manager_forget(f->manager);
    /* Not joined with the one before, and not answered by it. */
    ask_pending(f, ACL_DOMAIN_START, vm, &after);
    g_assert_cmpuint(f->script.n_asked, ==, 2);
    script_answer(&f->script, "vm", ACL_ALLOWED, NULL);
    g_assert_cmpint(before.n, ==, 1);
    g_assert_cmpint(after.n, ==, 0);
    /* Nor is that answer kept. */
    ask_pending(f, ACL_DOMAIN_START, vm, &third);
    g_assert_cmpuint(f->script.n_asked, ==, 2);
    script_answer(&f->script, "vm", ACL_DENIED, NULL);
    g_assert_cmpint(after.verdict, ==, ACL_DENIED);
    g_assert_cmpint(third.verdict, ==, ACL_DENIED);
    g_assert_cmpint(ask_now(f, ACL_DOMAIN_START, vm), ==, ACL_DENIED);
}

static void
test_cancel(Fixture *f, gconstpointer data)
{
    Outcome one = {0}, two = {0};
    AclCheck *first = ask_pending(f, ACL_DOMAIN_START, vm, &one);
    AclCheck *second = ask_pending(f, ACL_DOMAIN_START, vm, &two);
    acl_check_cancel(first);
    g_assert_cmpuint(f->script.n_cancelled, ==, 0);
    acl_check_cancel(second);
    g_assert_cmpuint(f->script.n_cancelled, ==, 1);
    g_assert_cmpint(one.n + two.n, ==, 0);
}

static void
test_cancel_another_when_told(Fixture *f, gconstpointer data)
{
    Outcome one = {0}, two = {0};
    ask_pending(f, ACL_DOMAIN_START, vm, &one);
    one.also_cancel = ask_pending(f, ACL_DOMAIN_START, vm, &two);
    script_answer(&f->script, "vm", ACL_ALLOWED, NULL);
    g_assert_cmpint(one.n, ==, 1);
    g_assert_cmpint(two.n, ==, 0);
}

static void
test_failure(Fixture *f, gconstpointer data)
{
    Outcome outcome = {0};
    g_autoptr(GError) failure = NULL;
    virt_error_set(&failure, VIRT_FROM_DBUS, VIRT_ERR_INTERNAL_ERROR, "no bus");
    ask_pending(f, ACL_DOMAIN_START, vm, &outcome);
    script_answer(&f->script, "vm", ACL_DENIED, failure);
    g_assert_cmpint(outcome.verdict, ==, ACL_DENIED);
    g_assert_cmpint(outcome.code, ==, VIRT_ERR_ACCESS_DENIED);
    /* Not kept: the next one is asked again. */
    ask_pending(f, ACL_DOMAIN_START, vm, &outcome);
    g_assert_cmpuint(f->script.n_asked, ==, 2);
}

static void
test_all(Fixture *f, gconstpointer data)
{
    static const AclPermission needed[] = {ACL_DOMAIN_START, ACL_DOMAIN_WRITE, ACL_DOMAIN_SAVE};
    Outcome outcome = {0};
    AclCheck *check = NULL;
    AclAttribute object[] = {{"name", "vm"}, {NULL, NULL}};
    g_assert_cmpint(
        acl_check_all(f->manager, f->alice, needed, 3, object, on_done, &outcome, &check, NULL), ==,
        ACL_PENDING);
    /* The attributes were copied. */
    object[0].value = "yes";
    script_answer(&f->script, "vm", ACL_ALLOWED, NULL);
    g_assert_cmpint(outcome.n, ==, 0);
    script_answer(&f->script, "vm", ACL_DENIED, NULL);
    g_assert_cmpint(outcome.n, ==, 1);
    g_assert_cmpint(outcome.verdict, ==, ACL_DENIED);
    g_assert_cmpuint(f->script.n_asked, ==, 2);
    g_assert_cmpint(
        acl_check_all(f->manager, f->alice, NULL, 0, vm, on_done, &outcome, &check, NULL), ==,
        ACL_ALLOWED);
}

static void
test_every_driver(Fixture *f, gconstpointer data)
{
    Script second = {0};
    acl_manager_add_driver(f->manager, &script_driver, &second);
    Outcome outcome = {0};
    ask_pending(f, ACL_DOMAIN_START, vm, &outcome);
    g_assert_cmpuint(second.n_asked, ==, 0);
    script_answer(&f->script, "vm", ACL_ALLOWED, NULL);
    g_assert_cmpint(outcome.n, ==, 0);
    script_answer(&second, "vm", ACL_DENIED, NULL);
    g_assert_cmpint(outcome.n, ==, 1);
    g_assert_cmpint(outcome.verdict, ==, ACL_DENIED);
    acl_manager_forget(f->manager);
    acl_check_cancel(ask_pending(f, ACL_DOMAIN_START, vm, &outcome));
    g_assert_cmpuint(second.n_asked, ==, 1);
}

static void
test_open(Fixture *f, gconstpointer data)
{
    static const char *const none[] = {"none", NULL};
    static const char *const odd[] = {"none", "magic", NULL};
    g_autoptr(AclManager) manager = acl_manager_new(none, "QEMU", f->loop, NULL);
    g_assert_true(acl_manager_is_open(manager));
    g_assert_false(acl_manager_is_open(f->manager));
    AclCheck *check = NULL;
    g_assert_cmpint(acl_check(manager, f->alice, ACL_DOMAIN_START, no, NULL, NULL, &check, NULL),
                    ==, ACL_ALLOWED);
    g_autoptr(Identity) system = identity_new_system();
    g_assert_cmpint(acl_check(f->manager, system, ACL_DOMAIN_START, no, NULL, NULL, &check, NULL),
                    ==, ACL_ALLOWED);
    g_autoptr(GError) error = NULL;
    g_assert_null(acl_manager_new(odd, "QEMU", f->loop, &error));
    g_assert_cmpint(virt_error_get_code(error), ==, VIRT_ERR_CONF_SYNTAX);
}

/* A daemon of several drivers names the one that is meant. */
static void
test_named_driver(Fixture *f, gconstpointer data)
{
    static const AclAttribute secret[] = {
        {"connect_driver", "secret"}, {"name", "yes"}, {NULL, NULL}};
    g_assert_cmpint(ask_now(f, ACL_SECRET_GETATTR, yes), ==, ACL_ALLOWED);
    f->script.expected_driver = "secret";
    g_assert_cmpint(ask_now(f, ACL_SECRET_GETATTR, secret), ==, ACL_ALLOWED);
    g_assert_cmpuint(f->script.n_asked, ==, 2);
}

/* The manager goes while checks are open: nobody is called. */
static void
test_end(Fixture *f, gconstpointer data)
{
    static Outcome outcome;
    ask_pending(f, ACL_DOMAIN_START, vm, &outcome);
    ask_pending(f, ACL_DOMAIN_STOP, vm, &outcome);
}

#define ADD(name, fn) g_test_add("/acl/" name, Fixture, NULL, setup, fn, teardown)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("at-once", test_at_once);
    ADD("shared", test_shared);
    ADD("changed-meanwhile", test_changed_meanwhile);
    ADD("cancel", test_cancel);
    ADD("cancel-another-when-told", test_cancel_another_when_told);
    ADD("failure", test_failure);
    ADD("all", test_all);
    ADD("every-driver", test_every_driver);
    ADD("open", test_open);
    ADD("named-driver", test_named_driver);
    ADD("end", test_end);
    return g_test_run();
}
