/*
 * load — see load.h.
 */
#include "virtqemud/vm/load.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "virtqemud/vm/load_private.h"
#include "virtqemud/vm/start.h"

typedef struct {
    GuestLoading *loading;
    Reservation *reservation;
    DomainDef *def;
    gboolean autostart;
} Birth;

static void
born(void *data)
{
    Birth *birth = data;
    Driver *driver = birth->loading->driver;
    ObjRef *ref = reservation_ref(birth->reservation);
    Vm *vm = vm_new(driver, ref);
    reservation_set_object(birth->reservation, vm);
    vm_set_persistent(vm, g_steal_pointer(&birth->def));
    vm->autostart = birth->autostart;
    strand_mark(STRAND_CHANGED);
    reservation_commit(birth->reservation, vm_view(vm));
}

static void
birth_free(void *data)
{
    Birth *birth = data;
    GuestLoading *loading = birth->loading;
    domain_def_free(birth->def);
    g_free(birth);
    loading_end(&loading->steps);
}

static gboolean
check_file(const DomainDef *def, const char *file, GError **error)
{
    g_autofree char *expected = g_strconcat(def->name, ".xml", NULL);
    if (def->uuid.set && g_str_equal(expected, file))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_XML_ERROR,
                   def->uuid.set ? "it defines a guest of another name, '%s'"
                                 : "the guest '%s' has no uuid",
                   def->name);
    return FALSE;
}

static StoreVerdict
load_one(void *data, const char *name, const char *text, size_t len, GError **error)
{
    GuestLoading *loading = data;
    ConfContext context = {.origin = CONF_FROM_DISK};
    g_autoptr(DomainDef) def = domain_def_parse(text, len, &context, error);
    if (def == NULL)
        return STORE_LEFT;
    Reservation *reservation;
    if (!check_file(def, name, error) ||
        !obj_table_reserve(loading->driver->guests, def->name, def->uuid.bytes, &reservation, NULL,
                           error))
        return STORE_LEFT;
    Birth *birth = g_new0(Birth, 1);
    birth->loading = loading;
    birth->reservation = reservation;
    birth->autostart = store_has_autostart(loading->driver->definitions, name);
    birth->def = g_steal_pointer(&def);
    loading_begin(&loading->steps);
    reservation_post(reservation, born, birth, birth_free);
    return STORE_LOADED;
}

gboolean
load_guests(Driver *driver, GError **error)
{
    GuestLoading loading = {.driver = driver};
    StoreLoadResult result;
    loading_init(&loading.steps);
    gboolean ok = store_load_all(driver->definitions, ".xml", load_one, &loading, &result, error);
    loading_await(&loading.steps);
    ok = ok && load_running(&loading, error);
    loading_await(&loading.steps);
    loading_clear(&loading.steps);
    return ok;
}

/* ---- autostart ---- */

/* Once after the host booted. While guests are started it holds how many daemons have begun that:
 * one that dies in between leaves the rest to the next, but not for ever. */
#define MARK "autostarted"
enum { AUTOSTART_TRIES = 3 };

typedef struct {
    Driver *driver;
    atomic_int n_open;  /* guests that are not done, and one for whoever posts their steps */
    atomic_bool is_cut; /* the daemon ended before */
} Autostart;

typedef struct {
    Autostart *autostart;
    ObjRef *ref;
    gboolean is_done;
} AutostartOne;

static gboolean
write_mark(const Driver *driver, const char *text)
{
    g_autoptr(GError) error = NULL;
    if (store_write_volatile(driver->status, MARK, text, strlen(text), 0600, &error))
        return TRUE;
    log_error("whether guests were started automatically is not written down: %s", error->message);
    return FALSE;
}

/* How many daemons have begun it; -1: one has done it. */
static int
read_mark(const Driver *driver)
{
    if (!store_exists(driver->status, MARK))
        return 0;
    g_autoptr(GBytes) mark = store_read(driver->status, MARK, NULL);
    gsize n = 0;
    const char *text = mark != NULL ? g_bytes_get_data(mark, &n) : NULL;
    return n == 1 && text[0] > '0' && text[0] < '0' + AUTOSTART_TRIES ? text[0] - '0' : -1;
}

static void
autostart_done(Autostart *autostart)
{
    if (atomic_fetch_sub(&autostart->n_open, 1) != 1)
        return;
    if (!atomic_load(&autostart->is_cut))
        (void)write_mark(autostart->driver, "");
    g_free(autostart);
}

static void
autostart_step(void *data)
{
    AutostartOne *one = data;
    Vm *vm = obj_ref_object(one->ref);
    g_autoptr(GError) error = NULL;
    one->is_done = TRUE;
    if (!vm->autostart || vm_is_active(vm))
        return;
    if (!start_guest(vm, 0, &error))
        log_error("guest '%s' was not started automatically: %s", vm->name, error->message);
}

static void
autostart_free(void *data)
{
    AutostartOne *one = data;
    if (!one->is_done)
        atomic_store(&one->autostart->is_cut, TRUE);
    autostart_done(one->autostart);
    obj_ref_unref(one->ref);
    g_free(one);
}

void
load_autostart(Driver *driver)
{
    int n_begun = read_mark(driver);
    char mark[] = {(char)('1' + n_begun), '\0'};
    if (n_begun < 0 || !write_mark(driver, mark))
        return;
    Autostart *autostart = g_new(Autostart, 1);
    autostart->driver = driver;
    atomic_init(&autostart->n_open, 1);
    atomic_init(&autostart->is_cut, FALSE);
    g_autoptr(GPtrArray) refs = obj_table_refs(driver->guests);
    for (guint i = 0; i < refs->len; i++) {
        ObjRef *ref = refs->pdata[i];
        const VmView *view = obj_ref_view(ref);
        if (view->head.autostart) {
            AutostartOne *one = g_new(AutostartOne, 1);
            *one = (AutostartOne){autostart, obj_ref_ref(ref), FALSE};
            atomic_fetch_add(&autostart->n_open, 1);
            strand_post(obj_ref_strand(ref), autostart_step, one, autostart_free);
        }
        view_unref(view);
    }
    autostart_done(autostart);
}
