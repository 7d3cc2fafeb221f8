/*
 * tap — a network card's other end on the host: a tap in a bridge, and vhost-net.
 *
 * A tap lives as long as anybody has it open: when QEMU has ended and the daemon has closed its
 * copy, the kernel removes it. So nothing has to be found and removed after a crash. On the guest's
 * strand; talks rtnetlink, never starts a program.
 */
#pragma once

#include "common/base/registry.h"

enum { TAP_MAC_BYTES = 6, TAP_QUEUES_MAX = 256 };

typedef enum { TAP_VHOST_NO, TAP_VHOST_IF_THERE, TAP_VHOST_REQUIRED } TapVhost;

/* Borrowed during tap_open(). */
typedef struct {
    const char *target;         /* wanted name; NULL, "vnetN", or with one "%d": chosen */
    const char *bridge;         /* NULL: in none */
    uint8_t mac[TAP_MAC_BYTES]; /* the guest's */
    uint32_t mtu;               /* 0: the bridge's */
    uint32_t queues;            /* 0: one */
    gboolean vnet_header;       /* for virtio cards */
    TapVhost vhost;
} TapSpec;

typedef struct {
    char *name;
    int *fds; /* one for each queue */
    size_t n_fds;
    int *vhosts; /* one for each queue, or none */
    size_t n_vhosts;
    uint32_t mtu;
} Tap;

/*
 * Makes the tap, up and in its bridge; its name is claimed for `owner` under "tap:NAME". Errors:
 * SYSTEM_ERROR (no such bridge, not one, not permitted), OPERATION_INVALID (the wanted name is
 * taken), RESOURCE_BUSY (claimed), CONFIG_UNSUPPORTED (vhost is required and not there).
 */
Tap *tap_open(Registry *claims, const char *owner, const TapSpec *spec, GError **error);
/* Our copies, once QEMU has its own: name and numbers stay. */
void tap_close(Tap *tap);
/* Closes and frees; the claim goes with its owner's. Takes NULL. */
void tap_free(Tap *tap);
/* The claim alone, for a card that is unplugged or a guest that is found again. */
gboolean tap_claim(Registry *claims, const char *owner, const char *name, GError **error);
void tap_release(Registry *claims, const char *owner, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tap, tap_free)
