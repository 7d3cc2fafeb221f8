/*
 * prober — see prober.h.
 */
#include "prober.h"

#include "common/base/strand.h"
#include "virtqemud/exec/exec.h"

typedef struct {
    void (*fn)(void *data);
    void *data;
    gint done; /* atomic */
} Step;

typedef struct {
    QemuProbeRequest request;
    QemuCaps *caps;
    GError *error;
} Probe;

static void
step(void *data)
{
    Step *work = data;
    work->fn(work->data);
    g_atomic_int_set(&work->done, 1);
}

void
prober_run(Loop *loop, void (*fn)(void *data), void *data)
{
    StrandPool *pool = strand_pool_new(NULL);
    Strand *strand = strand_new(pool, "prober");
    Step work = {.fn = fn, .data = data};
    strand_post(strand, step, &work, NULL);
    while (!g_atomic_int_get(&work.done))
        loop_iterate(loop, 10);
    strand_unref(strand);
    strand_pool_free(pool);
    /* The helpers of the programs are reaped here. */
    for (int i = 0; i < 20; i++)
        loop_iterate(loop, 10);
}

static void
probe(void *data)
{
    Probe *work = data;
    work->caps = qemu_probe(&work->request, &work->error);
}

QemuCaps *
prober_probe(const char *program, int64_t deadline_ms, GError **error)
{
    g_autoptr(GError) no_loop = NULL;
    g_autoptr(Loop) loop = loop_new(&no_loop);
    g_assert_no_error(no_loop);
    ExecHelpers *helpers = exec_helpers_new(loop);
    Probe work = {.request = {.loop = loop,
                              .helpers = helpers,
                              .helper = g_getenv("VIRT_EXEC"),
                              .program = program,
                              .deadline_ms = deadline_ms}};
    prober_run(loop, probe, &work);
    exec_helpers_free(helpers);
    if (work.error != NULL)
        g_propagate_error(error, work.error);
    return work.caps;
}

char *
prober_path(const char *name)
{
    return g_strdup_printf("%s/%s.caps", CAPS_DATA, name);
}

QemuCaps *
prober_load(const char *name)
{
    g_autofree char *path = prober_path(name);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    size_t len = 0;
    g_file_get_contents(path, &text, &len, &error);
    g_assert_no_error(error);
    QemuCaps *caps = qemu_caps_parse(text, len, &error);
    g_assert_no_error(error);
    return caps;
}
