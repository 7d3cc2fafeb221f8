/*
 * renaming — see renaming.h.
 */
#define LOG_SOURCE "qemu.renaming"

#include "virtqemud/vm/renaming.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"

#define DEFINITION ".xml"
#define NOTE ".renaming"

static char *
file_of(const char *name, const char *suffix)
{
    return g_strconcat(name, suffix, NULL);
}

/* What was made for the new name goes away again. */
static void
undo(Store *definitions, const char *note, const char *to)
{
    g_autoptr(GError) error = NULL;
    /* The file first, with its link; the note last: whoever is cut off here is called again. */
    if (!store_remove(definitions, to, &error) || !store_remove(definitions, note, &error))
        log_warning("a renaming was not undone: %s", error->message);
}

static gboolean
make_new(Store *definitions, const Renaming *renaming, GError **error)
{
    g_autofree char *to = file_of(renaming->to, DEFINITION);
    if (renaming->autostarts && !store_link_autostart(definitions, to, STORE_AUTOSTART_ON, error))
        return FALSE;
    return store_write(definitions, to, renaming->text, strlen(renaming->text), 0600, error);
}

/* From here on the new name is the guest's: the old file goes, and what hangs on it moves. */
static gboolean
finish(const RenamingPlace *place, const char *from, const char *to, GError **error)
{
    g_autofree char *from_file = file_of(from, DEFINITION);
    gboolean ok = store_remove(place->definitions, from_file, error);
    if (place->renamed != NULL && !store_exists(place->definitions, from_file))
        place->renamed(place->data, from, to);
    return ok;
}

gboolean
renaming_do(const RenamingPlace *place, const Renaming *renaming, GError **error)
{
    Store *definitions = place->definitions;
    g_autofree char *from = file_of(renaming->from, DEFINITION);
    g_autofree char *to = file_of(renaming->to, DEFINITION);
    g_autofree char *note = file_of(renaming->uuid, NOTE);
    g_autofree char *names = g_strconcat(renaming->from, "\n", renaming->to, NULL);
    if (store_exists(definitions, to)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                       "there is a file '%s' already, of no guest that could be loaded", to);
        return FALSE;
    }
    if (!store_check_name(to, error) ||
        !store_write(definitions, note, names, strlen(names), 0600, error))
        return FALSE;
    if (!make_new(definitions, renaming, error)) {
        undo(definitions, note, to);
        return FALSE;
    }
    g_autoptr(GError) why = NULL;
    if (!finish(place, renaming->from, renaming->to, &why) && store_exists(definitions, from)) {
        undo(definitions, note, to);
        if (renaming->autostarts) /* the link went first; the first error is the one to tell */
            (void)store_link_autostart(definitions, from, STORE_AUTOSTART_ON, NULL);
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    /* All is done, though perhaps not on disk: a note that stays lets the next start finish it. */
    if (why != NULL || !store_remove(definitions, note, &why))
        log_warning("guest '%s' was renamed, but not for good: %s", renaming->to, why->message);
    return TRUE;
}

static StoreVerdict
recover_one(void *data, const char *note, const char *text, size_t len, GError **error)
{
    const RenamingPlace *place = data;
    g_auto(GStrv) names = g_strsplit(text, "\n", 2);
    if (g_strv_length(names) != 2) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_PARSE_FAILED, "it does not hold two names");
        return STORE_DAMAGED;
    }
    g_autofree char *to_file = file_of(names[1], DEFINITION);
    if (!store_exists(place->definitions, to_file)) {
        undo(place->definitions, note, to_file);
        return STORE_LOADED;
    }
    if (!finish(place, names[0], names[1], error) || !store_remove(place->definitions, note, error))
        return STORE_LEFT;
    return STORE_LOADED;
}

void
renaming_recover(const RenamingPlace *place)
{
    StoreLoadResult result;
    g_autoptr(GError) error = NULL;
    if (!store_load_all(place->definitions, NOTE, recover_one, (void *)place, &result, &error))
        log_warning("renamings that were cut off are not looked for: %s", error->message);
}
