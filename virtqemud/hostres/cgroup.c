/*
 * cgroup — see cgroup.h. A guest has one group in each hierarchy, which all its threads are in.
 */
#include "virtqemud/hostres/cgroup_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"

enum { VALUE_MAX_BYTES = 4096, DEPTH_MAX = 8, REMOVE_TRIES = 50, REMOVE_PAUSE_US = 10000 };

typedef struct {
    int folder; /* of the guest's group */
    int procs;  /* -1 for a guest that is found again */
    uint32_t controllers;
    gboolean is_v2;
} Group;

struct Cgroup {
    gatomicrefcount refs;
    GArray *groups; /* Group */
};

static void
group_clear(void *data)
{
    Group *group = data;
    fd_clear(&group->folder);
    fd_clear(&group->procs);
}

static Cgroup *
cgroup_new(void)
{
    Cgroup *cgroup = g_new0(Cgroup, 1);
    g_atomic_ref_count_init(&cgroup->refs);
    cgroup->groups = g_array_new(FALSE, FALSE, sizeof(Group));
    g_array_set_clear_func(cgroup->groups, group_clear);
    return cgroup;
}

Cgroup *
cgroup_ref(Cgroup *cgroup)
{
    g_atomic_ref_count_inc(&cgroup->refs);
    return cgroup;
}

void
cgroup_unref(Cgroup *cgroup)
{
    if (cgroup == NULL || !g_atomic_ref_count_dec(&cgroup->refs))
        return;
    g_array_unref(cgroup->groups);
    g_free(cgroup);
}

/* ---- files of a group ---- */

static char *
read_file(int folder, const char *file)
{
    char text[VALUE_MAX_BYTES];
    auto_fd fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (n < 0)
        return NULL;
    text[n] = '\0';
    return g_strdup(g_strchomp(text));
}

static gboolean
write_file(int folder, const char *file, const char *value)
{
    auto_fd fd = openat(folder, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    return fd >= 0 && write(fd, value, strlen(value)) >= 0;
}

/* The number behind `key` in a file of "KEY VALUE" lines. */
static gboolean
find_number(const char *text, const char *key, uint64_t *ret_number)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t len = strlen(key);
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (strncmp(lines[i], key, len) == 0 && lines[i][len] == ' ')
            return g_ascii_string_to_unsigned(lines[i] + len + 1, 10, 0, UINT64_MAX, ret_number,
                                              NULL);
    }
    return FALSE;
}

/* ---- making ---- */

/* A folder below; -1 with errno. */
static int
make_below(int parent, const char *name)
{
    if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST)
        return -1;
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* A new group of version 1's cpuset is of no use until it was told processors and memory. */
static void
inherit_cpuset(int parent, int folder)
{
    static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *own = read_file(folder, files[i]);
        g_autofree char *above = read_file(parent, files[i]);
        if (own != NULL && *own == '\0' && above != NULL)
            (void)write_file(folder, files[i], above); /* joining the group tells */
    }
}

/* Controllers are for those below; one that cannot be had is not there for guests. */
static uint32_t
enable_below(int folder, uint32_t controllers)
{
    uint32_t enabled = controllers & CGROUP_CPUACCT;
    for (uint32_t bit = 1; bit <= controllers; bit <<= 1) {
        g_autofree char *name = cgroup_host_v2_names(controllers & bit);
        if (*name != '\0' && write_file(folder, "cgroup.subtree_control", name))
            enabled |= bit;
    }
    return enabled;
}

