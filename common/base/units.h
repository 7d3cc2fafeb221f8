/*
 * units — numbers and sizes as users write them; every conversion is checked. Pure; any thread.
 *
 * Size units: "b", "byte", "bytes"; k, M, G, T, P, E and KiB, MiB ... are powers of 1024; KB, MB
 * ... are powers of 1000; case does not matter (https://libvirt.org/formatdomain.html, memory
 * allocation).
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"

/* The whole text as a decimal number without sign; TRUE when it is one and at most `max`. */
gboolean units_parse_u64(const char *text, uint64_t max, uint64_t *ret_number)
    G_GNUC_WARN_UNUSED_RESULT;
/* With an optional minus sign, within min..max. */
gboolean units_parse_i64(const char *text, int64_t min, int64_t max, int64_t *ret_number)
    G_GNUC_WARN_UNUSED_RESULT;
/* Bytes in one `unit`. Errors: VIRT_ERR_INVALID_ARG for an unknown one. */
gboolean units_scale_bytes(const char *unit, uint64_t *ret_bytes, GError **error);
/* `value` of `unit` in bytes; `unit` NULL or "": each counts `default_scale` bytes.
 * Errors: VIRT_ERR_INVALID_ARG for the unit, VIRT_ERR_OVERFLOW above `limit_bytes`. */
gboolean units_to_bytes(uint64_t value, const char *unit, const uint64_t scale_limit[2],
                        uint64_t *ret_bytes, GError **error);
/* A number with its unit behind it in one text, as in "512MiB" or "512 MiB"; else as above.
 * `scale_limit` is { default_scale, limit_bytes }. */
gboolean units_parse_bytes(const char *text, const uint64_t scale_limit[2], uint64_t *ret_bytes,
                           GError **error);
/* Bytes to KiB, rounded up. */
uint64_t units_bytes_to_kib(uint64_t bytes);
