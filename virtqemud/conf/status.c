/*
 * status — see status.h. The layout is that of files that stock daemons wrote.
 */
#include "virtqemud/conf/status.h"

#include "common/conf/fields.h"
#include "common/conf/parse.h"
#include "common/conf/xml_read.h"

/* clang-format off */
/* ---- ours ---- */
static const ConfField claim_rows[] = {
    ATTR_STR(StatusWord, text, "name", NULL, REQUIRED, "What is claimed."),
    END};
static const ConfType claim_conf = CONF_TYPE(StatusWord, "vireo:claim", claim_rows, NULL);

static const ConfField fd_set_rows[] = {
    ATTR_NUM(StatusFdSet, id, "id", 0, UINT32_MAX, REQUIRED | ALWAYS, "Number of the set."),
    ATTR_STR(StatusFdSet, node, "node", NULL, OPTIONAL, "Block node that it is for."),
    END};
static const ConfType fd_set_conf = CONF_TYPE(StatusFdSet, "vireo:fdset", fd_set_rows, NULL);

static const ConfField label_rows[] = {
    ATTR_STR(StatusLabel, path, "path", NULL, REQUIRED, "File that changed its owner."),
    ATTR_STR(StatusLabel, old, "old", NULL, OPTIONAL, "Its owner before."),
    END};
static const ConfType label_conf = CONF_TYPE(StatusLabel, "vireo:label", label_rows, NULL);

static const ConfField own_rows[] = {
    ATTR_NUM(StatusOwn, format, "format", 0, UINT32_MAX, REQUIRED | ALWAYS, "Of this part."),
    ATTR_NUM(StatusOwn, start_time, "startTime", 0, UINT64_MAX, OPTIONAL, "Of the process."),
    ATTR_STR(StatusOwn, operation, "operation", NULL, OPTIONAL, "start or stop, not finished."),
    ATTR_STR(StatusOwn, step, "step", NULL, OPTIONAL, "What a start is at; why it is stopped."),
    SUB_STR(StatusOwn, exit_record, "vireo:exitRecord/@path", NULL, OPTIONAL, "How QEMU ended."),
    SUB_STR(StatusOwn, cgroup, "vireo:cgroup/@name", NULL, OPTIONAL, "Control group."),
    LIST(StatusOwn, claims, "vireo:claim", StatusWord, claim_conf, NULL, OPTIONAL, "Claims."),
    LIST(StatusOwn, fd_sets, "vireo:fdset", StatusFdSet, fd_set_conf, NULL, OPTIONAL, "Sets."),
    LIST(StatusOwn, labels, "vireo:label", StatusLabel, label_conf, NULL, OPTIONAL, "Labels."),
    EXTRA(StatusOwn, extra, NULL),
    END};
static const ConfType own_conf = CONF_TYPE(StatusOwn, "vireo:run", own_rows, NULL);

/* ---- stock's ---- */
static const ConfField taint_rows[] = {
    ATTR_STR(StatusWord, text, "flag", NULL, REQUIRED, "Which."),
    END};
static const ConfType taint_conf = CONF_TYPE(StatusWord, "taint", taint_rows, NULL);

static const ConfField flag_rows[] = {
    ATTR_STR(StatusWord, text, "name", NULL, REQUIRED, "Which."),
    END};
static const ConfType flag_conf = CONF_TYPE(StatusWord, "flag", flag_rows, NULL);

static const ConfField device_rows[] = {
    ATTR_STR(StatusWord, text, "alias", NULL, REQUIRED, "Which."),
    END};
static const ConfType device_conf = CONF_TYPE(StatusWord, "device", device_rows, NULL);

static const ConfField vcpu_rows[] = {
    ATTR_NUM(StatusVcpu, id, "id", 0, UINT32_MAX, REQUIRED | ALWAYS, "Number."),
    ATTR_NUM(StatusVcpu, pid, "pid", 0, UINT32_MAX, REQUIRED | ALWAYS, "Thread."),
    END};
static const ConfType vcpu_conf = CONF_TYPE(StatusVcpu, "vcpu", vcpu_rows, NULL);

static const ConfField blockjobs_rows[] = {
    ATTR_ENUM(StatusBlockjobs, active, "active", yes_no_enum, OPTIONAL, "Whether there are any."),
    EXTRA(StatusBlockjobs, extra, NULL),
    END};
static const ConfType blockjobs_conf =
    CONF_TYPE(StatusBlockjobs, "blockjobs", blockjobs_rows, NULL);

