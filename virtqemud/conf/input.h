/*
 * input — <input>: keyboard, mouse, tablet.
 */
#pragma once

#include "common/conf/device_info.h"

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
    DeviceInfo info;
    const ConfExtra *extra;
} Input;

extern const ConfType input_conf;
