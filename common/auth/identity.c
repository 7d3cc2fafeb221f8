/*
 * identity — see identity.h. Everything that an Identity points to is its own copy, so a change is:
 * copy the struct to the stack, set a member, identity_new().
 */
#include "common/auth/identity.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "common/auth/identity_new.h"
#include "common/auth/peer.h"
#include "common/base/handover.h"

static const Identity unknown_identity = {.uid = IDENTITY_NO_ID, .gid = IDENTITY_NO_ID};

Identity *
identity_new(const Identity *from)
{
    Identity *identity = g_new(Identity, 1);
    *identity = *from;
    identity->ref_count = 1;
    identity->groups = g_memdup2(from->groups, from->n_groups * sizeof(uint32_t));
    identity->user_name = g_strdup(from->user_name);
    identity->group_name = g_strdup(from->group_name);
    identity->sasl_user = g_strdup(from->sasl_user);
    identity->x509_dn = g_strdup(from->x509_dn);
    identity->selinux_context = g_strdup(from->selinux_context);
    return identity;
}

Identity *
identity_ref(const Identity *identity)
{
    /* Counting is the one write that an immutable identity sees. */
    Identity *counted = (Identity *)identity;
    g_atomic_int_inc(&counted->ref_count);
    return counted;
}

void
identity_unref(Identity *identity)
{
    if (identity == NULL || !g_atomic_int_dec_and_test(&identity->ref_count))
        return;
    g_free((void *)identity->groups);
    g_free((void *)identity->user_name);
    g_free((void *)identity->group_name);
    g_free((void *)identity->sasl_user);
    g_free((void *)identity->x509_dn);
    g_free((void *)identity->selinux_context);
    g_free(identity);
}

Identity *
identity_new_from_socket(int fd, GError **error)
{
    Peer peer;
    if (!peer_read(fd, &peer, error))
        return NULL;
    Identity identity = unknown_identity;
    identity.from_kernel = peer.uid != IDENTITY_NO_ID;
    identity.uid = peer.uid;
    identity.gid = peer.gid;
    identity.pid = peer.pid;
    identity.start_time = peer.start_time;
    identity.n_groups = peer.n_groups;
    identity.groups = peer.groups;
    identity.selinux_context = peer.selinux_context;
    Identity *made = identity_new(&identity);
    peer_clear(&peer);
    return made;
}

Identity *
identity_new_system(void)
{
    Identity identity = unknown_identity;
    identity.system = TRUE;
    identity.from_kernel = TRUE;
    identity.uid = getuid();
    identity.gid = getgid();
    identity.pid = getpid();
    identity.start_time = peer_start_time(getpid());
    return identity_new(&identity);
}

Identity *
identity_new_with_sasl_user(const Identity *identity, const char *sasl_user)
{
    Identity changed = *identity;
    changed.sasl_user = sasl_user;
    return identity_new(&changed);
}

Identity *
identity_new_with_x509_dn(const Identity *identity, const char *x509_dn)
{
    Identity changed = *identity;
    changed.x509_dn = x509_dn;
    return identity_new(&changed);
}

/* NULL when nobody has this id, or the name service fails: a name is for people, never for a
 * verdict. */
static char *
lookup_user_name(uint32_t uid)
{
    struct passwd entry, *found = NULL;
    size_t bytes = 16384;
    g_autofree char *buffer = g_malloc(bytes);
    if (getpwuid_r(uid, &entry, buffer, bytes, &found) != 0 || found == NULL)
        return NULL;
    return g_strdup(found->pw_name);
}

static char *
lookup_group_name(uint32_t gid)
{
    struct group entry, *found = NULL;
    /* A group's members are part of the entry; more than this is not worth a name. */
    size_t bytes = 1024 * 1024;
    g_autofree char *buffer = g_malloc(bytes);
    if (getgrgid_r(gid, &entry, buffer, bytes, &found) != 0 || found == NULL)
        return NULL;
    return g_strdup(found->gr_name);
}

