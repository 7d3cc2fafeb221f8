/*
 * port — TCP ports for displays: the lowest that nobody has, claimed for a guest.
 *
 * A port is free when no guest claims it and it can be bound on all addresses, of IPv4 and IPv6.
 * Any thread.
 */
#pragma once

#include "common/base/registry.h"

/* Claims under "port:NUMBER". Errors: RESOURCE_BUSY when none of the range is free. */
gboolean port_claim_free(Registry *claims, const char *owner, const uint32_t range[2],
                         uint16_t *ret_port, GError **error);
/* A port that the document names, or that a guest found again has; it is not tried. Errors:
 * RESOURCE_BUSY. */
gboolean port_claim(Registry *claims, const char *owner, uint16_t port, GError **error);
void port_release(Registry *claims, const char *owner, uint16_t port);
