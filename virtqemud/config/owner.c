/*
 * owner — see owner.h.
 */
#include "virtqemud/config/owner.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

/* Databases that answer with more than this for one name are not believed. */
enum { RECORD_MAX = 1048576, GROUPS_MAX = 65536 };

/* "123"; the number that means "none" is no id. */
static gboolean
parse_id(const char *text, uint32_t *ret_id)
{
    guint64 number;
    if (!g_ascii_isdigit(*text) ||
        !g_ascii_string_to_unsigned(text, 10, 0, UINT32_MAX - 1, &number, NULL))
        return FALSE;
    *ret_id = (uint32_t)number;
    return TRUE;
}

/* 0 and the id, ENOENT, or what went wrong. */
static int
look_up_user(const char *name, uint32_t *ret_id)
{
    struct passwd record, *found = NULL;
    int result = ERANGE;
    for (size_t size = 1024; result == ERANGE && size <= RECORD_MAX; size *= 4) {
        g_autofree char *buffer = g_malloc(size);
        result = getpwnam_r(name, &record, buffer, size, &found);
    }
    if (found != NULL)
        *ret_id = record.pw_uid;
    return found != NULL ? 0 : result == 0 ? ENOENT : result;
}

static int
look_up_group(const char *name, uint32_t *ret_id)
{
    struct group record, *found = NULL;
    int result = ERANGE;
    for (size_t size = 1024; result == ERANGE && size <= RECORD_MAX; size *= 4) {
        g_autofree char *buffer = g_malloc(size);
        result = getgrnam_r(name, &record, buffer, size, &found);
    }
    if (found != NULL)
        *ret_id = record.gr_gid;
    return found != NULL ? 0 : result == 0 ? ENOENT : result;
}

/* A name that the databases do not know is told by any of these. */
static gboolean
is_unknown(int result)
{
    return result == ENOENT || result == ESRCH || result == EBADF || result == EPERM;
}

static gboolean
find_id(const char *what, const char *text, int (*look_up)(const char *, uint32_t *),
        uint32_t *ret_id, GError **error)
{
    int result = *text == '+' || *text == '\0' ? ENOENT : look_up(text, ret_id);
    if (result == 0)
        return TRUE;
    if (!is_unknown(result)) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, result, "cannot look up %s '%s'", what, text);
        return FALSE;
    }
    if (parse_id(*text == '+' ? text + 1 : text, ret_id))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "there is no %s '%s'", what, text);
    return FALSE;
}

gboolean
owner_find_user(const char *text, uid_t *ret_uid, GError **error)
{
    return find_id("user", text, look_up_user, ret_uid, error);
}

gboolean
owner_find_group(const char *text, gid_t *ret_gid, GError **error)
{
    return find_id("group", text, look_up_group, ret_gid, error);
}

static gboolean
is_among(const gid_t *groups, int n, gid_t gid)
{
    for (int i = 0; i < n; i++) {
        if (groups[i] == gid)
            return TRUE;
    }
    return FALSE;
}

gid_t *
owner_find_groups(uid_t uid, gid_t gid, size_t *ret_n)
{
    *ret_n = 0;
    struct passwd record, *found = NULL;
    g_autofree char *buffer = g_malloc(RECORD_MAX);
    if (getpwuid_r(uid, &record, buffer, RECORD_MAX, &found) != 0 || found == NULL)
        return NULL;
    /* The user's own first group, too, whatever `gid` is: it may be the one that opens /dev/kvm. */
    int n = 64;
    g_autofree gid_t *groups = g_new(gid_t, (gsize)n + 1);
    if (getgrouplist(record.pw_name, record.pw_gid, groups, &n) < 0) {
        n = CLAMP(n, 1, GROUPS_MAX);
        groups = g_renew(gid_t, groups, (gsize)n + 1);
        if (getgrouplist(record.pw_name, record.pw_gid, groups, &n) < 0)
            return NULL;
    }
    if (!is_among(groups, n, gid))
        groups[n++] = gid;
    *ret_n = (size_t)n;
    return g_steal_pointer(&groups);
}
