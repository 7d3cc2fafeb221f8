/*
 * objtable_internal — what objtable.c, objref.c and reservation.c share. Nobody else includes it.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "common/base/objtable.h"

typedef struct {
    atomic_uint refs;
    atomic_uint_fast64_t generation; /* of the identity that is valid; 0: none */
    const ObjViewOps *ops;
    Strand *strand;
    Slot slot;
    void *object; /* the strand's */
} ObjEntry;

struct ObjRef {
    atomic_uint refs;
    ObjEntry *entry;
    char *name;
    uint8_t uuid[OBJ_UUID_BYTES];
    int32_t id;
    uint64_t generation;
};

typedef struct {
    char *name;
    ObjRef *ref;  /* the identity; of a claimed new name, still the old one */
    bool visible; /* false: a claim, or an object that is going */
} ObjName;

struct ObjTable {
    StrandPool *pool;
    const ObjViewOps *ops;
    LeafLock lock;       /* guards everything below */
    GPtrArray *names;    /* ObjName, sorted */
    GHashTable *by_uuid; /* uuid -> ObjRef, claims too */
    GHashTable *by_id;   /* id -> ObjRef */
    size_t visible;
    uint64_t last_generation;
};

/* An entry without object, its strand held. */
ObjEntry *obj_entry_new(ObjTable *table, const char *name);
/* Takes the reference on `entry`. The generation is set when it enters the table. */
ObjRef *obj_identity_new(ObjEntry *entry, const char *name, const uint8_t *uuid, int32_t id);
/* The same entry under another name or id. */
ObjRef *obj_identity_change(const ObjRef *old, const char *name, int32_t id);

/* A claim; it holds a reference of its own. */
ObjName *obj_name_new(ObjRef *ref, const char *name);
/* Not under the table's lock: this may free the object. */
void obj_name_free(ObjName *item);
/* All of these with the table's lock. */
ObjName *obj_names_find(const ObjTable *table, const char *name);
void obj_names_insert(ObjTable *table, ObjName *item);
/* Takes it out; the caller frees it. */
ObjName *obj_names_remove(ObjTable *table, const char *name);
/* The indexes other than the names know the identity `ref` in place of the old one. */
void obj_index_replace(ObjTable *table, ObjRef *ref, const ObjRef *old);
