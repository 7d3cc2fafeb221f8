/*
 * disk — see disk.h. Rules of backing formats as the stock daemon applies them, tried: told by the
 * image, else probed, and a probed image that has a backing file itself is refused.
 */
#include "virtqemud/hostres/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/image/image.h"
#include "virtqemud/hostres/image_name.h"

enum { HEADER_ALIGNMENT = 4096 };
G_STATIC_ASSERT(IMAGE_HEADER_BYTES % HEADER_ALIGNMENT == 0);

struct HostDisks {
    OpenSets *sets;
    const FdGroups *groups; /* NULL: none */
    uint32_t next_index;
    GArray *opened; /* BuildDisk */
    Arena *arena;
};

/* One file of a chain, before it is QEMU's. */
typedef struct {
    const char *path;
    const char *group;  /* whose descriptors it is; NULL: it is opened */
    const char *format; /* NULL: to be probed */
    gboolean is_probed; /* then it must be the last one */
    const char *image;  /* the image that names it; NULL: the top */
    gboolean read_only;
    const DiskBacking *told; /* what the document says of the file behind it; NULL: nothing */
} Link;

HostDisks *
host_disks_new(OpenSets *sets, uint32_t first_index)
{
    HostDisks *disks = g_new(HostDisks, 1);
    *disks = (HostDisks){
        .sets = sets,
        .next_index = first_index,
        .opened = g_array_new(FALSE, FALSE, sizeof(BuildDisk)),
        .arena = arena_new(),
    };
    return disks;
}

void
host_disks_free(HostDisks *disks)
{
    if (disks == NULL)
        return;
    g_array_unref(disks->opened);
    arena_free(disks->arena);
    g_free(disks);
}

void
host_disks_set_groups(HostDisks *disks, const FdGroups *groups)
{
    disks->groups = groups;
}

const BuildDisk *
host_disks_get(const HostDisks *disks, size_t *ret_n)
{
    *ret_n = disks->opened->len;
    return (const BuildDisk *)(const void *)disks->opened->data;
}

uint32_t
host_disks_next_index(const HostDisks *disks)
{
    return disks->next_index;
}

/* ---- opening one file ---- */

/* Says where the file comes from, as far as that is not the document. */
static void
set_open_error(const Link *link, int saved_errno, GError **error)
{
    if (link->image == NULL)
        virt_error_set_errno(error, VIRT_FROM_STORAGE, saved_errno, "cannot open disk image '%s'",
                             link->path);
    else
        virt_error_set_errno(error, VIRT_FROM_STORAGE, saved_errno,
                             "cannot open backing file '%s' of image '%s'", link->path,
                             link->image);
}

/* Takes nothing but files and block devices. */
static int
open_image(const Link *link, int access, struct stat *ret_st, GError **error)
{
    auto_fd fd = fd_open_data(link->path, access);
    if (fd < 0 || fstat(fd, ret_st) < 0) {
        set_open_error(link, errno, error);
        return -1;
    }
    if (!S_ISREG(ret_st->st_mode) && !S_ISBLK(ret_st->st_mode)) {
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "disk image '%s' is neither a regular file nor a block device", link->path);
        return -1;
    }
    return fd_set_nonblocking(fd, FALSE, error) ? fd_steal(&fd) : -1;
}

/* A copy of the group's descriptor to read with. */
static int
borrow_lent(const HostDisks *disks, const Link *link, struct stat *ret_st, GError **error)
{
    int fd = fd_groups_find(disks->groups, link->group, O_RDONLY);
    if (fd < 0)
        fd = fd_groups_find(disks->groups, link->group, O_RDWR);
    if (fd < 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "no client has associated the guest with a group of descriptors '%s'",
                       link->group);
        return -1;
    }
    auto_fd copy = fd_dup(fd, error);
    if (copy >= 0 && fstat(copy, ret_st) < 0) {
        set_open_error(link, errno, error);
        return -1;
    }
    return fd_steal(&copy);
}

/* One more descriptor of the same file, from an open() of its own; never of another file that took
 * its name meanwhile. */
