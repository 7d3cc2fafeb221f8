/*
 * rng — prints the RELAX NG schema of a document from its tables.
 *
 * What no row describes yet is allowed by the schema as anything, where the table keeps it. Used at
 * build time; pure.
 */
#pragma once

#include "common/conf/conf.h"

/* A whole grammar (https://relaxng.org/spec-20011203.html); the caller frees. */
char *conf_rng(const ConfType *type);
