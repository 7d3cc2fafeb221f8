/*
 * disk_source — see disk_source.h.
 * https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
 */
#include "virtqemud/conf/disk_source.h"

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"file", DISK_TYPE_FILE, "A file of the host."},
    {"block", DISK_TYPE_BLOCK, "A block device of the host."},
    {"dir", DISK_TYPE_DIR, "A folder, shown as a file system."},
    {"network", DISK_TYPE_NETWORK, "A server."},
    {"volume", DISK_TYPE_VOLUME, "A volume of a storage pool."},
    {"nvme", DISK_TYPE_NVME, "A namespace of an NVMe controller."},
    {"vhostuser", DISK_TYPE_VHOST_USER, "A process on the host."},
};
const ConfEnum disk_type_enum = CONF_ENUM_OF("disk_type", type_items);

static const ConfEnumItem startup_items[] = {
    {"mandatory", DISK_STARTUP_MANDATORY, "Fail when it is missing."},
    {"requisite", DISK_STARTUP_REQUISITE, "Fail at boot, drop on migration."},
    {"optional", DISK_STARTUP_OPTIONAL, "Drop when it is missing."},
};
static const ConfEnum startup_enum = CONF_ENUM_OF("disk_startup_policy", startup_items);

static const ConfField slice_rows[] = {
    ATTR_STR(DiskSlice, type, "type", ONE_OF("storage"), REQUIRED, "Always storage."),
    ATTR_NUM(DiskSlice, offset_bytes, "offset", 0, INT64_MAX, REQUIRED | ALWAYS, "First byte."),
    ATTR_NUM(DiskSlice, size_bytes, "size", 1, INT64_MAX, REQUIRED, "Bytes."),
    END};
static const ConfType slice_conf = CONF_TYPE(DiskSlice, "slice", slice_rows, NULL);

static const ConfField node_rows[] = {
    ATTR_STR(DiskNodeName, type, "type", NULL, REQUIRED, "storage or format."),
    ATTR_STR(DiskNodeName, name, "name", NULL, REQUIRED, "QEMU's name."),
    END};
static const ConfType node_conf = CONF_TYPE(DiskNodeName, "nodename", node_rows, NULL);

#define SECLABELS(T)                                                                               \
    LIST(T, seclabels, "seclabel", SourceSeclabel, source_seclabel_conf, NULL, OPTIONAL,           \
         "Labels of its own.")
#define PATH_ROW(attribute, what)                                                                  \
    ATTR_STR(DiskPath, path, attribute, &absolute_path_pattern, LIVE | EMPTY_OK, what)
#define OTHER_ROWS                                                                                 \
    ATTR_ENUM(DiskPath, startup_policy, "startupPolicy", startup_enum, OPTIONAL,                   \
              "When it is missing."),                                                              \
    ATTR_NUM(DiskPath, index, "index", 0, UINT32_MAX, INACTIVE_OMIT, "Number of the image."),      \
    LIST(DiskPath, slices, "slices/slice", DiskSlice, slice_conf, NULL, OPTIONAL,                  \
         "The part of it that is used."),                                                          \
    SECLABELS(DiskPath),                                                                           \
    EXTRA(DiskPath, extra, "encryption reservations"),                                             \
    LIST(DiskPath, nodes, "privateData/nodenames/nodename", DiskNodeName, node_conf, NULL,         \
         STATUS_ONLY, "QEMU's nodes."),                                                            \
    EXTRA(DiskPath, extra, NULL), END

static const ConfField file_rows[] = {
    PATH_ROW("file", "Path of the image."),
    ATTR_STR(DiskPath, fd_group, "fdgroup", NULL, OPTIONAL,
             "Descriptors that a client lends, in the place of the path's (virDomainFDAssociate)."),
    OTHER_ROWS};
static const ConfField block_rows[] = {PATH_ROW("dev", "Path of the device."), OTHER_ROWS};
static const ConfField dir_rows[] = {PATH_ROW("dir", "Path of the folder."), OTHER_ROWS};
static const ConfType file_source = CONF_TYPE(DiskPath, "source", file_rows, NULL);
static const ConfType block_source = CONF_TYPE(DiskPath, "source", block_rows, NULL);
static const ConfType dir_source = CONF_TYPE(DiskPath, "source", dir_rows, NULL);

static const ConfField host_rows[] = {
    ATTR_STR(DiskHost, name, "name", NULL, OPTIONAL, "Name or address."),
    ATTR_STR(DiskHost, port, "port", NULL, OPTIONAL, "TCP port."),
    ATTR_STR(DiskHost, transport, "transport", ONE_OF("tcp unix rdma"), OPTIONAL,
             "tcp, rdma or unix."),
    ATTR_STR(DiskHost, socket, "socket", NULL, OPTIONAL, "Path of a unix socket."),
    END};