static const ConfField status_rows[] = {
    ATTR_STR(DomainStatus, state, "state", NULL, REQUIRED, "State."),
    ATTR_STR(DomainStatus, reason, "reason", NULL, OPTIONAL, "Why."),
    ATTR_NUM(DomainStatus, pid, "pid", 0, INT32_MAX, REQUIRED | ALWAYS, "Process."),
    LIST(DomainStatus, taints, "taint", StatusWord, taint_conf, NULL, OPTIONAL, "Taints."),
    EXTRA(DomainStatus, extra, "deprecation"),
    SUB_STR(DomainStatus, monitor_path, "monitor/@path", NULL, OPTIONAL, "Socket of the monitor."),
    SUB_STR(DomainStatus, monitor_type, "monitor/@type", NULL, OPTIONAL, "Always unix."),
    FLAG(DomainStatus, has_mount_namespace, "namespaces/mount", "Mounts of its own."),
    LIST(DomainStatus, vcpus, "vcpus/vcpu", StatusVcpu, vcpu_conf, NULL, OPTIONAL, "Threads."),
    LIST(DomainStatus, qemu_caps, "qemuCaps/flag", StatusWord, flag_conf, NULL, OPTIONAL,
         "What QEMU can."),
    EXTRA(DomainStatus, extra, "job"),
    FLAG(DomainStatus, fake_reboot, "fakereboot", "A reboot is going on."),
    LIST(DomainStatus, device_aliases, "devices/device", StatusWord, device_conf, NULL, OPTIONAL,
         "What QEMU has."),
    EXTRA(DomainStatus, extra, "numad"),
    SUB_STR(DomainStatus, lib_dir, "libDir/@path", NULL, OPTIONAL, "Its folder."),
    SUB_STR(DomainStatus, channel_dir, "channelTargetDir/@path", NULL, OPTIONAL, "Channels'."),
    SUB_TABLE_PTR(DomainStatus, cpu, "cpu", Cpu, cpu_conf, OPTIONAL, "As it was defined."),
    FLAG(DomainStatus, chardev_logd, "chardevStdioLogd", "virtlogd writes its lines."),
    FLAG(DomainStatus, remembers_owner, "rememberOwner", "Files say who owned them."),
    SUB_ENUM(DomainStatus, allow_reboot, "allowReboot/@value", yes_no_enum, OPTIONAL,
             "Whether a reset is a reboot."),
    SUB_NUM(DomainStatus, last_node, "nodename/@index", 0, UINT32_MAX, OPTIONAL, "Highest node."),
    SUB_NUM(DomainStatus, last_fd_set, "fdset/@index", 0, UINT32_MAX, OPTIONAL, "Highest set."),
    SUB_TABLE_PTR(DomainStatus, blockjobs, "blockjobs", StatusBlockjobs, blockjobs_conf, OPTIONAL,
                  "Jobs on disks."),
    SUB_NUM(DomainStatus, agent_timeout_s, "agentTimeout", (uint64_t)INT64_C(-2), INT32_MAX,
            OPTIONAL, "Patience with the agent."),
    EXTRA(DomainStatus, extra, NULL),
    SUB_TABLE_PTR(DomainStatus, own, "vireo:run", StatusOwn, own_conf, OPTIONAL, "Ours."),
    SUB_TABLE_PTR(DomainStatus, def, "domain", DomainDef, domain_conf, REQUIRED, "As it runs."),
    END};
/* clang-format on */
static const ConfType status_conf = CONF_TYPE(DomainStatus, "domstatus", status_rows, NULL);

DomainStatus *
domain_status_new(void)
{
    Arena *arena = arena_new();
    DomainStatus *status = arena_new_of(arena, DomainStatus);
    status->arena = arena;
    return status;
}

void
domain_status_free(DomainStatus *status)
{
    if (status != NULL)
        arena_free(status->arena);
}

/* ---- what a network gave to a card: <actual> here, @bridge in what clients get ---- */

static gboolean
is_on_bridge(const Interface *card)
{
    return card->type == INTERFACE_NETWORK && card->source.network.bridge != NULL;
}

static void
read_actual(Devices *devices)
{
    for (size_t i = 0; i < devices->interfaces.n; i++) {
        Interface *card = devices->interfaces.items[i];
        if (card->type == INTERFACE_NETWORK && card->actual_bridge != NULL)
            card->source.network.bridge = card->actual_bridge;
    }
}

