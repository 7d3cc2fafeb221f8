/*
 * conf — how a document is described: rows, the tables they form, and what is asked of them.
 *
 * A document's elements are C structs; for each struct a table of rows says which member stands
 * where in the XML. The engines (parse, format, copy, diff, rng, doc) walk these tables. Rows are
 * written with the macros of common/conf/fields.h, which check each member's type when compiled.
 *
 * What is parsed lives in one arena and is freed with it; a parsed structure is not changed once it
 * is published, a change is made on a copy. In every struct zero means absent, so absent, 0 and off
 * are told apart: a number that may be 0 is an Opt type, every enum starts at 1.
 * Tables are const; any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/uuid.h"

/* Where a document comes from: defaults and what is taken from it depend on it. */
typedef enum {
    CONF_FROM_USER, /* define, create, attach */
    CONF_FROM_DISK, /* a stored definition: loading it never changes it */
    CONF_FROM_STATUS,
    CONF_FROM_MIGRATION,
    CONF_FROM_SNAPSHOT
} ConfOrigin;

typedef struct {
    ConfOrigin origin;
    bool validate;            /* refuse what is in no schema, instead of ignoring it */
    const void *capabilities; /* what this host's emulator can; NULL: not known yet */
} ConfContext;

typedef struct {
    bool set;
    uint32_t value;
} OptU32;

typedef struct {
    bool set;
    uint64_t value;
} OptU64;

typedef struct {
    bool set;
    int64_t value;
} OptI64;

typedef struct {
    bool set;
    uint8_t bytes[UUID_BYTES];
} OptUuid;

/* A piece of XML kept as it came. */
typedef struct ConfNode ConfNode;
/* Parts of an element that no row knows yet. */
typedef struct ConfExtra ConfExtra;

/* A list of structs; declare the member with CONF_LIST_OF(Item). The items belong to the arena. */
typedef struct {
    size_t n;
    void **items;
} ConfList;
#define CONF_LIST_OF(Item)                                                                         \
    struct {                                                                                       \
        size_t n;                                                                                  \
        Item **items;                                                                              \
    }

typedef struct ConfType ConfType;
typedef struct ConfField ConfField;

/* One of a list whose elements have different names and keep the document's order. */
typedef struct {
    const ConfType *type;
    void *item;
} ConfChoice;
typedef struct {
    size_t n;
    ConfChoice *items;
} ConfChoiceList;

typedef enum {
    CONF_END,
    /* one value: an attribute, or the text of an element */
    CONF_STRING,
    CONF_U32,
    CONF_U64,
    CONF_OPT_U32,
    CONF_OPT_U64,
    CONF_OPT_I64,
    CONF_ENUM,
    CONF_UUID,
    CONF_FLAG, /* an element that is there or not */
    CONF_SIZE, /* KiB; @unit beside the number */
    /* structure */
    CONF_TABLE,     /* a struct inside */
    CONF_TABLE_PTR, /* a struct of its own; NULL: the element is not there */
    CONF_LIST,
    CONF_CHOICE,
    CONF_UNION,   /* the table depends on an enum of the same struct */
    CONF_INCLUDE, /* rows of another struct inside, at the same place of the document */
    CONF_RAW,     /* a subtree that is the user's own */
    CONF_EXTRA,   /* known to the inventory, not to the table */
    CONF_HOOK
} ConfKind;

/* Row flags. */
enum {
    OPTIONAL = 0,
    REQUIRED = 1 << 0,
    DERIVED = 1 << 1,         /* absent: a function fills it in after parse */
    SECURE = 1 << 2,          /* printed on demand only */
    MIGRATABLE_OMIT = 1 << 3, /* not for another host */
    INACTIVE_OMIT = 1 << 4,   /* belongs to a running guest; taken from status documents only */
    STATUS_ONLY = 1 << 5,     /* in status documents only */
    GUEST_ABI = 1 << 6,       /* the guest sees it */
    LIVE = 1 << 7,            /* may change while the guest runs */
    HEX = 1 << 8,             /* printed as 0x..., `digits` wide */
    ALWAYS = 1 << 9,          /* printed when 0 or empty, too */
    EMPTY_OK = 1 << 10,       /* an empty attribute counts as absent */
    /* The row's table has this row: as deep as the document, which the reader bounds. */
    RECURSIVE = 1 << 11,
    STATUS_OMIT = 1 << 12,     /* a running guest's, but another row has it in status documents */
    REQUIRED_INSIDE = 1 << 13, /* required where the element is there that has it */
    /* The same, but libvirt's parser does not mind, only its schema does: of those who validate. */
    SCHEMA_REQUIRED = 1 << 14
};

typedef struct {
    const char *name;
    int value; /* 1 or more */
    const char *doc;
} ConfEnumItem;

typedef struct {
    const char *name;
    const ConfEnumItem *items;
    size_t n;
} ConfEnum;

typedef struct {
    uint64_t min;
    uint64_t max;
} ConfRange;

/* A rule for a string: `accepts` decides, `rng` is the same as a schema's pattern. Or it is one of
 * `words`, which are separated by blanks. */
typedef struct {
    const char *what; /* "a device name" */
    const char *rng;
    bool (*accepts)(const char *text);
    const char *words;
    bool of_schema; /* libvirt's parser takes any text: the rule is for those who validate */
} ConfPattern;

/* Tables by enum value; NULL: that case has no content. */
typedef struct {
    const ConfType *const *types;
    size_t n;
} ConfCases;

typedef struct ConfHook ConfHook;

struct ConfField {
    ConfKind kind;
    const char *path; /* "@a", "e", "e/@a", "" for the element's own text */
    size_t offset;
    unsigned flags;
    union {
        const ConfEnum *values;
        const ConfRange *range;
        const ConfPattern *pattern;
        const ConfType *type;
        const ConfCases *cases; /* UNION, by the enum at tag_offset; CHOICE: all of them */
        const ConfHook *hook;
        const char *names; /* EXTRA: only these elements, separated by blanks */
    };
    size_t tag_offset;
    const char *key; /* LIST: the row that tells which items of two lists are the same */
    unsigned digits;
    int otherwise; /* ENUM: what it is when the document does not say; 0: absent */
    const char *doc;
};

struct ConfType {
    const char *name; /* the element */
    size_t size;
    const ConfField *fields;
    /* Rules between fields; pure. NULL: none. */
    bool (*validate)(const void *object, GError **error);
    /* More, of libvirt's schema alone: for those who asked to validate. */
    bool (*validate_schema)(const void *object, GError **error);
};
