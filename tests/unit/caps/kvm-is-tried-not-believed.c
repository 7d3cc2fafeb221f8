/*
 * QEMU-03: KVM counts only where a guest ran to its own end: a program that ends otherwise, or
 * hangs, has no KVM, and the reason is told. Skipped where there is no /dev/kvm to try.
 */
#include <string.h>
#include <unistd.h>

#include "fakes.h"
#include "prober.h"
#include "virtqemud/caps/caps_private.h"

/* LONG_MS: for what ends by itself, also while others are busy. */
enum { DEADLINE_MS = 3000, LONG_MS = 60000 };

/* A QEMU without faults, but for the guest of the trial, which ends as `trial` says. */
static QemuCaps *
probe(const char *trial, int64_t deadline_ms, Fakes **ret_fakes)
{
    g_autofree char *text = g_strdup_printf("case \"$*\" in *isa-debug-exit*) %s;; esac\n"
                                            "exec \"$0.real\" \"$@\"",
                                            trial);
    Fakes *fakes = fakes_new_shell(text);
    g_autofree char *real = g_strconcat(fakes->program, ".real", NULL);
    g_autofree char *script = g_strconcat(real, ".script", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(symlink(g_getenv("FAKE_QEMU"), real), ==, 0);
    g_assert_true(g_file_set_contents(
        script, "qom-list-types answer [{\"name\":\"isa-debug-exit\"}]\n", -1, NULL));
    QemuCaps *caps = prober_probe(fakes->program, deadline_ms, &error);
    g_assert_no_error(error);
    g_assert_false(fakes_runs(fakes));
    *ret_fakes = fakes;
    return caps;
}

static void
test_runs(void)
{
    g_autoptr(Fakes) fakes = NULL;
    g_autoptr(QemuCaps) caps = probe("exit 33", LONG_MS, &fakes);
    g_assert_null(qemu_caps_accel_reason(caps, QEMU_ACCEL_KVM));
    g_assert_true(qemu_caps_has_accel(caps, QEMU_ACCEL_KVM));
}

/* Only what took too long is not the last word. */
static void
fails(const char *trial, const char *why, gboolean is_provisional)
{
    g_autoptr(Fakes) fakes = NULL;
    g_autoptr(QemuCaps) caps = probe(trial, is_provisional ? DEADLINE_MS : LONG_MS, &fakes);
    const char *reason = qemu_caps_accel_reason(caps, QEMU_ACCEL_KVM);
    g_assert_false(qemu_caps_has_accel(caps, QEMU_ACCEL_KVM));
    g_assert_true(qemu_caps_has_accel(caps, QEMU_ACCEL_TCG));
    g_assert_cmpint(caps->is_provisional, ==, is_provisional);
    if (strstr(reason, why) == NULL)
        g_error("'%s' does not say '%s'", reason, why);
}

static void
test_fails(void)
{
    fails("exit 0", "ended with status 0", FALSE);
    fails("echo 'no such luck' >&2; exit 1", "ended with status 1: no such luck", FALSE);
    fails("kill -6 $$", "ended by signal 6", FALSE);
    fails("exec sleep 600", "did not end within 3 seconds", TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (access("/dev/kvm", F_OK) == 0) {
        g_test_add_func("/caps/kvm/runs", test_runs);
        g_test_add_func("/caps/kvm/fails", test_fails);
    }
    return g_test_run();
}
