/*
 * change — pools are defined, started, refreshed, stopped, forgotten. On the pool's strand.
 */
#pragma once

#include "virtstoraged/pool/pool.h"

/* Reads a user's document; `ref` is the entry's. Errors: XML_ERROR, CONFIG_UNSUPPORTED. */
PoolDef *change_read(const ObjRef *ref, const char *xml, GError **error);
/* Writes the definition to disk, then makes it the pool's. `def` is taken. */
gboolean change_store(Pool *pool, PoolDef *def, GError **error);
/* Removes the definition; a pool that is started becomes transient, another one is gone. */
gboolean change_forget(Pool *pool, GError **error);
/* Starts it, which nobody hears of yet: the caller publishes and tells, or undoes what it did. */
gboolean change_enter(Pool *pool, GError **error);
gboolean change_start(Pool *pool, GError **error);
/* What a later daemon finds of a pool that is started is not there, or of no use. */
void change_forget_state(const Pool *pool);
gboolean change_refresh(Pool *pool, GError **error);
/* A transient pool is gone afterwards. */
void change_stop(Pool *pool);
