/*
 * host_document — <capabilities>: the host, and the guests that it can run. Reads files of /proc
 * and /sys: not for the io thread. https://libvirt.org/formatcaps.html
 */
#pragma once

#include <stdint.h>

#include "common/base/uuid.h"
#include "virtqemud/caps/caps.h"

/* One kind of guest. */
typedef struct {
    const char *arch;
    uint32_t word_bits;
    const char *program;
    QemuCaps *caps; /* NULL: the program was not asked, so its machines are not known */
} HostGuest;

typedef struct {
    int root;            /* a descriptor of "/", or of a tree of examples */
    const uint8_t *uuid; /* NULL: not known */
    const QemuCaps *native;
    const HostGuest *guests;
    size_t n_guests;
    gboolean labels; /* files and processes are given to a user: that is told as "dac" */
    uint32_t uid;
    uint32_t gid;
} HostDocument;

/* The caller frees. Errors: those of reading the host's topology. */
char *host_document_format(const HostDocument *document, GError **error);
