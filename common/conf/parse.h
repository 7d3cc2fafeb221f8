/*
 * parse — a document's elements into the structs that the tables describe.
 *
 * Errors name line and path: "line 14: /domain/devices/disk[2]/target/@bus: 'virtoi' is not one of
 * ...". What no row describes is kept verbatim where the inventory knows it, else ignored and
 * logged once a document, or refused when the context validates. Defaults are not filled in here.
 * Pure but for that log line; any thread.
 */
#pragma once

#include <libxml/tree.h>

#include "common/conf/conf.h"
#include "common/conf/engine.h"

/*
 * Fills `object` (zeroed, type->size) from `root`, whose name must be the type's. Strings and lists
 * are copied into `arena`. Errors: VIRT_ERR_XML_ERROR.
 */
gboolean conf_parse(const ConfType *type, xmlNode *root, Arena *arena, const ConfContext *context,
                    void *object, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For hooks. */
/* The element, or attribute (as xmlNode), is dealt with. */
void conf_parse_mark(xmlNode *node);
Arena *conf_parse_arena(const ConfParse *parse);
const ConfContext *conf_parse_context(const ConfParse *parse);
/* Sets the error at this element, or its attribute when not NULL; returns FALSE. */
gboolean conf_parse_refuse(ConfParse *parse, xmlNode *element, const char *attribute,
                           const char *format, ...) G_GNUC_PRINTF(4, 5);
/* Reads a whole struct from its element. */
gboolean conf_parse_struct(ConfParse *parse, const ConfType *type, xmlNode *element, void *object)
    G_GNUC_WARN_UNUSED_RESULT;
