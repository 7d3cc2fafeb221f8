/*
 * Reservations, look-ups, renames, ids and generations of an object table.
 */
#include <stdatomic.h>
#include <string.h>

#include "common/base/objtable.h"

typedef struct {
    char *name;
} ThingView;

typedef struct {
    atomic_uint *freed;
} Thing;

static void
thing_view_clear(void *view)
{
    g_free(((ThingView *)view)->name);
}

static const ThingView *
thing_view(const char *name)
{
    ThingView *view = view_new(sizeof(*view), thing_view_clear);
    view->name = g_strdup(name);
    return view_seal(view);
}

static void
thing_free(void *data)
{
    Thing *thing = data;
    atomic_fetch_add(thing->freed, 1);
    g_free(thing);
}

static const ObjViewOps thing_ops = {
    .view = {view_ref, view_unref},
    .domain = VIRT_FROM_QEMU,
    .noun = "thing",
    .object_free = thing_free,
};

static const uint8_t uuid_a[16] = {1}, uuid_b[16] = {2};

typedef struct {
    StrandPool *pool;
    ObjTable *table;
    atomic_uint freed;
    unsigned made;
} Fixture;

static void
setup(Fixture *fixture, gconstpointer data)
{
    fixture->pool = strand_pool_new(NULL);
    fixture->table = obj_table_new(fixture->pool, &thing_ops);
}

static void
teardown(Fixture *fixture, gconstpointer data)
{
    obj_table_free(fixture->table);
    strand_pool_free(fixture->pool);
    g_assert_cmpuint(fixture->freed, ==, fixture->made);
}

/* Runs fn(data) as a step of `strand` and waits for it. */
typedef struct {
    StrandFn fn;
    void *data;
    LeafLock lock;
    pthread_cond_t cond;
    gboolean done;
} Sync;

static void
sync_run(void *data)
{
    Sync *sync = data;
    sync->fn(sync->data);
}

static void
sync_done(void *data)
{
    Sync *sync = data;
    leaf_lock(&sync->lock);
    sync->done = TRUE;
    pthread_cond_signal(&sync->cond);
    leaf_unlock(&sync->lock);
}

static void
run_step(Strand *strand, Reservation *reservation, StrandFn fn, void *data)
{
    Sync sync = {.fn = fn, .data = data};
    leaf_init(&sync.lock);
    leaf_cond_init(&sync.cond);
    if (reservation != NULL)
        reservation_post(reservation, sync_run, &sync, sync_done);
    else
        strand_post(strand, sync_run, &sync, sync_done);
    leaf_lock(&sync.lock);
    while (!sync.done)
        leaf_cond_wait(&sync.cond, &sync.lock, INT64_MAX);
    leaf_unlock(&sync.lock);
    leaf_clear(&sync.lock);
    pthread_cond_destroy(&sync.cond);
}

static void
run_on(Strand *strand, StrandFn fn, void *data)
{
    run_step(strand, NULL, fn, data);
}

typedef struct {
    Fixture *fixture;
    Reservation *reservation;
    const char *name;
} Birth;

static void
step_birth(void *data)
{
    Birth *birth = data;
    Thing *thing = g_new0(Thing, 1);
    thing->freed = &birth->fixture->freed;
    reservation_set_object(birth->reservation, thing);
    reservation_commit(birth->reservation, thing_view(birth->name));
}

/* Makes an object; the caller unrefs. */
static ObjRef *
make(Fixture *fixture, const char *name, const uint8_t *uuid)
{
    Birth birth = {fixture, NULL, name};
    g_assert_true(obj_table_reserve(fixture->table, name, uuid, &birth.reservation, NULL, NULL));
    run_step(NULL, birth.reservation, step_birth, &birth);
    ObjRef *ref = obj_table_find_name(fixture->table, name);
    g_assert_nonnull(ref);
    fixture->made++;
    return ref;
}

