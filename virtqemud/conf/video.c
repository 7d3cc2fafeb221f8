/*
 * video — see video.h. https://libvirt.org/formatdomain.html#video-devices
 */
#include "virtqemud/conf/video.h"

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"vga", VIDEO_VGA, ""}, {"cirrus", VIDEO_CIRRUS, ""}, {"vmvga", VIDEO_VMVGA, ""},
    {"xen", VIDEO_XEN, ""}, {"vbox", VIDEO_VBOX, ""}, {"qxl", VIDEO_QXL, ""},
    {"virtio", VIDEO_VIRTIO, ""}, {"gop", VIDEO_GOP, ""}, {"none", VIDEO_NONE, "No card."},
    {"bochs", VIDEO_BOCHS, ""}, {"ramfb", VIDEO_RAMFB, ""}, {"parallels", VIDEO_PARALLELS, ""},
};
static const ConfEnum video_type_enum = CONF_ENUM_OF("video_type", type_items);

static const ConfField video_rows[] = {
    VIRTIO_ROWS(Video, virtio, "driver/"),
    SUB_STR(Video, driver, "driver/@name", ONE_OF("qemu vhostuser"), OPTIONAL,
            "qemu, or vhostuser: a process."),
    SUB_ENUM(Video, type, "model/@type", video_type_enum, DERIVED | GUEST_ABI | SCHEMA_REQUIRED,
             "Which card."),
    SUB_NUM(Video, ram_kib, "model/@ram", 0, UINT32_MAX, GUEST_ABI, "KiB of its first memory."),
    SUB_NUM(Video, vram_kib, "model/@vram", 0, UINT32_MAX, DERIVED | GUEST_ABI, "KiB of memory."),
    SUB_NUM(Video, vram64_kib, "model/@vram64", 0, UINT32_MAX, GUEST_ABI, "KiB above 4 GiB."),
    SUB_NUM(Video, vgamem_kib, "model/@vgamem", 0, UINT32_MAX, GUEST_ABI, "KiB for VGA."),
    SUB_NUM(Video, heads, "model/@heads", 1, UINT32_MAX, DERIVED | GUEST_ABI, "Screens."),
    SUB_ENUM(Video, primary, "model/@primary", yes_no_enum, DERIVED | GUEST_ABI,
             "Whether it is the first."),
    SUB_ENUM(Video, accel3d, "model/acceleration/@accel3d", yes_no_enum, GUEST_ABI, "3D."),
    SUB_ENUM(Video, accel2d, "model/acceleration/@accel2d", yes_no_enum, GUEST_ABI, "2D."),
    SUB_STR(Video, rendernode, "model/acceleration/@rendernode", &absolute_path_pattern, OPTIONAL,
            "The host's device for 3D."),
    SUB_NUM(Video, width, "model/resolution/@x", 1, UINT32_MAX, SCHEMA_REQUIRED | GUEST_ABI,
            "Pixels."),
    SUB_NUM(Video, height, "model/resolution/@y", 1, UINT32_MAX, SCHEMA_REQUIRED | GUEST_ABI,
            "Pixels."),
    INCLUDE(Video, info, DeviceInfo, device_info_acpi_conf),
    EXTRA(Video, extra, NULL),
    END};
/* clang-format on */

/* Some sizes are those of qxl alone. */
static bool
video_validate_schema(const void *object, GError **error)
{
    const Video *video = object;
    if (video->type == VIDEO_QXL ||
        (video->ram_kib == 0 && video->vram64_kib == 0 && video->vgamem_kib == 0))
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "@ram, @vram64 and @vgamem are those of qxl");
    return false;
}

const ConfType video_conf =
    CONF_TYPE_WITH_SCHEMA(Video, "video", video_rows, NULL, video_validate_schema);
