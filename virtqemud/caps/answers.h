/*
 * answers — what QEMU answered, as parts of a QemuCaps. Pure; any thread. What the program says is
 * looked up, nothing is assumed: members that are absent stay unset.
 */
#pragma once

#include "virtqemud/caps/caps_private.h"
#include "virtqemud/qmp/json.h"

/* Of query-version. Errors: INTERNAL_ERROR when it has no numbers. */
gboolean answers_version(QemuCaps *caps, const Json *reply, GError **error);
/* Of query-target. Errors: INTERNAL_ERROR when it names none. */
gboolean answers_arch(QemuCaps *caps, const Json *reply, GError **error);
/* Of query-machines. The machine that does nothing, "none", is left out. */
void answers_machines(QemuCaps *caps, const Json *reply);
/* Adds the names of qom-list-types to `words`, borrowed from the reply. */
void answers_types(GPtrArray *words, const Json *reply);
/* Takes out types that stand on one which is not there: QEMU 7.2 lists them, because they are in a
 * module of their own, and ends when one is made. */
void answers_drop_baseless(GPtrArray *words);
/* Adds a device with the names of device-list-properties; there must be room. */
void answers_device(QemuCaps *caps, const char *type, const Json *reply);
/* Of query-cpu-definitions. */
void answers_models(QemuCaps *caps, QemuAccel accel, const Json *reply);
/* Of query-cpu-model-expansion for this model. */
void answers_expansion(QemuCaps *caps, QemuCpuModel *model, const Json *reply);
/* Models that are another name of one get its features. */
void answers_share_features(CapsAccel *accel);
