/*
 * kvm_replies — see kvm_replies.h.
 */
#include "virtqemud/vm/kvm_replies.h"

#include <string.h>

enum { NAME_MAX_BYTES = 64, FIGURES_MAX = 1024 };

static const char *
string_of(const Json *object, const char *name)
{
    return json_as_string(json_get(object, name));
}

/* NULL: a kind that is no single number. */
static const char *
suffix_of(const Json *row)
{
    static const struct {
        const char *kind;
        const char *suffix;
    } kinds[] = {{"cumulative", "sum"}, {"instant", "cur"}, {"peak", "max"}};
    const char *kind = string_of(row, "type");
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_strcmp0(kind, kinds[i].kind) == 0)
            return kinds[i].suffix;
    }
    return NULL;
}

static gboolean
is_plain(const char *name)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t length = strlen(name);
    return length > 0 && length <= NAME_MAX_BYTES && strspn(name, letters) == length;
}

/* The item of the list that has this text in the member. */
static const Json *
find_item(const Json *list, const char *member, const char *text)
{
    for (size_t i = 0; text != NULL && i < json_length(list); i++) {
        const Json *item = json_item(list, i);
        if (g_strcmp0(string_of(item, member), text) == 0)
            return item;
    }
    return NULL;
}

static gboolean
read_value(const Json *item, KvmFigure *figure)
{
    gboolean is_on;
    if (!figure->is_boolean)
        return json_get_uint(item, "value", &figure->value, NULL);
    if (!json_get_bool(item, "value", &is_on, NULL))
        return FALSE;
    figure->value = is_on ? 1 : 0;
    return TRUE;
}

static void
add_figures(const Json *rows, const Json *stats, GArray *figures)
{
    for (size_t i = 0; i < json_length(rows) && figures->len < FIGURES_MAX; i++) {
        const Json *row = json_item(rows, i);
        KvmFigure figure = {.name = string_of(row, "name"), .suffix = suffix_of(row)};
        if (figure.name == NULL || figure.suffix == NULL || !is_plain(figure.name))
            continue;
        const Json *item = find_item(stats, "name", figure.name);
        figure.is_boolean = json_kind(json_get(item, "value")) == JSON_BOOL;
        if (item != NULL && read_value(item, &figure))
            g_array_append_val(figures, figure);
    }
}

GArray *
kvm_figures(const Json *schemas, const char *target, const Json *stats)
{
    GArray *figures = g_array_new(FALSE, TRUE, sizeof(KvmFigure));
    for (size_t i = 0; i < json_length(schemas); i++) {
        const Json *schema = json_item(schemas, i);
        if (g_strcmp0(string_of(schema, "provider"), "kvm") == 0 &&
            g_strcmp0(string_of(schema, "target"), target) == 0)
            add_figures(json_get(schema, "stats"), stats, figures);
    }
    return figures;
}

const Json *
kvm_stats_of_vcpu(const Json *reply, const Json *cpus, uint32_t number)
{
    for (size_t i = 0; i < json_length(cpus); i++) {
        const Json *cpu = json_item(cpus, i);
        uint64_t index;
        if (json_get_uint(cpu, "cpu-index", &index, NULL) && index == number)
            return json_get(find_item(reply, "qom-path", string_of(cpu, "qom-path")), "stats");
    }
    return NULL;
}

const Json *
kvm_stats_of_vm(const Json *reply)
{
    return json_get(find_item(reply, "provider", "kvm"), "stats");
}

gboolean
kvm_sum_of_vcpus(const Json *reply, const char *name, uint64_t *ret_sum)
{
    uint64_t sum = 0;
    gboolean found = FALSE;
    for (size_t i = 0; i < json_length(reply); i++) {
        const Json *item = find_item(json_get(json_item(reply, i), "stats"), "name", name);
        uint64_t value;
        if (item == NULL || !json_get_uint(item, "value", &value, NULL))
            continue;
        sum += value;
        found = TRUE;
    }
    if (found)
        *ret_sum = sum;
    return found;
}
