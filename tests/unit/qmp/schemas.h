/*
 * schemas — the stored answers to `query-qmp-schema`, one a version of QEMU, for tests.
 */
#pragma once

#include "virtqemud/qmp/schema.h"

/* tests/data/qmp/VERSION.json.gz; never NULL, the caller frees. */
QmpSchema *schemas_load(const char *version);
