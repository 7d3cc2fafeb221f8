/*
 * schema — what a QEMU binary can say and hear: the answer to `query-qmp-schema`, looked up by
 * path.
 *
 *     NAME                          a command or an event
 *     NAME/arg-type/MEMBER          what it takes; an event: what it carries
 *     NAME/ret-type/MEMBER          what a command answers
 *     .../MEMBER/MEMBER             further inside; arrays are passed through
 *     .../+VALUE                    the variant for this value of the tag
 *     .../^VALUE                    a value of an enumeration
 *     .../$FEATURE                  a feature of what stands before it
 *
 * Names of types mean nothing in QEMU's schema and change from build to build, so a path never has
 * one. https://www.qemu.org/docs/master/devel/qapi-code-gen.html (client introspection). The answer
 * comes from a program that may be any: everything is looked up, nothing assumed. Pure; any thread.
 */
#pragma once

#include <glib.h>

#include "virtqemud/qmp/json.h"

typedef struct QmpSchema QmpSchema;

/* `reply` is the array that QEMU answers; a reference is kept. Errors: VIRT_ERR_PARSE_FAILED. */
QmpSchema *qmp_schema_new(const Json *reply, GError **error);
/* Takes NULL. */
void qmp_schema_free(QmpSchema *schema);
/* Whether the path leads somewhere. */
gboolean qmp_schema_has(const QmpSchema *schema, const char *path);
/* The command or event; the type that a member names. NULL: none. Borrowed. */
const Json *qmp_schema_entity(const QmpSchema *schema, const char *name);
/* Member `name` of an object type, also of its variants' types when `deep`. NULL: none. */
const Json *qmp_schema_member(const QmpSchema *schema, const Json *type, const char *name,
                              gboolean deep);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QmpSchema, qmp_schema_free)
