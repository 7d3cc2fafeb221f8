/*
 * CPU-01, CPU-08: each <cpu> in tests/data/stock/cpu-live.txt was started on a stock daemon with
 * QEMU 7.2 and without KVM: ours gives the same live <cpu>, or the same error. The lines of a
 * record: the document; `live MATCH CHECK MODEL VENDOR FEATURE...` with + required, - disabled, !
 * forbidden, or `error CODE TEXT`; `arg` is for who builds arguments; `off MATCH CHECK FALLBACK
 * MODEL VENDOR FEATURE...` is what --update-cpu tells of the guest when it is off.
 */
#include <string.h>

#include "common/conf/parse.h"
#include "common/conf/xml_read.h"
#include "prober.h"
#include "virtqemud/caps/cpu_resolve.h"

/* Stock says it of the guest's kind, we of the accelerator: only the code counts. */
static const char other_text[] = "<cpu mode='host-passthrough'/>";

static Cpu *
read_cpu(const char *xml, Arena *arena)
{
    g_auto(XmlRead) read = {0};
    g_autoptr(GError) error = NULL;
    ConfContext context = {.origin = CONF_FROM_USER};
    Cpu *cpu = arena_new_of(arena, Cpu);
    g_assert_true(xml_read(xml, strlen(xml), &read, &error));
    g_assert_true(
        conf_parse(&cpu_conf, xmlDocGetRootElement(read.doc), arena, &context, cpu, &error));
    for (size_t i = 0; i < cpu->features.n; i++) {
        if (cpu->features.items[i]->policy == 0)
            cpu->features.items[i]->policy = CPU_FEATURE_REQUIRE;
    }
    /* As the default of a new definition. */
    if (cpu->check == 0 && cpu->mode == CPU_HOST_MODEL)
        cpu->check = CPU_CHECK_PARTIAL;
    return cpu;
}

static void
add_features(GString *text, const Cpu *cpu)
{
    static const char signs[] = " *+?-!";
    for (size_t i = 0; i < cpu->features.n; i++)
        g_string_append_printf(text, " %c%s", signs[cpu->features.items[i]->policy],
                               cpu->features.items[i]->name);
}

static char *
describe(const Cpu *cpu)
{
    static const char *const matches[] = {"exact", "minimum", "exact", "strict"};
    static const char *const checks[] = {"none", "none", "partial", "full"};
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "live %s %s %s %s", matches[cpu->match], checks[cpu->check],
                           cpu->model, cpu->vendor != NULL ? cpu->vendor : ".");
    add_features(text, cpu);
    return g_string_free(text, FALSE);
}

static void
compare_error(const char *xml, const GError *error, const char *wanted)
{
    g_autofree char *told = g_strdup_printf("error %d %s", error->code, error->message);
    size_t n = strcmp(xml, other_text) == 0 ? strlen("error 67") : strlen(wanted);
    if (strncmp(told, wanted, n) != 0 || (n == strlen(wanted) && strlen(told) != n))
        g_error("%s\nstock: %s\nours:  %s", xml, wanted, told);
}

static void
compare(const QemuCaps *caps, const char *xml, const char *wanted)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    Cpu *cpu = read_cpu(xml, arena);
    if (!caps_cpu_resolve(cpu, caps, QEMU_ACCEL_TCG, arena, &error)) {
        compare_error(xml, error, wanted);
        return;
    }
    caps_cpu_settle(cpu, caps, QEMU_ACCEL_TCG, arena);
    if (g_str_has_prefix(wanted, "arg ")) {
        g_assert_cmpint(cpu->mode, ==, CPU_MAXIMUM);
        return;
    }
    g_autofree char *live = describe(cpu);
    if (strcmp(live, wanted) != 0)
        g_error("%s\nstock: %s\nours:  %s", xml, wanted, live);
}

