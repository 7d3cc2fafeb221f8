/*
 * polkit — see polkit.h.
 *
 * A question is first `waiting` (for the connection, or for room on the bus) and then in flight.
 * GIO keeps a pointer to what is in flight until it calls back, so that part is a record of its
 * own, the Flight: a question that ends early leaves its Flight behind, which still takes its place
 * on the bus until the authority answers.
 */
#define LOG_SOURCE "auth.polkit"
#include "common/auth/polkit.h"

#include <gio/gio.h>

#include "common/base/error.h"
#include "common/base/log.h"

#define AUTHORITY_NAME "org.freedesktop.PolicyKit1"
#define AUTHORITY_PATH "/org/freedesktop/PolicyKit1/Authority"
#define AUTHORITY_INTERFACE "org.freedesktop.PolicyKit1.Authority"

enum { DIAL_DEADLINE_MS = 10000, FLAG_ALLOW_INTERACTION = 1 };

typedef struct {
    Polkit *polkit;     /* NULL: freed meanwhile */
    PolkitCheck *check; /* NULL: nobody waits for the answer any more */
} Flight;

/* The same for a connection that is being made. */
typedef struct {
    Polkit *polkit; /* NULL: freed, or given up */
    GCancellable *cancel;
} Dialing;

struct PolkitCheck {
    Polkit *polkit;
    GList *queued; /* our link in polkit->waiting; NULL: not there */
    Flight *flight;
    GVariant *question; /* arguments of CheckAuthorization */
    char *action;
    char *cancellation_id;
    uint32_t deadline_ms;
    LoopTimer *timer;
    GError *refusal; /* set: never sent, told at the timer */
    PolkitDone done;
    void *data;
};

struct Polkit {
    Loop *loop;
    GMainContext *context;
    char *address;
    GDBusConnection *connection; /* NULL: none */
    Dialing *dialing;            /* NULL: none */
    LoopTimer *dial_timer;
    GCancellable *closing; /* of everything in flight */
    guint changed_signal;
    guint owner_signal;
    gulong closed_handler;
    GQueue waiting;   /* PolkitCheck */
    GPtrArray *early; /* PolkitCheck with a refusal */
    GPtrArray *flights;
    uint64_t last_id;
    PolkitChangedFn changed;
    void *changed_data;
};

static void pump(Polkit *polkit);

/* --- ends of a question --- */

static void
check_free(PolkitCheck *check)
{
    Polkit *polkit = check->polkit;
    if (check->queued != NULL)
        g_queue_delete_link(&polkit->waiting, check->queued);
    if (check->refusal != NULL)
        g_ptr_array_remove_fast(polkit->early, check);
    if (check->flight != NULL)
        check->flight->check = NULL;
    loop_timer_remove(check->timer);
    g_variant_unref(check->question);
    g_clear_error(&check->refusal);
    g_free(check->action);
    g_free(check->cancellation_id);
    g_free(check);
}

/* The last use of `check`. */
static void
check_finish(PolkitCheck *check, PolkitResult result, const GError *error)
{
    PolkitDone done = check->done;
    void *data = check->data;
    check_free(check);
    done(data, result, error);
}

