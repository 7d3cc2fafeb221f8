/*
 * probe — see probe.h.
 */
#include "virtqemud/caps/probe.h"

#include <string.h>

#include "virtqemud/caps/answers.h"
#include "virtqemud/caps/device_rows.h"
#include "virtqemud/caps/programs.h"
#include "virtqemud/caps/trial.h"

#define X(type) type,
static const char *const device_types[] = {CAPS_DEVICES(X)};
#undef X

/* Classes whose types are named in arguments of QEMU. */
static const char *const listed_classes[] = {"device", "user-creatable", "chardev"};

static Program *
start(const QemuProbeRequest *request, QemuAccel accel, GError **error)
{
    const char *const arguments[] = {
        "-S",   "-no-user-config", "-nodefaults",          "-display", "none", "-machine",
        "none", "-accel",          qemu_accel_name(accel), NULL};
    return program_start(request, PROGRAM_WITH_MONITOR, arguments, -1, error);
}

static Json *
argument(const char *name, const char *value)
{
    Json *args = json_new_object();
    json_add_string(args, name, value);
    return args;
}

static gboolean
ask_what_it_is(Program *program, QemuCaps *caps, GError **error)
{
    g_autoptr(Json) version = NULL;
    g_autoptr(Json) target = NULL;
    g_autoptr(Json) schema_reply = NULL;
    if (!program_ask(program, QMP_QUERY_VERSION, NULL, &version, error) ||
        !answers_version(caps, version, error) ||
        !program_ask(program, QMP_QUERY_TARGET, NULL, &target, error) ||
        !answers_arch(caps, target, error) ||
        !program_ask(program, QMP_QUERY_QMP_SCHEMA, NULL, &schema_reply, error))
        return FALSE;
    g_autoptr(QmpSchema) schema = qmp_schema_new(schema_reply, error);
    if (schema == NULL)
        return FALSE;
    caps->qmp = qmp_caps_from_schema(schema);
    return TRUE;
}

static gboolean
ask_types(Program *program, QemuCaps *caps, GError **error)
{
    Json *replies[G_N_ELEMENTS(listed_classes)] = {NULL};
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    gboolean asked = TRUE;
    for (size_t i = 0; asked && i < G_N_ELEMENTS(listed_classes); i++) {
        asked = program_ask(program, QMP_QOM_LIST_TYPES, argument("implements", listed_classes[i]),
                            &replies[i], error);
        answers_types(words, replies[i]);
    }
    answers_drop_baseless(words);
    if (asked)
        caps->types = caps_words(caps->arena, words);
    for (size_t i = 0; i < G_N_ELEMENTS(listed_classes); i++)
        json_unref(replies[i]);
    return asked;
}

static gboolean
ask_devices(Program *program, QemuCaps *caps, GError **error)
{
    caps->devices = arena_array_of(caps->arena, CapsDevice, G_N_ELEMENTS(device_types));
    for (size_t i = 0; i < G_N_ELEMENTS(device_types); i++) {
        g_autoptr(Json) reply = NULL;
        if (!qemu_caps_has_device(caps, device_types[i]))
            continue;
        if (!program_ask(program, QMP_DEVICE_LIST_PROPERTIES, argument("typename", device_types[i]),
                         &reply, error))
            return FALSE;
        answers_device(caps, device_types[i], reply);
    }
    caps_sort(caps);
    return TRUE;
}

static gboolean
ask_machines(Program *program, QemuCaps *caps, GError **error)
{
    g_autoptr(Json) reply = NULL;
    if (!program_ask(program, QMP_QUERY_MACHINES, NULL, &reply, error))
        return FALSE;
    answers_machines(caps, reply);
    return TRUE;
}