static gboolean
add_access(HostDisks *disks, const Link *link, const BuildNode *node, int access,
           const struct stat *first, GError **error)
{
    struct stat st;
    auto_fd fd = open_image(link, access, &st, error);
    if (fd < 0)
        return FALSE;
    if (st.st_dev != first->st_dev || st.st_ino != first->st_ino || st.st_rdev != first->st_rdev) {
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_OPERATION_FAILED,
                       "disk image '%s' was replaced while it was opened", link->path);
        return FALSE;
    }
    g_autofree char *opaque =
        g_strdup_printf("libvirt-%u-storage %s", node->index, access == O_RDWR ? "rdwr" : "rdonly");
    open_sets_add(disks->sets, node->set, fd_steal(&fd), opaque);
    return TRUE;
}

static gboolean
add_copy(HostDisks *disks, const BuildNode *node, int fd, int access, GError **error)
{
    g_autofree char *opaque =
        g_strdup_printf("libvirt-%u-storage %s", node->index, access == O_RDWR ? "rdwr" : "rdonly");
    int copy = fd_dup(fd, error);
    if (copy >= 0)
        open_sets_add(disks->sets, node->set, copy, opaque);
    return copy >= 0;
}

/* What the group has of what the node needs. QEMU takes from a set only what was opened as it would
 * open itself. */
static gboolean
add_lent(HostDisks *disks, const Link *link, BuildNode *node, GError **error)
{
    int reader = fd_groups_find(disks->groups, link->group, O_RDONLY);
    int writer = fd_groups_find(disks->groups, link->group, O_RDWR);
    node->fd_group = arena_strdup(disks->arena, link->group);
    node->is_rdwr_only = reader < 0;
    if (!link->read_only && writer < 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "group '%s' has no descriptor to read and write '%s' with", link->group,
                       link->path);
        return FALSE;
    }
    if (reader >= 0 && !add_copy(disks, node, reader, O_RDONLY, error))
        return FALSE;
    return (reader >= 0 && link->read_only) || add_copy(disks, node, writer, O_RDWR, error);
}

static gboolean
add_opened(HostDisks *disks, const Link *link, const BuildNode *node, int fd, const struct stat *st,
           GError **error)
{
    return add_copy(disks, node, fd, O_RDONLY, error) &&
           (link->read_only || add_access(disks, link, node, O_RDWR, st, error));
}

/* QEMU opens a node that is written for reading first, and again when something writes. */
static BuildNode *
add_node(HostDisks *disks, const Link *link, int fd, const struct stat *st, GError **error)
{
    BuildNode *node = arena_new_of(disks->arena, BuildNode);
    *node = (BuildNode){
        .index = disks->next_index,
        .path = arena_strdup(disks->arena, link->path),
        .format = arena_strdup(disks->arena, link->format),
        .is_block_device = S_ISBLK(st->st_mode),
        .read_only = link->read_only,
        .set = open_sets_begin(disks->sets),
    };
    if (link->group != NULL ? !add_lent(disks, link, node, error)
                            : !add_opened(disks, link, node, fd, st, error))
        return NULL;
    disks->next_index++;
    return node;
}

/* ---- chains ---- */

static gboolean
read_header(const Link *link, int fd, uint8_t *header, size_t *ret_len, GError **error)
{
    size_t len = 0;
    while (len < IMAGE_HEADER_BYTES) {
        ssize_t n = pread(fd, header + len, IMAGE_HEADER_BYTES - len, (off_t)len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            set_open_error(link, errno, error);
            return FALSE;
        }
        if (n == 0)
            break;
        len += (size_t)n;
    }
    *ret_len = len;
    return TRUE;
}

