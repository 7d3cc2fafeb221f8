/*
 * vcpu_slots — QEMU's places for processors, as `query-hotpluggable-cpus` tells them. Pure.
 *
 * A guest's processors are numbered as QEMU numbers them (x86): by socket, die, core and thread.
 */
#pragma once

#include "virtqemud/qmp/json.h"

/* The answer's places by number (`const Json *`, borrowed from it); the caller unrefs. Errors:
 * INTERNAL_ERROR: places of another number than `n`. */
GPtrArray *vcpu_slots_sort(const Json *reply, uint32_t n, GError **error);
/* Whether QEMU has a processor there. */
gboolean vcpu_slots_is_plugged(const GPtrArray *slots, uint32_t id);
/* What `device_add` gets for processor `id`; the caller's. */
Json *vcpu_slots_device(const GPtrArray *slots, uint32_t id);
/* The device's name, the caller's. */
char *vcpu_slots_name(uint32_t id);
/* The number in a name that vcpu_slots_name() made, or in the path of such a device or of a part of
 * it. FALSE: of something else. */
gboolean vcpu_slots_parse_name(const char *name, uint32_t *ret_id);
gboolean vcpu_slots_parse_path(const char *path, uint32_t *ret_id);