static void
test_hidden_until_commit(Fixture *fixture, gconstpointer data)
{
    Birth birth = {fixture, NULL, "one"};
    g_assert_true(obj_table_reserve(fixture->table, "one", uuid_a, &birth.reservation, NULL, NULL));
    g_assert_null(obj_table_find_name(fixture->table, "one"));
    g_assert_null(obj_table_find_uuid(fixture->table, uuid_a));
    g_assert_cmpuint(obj_table_count(fixture->table), ==, 0);
    run_step(NULL, birth.reservation, step_birth, &birth);
    fixture->made++;
    g_autoptr(ObjRef) ref = obj_table_find_uuid(fixture->table, uuid_a);
    g_assert_cmpstr(obj_ref_name(ref), ==, "one");
    g_assert_cmpint(obj_ref_id(ref), ==, -1);
    g_assert_true(obj_ref_is_current(ref));
    const ThingView *view = obj_ref_view(ref);
    g_assert_cmpstr(view->name, ==, "one");
    view_unref(view);
    g_assert_cmpuint(obj_table_count(fixture->table), ==, 1);
}

static void
test_duplicates(Fixture *fixture, gconstpointer data)
{
    g_autoptr(ObjRef) ref = make(fixture, "one", uuid_a);
    g_autoptr(Reservation) reservation = NULL;
    g_autoptr(ObjRef) existing = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_false(
        obj_table_reserve(fixture->table, "one", uuid_b, &reservation, &existing, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_OPERATION_FAILED));
    g_assert_cmpint(virt_error_get_info(error).domain, ==, VIRT_FROM_QEMU);
    g_assert_nonnull(strstr(error->message, "thing 'one' exists already with uuid 01000000-"));
    g_clear_error(&error);
    g_assert_false(
        obj_table_reserve(fixture->table, "two", uuid_a, &reservation, &existing, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_OPERATION_FAILED));
    g_assert_nonnull(strstr(error->message, "thing 'one'"));
    g_assert_null(existing);
    g_assert_true(obj_table_reserve(fixture->table, "one", uuid_a, &reservation, &existing, NULL));
    g_assert_null(reservation);
    g_assert_cmpuint(obj_ref_generation(existing), ==, obj_ref_generation(ref));
}

static void
test_abort_frees_claims(Fixture *fixture, gconstpointer data)
{
    Reservation *reservation = NULL;
    g_autoptr(ObjRef) waiting = NULL;
    g_assert_true(obj_table_reserve(fixture->table, "one", uuid_a, &reservation, NULL, NULL));
    Reservation *second = NULL;
    g_assert_false(obj_table_reserve(fixture->table, "one", uuid_b, &second, NULL, NULL));
    g_assert_true(obj_table_reserve(fixture->table, "one", uuid_a, &second, &waiting, NULL));
    g_assert_true(obj_ref_is_current(waiting));
    reservation_abort(reservation);
    g_assert_false(obj_ref_is_current(waiting));
    g_assert_true(strand_is_closed(obj_ref_strand(waiting)));
    g_autoptr(ObjRef) ref = make(fixture, "one", uuid_b);
    g_assert_true(obj_ref_is_current(ref));
}

typedef struct {
    Fixture *fixture;
    ObjRef *ref;
    const char *name;
    int32_t id;
    gboolean ok;
    GError *error;
    gboolean abort;
} Change;

static void
step_rename(void *data)
{
    Change *change = data;
    Reservation *claim = NULL;
    change->ok =
        obj_table_rename(change->fixture->table, change->ref, change->name, &claim, &change->error);
    if (!change->ok)
        return;
    g_assert_null(obj_table_find_name(change->fixture->table, change->name));
    if (change->abort)
        reservation_abort(claim);
    else
        reservation_commit(claim, thing_view(change->name));
}

static void
step_set_id(void *data)
{
    Change *change = data;
    obj_table_set_id(change->fixture->table, change->ref, change->id);
}

static void
step_remove(void *data)
{
    Change *change = data;
    obj_table_remove(change->fixture->table, change->ref);
}

