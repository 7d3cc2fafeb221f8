/*
 * uuid — 16 bytes that name an object for ever. Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

enum { UUID_BYTES = 16, UUID_TEXT_BYTES = 37 };

/* Reads 32 hex digits of either case; between two bytes dashes and spaces may stand, white space
 * around the whole. FALSE when it is anything else; `ret_uuid` is then unchanged. */
gboolean uuid_parse(const char *text, uint8_t ret_uuid[UUID_BYTES]) G_GNUC_WARN_UNUSED_RESULT;
/* Writes the form 8-4-4-4-12 in lower case; returns `ret_text`. */
const char *uuid_format(const uint8_t uuid[UUID_BYTES], char ret_text[UUID_TEXT_BYTES]);
/* A random one (RFC 9562, version 4). */
void uuid_random(uint8_t ret_uuid[UUID_BYTES]);
gboolean uuid_equal(const uint8_t a[UUID_BYTES], const uint8_t b[UUID_BYTES]);
/* Not all bytes the same (libvirt refuses those as a host uuid). */
gboolean uuid_is_usable(const uint8_t uuid[UUID_BYTES]);
