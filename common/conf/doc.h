/*
 * doc — prints the reference page of a document from its tables: a line for each place, with what
 * may stand there. Used at build time; pure.
 */
#pragma once

#include "common/conf/conf.h"

/* Markdown; the caller frees. */
char *conf_doc(const ConfType *type);
