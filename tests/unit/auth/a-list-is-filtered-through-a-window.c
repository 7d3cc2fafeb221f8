/*
 * A list is filtered through a window: never more questions open than allowed, long known lists in
 * several turns, a failure ends it, a cancelled one asks no more.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/spec/acl.h"
#include "tests/unit/auth/script_driver.h"

enum { MOST = 2000 };

typedef struct {
    Loop *loop;
    AclManager *manager;
    Script script;
    Identity *alice;
    size_t n;
    const char *(*name)(size_t index);
    char text[32];
    AclAttribute attributes[2];
    uint8_t allowed[MOST];
    int n_done;
    AclVerdict verdict;
    int code;
} Fixture;

static void
setup(Fixture *f, gconstpointer data)
{
    f->loop = loop_new(NULL);
    f->manager = acl_manager_new(NULL, "QEMU", f->loop, NULL);
    acl_manager_add_driver(f->manager, &script_driver, &f->script);
    IdentityParam uid = {"unix-user-id", IDENTITY_ULLONG, {.ullong = 1000}};
    f->alice = identity_new_from_params(&uid, 1, IDENTITY_SCOPE_SYSTEM, 0, NULL);
    memset(f->allowed, 7, sizeof f->allowed);
}

static void
teardown(Fixture *f, gconstpointer data)
{
    acl_manager_free(f->manager);
    g_assert_cmpuint(f->script.open.length, ==, 0);
    identity_unref(f->alice);
    loop_free(f->loop);
}

static const AclAttribute *
attributes(void *data, size_t index)
{
    Fixture *f = data;
    g_assert_cmpuint(index, <, f->n);
    const char *fixed = f->name != NULL ? f->name(index) : NULL;
    g_snprintf(f->text, sizeof f->text, "vm%zu", index);
    f->attributes[0] = (AclAttribute){"name", fixed != NULL ? fixed : f->text};
    return f->attributes;
}

static void
on_done(void *data, AclVerdict verdict, const GError *error)
{
    Fixture *f = data;
    f->n_done++;
    f->verdict = verdict;
    f->code = error != NULL ? (int)virt_error_get_code(error) : 0;
}

static AclVerdict
filter(Fixture *f, size_t n, AclCheck **ret_check)
{
    f->n = n;
    AclFilter request = {n, attributes, f->allowed, on_done, f};
    return acl_filter(f->manager, f->alice, ACL_DOMAIN_GETATTR, &request, ret_check, NULL);
}

static const char *
yes_and_no(size_t index)
{
    return index % 2 == 0 ? "yes" : "no";
}

static void
test_known(Fixture *f, gconstpointer data)
{
    AclCheck *check = NULL;
    f->name = yes_and_no;
    g_assert_cmpint(filter(f, 10, &check), ==, ACL_ALLOWED);
    for (size_t i = 0; i < 10; i++)
        g_assert_cmpint(f->allowed[i], ==, i % 2 == 0);
    g_assert_cmpuint(f->script.n_asked, ==, 2);
    g_assert_cmpint(filter(f, 0, &check), ==, ACL_ALLOWED);
    g_assert_cmpint(f->n_done, ==, 0);
}

static void
test_long(Fixture *f, gconstpointer data)
{
    AclCheck *check = NULL;
    f->name = yes_and_no;
    g_assert_cmpint(filter(f, MOST, &check), ==, ACL_PENDING);
    int turns = 0;
    for (; f->n_done == 0 && turns < 100; turns++)
        loop_iterate(f->loop, 0);
    g_assert_cmpint(f->n_done, ==, 1);
    g_assert_cmpint(f->verdict, ==, ACL_ALLOWED);
    g_assert_cmpint(turns, >, 2);
    for (size_t i = 0; i < MOST; i++)
        g_assert_cmpint(f->allowed[i], ==, i % 2 == 0);
}

static void
test_window(Fixture *f, gconstpointer data)
{
    enum { N = ACL_FILTER_IN_FLIGHT * 3 };
    AclCheck *check = NULL;
    g_assert_cmpint(filter(f, N, &check), ==, ACL_PENDING);
    for (size_t i = 0; i < N; i++) {
        g_assert_cmpint(f->n_done, ==, 0);
        g_assert_cmpuint(f->script.open.length, ==, MIN((size_t)ACL_FILTER_IN_FLIGHT, N - i));
        g_autofree char *name = g_strdup_printf("vm%zu", i);
        script_answer(&f->script, name, i % 3 == 0 ? ACL_ALLOWED : ACL_DENIED, NULL);
    }
    g_assert_cmpint(f->n_done, ==, 1);
    g_assert_cmpint(f->verdict, ==, ACL_ALLOWED);
    for (size_t i = 0; i < N; i++)
        g_assert_cmpint(f->allowed[i], ==, i % 3 == 0);
}

static const char *
same(size_t index)
{
    return "vm";
}

static void
test_same(Fixture *f, gconstpointer data)
{
    AclCheck *check = NULL;
    f->name = same;
    g_assert_cmpint(filter(f, 40, &check), ==, ACL_PENDING);
    g_assert_cmpuint(f->script.n_asked, ==, 1);
    script_answer(&f->script, "vm", ACL_ALLOWED, NULL);
    g_assert_cmpint(f->n_done, ==, 1);
    g_assert_cmpuint(f->script.n_asked, ==, 1);
    for (size_t i = 0; i < 40; i++)
        g_assert_cmpint(f->allowed[i], ==, 1);
}

static void
test_failure(Fixture *f, gconstpointer data)
{
    AclCheck *check = NULL;
    g_autoptr(GError) failure = NULL;
    virt_error_set(&failure, VIRT_FROM_DBUS, VIRT_ERR_INTERNAL_ERROR, "no bus");
    g_assert_cmpint(filter(f, 100, &check), ==, ACL_PENDING);
    script_answer(&f->script, "vm0", ACL_ALLOWED, NULL);
    script_answer(&f->script, "vm1", ACL_DENIED, failure);
    g_assert_cmpint(f->n_done, ==, 1);
    g_assert_cmpint(f->verdict, ==, ACL_DENIED);
    g_assert_cmpint(f->code, ==, VIRT_ERR_ACCESS_DENIED);
    g_assert_cmpuint(f->script.n_cancelled, ==, ACL_FILTER_IN_FLIGHT - 1);
}

static void
test_cancel(Fixture *f, gconstpointer data)
{
    AclCheck *check = NULL;
    g_assert_cmpint(filter(f, 100, &check), ==, ACL_PENDING);
    script_answer(&f->script, "vm0", ACL_ALLOWED, NULL);
    acl_check_cancel(check);
    g_assert_cmpuint(f->script.open.length, ==, 0);
    g_assert_cmpuint(f->script.n_cancelled, ==, ACL_FILTER_IN_FLIGHT);
    loop_iterate(f->loop, 0);
    g_assert_cmpint(f->n_done, ==, 0);
}

#define ADD(name, fn) g_test_add("/acl-filter/" name, Fixture, NULL, setup, fn, teardown)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("known", test_known);
    ADD("long", test_long);
    ADD("window", test_window);
    ADD("same", test_same);
    ADD("failure", test_failure);
    ADD("cancel", test_cancel);
    return g_test_run();
}
