/*
 * The administrator's scripts: which of them run, in which order, with what; what a failing one, a
 * cancelled one, and an answer mean.
 */
#include <string.h>
#include <sys/stat.h>

#include "common/base/error.h"
#include "common/base/strand.h"
#include "scratch.h"
#include "virtqemud/hostres/hook.h"

typedef struct {
    char *folder; /* of the scripts */
    Loop *loop;
    Hooks *hooks;
    HookOperation operation;
    Cancel *cancel;
    GError *error;
    char *answer;
    gboolean ok;
    gint done;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->folder = scratch_new();
    fixture->loop = loop_new(NULL);
    fixture->hooks = hooks_new(fixture->loop, fixture->folder);
    fixture->operation = HOOK_PREPARE;
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    hooks_free(fixture->hooks);
    loop_free(fixture->loop);
    g_clear_error(&fixture->error);
    g_free(fixture->answer);
    scratch_free(fixture->folder);
}

static void
add_script(const Fixture *fixture, const char *name, mode_t mode, const char *body)
{
    g_autofree char *path = scratch_path(fixture->folder, name);
    g_autofree char *above = g_path_get_dirname(path);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n%s\n", body);
    g_assert_cmpint(g_mkdir_with_parents(above, 0700), ==, 0);
    scratch_write(fixture->folder, name, text, strlen(text));
    g_assert_cmpint(chmod(path, mode), ==, 0);
}

static void
step(void *data)
{
    Fixture *fixture = data;
    fixture->ok = hooks_run(fixture->hooks, "guest one", fixture->operation, "<domain/>",
                            fixture->cancel, &fixture->answer, &fixture->error);
    g_atomic_int_set(&fixture->done, 1);
}

static gboolean
run(Fixture *fixture)
{
    StrandPool *pool = strand_pool_new(NULL);
    Strand *strand = strand_new(pool, "guest");
    fixture->done = 0;
    strand_post(strand, step, fixture, NULL);
    while (!g_atomic_int_get(&fixture->done))
        loop_iterate(fixture->loop, 10);
    strand_unref(strand);
    strand_pool_free(pool);
    return fixture->ok;
}

static void
test_order(Fixture *fixture, gconstpointer data)
{
    g_assert_false(hooks_exist(fixture->hooks));
    g_assert_true(run(fixture));
    g_autofree char *body =
        g_strdup_printf("echo \"$(basename $0) $1,$2,$3,$4 $(cat)\" >>%s/out", fixture->folder);
    add_script(fixture, "qemu.d/20-b", 0755, body);
    add_script(fixture, "qemu.d/10-a", 0755, body);
    add_script(fixture, "qemu.d/30-off", 0644, body);
    add_script(fixture, "qemu", 0755, body);
    g_assert_true(hooks_exist(fixture->hooks));
    g_assert_true(run(fixture));
    g_autofree char *out = scratch_read(fixture->folder, "out");
    g_assert_cmpstr(out, ==,
                    "qemu guest one,prepare,begin,- <domain/>\n"
                    "10-a guest one,prepare,begin,- <domain/>\n"
                    "20-b guest one,prepare,begin,- <domain/>\n");
    g_assert_null(fixture->answer);
}

static void
test_sub_operations(Fixture *fixture, gconstpointer data)
{
    g_autofree char *body = g_strdup_printf("echo $2,$3 >%s/out", fixture->folder);
    add_script(fixture, "qemu", 0755, body);
    static const struct {
        HookOperation operation;
        const char *text;
    } rows[] = {
        {HOOK_START, "start,begin\n"},         {HOOK_STARTED, "started,begin\n"},
        {HOOK_STOPPED, "stopped,end\n"},       {HOOK_RELEASE, "release,end\n"},
        {HOOK_RECONNECT, "reconnect,begin\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        fixture->operation = rows[i].operation;
        g_assert_true(run(fixture));
        g_autofree char *out = scratch_read(fixture->folder, "out");
        g_assert_cmpstr(out, ==, rows[i].text);
    }
}

static void
test_refusal(Fixture *fixture, gconstpointer data)
{
    g_autofree char *body = g_strdup_printf("touch %s/later", fixture->folder);
    add_script(fixture, "qemu", 0755, "echo no such guest >&2; exit 3");
    add_script(fixture, "qemu.d/later", 0755, body);
    g_assert_false(run(fixture));
    g_assert_error(fixture->error, VIRT_ERROR, VIRT_ERR_HOOK_SCRIPT_FAILED);
    g_assert_nonnull(strstr(fixture->error->message, "guest 'guest one', prepare: "));
    g_assert_nonnull(strstr(fixture->error->message, "ended with status 3: no such guest"));
    g_assert_null(scratch_read(fixture->folder, "later"));
}

static void
test_answer(Fixture *fixture, gconstpointer data)
{
    add_script(fixture, "qemu", 0755, "cat; echo 1");
    add_script(fixture, "qemu.d/silent", 0755, "exit 0");
    add_script(fixture, "qemu.d/two", 0755, "cat; echo 2");
    fixture->operation = HOOK_RESTORE;
    g_assert_true(run(fixture));
    g_assert_cmpstr(fixture->answer, ==, "<domain/>1\n2\n");
}

static void
test_cancel(Fixture *fixture, gconstpointer data)
{
    add_script(fixture, "qemu", 0755, "exec cat /dev/zero >/dev/null");
    fixture->cancel = cancel_new();
    cancel_trigger(fixture->cancel, "the guest is being ended");
    g_assert_false(run(fixture));
    g_assert_error(fixture->error, VIRT_ERROR, VIRT_ERR_OPERATION_ABORTED);
    cancel_unref(fixture->cancel);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add("/hook/" path, Fixture, NULL, set_up, function, tear_down)
    ADD("order", test_order);
    ADD("sub-operations", test_sub_operations);
    ADD("refusal", test_refusal);
    ADD("answer", test_answer);
    ADD("cancel", test_cancel);
    return g_test_run();
}
