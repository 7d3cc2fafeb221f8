/*
 * Each difference between two documents names its field and carries the row's flags; items of a
 * list are matched by their key, so one that only moved is no difference.
 */
#include "common/conf/diff.h"
#include "tests/unit/conf/toys.h"

#define DOMAIN(inner) "<domain type='x'><name>a</name>" inner "</domain>"
#define DISK(name, inner) "<disk type='file'><target dev='" name "' " inner "/></disk>"

typedef struct {
    const char *name;
    const char *before;
    const char *after;
    const char *changes; /* "kind path before after flags" each on a line */
} Case;

static const Case cases[] = {
    {"none", DOMAIN("<memory>1</memory>"), DOMAIN("<memory unit='KiB'>1</memory>"), ""},
    {"value", DOMAIN("<memory>1</memory>"), DOMAIN("<memory>2</memory>"),
     "changed /domain/memory 1 2 abi\n"},
    {"moved", DOMAIN("<devices>" DISK("a", "") DISK("b", "") "</devices>"),
     DOMAIN("<devices>" DISK("b", "") DISK("a", "") "</devices>"), ""},
    {"live", DOMAIN("<devices>" DISK("a", "") "</devices>"),
     DOMAIN("<devices>" DISK("a", "tray='on'") "</devices>"),
     "added /domain/devices/disk[target/@dev='a']/target/@tray  on abi live\n"},
    {"gone", DOMAIN("<devices>" DISK("a", "") DISK("b", "") "</devices>"),
     DOMAIN("<devices>" DISK("b", "bus='ide'") DISK("c", "") "</devices>"),
     "removed /domain/devices/disk[target/@dev='a']   abi\n"
     "added /domain/devices/disk[target/@dev='b']/target/@bus  ide abi\n"
     "added /domain/devices/disk[target/@dev='c']   abi\n"},
    {"choice", DOMAIN("<features><acpi/></features>"), DOMAIN("<features><apic/></features>"),
     "changed /domain/features/acpi[1]  \n"},
    {"raw", DOMAIN("<metadata><a x='1'/></metadata>"), DOMAIN("<metadata><a x='2'/></metadata>"),
     "changed /domain/metadata  \n"},
};

static void
test_case(const void *data)
{
    static const char *const kinds[] = {"changed", "added", "removed"};
    const Case *pair = data;
    g_autoptr(Arena) arena = arena_new();
    ConfContext context = {CONF_FROM_USER, false, NULL};
    Toy *before = toy_parse(arena, pair->before, &context, NULL);
    Toy *after = toy_parse(arena, pair->after, &context, NULL);
    g_assert_true(before != NULL && after != NULL);
    g_autoptr(GPtrArray) changes = conf_diff(&toy_type, before, after);
    g_autoptr(GString) told = g_string_new(NULL);
    for (guint i = 0; i < changes->len; i++) {
        const ConfChange *change = g_ptr_array_index(changes, i);
        g_string_append_printf(told, "%s %s %s %s%s%s\n", kinds[change->kind], change->path,
                               change->before, change->after,
                               (change->flags & GUEST_ABI) != 0 ? " abi" : "",
                               (change->flags & LIVE) != 0 ? " live" : "");
    }
    g_assert_cmpstr(told->str, ==, pair->changes);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/conf/diff/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
