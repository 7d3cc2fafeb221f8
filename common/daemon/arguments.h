/*
 * arguments — checks of what many calls are given alike: flags, and the room for parameters. Codes
 * are those that libvirt gives. Any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"

/* VIRT_ERR_INVALID_ARG when there is a flag outside `known`. */
gboolean arguments_check_flags(VirtErrorDomain domain, uint32_t flags, uint32_t known,
                               GError **error);
/* A caller's number of parameters is 0 (how many are there?) up to `max`: VIRT_ERR_INTERNAL_ERROR
 * else. */
gboolean arguments_check_nparams(int32_t nparams, uint32_t max, GError **error);
/* ... and then exactly as many as there are: VIRT_ERR_INVALID_ARG else. */
gboolean arguments_check_exact(int32_t nparams, size_t wanted, GError **error);
