/*
 * device_refs — the devices of a definition as one list, whatever their kind, so that a pass can
 * walk over them in its own order.
 *
 * A reference points into the definition and is good until a list of it grows. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

typedef enum {
    REF_DISK = 1,
    REF_CONTROLLER,
    REF_INTERFACE,
    REF_SERIAL,
    REF_PARALLEL,
    REF_CONSOLE,
    REF_CHANNEL,
    REF_INPUT,
    REF_VIDEO,
    REF_WATCHDOG,
    REF_MEMBALLOON,
    REF_RNG,
    REF_SOUND,
    REF_HUB,
    REF_REDIRDEV,
    REF_TPM,
    REF_PANIC,
    REF_VSOCK,
    REF_KINDS_END
} RefKind;

typedef struct {
    RefKind kind;
    size_t index; /* among its kind */
    union {
        void *device;
        Disk *disk;
        Controller *controller;
        Interface *card;
        Chardev *line;
        Input *input;
        Video *video;
        Watchdog *watchdog;
        Memballoon *balloon;
        Rng *rng;
        Sound *sound;
        Vsock *vsock;
    };
    DeviceInfo *info;
} DeviceRef;

typedef struct {
    size_t n;
    DeviceRef *items;
} DeviceRefs;

/* All devices of the `n` kinds, kind after kind. To be cleared. */
DeviceRefs device_refs_collect(const Devices *devices, const RefKind *kinds, size_t n);
DeviceRefs device_refs_collect_all(const Devices *devices);
void device_refs_clear(DeviceRefs *refs);
/* "disk 'vda'", "interface 0": for messages. The caller frees. */
char *device_ref_describe(const DeviceRef *ref);
/* Puts `item` into a list of a definition, at place `at` (at most its length). */
void device_list_insert(Arena *arena, void *list, size_t at, void *item);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DeviceRefs, device_refs_clear)
