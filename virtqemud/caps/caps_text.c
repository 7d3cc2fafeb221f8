/*
 * caps_text — a QemuCaps as the text of the cache, and back. The text is JSON with a number of its
 * format; sets of words are strings with spaces in them. What is written stands one row a line, so
 * that stored examples can be compared.
 */
#include <string.h>

#include "common/base/error.h"
#include "virtqemud/caps/caps_private.h"
#include "virtqemud/qmp/json.h"

/* Another number: the cache is made anew. */
enum { FORMAT = 1, LINES_DEPTH = 4 };

static void print_lines(GString *text, const Json *value, int depth);

typedef struct {
    GString *text;
    int depth;
    gboolean is_first;
} Lines;

static gboolean
print_member(void *data, const char *name, Json *value)
{
    Lines *lines = data;
    g_autoptr(Json) label = json_new_string(name);
    g_autofree char *quoted = json_print(label);
    g_string_append_printf(lines->text, "%s\n%s:", lines->is_first ? "" : ",", quoted);
    lines->is_first = FALSE;
    print_lines(lines->text, value, lines->depth - 1);
    return TRUE;
}

/* Whether its parts have lines of their own. */
static gboolean
is_tall(const Json *value, int depth)
{
    JsonKind kind = json_kind(value);
    return depth > 0 && ((kind == JSON_OBJECT && !json_has(value, "name")) || kind == JSON_ARRAY);
}

static void
print_lines(GString *text, const Json *value, int depth)
{
    if (!is_tall(value, depth)) {
        g_autofree char *line = json_print(value);
        g_string_append(text, line);
    } else if (json_kind(value) == JSON_OBJECT) {
        Lines lines = {text, depth, TRUE};
        g_string_append_c(text, '{');
        (void)json_each(value, print_member, &lines); /* print_member never ends it */
        g_string_append(text, "\n}");
    } else {
        g_string_append_c(text, '[');
        for (size_t i = 0; i < json_length(value); i++) {
            g_string_append(text, i == 0 ? "\n" : ",\n");
            print_lines(text, json_item(value, i), depth - 1);
        }
        g_string_append(text, "\n]");
    }
}

static void
add_words(Json *object, const char *name, const char *const *words)
{
    if (words == NULL)
        return;
    g_autofree char *text = g_strjoinv(" ", (char **)(uintptr_t)words);
    json_add_string(object, name, text);
}

/* Nothing where there is no text, as the text then says nothing. */
static void
add_text(Json *object, const char *name, const char *text)
{
    if (text != NULL)
        json_add_string(object, name, text);
}

static void
add_flag(Json *object, const char *name, gboolean is_set)
{
    if (is_set)
        json_add_bool(object, name, TRUE);
}

static void
add_number(Json *object, const char *name, uint32_t number)
{
    if (number != 0)
        json_add_uint(object, name, number);
}

static Json *
machine_to_json(const QemuMachine *machine)
{
    Json *row = json_new_object();
    add_text(row, "name", machine->name);
    add_text(row, "alias", machine->alias);
    add_text(row, "cpu", machine->cpu);
    add_text(row, "ram", machine->ram_id);
    add_number(row, "cpus-max", machine->cpus_max);
    add_flag(row, "default", machine->is_default);
    add_flag(row, "deprecated", machine->is_deprecated);
    add_flag(row, "hotplug-cpus", machine->hotplug_cpus);
    add_flag(row, "numa-memory", machine->numa_memory);
    return row;
}

static Json *
model_to_json(const QemuCpuModel *model)
{
    Json *row = json_new_object();
    add_text(row, "name", model->name);
    add_text(row, "alias-of", model->alias_of);
    add_text(row, "vendor", model->vendor);
    add_number(row, "family", model->family);
    add_number(row, "model", model->model);
    add_number(row, "stepping", model->stepping);
    add_flag(row, "usable", model->is_usable);
    add_flag(row, "deprecated", model->is_deprecated);
    add_words(row, "blockers", model->blockers);
    add_words(row, "features", model->features);
    return row;
}

static Json *
accel_to_json(const CapsAccel *accel)
{
    Json *row = json_new_object();
    add_text(row, "reason", accel->reason);
    Json *models = json_new_array();
    for (size_t i = 0; i < accel->n_models; i++)
        json_append(models, model_to_json(&accel->models[i]));
    json_add(row, "models", models);
    return row;
}

char *
qemu_caps_format(const QemuCaps *caps)
{
    g_autoptr(Json) top = json_new_object();
    json_add_uint(top, "format", FORMAT);
    add_text(top, "program", caps->program);
    add_text(top, "package", caps->package);
    add_text(top, "arch", caps->arch);
    json_add_uint(top, "version", caps->version);
    g_autofree char *qmp = qmp_caps_format(&caps->qmp);
    json_add_string(top, "qmp", qmp);
    add_words(top, "types", caps->types.words);
    Json *devices = json_new_object();
    for (size_t i = 0; i < caps->n_devices; i++)
        add_words(devices, caps->devices[i].type, caps->devices[i].properties.words);
    json_add(top, "devices", devices);
    Json *machines = json_new_array();
    for (size_t i = 0; i < caps->n_machines; i++)
        json_append(machines, machine_to_json(&caps->machines[i]));
    json_add(top, "machines", machines);
    Json *accels = json_new_object();
    for (size_t i = 0; i < QEMU_N_ACCELS; i++)
        json_add(accels, qemu_accel_name((QemuAccel)i), accel_to_json(&caps->accels[i]));
    json_add(top, "accels", accels);
    GString *text = g_string_new(NULL);
    print_lines(text, top, LINES_DEPTH);
    g_string_append_c(text, '\n');
    return g_string_free(text, FALSE);
}

