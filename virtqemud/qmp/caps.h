/*
 * caps — what one QEMU binary is able to do: a bit for each command of ours and for each row of
 * cap_rows.h, taken from its schema once. A set is a plain value: copied, compared, kept in caches
 * by names. Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "virtqemud/qmp/cap_rows.h"
#include "virtqemud/qmp/commands.h"
#include "virtqemud/qmp/schema.h"

#define X(id, ...) QMP_CAP_##id,
typedef enum { QMP_CAPS(X) QMP_CAP_COUNT } QmpCap;
#undef X

enum {
    QMP_CAPS_BITS = QMP_COMMAND_COUNT + QMP_CAP_COUNT,
    QMP_CAPS_WORDS = (QMP_CAPS_BITS + 63) / 64,
};

/* All zero: able to do nothing. */
typedef struct {
    uint64_t words[QMP_CAPS_WORDS];
} QmpCaps;

QmpCaps qmp_caps_from_schema(const QmpSchema *schema);
gboolean qmp_caps_have(const QmpCaps *caps, QmpCap cap);
gboolean qmp_caps_have_command(const QmpCaps *caps, QmpCommandId command);
const char *qmp_cap_name(QmpCap cap);
const char *qmp_cap_path(QmpCap cap);

/* The names of what is there, one a line: commands first. The caller frees. */
char *qmp_caps_format(const QmpCaps *caps);
/* Reads that; names that are not known (a newer program wrote them) are left out. */
QmpCaps qmp_caps_parse(const char *text);
