/*
 * cgroup_host — which hierarchies of control groups the host has, and how a guest's groups are
 * called. Kernel: Documentation/admin-guide/cgroup-v1, cgroup-v2.rst; names as the stock daemon
 * makes them, tried.
 */
#include "virtqemud/hostres/cgroup_private.h"

#include <fcntl.h>
#include <string.h>

#include "common/base/fd.h"

enum { PROC_MAX_BYTES = 4194304, NAME_MAX_BYTES = 64 };

/* What a controller is called; version 2 names the group's own time whether it has "cpu" or not. */
static const struct {
    CgroupControllers bit;
    const char *v1;
    const char *v2;
} controllers[] = {
    {CGROUP_CPU, "cpu", "cpu"},          {CGROUP_CPUACCT, "cpuacct", NULL},
    {CGROUP_CPUSET, "cpuset", "cpuset"}, {CGROUP_MEMORY, "memory", "memory"},
    {CGROUP_DEVICES, "devices", NULL},   {CGROUP_BLKIO, "blkio", "io"},
    {CGROUP_PIDS, "pids", "pids"},
};

static gboolean
has_word(const char *list, const char *separators, const char *word)
{
    g_auto(GStrv) words = g_strsplit_set(list, separators, -1);
    return g_strv_contains((const char *const *)words, word);
}

/* /proc/self/mountinfo writes blanks and the like as "\040". */
static char *
decode_path(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        if (*text == '\\' && strspn(text + 1, "01234567") >= 3) {
            char octal[4] = {text[1], text[2], text[3], '\0'};
            g_string_append_c(out, (char)g_ascii_strtoull(octal, NULL, 8));
            text += 3;
        } else {
            g_string_append_c(out, *text);
        }
    }
    return g_string_free(out, FALSE);
}

static uint32_t
read_v1(const char *options)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(controllers); i++) {
        if (has_word(options, ",", controllers[i].v1))
            mask |= controllers[i].bit;
    }
    return mask;
}

static uint32_t
read_v2(const char *mount)
{
    g_autofree char *path = g_build_filename(mount, "cgroup.controllers", NULL);
    g_autofree char *text = NULL;
    uint32_t mask = CGROUP_CPUACCT;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return mask;
    for (size_t i = 0; i < G_N_ELEMENTS(controllers); i++) {
        if (controllers[i].v2 != NULL && has_word(text, " \n", controllers[i].v2))
            mask |= controllers[i].bit;
    }
    return mask;
}

char *
cgroup_host_v2_names(uint32_t mask)
{
    GString *names = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(controllers); i++) {
        if (controllers[i].v2 != NULL && (mask & controllers[i].bit) != 0)
            g_string_append_printf(names, "%s+%s", names->len > 0 ? " " : "", controllers[i].v2);
    }
    return g_string_free(names, FALSE);
}

/* One line: "ID PARENT DEV ROOT POINT OPTIONS [TAG...] - TYPE SOURCE SUPER-OPTIONS". */
static void
read_mount(CgroupHost *host, const char *line, uint32_t wanted)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    guint n = g_strv_length(words), dash = 6;
    while (dash < n && strcmp(words[dash], "-") != 0)
        dash++;
    if (dash + 3 >= n)
        return;
    gboolean is_v2 = strcmp(words[dash + 1], "cgroup2") == 0;
    if (!is_v2 && strcmp(words[dash + 1], "cgroup") != 0)
        return;
    g_autofree char *mount = decode_path(words[4]);
    CgroupHierarchy hierarchy = {
        .is_v2 = is_v2,
        .controllers = wanted & (is_v2 ? read_v2(mount) : read_v1(words[dash + 3])),
    };
    /* The first mount of a hierarchy counts; a controller is in one hierarchy only, but for the
     * time that version 2 always tells. */
    for (guint i = 0; i < host->hierarchies->len; i++) {
        const CgroupHierarchy *other = &g_array_index(host->hierarchies, CgroupHierarchy, i);
        if (other->is_v2 && is_v2)
            return;
        hierarchy.controllers &= ~other->controllers;
    }
    if (hierarchy.controllers == 0)
        return;
    hierarchy.mount = g_steal_pointer(&mount);
    g_array_append_val(host->hierarchies, hierarchy);
}

/* Version 2 comes last: what is mounted as version 1 is there, and nowhere else. */
static void
read_mounts(CgroupHost *host, const char *mountinfo, uint32_t wanted)
{
    g_auto(GStrv) lines = g_strsplit(mountinfo, "\n", -1);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; lines[i] != NULL; i++) {
            gboolean is_v2 = strstr(lines[i], " - cgroup2 ") != NULL;
            if (is_v2 == (pass == 1))
                read_mount(host, lines[i], wanted);
        }
    }
}

static char *
read_text(const char *path)
{
    auto_fd fd = open(path, O_RDONLY | O_CLOEXEC);
    g_autoptr(GByteArray) bytes = fd >= 0 ? fd_read_all(fd, PROC_MAX_BYTES, NULL) : NULL;
    return bytes != NULL ? g_strndup((const char *)bytes->data, bytes->len) : g_strdup("");
}

static void
hierarchy_clear(void *data)
{
    CgroupHierarchy *hierarchy = data;
    g_free(hierarchy->mount);
    g_free(hierarchy->base);
}

CgroupHost *
cgroup_host_new(uint32_t wanted, const char *mountinfo)
{
    g_autofree char *text =
        mountinfo != NULL ? g_strdup(mountinfo) : read_text("/proc/self/mountinfo");
    CgroupHost *host = g_new0(CgroupHost, 1);
    host->hierarchies = g_array_new(FALSE, FALSE, sizeof(CgroupHierarchy));
    g_array_set_clear_func(host->hierarchies, hierarchy_clear);
    read_mounts(host, text, wanted);
    for (guint i = 0; i < host->hierarchies->len; i++) {
        CgroupHierarchy *hierarchy = &g_array_index(host->hierarchies, CgroupHierarchy, i);
        g_autofree char *slice = g_build_filename(hierarchy->mount, "machine.slice", NULL);
        gboolean has_slice = g_file_test(slice, G_FILE_TEST_IS_DIR);
        hierarchy->base = has_slice ? g_steal_pointer(&slice)
                                    : g_build_filename(hierarchy->mount, "machine", NULL);
        host->controllers |= hierarchy->controllers;
    }
    return host;
}

void
cgroup_host_free(CgroupHost *host)
{
    if (host == NULL)
        return;
    g_array_unref(host->hierarchies);
    g_free(host);
}

uint32_t
cgroup_host_controllers(const CgroupHost *host)
{
    return host->controllers;
}

/* Letters, digits, '-' and '.', of which no two follow each other and none ends the name. */
char *
cgroup_name(int32_t id, const char *guest)
{
    g_autofree char *whole = g_strdup_printf("qemu-%d-%s", id, guest);
    g_autoptr(GString) name = g_string_new(NULL);
    for (const char *at = whole; *at != '\0' && name->len < NAME_MAX_BYTES; at++) {
        gboolean separates = *at == '-' || *at == '.';
        char last = name->len > 0 ? name->str[name->len - 1] : '-';
        if (g_ascii_isalnum(*at) || (separates && last != '-' && last != '.'))
            g_string_append_c(name, *at);
    }
    while (name->len > 0 && !g_ascii_isalnum(name->str[name->len - 1]))
        g_string_truncate(name, name->len - 1);
    return g_strconcat(name->str, ".libvirt-qemu", NULL);
}