/* What the image says about itself; settles the format of the link. */
static gboolean
inspect(HostDisks *disks, Link *link, int fd, ImageInfo *ret_info, GError **error)
{
    /* one that was lent may be open with O_DIRECT */
    g_autofree uint8_t *header = aligned_alloc(HEADER_ALIGNMENT, IMAGE_HEADER_BYTES);
    g_assert_nonnull(header);
    size_t len = 0;
    if (!read_header(link, fd, header, &len, error))
        return FALSE;
    if (link->format == NULL) {
        link->format = image_probe(header, len);
        link->is_probed = TRUE;
    }
    if (!image_parse(header, len, link->format, disks->arena, ret_info, error)) {
        g_prefix_error(error, "disk image '%s': ", link->path);
        return FALSE;
    }
    if (ret_info->data_file != NULL) {
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "disk image '%s' has its data in another file, '%s'", link->path,
                       ret_info->data_file);
        return FALSE;
    }
    return TRUE;
}

/* What the document says is behind an image; NULL: it does not say, or only repeats the image. */
static const DiskBacking *
told_backing(const DiskBacking *backing)
{
    return backing != NULL && backing->detected != SWITCH_ON ? backing : NULL;
}

/* The link behind `link`, in its place, as the document says. */
static gboolean
follow_document(HostDisks *disks, Link *link, GError **error)
{
    const DiskBacking *told = link->told;
    const DiskPath *source =
        told->type == DISK_TYPE_BLOCK ? &told->source.block : &told->source.file;
    if ((told->type != DISK_TYPE_FILE && told->type != DISK_TYPE_BLOCK) || source->path == NULL) {
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the backing store of image '%s' is neither of type 'file' nor 'block'",
                       link->path);
        return FALSE;
    }
    *link = (Link){
        .path = source->path,
        .group = source->fd_group,
        .format = told->format,
        .image = arena_strdup(disks->arena, link->path),
        .read_only = TRUE,
        .told = told_backing(told->backing),
    };
    return TRUE;
}

/* The link behind `link`, in its place, as the image says. */
static gboolean
follow_image(HostDisks *disks, Link *link, const ImageInfo *info, GError **error)
{
    Arena *arena = disks->arena;
    Link next = {.image = arena_strdup(arena, link->path), .read_only = TRUE};
    const char *format = info->backing_format;
    g_autofree char *path = NULL;
    if (link->is_probed) {
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_OPERATION_INVALID,
                       "image '%s' does not tell the format of its backing file '%s', which has a "
                       "backing file itself",
                       link->image, link->path);
        return FALSE;
    }
    switch (image_name_kind(info->backing)) {
    case IMAGE_NAME_NETWORK:
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "backing file '%s' of image '%s' is not a local file", info->backing,
                       link->path);
        return FALSE;
    case IMAGE_NAME_JSON: {
        const char *told = NULL;
        g_autofree char *name = image_json_path(info->backing, &told, arena, error);
        if (name == NULL) {
            g_prefix_error(error, "image '%s': ", link->path);
            return FALSE;
        }
        format = told != NULL ? told : format;
        path = image_name_resolve(link->path, name);
        break;
    }
    case IMAGE_NAME_PATH:
        path = image_name_resolve(link->path, info->backing);
        break;
    }
    next.path = arena_strdup(arena, path);
    next.format = arena_strdup(arena, format);
    *link = next;
    return TRUE;
}

/* A file that is in its own chain, or a chain that has no end. */
static gboolean
check_chain(GArray *seen, const Link *link, const struct stat *st, GError **error)
{
    gboolean is_loop = seen->len >= DISK_CHAIN_MAX;
    for (guint i = 0; i < seen->len && !is_loop; i++) {
        const struct stat *other = &g_array_index(seen, struct stat, i);
        is_loop = other->st_dev == st->st_dev && other->st_ino == st->st_ino;
    }
    if (is_loop)
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_OPERATION_FAILED,
                       "the chain of backing files is a loop or longer than %d, at '%s'",
                       DISK_CHAIN_MAX, link->path);
    g_array_append_val(seen, *st);
    return !is_loop;
}