/* Takes the dialogue, if there is one, off the user's screen. Nobody waits for the answer. */
static void
tell_authority_to_cancel(PolkitCheck *check)
{
    Polkit *polkit = check->polkit;
    if (check->flight == NULL || polkit->connection == NULL)
        return;
    g_dbus_connection_call(polkit->connection, AUTHORITY_NAME, AUTHORITY_PATH, AUTHORITY_INTERFACE,
                           "CancelCheckAuthorization", g_variant_new("(s)", check->cancellation_id),
                           NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

void
polkit_check_cancel(PolkitCheck *check)
{
    tell_authority_to_cancel(check);
    check_free(check);
}

static void
on_deadline(void *data)
{
    PolkitCheck *check = data;
    g_autoptr(GError) error = NULL;
    if (check->refusal != NULL) {
        error = g_error_copy(check->refusal);
    } else {
        tell_authority_to_cancel(check);
        virt_error_set(&error, VIRT_FROM_POLKIT, VIRT_ERR_OPERATION_TIMEOUT,
                       "polkit did not answer within %u ms on action '%s'", check->deadline_ms,
                       check->action);
    }
    check_finish(check, POLKIT_FAILED, error);
}

/* --- answers --- */

static PolkitResult
judge(const char *action, GVariant *reply, GError **error)
{
    gboolean authorized, challenge;
    g_autoptr(GVariant) details = NULL;
    g_variant_get(reply, "((bb@a{ss}))", &authorized, &challenge, &details);
    if (authorized)
        return POLKIT_ALLOWED;
    const char *dismissed = NULL;
    if (g_variant_lookup(details, "polkit.dismissed", "&s", &dismissed)) {
        virt_error_set(error, VIRT_FROM_POLKIT, VIRT_ERR_AUTH_CANCELLED,
                       "the user dismissed the question about action '%s'", action);
        return POLKIT_CANCELLED;
    }
    if (challenge) {
        virt_error_set(error, VIRT_FROM_POLKIT, VIRT_ERR_AUTH_UNAVAILABLE,
                       "action '%s' needs a password and no polkit agent is there to ask for it",
                       action);
        return POLKIT_CHALLENGE;
    }
    virt_error_set(error, VIRT_FROM_POLKIT, VIRT_ERR_AUTH_FAILED, "polkit refuses action '%s'",
                   action);
    return POLKIT_DENIED;
}

static PolkitResult
judge_failure(const char *action, GError *failure, GError **error)
{
    g_autofree char *name = g_dbus_error_get_remote_error(failure);
    g_dbus_error_strip_remote_error(failure);
    if (g_strcmp0(name, "org.freedesktop.PolicyKit1.Error.Cancelled") == 0) {
        virt_error_set(error, VIRT_FROM_POLKIT, VIRT_ERR_AUTH_CANCELLED,
                       "the question about action '%s' was withdrawn", action);
        return POLKIT_CANCELLED;
    }
    virt_error_set(error, VIRT_FROM_DBUS, VIRT_ERR_DBUS_SERVICE,
                   "cannot ask polkit about action '%s': %s", action, failure->message);
    return POLKIT_FAILED;
}

static void
on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    Flight *flight = data;
    PolkitCheck *check = flight->check;
    Polkit *polkit = flight->polkit;
    g_autoptr(GError) failure = NULL;
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &failure);
    if (polkit != NULL)
        g_ptr_array_remove_fast(polkit->flights, flight);
    g_free(flight);
    if (polkit == NULL)
        return;
    if (check != NULL) {
        check->flight = NULL;
        g_autoptr(GError) error = NULL;
        PolkitResult verdict = reply != NULL ? judge(check->action, reply, &error)
                                             : judge_failure(check->action, failure, &error);
        log_debug("polkit: action %s: %d", check->action, verdict);
        check_finish(check, verdict, error);
    }
    pump(polkit);
}

/* --- the connection --- */

static void
tell_changed(Polkit *polkit)
{
    if (polkit->changed != NULL)
        polkit->changed(polkit->changed_data);
}

static void
on_changed(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer data)
{
    tell_changed(data);
}

static void
drop_connection(Polkit *polkit)
{
    GDBusConnection *connection = g_steal_pointer(&polkit->connection);
    if (connection == NULL)
        return;
    g_signal_handler_disconnect(connection, polkit->closed_handler);
    g_dbus_connection_signal_unsubscribe(connection, polkit->changed_signal);
    g_dbus_connection_signal_unsubscribe(connection, polkit->owner_signal);
    g_object_unref(connection);
}

static void
on_closed(GDBusConnection *connection, gboolean remote_vanished, GError *error, gpointer data)
{
    Polkit *polkit = data;
    log_warning("lost the system bus: %s", error != NULL ? error->message : "closed");
    /* What was in flight is told by GIO, question by question. */
    drop_connection(polkit);
    tell_changed(polkit);
    pump(polkit);
}

static void
use_connection(Polkit *polkit, GDBusConnection *connection)
{
    polkit->connection = connection;
    polkit->closed_handler = g_signal_connect(connection, "closed", G_CALLBACK(on_closed), polkit);
    polkit->changed_signal = g_dbus_connection_signal_subscribe(
        connection, AUTHORITY_NAME, AUTHORITY_INTERFACE, "Changed", AUTHORITY_PATH, NULL,
        G_DBUS_SIGNAL_FLAGS_NONE, on_changed, polkit, NULL);
    polkit->owner_signal = g_dbus_connection_signal_subscribe(
        connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
        "/org/freedesktop/DBus", AUTHORITY_NAME, G_DBUS_SIGNAL_FLAGS_NONE, on_changed, polkit,
        NULL);
}

/* All that wait hear why. New ones that the callbacks add are left alone. */
static void
fail_waiting(Polkit *polkit, const char *why)
{
    g_autoptr(GError) error = NULL;
    virt_error_set(&error, VIRT_FROM_DBUS, VIRT_ERR_INTERNAL_ERROR,
                   "cannot connect to the system bus: %s", why);
    for (guint n = polkit->waiting.length; n > 0 && polkit->waiting.length > 0; n--)
        check_finish(g_queue_peek_head(&polkit->waiting), POLKIT_FAILED, error);
}

