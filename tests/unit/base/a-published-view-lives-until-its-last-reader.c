/*
 * One publishes, many load at the same time: no reader sees a freed or half-made view, versions
 * grow.
 */
#include <stdatomic.h>
#include <stdbool.h>

#include "common/base/slot.h"

enum { READERS = 3, VIEWS = 2000 };

static atomic_int views_alive;

typedef struct {
    unsigned number;
    unsigned twice;
    char *text;
} View;

static void
view_clear(void *data)
{
    g_free(((View *)data)->text);
    atomic_fetch_sub(&views_alive, 1);
}

static const View *
make_view(unsigned number)
{
    View *view = view_new(sizeof(*view), view_clear);
    view->number = number;
    view->twice = 2 * number;
    view->text = g_strdup_printf("%u", number);
    atomic_fetch_add(&views_alive, 1);
    return view_seal(view);
}

typedef struct {
    Slot slot;
    atomic_bool stop;
} Shared;

static void *
read_views(void *data)
{
    Shared *shared = data;
    unsigned last = 0;
    while (!atomic_load(&shared->stop)) {
        const View *view = slot_load(&shared->slot);
        if (view == NULL)
            continue;
        g_assert_cmpuint(view->number, >=, last);
        g_assert_cmpuint(view->twice, ==, 2 * view->number);
        g_assert_cmpuint(g_ascii_strtoull(view->text, NULL, 10), ==, view->number);
        last = view->number;
        view_unref(view);
    }
    return NULL;
}

static void
test_readers(void)
{
    Shared shared = {0};
    slot_init(&shared.slot, &view_ops);
    g_assert_null(slot_load(&shared.slot));
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++)
        g_assert_cmpint(pthread_create(&readers[i], NULL, read_views, &shared), ==, 0);
    for (unsigned number = 1; number <= VIEWS; number++)
        slot_publish(&shared.slot, make_view(number));
    atomic_store(&shared.stop, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    g_assert_cmpuint(slot_version(&shared.slot), ==, VIEWS);
    const View *kept = slot_load(&shared.slot);
    slot_clear(&shared.slot);
    g_assert_cmpuint(kept->number, ==, VIEWS); /* ours outlives the slot */
    g_assert_cmpint(views_alive, ==, 1);
    view_unref(kept);
    g_assert_cmpint(views_alive, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/slot/readers", test_readers);
    return g_test_run();
}
