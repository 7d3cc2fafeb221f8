/*
 * define — see define.h.
 */
#include "virtqemud/vm/define.h"

#include <string.h>

#include "common/base/error.h"
#include "common/conf/xml_ids.h"
#include "virtqemud/assign/assign.h"
#include "virtqemud/caps/cache.h"
#include "virtqemud/caps/programs.h"
#include "virtqemud/vm/events.h"

static gboolean
check_type(const DomainDef *def, GError **error)
{
    if (def->type == DOMAIN_QEMU || def->type == DOMAIN_KVM)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "guest '%s' is of a type that QEMU does not run", def->name);
    return FALSE;
}

/* What a guest's end leads to must be something that can be done. */
static gboolean
check_actions(const DomainDef *def, GError **error)
{
    static const struct {
        OnEvent action;
        const char *name;
    } refused[] = {{ON_EVENT_PRESERVE, "preserve"}, {ON_EVENT_RENAME_RESTART, "rename-restart"}};
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (def->on_poweroff != refused[i].action && def->on_reboot != refused[i].action)
            continue;
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "guest '%s': the action '%s' is not possible for 'on_reboot' and "
                       "'on_poweroff'",
                       def->name, refused[i].name);
        return FALSE;
    }
    return TRUE;
}

/* What the entry was made for is what the document must say. */
static gboolean
take_identity(DomainDef *def, const ObjRef *ref, GError **error)
{
    const uint8_t *uuid = obj_ref_uuid(ref);
    if (!def->uuid.set) {
        def->uuid.set = true;
        memcpy(def->uuid.bytes, uuid, UUID_BYTES);
    }
    if (g_str_equal(def->name, obj_ref_name(ref)) && uuid_equal(def->uuid.bytes, uuid))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_XML_ERROR,
                   "the document is not of the guest '%s' that access was given to",
                   obj_ref_name(ref));
    return FALSE;
}

QemuCaps *
define_caps(Driver *driver, const DomainDef *def, GError **error)
{
    if (def->devices.emulator != NULL)
        return qemu_caps_cache_get(driver->caps, def->devices.emulator, error);
    const char *arch = def->os.arch != NULL ? def->os.arch : programs_native_arch();
    return qemu_caps_cache_get_arch(driver->caps, arch, error);
}

/* As the schema has it: asked to validate, a client hears that the document is not valid. */
static DomainDef *
parse(const DefineSource *source, GError **error)
{
    ConfContext context = {.origin = CONF_FROM_USER, .validate = source->validate};
    g_autoptr(GError) why = NULL;
    DomainDef *def = domain_def_parse(source->xml, strlen(source->xml), &context, &why);
    if (def == NULL && source->validate && virt_error_matches(why, VIRT_ERR_XML_ERROR))
        virt_error_set(error, VIRT_FROM_XML, VIRT_ERR_XML_INVALID_SCHEMA, "%s",
                       virt_error_get_info(why).str2);
    else if (def == NULL)
        g_propagate_error(error, g_steal_pointer(&why));
    return def;
}

DomainDef *
define_read(Driver *driver, const ObjRef *ref, const DefineSource *source, GError **error)
{
    g_autoptr(DomainDef) def = parse(source, error);
    if (def == NULL || !check_type(def, error) || !check_actions(def, error) ||
        !take_identity(def, ref, error))
        return NULL;
    g_autoptr(QemuCaps) caps = define_caps(driver, def, error);
    if (caps == NULL)
        return NULL;
    domain_def_fill_defaults(def);
    if (!assign_definition(def, caps, error))
        return NULL;
    const char *above = driver->privileged ? driver->paths.lib : driver->paths.definitions;
    g_autofree char *folder = g_build_filename(above, "nvram", NULL);
    assign_nvram(def, folder);
    return g_steal_pointer(&def);
}

char *
define_file_text(const DomainDef *def)
{
    g_autofree char *xml = domain_def_format(def, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
    return g_strdup_printf(
        "<!--\nThis file is written by virtqemud: a change made here may be lost.\n"
        "Change it with: virsh edit %s\n-->\n\n%s",
        strstr(def->name, "--") == NULL ? def->name : "", xml);
}

static char *
file_name(const char *name)
{
    return g_strconcat(name, ".xml", NULL);
}

gboolean
define_check_size(const char *name, const char *text, size_t max, GError **error)
{
    size_t size = strlen(text);
    XmlIds ids;
    g_autoptr(GError) why = NULL;
    if (size > max)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "complete, the definition of guest '%s' has %zu bytes, the most is %zu",
                       name, size, max);
    else if (xml_ids_scan(text, size, &ids, &why))
        return TRUE;
    else
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "complete, the definition of guest '%s' could not be read again: %s", name,
                       virt_error_get_info(why).str2);
    return FALSE;
}

gboolean
define_store(Vm *vm, DomainDef *def, GError **error)
{
    g_autofree char *text = define_file_text(def);
    g_autofree char *name = file_name(vm->name);
    if (!define_check_size(vm->name, text, XML_IDS_MAX_BYTES, error) ||
        !store_write(vm->driver->definitions, name, text, strlen(text), 0600, error)) {
        domain_def_free(def);
        return FALSE;
    }
    vm_set_persistent(vm, def);
    return TRUE;
}

void
define_drop(Vm *vm)
{
    g_autoptr(ObjRef) ref = vm_find_ref(vm);
    if (ref == NULL)
        return;
    obj_table_hide(vm->driver->guests, ref);
    obj_table_remove(vm->driver->guests, ref);
}

gboolean
define_forget(Vm *vm, GError **error)
{
    g_autofree char *name = file_name(vm->name);
    if (!store_remove(vm->driver->definitions, name, error))
        return FALSE;
    if (vm_is_active(vm)) {
        vm_set_persistent(vm, NULL);
        vm->autostart = FALSE;
        vm_publish(vm);
        vm_emit_lifecycle(vm, VM_EVENT_UNDEFINED, VM_UNDEFINED_REMOVED);
        return TRUE;
    }
    g_autoptr(ObjRef) ref = vm_find_ref(vm);
    obj_table_hide(vm->driver->guests, ref);
    vm_emit_lifecycle(vm, VM_EVENT_UNDEFINED, VM_UNDEFINED_REMOVED);
    obj_table_remove(vm->driver->guests, ref);
    return TRUE;
}
