/*
 * small_devices — see small_devices.h. https://libvirt.org/formatdomain.html#devices
 */
#include "virtqemud/conf/small_devices.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfEnumItem tpm_items[] = {
    {"tpm-tis", TPM_TIS, ""}, {"tpm-crb", TPM_CRB, ""}, {"tpm-spapr", TPM_SPAPR, ""},
    {"spapr-tpm-proxy", TPM_SPAPR_PROXY, ""},
};
static const ConfEnum tpm_model_enum = CONF_ENUM_OF("tpm_model", tpm_items);

static const ConfEnumItem backend_items[] = {
    {"passthrough", TPM_PASSTHROUGH, "The host's."}, {"emulator", TPM_EMULATOR, "A program."},
    {"external", TPM_EXTERNAL, "Somebody else's program."},
};
static const ConfEnum tpm_backend_enum = CONF_ENUM_OF("tpm_backend", backend_items);

static const ConfField tpm_rows[] = {
    ATTR_ENUM(Tpm, model, "model", tpm_model_enum, DERIVED | GUEST_ABI, "Which."),
    SUB_ENUM(Tpm, backend, "backend/@type", tpm_backend_enum, REQUIRED, "What is behind it."),
    SUB_STR(Tpm, version, "backend/@version", NULL, DERIVED | GUEST_ABI, "1.2 or 2.0."),
    SUB_STR(Tpm, device, "backend/device/@path", NULL, OPTIONAL, "Device of the host."),
    INCLUDE(Tpm, info, DeviceInfo, device_info_conf),
    EXTRA(Tpm, extra, NULL),
    END};

static const ConfEnumItem hub_items[] = {{"usb", HUB_USB, ""}};
static const ConfEnum hub_type_enum = CONF_ENUM_OF("hub_type", hub_items);

static const ConfField hub_rows[] = {
    ATTR_ENUM(Hub, type, "type", hub_type_enum, REQUIRED | GUEST_ABI, "Kind of bus."),
    INCLUDE(Hub, info, DeviceInfo, device_info_conf),
    EXTRA(Hub, extra, NULL),
    END};

static const ConfEnumItem panic_items[] = {
    {"isa", PANIC_ISA, ""}, {"pseries", PANIC_PSERIES, ""}, {"hyperv", PANIC_HYPERV, ""},
    {"s390", PANIC_S390, ""}, {"pvpanic", PANIC_PVPANIC, "PCI."},
};
static const ConfEnum panic_model_enum = CONF_ENUM_OF("panic_model", panic_items);

static const ConfField panic_rows[] = {
    ATTR_ENUM(Panic, model, "model", panic_model_enum, DERIVED | GUEST_ABI, "Which."),
    INCLUDE(Panic, info, DeviceInfo, device_info_conf),
    EXTRA(Panic, extra, NULL),
    END};

static const ConfEnumItem vsock_items[] = {
    {"virtio", VSOCK_VIRTIO, ""}, {"virtio-transitional", VSOCK_VIRTIO_TRANSITIONAL, ""},
    {"virtio-non-transitional", VSOCK_VIRTIO_NON_TRANSITIONAL, ""},
};
static const ConfEnum vsock_model_enum = CONF_ENUM_OF("vsock_model", vsock_items);

static const ConfField vsock_rows[] = {
    ATTR_ENUM(Vsock, model, "model", vsock_model_enum, DERIVED | GUEST_ABI, "Which."),
    SUB_ENUM(Vsock, auto_cid, "cid/@auto", yes_no_enum, DERIVED, "Whether it is chosen at start."),
    SUB_NUM(Vsock, cid, "cid/@address", 3, UINT32_MAX, GUEST_ABI, "Number of the guest."),
    EXTRA(Vsock, extra, "driver"),
    INCLUDE(Vsock, info, DeviceInfo, device_info_acpi_conf),
    EXTRA(Vsock, extra, NULL),
    END};
/* clang-format on */

static bool
tpm_validate_schema(const void *object, GError **error)
{
    const Tpm *tpm = object;
    if (tpm->device == NULL || tpm->backend == TPM_PASSTHROUGH)
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "backend/device is that of passthrough");
    return false;
}

const ConfType tpm_conf = CONF_TYPE_WITH_SCHEMA(Tpm, "tpm", tpm_rows, NULL, tpm_validate_schema);
const ConfType hub_conf = CONF_TYPE(Hub, "hub", hub_rows, NULL);
const ConfType panic_conf = CONF_TYPE(Panic, "panic", panic_rows, NULL);
const ConfType vsock_conf = CONF_TYPE(Vsock, "vsock", vsock_rows, NULL);
