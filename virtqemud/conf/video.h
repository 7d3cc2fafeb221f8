/*
 * video — <video>: a graphics card.
 */
#pragma once

#include "common/conf/device_info.h"
#include "virtqemud/conf/virtio_options.h"

typedef enum {
    VIDEO_VGA = 1,
    VIDEO_CIRRUS,
    VIDEO_VMVGA,
    VIDEO_XEN,
    VIDEO_VBOX,
    VIDEO_QXL,
    VIDEO_VIRTIO,
    VIDEO_GOP,
    VIDEO_NONE,
    VIDEO_BOCHS,
    VIDEO_RAMFB,
    VIDEO_PARALLELS
} VideoType;

typedef struct {
    VideoType type;
    uint32_t ram_kib;
    uint32_t vram_kib;
    uint32_t vram64_kib;
    uint32_t vgamem_kib;
    uint32_t heads;
    Switch primary;
    Switch accel2d;
    Switch accel3d;
    const char *rendernode;
    uint32_t width;
    uint32_t height;
    VirtioOptions virtio;
    const char *driver; /* "qemu" or "vhostuser" */
    DeviceInfo info;
    const ConfExtra *extra;
} Video;

extern const ConfType video_conf;