Identity *
identity_new_with_names(const Identity *identity)
{
    Identity changed = *identity;
    g_autofree char *user = NULL;
    g_autofree char *group = NULL;
    if (changed.user_name == NULL && changed.uid != IDENTITY_NO_ID)
        changed.user_name = user = lookup_user_name(changed.uid);
    if (changed.group_name == NULL && changed.gid != IDENTITY_NO_ID)
        changed.group_name = group = lookup_group_name(changed.gid);
    return identity_new(&changed);
}

gboolean
identity_equal_for_acl(const Identity *a, const Identity *b)
{
    if (a == b)
        return TRUE;
    return a->system == b->system && a->from_kernel == b->from_kernel && a->uid == b->uid &&
           a->gid == b->gid && a->pid == b->pid && a->start_time == b->start_time &&
           a->n_groups == b->n_groups &&
           (a->n_groups == 0 ||
            memcmp(a->groups, b->groups, a->n_groups * sizeof(uint32_t)) == 0) &&
           g_strcmp0(a->user_name, b->user_name) == 0 &&
           g_strcmp0(a->group_name, b->group_name) == 0 &&
           g_strcmp0(a->sasl_user, b->sasl_user) == 0 && g_strcmp0(a->x509_dn, b->x509_dn) == 0 &&
           g_strcmp0(a->selinux_context, b->selinux_context) == 0;
}

guint
identity_hash_for_acl(const Identity *identity)
{
    /* Few numbers tell nearly all identities apart; equality looks at the rest. */
    guint hash = identity->uid;
    hash = hash * 31 + (guint)identity->pid;
    hash = hash * 31 + (guint)identity->start_time;
    if (identity->x509_dn != NULL)
        hash = hash * 31 + g_str_hash(identity->x509_dn);
    if (identity->sasl_user != NULL)
        hash = hash * 31 + g_str_hash(identity->sasl_user);
    return hash;
}

char *
identity_describe(const Identity *identity)
{
    if (identity->system)
        return g_strdup("the daemon itself");
    GString *text = g_string_new(NULL);
    if (identity->user_name != NULL)
        g_string_append_printf(text, ", user '%s'", identity->user_name);
    if (identity->uid != IDENTITY_NO_ID)
        g_string_append_printf(text, ", uid %u", identity->uid);
    if (identity->pid != 0)
        g_string_append_printf(text, ", pid %d", identity->pid);
    if (identity->sasl_user != NULL)
        g_string_append_printf(text, ", SASL user '%s'", identity->sasl_user);
    if (identity->x509_dn != NULL)
        g_string_append_printf(text, ", certificate '%s'", identity->x509_dn);
    if (text->len == 0)
        g_string_append(text, ", an unknown peer");
    g_string_erase(text, 0, (gssize)strlen(", "));
    return g_string_free(text, FALSE);
}

/* --- hot restart --- */

GVariant *
identity_save(const Identity *it)
{
    return g_variant_new("(bbuuit@au@may@may@may@may@may)", it->system, it->from_kernel, it->uid,
                         it->gid, it->pid, it->start_time,
                         g_variant_new_fixed_array(G_VARIANT_TYPE_UINT32, it->groups, it->n_groups,
                                                   sizeof(uint32_t)),
                         handover_maybe_text(it->user_name), handover_maybe_text(it->group_name),
                         handover_maybe_text(it->sasl_user), handover_maybe_text(it->x509_dn),
                         handover_maybe_text(it->selinux_context));
}

Identity *
identity_restore(GVariant *saved)
{
    g_autoptr(GVariant) groups = NULL;
    Identity it = {0};
    gsize n_groups;
    g_variant_get(saved, "(bbuuit@aum^&aym^&aym^&aym^&aym^&ay)", &it.system, &it.from_kernel,
                  &it.uid, &it.gid, &it.pid, &it.start_time, &groups, &it.user_name, &it.group_name,
                  &it.sasl_user, &it.x509_dn, &it.selinux_context);
    it.groups = g_variant_get_fixed_array(groups, &n_groups, sizeof(uint32_t));
    it.n_groups = (uint32_t)n_groups;
    return identity_new(&it);
}
