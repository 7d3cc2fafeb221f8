/*
 * a-process-is-known-by-id-and-start-time — another process under the same id is not mistaken for
 * it, and what was opened of one that has ended tells nothing any more.
 */
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "virtqemud/vm/proc.h"

static uint64_t
start_time_of(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
    g_autofree char *text = NULL;
    ProcStat stat = {0};
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_true(proc_stat_parse(text, &stat));
    return stat.start_time;
}

static void
test_own(void)
{
    uid_t uid;
    gid_t gid;
    uint64_t start_time = start_time_of(getpid());
    auto_fd folder = proc_open(getpid(), start_time);
    g_assert_cmpint(folder, >=, 0);
    g_assert_cmpint(proc_open(getpid(), start_time + 1), ==, -1);
    g_assert_cmpint(proc_open(getpid(), 0), ==, -1);
    g_assert_true(proc_read_ids(folder, &uid, &gid));
    g_assert_cmpuint(uid, ==, geteuid());
    g_assert_cmpuint(gid, ==, getegid());
}

static void *
be_named(void *data)
{
    pthread_barrier_t *barrier = data;
    g_assert_cmpint(prctl(PR_SET_NAME, "CPU 7/TCG"), ==, 0);
    pthread_barrier_wait(barrier);
    pthread_barrier_wait(barrier);
    return NULL;
}

static void
test_threads(void)
{
    pthread_t thread;
    pthread_barrier_t barrier;
    ProcStat stat;
    uint64_t delay_ns;
    pthread_barrier_init(&barrier, NULL, 2);
    g_assert_cmpint(pthread_create(&thread, NULL, be_named, &barrier), ==, 0);
    pthread_barrier_wait(&barrier);
    auto_fd folder = proc_open(getpid(), start_time_of(getpid()));
    g_autoptr(GArray) threads = proc_threads(folder);
    const ProcThread *found = proc_find_thread(threads, PROC_VCPU_THREAD, 7);
    g_assert_nonnull(found);
    g_assert_null(proc_find_thread(threads, PROC_VCPU_THREAD, 0));
    g_assert_cmpint(found->tid, !=, getpid());
    g_assert_true(proc_read_thread_stat(folder, found->tid, &stat));
    g_autoptr(Bitmap) cpus = proc_read_thread_cpus(folder, found->tid, 16384);
    g_assert_nonnull(cpus);
    g_assert_cmpuint(bitmap_count(cpus), >, 0);
    g_assert_true(bitmap_get(cpus, (size_t)stat.cpu));
    (void)proc_read_thread_delay(folder, found->tid, &delay_ns); /* not every kernel counts */
    g_assert_false(proc_read_thread_stat(folder, 1, &stat));
    pthread_barrier_wait(&barrier);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&barrier);
}

static void
test_ended(void)
{
    pid_t pid;
    char *argv[] = {"sleep", "60", NULL};
    g_assert_cmpint(posix_spawnp(&pid, "sleep", NULL, NULL, argv, NULL), ==, 0);
    uint64_t start_time = start_time_of(pid);
    auto_fd folder = proc_open(pid, start_time);
    g_assert_cmpint(folder, >=, 0);
    kill(pid, SIGKILL);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    ProcStat stat;
    g_assert_false(proc_read_stat(folder, &stat));
    g_assert_cmpint(proc_open(pid, start_time), ==, -1);
    g_autoptr(GArray) threads = proc_threads(folder);
    g_assert_cmpuint(threads->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process/own", test_own);
    g_test_add_func("/process/threads", test_threads);
    g_test_add_func("/process/ended", test_ended);
    return g_test_run();
}
