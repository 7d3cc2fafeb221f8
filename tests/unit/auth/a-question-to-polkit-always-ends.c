/*
 * A question to polkit always ends: without a bus, without an authority, without an answer, when it
 * is cancelled, and when the bus goes away; and the next one works again.
 */
#include "common/base/error.h"
#include "tests/unit/auth/bus.h"

enum { DEADLINE_MS = 200 };

typedef struct {
    gint done;
    PolkitResult result;
    VirtErrorCode code;
    VirtErrorDomain domain;
} Outcome;

static void
on_done(void *data, PolkitResult result, const GError *error)
{
    Outcome *outcome = data;
    outcome->done++;
    outcome->result = result;
    if (error != NULL) {
        outcome->code = virt_error_get_code(error);
        outcome->domain = virt_error_get_info(error).domain;
    }
}

static void
count(void *data)
{
    (*(gint *)data)++;
}

static const Identity alice = {.uid = 1000, .gid = 1000, .pid = 4711, .start_time = 99};

static PolkitCheck *
ask(Polkit *polkit, const char *action, uint32_t deadline_ms, Outcome *outcome)
{
    PolkitRequest request = {.action = action, .subject = &alice, .deadline_ms = deadline_ms};
    *outcome = (Outcome){0};
    return polkit_check(polkit, &request, on_done, outcome);
}

static void
test_no_bus(void)
{
    Bus *bus = bus_new(NULL);
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, "unix:path=/nonexistent/bus");
    Outcome outcome;
    ask(polkit, "a.x", 0, &outcome);
    bus_await(bus, &outcome.done);
    g_assert_cmpint(outcome.result, ==, POLKIT_FAILED);
    g_assert_cmpint(outcome.code, ==, VIRT_ERR_INTERNAL_ERROR);
    g_assert_cmpint(outcome.domain, ==, VIRT_FROM_DBUS);
    polkit_free(polkit);
    bus_free(bus);
}

static void
test_no_authority(void)
{
    Bus *bus = bus_new(NULL);
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, bus_address(bus));
    Outcome outcome;
    ask(polkit, "a.x", 0, &outcome);
    bus_await(bus, &outcome.done);
    g_assert_cmpint(outcome.code, ==, VIRT_ERR_DBUS_SERVICE);
    g_assert_cmpint(outcome.domain, ==, VIRT_FROM_DBUS);
    polkit_free(polkit);
    bus_free(bus);
}

static void
test_no_answer(void)
{
    Bus *bus = bus_new("a.never never\na.yes yes\n");
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, bus_address(bus));
    Outcome outcome, other;
    /* The bus is there before the time of a question runs, or it is over before it was asked. */
    ask(polkit, "a.yes", 0, &other);
    bus_await(bus, &other.done);
    int64_t begun_us = g_get_monotonic_time();
    ask(polkit, "a.never", DEADLINE_MS, &outcome);
    ask(polkit, "a.yes", 0, &other);
    bus_await(bus, &other.done);
    g_assert_cmpint(other.result, ==, POLKIT_ALLOWED);
    g_assert_true(outcome.done == 0 ||
                  g_get_monotonic_time() - begun_us >= DEADLINE_MS * (int64_t)1000);
    bus_await(bus, &outcome.done);
    g_assert_cmpint(outcome.code, ==, VIRT_ERR_OPERATION_TIMEOUT);
    /* The dialogue, if there is one, is taken away. */
    g_free(bus_await_line(bus, "cancel a.never"));
    polkit_free(polkit);
    bus_free(bus);
}

static void
test_cancel(void)
{
    Bus *bus = bus_new("a.never never\na.yes yes\n");
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, bus_address(bus));
    Outcome outcome, unsent, other;
    PolkitCheck *check = ask(polkit, "a.never", 0, &outcome);
    g_free(bus_await_line(bus, "check a.never"));
    polkit_check_cancel(check);
    g_free(bus_await_line(bus, "cancel a.never"));
    /* One that is cancelled before it is sent, too. */
    polkit_check_cancel(ask(polkit, "a.never", 0, &unsent));
    ask(polkit, "a.yes", 0, &other);
    bus_await(bus, &other.done);
    g_assert_cmpint(outcome.done, ==, 0);
    g_assert_cmpint(unsent.done, ==, 0);
    polkit_free(polkit);
    bus_free(bus);
}