/* Reading: whatever is absent or of another kind is as if it were not set. */

static const char *
get_text(Arena *arena, const Json *row, const char *name)
{
    return arena_strdup(arena, json_text(row, name));
}

static CapsWords
get_words(Arena *arena, const Json *row, const char *name)
{
    const char *text = json_text(row, name);
    return text != NULL ? caps_words_of_text(arena, text) : (CapsWords){0};
}

static gboolean
check_name(const char *name, const char *what, GError **error)
{
    if (name == NULL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "stored capabilities have a %s without a name", what);
    return name != NULL;
}

static gboolean
parse_machines(QemuCaps *caps, const Json *rows, GError **error)
{
    size_t n = json_length(rows);
    caps->machines = arena_array_of(caps->arena, QemuMachine, n);
    for (size_t i = 0; i < n; i++) {
        const Json *row = json_item(rows, i);
        caps->machines[i] = (QemuMachine){
            .name = get_text(caps->arena, row, "name"),
            .alias = get_text(caps->arena, row, "alias"),
            .cpu = get_text(caps->arena, row, "cpu"),
            .ram_id = get_text(caps->arena, row, "ram"),
            .cpus_max = json_u32(row, "cpus-max"),
            .is_default = json_flag(row, "default"),
            .is_deprecated = json_flag(row, "deprecated"),
            .hotplug_cpus = json_flag(row, "hotplug-cpus"),
            .numa_memory = json_flag(row, "numa-memory"),
        };
        if (!check_name(caps->machines[i].name, "machine", error))
            return FALSE;
    }
    caps->n_machines = n;
    return TRUE;
}

static gboolean
parse_accel(CapsAccel *accel, Arena *arena, const Json *row, GError **error)
{
    if (json_kind(row) != JSON_OBJECT) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "stored capabilities do not tell of each accelerator");
        return FALSE;
    }
    const Json *rows = json_get(row, "models");
    size_t n = json_length(rows);
    accel->reason = get_text(arena, row, "reason");
    accel->models = arena_array_of(arena, QemuCpuModel, n);
    for (size_t i = 0; i < n; i++) {
        const Json *model = json_item(rows, i);
        accel->models[i] = (QemuCpuModel){
            .name = get_text(arena, model, "name"),
            .alias_of = get_text(arena, model, "alias-of"),
            .vendor = get_text(arena, model, "vendor"),
            .family = json_u32(model, "family"),
            .model = json_u32(model, "model"),
            .stepping = json_u32(model, "stepping"),
            .is_usable = json_flag(model, "usable"),
            .is_deprecated = json_flag(model, "deprecated"),
            .blockers = get_words(arena, model, "blockers").words,
            .features = get_words(arena, model, "features").words,
        };
        if (!check_name(accel->models[i].name, "model", error))
            return FALSE;
    }
    accel->n_models = n;
    return TRUE;
}

static gboolean
parse_device(void *data, const char *name, Json *value)
{
    QemuCaps *caps = data;
    const char *text = json_as_string(value);
    if (text != NULL)
        caps->devices[caps->n_devices++] =
            (CapsDevice){arena_strdup(caps->arena, name), caps_words_of_text(caps->arena, text)};
    return TRUE;
}

static gboolean
parse_top(QemuCaps *caps, const Json *top, GError **error)
{
    Arena *arena = caps->arena;
    if (json_u32(top, "format") != FORMAT) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "stored capabilities are of format %u, not %d", json_u32(top, "format"),
                       FORMAT);
        return FALSE;
    }
    caps->program = get_text(arena, top, "program");
    caps->package = get_text(arena, top, "package");
    caps->arch = get_text(arena, top, "arch");
    caps->version = json_u32(top, "version");
    caps->types = get_words(arena, top, "types");
    const char *qmp = json_as_string(json_get(top, "qmp"));
    if (caps->program == NULL || caps->arch == NULL || caps->package == NULL || qmp == NULL ||
        caps->version == 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "stored capabilities do not say of which program they are");
        return FALSE;
    }
    caps->qmp = qmp_caps_parse(qmp);
    const Json *devices = json_get(top, "devices");
    caps->devices = arena_array_of(arena, CapsDevice, json_length(devices));
    (void)json_each(devices, parse_device, caps); /* parse_device never ends it */
    caps_sort(caps);
    return parse_machines(caps, json_get(top, "machines"), error);
}

QemuCaps *
qemu_caps_parse(const char *text, size_t len, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(Json) top = json_parse(text, len, NULL, &local);
    if (top == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "stored capabilities cannot be read: %s", local->message);
        return NULL;
    }
    g_autoptr(QemuCaps) caps = caps_new();
    if (!parse_top(caps, top, error))
        return NULL;
    const Json *accels = json_get(top, "accels");
    for (size_t i = 0; i < QEMU_N_ACCELS; i++) {
        const Json *row = json_get(accels, qemu_accel_name((QemuAccel)i));
        if (!parse_accel(&caps->accels[i], caps->arena, row, error))
            return NULL;
    }
    return g_steal_pointer(&caps);
}