static void
stop_dialing(Polkit *polkit)
{
    Dialing *dialing = g_steal_pointer(&polkit->dialing);
    if (dialing == NULL)
        return;
    loop_timer_set(polkit->dial_timer, INT64_MAX);
    dialing->polkit = NULL;
    g_cancellable_cancel(dialing->cancel);
}

static void
on_dial_deadline(void *data)
{
    Polkit *polkit = data;
    stop_dialing(polkit);
    fail_waiting(polkit, "it does not answer");
    pump(polkit);
}

static void
on_dialed(GObject *source, GAsyncResult *result, gpointer data)
{
    Dialing *dialing = data;
    Polkit *polkit = dialing->polkit;
    g_autoptr(GError) failure = NULL;
    g_autoptr(GDBusConnection) connection =
        g_dbus_connection_new_for_address_finish(result, &failure);
    g_object_unref(dialing->cancel);
    g_free(dialing);
    if (polkit == NULL)
        return;
    polkit->dialing = NULL;
    loop_timer_set(polkit->dial_timer, INT64_MAX);
    if (connection != NULL)
        use_connection(polkit, g_steal_pointer(&connection));
    else
        fail_waiting(polkit, failure->message);
    pump(polkit);
}

static void
dial(Polkit *polkit)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *address =
        polkit->address != NULL
            ? g_strdup(polkit->address)
            : g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, NULL, &failure);
    if (address == NULL) {
        /* Cannot happen while an address is a fixed text or a variable; the waiting time out. */
        log_error("no address of the system bus: %s", failure->message);
        return;
    }
    polkit->dialing = g_new0(Dialing, 1);
    polkit->dialing->polkit = polkit;
    polkit->dialing->cancel = g_cancellable_new();
    loop_timer_set(polkit->dial_timer, g_get_monotonic_time() + DIAL_DEADLINE_MS * 1000);
    g_dbus_connection_new_for_address(address,
                                      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                          G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                      NULL, polkit->dialing->cancel, on_dialed, polkit->dialing);
}

/* --- sending --- */

static void
send_check(PolkitCheck *check)
{
    Polkit *polkit = check->polkit;
    Flight *flight = g_new(Flight, 1);
    *flight = (Flight){polkit, check};
    check->flight = flight;
    g_ptr_array_add(polkit->flights, flight);
    /* The timeout ends the Flight of a question that was given up; the question's own timer is
     * first. */
    g_dbus_connection_call(polkit->connection, AUTHORITY_NAME, AUTHORITY_PATH, AUTHORITY_INTERFACE,
                           "CheckAuthorization", check->question, G_VARIANT_TYPE("((bba{ss}))"),
                           G_DBUS_CALL_FLAGS_NONE, (int)check->deadline_ms + 1000, polkit->closing,
                           on_answer, flight);
}

/* Sends what may be sent; dials when there is something to send and no connection. */
static void
pump(Polkit *polkit)
{
    if (polkit->waiting.length == 0)
        return;
    g_main_context_push_thread_default(polkit->context);
    if (polkit->connection == NULL && polkit->dialing == NULL)
        dial(polkit);
    while (polkit->connection != NULL && polkit->waiting.length > 0 &&
           polkit->flights->len < POLKIT_MAX_IN_FLIGHT) {
        PolkitCheck *check = g_queue_pop_head(&polkit->waiting);
        check->queued = NULL;
        send_check(check);
    }
    g_main_context_pop_thread_default(polkit->context);
}

/* --- questions --- */

static GVariant *
subject_of(const Identity *identity)
{
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&builder, "{sv}", "pid", g_variant_new_uint32((uint32_t)identity->pid));
    g_variant_builder_add(&builder, "{sv}", "start-time",
                          g_variant_new_uint64(identity->start_time));
    g_variant_builder_add(&builder, "{sv}", "uid", g_variant_new_int32((int32_t)identity->uid));
    return g_variant_new("(s@a{sv})", "unix-process", g_variant_builder_end(&builder));
}

/* D-Bus carries UTF-8 only; bytes that are none become U+FFFD, which no rule names by chance. */
static GVariant *
details_of(const AclAttribute *details)
{
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("a{ss}"));
    for (; details != NULL && details->key != NULL; details++) {
        if (details->value == NULL)
            continue;
        g_autofree char *value = g_utf8_make_valid(details->value, -1);
        g_variant_builder_add(&builder, "{ss}", details->key, value);
    }
    return g_variant_builder_end(&builder);
}

