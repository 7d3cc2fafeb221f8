/*
 * vcpu_slots — see vcpu_slots.h.
 * https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html (HotpluggableCPU)
 */
#include "virtqemud/vm/vcpu_slots.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/units.h"

#define NAME_PREFIX "vcpu"
#define PATH_PREFIX "/machine/peripheral/"

static gint
compare_slots(gconstpointer a, gconstpointer b)
{
    static const char *const keys[] = {"socket-id", "die-id", "core-id", "thread-id"};
    const Json *props_a = json_get(*(Json *const *)a, "props");
    const Json *props_b = json_get(*(Json *const *)b, "props");
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        int64_t value_a = json_int(props_a, keys[i]), value_b = json_int(props_b, keys[i]);
        if (value_a != value_b)
            return value_a < value_b ? -1 : 1;
    }
    return 0;
}

GPtrArray *
vcpu_slots_sort(const Json *reply, uint32_t n, GError **error)
{
    if (json_length(reply) != n) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "QEMU has %zu places for processors, and was given %u", json_length(reply),
                       n);
        return NULL;
    }
    GPtrArray *slots = g_ptr_array_sized_new(n);
    for (size_t i = 0; i < n; i++)
        g_ptr_array_add(slots, json_item(reply, i));
    g_ptr_array_sort(slots, compare_slots);
    return slots;
}

gboolean
vcpu_slots_is_plugged(const GPtrArray *slots, uint32_t id)
{
    return json_has(slots->pdata[id], "qom-path");
}

static gboolean
add_property(void *data, const char *name, Json *value)
{
    json_add(data, name, json_ref(value));
    return TRUE;
}

Json *
vcpu_slots_device(const GPtrArray *slots, uint32_t id)
{
    const Json *slot = slots->pdata[id];
    g_autofree char *name = vcpu_slots_name(id);
    Json *device = json_new_object();
    json_add_string(device, "driver", json_text(slot, "type"));
    json_add_string(device, "id", name);
    (void)json_each(json_get(slot, "props"), add_property, device); /* it never stops */
    return device;
}

char *
vcpu_slots_name(uint32_t id)
{
    return g_strdup_printf(NAME_PREFIX "%u", id);
}

gboolean
vcpu_slots_parse_name(const char *name, uint32_t *ret_id)
{
    uint64_t id;
    if (!g_str_has_prefix(name, NAME_PREFIX) ||
        !units_parse_u64(name + strlen(NAME_PREFIX), UINT32_MAX, &id))
        return FALSE;
    *ret_id = (uint32_t)id;
    return TRUE;
}

gboolean
vcpu_slots_parse_path(const char *path, uint32_t *ret_id)
{
    if (!g_str_has_prefix(path, PATH_PREFIX))
        return FALSE;
    const char *from = path + strlen(PATH_PREFIX);
    g_autofree char *name = g_strndup(from, strcspn(from, "/"));
    return vcpu_slots_parse_name(name, ret_id);
}