static void
test_rename(Fixture *fixture, gconstpointer data)
{
    g_autoptr(ObjRef) one = make(fixture, "one", uuid_a);
    g_autoptr(ObjRef) two = make(fixture, "two", uuid_b);
    g_assert_cmpuint(obj_ref_generation(two), >, obj_ref_generation(one));
    Change change = {fixture, one, "two", .id = 7};
    run_on(obj_ref_strand(one), step_set_id, &change);
    run_on(obj_ref_strand(one), step_rename, &change);
    g_assert_false(change.ok);
    g_assert_true(virt_error_matches(change.error, VIRT_ERR_OPERATION_FAILED));
    g_clear_error(&change.error);
    change.name = "three";
    change.abort = TRUE;
    run_on(obj_ref_strand(one), step_rename, &change);
    g_assert_true(obj_ref_is_current(one));
    g_assert_null(obj_table_find_name(fixture->table, "three"));
    change.abort = FALSE;
    run_on(obj_ref_strand(one), step_rename, &change);
    g_assert_true(change.ok);
    g_assert_false(obj_ref_is_current(one));
    g_assert_cmpstr(obj_ref_name(one), ==, "one"); /* what was looked up stays readable */
    g_assert_null(obj_table_find_name(fixture->table, "one"));
    g_autoptr(ObjRef) three = obj_table_find_id(fixture->table, 7);
    g_assert_cmpstr(obj_ref_name(three), ==, "three");
    g_assert_cmpuint(obj_ref_generation(three), >, obj_ref_generation(one));
    run_on(obj_ref_strand(one), step_rename, &change); /* with the old identity */
    g_assert_false(change.ok);
    g_clear_error(&change.error);
    g_autoptr(GPtrArray) views = obj_table_snapshot(fixture->table);
    g_assert_cmpuint(views->len, ==, 2);
    g_assert_cmpstr(((const ThingView *)views->pdata[0])->name, ==, "three");
    g_assert_cmpstr(((const ThingView *)views->pdata[1])->name, ==, "two");
}

static void
test_ids(Fixture *fixture, gconstpointer data)
{
    g_autoptr(ObjRef) one = make(fixture, "one", uuid_a);
    Change change = {fixture, one, .id = 3};
    run_on(obj_ref_strand(one), step_set_id, &change);
    g_autoptr(ObjRef) found = obj_table_find_id(fixture->table, 3);
    g_assert_cmpint(obj_ref_id(found), ==, 3);
    g_assert_true(obj_ref_is_current(one)); /* an id is no other identity */
    change.id = -1;
    run_on(obj_ref_strand(one), step_set_id, &change);
    g_assert_null(obj_table_find_id(fixture->table, 3));
    g_assert_null(obj_table_find_id(fixture->table, -1));
}

static void
test_remove_and_replace(Fixture *fixture, gconstpointer data)
{
    g_autoptr(ObjRef) old = make(fixture, "one", uuid_a);
    Change change = {fixture, old};
    run_on(obj_ref_strand(old), step_remove, &change);
    g_assert_false(obj_ref_is_current(old));
    g_assert_true(strand_is_closed(obj_ref_strand(old)));
    g_assert_null(obj_table_find_uuid(fixture->table, uuid_a));
    g_autoptr(ObjRef) new = make(fixture, "one", uuid_a);
    g_assert_cmpuint(obj_ref_generation(new), !=, obj_ref_generation(old));
    g_assert_false(obj_ref_is_current(old));
    g_assert_cmpuint(fixture->freed, ==, 0); /* `old` still holds it */
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, fn) g_test_add("/objtable/" name, Fixture, NULL, setup, fn, teardown)
    ADD("hidden-until-commit", test_hidden_until_commit);
    ADD("duplicates", test_duplicates);
    ADD("abort-frees-claims", test_abort_frees_claims);
    ADD("rename", test_rename);
    ADD("ids", test_ids);
    ADD("remove-and-replace", test_remove_and_replace);
    return g_test_run();
}
