/*
 * emulator — see emulator.h.
 */
#include "virtqemud/handlers/emulator.h"

#include <string.h>

#include "common/base/error.h"
#include "virtqemud/caps/cache.h"
#include "virtqemud/caps/programs.h"

static gboolean
is_told(const char *text)
{
    return text != NULL && *text != '\0';
}

static QemuCaps *
choose_program(Driver *driver, const EmulatorChoice *choice, GError **error)
{
    const char *arch = is_told(choice->arch) ? choice->arch : programs_native_arch();
    if (is_told(choice->arch) && programs_arch(arch) == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "unknown architecture: %s",
                       arch);
        return NULL;
    }
    if (!is_told(choice->program))
        return qemu_caps_cache_get_arch(driver->caps, arch, error);
    QemuCaps *caps = qemu_caps_cache_get(driver->caps, choice->program, error);
    if (caps != NULL && is_told(choice->arch) && strcmp(qemu_caps_arch(caps), arch) != 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "architecture from emulator '%s' doesn't match given architecture '%s'",
                       qemu_caps_arch(caps), arch);
        g_clear_pointer(&caps, qemu_caps_unref);
    }
    return caps;
}

static gboolean
choose_accel(const QemuCaps *caps, const char *type, QemuAccel *ret_accel, GError **error)
{
    /* Other hypervisors' types that libvirt knows: this one does not serve them. */
    static const char *const others[] = {"xen",       "kqemu",  "lxc",    "uml",  "openvz",
                                         "test",      "vmware", "hyperv", "vbox", "phyp",
                                         "parallels", "bhyve",  "vz",     "hvf"};
    gboolean is_known = FALSE;
    for (size_t i = 0; is_told(type) && i < G_N_ELEMENTS(others); i++)
        is_known = is_known || strcmp(type, others[i]) == 0;
    QemuAccel accel = QEMU_ACCEL_TCG;
    if (!is_told(type)) {
        accel = qemu_caps_has_accel(caps, QEMU_ACCEL_KVM) ? QEMU_ACCEL_KVM : QEMU_ACCEL_TCG;
    } else if (strcmp(type, "kvm") == 0) {
        accel = QEMU_ACCEL_KVM;
    } else if (strcmp(type, "qemu") != 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       is_known ? "the type '%s' is not QEMU's" : "unknown virttype: %s", type);
        return FALSE;
    }
    if (!qemu_caps_has_accel(caps, accel)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "the accel '%s' is not supported by '%s' on this host: %s",
                       qemu_accel_name(accel), qemu_caps_program(caps),
                       qemu_caps_accel_reason(caps, accel));
        return FALSE;
    }
    *ret_accel = accel;
    return TRUE;
}

gboolean
emulator_choose(Driver *driver, const EmulatorChoice *choice, Emulator *ret_emulator,
                GError **error)
{
    g_autoptr(QemuCaps) caps = choose_program(driver, choice, error);
    if (caps == NULL)
        return FALSE;
    const QemuMachine *machine =
        qemu_caps_machine(caps, is_told(choice->machine) ? choice->machine : NULL);
    if (is_told(choice->machine) && machine == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "the machine '%s' is not supported by emulator '%s'", choice->machine,
                       qemu_caps_program(caps));
        return FALSE;
    }
    QemuAccel accel;
    if (!choose_accel(caps, choice->type, &accel, error))
        return FALSE;
    *ret_emulator = (Emulator){g_steal_pointer(&caps), accel, machine};
    return TRUE;
}

void
emulator_clear(Emulator *emulator)
{
    g_clear_pointer(&emulator->caps, qemu_caps_unref);
}
