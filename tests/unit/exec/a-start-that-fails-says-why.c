/* Whatever goes wrong before the program runs comes back as libvirt's code and a text. */
#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "starter.h"

static void
fails(ExecPlan *plan, VirtErrorCode code, const char *text)
{
    Started started;
    g_autoptr(GError) error = NULL;
    g_assert_false(starter_start(plan, &started, &error));
    g_assert_error(error, VIRT_ERROR, (int)code);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, text));
    close(started.output);
    close(started.record);
}

static void
no_such_program(void)
{
    g_autoptr(ExecPlan) plan = exec_plan_new();
    exec_plan_add(plan, EXEC_PROGRAM, "/nonexistent/qemu");
    exec_plan_add(plan, EXEC_ARG, "qemu");
    fails(plan, VIRT_ERR_SYSTEM_ERROR, "/nonexistent/qemu: No such file or directory");
}

static void
not_executable(void)
{
    g_autoptr(ExecPlan) plan = exec_plan_new();
    exec_plan_add(plan, EXEC_PROGRAM, "/etc/passwd");
    exec_plan_add(plan, EXEC_ARG, "passwd");
    fails(plan, VIRT_ERR_SYSTEM_ERROR, "Permission denied");
}

static void
no_such_folder(void)
{
    g_autoptr(ExecPlan) plan = starter_shell("exit 0");
    exec_plan_add(plan, EXEC_FOLDER, "/nonexistent");
    fails(plan, VIRT_ERR_SYSTEM_ERROR, "working folder: No such file or directory");
}

static void
a_wrong_value(void)
{
    g_autoptr(ExecPlan) plan = starter_shell("exit 0");
    exec_plan_add(plan, EXEC_RLIMIT, "7:12");
    fails(plan, VIRT_ERR_INTERNAL_ERROR, "is no limit");
}

static void
a_cgroup_that_is_none(void)
{
    g_autoptr(ExecPlan) plan = starter_shell("exit 0");
    int fds[2];
    g_assert_cmpint(pipe(fds), ==, 0);
    exec_plan_join_cgroup(plan, fds[0]); /* the end that cannot be written */
    fails(plan, VIRT_ERR_SYSTEM_ERROR, "cannot join the cgroup");
    close(fds[0]);
    close(fds[1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/exec/fails/missing", no_such_program);
    g_test_add_func("/exec/fails/not-executable", not_executable);
    g_test_add_func("/exec/fails/folder", no_such_folder);
    g_test_add_func("/exec/fails/value", a_wrong_value);
    g_test_add_func("/exec/fails/cgroup", a_cgroup_that_is_none);
    return g_test_run();
}
