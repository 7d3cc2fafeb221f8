/*
 * memballoon — <memballoon>: the guest's memory given back to the host, and what the guest tells
 * about it.
 */
#pragma once

#include "common/conf/device_info.h"
#include "virtqemud/conf/virtio_options.h"

typedef enum {
    BALLOON_VIRTIO = 1,
    BALLOON_XEN,
    BALLOON_NONE,
    BALLOON_VIRTIO_TRANSITIONAL,
    BALLOON_VIRTIO_NON_TRANSITIONAL
} BalloonModel;

typedef struct {
    BalloonModel model;
    Switch autodeflate;
    Switch free_page_reporting;
    uint32_t stats_period_s;
    VirtioOptions virtio;
    DeviceInfo info;
    const ConfExtra *extra;
} Memballoon;

extern const ConfType memballoon_conf;