static void
test_bus_lost(void)
{
    Bus *bus = bus_new("a.never never\na.yes yes\n");
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, bus_address(bus));
    gint changed = 0;
    polkit_set_changed(polkit, count, &changed);
    Outcome outcome;
    ask(polkit, "a.never", 0, &outcome);
    g_free(bus_await_line(bus, "check a.never"));
    g_assert_cmpint(changed, ==, 0);
    bus_stop(bus);
    bus_await(bus, &outcome.done);
    g_assert_cmpint(outcome.result, ==, POLKIT_FAILED);
    g_assert_cmpint(outcome.domain, ==, VIRT_FROM_DBUS);
    bus_await(bus, &changed);
    bus_start(bus);
    ask(polkit, "a.yes", 0, &outcome);
    bus_await(bus, &outcome.done);
    g_assert_cmpint(outcome.result, ==, POLKIT_ALLOWED);
    polkit_free(polkit);
    bus_free(bus);
}

static void
test_changed(void)
{
    Bus *bus = bus_new("* yes\n");
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, bus_address(bus));
    gint changed = 0;
    polkit_set_changed(polkit, count, &changed);
    Outcome outcome;
    ask(polkit, "a.x", 0, &outcome);
    bus_await(bus, &outcome.done);
    g_assert_cmpint(changed, ==, 0);
    bus_change_script(bus, "* no\n");
    bus_await(bus, &changed);
    polkit_free(polkit);
    bus_free(bus);
}

/* More than the bus lets one connection have open at once. */
static void
test_many(void)
{
    enum { MANY = 500 };
    Bus *bus = bus_new("a.slow yes 20\n");
    if (bus == NULL)
        return;
    Polkit *polkit = polkit_new(bus_loop(bus), NULL, bus_address(bus));
    g_autofree Outcome *outcomes = g_new(Outcome, MANY);
    for (int i = 0; i < MANY; i++)
        ask(polkit, "a.slow", 0, &outcomes[i]);
    for (int i = 0; i < MANY; i++) {
        bus_await(bus, &outcomes[i].done);
        g_assert_cmpint(outcomes[i].result, ==, POLKIT_ALLOWED);
    }
    polkit_free(polkit);
    bus_free(bus);
}

/* What is open when it is freed is forgotten, in each of its states. */
static void
test_free(void)
{
    Bus *bus = bus_new("a.never never\n");
    if (bus == NULL)
        return;
    GMainContext *context = g_main_context_new_with_flags(G_MAIN_CONTEXT_FLAGS_OWNERLESS_POLLING);
    loop_attach_context(bus_loop(bus), context);
    Outcome sent, dialing, early;
    Polkit *polkit = polkit_new(bus_loop(bus), context, bus_address(bus));
    ask(polkit, "a.never", 0, &sent);
    g_free(bus_await_line(bus, "check a.never"));
    PolkitRequest request = {.action = "a.x", .subject = &(Identity){.uid = 1}};
    early = (Outcome){0};
    polkit_check(polkit, &request, on_done, &early);
    polkit_free(polkit);
    polkit = polkit_new(bus_loop(bus), context, bus_address(bus));
    ask(polkit, "a.never", 0, &dialing);
    polkit_free(polkit);
    for (int i = 0; i < 20; i++)
        loop_iterate(bus_loop(bus), 5);
    g_assert_cmpint(sent.done + dialing.done + early.done, ==, 0);
    g_main_context_unref(context);
    bus_free(bus);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/polkit/ends/no-bus", test_no_bus);
    g_test_add_func("/polkit/ends/no-authority", test_no_authority);
    g_test_add_func("/polkit/ends/no-answer", test_no_answer);
    g_test_add_func("/polkit/ends/cancel", test_cancel);
    g_test_add_func("/polkit/ends/bus-lost", test_bus_lost);
    g_test_add_func("/polkit/ends/changed", test_changed);
    g_test_add_func("/polkit/ends/many", test_many);
    g_test_add_func("/polkit/ends/free", test_free);
    return g_test_run();
}
