/*
 * identity_params — an identity as the typed parameters of connect_set_identity, both ways, and who
 * may send them.
 */
#include "common/auth/identity.h"

#include <string.h>

#include "common/auth/identity_new.h"
#include "common/base/error.h"

/* Longer than any name, certificate subject or label; keeps what a peer makes us copy small. */
enum { TEXT_MAX = 4096 };

typedef enum { FIELD_ID, FIELD_PID, FIELD_TIME, FIELD_TEXT } FieldKind;

typedef struct {
    const char *name;
    FieldKind kind;
    size_t offset; /* in Identity */
} ParamRow;

static const ParamRow param_rows[IDENTITY_N_PARAMS] = {
    {"user-name", FIELD_TEXT, offsetof(Identity, user_name)},
    {"unix-user-id", FIELD_ID, offsetof(Identity, uid)},
    {"group-name", FIELD_TEXT, offsetof(Identity, group_name)},
    {"unix-group-id", FIELD_ID, offsetof(Identity, gid)},
    {"process-id", FIELD_PID, offsetof(Identity, pid)},
    {"process-time", FIELD_TIME, offsetof(Identity, start_time)},
    {"sasl-user-name", FIELD_TEXT, offsetof(Identity, sasl_user)},
    {"x509-distinguished-name", FIELD_TEXT, offsetof(Identity, x509_dn)},
    {"selinux-context", FIELD_TEXT, offsetof(Identity, selinux_context)},
};

static const IdentityParamType kind_types[] = {
    [FIELD_ID] = IDENTITY_ULLONG,
    [FIELD_PID] = IDENTITY_LLONG,
    [FIELD_TIME] = IDENTITY_ULLONG,
    [FIELD_TEXT] = IDENTITY_STRING,
};

#define FIELD_OF(identity, row, type) ((type *)((char *)(identity) + (row)->offset))

gboolean
identity_may_delegate(const Identity *peer, uint32_t own_uid)
{
    return peer->from_kernel && peer->uid != IDENTITY_NO_ID &&
           (peer->uid == 0 || peer->uid == own_uid);
}

static size_t
find_row(const char *name)
{
    size_t i = 0;
    while (i < IDENTITY_N_PARAMS && strcmp(param_rows[i].name, name) != 0)
        i++;
    return i;
}

/* FALSE when the value is out of range. */
static gboolean
set_field(Identity *identity, const ParamRow *row, const IdentityParam *param)
{
    switch (row->kind) {
    case FIELD_ID:
        if (param->value.ullong >= IDENTITY_NO_ID)
            return FALSE;
        *FIELD_OF(identity, row, uint32_t) = (uint32_t)param->value.ullong;
        return TRUE;
    case FIELD_PID:
        if (param->value.llong <= 0 || param->value.llong > INT32_MAX)
            return FALSE;
        *FIELD_OF(identity, row, int32_t) = (int32_t)param->value.llong;
        return TRUE;
    case FIELD_TIME:
        *FIELD_OF(identity, row, uint64_t) = param->value.ullong;
        return TRUE;
    case FIELD_TEXT:
        if (param->value.string == NULL || strlen(param->value.string) > TEXT_MAX)
            return FALSE;
        *FIELD_OF(identity, row, const char *) = param->value.string;
        return TRUE;
    }
    return FALSE;
}

/* `seen` has a flag per row. */
static gboolean
read_param(Identity *identity, const IdentityParam *param, gboolean *seen, GError **error)
{
    size_t i = find_row(param->name);
    if (i == IDENTITY_N_PARAMS) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_ARGUMENT_UNSUPPORTED,
                       "identity parameter '%s' is not known", param->name);
        return FALSE;
    }
    const ParamRow *row = &param_rows[i];
    if (param->type != (int32_t)kind_types[row->kind]) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "identity parameter '%s' has type %d, not %d", row->name, param->type,
                       kind_types[row->kind]);
        return FALSE;
    }
    if (seen[i]) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "identity parameter '%s' is given twice", row->name);
        return FALSE;
    }
    seen[i] = TRUE;
    if (!set_field(identity, row, param)) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "identity parameter '%s' is out of range", row->name);
        return FALSE;
    }
    return TRUE;
}

Identity *
identity_new_from_params(const IdentityParam *params, size_t n_params, IdentityScope scope,
                         uint32_t own_uid, GError **error)
{
    Identity told = {.uid = IDENTITY_NO_ID, .gid = IDENTITY_NO_ID};
    gboolean seen[IDENTITY_N_PARAMS] = {FALSE};
    for (size_t i = 0; i < n_params; i++) {
        if (!read_param(&told, &params[i], seen, error))
            return NULL;
    }
    if (scope == IDENTITY_SCOPE_SESSION && told.uid == IDENTITY_NO_ID)
        told.uid = own_uid;
    if (scope == IDENTITY_SCOPE_SESSION && told.uid != own_uid) {
        virt_error_set(error, VIRT_FROM_ACCESS, VIRT_ERR_ACCESS_DENIED,
                       "a session daemon of uid %u takes no calls for uid %u", own_uid, told.uid);
        return NULL;
    }
    return identity_new(&told);
}

/* FALSE when it is not known, so that there is nothing to send. */
static gboolean
get_field(const Identity *identity, const ParamRow *row, IdentityParam *param)
{
    switch (row->kind) {
    case FIELD_ID:
        param->value.ullong = *FIELD_OF(identity, row, const uint32_t);
        return param->value.ullong != IDENTITY_NO_ID;
    case FIELD_PID:
        param->value.llong = *FIELD_OF(identity, row, const int32_t);
        return param->value.llong > 0;
    case FIELD_TIME:
        param->value.ullong = *FIELD_OF(identity, row, const uint64_t);
        return param->value.ullong != 0;
    case FIELD_TEXT:
        param->value.string = *FIELD_OF(identity, row, const char *const);
        return param->value.string != NULL;
    }
    return FALSE;
}

size_t
identity_to_params(const Identity *identity, IdentityParam params[IDENTITY_N_PARAMS])
{
    size_t n = 0;
    for (size_t i = 0; i < IDENTITY_N_PARAMS; i++) {
        const ParamRow *row = &param_rows[i];
        params[n] = (IdentityParam){.name = row->name, .type = (int32_t)kind_types[row->kind]};
        if (get_field(identity, row, &params[n]))
            n++;
    }
    return n;
}
