/*
 * input — <input>: keyboards, mice, tablets. Those of PS/2 are part of the machine.
 */
#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

static const char *const usb_drivers[] = {
    [INPUT_MOUSE] = "usb-mouse", [INPUT_TABLET] = "usb-tablet", [INPUT_KEYBOARD] = "usb-kbd"};
static const char *const virtio_drivers[] = {[INPUT_MOUSE] = "virtio-mouse-pci",
                                             [INPUT_TABLET] = "virtio-tablet-pci",
                                             [INPUT_KEYBOARD] = "virtio-keyboard-pci"};

gboolean
build_input_props(const BuildContext *context, const Input *input, Json **ret_props, GError **error)
{
    const char *driver = NULL;
    *ret_props = NULL;
    if (input->bus == INPUT_BUS_PS2)
        return TRUE;
    if (input->type <= INPUT_KEYBOARD && input->bus == INPUT_BUS_USB)
        driver = usb_drivers[input->type];
    if (input->type <= INPUT_KEYBOARD && input->bus == INPUT_BUS_VIRTIO)
        driver = virtio_drivers[input->type];
    if (driver == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the type or bus of input device '%s' is not supported", input->info.alias);
        return FALSE;
    }
    g_autoptr(Json) props = json_new_object();
    json_add_string(props, "driver", driver);
    context_add_virtio(props, &input->virtio);
    json_add_string(props, "id", input->info.alias);
    if (!place_add(props, context->def, &input->info, error))
        return FALSE;
    *ret_props = g_steal_pointer(&props);
    return TRUE;
}