/* A copy of the definition with it; NULL: there is nothing. */
static DomainDef *
write_actual(const DomainDef *def)
{
    gboolean is_needed = FALSE;
    for (size_t i = 0; i < def->devices.interfaces.n; i++)
        is_needed |= is_on_bridge(def->devices.interfaces.items[i]);
    if (!is_needed)
        return NULL;
    DomainDef *copy = domain_def_copy(def);
    for (size_t i = 0; i < copy->devices.interfaces.n; i++) {
        Interface *card = copy->devices.interfaces.items[i];
        if (!is_on_bridge(card))
            continue;
        card->actual_bridge = card->source.network.bridge;
        if (card->actual_type == NULL)
            card->actual_type = "network";
    }
    return copy;
}

/* ---- documents ---- */

DomainStatus *
domain_status_parse(const char *xml, size_t len, GError **error)
{
    static const ConfContext context = {CONF_FROM_STATUS, false, NULL};
    g_auto(XmlRead) read = {0};
    if (!xml_read(xml, len, &read, error))
        return NULL;
    g_autoptr(DomainStatus) status = domain_status_new();
    if (!conf_parse(&status_conf, xmlDocGetRootElement(read.doc), status->arena, &context, status,
                    error))
        return NULL;
    read_actual(&status->def->devices);
    return g_steal_pointer(&status);
}

char *
domain_status_format(const DomainStatus *status)
{
    DomainStatus shown = *status;
    g_autoptr(DomainDef) copy = write_actual(status->def);
    if (copy != NULL)
        shown.def = copy;
    return conf_format(&status_conf, &shown, CONF_FORMAT_SECURE | CONF_FORMAT_STATUS, 0);
}

/* ---- states ---- */

/* By virDomainState and its reasons: https://libvirt.org/html/libvirt-libvirt-domain.html */
static const char *const running_reasons[] = {
    "unknown",       "booted",   "migrated",           "restored",
    "from snapshot", "unpaused", "migration canceled", "save canceled",
    "wakeup",        "crashed",  "post-copy"};
static const char *const blocked_reasons[] = {"unknown"};
static const char *const paused_reasons[] = {"unknown",   "user",
                                             "migration", "save",
                                             "dump",      "ioerror",
                                             "watchdog",  "from snapshot",
                                             "shutdown",  "snapshot",
                                             "panicked",  "starting up",
                                             "post-copy", "post-copy failed"};
static const char *const shutdown_reasons[] = {"unknown", "user"};
static const char *const shutoff_reasons[] = {"unknown", "shutdown",      "destroyed",
                                              "crashed", "migrated",      "saved",
                                              "failed",  "from snapshot", "daemon"};
static const char *const crashed_reasons[] = {"unknown", "panicked"};

static const struct {
    const char *name;
    const char *const *reasons;
    size_t n;
} states[] = {
    {"nostate", blocked_reasons, 1},
    {"running", running_reasons, G_N_ELEMENTS(running_reasons)},
    {"blocked", blocked_reasons, 1},
    {"paused", paused_reasons, G_N_ELEMENTS(paused_reasons)},
    {"shutdown", shutdown_reasons, G_N_ELEMENTS(shutdown_reasons)},
    {"shutoff", shutoff_reasons, G_N_ELEMENTS(shutoff_reasons)},
    {"crashed", crashed_reasons, G_N_ELEMENTS(crashed_reasons)},
    {"pmsuspended", blocked_reasons, 1},
};

const char *
domain_status_state_name(int state)
{
    return state >= 0 && (size_t)state < G_N_ELEMENTS(states) ? states[state].name : NULL;
}

const char *
domain_status_reason_name(int state, int reason)
{
    if (domain_status_state_name(state) == NULL || reason < 0 || (size_t)reason >= states[state].n)
        return NULL;
    return states[state].reasons[reason];
}

gboolean
domain_status_find_state(const DomainStatus *status, int *ret_state, int *ret_reason)
{
    for (int state = 0; state < (int)G_N_ELEMENTS(states); state++) {
        if (g_strcmp0(states[state].name, status->state) != 0)
            continue;
        *ret_state = state;
        *ret_reason = 0;
        for (size_t i = 0; i < states[state].n; i++) {
            if (g_strcmp0(states[state].reasons[i], status->reason) == 0)
                *ret_reason = (int)i;
        }
        return TRUE;
    }
    return FALSE;
}
