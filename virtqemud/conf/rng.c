/*
 * rng — see rng.h. https://libvirt.org/formatdomain.html#random-number-generator-device
 */
#include "virtqemud/conf/rng.h"

#include "common/conf/fields.h"
#include "common/conf/raw.h"

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
    SUB_NUM(Rng, rate_bytes, "rate/@bytes", 1, UINT32_MAX, SCHEMA_REQUIRED,
            "At most so many bytes"),
    SUB_NUM(Rng, rate_period_ms, "rate/@period", 1, UINT32_MAX, OPTIONAL, "in so many ms."),
    SUB_ENUM(Rng, backend, "backend/@model", rng_backend_enum, REQUIRED, "Where it comes from."),
    TEXT(Rng, path, "backend", &path, OPTIONAL, "Path of the device."),
    VIRTIO_ROWS(Rng, virtio, "driver/"),
    INCLUDE(Rng, info, DeviceInfo, device_info_acpi_conf),
    EXTRA(Rng, extra, NULL),
    END};
/* clang-format on */

/* Where a daemon listens is in no row yet. */
static gboolean
has_line(const Rng *rng)
{
    const ConfExtra *extra = rng->extra;
    while (extra != NULL && !g_str_has_suffix(extra->path, "/backend/@type"))
        extra = extra->next;
    return extra != NULL;
}

static bool
rng_validate(const void *object, GError **error)
{
    const Rng *rng = object;
    if (rng->backend != RNG_EGD || has_line(rng))
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "backend/@type of an egd backend is missing");
    return false;
}

static bool
rng_validate_schema(const void *object, GError **error)
{
    const Rng *rng = object;
    if (rng->path == NULL || rng->backend == RNG_RANDOM)
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "a path is that of the backend 'random'");
    return false;
}

const ConfType rng_conf =
    CONF_TYPE_WITH_SCHEMA(Rng, "rng", rng_rows, rng_validate, rng_validate_schema);
