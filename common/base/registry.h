/*
 * registry — claims on what spans objects: devices, MACs, ports, ids.
 *
 * A key (a text such as "pci:0000:03:00.0") belongs to at most one owner (a text, as a rule the
 * object's uuid). Claims live in memory and are made again when objects are found at start. Any
 * thread; a leaf lock.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"

typedef struct Registry Registry;

Registry *registry_new(VirtErrorDomain domain);
/* Takes NULL. */
void registry_free(Registry *registry);
/* Claims `key`. Claiming again by the same owner succeeds and changes nothing.
 * Errors: VIRT_ERR_RESOURCE_BUSY naming key and owner. */
gboolean registry_claim(Registry *registry, const char *key, const char *owner, GError **error);
/* All keys or none; `keys` ends with NULL. */
gboolean registry_claim_all(Registry *registry, const char *const *keys, const char *owner,
                            GError **error);
/* Claims the lowest free number of min..max under "KIND:NUMBER".
 * Errors: VIRT_ERR_RESOURCE_BUSY when all are taken. */
gboolean registry_claim_number(Registry *registry, const char *kind, const uint32_t range[2],
                               const char *owner, uint32_t *ret_number, GError **error);
/* Gives up a claim; nothing happens when `owner` does not hold it. */
void registry_release(Registry *registry, const char *key, const char *owner);
/* Gives up all claims of `owner`; how many those were. */
size_t registry_release_all(Registry *registry, const char *owner);
/* Who holds `key`; the caller frees. NULL: nobody. */
char *registry_owner(Registry *registry, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Registry, registry_free)
