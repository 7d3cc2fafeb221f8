/*
 * Processes: arguments, environment, input, output, descriptors, folder, and how they end.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/process.h"
#include "common/base/strand.h"

/* Starts `spec` and turns the loop until it has ended. */
static ProcessResult *
run(const ProcessSpec *spec)
{
    g_autoptr(Loop) loop = loop_new(NULL);
    g_autoptr(Future) done = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Process) process = process_start(loop, spec, &done, &error);
    g_assert_no_error(error);
    g_assert_cmpint(process_pid(process), >, 0);
    while (!future_is_done(done))
        loop_iterate(loop, -1);
    g_assert_false(process_signal(process, SIGTERM)); /* it is gone, whoever has its number */
    process_kill_group(process);
    return future_take_value(done);
}

static ProcessResult *
run_shell(const char *script, ProcessSpec spec)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    spec.argv = argv;
    if (spec.timeout_ms == 0)
        spec.timeout_ms = 60000;
    return run(&spec);
}

static void
test_output(void)
{
    g_autoptr(ProcessResult) result =
        run_shell("cat; pwd; echo oops >&2; exit 3", (ProcessSpec){.input = "in\n"});
    g_assert_cmpint(result->exit_status, ==, 3);
    g_assert_cmpint(result->signal, ==, 0);
    g_assert_cmpstr(result->out, ==, "in\n/\n");
    g_assert_cmpuint(result->out_len, ==, 5);
    g_assert_cmpstr(result->err, ==, "oops\n");
    g_assert_false(result->truncated);
    g_autoptr(GError) error = NULL;
    g_assert_false(process_result_check(result, "sh", &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_INTERNAL_ERROR));
    g_assert_nonnull(strstr(error->message, "'sh' ended with status 3: oops"));
}

static void
test_environment(void)
{
    g_setenv("SECRET_OF_THE_PARENT", "1", TRUE);
    const char *const env[] = {"ONE=1", NULL};
    const char *const argv[] = {"/usr/bin/env", NULL};
    const ProcessSpec given = {.argv = argv, .env = env, .timeout_ms = 60000};
    g_autoptr(ProcessResult) result = run(&given);
    g_assert_cmpstr(result->out, ==, "ONE=1\n");
    const ProcessSpec plain = {.argv = argv, .timeout_ms = 60000};
    g_autoptr(ProcessResult) other = run(&plain);
    g_assert_null(strstr(other->out, "SECRET"));
    g_assert_nonnull(strstr(other->out, "LC_ALL=C"));
}

/* What the shell's child has open; `ls` itself has one more for the folder. */
static void
test_descriptors(void)
{
    int a[2], b[2];
    g_assert_true(fd_pipe(a, NULL));
    g_assert_true(fd_pipe(b, NULL));
    auto_fd leak = open("/dev/null", O_RDONLY); /* without close-on-exec, as a library might */
    const ChildFd swapped[] = {{a[1], b[1]}, {b[1], a[1]}}; /* each in the other's place */
    g_autofree char *script =
        g_strdup_printf("echo to-a >&%d; echo to-b >&%d; ls /proc/self/fd", b[1], a[1]);
    const char *const argv[] = {"bash", "-c", script, NULL};
    const ProcessSpec spec = {
        .argv = argv, .fds = swapped, .n_fds = G_N_ELEMENTS(swapped), .timeout_ms = 60000};
    g_autoptr(ProcessResult) result = run(&spec);
    g_assert_cmpint(result->exit_status, ==, 0);
    g_assert_true(leak > b[1]);
    g_autofree char *leaked = g_strdup_printf("\n%d\n", leak);
    g_assert_null(strstr(result->out, leaked));
    fd_clear(&a[1]);
    fd_clear(&b[1]);
    g_autoptr(GByteArray) from_a = fd_read_all(a[0], 100, NULL);
    g_autoptr(GByteArray) from_b = fd_read_all(b[0], 100, NULL);
    g_assert_cmpmem(from_a->data, from_a->len, "to-a\n", 5);
    g_assert_cmpmem(from_b->data, from_b->len, "to-b\n", 5);
    fd_clear(&a[0]);
    fd_clear(&b[0]);
}

static void
test_cap(void)
{
    g_autoptr(ProcessResult) result =
        run_shell("head -c 300000 /dev/zero", (ProcessSpec){.output_max = 1000});
    g_assert_cmpuint(result->out_len, ==, 1000);
    g_assert_true(result->truncated);
    g_assert_cmpint(result->exit_status, ==, 0); /* it was read on, not blocked */
}

