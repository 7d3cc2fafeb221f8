/* The helper outlives whoever started the program, and writes how it ended. */
#include "starter.h"

static void
ends(const char *script, const char *wanted)
{
    g_autoptr(ExecPlan) plan = starter_shell(script);
    exec_plan_add(plan, EXEC_ENV, "PATH=/usr/bin:/bin");
    Started started;
    g_autoptr(GError) error = NULL;
    g_autofree char *output = NULL, *record = NULL;
    starter_start(plan, &started, &error);
    g_assert_no_error(error);
    starter_finish(&started, &output, &record);
    g_assert_cmpstr(record, ==, wanted);
}

static void
by_exit(void)
{
    ends("exit 3", "exit 3\n");
}

static void
by_signal(void)
{
    ends("kill -9 $$", "signal 9\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/exec/record/exit", by_exit);
    g_test_add_func("/exec/record/signal", by_signal);
    return g_test_run();
}
