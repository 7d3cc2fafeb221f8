/*
 * input — <input>: keyboard, mouse, tablet.
 */
#pragma once

#include "common/conf/device_info.h"
#include "virtqemud/conf/virtio_options.h"

typedef enum {
    INPUT_MOUSE = 1,
    INPUT_TABLET,
    INPUT_KEYBOARD,
    INPUT_PASSTHROUGH,
    INPUT_EVDEV
} InputType;
typedef enum { INPUT_BUS_PS2 = 1, INPUT_BUS_USB, INPUT_BUS_XEN, INPUT_BUS_VIRTIO } InputBus;

typedef struct {
    InputType type;
    InputBus bus;
    const char *model;
    VirtioOptions virtio;
    const char *source_dev;   /* of evdev */
    const char *source_evdev; /* of passthrough */
    const char *grab;
    const char *grab_toggle;
    Switch repeat;
    DeviceInfo info;
    const ConfExtra *extra;
} Input;

extern const ConfType input_conf;