static void
test_deadline(void)
{
    g_autoptr(ProcessResult) result =
        run_shell("echo started; sleep 1000 & wait", (ProcessSpec){.timeout_ms = 300});
    g_assert_true(result->timed_out);
    g_assert_cmpint(result->signal, ==, SIGKILL);
    g_assert_cmpint(result->exit_status, ==, -1);
    g_autoptr(GError) error = NULL;
    g_assert_false(process_result_check(result, "sh", &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_OPERATION_TIMEOUT));
}

/* A daemonised grandchild keeps the pipe open: the end is the child's. */
static void
test_grandchild(void)
{
    int fds[2];
    g_assert_true(fd_pipe(fds, NULL));
    const ChildFd map[] = {{fds[0], 5}};
    g_autoptr(ProcessResult) result =
        run_shell("(read -r end <&5) & echo done", (ProcessSpec){.fds = map, .n_fds = 1});
    g_assert_cmpstr(result->out, ==, "done\n");
    fd_close(fds[0]);
    fd_close(fds[1]); /* and now it ends */
}

/* The C library leaves its own two, 32 and 33, ignored: nobody else can use them. */
static void
test_signals(void)
{
    signal(SIGPIPE, SIG_IGN);
    g_autoptr(ProcessResult) result = run_shell(
        "grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f 2 | tr '\\n' ' '", (ProcessSpec){0});
    g_auto(GStrv) masks = g_strsplit(result->out, " ", -1);
    g_assert_cmpuint(g_strv_length(masks), ==, 3);
    g_assert_cmpuint(g_ascii_strtoull(masks[0], NULL, 16), ==, 0);
    g_assert_cmpuint(g_ascii_strtoull(masks[1], NULL, 16) & ~UINT64_C(0x180000000), ==, 0);
}

static void
test_missing(void)
{
    g_autoptr(Loop) loop = loop_new(NULL);
    g_autoptr(Future) done = NULL;
    g_autoptr(GError) error = NULL;
    const char *const argv[] = {"/nowhere/no-such-tool", NULL};
    const ProcessSpec spec = {.argv = argv, .timeout_ms = 1000};
    g_assert_null(process_start(loop, &spec, &done, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_SYSTEM_ERROR));
    g_assert_cmpint(virt_error_get_info(error).int1, ==, ENOENT);
    g_assert_nonnull(strstr(error->message, "/nowhere/no-such-tool"));
    g_assert_null(done);
}

/* --- from a strand, with the loop on this thread --- */

typedef struct {
    Loop *loop;
    const char *script;
    Cancel *cancel;
    ProcessResult *result;
    GError *error;
} Job;

static void
job_run(void *data)
{
    Job *job = data;
    const char *const argv[] = {"sh", "-c", job->script, NULL};
    const ProcessSpec spec = {.argv = argv, .timeout_ms = 60000};
    job->result = process_run(job->loop, &spec, job->cancel, &job->error);
}

static void
quit(void *data)
{
    loop_quit(data);
}

static void
job_done(void *data)
{
    Job *job = data;
    loop_post(job->loop, quit, job->loop);
}

static void
cancel_job(void *data)
{
    cancel_trigger(data, "nobody wants it any more");
}

static void
test_strand(void)
{
    g_autoptr(Loop) loop = loop_new(NULL);
    StrandPool *pool = strand_pool_new(NULL);
    Strand *strand = strand_new(pool, "jobs");
    Job good = {loop, "echo yes", NULL, NULL, NULL};
    strand_post(strand, job_run, &good, job_done);
    loop_run(loop);
    g_assert_cmpstr(good.result->out, ==, "yes\n");
    Job bad = {loop, "echo 'first' >&2; echo 'last words' >&2; exit 1", NULL, NULL, NULL};
    strand_post(strand, job_run, &bad, job_done);
    loop_run(loop);
    g_assert_null(bad.result);
    g_assert_nonnull(strstr(bad.error->message, "status 1: last words"));
    Job long_job = {loop, "sleep 1000", cancel_new(), NULL, NULL};
    strand_post(strand, job_run, &long_job, job_done);
    loop_post(loop, cancel_job, long_job.cancel);
    loop_run(loop);
    g_assert_true(virt_error_matches(long_job.error, VIRT_ERR_OPERATION_ABORTED));
    strand_unref(strand);
    strand_pool_free(pool);
    process_result_free(good.result);
    g_clear_error(&bad.error);
    g_clear_error(&long_job.error);
    cancel_unref(long_job.cancel);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process/output", test_output);
    g_test_add_func("/process/environment", test_environment);
    g_test_add_func("/process/descriptors", test_descriptors);
    g_test_add_func("/process/cap", test_cap);
    g_test_add_func("/process/deadline", test_deadline);
    g_test_add_func("/process/grandchild", test_grandchild);
    g_test_add_func("/process/signals", test_signals);
    g_test_add_func("/process/missing", test_missing);
    g_test_add_func("/process/strand", test_strand);
    return g_test_run();
}
