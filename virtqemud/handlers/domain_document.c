/*
 * domain_document — see domain_document.h.
 */
#include "virtqemud/handlers/domain_document.h"

#include <string.h>

#include "virtqemud/assign/assign.h"
#include "virtqemud/build/build.h"
#include "virtqemud/caps/cpu_models.h"
#include "virtqemud/caps/markup.h"
#include "virtqemud/handlers/domain_trials.h"

/* Whether a guest with this piece in it could be started. */
static gboolean
is_possible(const Emulator *emulator, const Trial *trial)
{
    const char *pieces[TRIAL_N_PLACES] = {"", "", "", "", ""};
    pieces[trial->place] = trial->piece;
    g_autofree char *machine = g_markup_escape_text(emulator->machine->name, -1);
    g_autofree char *program = g_markup_escape_text(qemu_caps_program(emulator->caps), -1);
    g_autofree char *xml = g_strdup_printf(
        "<domain type='%s'><name>trial</name><memory>65536</memory>"
        "<os%s><type arch='%s' machine='%s'>hvm</type>%s</os><features><acpi/>%s</features>%s"
        "<devices><emulator>%s</emulator>%s</devices></domain>",
        emulator->accel == QEMU_ACCEL_KVM ? "kvm" : "qemu", pieces[TRIAL_OS_ATTRIBUTE],
        qemu_caps_arch(emulator->caps), machine, pieces[TRIAL_OS], pieces[TRIAL_FEATURES],
        pieces[TRIAL_TOP], program, pieces[TRIAL_DEVICE]);
    ConfContext context = {.origin = CONF_FROM_USER, .capabilities = emulator->caps};
    g_autoptr(DomainDef) def = domain_def_parse(xml, strlen(xml), &context, NULL);
    if (def == NULL)
        return FALSE;
    domain_def_fill_defaults(def);
    return assign_definition(def, emulator->caps, NULL) && assign_aliases(def, NULL) &&
           build_check(def, emulator->caps, NULL);
}

static const char *
yes_no(gboolean is_yes)
{
    return is_yes ? "yes" : "no";
}

/* The values that are possible; TRUE when there is one. */
static gboolean
add_enum(GString *xml, const Emulator *emulator, const TrialEnum *row)
{
    g_autoptr(GString) values = g_string_new(NULL);
    for (const Trial *trial = row->trials; trial->value != NULL; trial++) {
        if (is_possible(emulator, trial))
            markup_add(values, "        <value>%s</value>", trial->value);
    }
    if (values->len == 0) {
        markup_add(xml, "      <enum name='%s'/>", row->name);
        return FALSE;
    }
    markup_add(xml, "      <enum name='%s'>", row->name);
    g_string_append(xml, values->str);
    markup_add(xml, "      </enum>");
    return TRUE;
}

/* A section is supported when its first enumeration has a value. */
static void
add_section(GString *xml, const Emulator *emulator, const TrialSection *section)
{
    g_autoptr(GString) inside = g_string_new(NULL);
    gboolean is_supported = FALSE;
    for (size_t i = 0; i < TRIAL_ENUMS_MAX && section->enums[i].name != NULL; i++) {
        gboolean has_value = add_enum(inside, emulator, &section->enums[i]);
        if (i == 0)
            is_supported = has_value;
    }
    if (!is_supported) {
        markup_add(xml, "    <%s supported='no'/>", section->element);
        return;
    }
    markup_add(xml, "    <%s supported='yes'>", section->element);
    g_string_append(xml, inside->str);
    markup_add(xml, "    </%s>", section->element);
}

static void
add_sections(GString *xml, const Emulator *emulator, const TrialSection *sections)
{
    for (; sections->element != NULL; sections++)
        add_section(xml, emulator, sections);
}

static void
add_switches(GString *xml, const Emulator *emulator, const Trial *trials)
{
    for (; trials->value != NULL; trials++) {
        gboolean is_there = trials->piece != NULL && is_possible(emulator, trials);
        markup_add(xml, "    <%s supported='%s'/>", trials->value, yes_no(is_there));
    }
}

/* --- <cpu> --- */

static void
add_host_model(GString *xml, const Emulator *emulator)
{
    CpuSet available;
    const char *vendor;
    CpuModelInfo model;
    if (!cpu_model_available(emulator->caps, emulator->accel, &available, &vendor) ||
        !cpu_model_nearest(emulator->caps, emulator->accel, &available, vendor, CPU_NEAREST_ANY,
                           &model)) {
        markup_add(xml, "    <mode name='host-model' supported='no'/>");
        return;
    }
    CpuSet more = cpu_set_minus(&available, &model.promised);
    CpuSet less = cpu_set_minus(&model.promised, &available);
    markup_add(xml, "    <mode name='host-model' supported='yes'>");
    markup_add(xml, "      <model fallback='forbid'>%s</model>", model.name);
    if (model.vendor != NULL)
        markup_add(xml, "      <vendor>%s</vendor>", model.vendor);
    for (size_t i = 0; i < CPU_N_FEATURES; i++) {
        if (cpu_set_has(&more, i))
            markup_add(xml, "      <feature policy='require' name='%s'/>", cpu_feature_name(i));
    }
    for (size_t i = 0; i < CPU_N_FEATURES; i++) {
        if (cpu_set_has(&less, i))
            markup_add(xml, "      <feature policy='disable' name='%s'/>", cpu_feature_name(i));
    }
    markup_add(xml, "    </mode>");
}

