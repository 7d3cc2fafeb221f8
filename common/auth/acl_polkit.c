/*
 * acl_polkit — the access driver "polkit": each permission is an action of polkit, the object's
 * attributes are the details that a rule can look at. Nobody is asked for a password in the middle
 * of a call.
 */
#include "common/auth/acl_driver.h"

typedef struct {
    PolkitCheck *check;
    AclAnswer answer;
    void *data;
} Asked;

static void
on_answer(void *data, PolkitResult result, const GError *error)
{
    Asked asked = *(Asked *)data;
    g_free(data);
    AclVerdict verdict = result == POLKIT_ALLOWED ? ACL_ALLOWED : ACL_DENIED;
    /* A password that nobody can be asked for, or a question taken back, is a refusal by the rules.
     */
    asked.answer(asked.data, verdict, result == POLKIT_FAILED ? error : NULL);
}

static AclVerdict
ask(void *state, const AclQuery *query, AclAnswer answer, void *data, void **ret_handle,
    GError **failure)
{
    /* polkit authorizes uid 0 for everything without looking at its rules. */
    if (query->identity->uid == 0)
        return ACL_ALLOWED;
    Asked *asked = g_new0(Asked, 1);
    asked->answer = answer;
    asked->data = data;
    PolkitRequest request = {
        .action = acl_permissions[query->permission].action,
        .subject = query->identity,
        .details = query->attributes,
        .interaction = POLKIT_NO_INTERACTION,
    };
    asked->check = polkit_check(acl_manager_get_polkit(state), &request, on_answer, asked);
    *ret_handle = asked;
    return ACL_PENDING;
}

static void
cancel(void *handle)
{
    Asked *asked = handle;
    polkit_check_cancel(asked->check);
    g_free(asked);
}

const AclDriver acl_polkit_driver = {"polkit", ask, cancel, NULL};
