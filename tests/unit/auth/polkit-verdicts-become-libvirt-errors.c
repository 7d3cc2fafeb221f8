/*
 * Polkit's verdicts become libvirt's errors: each answer of an authority has the code and domain
 * that clients know.
 */
#include "common/base/error.h"
#include "tests/unit/auth/bus.h"

typedef struct {
    gint done;
    PolkitResult result;
    GError *error;
} Outcome;

static void
on_done(void *data, PolkitResult result, const GError *error)
{
    Outcome *outcome = data;
    outcome->done++;
    outcome->result = result;
    outcome->error = error != NULL ? g_error_copy(error) : NULL;
}

static const Identity alice = {.uid = 1000, .gid = 1000, .pid = 4711, .start_time = 99};

static Outcome
ask(Bus *bus, Polkit *polkit, const PolkitRequest *request)
{
    Outcome outcome = {0};
    polkit_check(polkit, request, on_done, &outcome);
    g_assert_cmpint(outcome.done, ==, 0);
    bus_await(bus, &outcome.done);
    g_assert_cmpint(outcome.done, ==, 1);
    return outcome;
}

typedef struct {
    const char *action;
    PolkitResult result;
    VirtErrorCode code;
    VirtErrorDomain domain;
} Case;

static const Case cases[] = {
    {"a.yes", POLKIT_ALLOWED, VIRT_ERR_OK, VIRT_FROM_NONE},
    {"a.no", POLKIT_DENIED, VIRT_ERR_AUTH_FAILED, VIRT_FROM_POLKIT},
    {"a.challenge", POLKIT_CHALLENGE, VIRT_ERR_AUTH_UNAVAILABLE, VIRT_FROM_POLKIT},
    {"a.dismissed", POLKIT_CANCELLED, VIRT_ERR_AUTH_CANCELLED, VIRT_FROM_POLKIT},
    {"a.error", POLKIT_FAILED, VIRT_ERR_DBUS_SERVICE, VIRT_FROM_DBUS},
};

static void
assert_error(const Outcome *outcome, VirtErrorCode code, VirtErrorDomain domain)
{
    g_assert_nonnull(outcome->error);
    g_assert_cmpint(virt_error_get_code(outcome->error), ==, code);
    g_assert_cmpint(virt_error_get_info(outcome->error).domain, ==, domain);
}

static void
test_verdicts(void)
{
    Bus *bus = bus_new("a.yes yes\na.no no\na.challenge challenge\na.dismissed dismissed\n"
                       "a.error error\n");
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, bus_address(bus));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        PolkitRequest request = {.action = cases[i].action, .subject = &alice};
        Outcome outcome = ask(bus, polkit, &request);
        g_assert_cmpint(outcome.result, ==, cases[i].result);
        if (cases[i].code == VIRT_ERR_OK)
            g_assert_no_error(outcome.error);
        else
            assert_error(&outcome, cases[i].code, cases[i].domain);
        g_clear_error(&outcome.error);
    }
    polkit_free(polkit);
    bus_free(bus);
}

static void
test_question(void)
{
    Bus *bus = bus_new("a.x uid=1000 pid=4711 interactive=1 name=vm1 odd=\xef\xbf\xbd yes\n");
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, bus_address(bus));
    const AclAttribute details[] = {{"name", "vm1"}, {"uuid", NULL}, {"odd", "\xff"}, {NULL, NULL}};
    PolkitRequest request = {"a.x", &alice, details, POLKIT_ALLOW_INTERACTION, 0};
    Outcome outcome = ask(bus, polkit, &request);
    g_assert_cmpint(outcome.result, ==, POLKIT_ALLOWED);
    request.interaction = POLKIT_NO_INTERACTION;
    outcome = ask(bus, polkit, &request);
    g_assert_cmpint(outcome.result, ==, POLKIT_DENIED);
    g_clear_error(&outcome.error);
    polkit_free(polkit);
    bus_free(bus);
}

/* A subject whose process is not known is never sent: the authority would look for one itself. */
static void
test_subject(void)
{
    Bus *bus = bus_new("* yes\n");
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, bus_address(bus));
    const Identity unknown[] = {
        {.uid = 1000, .gid = 1000, .start_time = 99},
        {.uid = 1000, .gid = 1000, .pid = 4711},
        {.uid = IDENTITY_NO_ID, .pid = 4711, .start_time = 99},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        PolkitRequest request = {.action = "a.x", .subject = &unknown[i]};
        Outcome outcome = ask(bus, polkit, &request);
        g_assert_cmpint(outcome.result, ==, POLKIT_FAILED);
        assert_error(&outcome, VIRT_ERR_AUTH_FAILED, VIRT_FROM_POLKIT);
        g_clear_error(&outcome.error);
    }
    polkit_free(polkit);
    bus_free(bus);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/polkit/verdicts", test_verdicts);
    g_test_add_func("/polkit/question", test_question);
    g_test_add_func("/polkit/subject", test_subject);
    return g_test_run();
}