/* Opens `link` and all behind it. */
static BuildNode *
open_chain(HostDisks *disks, Link link, GError **error)
{
    g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(struct stat));
    BuildNode *top = NULL, *above = NULL;
    for (;;) {
        struct stat st;
        ImageInfo info = {.format = NULL};
        auto_fd fd = link.group != NULL ? borrow_lent(disks, &link, &st, error)
                                        : open_image(&link, O_RDONLY, &st, error);
        if (fd < 0 || !check_chain(seen, &link, &st, error) ||
            !inspect(disks, &link, fd, &info, error))
            return NULL;
        BuildNode *node = add_node(disks, &link, fd, &st, error);
        if (node == NULL)
            return NULL;
        if (above != NULL)
            above->backing = node;
        top = top != NULL ? top : node;
        above = node;
        gboolean ends = link.told != NULL ? link.told->type == 0 : info.backing == NULL;
        if (ends)
            return top;
        if (link.told != NULL ? !follow_document(disks, &link, error)
                              : !follow_image(disks, &link, &info, error))
            return NULL;
    }
}

/* ---- disks ---- */

static void
add_disk(HostDisks *disks, const char *alias, const BuildNode *top)
{
    BuildDisk disk = {arena_strdup(disks->arena, alias), top};
    g_array_append_val(disks->opened, disk);
}

/* Whether a missing file of this disk is no error: cdrom and floppy by default need theirs, too. */
static gboolean
may_be_missing(const DiskPath *source)
{
    return source->fd_group == NULL && source->startup_policy == DISK_STARTUP_OPTIONAL &&
           access(source->path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

gboolean
host_disks_open(HostDisks *disks, const Disk *disk, HostDiskOutcome *ret_outcome, GError **error)
{
    if (disk->type != DISK_TYPE_FILE && disk->type != DISK_TYPE_BLOCK) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "disk '%s' is neither of type 'file' nor 'block'", disk->target);
        return FALSE;
    }
    const DiskPath *source =
        disk->type == DISK_TYPE_FILE ? &disk->source.file : &disk->source.block;
    const BuildNode *top = NULL;
    HostDiskOutcome outcome = HOST_DISK_EMPTY;
    if (source->path != NULL && may_be_missing(source)) {
        outcome = HOST_DISK_DROPPED;
    } else if (source->path != NULL) {
        Link link = {
            .path = source->path,
            .group = source->fd_group,
            .format = disk->driver.format != NULL ? disk->driver.format : "raw",
            .read_only = disk->readonly || disk->device == DISK_DEVICE_CDROM,
            .told = told_backing(disk->backing),
        };
        top = open_chain(disks, link, error);
        if (top == NULL) {
            g_prefix_error(error, "disk '%s': ", disk->target);
            return FALSE;
        }
        outcome = HOST_DISK_OPENED;
    }
    add_disk(disks, disk->info.alias, top);
    *ret_outcome = outcome;
    return TRUE;
}

gboolean
host_disks_open_raw(HostDisks *disks, const char *alias, const char *path, gboolean read_only,
                    GError **error)
{
    Link link = {.path = path, .format = "raw", .read_only = read_only};
    const BuildNode *top = open_chain(disks, link, error);
    if (top == NULL)
        return FALSE;
    add_disk(disks, alias, top);
    return TRUE;
}

/* ---- telling ---- */

static DiskBacking *
describe_backing(const BuildNode *node, Arena *arena)
{
    DiskBacking *backing = arena_new_of(arena, DiskBacking);
    if (node == NULL)
        return backing; /* of type 0: the chain ends */
    backing->type = node->is_block_device ? DISK_TYPE_BLOCK : DISK_TYPE_FILE;
    DiskPath *source = node->is_block_device ? &backing->source.block : &backing->source.file;
    backing->index = (OptU32){TRUE, node->index};
    backing->detected = SWITCH_ON;
    backing->format = arena_strdup(arena, node->format);
    source->path = arena_strdup(arena, node->path);
    source->fd_group = arena_strdup(arena, node->fd_group);
    return backing;
}

void
host_disk_describe(const BuildNode *top, Disk *disk, Arena *arena)
{
    DiskPath *source = disk->type == DISK_TYPE_BLOCK ? &disk->source.block : &disk->source.file;
    source->index = (OptU32){TRUE, top->index};
    DiskBacking **place = &disk->backing;
    for (const BuildNode *node = top->backing;; node = node->backing) {
        *place = describe_backing(node, arena);
        if (node == NULL)
            return;
        place = &(*place)->backing;
    }
}
