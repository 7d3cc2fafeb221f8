/*
 * check_devices — see check_devices.h.
 */
#include "virtqemud/build/check_devices.h"

#include <string.h>

#include "virtqemud/build/devices.h"

/* *ret_props NULL: there is nothing to have a driver for. */
typedef gboolean (*DeviceFn)(const BuildContext *context, const void *device, Json **ret_props,
                             GError **error);

static gboolean
controller_fn(const BuildContext *context, const void *device, Json **ret_props, GError **error)
{
    return build_controller_props(context, device, ret_props, error);
}

static gboolean
input_fn(const BuildContext *context, const void *device, Json **ret_props, GError **error)
{
    return build_input_props(context, device, ret_props, error);
}

static gboolean
disk_fn(const BuildContext *context, const void *device, Json **ret_props, GError **error)
{
    *ret_props = build_disk_props(context, device, NULL, error);
    return *ret_props != NULL;
}

static gboolean
channel_fn(const BuildContext *context, const void *device, Json **ret_props, GError **error)
{
    const Chardev *channel = device;
    *ret_props = NULL;
    if (channel->target.channel == CHANNEL_GUESTFWD)
        return TRUE;
    *ret_props = build_channel_props(context, channel, error);
    return *ret_props != NULL;
}

static gboolean
console_fn(const BuildContext *context, const void *device, Json **ret_props, GError **error)
{
    const Chardev *console = device;
    *ret_props = NULL;
    if (console->target.console == CONSOLE_SERIAL)
        return TRUE;
    *ret_props = build_console_props(context, console, error);
    return *ret_props != NULL;
}

static gboolean
video_fn(const BuildContext *context, const void *device, Json **ret_props, GError **error)
{
    const Video *video = device;
    *ret_props = NULL;
    if (video->type == VIDEO_NONE)
        return TRUE;
    *ret_props = build_video_props(context, video, error);
    return *ret_props != NULL;
}

#define DEVICE_FN(name, build)                                                                     \
    static gboolean name(const BuildContext *context, const void *device, Json **ret_props,        \
                         GError **error)                                                           \
    {                                                                                              \
        *ret_props = build(context, device, error);                                                \
        return *ret_props != NULL;                                                                 \
    }
DEVICE_FN(interface_fn, build_interface_props)
DEVICE_FN(serial_fn, build_serial_props)
DEVICE_FN(parallel_fn, build_parallel_props)
DEVICE_FN(watchdog_fn, build_watchdog_props)
DEVICE_FN(rng_fn, build_rng_props)
DEVICE_FN(sound_fn, build_sound_props)
DEVICE_FN(hub_fn, build_hub_props)
DEVICE_FN(panic_fn, build_panic_props)

static const struct {
    size_t offset; /* of the list in Devices */
    DeviceFn fn;
} lists[] = {
    {offsetof(Devices, controllers), controller_fn},
    {offsetof(Devices, disks), disk_fn},
    {offsetof(Devices, interfaces), interface_fn},
    {offsetof(Devices, serials), serial_fn},
    {offsetof(Devices, parallels), parallel_fn},
    {offsetof(Devices, channels), channel_fn},
    {offsetof(Devices, consoles), console_fn},
    {offsetof(Devices, inputs), input_fn},
    {offsetof(Devices, videos), video_fn},
    {offsetof(Devices, watchdogs), watchdog_fn},
    {offsetof(Devices, rngs), rng_fn},
    {offsetof(Devices, sounds), sound_fn},
    {offsetof(Devices, hubs), hub_fn},
    {offsetof(Devices, panics), panic_fn},
};

/* Names that QEMU takes for a type of another name. */
static const char *
type_of(const char *driver)
{
    static const char *const names[][2] = {{"lsi", "lsi53c895a"}, {"ahci", "ich9-ahci"}};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(driver, names[i][0]) == 0)
            return names[i][1];
    }
    return driver;
}

static gboolean
check_driver(const QemuCaps *caps, const Json *props, GError **error)
{
    const char *driver = json_as_string(json_get(props, "driver"));
    if (props == NULL || qemu_caps_has_device(caps, type_of(driver)))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED, "%s has no device '%s'",
                   qemu_caps_program(caps), driver);
    return FALSE;
}

static gboolean
check_list(const BuildContext *context, const ConfList *list, DeviceFn fn, GError **error)
{
    for (size_t i = 0; i < list->n; i++) {
        g_autoptr(Json) props = NULL;
        if (!fn(context, list->items[i], &props, error) ||
            !check_driver(context->caps, props, error))
            return FALSE;
    }
    return TRUE;
}

/* Objects and what else is no device of a list. */
static gboolean
check_rest(const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->rngs.n; i++) {
        g_autoptr(Json) object = build_rng_object(devices->rngs.items[i], error);
        if (object == NULL)
            return FALSE;
    }
    for (size_t i = 0; i < devices->audios.n; i++) {
        g_autoptr(Json) audio = build_audio(devices->audios.items[i], error);
        if (audio == NULL)
            return FALSE;
    }
    if (devices->memballoon == NULL || devices->memballoon->model == BALLOON_NONE)
        return TRUE;
    g_autoptr(Json) balloon = build_memballoon_props(context, devices->memballoon, error);
    return balloon != NULL && check_driver(context->caps, balloon, error);
}

gboolean
check_devices(const BuildContext *context, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        const ConfList *list =
            (const void *)((const char *)&context->def->devices + lists[i].offset);
        if (!check_list(context, list, lists[i].fn, error))
            return FALSE;
    }
    return check_rest(context, error);
}