/* A static expansion has each feature once, by its proper name; not all architectures know it. */
static gboolean
expand_model(Program *program, const char *name, Json **ret_reply, GError **error)
{
    g_autoptr(GError) refused = NULL;
    for (int i = 0; i < 2; i++) {
        Json *args = argument("type", i == 0 ? "static" : "full");
        json_add(args, "model", argument("name", name));
        g_clear_error(&refused);
        if (program_ask(program, QMP_QUERY_CPU_MODEL_EXPANSION, args, ret_reply, &refused))
            return TRUE;
        if (!virt_error_matches(refused, VIRT_ERR_INTERNAL_ERROR))
            break;
    }
    g_propagate_error(error, g_steal_pointer(&refused));
    return FALSE;
}

static gboolean
ask_models(Program *program, QemuCaps *caps, QemuAccel accel, GError **error)
{
    CapsAccel *row = &caps->accels[accel];
    g_autoptr(Json) reply = NULL;
    if (!qmp_caps_have_command(&caps->qmp, QMP_QUERY_CPU_DEFINITIONS))
        return TRUE;
    if (!program_ask(program, QMP_QUERY_CPU_DEFINITIONS, NULL, &reply, error))
        return FALSE;
    answers_models(caps, accel, reply);
    if (!qmp_caps_have_command(&caps->qmp, QMP_QUERY_CPU_MODEL_EXPANSION))
        return TRUE;
    for (size_t i = 0; i < row->n_models; i++) {
        QemuCpuModel *model = &row->models[i];
        g_autoptr(Json) expansion = NULL;
        g_autoptr(GError) refused = NULL;
        if (model->alias_of != NULL)
            continue;
        if (expand_model(program, model->name, &expansion, &refused)) {
            answers_expansion(caps, model, expansion);
        } else if (!virt_error_matches(refused, VIRT_ERR_INTERNAL_ERROR)) {
            g_propagate_error(error, g_steal_pointer(&refused));
            return FALSE;
        } /* else this one, "host" without KVM, has no expansion here */
    }
    answers_share_features(row);
    return TRUE;
}

static gboolean
probe_tcg(const QemuProbeRequest *request, QemuCaps *caps, GError **error)
{
    g_autoptr(Program) program = start(request, QEMU_ACCEL_TCG, error);
    return program != NULL && ask_what_it_is(program, caps, error) &&
           ask_types(program, caps, error) && ask_devices(program, caps, error) &&
           ask_machines(program, caps, error) && ask_models(program, caps, QEMU_ACCEL_TCG, error);
}

/* What KVM cannot do is a reason, not an error. */
static void
probe_kvm(const QemuProbeRequest *request, QemuCaps *caps)
{
    CapsAccel *row = &caps->accels[QEMU_ACCEL_KVM];
    row->reason = trial_kvm(request, caps);
    if (row->reason != NULL)
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(Program) program = start(request, QEMU_ACCEL_KVM, &error);
    if (program == NULL || !ask_models(program, caps, QEMU_ACCEL_KVM, &error))
        row->reason = arena_strdup(caps->arena, error->message);
}

QemuCaps *
qemu_probe(const QemuProbeRequest *request, GError **error)
{
    if (!programs_check(request->program, error))
        return NULL;
    g_autoptr(QemuCaps) caps = caps_new();
    caps->program = arena_strdup(caps->arena, request->program);
    if (!probe_tcg(request, caps, error))
        return NULL;
    probe_kvm(request, caps);
    return g_steal_pointer(&caps);
}

char *
qemu_probe_questions(void)
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA1);
    for (size_t i = 0; i < QMP_COMMAND_COUNT; i++) {
        const QmpCommand *row = qmp_command((QmpCommandId)i);
        g_checksum_update(sum, (const guchar *)row->name, (gssize)strlen(row->name) + 1);
        g_checksum_update(sum, (const guchar *)row->needs, (gssize)strlen(row->needs) + 1);
    }
    for (size_t i = 0; i < QMP_CAP_COUNT; i++) {
        const char *path = qmp_cap_path((QmpCap)i);
        g_checksum_update(sum, (const guchar *)path, (gssize)strlen(path) + 1);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(device_types); i++)
        g_checksum_update(sum, (const guchar *)device_types[i],
                          (gssize)strlen(device_types[i]) + 1);
    char *digest = g_strdup(g_checksum_get_string(sum));
    g_checksum_free(sum);
    return digest;
}
