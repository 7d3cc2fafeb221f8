/*
 * QEMU-03: the first who wants to know asks the program; others at the same time wait for that;
 * later ones, also after a restart, get what was kept. A changed program, a damaged file, a folder
 * that others may write to: it is asked again.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/strand.h"
#include "fakes.h"
#include "prober.h"
#include "virtqemud/caps/cache.h"
#include "virtqemud/exec/exec.h"

typedef struct {
    Loop *loop;
    ExecHelpers *helpers;
    Fakes *fakes;
    char *folder;
    QemuCapsCache *cache;
} World;

typedef struct {
    QemuCapsCache *cache;
    const char *program;
    QemuCaps *caps;
    GError *error;
} Get;

static void
open_cache(World *world)
{
    QemuProbeRequest request = {.loop = world->loop,
                                .helpers = world->helpers,
                                .helper = g_getenv("VIRT_EXEC"),
                                .deadline_ms = 20000};
    qemu_caps_cache_unref(world->cache);
    world->cache = qemu_caps_cache_new(world->folder, &request);
}

static World *
world_new(const char *script)
{
    World *world = g_new0(World, 1);
    world->loop = loop_new(NULL);
    world->helpers = exec_helpers_new(world->loop);
    world->fakes = fakes_new(script);
    world->folder = g_build_filename(world->fakes->folder, "kept", NULL);
    open_cache(world);
    return world;
}

static void
world_free(World *world)
{
    qemu_caps_cache_unref(world->cache);
    exec_helpers_free(world->helpers);
    fakes_free(world->fakes);
    loop_free(world->loop);
    g_free(world->folder);
    g_free(world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

static void
get_step(void *data)
{
    Get *get = data;
    get->caps = qemu_caps_cache_get(get->cache, get->program, &get->error);
}

/* Asks the cache, which must then have asked the program so often. */
static void
get(World *world, uint32_t n_probes)
{
    Get work = {.cache = world->cache, .program = world->fakes->program};
    prober_run(world->loop, get_step, &work);
    g_assert_no_error(work.error);
    g_assert_cmpuint(qemu_caps_version(work.caps), ==, 7002022);
    qemu_caps_unref(work.caps);
    g_assert_cmpuint(qemu_caps_cache_n_probes(world->cache), ==, n_probes);
}

static void
test_once(void)
{
    g_autoptr(World) world = world_new(NULL);
    g_assert_null(qemu_caps_cache_peek(world->cache, world->fakes->program));
    get(world, 1);
    get(world, 1);
    g_autoptr(QemuCaps) peeked = qemu_caps_cache_peek(world->cache, world->fakes->program);
    g_assert_nonnull(peeked);
}

static void
test_restart(void)
{
    g_autoptr(World) world = world_new(NULL);
    get(world, 1);
    open_cache(world);
    g_assert_null(qemu_caps_cache_peek(world->cache, world->fakes->program));
    get(world, 0);
}

static void
test_changed(void)
{
    g_autoptr(World) world = world_new(NULL);
    get(world, 1);
    fakes_replace(world->fakes);
    get(world, 2);
    get(world, 2);
    open_cache(world);
    get(world, 0);
    fakes_replace(world->fakes);
    open_cache(world);
    get(world, 1);
}

/* The one file in the folder. */
static char *
kept_file(const World *world)
{
    GDir *dir = g_dir_open(world->folder, 0, NULL);
    g_assert_nonnull(dir);
    char *path = g_build_filename(world->folder, g_dir_read_name(dir), NULL);
    g_assert_null(g_dir_read_name(dir));
    g_dir_close(dir);
    return path;
}

static void
test_damaged(void)
{
    g_autoptr(World) world = world_new(NULL);
    get(world, 1);
    g_autofree char *path = kept_file(world);
    g_autofree char *text = NULL;
    gsize len = 0;
    g_assert_true(g_file_get_contents(path, &text, &len, NULL));
    const gsize cuts[] = {0, 10, strcspn(text, "\n"), strcspn(text, "\n") + 1, len / 2};
    for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
        g_assert_true(g_file_set_contents(path, text, (gssize)cuts[i], NULL));
        open_cache(world);
        get(world, 1);
        open_cache(world);
        get(world, 0);
    }
}

