/*
 * identity — the uuid of the host. Reads files: not for the io thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/uuid.h"

typedef enum { HOST_UUID_FROM_SMBIOS, HOST_UUID_FROM_MACHINE_ID } HostUuidSource;

/* FALSE when the source has none, or one whose bytes are all the same, as careless firmware has. */
gboolean host_uuid_read(int root, HostUuidSource source, uint8_t ret_uuid[UUID_BYTES]);
