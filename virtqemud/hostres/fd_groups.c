/*
 * fd_groups — see fd_groups.h. A stock daemon looks at descriptors only when QEMU has failed with
 * them; here the client that lends them hears what is wrong.
 */
#include "virtqemud/hostres/fd_groups.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Names stand in documents; more is no name. */
enum { NAME_BYTES_MAX = 1024 };

typedef struct {
    FdBudget *budget;
    uint64_t client;
    FdSet fds;
    guint counted; /* against the budget */
} Group;

struct FdGroups {
    atomic_int refs;
    FdBudget *budget;
    GHashTable *by_name; /* char *, Group */
    GArray *clients;     /* uint64_t: those whose end is awaited */
};

static void
group_free(void *data)
{
    Group *group = data;
    atomic_fetch_sub(&group->budget->n, group->counted);
    fd_set_clear(&group->fds);
    g_free(group);
}

FdGroups *
fd_groups_new(FdBudget *budget)
{
    FdGroups *groups = g_new0(FdGroups, 1);
    atomic_init(&groups->refs, 1);
    groups->budget = budget;
    groups->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, group_free);
    groups->clients = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    return groups;
}

FdGroups *
fd_groups_ref(FdGroups *groups)
{
    atomic_fetch_add(&groups->refs, 1);
    return groups;
}

void
fd_groups_unref(FdGroups *groups)
{
    if (groups == NULL || atomic_fetch_sub(&groups->refs, 1) != 1)
        return;
    g_hash_table_unref(groups->by_name);
    g_array_unref(groups->clients);
    g_free(groups);
}

void
fd_groups_close(FdGroups *groups)
{
    if (groups != NULL)
        g_hash_table_remove_all(groups->by_name);
}

/* ---- lending ---- */

/* A file or a block device that can be read, and the same as the first of its group. */
static gboolean
check_fd(int fd, const char *name, const struct stat *first, struct stat *ret_st, GError **error)
{
    int flags = fcntl(fd, F_GETFL);
    const char *why = NULL;
    if (flags < 0 || fstat(fd, ret_st) != 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno,
                             "cannot look at a descriptor of group '%s'", name);
        return FALSE;
    }
    if (!S_ISREG(ret_st->st_mode) && !S_ISBLK(ret_st->st_mode))
        why = "is neither of a regular file nor of a block device";
    else if ((flags & O_PATH) != 0 || (flags & O_ACCMODE) == O_WRONLY)
        why = "cannot be read from";
    else if (first != NULL && (first->st_dev != ret_st->st_dev || first->st_ino != ret_st->st_ino))
        why = "is of another file than the first one";
    if (why != NULL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "a descriptor of group '%s' %s",
                       name, why);
    return why == NULL;
}

static gboolean
check_all(const char *name, const FdSet *fds, GError **error)
{
    struct stat first, other;
    size_t len = strlen(name);
    if (len == 0 || len > NAME_BYTES_MAX) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "the name of a group of descriptors has %zu bytes, not 1 to %d", len,
                       NAME_BYTES_MAX);
        return FALSE;
    }
    if (fds->n == 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG,
                       "group '%s' has no descriptor", name);
        return FALSE;
    }
    for (size_t i = 0; i < fds->n; i++) {
        if (!check_fd(fds->fds[i], name, i > 0 ? &first : NULL, i > 0 ? &other : &first, error))
            return FALSE;
    }
    return TRUE;
}

/* What a group of that name gives back is not counted twice: it is closed only afterwards. */
static gboolean
count(FdGroups *groups, const char *name, guint n, GError **error)
{
    const Group *before = g_hash_table_lookup(groups->by_name, name);
    guint given_back = before != NULL ? before->counted : 0;
    if (atomic_fetch_add(&groups->budget->n, n) + n - given_back <= groups->budget->most)
        return TRUE;
    atomic_fetch_sub(&groups->budget->n, n);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_RESOURCE_BUSY,
                   "group '%s' has no room: guests can be lent %u descriptors together", name,
                   groups->budget->most);
    return FALSE;
}

