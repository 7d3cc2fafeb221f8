/*
 * chardev_files — see chardev_files.h.
 */
#include "virtqemud/hostres/chardev_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "virtqemud/hostres/sockets.h"

typedef struct {
    const char *alias;
    int socket; /* -1: none */
    uint32_t set;
    uint32_t log_set;
} Opened;

struct ChardevFiles {
    OpenSets *sets;
    Owner owner;
    gboolean has_owner;
    GArray *opened; /* Opened */
    GArray *passed; /* BuildChardev */
    Arena *texts;
};

ChardevFiles *
chardev_files_new(OpenSets *sets, const Owner *owner)
{
    ChardevFiles *files = g_new(ChardevFiles, 1);
    *files = (ChardevFiles){
        .sets = sets,
        .owner = owner != NULL ? *owner : (Owner){0, 0},
        .has_owner = owner != NULL,
        .opened = g_array_new(FALSE, FALSE, sizeof(Opened)),
        .passed = g_array_new(FALSE, FALSE, sizeof(BuildChardev)),
        .texts = arena_new(),
    };
    return files;
}

void
chardev_files_free(ChardevFiles *files)
{
    if (files == NULL)
        return;
    for (guint i = 0; i < files->opened->len; i++)
        fd_clear(&g_array_index(files->opened, Opened, i).socket);
    g_array_unref(files->opened);
    g_array_unref(files->passed);
    arena_free(files->texts);
    g_free(files);
}

/* A file that is written from its end on. */
static int
open_file(const char *path, gboolean append, GError **error)
{
    struct stat st;
    auto_fd fd =
        open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    if (fd < 0 || fstat(fd, &st) < 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot open '%s'", path);
        return -1;
    }
    if (!S_ISREG(st.st_mode)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "'%s' is not a regular file", path);
        return -1;
    }
    if (!append && ftruncate(fd, 0) < 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot empty '%s'", path);
        return -1;
    }
    return fd_set_nonblocking(fd, FALSE, error) ? fd_steal(&fd) : -1;
}

/* A set with this one file. `what`: "source" or "log". 0: an error. */
static uint32_t
add_file(ChardevFiles *files, const Chardev *chardev, const char *path, gboolean append,
         const char *what, GError **error)
{
    int fd = open_file(path, append, error);
    if (fd < 0)
        return 0;
    g_autofree char *opaque = g_strdup_printf("%s-%s", chardev->info.alias, what);
    uint32_t set = open_sets_begin(files->sets);
    open_sets_add(files->sets, set, fd, opaque);
    return set;
}

static gboolean
open_parts(ChardevFiles *files, const Chardev *chardev, Opened *opened, GError **error)
{
    const ChardevSource *source = chardev->sources.n > 0 ? chardev->sources.items[0] : NULL;
    const char *path = source != NULL ? source->path : NULL;
    if (chardev->type == CHARDEV_FILE && path != NULL) {
        opened->set = add_file(files, chardev, path, source->append == SWITCH_ON, "source", error);
        if (opened->set == 0)
            return FALSE;
    }
    if (chardev->type == CHARDEV_UNIX && path != NULL && source->mode == CHARDEV_BIND) {
        opened->socket = sockets_listen(path, files->has_owner ? &files->owner : NULL, error);
        if (opened->socket < 0)
            return FALSE;
    }
    if (chardev->log != NULL)
        opened->log_set =
            add_file(files, chardev, chardev->log, chardev->log_append == SWITCH_ON, "log", error);
    return chardev->log == NULL || opened->log_set != 0;
}

gboolean
chardev_files_open(ChardevFiles *files, const Chardev *chardev, GError **error)
{
    Opened opened = {arena_strdup(files->texts, chardev->info.alias), -1, 0, 0};
    gboolean good = open_parts(files, chardev, &opened, error);
    if (good && (opened.socket >= 0 || opened.set != 0 || opened.log_set != 0))
        g_array_append_val(files->opened, opened);
    else
        fd_clear(&opened.socket);
    if (!good)
        g_prefix_error(error, "device '%s': ", chardev->info.alias);
    return good;
}

const BuildChardev *
chardev_files_pass(ChardevFiles *files, ExecPlan *plan, size_t *ret_n)
{
    g_array_set_size(files->passed, 0);
    for (guint i = 0; i < files->opened->len; i++) {
        const Opened *opened = &g_array_index(files->opened, Opened, i);
        int number = opened->socket >= 0 ? exec_plan_pass_fd(plan, opened->socket) : -1;
        BuildChardev passed = {opened->alias, number, opened->set, opened->log_set};
        g_array_append_val(files->passed, passed);
    }
    *ret_n = files->passed->len;
    return (const BuildChardev *)(const void *)files->passed->data;
}

static void
remove_socket(const Chardev *chardev)
{
    const ChardevSource *source = chardev->sources.n > 0 ? chardev->sources.items[0] : NULL;
    if (chardev->type == CHARDEV_UNIX && source != NULL && source->path != NULL &&
        source->mode == CHARDEV_BIND)
        sockets_remove(source->path);
}

void
chardev_files_remove(const DomainDef *def)
{
    const Devices *devices = &def->devices;
    for (size_t i = 0; i < devices->serials.n; i++)
        remove_socket(devices->serials.items[i]);
    for (size_t i = 0; i < devices->parallels.n; i++)
        remove_socket(devices->parallels.items[i]);
    for (size_t i = 0; i < devices->consoles.n; i++)
        remove_socket(devices->consoles.items[i]);
    for (size_t i = 0; i < devices->channels.n; i++)
        remove_socket(devices->channels.items[i]);
}

char *
chardev_files_channel_path(const char *folder, const char *target)
{
    return g_build_filename(folder, target, NULL);
}
