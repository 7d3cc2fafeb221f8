/*
 * cache — see cache.h.
 *
 * A file is the line of cache_key.h and then the text of the capabilities; its name is a digest of
 * the program's path. What cannot be read or does not fit is asked anew and replaced.
 */
#include "virtqemud/caps/cache.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_SOURCE "qemu.caps"

#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/base/strand.h"
#include "common/base/thread.h"
#include "common/host/file.h"
#include "common/store/store.h"
#include "virtqemud/caps/cache_key.h"
#include "virtqemud/caps/caps_private.h"
#include "virtqemud/caps/probe.h"
#include "virtqemud/caps/programs.h"

enum { WAIT_MS = 120000, PROVISIONAL_US = 60 * G_USEC_PER_SEC };

typedef struct {
    char *key;        /* NULL: nothing known */
    QemuCaps *caps;   /* of that key */
    int64_t until_us; /* monotonic, when it is to be asked again; 0: never */
    Future *pending;  /* a QemuCaps; NULL: nobody asks now */
} Entry;

struct QemuCapsCache {
    gint refs; /* atomic */
    char *folder;
    QemuProbeRequest request;
    char *helper;
    uint32_t *groups;
    LeafLock lock;
    GHashTable *entries; /* by program */
    uint32_t n_probes;
};

static void
entry_free(void *data)
{
    Entry *entry = data;
    g_free(entry->key);
    qemu_caps_unref(entry->caps);
    future_unref(entry->pending);
    g_free(entry);
}

QemuCapsCache *
qemu_caps_cache_new(const char *folder, const QemuProbeRequest *request)
{
    QemuCapsCache *cache = g_new0(QemuCapsCache, 1);
    cache->refs = 1;
    cache->folder = g_strdup(folder);
    cache->request = *request;
    cache->request.program = NULL;
    cache->request.helper = cache->helper = g_strdup(request->helper);
    cache->request.groups = cache->groups =
        g_memdup2(request->groups, request->n_groups * sizeof *request->groups);
    leaf_init(&cache->lock);
    cache->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    return cache;
}

QemuCapsCache *
qemu_caps_cache_ref(QemuCapsCache *cache)
{
    g_atomic_int_inc(&cache->refs);
    return cache;
}

void
qemu_caps_cache_unref(QemuCapsCache *cache)
{
    if (cache == NULL || !g_atomic_int_dec_and_test(&cache->refs))
        return;
    g_hash_table_unref(cache->entries);
    leaf_clear(&cache->lock);
    g_free(cache->folder);
    g_free(cache->helper);
    g_free(cache->groups);
    g_free(cache);
}

/* --- on disk --- */

/* A folder that others could write to would let them say what QEMU can do; then there is none. The
 * one above may be QEMU's own, so what stands there is taken for no link. */
static Store *
open_folder(const QemuCapsCache *cache)
{
    g_autoptr(GError) error = NULL;
    struct stat info;
    if (cache->folder == NULL)
        return NULL;
    g_autofree char *above = g_path_get_dirname(cache->folder);
    g_autofree char *name = g_path_get_basename(cache->folder);
    g_autoptr(Store) parent = store_open(above, 0755, &error);
    g_autoptr(Store) store = parent != NULL ? store_open_sub(parent, name, 0700, &error) : NULL;
    if (store == NULL) {
        log_warning("QEMU's capabilities are not kept: %s", error->message);
        return NULL;
    }
    if (fstat(store_get_fd(store), &info) != 0 || info.st_uid != geteuid() ||
        (info.st_mode & 022) != 0) {
        log_warning("QEMU's capabilities are not kept in '%s': others may write there",
                    cache->folder);
        return NULL;
    }
    return g_steal_pointer(&store);
}

static char *
file_name(const char *program)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, program, -1);
    return g_strconcat(digest, ".caps", NULL);
}

static QemuCaps *
load(const Store *store, const char *program, const char *key)
{
    g_autofree char *name = file_name(program);
    g_autoptr(GError) error = NULL;
    if (!store_exists(store, name))
        return NULL;
    g_autoptr(GBytes) bytes = store_read(store, name, &error);
    if (bytes == NULL) {
        log_warning("kept capabilities of '%s': %s", program, error->message);
        return NULL;
    }
    size_t len, key_len = strlen(key);
    const char *text = g_bytes_get_data(bytes, &len);
    if (len <= key_len || memcmp(text, key, key_len) != 0 || text[key_len] != '\n')
        return NULL;
    QemuCaps *caps = qemu_caps_parse(text + key_len + 1, len - key_len - 1, &error);
    if (caps == NULL)
        log_warning("kept capabilities of '%s': %s", program, error->message);
    return caps;
}

static void
save(Store *store, const char *program, const char *key, const QemuCaps *caps)
{
    g_autofree char *name = file_name(program);
    g_autofree char *body = qemu_caps_format(caps);
    g_autofree char *text = g_strconcat(key, "\n", body, NULL);
    g_autoptr(GError) error = NULL;
    if (!store_write(store, name, text, strlen(text), 0600, &error))
        log_warning("capabilities of '%s' are not kept: %s", program, error->message);
}

/* --- one program --- */

static QemuCaps *
probe(QemuCapsCache *cache, const char *program, GError **error)
{
    QemuProbeRequest request = cache->request;
    request.program = program;
    leaf_lock(&cache->lock);
    cache->n_probes++;
    leaf_unlock(&cache->lock);
    QemuCaps *caps = qemu_probe(&request, error);
    if (caps != NULL)
        log_info("asked '%s' what it can do: version %u, KVM %s", program, qemu_caps_version(caps),
                 qemu_caps_has_accel(caps, QEMU_ACCEL_KVM)
                     ? "runs"
                     : qemu_caps_accel_reason(caps, QEMU_ACCEL_KVM));
    return caps;
}

