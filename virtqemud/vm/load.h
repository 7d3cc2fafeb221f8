/*
 * load — the guests that there are when the daemon starts: their definitions, the state files of
 * those that run, and those that are to be started.
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* Reads everything and makes the guests; returns when all are in the table. What is damaged is
 * logged and left out. Io thread, before the first client. Errors: a folder cannot be read. */
gboolean load_guests(Driver *driver, GError **error);
/* Starts the guests that are marked for it, unless it was done since the host booted. */
void load_autostart(Driver *driver);
