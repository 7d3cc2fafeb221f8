/*
 * neighbours — the host's table of network neighbours (ARP and its successor for IPv6): which
 * addresses were heard from which card.
 *
 * One question to the kernel by rtnetlink(7), which answers at once. The parser is pure. Any
 * thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

typedef struct {
    int32_t family;  /* AF_INET or AF_INET6 */
    uint8_t card[6]; /* link-layer address */
    char address[46];
} Neighbour;

/* The entries that hold, as Neighbour. The caller unrefs. NULL: SYSTEM_ERROR. */
GArray *neighbours_read(GError **error);
/* Appends those of one message of the kernel. FALSE: it was the last one, or garbage. */
gboolean neighbours_parse(const void *message, size_t n, GArray *neighbours);
