/*
 * rng — see rng.h. https://libvirt.org/formatdomain.html#random-number-generator-device
 */
#include "virtqemud/conf/rng.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfEnumItem model_items[] = {
    {"virtio", RNG_VIRTIO, ""}, {"virtio-transitional", RNG_VIRTIO_TRANSITIONAL, ""},
    {"virtio-non-transitional", RNG_VIRTIO_NON_TRANSITIONAL, ""},
};
static const ConfEnum rng_model_enum = CONF_ENUM_OF("rng_model", model_items);

static const ConfEnumItem backend_items[] = {
    {"random", RNG_RANDOM, "A device of the host."},
    {"egd", RNG_EGD, "A daemon."},
    {"builtin", RNG_BUILTIN, "QEMU's own."},
};
static const ConfEnum rng_backend_enum = CONF_ENUM_OF("rng_backend", backend_items);

/* The text of an egd backend is the white space around its elements. */
static bool
is_path(const char *text)
{
    return *text == '/';
}

static const ConfPattern path = {"an absolute path", "/.+", is_path};

static const ConfField rng_rows[] = {
    ATTR_ENUM(Rng, model, "model", rng_model_enum, REQUIRED | GUEST_ABI, "Generation of virtio."),
    SUB_NUM(Rng, rate_bytes, "rate/@bytes", 1, UINT32_MAX, OPTIONAL, "At most so many bytes"),
    SUB_NUM(Rng, rate_period_ms, "rate/@period", 1, UINT32_MAX, OPTIONAL, "in so many ms."),
    SUB_ENUM(Rng, backend, "backend/@model", rng_backend_enum, REQUIRED, "Where it comes from."),
    TEXT(Rng, path, "backend", &path, OPTIONAL, "Path of the device."),
    VIRTIO_ROWS(Rng, virtio, "driver/"),
    INCLUDE(Rng, info, DeviceInfo, device_info_conf),
    EXTRA(Rng, extra, NULL),
    END};
/* clang-format on */
const ConfType rng_conf = CONF_TYPE(Rng, "rng", rng_rows, NULL);