gboolean
fd_groups_lend(FdGroups *groups, const char *name, uint64_t client, FdSet *fds, GError **error)
{
    if (!check_all(name, fds, error) || !count(groups, name, (guint)fds->n, error))
        return FALSE;
    if (fd_groups_is_new_client(groups, client))
        g_array_append_val(groups->clients, client);
    Group *group = g_new(Group, 1);
    *group = (Group){groups->budget, client, *fds, (guint)fds->n};
    *fds = (FdSet){NULL, 0};
    g_hash_table_replace(groups->by_name, g_strdup(name), group);
    return TRUE;
}

gboolean
fd_groups_is_new_client(const FdGroups *groups, uint64_t client)
{
    for (guint i = 0; i < groups->clients->len; i++) {
        if (g_array_index(groups->clients, uint64_t, i) == client)
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_lent_by(void *name, void *group, void *client)
{
    return ((const Group *)group)->client == *(const uint64_t *)client;
}

void
fd_groups_drop(FdGroups *groups, uint64_t client)
{
    g_hash_table_foreach_remove(groups->by_name, is_lent_by, &client);
    for (guint i = 0; i < groups->clients->len; i++) {
        if (g_array_index(groups->clients, uint64_t, i) == client) {
            g_array_remove_index_fast(groups->clients, i);
            return;
        }
    }
}

/* ---- a hot restart ---- */

GVariant *
fd_groups_save(const FdGroups *groups, uint64_t client, Handover *handover)
{
    GVariantBuilder all;
    GHashTableIter iter;
    gpointer name, value;
    g_variant_builder_init(&all, G_VARIANT_TYPE(FD_GROUPS_SAVED));
    if (groups == NULL)
        return g_variant_builder_end(&all);
    g_hash_table_iter_init(&iter, groups->by_name);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        const Group *group = value;
        GVariantBuilder fds;
        if (group->client != client)
            continue;
        g_variant_builder_init(&fds, G_VARIANT_TYPE("ai"));
        for (size_t i = 0; i < group->fds.n; i++)
            g_variant_builder_add(&fds, "i", handover_add_fd(handover, group->fds.fds[i]));
        g_variant_builder_add(&all, "(@ayai)", g_variant_new_bytestring(name), &fds);
    }
    return g_variant_builder_end(&all);
}

static void
fd_group_free(gpointer data)
{
    FdGroup *group = data;
    g_free(group->name);
    fd_set_clear(&group->fds);
    g_free(group);
}

GPtrArray *
fd_groups_saved(GVariant *saved, Handover *handover)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(fd_group_free);
    for (gsize i = 0; i < g_variant_n_children(saved); i++) {
        g_autoptr(GVariant) indexes = NULL;
        gsize n;
        FdGroup *group = g_new0(FdGroup, 1);
        g_variant_get_child(saved, i, "(^ay@ai)", &group->name, &indexes);
        const gint32 *index = g_variant_get_fixed_array(indexes, &n, sizeof(gint32));
        for (gsize k = 0; k < n; k++)
            fd_set_add(&group->fds, handover_take_fd(handover, index[k]));
        g_ptr_array_add(all, group);
    }
    return all;
}

/* ---- use ---- */

gboolean
fd_groups_has(const FdGroups *groups, const char *name)
{
    return groups != NULL && g_hash_table_contains(groups->by_name, name);
}

int
fd_groups_find(const FdGroups *groups, const char *name, int access)
{
    const Group *group = groups != NULL ? g_hash_table_lookup(groups->by_name, name) : NULL;
    for (size_t i = 0; group != NULL && i < group->fds.n; i++) {
        int fd = group->fds.fds[i];
        if ((fcntl(fd, F_GETFL) & O_ACCMODE) == access)
            return fd;
    }
    return -1;
}
