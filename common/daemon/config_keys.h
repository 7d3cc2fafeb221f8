/*
 * config_keys — the table of configuration keys. Internal to config: loading and the shipped files
 * are both made from it. Constant data.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/daemon/config.h"

typedef enum {
    CONFIG_BOOL,   /* 0 or 1; gboolean */
    CONFIG_INT,    /* int32_t */
    CONFIG_UINT,   /* uint32_t */
    CONFIG_STRING, /* const char * */
    CONFIG_LIST,   /* of texts; const char *const * */
    CONFIG_MODE,   /* permission bits as text, in octal; uint32_t */
    CONFIG_CHOICE, /* one of `choices`, as text; int32_t, its place there */
    CONFIG_UUID,   /* a text; const char * */
} ConfigType;

typedef struct {
    const char
        *section; /* begins a section of the shipped file; the other fields are then unused */
    const char *name;
    ConfigType type;
    size_t offset;             /* in DaemonConfig */
    unsigned daemons;          /* mask of DaemonKind */
    const char *value;         /* default, as written in the file; NULL: not set */
    const char *session_value; /* default of a session's daemon where it differs */
    const char *example;       /* what the shipped file shows when there is no default */
    int64_t min;               /* of numbers */
    int64_t max;
    const char *const *choices; /* NULL-terminated */
    const char *doc;            /* one paragraph for the shipped file */
} ConfigKey;

extern const ConfigKey config_keys[];
extern const size_t config_n_keys;
