/*
 * unsupported — finds what a definition has as XML only, because no table describes it.
 *
 * Pure; any thread.
 */
#pragma once

#include "common/conf/conf.h"

/* The path of the first such part; NULL: none. */
const char *find_unsupported(const ConfType *type, const void *object);
