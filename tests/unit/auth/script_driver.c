/*
 * script_driver — see script_driver.h.
 */
#include "tests/unit/auth/script_driver.h"

#include <string.h>

static const char *
name_of(const AclQuery *query)
{
    for (const AclAttribute *a = query->attributes; a->key != NULL; a++) {
        if (strcmp(a->key, "name") == 0)
            return a->value;
    }
    return "";
}

static AclVerdict
ask(void *state, const AclQuery *query, AclAnswer answer, void *data, void **ret_handle,
    GError **failure)
{
    Script *script = state;
    script->n_asked++;
    g_assert_cmpstr(query->attributes[0].key, ==, "connect_driver");
    g_assert_cmpstr(query->attributes[0].value, ==,
                    script->expected_driver != NULL ? script->expected_driver : "QEMU");
    g_assert_cmpstr(query->attributes[1].key, !=, "connect_driver");
    const char *name = name_of(query);
    if (strcmp(name, "yes") == 0)
        return ACL_ALLOWED;
    if (strcmp(name, "no") == 0)
        return ACL_DENIED;
    ScriptQuestion *question = g_new(ScriptQuestion, 1);
    *question = (ScriptQuestion){script, g_strdup(name), query->permission, answer, data};
    g_queue_push_tail(&script->open, question);
    *ret_handle = question;
    return ACL_PENDING;
}

static void
question_free(ScriptQuestion *question)
{
    g_free(question->name);
    g_free(question);
}

static void
cancel(void *handle)
{
    ScriptQuestion *question = handle;
    question->script->n_cancelled++;
    g_assert_true(g_queue_remove(&question->script->open, question));
    question_free(question);
}

const AclDriver script_driver = {"script", ask, cancel, NULL};

void
script_answer(Script *script, const char *name, AclVerdict verdict, const GError *failure)
{
    ScriptQuestion *question = g_queue_pop_head(&script->open);
    g_assert_nonnull(question);
    g_assert_cmpstr(question->name, ==, name);
    AclAnswer answer = question->answer;
    void *data = question->data;
    question_free(question);
    answer(data, verdict, failure);
}
