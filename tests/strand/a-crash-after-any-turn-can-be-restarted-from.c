/*
 * The daemon is killed after its first turn, its second, and so on; what it leaves on the disk is
 * whole, says at least what was answered, and a new daemon makes its table from it.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/strand/harness.h"

enum { SEEDS = 6, CRASHED = 7, TURNS_MAX = 1000 };

/* What the killed daemon and the test share. */
typedef struct {
    Disk disk;
    Call calls[HARNESS_CALLS];
} Shared;

static void
crash(void *data, StrandSched *sched, uint64_t turn)
{
    if (turn == *(const uint64_t *)data)
        _exit(CRASHED);
}

static void
life(Shared *shared, uint64_t seed, uint64_t last_turn)
{
    Harness harness;
    harness_open(&harness, seed, &shared->disk, shared->calls);
    harness.crash_is_planned = true;
    strand_sched_set_hook(harness.sched, crash, &last_turn);
    harness_call(&harness, call_make(CALL_DEFINE, "ant", 1));
    harness_call(&harness, call_make(CALL_DEFINE, "bee", 2));
    harness_run(&harness);
    Call rename = call_make(CALL_RENAME, "bee", 2);
    g_strlcpy(rename.new_name, "cat", NAME_BYTES);
    harness_call(&harness, rename);
    harness_call(&harness, call_make(CALL_START, "ant", 1));
    harness_run(&harness);
    harness_call(&harness, call_make(CALL_STOP, "ant", 1));
    harness_call(&harness, call_make(CALL_UNDEFINE, "cat", 2));
    harness_run(&harness);
    _exit(0);
}

static const DiskRecord *
record_of(const Shared *shared, uint8_t number)
{
    const DiskRecord *found = NULL;
    for (int i = 0; i < DISK_RECORDS; i++) {
        const DiskRecord *record = &shared->disk.records[i];
        if (!record->used || record->uuid[0] != number)
            continue;
        g_assert_null(found);
        found = record;
    }
    return found;
}

/* What was answered before the crash is on the disk. */
static void
check_answers(const Shared *shared)
{
    const Call *calls = shared->calls;
    const DiskRecord *ant = record_of(shared, 1), *bee = record_of(shared, 2);
    if (calls[0].replies > 0)
        g_assert_nonnull(ant);
    if (calls[1].replies > 0 && calls[5].kind != CALL_UNDEFINE) /* no undefine under way */
        g_assert_nonnull(bee);
    if (calls[2].replies > 0 && bee != NULL)
        g_assert_cmpstr(bee->name, ==, "cat");
    if (calls[3].replies > 0 && calls[4].kind != CALL_STOP)
        g_assert_true(ant->running);
    if (calls[4].replies > 0)
        g_assert_false(ant->running);
    if (calls[5].replies > 0)
        g_assert_null(bee);
}

/* TRUE when the daemon ran to its end instead. */
static gboolean
run_and_crash(Shared *shared, uint64_t seed, uint64_t last_turn)
{
    memset(shared, 0, sizeof(*shared));
    pid_t pid = fork();
    g_assert_cmpint(pid, >=, 0);
    if (pid == 0)
        life(shared, seed, last_turn);
    int status;
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFEXITED(status));
    g_assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == CRASHED);
    return WEXITSTATUS(status) == 0;
}

static void
restart(Shared *shared, uint64_t seed)
{
    Harness harness;
    gboolean had_ant = record_of(shared, 1) != NULL;
    harness_open(&harness, seed, &shared->disk, NULL);
    harness_run(&harness);
    harness_check(&harness);
    harness_call(&harness, call_make(CALL_STOP, "ant", 1));
    harness_run(&harness);
    harness_call(&harness, call_make(CALL_START, "ant", 1)); /* nothing is stuck */
    harness_run(&harness);
    g_assert_cmpint(harness.calls[1].code, ==, had_ant ? VIRT_ERR_OK : VIRT_ERR_NO_DOMAIN);
    harness_check(&harness);
    harness_close(&harness);
}

static void
test_crashes(void)
{
    Shared *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    g_assert_true(shared != MAP_FAILED);
    uint64_t crashes = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        gboolean ended = FALSE;
        for (uint64_t turn = 1; !ended; turn++) {
            g_assert_cmpuint(turn, <, TURNS_MAX);
            ended = run_and_crash(shared, seed, turn);
            check_answers(shared);
            restart(shared, seed);
            crashes++;
        }
    }
    g_assert_cmpuint(crashes, >, SEEDS * 10);
    munmap(shared, sizeof(*shared));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/example/crash", test_crashes);
    return g_test_run();
}
