/*
 * virtio_options — what every virtio device may be told in its <driver>.
 *
 * VIRTIO_ROWS() are rows of the element that has them; `where` is the path to it, "driver/" or "".
 */
#pragma once

#include "common/conf/switches.h"

typedef struct {
    Switch iommu;
    Switch ats;
    Switch packed;
    Switch page_per_vq;
} VirtioOptions;

/* clang-format off */
#define VIRTIO_ROWS(T, m, where)                                                                   \
    SUB_ENUM(T, m.iommu, where "@iommu", on_off_enum, GUEST_ABI, "Through the IOMMU."),            \
    SUB_ENUM(T, m.ats, where "@ats", on_off_enum, GUEST_ABI, "Address translation service."),      \
    SUB_ENUM(T, m.packed, where "@packed", on_off_enum, GUEST_ABI, "Packed queues."),              \
    SUB_ENUM(T, m.page_per_vq, where "@page_per_vq", on_off_enum, GUEST_ABI, "A page each queue.")
/* clang-format on */
