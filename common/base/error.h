/*
 * error — the one error type of all programs: a GError whose code is libvirt's number.
 *
 * Every fallible function returns bool or a pointer and takes `GError **error` last. Foreign errors
 * (GIO, GNUTLS, errno) are turned into ours where they enter, by virt_error_set() or
 * virt_error_set_errno(). The further fields of libvirt's wire error (domain, level, three strings,
 * two ints) ride along as an extended GError and survive g_error_copy() and g_prefix_error().
 * Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error_codes.h"

#define X(name, number, text) VIRT_ERR_##name = number,
typedef enum { VIRT_ERR_OK = 0, VIRT_ERROR_CODES(X) } VirtErrorCode;
#undef X

#define X(name, number) VIRT_FROM_##name = number,
typedef enum { VIRT_ERROR_DOMAINS(X) } VirtErrorDomain;
#undef X

typedef enum { VIRT_LEVEL_NONE = 0, VIRT_LEVEL_WARNING = 1, VIRT_LEVEL_ERROR = 2 } VirtErrorLevel;

#define VIRT_ERROR (virt_error_quark())
GQuark virt_error_quark(void);

/* What goes over the wire beside code and message. Strings are borrowed from the error. */
typedef struct {
    VirtErrorDomain domain;
    VirtErrorLevel level;
    const char *str1; /* the text without its code's fixed part; what stock calls the format */
    const char *str2; /* the detail */
    const char *str3;
    int32_t int1;
    int32_t int2;
} VirtErrorInfo;

/*
 * Sets `error` to the code's fixed text, ": ", and the formatted detail (libvirt's own layout). A
 * few codes have another layout, see error.c. Nothing happens when `error` is NULL.
 */
void virt_error_set(GError **error, VirtErrorDomain domain, VirtErrorCode code, const char *format,
                    ...) G_GNUC_PRINTF(4, 5);
/* The same, and is FALSE: what a check returns that fails. */
#define virt_error_refuse(error, domain, code, ...)                                                \
    (virt_error_set(error, domain, code, __VA_ARGS__), FALSE)
/* As virt_error_set() with the code's fixed text alone. */
void virt_error_set_plain(GError **error, VirtErrorDomain domain, VirtErrorCode code);
/* VIRT_ERR_SYSTEM_ERROR with the detail, ": " and the text of `saved_errno`; int1 is the errno. */
void virt_error_set_errno(GError **error, VirtErrorDomain domain, int saved_errno,
                          const char *format, ...) G_GNUC_PRINTF(4, 5);
/* An error received from a peer: every field as it came. `message` NULL becomes the fixed text. */
GError *virt_error_new_from_wire(VirtErrorCode code, const char *message,
                                 const VirtErrorInfo *info);
/* The wire fields. A foreign error answers as INTERNAL_ERROR from domain NONE. Never NULL. */
VirtErrorInfo virt_error_get_info(const GError *error);
/* libvirt's number: the code of one of ours, INTERNAL_ERROR for a foreign one. */
VirtErrorCode virt_error_get_code(const GError *error);
/* Whether it is ours and has this code. NULL: false. */
gboolean virt_error_matches(const GError *error, VirtErrorCode code);
/* The short fixed text of a code; "unknown error" for a number that is none. */
const char *virt_error_text(VirtErrorCode code);
/* Gives an error without a domain (VIRT_FROM_NONE) this one: the family that a call belongs to. */
void virt_error_set_domain(GError *error, VirtErrorDomain domain);
