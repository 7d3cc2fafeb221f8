/*
 * The client against the QEMU of this host, without a machine: pipelined commands, errors, events,
 * descriptors that must not be mixed up, its schema, its end. A step of a strand asks while the
 * loop of the test turns. Skipped where there is no QEMU.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/strand.h"
#include "tests/unit/qmp/live.h"
#include "tests/unit/qmp/schemas.h"
#include "virtqemud/qmp/caps.h"

enum { N_FDS = 12 };

static const char *qemu;

typedef struct {
    Live *live;
    Future *done;
} Step;

/* Runs `fn` as a step of a strand, to its end. */
static void
run_step(Live *live, StrandFn fn)
{
    StrandPool *pool = strand_pool_new(NULL);
    Strand *strand = strand_new(pool, "guest");
    Step step = {live, future_new("the step")};
    strand_post(strand, fn, &step, NULL);
    live_until(live, step.done);
    strand_unref(strand);
    strand_pool_free(pool);
    future_unref(step.done);
}

static void
step_calls(void *data)
{
    Step *step = data;
    QmpClient *client = step->live->client;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) reply = NULL;
    gboolean running = FALSE;
    g_assert_true(qmp_call(client, QMP_QUERY_STATUS, NULL, &reply, &error));
    g_assert_true(json_get_bool(reply, "running", &running, NULL));
    g_assert_true(running);
    g_assert_true(qmp_call(client, QMP_STOP, NULL, NULL, &error));
    g_assert_true(qmp_call(client, QMP_CONT, NULL, NULL, &error));

    Json *args = json_new_object();
    json_add_string(args, "id", "nobody");
    g_assert_false(qmp_call(client, QMP_DEVICE_DEL, args, NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_DEVICE_MISSING);
    g_clear_error(&error);
    g_autoptr(QmpRequest) raw = qmp_request_new_raw("no-such-command", NULL, 5000);
    g_assert_false(qmp_call_request(client, raw, NULL, NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_OPERATION_UNSUPPORTED);
    g_clear_error(&error);
    /* The largest number that QEMU's own parser takes comes back as it was. */
    Json *large = json_new_object();
    json_add_uint(large, "value", UINT64_MAX);
    g_assert_false(qmp_call(client, QMP_BALLOON, large, NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INTERNAL_ERROR);
    g_clear_error(&error);
    g_assert_true(qmp_call(client, QMP_QUIT, NULL, NULL, &error));
    future_complete(step->done, NULL, NULL);
}

static void
test_calls(void)
{
    g_autoptr(Live) live = live_start(qemu, NULL, NULL);
    run_step(live, step_calls);
    live_until_log(live, "closed 9\n");
    const char *log = live->talk.log->str;
    const char *stop = strstr(log, "event STOP 1 ");
    const char *resume = strstr(log, "event RESUME 1 ");
    g_assert_true(g_str_has_prefix(log, "ready "));
    g_assert_true(stop != NULL && resume != NULL && stop < resume);
    g_assert_nonnull(strstr(resume, "event SHUTDOWN 1 "));
    g_assert_null(strstr(log, "late"));
}

static void
step_schema(void *data)
{
    Step *step = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) reply = NULL;
    g_assert_true(qmp_call(step->live->client, QMP_QUERY_QMP_SCHEMA, NULL, &reply, &error));
    g_autoptr(QmpSchema) schema = qmp_schema_new(reply, &error);
    g_assert_no_error(error);
    QmpCaps caps = qmp_caps_from_schema(schema);
    g_assert_true(qmp_caps_have_command(&caps, QMP_QUERY_STATUS));
    if (g_str_has_prefix(step->live->talk.log->str, "ready 7.2.")) {
        g_autoptr(QmpSchema) stored = schemas_load("7.2");
        QmpCaps expected = qmp_caps_from_schema(stored);
        g_assert_cmpmem(&caps, sizeof(caps), &expected, sizeof(expected));
    }
    future_complete(step->done, NULL, NULL);
}

static void
test_schema(void)
{
    g_autoptr(Live) live = live_start(qemu, NULL, NULL);
    live_until_log(live, "ready ");
    run_step(live, step_schema);
}

static QmpRequest *
send_fd(QmpClient *client, int i)
{
    g_autofree char *name = g_strdup_printf("file-%d", i);
    Json *args = json_new_object();
    json_add_uint(args, "fdset-id", (uint64_t)i);
    json_add_string(args, "opaque", name);
    QmpRequest *request = qmp_request_new(QMP_ADD_FD, args);
    qmp_request_add_fd(request, memfd_create(name, MFD_CLOEXEC));
    qmp_client_send(client, request);
    return request;
}

/* What QEMU holds under the number that it answered must be the file that was sent. */
static void
check_fd(Live *live, QmpRequest *request, int i)
{
    live_until(live, qmp_request_future(request));
    const QmpAnswer *answer = future_value(qmp_request_future(request));
    g_assert_no_error(answer->error);
    uint64_t fd = 0;
    g_assert_true(json_get_uint(answer->reply, "fd", &fd, NULL));
    g_autofree char *link =
        g_strdup_printf("/proc/%d/fd/%" G_GUINT64_FORMAT, (int)process_pid(live->process), fd);
    g_autofree char *target = g_file_read_link(link, NULL);
    g_autofree char *expected = g_strdup_printf("/memfd:file-%d ", i);
    g_assert_nonnull(target);
    g_assert_true(g_str_has_prefix(target, expected));
    qmp_request_unref(request);
}

static void
test_descriptors(void)
{
    g_autoptr(Live) live = live_start(qemu, NULL, NULL);
    QmpRequest *requests[N_FDS];
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func((GDestroyNotify)qmp_request_unref);
    for (int i = 0; i < N_FDS; i++) {
        requests[i] = send_fd(live->client, i);
        QmpRequest *other = qmp_request_new(QMP_QUERY_FDSETS, NULL);
        qmp_client_send(live->client, other);
        g_ptr_array_add(others, other);
    }
    for (int i = 0; i < N_FDS; i++)
        check_fd(live, requests[i], i);
    g_autofree char *sets = live_ask(live, QMP_QUERY_FDSETS, 5000);
    g_assert_nonnull(strstr(sets, "file-11"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *found = g_find_program_in_path("qemu-system-x86_64");
    if (found == NULL) {
        g_print("1..0 # SKIP no qemu-system-x86_64 here\n");
        return 0;
    }
    qemu = found;
    g_test_add_func("/qmp/real/calls", test_calls);
    g_test_add_func("/qmp/real/schema", test_schema);
    g_test_add_func("/qmp/real/descriptors", test_descriptors);
    return g_test_run();
}
