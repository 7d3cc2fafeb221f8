/*
 * acl_engine — see acl_engine.h.
 *
 * An open question stands in a table under its key, so that the next one who asks the same joins
 * it. The answers are kept unless something changed while the question was open.
 */
#define LOG_SOURCE "auth.acl"
#include "common/auth/acl_engine.h"

#include <string.h>

#include "common/base/log.h"

typedef struct {
    const AclDriver *driver;
    void *state;
} Loaded;

struct AclQuestion {
    AclEngine *engine;
    AclKey *key;        /* also in engine->open, while it is open */
    GArray *attributes; /* AclAttribute, pointing into the key's text */
    uint64_t generation;
    size_t driver; /* that is being asked */
    void *handle;
    GQueue waiters; /* AclWaiter.link */
    gboolean answered;
};

struct AclEngine {
    Loop *loop;
    GArray *drivers; /* Loaded */
    AclCache *cache;
    GHashTable *open; /* AclKey -> AclQuestion */
    uint64_t generation;
    gboolean failing; /* the last question could not be answered */
};

AclEngine *
acl_engine_new(Loop *loop)
{
    AclEngine *engine = g_new0(AclEngine, 1);
    engine->loop = loop;
    engine->drivers = g_array_new(FALSE, FALSE, sizeof(Loaded));
    engine->cache = acl_cache_new(ACL_CACHE_MAX, (int64_t)ACL_CACHE_TTL_MS * 1000);
    engine->open = g_hash_table_new(acl_key_hash, acl_key_equal);
    return engine;
}

void
acl_engine_free(AclEngine *engine)
{
    if (engine == NULL)
        return;
    g_assert(g_hash_table_size(engine->open) == 0);
    for (guint i = 0; i < engine->drivers->len; i++) {
        Loaded *loaded = &g_array_index(engine->drivers, Loaded, i);
        if (loaded->driver->free != NULL)
            loaded->driver->free(loaded->state);
    }
    g_array_unref(engine->drivers);
    g_hash_table_unref(engine->open);
    acl_cache_free(engine->cache);
    g_free(engine);
}

void
acl_engine_add_driver(AclEngine *engine, const AclDriver *driver, void *state)
{
    Loaded loaded = {driver, state};
    g_array_append_val(engine->drivers, loaded);
}

size_t
acl_engine_n_drivers(const AclEngine *engine)
{
    return engine->drivers->len;
}

void
acl_engine_forget(AclEngine *engine)
{
    engine->generation++;
    acl_cache_clear(engine->cache);
}

/* --- questions --- */

static AclQuestion *
question_new(AclEngine *engine, AclKey *key)
{
    AclQuestion *question = g_new0(AclQuestion, 1);
    question->engine = engine;
    question->key = key;
    question->generation = engine->generation;
    question->attributes = g_array_new(TRUE, TRUE, sizeof(AclAttribute));
    g_queue_init(&question->waiters);
    const char *end = key->text + key->text_len;
    for (const char *at = key->text; at < end;) {
        AclAttribute attribute = {.key = at};
        at += strlen(at) + 1;
        attribute.value = at;
        at += strlen(at) + 1;
        g_array_append_val(question->attributes, attribute);
    }
    return question;
}

static void
question_free(AclQuestion *question)
{
    acl_key_free(question->key);
    g_array_unref(question->attributes);
    g_free(question);
}

/* Once each time that it begins, not once a call. */
static void
note_failure(AclEngine *engine, const GError *failure)
{
    gboolean failing = failure != NULL;
    if (failing && !engine->failing)
        log_warning("access cannot be judged, so it is refused: %s", failure->message);
    engine->failing = failing;
}

/* An answer that was worked out before a change must not outlive it; a failure is asked again. */
static void
remember(AclQuestion *question, AclVerdict verdict, const GError *failure)
{
    AclEngine *engine = question->engine;
    note_failure(engine, failure);
    if (failure != NULL || question->generation != engine->generation)
        return;
    AclKey *key = acl_key_new(question->key->identity, question->key->permission,
                              &g_array_index(question->attributes, AclAttribute, 0));
    acl_cache_put(engine->cache, key, verdict, loop_now_us(engine->loop));
}

