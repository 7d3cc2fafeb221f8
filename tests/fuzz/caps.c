/*
 * caps — fuzzes what is read of QEMU's abilities: the first byte chooses the text of the cache, the
 * answers of a program, or the document of a processor that is compared. What was read and printed
 * is read again the same; what cannot be read has a reason.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/error.h"
#include "virtqemud/caps/answers.h"
#include "virtqemud/caps/cpu_document.h"
#include "virtqemud/caps/cpu_resolve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT, ANSWERS, DOCUMENT, N_KINDS };

static void
require(gboolean good)
{
    if (!good)
        abort();
}

static void
use(const QemuCaps *caps)
{
    size_t n;
    CpuModelInfo model;
    CpuSet available;
    const char *vendor;
    (void)qemu_caps_has_device(caps, "virtio-blk-pci");
    (void)qemu_caps_has_property(caps, "virtio-blk-pci", "drive");
    (void)qemu_caps_machine(caps, "pc");
    (void)qemu_caps_machine(caps, NULL);
    for (int accel = 0; accel < QEMU_N_ACCELS; accel++) {
        (void)qemu_caps_cpu_models(caps, (QemuAccel)accel, &n);
        for (size_t i = 0; i < n && i < 64; i++)
            (void)cpu_model_at(caps, (QemuAccel)accel, i, &model);
        if (cpu_model_available(caps, (QemuAccel)accel, &available, &vendor))
            (void)cpu_model_nearest(caps, (QemuAccel)accel, &available, vendor, CPU_NEAREST_ANY,
                                    &model);
    }
}

static void
try_text(const char *text, size_t n)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(QemuCaps) caps = qemu_caps_parse(text, n, &error);
    require((caps == NULL) == (error != NULL));
    if (caps == NULL)
        return;
    use(caps);
    g_autofree char *first = qemu_caps_format(caps);
    g_autoptr(QemuCaps) again = qemu_caps_parse(first, strlen(first), NULL);
    require(again != NULL);
    g_autofree char *second = qemu_caps_format(again);
    require(strcmp(first, second) == 0);
}

/* One object with the answers as members. */
static void
try_answers(const char *text, size_t n)
{
    g_autoptr(Json) all = json_parse(text, n, NULL, NULL);
    g_autoptr(QemuCaps) caps = caps_new();
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    CapsAccel *accel = &caps->accels[QEMU_ACCEL_TCG];
    caps->program = "/qemu";
    caps->accels[QEMU_ACCEL_KVM].reason = "no";
    if (all == NULL || !answers_version(caps, json_get(all, "version"), NULL) ||
        !answers_arch(caps, json_get(all, "target"), NULL))
        return;
    answers_machines(caps, json_get(all, "machines"));
    answers_types(words, json_get(all, "types"));
    caps->types = caps_words(caps->arena, words);
    caps->devices = arena_array_of(caps->arena, CapsDevice, 1);
    answers_device(caps, "virtio-blk-pci", json_get(all, "properties"));
    answers_models(caps, QEMU_ACCEL_TCG, json_get(all, "models"));
    for (size_t i = 0; i < accel->n_models; i++)
        answers_expansion(caps, &accel->models[i], json_get(all, "expansion"));
    answers_share_features(accel);
    caps_sort(caps);
    use(caps);
    g_autofree char *kept = qemu_caps_format(caps);
    try_text(kept, strlen(kept));
}

static const QemuCaps *
example(void)
{
    static QemuCaps *caps;
    g_autofree char *text = NULL;
    gsize len = 0;
    if (caps == NULL && g_file_get_contents(CAPS_FILE, &text, &len, NULL))
        caps = qemu_caps_parse(text, len, NULL);
    require(caps != NULL);
    return caps;
}

static void
try_document(const char *text)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    CpuDocument document;
    CpuComparison result;
    g_autofree char *why = NULL;
    CpuHost host = {.caps = example(), .accel = QEMU_ACCEL_TCG, .arch = "x86_64"};
    require(cpu_model_available(host.caps, host.accel, &host.available, &host.vendor));
    gboolean good = cpu_document_parse(text, CPU_DOCUMENT_LENIENT, arena, &document, &error);
    require(good == (error == NULL));
    if (!good)
        return;
    if (cpu_document_compare(&document, &host, &result, &why, NULL))
        require((why != NULL) == (result == CPU_INCOMPATIBLE));
    g_autofree char *cpu =
        cpu_document_baseline(&document, 1, &host, CPU_BASELINE_OF_GUESTS, 0, NULL);
    if (cpu != NULL)
        require(cpu_document_parse(cpu, CPU_DOCUMENT_STRICT, arena, &document, NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
    switch (data[0] % N_KINDS) {
    case TEXT:
        try_text(text, strlen(text));
        break;
    case ANSWERS:
        try_answers(text, strlen(text));
        break;
    default:
        try_document(text);
    }
    return 0;
}