static void
test_open_folder(void)
{
    g_autoptr(World) world = world_new(NULL);
    get(world, 1);
    g_assert_cmpint(chmod(world->folder, 0777), ==, 0);
    open_cache(world);
    get(world, 1);
}

/* QEMU's user owns the folder above, and could put one of somebody else's in its place. */
static void
test_linked_folder(void)
{
    g_autoptr(World) world = world_new(NULL);
    g_autofree char *elsewhere = g_build_filename(world->fakes->folder, "elsewhere", NULL);
    g_assert_cmpint(mkdir(elsewhere, 0700), ==, 0);
    g_assert_cmpint(symlink(elsewhere, world->folder), ==, 0);
    get(world, 1);
    open_cache(world);
    get(world, 1);
    g_assert_cmpint(rmdir(elsewhere), ==, 0); /* empty */
}

typedef struct {
    Get get;
    gint *n_left; /* atomic */
} Racer;

static void
race_step(void *data)
{
    Racer *racer = data;
    get_step(&racer->get);
    (void)g_atomic_int_dec_and_test(racer->n_left);
}

/* The answer comes late, so that all of them are there meanwhile. */
static void
race(World *world, Racer *racers, size_t n)
{
    gint n_left = (gint)n;
    StrandPool *pool = strand_pool_new(NULL);
    for (size_t i = 0; i < n; i++) {
        g_autoptr(Strand) strand = strand_new(pool, "racer");
        racers[i] = (Racer){.get = {.cache = world->cache, .program = world->fakes->program},
                            .n_left = &n_left};
        strand_post(strand, race_step, &racers[i], NULL);
    }
    while (g_atomic_int_get(&n_left) > 0)
        loop_iterate(world->loop, 10);
    strand_pool_free(pool);
    for (int i = 0; i < 20; i++)
        loop_iterate(world->loop, 10);
}

static void
test_together(void)
{
    g_autoptr(World) world = world_new("query-version late 1000\n");
    Racer racers[6];
    race(world, racers, G_N_ELEMENTS(racers));
    g_assert_cmpuint(qemu_caps_cache_n_probes(world->cache), ==, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(racers); i++) {
        g_assert_no_error(racers[i].get.error);
        g_assert_true(racers[i].get.caps == racers[0].get.caps);
        qemu_caps_unref(racers[i].get.caps);
    }
}

/* All get the error of the one; it is not kept. */
static void
test_together_in_vain(void)
{
    g_autoptr(World) world = world_new("query-version late 1000\nquery-target@1 exit 5\n");
    Racer racers[4];
    race(world, racers, G_N_ELEMENTS(racers));
    g_assert_cmpuint(qemu_caps_cache_n_probes(world->cache), ==, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(racers); i++) {
        g_assert_error(racers[i].get.error, VIRT_ERROR, VIRT_ERR_INTERNAL_ERROR);
        g_error_free(racers[i].get.error);
    }
    g_autofree char *script = g_strconcat(world->fakes->program, ".script", NULL);
    g_assert_cmpint(unlink(script), ==, 0);
    get(world, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/caps/cache/once", test_once);
    g_test_add_func("/caps/cache/restart", test_restart);
    g_test_add_func("/caps/cache/changed", test_changed);
    g_test_add_func("/caps/cache/damaged", test_damaged);
    g_test_add_func("/caps/cache/open-folder", test_open_folder);
    g_test_add_func("/caps/cache/linked-folder", test_linked_folder);
    g_test_add_func("/caps/cache/together", test_together);
    g_test_add_func("/caps/cache/together-in-vain", test_together_in_vain);
    return g_test_run();
}