static QemuCaps *
load_or_probe(QemuCapsCache *cache, const char *program, const char *key, GError **error)
{
    g_autoptr(Store) store = open_folder(cache);
    QemuCaps *caps = store != NULL ? load(store, program, key) : NULL;
    if (caps != NULL)
        return caps;
    caps = probe(cache, program, error);
    if (caps != NULL && store != NULL && !caps->is_provisional)
        save(store, program, key, caps);
    return caps;
}

/* With the lock. */
static Entry *
find_entry(QemuCapsCache *cache, const char *program)
{
    Entry *entry = g_hash_table_lookup(cache->entries, program);
    if (entry == NULL) {
        entry = g_new0(Entry, 1);
        g_hash_table_insert(cache->entries, g_strdup(program), entry);
    }
    return entry;
}

/* What is known for this key, or what to wait for; neither: the caller is the one to ask, and
 * `ret_mine` is what it completes then. */
static QemuCaps *
take_known(QemuCapsCache *cache, const char *program, const char *key, Future **ret_others,
           Future **ret_mine)
{
    QemuCaps *caps = NULL;
    leaf_lock(&cache->lock);
    Entry *entry = find_entry(cache, program);
    if (entry->caps != NULL && strcmp(entry->key, key) == 0 &&
        (entry->until_us == 0 || g_get_monotonic_time() < entry->until_us))
        caps = qemu_caps_ref(entry->caps);
    else if (entry->pending != NULL)
        *ret_others = future_ref(entry->pending);
    else {
        entry->pending = future_new("what a QEMU program can do");
        *ret_mine = future_ref(entry->pending);
    }
    leaf_unlock(&cache->lock);
    return caps;
}

/* `caps` NULL: it failed. */
static void
put_known(QemuCapsCache *cache, const char *program, const char *key, QemuCaps *caps)
{
    leaf_lock(&cache->lock);
    Entry *entry = find_entry(cache, program);
    g_autoptr(QemuCaps) old G_GNUC_UNUSED = caps != NULL ? g_steal_pointer(&entry->caps) : NULL;
    g_autoptr(Future) pending G_GNUC_UNUSED = g_steal_pointer(&entry->pending);
    if (caps != NULL) {
        g_free(entry->key);
        entry->key = g_strdup(key);
        entry->caps = qemu_caps_ref(caps);
        entry->until_us = caps->is_provisional ? g_get_monotonic_time() + PROVISIONAL_US : 0;
    }
    leaf_unlock(&cache->lock);
}

/* What others are told, on the io thread, which completes all futures that steps wait for. */
typedef struct {
    Future *future;
    QemuCaps *caps; /* NULL: it failed */
    GError *failure;
} News;

static void
on_news(void *data)
{
    News *news = data;
    if (news->caps != NULL)
        (void)future_complete(news->future, news->caps, (GDestroyNotify)qemu_caps_unref);
    else
        (void)future_fail(news->future, news->failure);
    future_unref(news->future);
    g_free(news);
}

static QemuCaps *
ask_for_all(QemuCapsCache *cache, const char *program, const char *key, Future *mine,
            GError **error)
{
    g_autoptr(GError) failure = NULL;
    QemuCaps *caps = load_or_probe(cache, program, key, &failure);
    put_known(cache, program, key, caps);
    News *news = g_new0(News, 1);
    news->future = future_ref(mine);
    if (caps != NULL)
        news->caps = qemu_caps_ref(caps);
    else
        news->failure = g_error_copy(failure);
    loop_post(cache->request.loop, on_news, news);
    if (caps == NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    return caps;
}

QemuCaps *
qemu_caps_cache_get(QemuCapsCache *cache, const char *program, GError **error)
{
    if (!programs_check(program, error))
        return NULL;
    auto_fd root = host_root_open(error);
    g_autofree char *key = root >= 0 ? cache_key(root, &cache->request, program, error) : NULL;
    if (key == NULL)
        return NULL;
    g_autoptr(Future) others = NULL;
    g_autoptr(Future) mine = NULL;
    QemuCaps *caps = take_known(cache, program, key, &others, &mine);
    if (caps != NULL)
        return caps;
    if (mine != NULL)
        return ask_for_all(cache, program, key, mine, error);
    if (!strand_wait(others, strand_deadline_in_ms(WAIT_MS), NULL, error))
        return NULL;
    return qemu_caps_ref(future_value(others));
}

QemuCaps *
qemu_caps_cache_get_arch(QemuCapsCache *cache, const char *arch, GError **error)
{
    const ProgramsArch *row = programs_arch(arch);
    g_autofree char *program = row != NULL ? programs_find(row) : NULL;
    if (program == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "unable to find any emulator to serve '%s' architecture", arch);
        return NULL;
    }
    return qemu_caps_cache_get(cache, program, error);
}

QemuCaps *
qemu_caps_cache_peek(QemuCapsCache *cache, const char *program)
{
    leaf_lock(&cache->lock);
    const Entry *entry = g_hash_table_lookup(cache->entries, program);
    QemuCaps *caps = entry != NULL && entry->caps != NULL ? qemu_caps_ref(entry->caps) : NULL;
    leaf_unlock(&cache->lock);
    return caps;
}

uint32_t
qemu_caps_cache_n_probes(QemuCapsCache *cache)
{
    leaf_lock(&cache->lock);
    uint32_t n = cache->n_probes;
    leaf_unlock(&cache->lock);
    return n;
}
