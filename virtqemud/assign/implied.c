/*
 * implied — see implied.h.
 */
#include "virtqemud/assign/implied.h"

#include "virtqemud/assign/device_refs.h"

enum { VIDEO_RAM_KIB = 16384, QXL_RAM_KIB = 65536, QXL_VGA_KIB = 16384 };

/* ---- inputs ---- */

static void
fill_inputs(DomainDef *def)
{
    for (size_t i = 0; i < def->devices.inputs.n; i++) {
        Input *input = def->devices.inputs.items[i];
        if (input->bus != 0)
            continue;
        if (input->type == INPUT_MOUSE || input->type == INPUT_KEYBOARD)
            input->bus = INPUT_BUS_PS2;
        else if (input->type == INPUT_TABLET)
            input->bus = INPUT_BUS_USB;
        else if (input->type == INPUT_PASSTHROUGH)
            input->bus = INPUT_BUS_VIRTIO;
    }
}

static gboolean
check_inputs(const DomainDef *def, GError **error)
{
    for (size_t i = 0; i < def->devices.inputs.n; i++) {
        const Input *input = def->devices.inputs.items[i];
        gboolean is_ps2_tablet = input->bus == INPUT_BUS_PS2 && input->type == INPUT_TABLET;
        gboolean has_generations = input->model != NULL && input->type != INPUT_PASSTHROUGH &&
                                   g_str_has_suffix(input->model, "transitional");
        if (input->bus != INPUT_BUS_XEN && !is_ps2_tablet && !has_generations)
            continue;
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "QEMU has no such input device: input %zu", i);
        return FALSE;
    }
    return TRUE;
}

/* The board's own mouse and keyboard. */
static void
need_ps2(DomainDef *def, InputType type)
{
    for (size_t i = 0; i < def->devices.inputs.n; i++) {
        const Input *input = def->devices.inputs.items[i];
        if (input->type == type && input->bus == INPUT_BUS_PS2)
            return;
    }
    Input *input = arena_new_of(def->arena, Input);
    input->type = type;
    input->bus = INPUT_BUS_PS2;
    device_list_insert(def->arena, &def->devices.inputs, def->devices.inputs.n, input);
}

/* ---- video ---- */

/* A power of two, as QEMU needs it. */
static uint32_t
video_memory(uint32_t kib, uint32_t otherwise)
{
    enum { MOST = 1u << 31 };
    uint32_t power = 1;
    if (kib == 0 || kib > MOST)
        return kib == 0 ? otherwise : kib;
    while (power < kib)
        power <<= 1;
    return power;
}

static void
fill_video(Video *video)
{
    if (video->type == 0)
        video->type = VIDEO_CIRRUS;
    if (video->type == VIDEO_NONE) {
        video->info.address = NULL;
        return;
    }
    if (video->heads == 0)
        video->heads = 1;
    if (video->type == VIDEO_QXL) {
        video->ram_kib = video_memory(video->ram_kib, QXL_RAM_KIB);
        video->vram_kib = video_memory(video->vram_kib, QXL_RAM_KIB);
        video->vgamem_kib = video_memory(video->vgamem_kib, QXL_VGA_KIB);
    } else if (video->type != VIDEO_VIRTIO && video->type != VIDEO_RAMFB) {
        video->vram_kib = video_memory(video->vram_kib, VIDEO_RAM_KIB);
    }
}

static gboolean
refuse_video(size_t index, const char *why, GError **error)
{
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED, "the video card %zu %s",
                   index, why);
    return FALSE;
}

static gboolean
check_videos(const DomainDef *def, GError **error)
{
    gboolean has_primary = FALSE;
    for (size_t i = 0; i < def->devices.videos.n; i++) {
        const Video *video = def->devices.videos.items[i];
        gboolean has_heads = video->type == VIDEO_QXL || video->type == VIDEO_VIRTIO;
        if (video->type == VIDEO_NONE && def->devices.videos.n > 1)
            return refuse_video(i, "is 'none', and there is another", error);
        if (video->type == VIDEO_RAMFB && video->info.address != NULL)
            return refuse_video(i, "has no place on a bus, so no address", error);
        if (video->primary == SWITCH_ON && has_primary)
            return refuse_video(i, "is a second primary one", error);
        if (video->heads > 1 && !has_heads)
            return refuse_video(i, "has a single head only", error);
        has_primary |= video->primary == SWITCH_ON;
    }
    return TRUE;
}

/* The primary card is the first; of the others only some kinds work. */
static gboolean
order_videos(DomainDef *def, GError **error)
{
    Video **videos = def->devices.videos.items;
    for (size_t i = 1; i < def->devices.videos.n; i++) {
        if (videos[i]->primary != SWITCH_ON)
            continue;
        Video *primary = videos[i];
        for (size_t j = i; j > 0; j--)
            videos[j] = videos[j - 1];
        videos[0] = primary;
    }
    for (size_t i = 0; i < def->devices.videos.n; i++) {
        gboolean can_be_second = videos[i]->type == VIDEO_QXL || videos[i]->type == VIDEO_VIRTIO;
        if (i > 0 && !can_be_second)
            return refuse_video(i, "can be the first one only", error);
        if (i == 0 && videos[i]->type != VIDEO_NONE)
            videos[i]->primary = SWITCH_ON;
    }
    return TRUE;
}

