/*
 * format — structs back into a document, in libvirt's layout: two blanks a level, single quotes.
 *
 * Attributes and elements come in the order of the rows. An element is printed when a value inside
 * is set; one with a struct of its own, or in a list, always. Pure; any thread.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/engine.h"

enum {
    CONF_FORMAT_SECURE = 1 << 0,     /* with secrets */
    CONF_FORMAT_INACTIVE = 1 << 1,   /* without what belongs to a running guest */
    CONF_FORMAT_MIGRATABLE = 1 << 2, /* for another host */
    CONF_FORMAT_STATUS = 1 << 3      /* with what only a status document has */
};

/* The caller frees. `depth` is 0 for a whole document. */
char *conf_format(const ConfType *type, const void *object, unsigned flags, unsigned depth);

/* For hooks: what is appended must be whole lines, indented by the depth. */
GString *conf_writer_out(ConfWriter *writer);
unsigned conf_writer_flags(const ConfWriter *writer);
unsigned conf_writer_depth(const ConfWriter *writer);
void conf_writer_struct(ConfWriter *writer, const ConfType *type, const void *object);