/* FALSE with errno. */
static gboolean
make_group(const CgroupHierarchy *hierarchy, const char *name, Group *group)
{
    g_autofree char *base_name = g_path_get_basename(hierarchy->base);
    auto_fd mount = open(hierarchy->mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto_fd base = mount >= 0 ? make_below(mount, base_name) : -1;
    if (base < 0)
        return FALSE;
    group->is_v2 = hierarchy->is_v2;
    group->controllers = hierarchy->controllers;
    if (hierarchy->is_v2)
        group->controllers = enable_below(base, enable_below(mount, hierarchy->controllers));
    if ((hierarchy->controllers & CGROUP_CPUSET) != 0 && !hierarchy->is_v2)
        inherit_cpuset(mount, base);
    group->folder = make_below(base, name);
    if (group->folder < 0)
        return FALSE;
    if ((hierarchy->controllers & CGROUP_CPUSET) != 0 && !hierarchy->is_v2)
        inherit_cpuset(base, group->folder);
    group->procs = openat(group->folder, "cgroup.procs", O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    return group->procs >= 0;
}

/* Not ours to use: mounted read-only, or handed to somebody else. */
static gboolean
is_not_ours(int saved_errno)
{
    return saved_errno == EROFS || saved_errno == EACCES || saved_errno == EPERM ||
           saved_errno == ENOENT || saved_errno == EOPNOTSUPP;
}

Cgroup *
cgroup_make(const CgroupHost *host, const char *name, GError **error)
{
    g_autoptr(Cgroup) cgroup = cgroup_new();
    for (guint i = 0; i < host->hierarchies->len; i++) {
        const CgroupHierarchy *hierarchy = &g_array_index(host->hierarchies, CgroupHierarchy, i);
        Group group = {.folder = -1, .procs = -1};
        if (make_group(hierarchy, name, &group)) {
            g_array_append_val(cgroup->groups, group);
            continue;
        }
        int saved = errno;
        group_clear(&group);
        if (is_not_ours(saved))
            continue;
        virt_error_set_errno(error, VIRT_FROM_QEMU, saved, "cannot make control group '%s/%s'",
                             hierarchy->base, name);
        (void)cgroup_remove(host, name);
        return NULL;
    }
    return g_steal_pointer(&cgroup);
}

Cgroup *
cgroup_find(const CgroupHost *host, const char *name)
{
    Cgroup *cgroup = cgroup_new();
    for (guint i = 0; i < host->hierarchies->len; i++) {
        const CgroupHierarchy *hierarchy = &g_array_index(host->hierarchies, CgroupHierarchy, i);
        g_autofree char *path = g_build_filename(hierarchy->base, name, NULL);
        Group group = {.folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                       .procs = -1,
                       .controllers = hierarchy->controllers,
                       .is_v2 = hierarchy->is_v2};
        if (group.folder >= 0)
            g_array_append_val(cgroup->groups, group);
    }
    return cgroup;
}

void
cgroup_pass(const Cgroup *cgroup, ExecPlan *plan)
{
    for (guint i = 0; i < cgroup->groups->len; i++) {
        const Group *group = &g_array_index(cgroup->groups, Group, i);
        if (group->procs >= 0)
            exec_plan_join_cgroup(plan, group->procs);
    }
}

/* ---- removing ---- */

/* The group and those below it; FALSE with errno. */
static gboolean
remove_group(int parent, const char *name, int depth)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT;
    DIR *folder = fdopendir(fd);
    if (folder == NULL) {
        fd_close(fd);
        return FALSE;
    }
    const struct dirent *entry;
    while (depth < DEPTH_MAX && (entry = readdir(folder)) != NULL) {
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            (void)remove_group(fd, entry->d_name, depth + 1); /* the folder above tells */
    }
    closedir(folder);
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

gboolean
cgroup_remove(const CgroupHost *host, const char *name)
{
    gboolean all = TRUE;
    for (guint i = 0; i < host->hierarchies->len; i++) {
        const CgroupHierarchy *hierarchy = &g_array_index(host->hierarchies, CgroupHierarchy, i);
        auto_fd base = open(hierarchy->base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        gboolean gone = base < 0;
        /* Tasks that were ended leave their groups a moment later. */
        for (int tries = REMOVE_TRIES; !gone && tries > 0; tries--) {
            gone = remove_group(base, name, 0);
            if (!gone && errno != EBUSY)
                break;
            if (!gone)
                g_usleep(REMOVE_PAUSE_US);
        }
        all = all && gone;
    }
    return all;
}

/* ---- reading ---- */

static const Group *
find_group(const Cgroup *cgroup, CgroupControllers controller)
{
    for (guint i = 0; i < cgroup->groups->len; i++) {
        const Group *group = &g_array_index(cgroup->groups, Group, i);
        if ((group->controllers & controller) != 0)
            return group;
    }
    return NULL;
}

const char *
cgroup_partition(const Cgroup *cgroup)
{
    return cgroup->groups->len > 0 ? "/machine" : NULL;
}

gboolean
cgroup_is_v2(const Cgroup *cgroup)
{
    const Group *group = find_group(cgroup, CGROUP_CPUACCT);
    return group != NULL && group->is_v2;
}

char *
cgroup_read(const Cgroup *cgroup, CgroupControllers controller, const char *file)
{
    const Group *group = find_group(cgroup, controller);
    return group != NULL ? read_file(group->folder, file) : NULL;
}

gboolean
cgroup_write(const Cgroup *cgroup, CgroupControllers controller, const char *file,
             const char *value, GError **error)
{
    const Group *group = find_group(cgroup, controller);
    if (group == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                       "the guest has no control group with '%s'", file);
        return FALSE;
    }
    if (write_file(group->folder, file, value))
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno,
                         "cannot write '%s' to '%s' of the guest's "
                         "control group",
                         value, file);
    return FALSE;
}

static gboolean
read_cpu_v2(const Group *group, CgroupCpu *ret_cpu)
{
    g_autofree char *text = read_file(group->folder, "cpu.stat");
    CgroupCpu cpu;
    if (text == NULL || !find_number(text, "usage_usec", &cpu.total_ns) ||
        !find_number(text, "user_usec", &cpu.user_ns) ||
        !find_number(text, "system_usec", &cpu.system_ns))
        return FALSE;
    *ret_cpu = (CgroupCpu){cpu.total_ns * 1000, cpu.user_ns * 1000, cpu.system_ns * 1000};
    return TRUE;
}

static gboolean
read_cpu_v1(const Group *group, CgroupCpu *ret_cpu)
{
    uint64_t tick_ns = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    g_autofree char *usage = read_file(group->folder, "cpuacct.usage");
    g_autofree char *text = read_file(group->folder, "cpuacct.stat");
    CgroupCpu cpu;
    if (usage == NULL || text == NULL ||
        !g_ascii_string_to_unsigned(usage, 10, 0, UINT64_MAX, &cpu.total_ns, NULL) ||
        !find_number(text, "user", &cpu.user_ns) || !find_number(text, "system", &cpu.system_ns))
        return FALSE;
    *ret_cpu = (CgroupCpu){cpu.total_ns, cpu.user_ns * tick_ns, cpu.system_ns * tick_ns};
    return TRUE;
}

gboolean
cgroup_read_cpu(const Cgroup *cgroup, CgroupCpu *ret_cpu)
{
    const Group *group = find_group(cgroup, CGROUP_CPUACCT);
    if (group == NULL)
        return FALSE;
    return group->is_v2 ? read_cpu_v2(group, ret_cpu) : read_cpu_v1(group, ret_cpu);
}