/* As it is told of a guest that is off. */
static void
foretell(const QemuCaps *caps, const char *xml, const char *wanted)
{
    static const char *const matches[] = {"exact", "minimum", "exact", "strict"};
    static const char *const checks[] = {"none", "none", "partial", "full"};
    static const char *const fallbacks[] = {"allow", "allow", "forbid"};
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GString) text = g_string_new(NULL);
    Cpu *cpu = read_cpu(xml, arena);
    caps_cpu_foretell(cpu, caps, QEMU_ACCEL_TCG, arena);
    g_string_append_printf(text, "off %s %s %s %s %s", matches[cpu->match], checks[cpu->check],
                           fallbacks[cpu->fallback], cpu->model,
                           cpu->vendor != NULL ? cpu->vendor : ".");
    add_features(text, cpu);
    if (strcmp(text->str, wanted) != 0)
        g_error("%s\nstock: %s\nours:  %s", xml, wanted, text->str);
}

static void
test_foretold(void)
{
    g_autoptr(QemuCaps) caps = prober_load("7.2-x86_64");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(STOCK_DATA "/cpu-live.txt", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *xml = NULL;
    size_t n = 0;
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] == '<')
            xml = lines[i];
        if (!g_str_has_prefix(lines[i], "\toff "))
            continue;
        foretell(caps, xml, lines[i] + 1);
        n++;
    }
    g_assert_cmpuint(n, >=, 12);
}

static void
test_as_stock(void)
{
    g_autoptr(QemuCaps) caps = prober_load("7.2-x86_64");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(STOCK_DATA "/cpu-live.txt", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t n = 0;
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] != '<')
            continue;
        g_assert_nonnull(lines[i + 1]);
        compare(caps, lines[i], lines[i + 1] + 1);
        n++;
    }
    g_assert_cmpuint(n, >=, 25);
}

/* What was settled is settled: it can be had again, on this host and with a full check. */
static void
test_settled_stays(void)
{
    static const char *const documents[] = {
        "<cpu mode='host-model'/>",
        "<cpu mode='custom' match='exact'><model>Skylake-Client</model></cpu>",
        "<cpu mode='custom' match='exact'><model>EPYC</model></cpu>",
        "<cpu mode='custom' match='exact'><model>Westmere-IBRS</model></cpu>",
    };
    g_autoptr(QemuCaps) caps = prober_load("7.2-x86_64-kvm");
    for (size_t i = 0; i < G_N_ELEMENTS(documents) * QEMU_N_ACCELS; i++) {
        QemuAccel accel = (QemuAccel)(i % QEMU_N_ACCELS);
        g_autoptr(Arena) arena = arena_new();
        g_autoptr(GError) error = NULL;
        Cpu *cpu = read_cpu(documents[i / QEMU_N_ACCELS], arena);
        g_assert_true(caps_cpu_resolve(cpu, caps, accel, arena, &error));
        caps_cpu_settle(cpu, caps, accel, arena);
        g_autofree char *first = describe(cpu);
        g_assert_true(caps_cpu_resolve(cpu, caps, accel, arena, &error));
        caps_cpu_settle(cpu, caps, accel, arena);
        g_autofree char *second = describe(cpu);
        g_assert_cmpstr(first, ==, second);
    }
}

static void
test_host_with_kvm(void)
{
    g_autoptr(QemuCaps) caps = prober_load("7.2-x86_64-kvm");
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    Cpu *cpu = read_cpu("<cpu mode='host-model'/>", arena);
    g_assert_true(caps_cpu_resolve(cpu, caps, QEMU_ACCEL_KVM, arena, &error));
    g_assert_true(g_str_has_prefix(cpu->model, "Skylake-Client"));
    g_assert_cmpstr(cpu->vendor, ==, "Intel");
    Cpu *same = read_cpu("<cpu mode='host-passthrough'/>", arena);
    g_assert_true(caps_cpu_resolve(same, caps, QEMU_ACCEL_KVM, arena, &error));
    g_assert_cmpint(same->mode, ==, CPU_HOST_PASSTHROUGH);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/caps/cpu/as-stock", test_as_stock);
    g_test_add_func("/caps/cpu/foretold", test_foretold);
    g_test_add_func("/caps/cpu/settled", test_settled_stays);
    g_test_add_func("/caps/cpu/kvm", test_host_with_kvm);
    return g_test_run();
}
