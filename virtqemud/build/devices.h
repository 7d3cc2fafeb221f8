/*
 * devices — each device as QEMU's properties: what "-device" and "device_add", "-netdev" and
 * "netdev_add", "-object" and "object-add", "-blockdev" and "blockdev-add" take.
 *
 * Each answers a new object, the caller's, whose names and values are those of a stock daemon: the
 * guest can be migrated between both. NULL with an error: CONFIG_UNSUPPORTED, naming the device.
 * Names: https://www.qemu.org/docs/master/system/qemu-manpage.html and device-list-properties.
 * Pure; any thread.
 */
#pragma once

#include "virtqemud/build/context.h"

/* blockdev.c: the nodes of one file of a chain, `top` its first; `disk` NULL: of firmware. */
Json *build_storage_node(const Disk *disk, const BuildNode *node, const char *name);
Json *build_format_node(const Disk *disk, const BuildNode *top, const BuildNode *node,
                        const char *name);
/* The filter in front of the chain that keeps what was read; NULL: the disk has none. */
Json *build_copy_on_read_node(const Disk *disk, const BuildNode *top);
/* "libvirt-INDEX-storage", "libvirt-INDEX-format": the caller's. */
char *build_storage_name(const BuildNode *node);
char *build_format_name(const BuildNode *node);
/* The node that the device reads; the caller's. */
char *build_top_name(const Disk *disk, const BuildNode *top);

/* disk.c; `top` NULL: no medium */
Json *build_disk_props(const BuildContext *context, const Disk *disk, const BuildNode *top,
                       GError **error);
/* throttle.c: what block_set_io_throttle takes; NULL: no limits, or no medium that has them. The
 * device that owns the disk's block nodes, as the monitor's commands name it; the caller's. */
Json *build_throttle(const Disk *disk);
char *build_disk_backend(const Disk *disk);
/* controller.c; *ret_props NULL: it is part of the machine */
gboolean build_controller_props(const BuildContext *context, const Controller *controller,
                                Json **ret_props, GError **error);
/* interface.c */
Json *build_netdev(const BuildContext *context, const Interface *interface, GError **error);
Json *build_interface_props(const BuildContext *context, const Interface *interface,
                            GError **error);
/* chardev.c: the device in front; of a guestfwd channel a netdev instead */
Json *build_serial_props(const BuildContext *context, const Chardev *serial, GError **error);
Json *build_parallel_props(const BuildContext *context, const Chardev *parallel, GError **error);
Json *build_channel_props(const BuildContext *context, const Chardev *channel, GError **error);
Json *build_forward_netdev(const Chardev *channel);
Json *build_console_props(const BuildContext *context, const Chardev *console, GError **error);
/* chardev_backend.c: the value of "-chardev", which takes no JSON in QEMU 7.2; the caller's. */
char *build_chardev(const BuildContext *context, const Chardev *chardev, GError **error);
/* input.c; *ret_props NULL: it is part of the machine */
gboolean build_input_props(const BuildContext *context, const Input *input, Json **ret_props,
                           GError **error);
Json *build_video_props(const BuildContext *context, const Video *video, GError **error);
/* sound.c: the card, its codecs, and the audiodev; the name of an audiodev (0: the first), the
 * caller's, NULL: there is none */
Json *build_sound_props(const BuildContext *context, const Sound *sound, GError **error);
size_t build_sound_codecs_n(const Sound *sound);
Json *build_sound_codec_props(const BuildContext *context, const Sound *sound, size_t i);
Json *build_audio(const Audio *audio, GError **error);
char *build_audio_id(const DomainDef *def, uint32_t id);
/* small_devices.c */
Json *build_hub_props(const BuildContext *context, const Hub *hub, GError **error);
Json *build_panic_props(const BuildContext *context, const Panic *panic, GError **error);
Json *build_genid_props(const Genid *genid);
Json *build_vmcoreinfo_props(void);
Json *build_memballoon_props(const BuildContext *context, const Memballoon *balloon,
                             GError **error);
Json *build_rng_object(const Rng *rng, GError **error);
Json *build_rng_props(const BuildContext *context, const Rng *rng, GError **error);
Json *build_watchdog_props(const BuildContext *context, const Watchdog *watchdog, GError **error);
/* What "-watchdog-action" and "set-action" take. */
const char *build_watchdog_action(WatchdogAction action);
