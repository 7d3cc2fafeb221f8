/*
 * kvms-figures-keep-their-names-and-kinds — answers to query-stats with its schemas: figures of a
 * plain kind are taken with that kind's end, of the right processor; what a kernel or a QEMU might
 * say instead is left out.
 */
#include <string.h>

#include "virtqemud/vm/kvm_replies.h"

static Json *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    Json *value = json_parse(text, strlen(text), NULL, &error);
    g_assert_no_error(error);
    return value;
}

static const char schemas_text[] =
    "{\"return\":[{\"provider\":\"other\",\"target\":\"vcpu\",\"stats\":["
    "{\"name\":\"odd\",\"type\":\"cumulative\"}]},"
    "{\"provider\":\"kvm\",\"target\":\"vcpu\",\"stats\":["
    "{\"name\":\"exits\",\"exponent\":0,\"type\":\"cumulative\"},"
    "{\"name\":\"guest_mode\",\"unit\":\"boolean\",\"type\":\"instant\"},"
    "{\"name\":\"halt_wait_hist\",\"type\":\"log2-histogram\"},"
    "{\"name\":\"bad.name\",\"type\":\"instant\"},{\"name\":\"\",\"type\":\"instant\"},"
    "{\"name\":7,\"type\":\"instant\"},{\"name\":\"untold\",\"type\":\"instant\"},"
    "{\"name\":\"negative\",\"type\":\"instant\"},{\"name\":\"text\",\"type\":\"instant\"},"
    "{\"name\":\"halt_poll_success_ns\",\"type\":\"cumulative\"}]},"
    "{\"provider\":\"kvm\",\"target\":\"vm\",\"stats\":["
    "{\"name\":\"pages_4k\",\"type\":\"instant\"},"
    "{\"name\":\"max_rmap\",\"type\":\"peak\"}]}]}";

static const char vcpus_text[] =
    "{\"return\":[{\"provider\":\"kvm\",\"qom-path\":\"/machine/unattached/device[2]\",\"stats\":["
    "{\"name\":\"exits\",\"value\":19},{\"name\":\"guest_mode\",\"value\":true},"
    "{\"name\":\"halt_wait_hist\",\"value\":[1,2]},{\"name\":\"bad.name\",\"value\":1},"
    "{\"name\":\"negative\",\"value\":-1},{\"name\":\"text\",\"value\":\"1\"},"
    "{\"name\":\"odd\",\"value\":1},{\"name\":\"halt_poll_success_ns\",\"value\":5}]},"
    "{\"provider\":\"kvm\",\"qom-path\":\"/machine/unattached/device[0]\",\"stats\":["
    "{\"name\":\"exits\",\"value\":2365},{\"name\":\"halt_poll_success_ns\",\"value\":"
    "18446744073709551610}]}]}";

static const char cpus_text[] =
    "{\"return\":[{\"cpu-index\":0,\"qom-path\":\"/machine/unattached/device[0]\"},"
    "{\"cpu-index\":1,\"qom-path\":\"/machine/unattached/device[2]\"},"
    "{\"cpu-index\":2,\"qom-path\":\"/machine/unattached/device[9]\"},{\"cpu-index\":\"3\"}]}";

static void
test_vcpus(void)
{
    g_autoptr(Json) schemas = parse(schemas_text);
    g_autoptr(Json) vcpus = parse(vcpus_text);
    g_autoptr(Json) cpus = parse(cpus_text);
    const Json *reply = json_get(vcpus, "return");
    const Json *numbers = json_get(cpus, "return");
    const Json *stats = kvm_stats_of_vcpu(reply, numbers, 1);
    g_autoptr(GArray) figures = kvm_figures(json_get(schemas, "return"), "vcpu", stats);
    static const struct {
        const char *name;
        const char *suffix;
        gboolean is_boolean;
        uint64_t value;
    } wanted[] = {{"exits", "sum", FALSE, 19},
                  {"guest_mode", "cur", TRUE, 1},
                  {"halt_poll_success_ns", "sum", FALSE, 5}};
    g_assert_cmpuint(figures->len, ==, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < figures->len; i++) {
        const KvmFigure *figure = &g_array_index(figures, KvmFigure, i);
        g_assert_cmpstr(figure->name, ==, wanted[i].name);
        g_assert_cmpstr(figure->suffix, ==, wanted[i].suffix);
        g_assert_cmpint(figure->is_boolean, ==, wanted[i].is_boolean);
        g_assert_cmpuint(figure->value, ==, wanted[i].value);
    }
    g_assert_nonnull(kvm_stats_of_vcpu(reply, numbers, 0));
    g_assert_null(kvm_stats_of_vcpu(reply, numbers, 2)); /* it is not in the answer */
    g_assert_null(kvm_stats_of_vcpu(reply, numbers, 3));
    g_assert_null(kvm_stats_of_vcpu(reply, NULL, 0));
    g_assert_null(kvm_stats_of_vcpu(NULL, numbers, 0));
}

static void
test_vm(void)
{
    g_autoptr(Json) schemas = parse(schemas_text);
    g_autoptr(Json) vm =
        parse("{\"return\":[{\"provider\":\"kvm\",\"stats\":[{\"name\":\"max_rmap\","
              "\"value\":3},{\"name\":\"pages_4k\",\"value\":4}]}]}");
    const Json *stats = kvm_stats_of_vm(json_get(vm, "return"));
    g_autoptr(GArray) figures = kvm_figures(json_get(schemas, "return"), "vm", stats);
    g_assert_cmpuint(figures->len, ==, 2);
    g_assert_cmpstr(g_array_index(figures, KvmFigure, 0).suffix, ==, "cur");
    g_assert_cmpstr(g_array_index(figures, KvmFigure, 1).suffix, ==, "max");
    g_autoptr(GArray) none = kvm_figures(NULL, "vm", stats);
    g_assert_cmpuint(none->len, ==, 0);
    g_autoptr(GArray) untold = kvm_figures(json_get(schemas, "return"), "vm", NULL);
    g_assert_cmpuint(untold->len, ==, 0);
    g_assert_null(kvm_stats_of_vm(NULL));
}

static void
test_sum(void)
{
    g_autoptr(Json) vcpus = parse(vcpus_text);
    const Json *reply = json_get(vcpus, "return");
    uint64_t sum = 0;
    g_assert_true(kvm_sum_of_vcpus(reply, "exits", &sum));
    g_assert_cmpuint(sum, ==, 2384);
    g_assert_false(kvm_sum_of_vcpus(reply, "untold", &sum));
    g_assert_false(kvm_sum_of_vcpus(reply, "negative", &sum));
    g_assert_false(kvm_sum_of_vcpus(NULL, "exits", &sum));
    g_assert_cmpuint(sum, ==, 2384);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kvm/vcpus", test_vcpus);
    g_test_add_func("/kvm/vm", test_vm);
    g_test_add_func("/kvm/sum", test_sum);
    return g_test_run();
}
