/*
 * memballoon — <memballoon>: the device that takes memory back from the guest.
 */
#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

Json *
build_memballoon_props(const BuildContext *context, const Memballoon *balloon, GError **error)
{
    static const char *const drivers[] = {
        [BALLOON_VIRTIO] = "virtio-balloon-pci",
        [BALLOON_VIRTIO_TRANSITIONAL] = "virtio-balloon-pci-transitional",
        [BALLOON_VIRTIO_NON_TRANSITIONAL] = "virtio-balloon-pci-non-transitional"};
    if (balloon->model >= G_N_ELEMENTS(drivers) || drivers[balloon->model] == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the model of the memory balloon is not supported");
        return NULL;
    }
    g_autoptr(Json) props = json_new_object();
    json_add_string(props, "driver", drivers[balloon->model]);
    context_add_virtio(props, &balloon->virtio);
    json_add_string(props, "id", balloon->info.alias);
    context_add_switch(props, "deflate-on-oom", balloon->autodeflate);
    context_add_switch(props, "free-page-reporting", balloon->free_page_reporting);
    if (!place_add(props, context->def, &balloon->info, error))
        return NULL;
    return g_steal_pointer(&props);
}
