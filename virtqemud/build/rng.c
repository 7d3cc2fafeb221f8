/*
 * rng — <rng>: randomness for the guest, the object that gives it and the device in front.
 */
#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

static char *
object_id(const Rng *rng)
{
    return g_strdup_printf("obj%s", rng->info.alias);
}

Json *
build_rng_object(const Rng *rng, GError **error)
{
    g_autofree char *id = object_id(rng);
    if (rng->backend != RNG_RANDOM && rng->backend != RNG_BUILTIN) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the backend of random number generator '%s' is not supported",
                       rng->info.alias);
        return NULL;
    }
    Json *props = json_new_object();
    json_add_string(props, "qom-type", rng->backend == RNG_RANDOM ? "rng-random" : "rng-builtin");
    json_add_string(props, "id", id);
    if (rng->backend == RNG_RANDOM)
        context_add_text(props, "filename", rng->path);
    return props;
}

Json *
build_rng_props(const BuildContext *context, const Rng *rng, GError **error)
{
    static const char *const drivers[] = {[RNG_VIRTIO] = "virtio-rng-pci",
                                          [RNG_VIRTIO_TRANSITIONAL] = "virtio-rng-pci-transitional",
                                          [RNG_VIRTIO_NON_TRANSITIONAL] =
                                              "virtio-rng-pci-non-transitional"};
    if (rng->model >= G_N_ELEMENTS(drivers) || drivers[rng->model] == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the model of random number generator '%s' is not supported",
                       rng->info.alias);
        return NULL;
    }
    g_autoptr(Json) props = json_new_object();
    json_add_string(props, "driver", drivers[rng->model]);
    context_add_virtio(props, &rng->virtio);
    g_autofree char *object = object_id(rng);
    json_add_string(props, "rng", object);
    json_add_string(props, "id", rng->info.alias);
    if (rng->rate_bytes != 0) {
        json_add_uint(props, "max-bytes", rng->rate_bytes);
        json_add_uint(props, "period", rng->rate_period_ms != 0 ? rng->rate_period_ms : 1000);
    }
    if (!place_add(props, context->def, &rng->info, error))
        return NULL;
    return g_steal_pointer(&props);
}
