/* Environment, descriptors, limits, ids, capabilities, processors, umask, folder: what the program
 * sees is what the plan says, and nothing else is open. Shows SEC-07. */
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "starter.h"

static char *
run(ExecPlan *plan)
{
    Started started;
    g_autoptr(GError) error = NULL;
    g_autofree char *record = NULL;
    char *output;
    gboolean ok = starter_start(plan, &started, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    starter_finish(&started, &output, &record);
    g_assert_cmpstr(record, ==, "exit 0\n");
    return output;
}

static void
environment_is_only_what_is_said(void)
{
    g_autoptr(ExecPlan) plan = starter_shell("/usr/bin/env | /usr/bin/sort; pwd; umask");
    exec_plan_add(plan, EXEC_ENV, "ONE=1");
    exec_plan_add(plan, EXEC_ENV, "TWO=a b");
    exec_plan_add(plan, EXEC_FOLDER, "/tmp");
    exec_plan_add(plan, EXEC_UMASK, "027");
    g_autofree char *output = run(plan);
    g_assert_cmpstr(output, ==, "ONE=1\nPWD=/tmp\nTWO=a b\n/tmp\n0027\n");
}

static void
descriptors_are_only_those_of_the_plan(void)
{
    g_autoptr(ExecPlan) plan = starter_shell(
        "cd /proc/self/fd && for fd in *; do case $fd in [0-2]) ;; *) echo $fd;; esac; done;"
        "/bin/cat /proc/self/fd/10 /proc/self/fd/3");
    int a = memfd_create("a", MFD_CLOEXEC), b = memfd_create("b", MFD_CLOEXEC);
    g_assert_cmpint(write(a, "from a\n", 7), ==, 7);
    g_assert_cmpint(write(b, "from b\n", 7), ==, 7);
    lseek(a, 0, SEEK_SET);
    lseek(b, 0, SEEK_SET);
    g_assert_cmpint(exec_plan_pass_fd(plan, a), ==, 10);
    exec_plan_pass_fd_as(plan, b, 3); /* where the plan itself was */
    g_autofree char *output = run(plan);
    /* The shell's own listing descriptor is the lowest free one. */
    g_assert_nonnull(strstr(output, "from a\nfrom b\n"));
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    guint others = 0;
    for (guint i = 0; lines[i] != NULL && g_ascii_isdigit(lines[i][0]); i++)
        others += !g_str_equal(lines[i], "3") && !g_str_equal(lines[i], "10");
    g_assert_cmpuint(others, <=, 1);
    close(a);
    close(b);
}

static void
limits_hold(void)
{
    g_autoptr(ExecPlan) plan =
        starter_shell("ulimit -Sn; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj;"
                      "sed -n 's/^Cpus_allowed_list:\\t//p' /proc/self/status");
    exec_plan_add(plan, EXEC_ENV, "PATH=/usr/bin:/bin");
    exec_plan_addf(plan, EXEC_RLIMIT, "%d:100:200", RLIMIT_NOFILE);
    exec_plan_addf(plan, EXEC_RLIMIT, "%d:0:0", RLIMIT_CORE);
    exec_plan_add(plan, EXEC_OOM, "100");
    exec_plan_add(plan, EXEC_CPU, "0");
    g_autofree char *output = run(plan);
    g_assert_cmpstr(output, ==, "100\n200\n0\n100\n0\n");
}

static void
ids_and_capabilities_are_dropped(void)
{
    if (geteuid() != 0) {
        g_test_skip("only root can become somebody else");
        return;
    }
    g_autoptr(ExecPlan) plan =
        starter_shell("id -u; id -g; id -G;"
                      "sed -n '/^Cap\\(Prm\\|Eff\\|Bnd\\|Amb\\)\\|^NoNew/p' /proc/self/status");
    exec_plan_add(plan, EXEC_ENV, "PATH=/usr/bin:/bin");
    exec_plan_add(plan, EXEC_UID, "65534");
    exec_plan_add(plan, EXEC_GID, "65533");
    exec_plan_add(plan, EXEC_GROUP, "65532");
    g_autofree char *output = run(plan);
    g_assert_cmpstr(output, ==,
                    "65534\n65533\n65533 65532\n"
                    "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
                    "CapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\n");
}

static void
a_kept_capability_survives(void)
{
    if (geteuid() != 0) {
        g_test_skip("only root has capabilities to keep");
        return;
    }
    g_autoptr(ExecPlan) plan =
        starter_shell("id -u; sed -n '/^Cap\\(Prm\\|Eff\\|Bnd\\|Amb\\)/p' /proc/self/status");
    exec_plan_add(plan, EXEC_ENV, "PATH=/usr/bin:/bin");
    exec_plan_add(plan, EXEC_UID, "65534");
    exec_plan_add(plan, EXEC_GID, "65534");
    exec_plan_add(plan, EXEC_KEEP_CAP, "13"); /* CAP_NET_RAW */
    g_autofree char *output = run(plan);
    g_assert_cmpstr(output, ==,
                    "65534\nCapPrm:\t0000000000002000\nCapEff:\t0000000000002000\n"
                    "CapBnd:\t0000000000000000\nCapAmb:\t0000000000002000\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/exec/environment", environment_is_only_what_is_said);
    g_test_add_func("/exec/descriptors", descriptors_are_only_those_of_the_plan);
    g_test_add_func("/exec/limits", limits_hold);
    g_test_add_func("/exec/ids", ids_and_capabilities_are_dropped);
    g_test_add_func("/exec/capability", a_kept_capability_survives);
    return g_test_run();
}
