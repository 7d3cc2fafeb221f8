/*
 * load — the pools that there are when the daemon starts: those that are defined, those that were
 * started when the last daemon ended, and once after the host's start those marked for it. Io
 * thread, before anybody is served.
 */
#pragma once

#include "virtstoraged/pool/storage.h"

gboolean load_pools(Storage *storage, GError **error);
