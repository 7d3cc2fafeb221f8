/*
 * copy — a structure with all that it points to, into another arena. Pure; any thread.
 */
#pragma once

#include "common/conf/conf.h"

/* Fills `ret_copy` (type->size bytes) with a deep copy of `object`. */
void conf_copy_into(const ConfType *type, const void *object, Arena *arena, void *ret_copy);
/* The same in memory of the arena. */
void *conf_copy(const ConfType *type, const void *object, Arena *arena);
