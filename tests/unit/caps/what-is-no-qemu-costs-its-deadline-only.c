/*
 * QEMU-03: a program that is missing, cannot be run, ends at once, hangs, or says what no QEMU says
 * gives an error that names it and why, in bounded time, and nothing of it is left.
 */
#include <string.h>

#include "fakes.h"
#include "prober.h"

/* LONG_MS: for what ends by itself, also while others are busy. */
enum { DEADLINE_MS = 1500, LONG_MS = 60000, BOUND_US = 50 * G_USEC_PER_SEC };

static void
expect(const char *program, VirtErrorCode code, const char *why)
{
    int64_t deadline_ms = code == VIRT_ERR_OPERATION_TIMEOUT ? DEADLINE_MS : LONG_MS;
    g_autoptr(GError) error = NULL;
    int64_t before = g_get_monotonic_time();
    QemuCaps *caps = prober_probe(program, deadline_ms, &error);
    g_assert_null(caps);
    g_assert_error(error, VIRT_ERROR, (int)code);
    if (strstr(error->message, why) == NULL || strstr(error->message, program) == NULL)
        g_error("'%s' does not say '%s' of '%s'", error->message, why, program);
    g_assert_cmpint(g_get_monotonic_time() - before, <, BOUND_US);
}

static void
fails(Fakes *made, VirtErrorCode code, const char *why)
{
    g_autoptr(Fakes) fakes = made;
    expect(fakes->program, code, why);
    g_assert_false(fakes_runs(fakes));
}

static void
test_no_program(void)
{
    expect("/nowhere/qemu", VIRT_ERR_SYSTEM_ERROR, "No such file");
    expect("/usr", VIRT_ERR_SYSTEM_ERROR, "not executable");
    expect("/etc/passwd", VIRT_ERR_SYSTEM_ERROR, "not executable");
    expect("qemu", VIRT_ERR_INVALID_ARG, "no absolute path");
}

static void
test_ends(void)
{
    fails(fakes_new_shell("exit 0"), VIRT_ERR_INTERNAL_ERROR, "ended with status 0");
    fails(fakes_new_shell("echo first >&2; echo 'the last word' >&2; exit 3"),
          VIRT_ERR_INTERNAL_ERROR, "status 3 instead of telling what it can do: the last word");
    fails(fakes_new_shell("kill -9 $$"), VIRT_ERR_INTERNAL_ERROR, "ended by signal 9");
    fails(fakes_new("query-machines exit 4\n"), VIRT_ERR_INTERNAL_ERROR, "ended with status 4");
}

static void
test_hangs(void)
{
    fails(fakes_new("start hang\n"), VIRT_ERR_OPERATION_TIMEOUT, "");
    fails(fakes_new("query-version hang\n"), VIRT_ERR_OPERATION_TIMEOUT, "");
    fails(fakes_new("query-machines silent\n"), VIRT_ERR_OPERATION_TIMEOUT, "");
    fails(fakes_new("start ignore 15\nquery-target hang\n"), VIRT_ERR_OPERATION_TIMEOUT, "");
}

/* Each answer alone is in time. */
static void
test_is_slow(void)
{
    fails(fakes_new("* late 400\n"), VIRT_ERR_OPERATION_TIMEOUT, "");
}

static void
test_talks_nonsense(void)
{
    fails(fakes_new("greeting garbage\n"), VIRT_ERR_INTERNAL_ERROR, "");
    fails(fakes_new("query-version answer {}\n"), VIRT_ERR_INTERNAL_ERROR,
          "does not tell its version");
    fails(fakes_new("query-version answer {\"qemu\":{\"major\":0,\"minor\":1,\"micro\":2}}\n"),
          VIRT_ERR_INTERNAL_ERROR, "does not tell its version");
    fails(fakes_new("query-target answer {\"arch\":7}\n"), VIRT_ERR_INTERNAL_ERROR,
          "of which architecture");
    fails(fakes_new("query-qmp-schema answer {}\n"), VIRT_ERR_INTERNAL_ERROR, "");
    fails(fakes_new("query-version error GenericError no\n"), VIRT_ERR_INTERNAL_ERROR, "");
}

/* What is not there is not made up. */
static void
test_knows_little(void)
{
    g_autoptr(Fakes) fakes = fakes_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(QemuCaps) caps = prober_probe(fakes->program, LONG_MS, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(qemu_caps_version(caps), ==, 7002022);
    g_assert_null(qemu_caps_machine(caps, NULL));
    g_assert_false(qemu_caps_has_device(caps, "virtio-net-pci"));
    g_assert_false(fakes_runs(fakes));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/caps/wrong/no-program", test_no_program);
    g_test_add_func("/caps/wrong/ends", test_ends);
    g_test_add_func("/caps/wrong/hangs", test_hangs);
    g_test_add_func("/caps/wrong/slow", test_is_slow);
    g_test_add_func("/caps/wrong/nonsense", test_talks_nonsense);
    g_test_add_func("/caps/wrong/little", test_knows_little);
    return g_test_run();
}