static GVariant *
question_of(const PolkitRequest *request, const char *cancellation_id)
{
    uint32_t flags = request->interaction == POLKIT_ALLOW_INTERACTION ? FLAG_ALLOW_INTERACTION : 0;
    return g_variant_ref_sink(g_variant_new("(@(sa{sv})s@a{ss}us)", subject_of(request->subject),
                                            request->action, details_of(request->details), flags,
                                            cancellation_id));
}

/* polkit would look up a missing start time or uid itself, at another moment: then a process that
 * took the pid over could be taken for the subject. */
static GError *
refuse_subject(const Identity *subject)
{
    if (subject->pid > 0 && subject->start_time != 0 && subject->uid != IDENTITY_NO_ID)
        return NULL;
    GError *error = NULL;
    g_autofree char *who = identity_describe(subject);
    virt_error_set(&error, VIRT_FROM_POLKIT, VIRT_ERR_AUTH_FAILED,
                   "polkit judges local processes only, and %s is not known as one that runs", who);
    return error;
}

PolkitCheck *
polkit_check(Polkit *polkit, const PolkitRequest *request, PolkitDone done, void *data)
{
    PolkitCheck *check = g_new0(PolkitCheck, 1);
    check->polkit = polkit;
    check->done = done;
    check->data = data;
    check->action = g_strdup(request->action);
    check->cancellation_id = g_strdup_printf("vireo-%" G_GUINT64_FORMAT, ++polkit->last_id);
    check->question = question_of(request, check->cancellation_id);
    check->deadline_ms = request->deadline_ms;
    if (check->deadline_ms == 0)
        check->deadline_ms = request->interaction == POLKIT_ALLOW_INTERACTION
                                 ? POLKIT_INTERACTIVE_DEADLINE_MS
                                 : POLKIT_DEADLINE_MS;
    check->timer = loop_add_timer(polkit->loop, on_deadline, check);
    check->refusal = refuse_subject(request->subject);
    if (check->refusal != NULL) {
        g_ptr_array_add(polkit->early, check);
        loop_timer_set(check->timer, 0);
        return check;
    }
    loop_timer_set(check->timer, g_get_monotonic_time() + (int64_t)check->deadline_ms * 1000);
    g_queue_push_tail(&polkit->waiting, check);
    check->queued = polkit->waiting.tail;
    pump(polkit);
    return check;
}

/* --- life --- */

Polkit *
polkit_new(Loop *loop, GMainContext *context, const char *bus_address)
{
    Polkit *polkit = g_new0(Polkit, 1);
    polkit->loop = loop;
    polkit->address = g_strdup(bus_address);
    polkit->dial_timer = loop_add_timer(loop, on_dial_deadline, polkit);
    polkit->closing = g_cancellable_new();
    polkit->early = g_ptr_array_new();
    polkit->flights = g_ptr_array_new();
    g_queue_init(&polkit->waiting);
    if (context != NULL) {
        polkit->context = g_main_context_ref(context);
    } else {
        polkit->context = g_main_context_new_with_flags(G_MAIN_CONTEXT_FLAGS_OWNERLESS_POLLING);
        loop_attach_context(loop, polkit->context);
    }
    return polkit;
}

void
polkit_set_changed(Polkit *polkit, PolkitChangedFn fn, void *data)
{
    polkit->changed = fn;
    polkit->changed_data = data;
}

static void
forget_flights(Polkit *polkit)
{
    for (guint i = 0; i < polkit->flights->len; i++) {
        Flight *flight = g_ptr_array_index(polkit->flights, i);
        if (flight->check != NULL)
            polkit_check_cancel(flight->check);
        flight->polkit = NULL;
    }
    g_cancellable_cancel(polkit->closing);
}

void
polkit_free(Polkit *polkit)
{
    if (polkit == NULL)
        return;
    g_main_context_push_thread_default(polkit->context);
    stop_dialing(polkit);
    forget_flights(polkit);
    while (polkit->waiting.length > 0)
        polkit_check_cancel(g_queue_peek_head(&polkit->waiting));
    while (polkit->early->len > 0)
        polkit_check_cancel(g_ptr_array_index(polkit->early, 0));
    if (polkit->connection != NULL)
        g_dbus_connection_close(polkit->connection, NULL, NULL, NULL);
    drop_connection(polkit);
    g_main_context_pop_thread_default(polkit->context);
    loop_timer_remove(polkit->dial_timer);
    g_ptr_array_unref(polkit->early);
    g_ptr_array_unref(polkit->flights);
    g_object_unref(polkit->closing);
    g_main_context_unref(polkit->context);
    g_free(polkit->address);
    g_free(polkit);
}