static void
add_custom(GString *xml, const Emulator *emulator)
{
    size_t n;
    (void)qemu_caps_cpu_models(emulator->caps, emulator->accel, &n);
    markup_add(xml, "    <mode name='custom' supported='yes'>");
    for (size_t i = 0; i < n; i++) {
        CpuModelInfo model;
        if (!cpu_model_at(emulator->caps, emulator->accel, i, &model))
            continue;
        const char *usable =
            model.qemu->blockers == NULL ? "unknown" : yes_no(model.qemu->is_usable);
        const char *vendor = model.vendor != NULL ? model.vendor : "unknown";
        if (model.qemu->is_deprecated)
            markup_add(xml, "      <model usable='%s' deprecated='yes' vendor='%s'>%s</model>",
                       usable, vendor, model.name);
        else
            markup_add(xml, "      <model usable='%s' vendor='%s'>%s</model>", usable, vendor,
                       model.name);
    }
    markup_add(xml, "    </mode>");
}

static void
add_migratable(GString *xml, const char *mode, const char *name, gboolean is_supported)
{
    if (!is_supported) {
        markup_add(xml, "    <mode name='%s' supported='no'/>", mode);
        return;
    }
    markup_add(xml, "    <mode name='%s' supported='yes'>", mode);
    markup_add(xml, "      <enum name='%s'>", name);
    markup_add(xml, "        <value>on</value>\n        <value>off</value>\n      </enum>");
    markup_add(xml, "    </mode>");
}

static void
add_cpu(GString *xml, const Emulator *emulator)
{
    gboolean is_kvm = emulator->accel == QEMU_ACCEL_KVM;
    gboolean has_max = qemu_caps_cpu_model(emulator->caps, emulator->accel, "max") != NULL;
    markup_add(xml, "  <cpu>");
    add_migratable(xml, "host-passthrough", "hostPassthroughMigratable", is_kvm);
    add_migratable(xml, "maximum", "maximumMigratable", has_max);
    add_host_model(xml, emulator);
    add_custom(xml, emulator);
    markup_add(xml, "  </cpu>");
}

/* --- the whole --- */

static void
add_os(GString *xml, const Emulator *emulator)
{
    markup_add(xml, "  <os supported='yes'>");
    (void)add_enum(xml, emulator, &trial_firmware);
    add_section(xml, emulator, &trial_loader);
    markup_add(xml, "  </os>");
}

static void
add_hyperv(GString *xml, const Emulator *emulator)
{
    TrialSection section = {.element = "hyperv"};
    section.enums[0] = emulator->accel == QEMU_ACCEL_KVM ? trial_hyperv_kvm : trial_hyperv;
    add_section(xml, emulator, &section);
}

char *
domain_document_format(const Emulator *emulator)
{
    g_autoptr(GString) xml = g_string_new("<domainCapabilities>\n");
    markup_add(xml, "  <path>%s</path>", qemu_caps_program(emulator->caps));
    markup_add(xml, "  <domain>%s</domain>", emulator->accel == QEMU_ACCEL_KVM ? "kvm" : "qemu");
    if (emulator->machine != NULL)
        markup_add(xml, "  <machine>%s</machine>", emulator->machine->name);
    markup_add(xml, "  <arch>%s</arch>", qemu_caps_arch(emulator->caps));
    if (emulator->machine != NULL) {
        markup_add(xml, "  <vcpu max='%u'/>", emulator->machine->cpus_max);
        markup_add(xml, "  <iothreads supported='%s'/>",
                   yes_no(is_possible(emulator, &trial_iothreads)));
        add_os(xml, emulator);
    }
    add_cpu(xml, emulator);
    if (emulator->machine != NULL) {
        add_section(xml, emulator, &trial_memory);
        markup_add(xml, "  <devices>");
        add_sections(xml, emulator, trial_devices);
        markup_add(xml, "  </devices>\n  <features>");
        add_switches(xml, emulator, trial_features);
        add_hyperv(xml, emulator);
        markup_add(xml, "  </features>");
    }
    markup_add(xml, "</domainCapabilities>");
    return g_strdup(xml->str);
}
