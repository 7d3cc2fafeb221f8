/*
 * features — see features.h. https://libvirt.org/formatdomain.html#hypervisor-features
 */
#include "virtqemud/conf/features.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfField features_rows[] = {
    FLAG(Features, acpi, "acpi", "ACPI: needed for a graceful shutdown."),
    FLAG(Features, apic, "apic", "Programmable interrupts."),
    SUB_ENUM(Features, apic_eoi, "apic/@eoi", on_off_enum, GUEST_ABI, "Cheap end of interrupt."),
    FLAG(Features, pae, "pae", "More than 4 GiB for 32-bit guests."),
    EXTRA(Features, extra, NULL),
    END};
/* clang-format on */
const ConfType features_conf = CONF_TYPE(Features, "features", features_rows, NULL);