static const ConfType host_conf = CONF_TYPE(DiskHost, "host", host_rows, NULL);

#define PROTOCOLS ONE_OF("nbd rbd sheepdog gluster iscsi http https ftp ftps tftp ssh vxhs nfs")
static const ConfField network_rows[] = {
    ATTR_STR(DiskNetwork, protocol, "protocol", PROTOCOLS, REQUIRED, "What the server speaks."),
    ATTR_STR(DiskNetwork, name, "name", NULL, OPTIONAL, "Name of the image there."),
    LIST(DiskNetwork, hosts, "host", DiskHost, host_conf, NULL, OPTIONAL, "Servers."),
    EXTRA(DiskNetwork, extra, NULL),
    END};
static const ConfType network_source = CONF_TYPE(DiskNetwork, "source", network_rows, NULL);

static const ConfField volume_rows[] = {
    ATTR_STR(DiskVolume, pool, "pool", NULL, REQUIRED, "Name of the pool."),
    ATTR_STR(DiskVolume, volume, "volume", NULL, REQUIRED, "Name of the volume."),
    ATTR_STR(DiskVolume, mode, "mode", ONE_OF("host direct"), OPTIONAL,
             "Of an iSCSI pool: host or direct."),
    ATTR_ENUM(DiskVolume, startup_policy, "startupPolicy", startup_enum, OPTIONAL,
              "When it is missing."),
    ATTR_NUM(DiskVolume, index, "index", 0, UINT32_MAX, INACTIVE_OMIT, "Number of the image."),
    SECLABELS(DiskVolume),
    EXTRA(DiskVolume, extra, NULL),
    END};
static const ConfType volume_source = CONF_TYPE(DiskVolume, "source", volume_rows, NULL);

static const ConfField nvme_rows[] = {
    ATTR_STR(DiskNvme, type, "type", ONE_OF("pci"), REQUIRED, "Always pci."),
    ATTR_ENUM(DiskNvme, managed, "managed", yes_no_enum, OPTIONAL, "Taken from its driver."),
    ATTR_NUM(DiskNvme, name_space, "namespace", 1, UINT64_MAX, REQUIRED, "Which namespace."),
    EXTRA(DiskNvme, extra, NULL),
    END};
static const ConfType nvme_source = CONF_TYPE(DiskNvme, "source", nvme_rows, NULL);

static const ConfField vhost_user_rows[] = {
    ATTR_STR(DiskVhostUser, type, "type", ONE_OF("unix"), REQUIRED, "Always unix."),
    ATTR_STR(DiskVhostUser, path, "path", NULL, REQUIRED, "Path of the socket."),
    EXTRA(DiskVhostUser, extra, NULL),
    END};
static const ConfType vhost_user_source = CONF_TYPE(DiskVhostUser, "source", vhost_user_rows, NULL);

static const ConfType *const source_types[] = {
    [DISK_TYPE_FILE] = &file_source,       [DISK_TYPE_BLOCK] = &block_source,
    [DISK_TYPE_DIR] = &dir_source,         [DISK_TYPE_NETWORK] = &network_source,
    [DISK_TYPE_VOLUME] = &volume_source,   [DISK_TYPE_NVME] = &nvme_source,
    [DISK_TYPE_VHOST_USER] = &vhost_user_source,
};
const ConfCases disk_sources = CONF_CASES_OF(source_types);

static const ConfField backing_rows[] = {
    ATTR_ENUM(DiskBacking, type, "type", disk_type_enum, OPTIONAL, "None: the chain ends here."),
    ATTR_NUM(DiskBacking, index, "index", 0, UINT32_MAX, INACTIVE_OMIT, "Number of the image."),
    ATTR_ENUM(DiskBacking, detected, "detected", yes_no_enum, STATUS_ONLY,
              "Found in the image above."),
    SUB_STR(DiskBacking, format, "format/@type", &image_format_pattern, OPTIONAL,
            "Format of the image."),
    UNION(DiskBacking, source, "source", type, disk_sources, OPTIONAL, "Fields depend on @type."),
    SUB_TABLE_PTR(DiskBacking, backing, "backingStore", DiskBacking, disk_backing_conf, RECURSIVE,
                  "The image below."),
    EXTRA(DiskBacking, extra, NULL),
    END};
/* clang-format on */

static bool
backing_validate(const void *object, GError **error)
{
    const DiskBacking *backing = object;
    if (backing->type != 0 && backing->format == NULL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "format/@type is missing");
        return false;
    }
    return true;
}

const ConfType disk_backing_conf =
    CONF_TYPE(DiskBacking, "backingStore", backing_rows, backing_validate);
