/*
 * small_devices — <hub>, <panic>, <genid>, <vmcoreinfo>: devices with a property or two.
 */
#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

Json *
build_hub_props(const BuildContext *context, const Hub *hub, GError **error)
{
    g_autoptr(Json) props = json_new_object();
    json_add_string(props, "driver", "usb-hub");
    json_add_string(props, "id", hub->info.alias);
    if (!place_add(props, context->def, &hub->info, error))
        return NULL;
    return g_steal_pointer(&props);
}

Json *
build_panic_props(const BuildContext *context, const Panic *panic, GError **error)
{
    g_autoptr(Json) props = json_new_object();
    if (panic->model == PANIC_PVPANIC) {
        json_add_string(props, "driver", "pvpanic-pci");
        if (!place_add(props, context->def, &panic->info, error))
            return NULL;
        return g_steal_pointer(&props);
    }
    if (panic->model != 0 && panic->model != PANIC_ISA) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the model of the panic device is not supported");
        return NULL;
    }
    json_add_string(props, "driver", "pvpanic");
    if (panic->info.address != NULL && panic->info.address->type == ADDRESS_ISA)
        json_add_uint(props, "ioport", panic->info.address->at.isa.iobase);
    return g_steal_pointer(&props);
}

Json *
build_genid_props(const Genid *genid)
{
    char id[UUID_TEXT_BYTES];
    uuid_format(genid->id.bytes, id);
    Json *props = json_new_object();
    json_add_string(props, "driver", "vmgenid");
    json_add_string(props, "guid", id);
    json_add_string(props, "id", "vmgenid0");
    return props;
}

Json *
build_vmcoreinfo_props(void)
{
    Json *props = json_new_object();
    json_add_string(props, "driver", "vmcoreinfo");
    return props;
}
