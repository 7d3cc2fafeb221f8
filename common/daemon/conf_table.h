/*
 * conf_table — configuration files by a table of keys: what is read into a struct, what is refused,
 * and the shipped file are all made from the same rows.
 *
 * An unknown key is a warning; a wrong type or value is an error with file and line. Pure but for
 * conf_table_load(); no globals; any thread.
 */
#pragma once

#include "common/base/error.h"
#include "common/daemon/conf_syntax.h"

typedef enum {
    CONFIG_BOOL,           /* 0 or 1; gboolean */
    CONFIG_INT,            /* int32_t */
    CONFIG_UINT,           /* uint32_t */
    CONFIG_STRING,         /* const char * */
    CONFIG_LIST,           /* of texts; const char *const * */
    CONFIG_MODE,           /* permission bits as text, in octal; uint32_t */
    CONFIG_CHOICE,         /* one of `choices`, as text; int32_t, its place there */
    CONFIG_UUID,           /* a text; const char * */
    CONFIG_SIZE,           /* bytes, or the text "unlimited"; uint64_t, then UINT64_MAX */
    CONFIG_LIST_OR_STRING, /* as CONFIG_LIST; a text alone is a list of one */
} ConfigType;

typedef struct {
    const char
        *section; /* begins a section of the shipped file; the other fields are then unused */
    const char *name;
    ConfigType type;
    size_t offset;             /* in what is read into */
    unsigned daemons;          /* mask of ConfTable's `program` */
    const char *value;         /* default, as written in the file; NULL: not set */
    const char *session_value; /* default of a session's daemon where it differs */
    const char *example;       /* what the shipped file shows when there is no default */
    int64_t min;               /* of numbers */
    int64_t max;
    const char *const *choices; /* NULL-terminated */
    const char *doc;            /* one paragraph for the shipped file */
} ConfigKey;

/* What is read, and into what. */
typedef struct {
    const ConfigKey *keys;
    size_t n_keys;
    unsigned program; /* its bit in the keys' `daemons`: other keys are warned about */
    const char *program_name;
    gboolean session;    /* defaults are a session's */
    const char *path;    /* for messages */
    Arena *arena;        /* of all that is read */
    void *config;        /* the struct that keys have offsets in */
    GPtrArray *warnings; /* strings of the arena are added */
} ConfTable;

/*
 * Fills `config` with defaults and what the text says. The result is the text's own entries, of the
 * arena. Errors: CONF_SYNTAX (syntax, wrong type, wrong value; text has file and line).
 */
const ConfFile *conf_table_read(const ConfTable *table, const char *text, size_t len,
                                GError **error);
/* Sets the error for a value that cannot be; FALSE. */
gboolean conf_table_refuse(const ConfTable *table, const ConfValue *value, GError **error,
                           const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The warnings so far as a list that ends with NULL, of the arena. */
const char *const *conf_table_warnings(const ConfTable *table);
/* The file's bytes, the caller's; of a file that is not there: none, and `ret_missing` is set.
 * Errors: SYSTEM_ERROR. */
GByteArray *conf_table_load(const char *path, gboolean *ret_missing, GError **error);
/* The file that ships: every key commented out, with its default and what it does; `%DAEMON%` in
 * values is the program's name. */
char *conf_table_sample(const ConfTable *table, const char *head);
