/*
 * shared_def — a definition that many views share: immutable, counted, any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

typedef struct SharedDef SharedDef;

/* Takes `def`, which nobody changes from here on. */
const SharedDef *shared_def_new(DomainDef *def);
/* Takes NULL. */
const SharedDef *shared_def_ref(const SharedDef *shared);
/* Takes NULL. */
void shared_def_unref(const SharedDef *shared);
/* Borrowed; NULL for NULL. */
const DomainDef *shared_def_get(const SharedDef *shared);
