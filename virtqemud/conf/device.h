/*
 * device — one device of a guest by itself: as a client gives it to be attached, changed or
 * detached, and its place among those of a definition.
 *
 * Works for every element of <devices> that has a table. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

typedef enum {
    DEVICE_DISK = 1,
    DEVICE_CONTROLLER,
    DEVICE_INTERFACE,
    DEVICE_SERIAL,
    DEVICE_PARALLEL,
    DEVICE_CONSOLE,
    DEVICE_CHANNEL,
    DEVICE_INPUT,
    DEVICE_TPM,
    DEVICE_GRAPHICS,
    DEVICE_SOUND,
    DEVICE_AUDIO,
    DEVICE_VIDEO,
    DEVICE_REDIRDEV,
    DEVICE_HUB,
    DEVICE_WATCHDOG,
    DEVICE_MEMBALLOON,
    DEVICE_RNG,
    DEVICE_PANIC,
    DEVICE_VSOCK
} DeviceKind;

/* Its own arena. */
typedef struct {
    Arena *arena;
    DeviceKind kind;
    /* The member that `kind` names; lines of characters are all `chardev`. */
    union {
        void *any;
        Disk *disk;
        Controller *controller;
        Interface *interface;
        Chardev *chardev;
        Input *input;
        Tpm *tpm;
        Graphics *graphics;
        Sound *sound;
        Audio *audio;
        Video *video;
        Hub *hub;
        Watchdog *watchdog;
        Memballoon *memballoon;
        Rng *rng;
        Panic *panic;
        Vsock *vsock;
    } as;
} DomainDevice;

/*
 * Reads a device whose element is the root. NULL on error: XML_ERROR or XML_DETAIL with line and
 * path, CONFIG_UNSUPPORTED for a kind of device that has no table.
 */
DomainDevice *domain_device_parse(const char *xml, size_t len, const ConfContext *context,
                                  GError **error);
void domain_device_free(DomainDevice *device);
/* `flags` are those of common/conf/format.h. The caller frees. */
char *domain_device_format(const DomainDevice *device, unsigned flags);
/* The path of its first part that is kept as XML only; NULL: none. */
const char *domain_device_unsupported(const DomainDevice *device);
/* "disk". */
const char *domain_device_kind_name(DeviceKind kind);

/* How many devices of the kind `def` has, and each: a Disk * and so on. */
size_t domain_def_count_devices(const DomainDef *def, DeviceKind kind);
void *domain_def_get_device(const DomainDef *def, DeviceKind kind, size_t i);
/* A copy of the device, behind the others of its kind; a second memballoon takes the first one's
 * place. `def` is not published. */
void *domain_def_add_device(DomainDef *def, const DomainDevice *device);
void domain_def_remove_device(DomainDef *def, DeviceKind kind, size_t i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainDevice, domain_device_free)
