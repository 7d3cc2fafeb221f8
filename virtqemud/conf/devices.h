/*
 * devices — <devices>: all that is plugged into the guest.
 */
#pragma once

#include "virtqemud/conf/chardev.h"
#include "virtqemud/conf/controller.h"
#include "virtqemud/conf/disk.h"
#include "virtqemud/conf/graphics.h"
#include "virtqemud/conf/input.h"
#include "virtqemud/conf/interface.h"
#include "virtqemud/conf/memballoon.h"
#include "virtqemud/conf/rng.h"
#include "virtqemud/conf/small_devices.h"
#include "virtqemud/conf/sound.h"
#include "virtqemud/conf/video.h"
#include "virtqemud/conf/watchdog.h"

typedef struct {
    const char *emulator; /* path of QEMU; NULL: the host's for this architecture */
    CONF_LIST_OF(Disk) disks;
    CONF_LIST_OF(Controller) controllers;
    CONF_LIST_OF(Interface) interfaces;
    CONF_LIST_OF(Chardev) serials;
    CONF_LIST_OF(Chardev) parallels;
    CONF_LIST_OF(Chardev) consoles;
    CONF_LIST_OF(Chardev) channels;
    CONF_LIST_OF(Input) inputs;
    CONF_LIST_OF(Tpm) tpms;
    CONF_LIST_OF(Graphics) graphics;
    CONF_LIST_OF(Sound) sounds;
    CONF_LIST_OF(Audio) audios;
    CONF_LIST_OF(Video) videos;
    CONF_LIST_OF(Chardev) redirdevs;
    CONF_LIST_OF(Hub) hubs;
    CONF_LIST_OF(Watchdog) watchdogs;
    Memballoon *memballoon; /* NULL: the default one */
    CONF_LIST_OF(Rng) rngs;
    CONF_LIST_OF(Panic) panics;
    CONF_LIST_OF(Vsock) vsocks;
    const ConfExtra *extra; /* devices that have no table yet, and the unknown parts */
} Devices;

extern const ConfType devices_conf;
