/*
 * cache_key — what stored capabilities depend on, as one line of text: equal lines, equal
 * capabilities. Looks at files: not for the io thread.
 */
#pragma once

#include "virtqemud/caps/program.h"

/* `root` is a descriptor of "/", or of a tree of examples. Errors: SYSTEM_ERROR when there is no
 * program. */
char *cache_key(int root, const QemuProbeRequest *request, const char *program, GError **error);