static void on_driver_answer(void *data, AclVerdict verdict, const GError *failure);

/* Asks the drivers from question->driver on, until one does not allow it at once. */
static AclVerdict
ask_drivers(AclQuestion *question, GError **failure)
{
    AclEngine *engine = question->engine;
    AclQuery query = {question->key->identity, question->key->permission,
                      &g_array_index(question->attributes, AclAttribute, 0)};
    for (; question->driver < engine->drivers->len; question->driver++) {
        Loaded *loaded = &g_array_index(engine->drivers, Loaded, question->driver);
        AclVerdict verdict = loaded->driver->ask(loaded->state, &query, on_driver_answer, question,
                                                 &question->handle, failure);
        if (verdict != ACL_ALLOWED)
            return verdict;
    }
    return ACL_ALLOWED;
}

/* A newer question may stand in the table under the same key. */
static void
question_close(AclQuestion *question)
{
    GHashTable *open = question->engine->open;
    if (g_hash_table_lookup(open, question->key) == question)
        g_hash_table_remove(open, question->key);
}

static void
tell_waiters(AclQuestion *question, AclVerdict verdict, const GError *failure)
{
    question->answered = TRUE;
    question_close(question);
    remember(question, verdict, failure);
    /* One by one: a waiter that is told may make others leave. */
    GList *link;
    while ((link = g_queue_pop_head_link(&question->waiters)) != NULL) {
        AclWaiter *waiter = link->data;
        waiter->question = NULL;
        waiter->fn(waiter, verdict, failure);
    }
    question_free(question);
}

static void
on_driver_answer(void *data, AclVerdict verdict, const GError *failure)
{
    AclQuestion *question = data;
    g_autoptr(GError) next_failure = NULL;
    question->handle = NULL;
    if (verdict == ACL_ALLOWED) {
        question->driver++;
        verdict = ask_drivers(question, &next_failure);
        failure = next_failure;
    }
    if (verdict != ACL_PENDING)
        tell_waiters(question, verdict, failure);
}

static void
join(AclQuestion *question, AclWaiter *waiter)
{
    waiter->question = question;
    waiter->link = (GList){.data = waiter};
    g_queue_push_tail_link(&question->waiters, &waiter->link);
}

AclVerdict
acl_engine_ask(AclEngine *engine, const AclQuery *query, AclWaiter *waiter, GError **failure)
{
    g_autoptr(AclKey) key = acl_key_new(query->identity, query->permission, query->attributes);
    AclVerdict known = acl_cache_get(engine->cache, key, loop_now_us(engine->loop));
    if (known != ACL_PENDING)
        return known;
    AclQuestion *open = g_hash_table_lookup(engine->open, key);
    /* What was asked before a change may be answered by the rules before it. */
    if (open != NULL && open->generation == engine->generation) {
        join(open, waiter);
        return ACL_PENDING;
    }
    AclQuestion *question = question_new(engine, g_steal_pointer(&key));
    g_autoptr(GError) why = NULL;
    AclVerdict verdict = ask_drivers(question, &why);
    if (verdict == ACL_PENDING) {
        join(question, waiter);
        g_hash_table_replace(engine->open, question->key, question);
        return ACL_PENDING;
    }
    remember(question, verdict, why);
    question_free(question);
    if (why != NULL)
        g_propagate_error(failure, g_steal_pointer(&why));
    return verdict;
}

void
acl_engine_leave(AclWaiter *waiter)
{
    AclQuestion *question = waiter->question;
    if (question == NULL)
        return;
    waiter->question = NULL;
    g_queue_unlink(&question->waiters, &waiter->link);
    if (question->waiters.length > 0 || question->answered)
        return;
    Loaded *loaded = &g_array_index(question->engine->drivers, Loaded, question->driver);
    loaded->driver->cancel(question->handle);
    question_close(question);
    question_free(question);
}