static gboolean
assign_videos(DomainDef *def, GError **error)
{
    Devices *devices = &def->devices;
    if (devices->videos.n == 0 && devices->graphics.n > 0)
        device_list_insert(def->arena, &devices->videos, 0, arena_new_of(def->arena, Video));
    for (size_t i = 0; i < devices->videos.n; i++)
        fill_video(devices->videos.items[i]);
    return check_videos(def, error) && order_videos(def, error);
}

/* ---- sound ---- */

static AudioType
default_audio(const Devices *devices)
{
    AudioType type = AUDIO_NONE;
    for (size_t i = 0; i < devices->graphics.n; i++) {
        if (devices->graphics.items[i]->type == GRAPHICS_SPICE)
            return AUDIO_SPICE;
        if (devices->graphics.items[i]->type == GRAPHICS_SDL)
            type = 0;
    }
    return type;
}

static void
need_audio(DomainDef *def)
{
    AudioType type = default_audio(&def->devices);
    if (def->devices.audios.n > 0 || type == 0)
        return;
    Audio *audio = arena_new_of(def->arena, Audio);
    *audio = (Audio){.id = 1, .type = type};
    device_list_insert(def->arena, &def->devices.audios, 0, audio);
}

/* ---- the others ---- */

/* Other cards than virtio's have none. */
static void
drop_virtio_options(Interface *card)
{
    card->driver = NULL;
    card->tx_mode = 0;
    card->queues = card->rx_queue_size = card->tx_queue_size = 0;
    card->ioeventfd = card->event_idx = card->rss = card->rss_hash_report = 0;
    card->virtio = (VirtioOptions){0};
    card->host_offloads = card->guest_offloads = (InterfaceOffloads){0};
}

static void
fill_cards(DomainDef *def)
{
    for (size_t i = 0; i < def->devices.interfaces.n; i++) {
        Interface *card = def->devices.interfaces.items[i];
        if (card->mac == NULL)
            card->mac =
                arena_printf(def->arena, "52:54:00:%02x:%02x:%02x", g_random_int_range(0, 256),
                             g_random_int_range(0, 256), g_random_int_range(0, 256));
        if (card->model == NULL && card->type != INTERFACE_HOSTDEV)
            card->model = "rtl8139";
        if (card->model != NULL && !g_str_has_prefix(card->model, "virtio"))
            drop_virtio_options(card);
    }
}

static gboolean
check_cards(const DomainDef *def, GError **error)
{
    for (size_t i = 0; i < def->devices.interfaces.n; i++) {
        if (g_strcmp0(def->devices.interfaces.items[i]->model, "usb-net") != 0)
            continue;
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "a network card cannot be a USB device: interface %zu", i);
        return FALSE;
    }
    return TRUE;
}

static gboolean
assign_watchdogs(DomainDef *def, GError **error)
{
    for (size_t i = 0; i < def->devices.watchdogs.n; i++) {
        Watchdog *watchdog = def->devices.watchdogs.items[i];
        if (watchdog->action == 0)
            watchdog->action = WATCHDOG_RESET;
        if (watchdog->model == WATCHDOG_I6300ESB || watchdog->model == WATCHDOG_IB700)
            continue;
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "this machine has no such watchdog: watchdog %zu", i);
        return FALSE;
    }
    if (def->devices.watchdogs.n > 1) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "a guest has one watchdog, not %zu", def->devices.watchdogs.n);
        return FALSE;
    }
    return TRUE;
}

static gboolean
assign_balloon(DomainDef *def, GError **error)
{
    if (def->devices.memballoon == NULL) {
        def->devices.memballoon = arena_new_of(def->arena, Memballoon);
        def->devices.memballoon->model = BALLOON_VIRTIO;
    }
    if (def->devices.memballoon->model != BALLOON_XEN)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "QEMU has no balloon of the model xen");
    return FALSE;
}

static void
fill_small_devices(Devices *devices)
{
    for (size_t i = 0; i < devices->panics.n; i++) {
        if (devices->panics.items[i]->model == 0)
            devices->panics.items[i]->model = PANIC_ISA;
    }
    for (size_t i = 0; i < devices->vsocks.n; i++) {
        Vsock *vsock = devices->vsocks.items[i];
        if (vsock->auto_cid == 0)
            vsock->auto_cid = vsock->cid != 0 ? SWITCH_OFF : SWITCH_ON;
    }
}

gboolean
assign_implied(DomainDef *def, GError **error)
{
    fill_inputs(def);
    if (!check_inputs(def, error))
        return FALSE;
    need_ps2(def, INPUT_MOUSE);
    need_ps2(def, INPUT_KEYBOARD);
    need_audio(def);
    fill_cards(def);
    fill_small_devices(&def->devices);
    return check_cards(def, error) && assign_videos(def, error) && assign_balloon(def, error) &&
           assign_watchdogs(def, error);
}
