/*
 * display — <video> and <graphics>: graphics cards, and how a person sees them.
 */
#include "virtqemud/build/display.h"

#include <inttypes.h>
#include <string.h>

#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

/* A card that is the first has VGA's registers, where QEMU tells both kinds apart. */
static const struct {
    const char *first;
    const char *other;
} drivers[] = {
    [VIDEO_VGA] = {"VGA", "VGA"},
    [VIDEO_CIRRUS] = {"cirrus-vga", "cirrus-vga"},
    [VIDEO_VMVGA] = {"vmware-svga", "vmware-svga"},
    [VIDEO_QXL] = {"qxl-vga", "qxl"},
    [VIDEO_VIRTIO] = {"virtio-vga", "virtio-gpu-pci"},
    [VIDEO_BOCHS] = {"bochs-display", "bochs-display"},
    [VIDEO_RAMFB] = {"ramfb", "ramfb"},
};

static void
add_memory(Json *props, const Video *video)
{
    switch (video->type) {
    case VIDEO_VIRTIO:
        context_add_number(props, "max_outputs", video->heads);
        break;
    case VIDEO_QXL:
        context_add_number(props, "max_outputs", video->heads);
        json_add_uint(props, "ram_size", (uint64_t)video->ram_kib * 1024);
        json_add_uint(props, "vram_size", (uint64_t)video->vram_kib * 1024);
        json_add_uint(props, "vram64_size_mb", video->vram64_kib / 1024);
        json_add_uint(props, "vgamem_mb", video->vgamem_kib / 1024);
        break;
    case VIDEO_VGA:
    case VIDEO_VMVGA:
        context_add_number(props, "vgamem_mb", video->vram_kib / 1024);
        break;
    case VIDEO_BOCHS:
        if (video->vram_kib != 0)
            json_add_uint(props, "vgamem", (uint64_t)video->vram_kib * 1024);
        break;
    default:
        break;
    }
}

Json *
build_video_props(const BuildContext *context, const Video *video, GError **error)
{
    gboolean is_first = video->primary == SWITCH_ON;
    if (video->type >= G_N_ELEMENTS(drivers) || drivers[video->type].first == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the model of video card '%s' is not supported", video->info.alias);
        return NULL;
    }
    g_autoptr(Json) props = json_new_object();
    json_add_string(props, "driver",
                    is_first ? drivers[video->type].first : drivers[video->type].other);
    context_add_virtio(props, &video->virtio);
    json_add_string(props, "id", video->info.alias);
    add_memory(props, video);
    context_add_number(props, "xres", video->width);
    context_add_number(props, "yres", video->height);
    if (!place_add(props, context->def, &video->info, error))
        return NULL;
    return g_steal_pointer(&props);
}

static void
append_socket(GString *text, const BuildContext *context, const char *path)
{
    g_autofree char *chosen = g_strdup_printf("%s/vnc.sock", context->resources->folder);
    g_autofree char *value = g_strdup_printf("unix:%s", path != NULL ? path : chosen);
    args_append(text, "vnc", value);
}

/* Where it listens: the first of <listen>, or what old documents write into attributes. */
static gboolean
append_address(GString *text, const BuildContext *context, const Graphics *graphics, GError **error)
{
    static const GraphicsListen nowhere;
    const GraphicsVnc *vnc = &graphics->as.vnc;
    const GraphicsListen *listen = graphics->listens.n > 0 ? graphics->listens.items[0] : &nowhere;
    const char *socket = listen->socket != NULL ? listen->socket : vnc->socket;
    const char *address = listen->address != NULL ? listen->address : vnc->listen;
    if (listen->type == LISTEN_NONE) {
        g_string_append(text, "none");
        return TRUE;
    }
    if (socket != NULL || listen->type == LISTEN_SOCKET) {
        append_socket(text, context, socket);
        return TRUE;
    }
    if (vnc->port.value < DISPLAY_FIRST_PORT) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "no VNC port was chosen for guest '%s'", context->def->name);
        return FALSE;
    }
    if (address == NULL)
        address = "127.0.0.1";
    g_string_append_printf(text, strchr(address, ':') != NULL ? "[%s]" : "%s", address);
    g_string_append_printf(text, ":%" PRId64, vnc->port.value - DISPLAY_FIRST_PORT);
    return TRUE;
}

static void
append_options(GString *text, const BuildContext *context, const GraphicsVnc *vnc,
               const char *audio)
{
    static const char *const shares[] = {[SHARE_EXCLUSIVE] = "allow-exclusive",
                                         [SHARE_FORCE] = "force-shared",
                                         [SHARE_IGNORE] = "ignore"};
    if (vnc->websocket.set && vnc->websocket.value > 0)
        g_string_append_printf(text, ",websocket=%" PRId64, vnc->websocket.value);
    args_append(text, "share", shares[vnc->share_policy]);
    if (vnc->passwd != NULL || context->resources->has_vnc_password)
        g_string_append(text, ",password=on");
    args_append(text, "audiodev", audio);
}

char *
display_vnc(const BuildContext *context, const Graphics *graphics, const char *audio,
            GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (!append_address(text, context, graphics, error))
        return NULL;
    append_options(text, context, &graphics->as.vnc, audio);
    return g_strdup(text->str);
}
