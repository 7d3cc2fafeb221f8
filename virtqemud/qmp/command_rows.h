/*
 * command_rows — the commands of QEMU that we send: one row each, kept by hand.
 *
 * X(ID, name, arguments, shape of the reply, deadline in ms, what it does, needs)
 *   arguments  words: NAME is always sent, NAME? sometimes, A|B is one of them, and `...` says that
 *              further ones depend on a value (the kind of a device, of a block driver)
 *   does       READS: may be asked twice. CHANGES: without an answer it may or may not have
 *              happened. A suffix _OOB is for what QEMU runs beside a command that hangs.
 *   needs      path into `query-qmp-schema` (see schema.h); "" is the command itself. Where it is
 *              absent the command is not there: ask qmp_caps_have_command().
 *
 * The deadlines are for QEMU's answer, not for the work behind it: jobs, migration and unplugging
 * answer at once and tell their end by an event. What opens files or waits for disks has more.
 * https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html
 */
#pragma once

/* clang-format off */
#define QMP_COMMANDS(X) \
    /* the monitor itself, facts about the binary */ \
    X(CAPABILITIES, "qmp_capabilities", "enable?", NOTHING, 10000, CHANGES, "") \
    X(QUERY_VERSION, "query-version", "", OBJECT, 5000, READS, "") \
    X(QUERY_QMP_SCHEMA, "query-qmp-schema", "", ARRAY, 15000, READS, "") \
    X(QUERY_COMMANDS, "query-commands", "", ARRAY, 5000, READS, "") \
    X(QUERY_TARGET, "query-target", "", OBJECT, 5000, READS, "") \
    X(QUERY_KVM, "query-kvm", "", OBJECT, 5000, READS, "") \
    X(QUERY_MACHINES, "query-machines", "", ARRAY, 5000, READS, "") \
    X(QUERY_CURRENT_MACHINE, "query-current-machine", "", OBJECT, 5000, READS, "") \
    X(QUERY_CPU_DEFINITIONS, "query-cpu-definitions", "", ARRAY, 15000, READS, "") \
    X(QUERY_CPU_MODEL_EXPANSION, "query-cpu-model-expansion", "type model", OBJECT, 15000, \
      READS, "") \
    X(QUERY_COMMAND_LINE_OPTIONS, "query-command-line-options", "option?", ARRAY, 5000, READS, \
      "") \
    X(QUERY_TPM_MODELS, "query-tpm-models", "", ARRAY, 5000, READS, "") \
    X(QUERY_TPM_TYPES, "query-tpm-types", "", ARRAY, 5000, READS, "") \
    X(QUERY_SEV_CAPABILITIES, "query-sev-capabilities", "", OBJECT, 5000, READS, "") \
    X(QUERY_SGX_CAPABILITIES, "query-sgx-capabilities", "", OBJECT, 5000, READS, "") \
    X(DEVICE_LIST_PROPERTIES, "device-list-properties", "typename", ARRAY, 5000, READS, "") \
    X(QOM_LIST_TYPES, "qom-list-types", "implements? abstract?", ARRAY, 5000, READS, "") \
    X(QOM_LIST_PROPERTIES, "qom-list-properties", "typename", ARRAY, 5000, READS, "") \
    X(QOM_LIST, "qom-list", "path", ARRAY, 5000, READS, "") \
    X(QOM_GET, "qom-get", "path property", ANY, 5000, READS, "") \
    X(QOM_SET, "qom-set", "path property value", NOTHING, 5000, CHANGES, "") \
    X(HUMAN_MONITOR_COMMAND, "human-monitor-command", "command-line cpu-index?", STRING, 30000, \
      CHANGES, "") \
    /* the run of the guest */ \
    X(QUERY_STATUS, "query-status", "", OBJECT, 5000, READS, "") \
    X(CONT, "cont", "", NOTHING, 30000, CHANGES, "") \
    X(STOP, "stop", "", NOTHING, 30000, CHANGES, "") \
    X(QUIT, "quit", "", NOTHING, 10000, CHANGES, "") \
    X(SYSTEM_POWERDOWN, "system_powerdown", "", NOTHING, 5000, CHANGES, "") \
    X(SYSTEM_RESET, "system_reset", "", NOTHING, 10000, CHANGES, "") \
    X(SYSTEM_WAKEUP, "system_wakeup", "", NOTHING, 5000, CHANGES, "") \
    X(SET_ACTION, "set-action", "reboot? shutdown? panic? watchdog?", NOTHING, 5000, CHANGES, \
      "") \
    X(INJECT_NMI, "inject-nmi", "", NOTHING, 5000, CHANGES, "") \
    X(SEND_KEY, "send-key", "keys hold-time?", NOTHING, 5000, CHANGES, "") \
    X(INPUT_SEND_EVENT, "input-send-event", "device? head? events", NOTHING, 5000, CHANGES, "") \
    X(SCREENDUMP, "screendump", "filename device? head? format?", NOTHING, 30000, READS, "") \
    X(RTC_RESET_REINJECTION, "rtc-reset-reinjection", "", NOTHING, 5000, CHANGES, "") \
    /* processors, memory, threads */ \
    X(QUERY_CPUS_FAST, "query-cpus-fast", "", ARRAY, 5000, READS, "") \
    X(QUERY_HOTPLUGGABLE_CPUS, "query-hotpluggable-cpus", "", ARRAY, 5000, READS, "") \
    X(QUERY_IOTHREADS, "query-iothreads", "", ARRAY, 5000, READS, "") \
    X(QUERY_BALLOON, "query-balloon", "", OBJECT, 5000, READS, "") \
    X(BALLOON, "balloon", "value", NOTHING, 5000, CHANGES, "") \
    X(QUERY_MEMORY_DEVICES, "query-memory-devices", "", ARRAY, 5000, READS, "") \
    X(QUERY_MEMORY_SIZE_SUMMARY, "query-memory-size-summary", "", OBJECT, 5000, READS, "") \
    X(QUERY_ACPI_OSPM_STATUS, "query-acpi-ospm-status", "", ARRAY, 5000, READS, "") \
    X(QUERY_STATS, "query-stats", "target providers? ...", ARRAY, 5000, READS, "") \
    X(QUERY_STATS_SCHEMAS, "query-stats-schemas", "provider?", ARRAY, 5000, READS, "") \
    X(CALC_DIRTY_RATE, "calc-dirty-rate", "calc-time sample-pages? mode?", NOTHING, 10000, \
      CHANGES, "") \
    X(QUERY_DIRTY_RATE, "query-dirty-rate", "", OBJECT, 5000, READS, "") \
    X(QUERY_VCPU_DIRTY_LIMIT, "query-vcpu-dirty-limit", "", ARRAY, 5000, READS, "") \
    X(SET_VCPU_DIRTY_LIMIT, "set-vcpu-dirty-limit", "cpu-index? dirty-rate", NOTHING, 10000, \
      CHANGES, "") \
    X(CANCEL_VCPU_DIRTY_LIMIT, "cancel-vcpu-dirty-limit", "cpu-index?", NOTHING, 10000, CHANGES, \
      "") \
    X(DUMP_GUEST_MEMORY, "dump-guest-memory", "paging protocol detach format?", NOTHING, 10000, \
      CHANGES, "") \
    X(QUERY_DUMP, "query-dump", "", OBJECT, 5000, READS, "") \
    X(QUERY_DUMP_CAPABILITY, "query-dump-guest-memory-capability", "", OBJECT, 5000, READS, "") \
    X(MEMSAVE, "memsave", "val size filename cpu-index?", NOTHING, 30000, READS, "") \
    X(PMEMSAVE, "pmemsave", "val size filename", NOTHING, 30000, READS, "") \
    X(SET_NUMA_NODE, "set-numa-node", "type ...", NOTHING, 5000, CHANGES, "") \
    /* devices, objects, descriptors */ \
    X(DEVICE_ADD, "device_add", "driver bus? id ...", NOTHING, 30000, CHANGES, \
      "device_add/$json-cli-hotplug") \
    X(DEVICE_DEL, "device_del", "id", NOTHING, 10000, CHANGES, "") \
    X(OBJECT_ADD, "object-add", "qom-type id ...", NOTHING, 60000, CHANGES, "") \
    X(OBJECT_DEL, "object-del", "id", NOTHING, 10000, CHANGES, "") \
    X(NETDEV_ADD, "netdev_add", "id type ...", NOTHING, 10000, CHANGES, "") \
    X(NETDEV_DEL, "netdev_del", "id", NOTHING, 10000, CHANGES, "") \
    X(SET_LINK, "set_link", "name up", NOTHING, 5000, CHANGES, "") \
    X(ANNOUNCE_SELF, "announce-self", "initial max rounds step interfaces? id?", NOTHING, 5000, \
      CHANGES, "") \
    X(QUERY_RX_FILTER, "query-rx-filter", "name?", ARRAY, 5000, READS, "") \
    X(CHARDEV_ADD, "chardev-add", "id backend", OBJECT, 10000, CHANGES, "") \
    X(CHARDEV_REMOVE, "chardev-remove", "id", NOTHING, 10000, CHANGES, "") \
    X(QUERY_CHARDEV, "query-chardev", "", ARRAY, 5000, READS, "") \
    X(QUERY_PCI, "query-pci", "", ARRAY, 5000, READS, "") \
    X(QUERY_VM_GENERATION_ID, "query-vm-generation-id", "", OBJECT, 5000, READS, "") \
    X(ADD_FD, "add-fd", "fdset-id? opaque?", OBJECT, 5000, CHANGES, "") \
    X(REMOVE_FD, "remove-fd", "fdset-id fd?", NOTHING, 5000, CHANGES, "") \
    X(QUERY_FDSETS, "query-fdsets", "", ARRAY, 5000, READS, "") \
    X(GETFD, "getfd", "fdname", NOTHING, 5000, CHANGES, "") \
    X(CLOSEFD, "closefd", "fdname", NOTHING, 5000, CHANGES, "") \
    X(ADD_CLIENT, "add_client", "protocol fdname skipauth? tls?", NOTHING, 10000, CHANGES, "") \
    X(SET_PASSWORD, "set_password", "protocol password connected? ...", NOTHING, 5000, CHANGES, \
      "") \
    X(EXPIRE_PASSWORD, "expire_password", "protocol time ...", NOTHING, 5000, CHANGES, "") \
    X(DISPLAY_RELOAD, "display-reload", "type ...", NOTHING, 10000, CHANGES, "") \
    X(DISPLAY_UPDATE, "display-update", "type ...", NOTHING, 10000, CHANGES, "") \
    X(QUERY_VNC, "query-vnc", "", OBJECT, 5000, READS, "") \
    X(QUERY_SPICE, "query-spice", "", OBJECT, 5000, READS, "") \
    X(CLIENT_MIGRATE_INFO, "client_migrate_info", \
      "protocol hostname port? tls-port? cert-subject?", NOTHING, 30000, CHANGES, "") \
    X(QUERY_PR_MANAGERS, "query-pr-managers", "", ARRAY, 5000, READS, "") \
    X(QUERY_SEV, "query-sev", "", OBJECT, 5000, READS, "") \
    X(QUERY_SEV_LAUNCH_MEASURE, "query-sev-launch-measure", "", OBJECT, 5000, READS, "") \
    X(SEV_INJECT_LAUNCH_SECRET, "sev-inject-launch-secret", "packet-header secret gpa?", \
      NOTHING, 5000, CHANGES, "") \
    /* block nodes, media, limits */ \
    X(QUERY_BLOCK, "query-block", "", ARRAY, 5000, READS, "") \
    X(QUERY_BLOCKSTATS, "query-blockstats", "query-nodes?", ARRAY, 5000, READS, "") \
    X(QUERY_NAMED_BLOCK_NODES, "query-named-block-nodes", "flat?", ARRAY, 10000, READS, "") \
    X(BLOCKDEV_ADD, "blockdev-add", \
      "driver node-name read-only? auto-read-only? discard? cache? detect-zeroes? ...", NOTHING, \
      30000, CHANGES, "") \
    X(BLOCKDEV_DEL, "blockdev-del", "node-name", NOTHING, 30000, CHANGES, "") \
    X(BLOCKDEV_REOPEN, "blockdev-reopen", "options", NOTHING, 30000, CHANGES, "") \
    X(BLOCKDEV_CREATE, "blockdev-create", "job-id options", NOTHING, 10000, CHANGES, "") \
    X(BLOCKDEV_OPEN_TRAY, "blockdev-open-tray", "id force?", NOTHING, 10000, CHANGES, "") \
    X(BLOCKDEV_CLOSE_TRAY, "blockdev-close-tray", "id", NOTHING, 10000, CHANGES, "") \
    X(BLOCKDEV_REMOVE_MEDIUM, "blockdev-remove-medium", "id", NOTHING, 10000, CHANGES, "") \
    X(BLOCKDEV_INSERT_MEDIUM, "blockdev-insert-medium", "id node-name", NOTHING, 10000, CHANGES, \
      "") \
    X(BLOCK_RESIZE, "block_resize", "node-name size", NOTHING, 30000, CHANGES, "") \
    X(BLOCK_SET_IO_THROTTLE, "block_set_io_throttle", \
      "id bps bps_rd bps_wr iops iops_rd iops_wr bps_max? bps_rd_max? bps_wr_max? " \
      "iops_max? iops_rd_max? iops_wr_max? bps_max_length? bps_rd_max_length? " \
      "bps_wr_max_length? iops_max_length? iops_rd_max_length? iops_wr_max_length? " \
      "iops_size? group?", NOTHING, 10000, CHANGES, "") \
    X(BLOCK_SET_WRITE_THRESHOLD, "block-set-write-threshold", "node-name write-threshold", \
      NOTHING, 5000, CHANGES, "") \
    X(BLOCK_LATENCY_HISTOGRAM_SET, "block-latency-histogram-set", \
      "id boundaries? boundaries-read? boundaries-write? boundaries-flush?", NOTHING, 5000, \
      CHANGES, "") \
    /* block jobs, bitmaps, snapshots, exports */ \
    X(QUERY_JOBS, "query-jobs", "", ARRAY, 5000, READS, "") \
    X(QUERY_BLOCK_JOBS, "query-block-jobs", "", ARRAY, 5000, READS, "") \
    X(BLOCK_STREAM, "block-stream", \
      "job-id device base-node? backing-file? bottom? speed? auto-finalize " "auto-dismiss", \
      NOTHING, 30000, CHANGES, "") \
    X(BLOCK_COMMIT, "block-commit", \
      "job-id device base-node? top-node? backing-file? speed? auto-finalize " "auto-dismiss", \
      NOTHING, 30000, CHANGES, "") \
    X(BLOCKDEV_MIRROR, "blockdev-mirror", \
      "job-id device target sync speed? granularity? buf-size? copy-mode? " \
      "on-source-error? on-target-error? auto-finalize auto-dismiss", NOTHING, 30000, CHANGES, \
      "") \
    X(BLOCKDEV_BACKUP, "blockdev-backup", \
      "job-id device target sync bitmap? bitmap-mode? speed? auto-finalize " "auto-dismiss", \
      NOTHING, 30000, CHANGES, "") \
    X(BLOCK_JOB_SET_SPEED, "block-job-set-speed", "device speed", NOTHING, 10000, CHANGES, "") \
    X(BLOCK_JOB_CANCEL, "block-job-cancel", "device force?", NOTHING, 10000, CHANGES, "") \
    X(JOB_CANCEL, "job-cancel", "id", NOTHING, 10000, CHANGES, "") \
    X(JOB_COMPLETE, "job-complete", "id", NOTHING, 30000, CHANGES, "") \
    X(JOB_FINALIZE, "job-finalize", "id", NOTHING, 30000, CHANGES, "") \
    X(JOB_DISMISS, "job-dismiss", "id", NOTHING, 10000, CHANGES, "") \
    X(CHANGE_BACKING_FILE, "change-backing-file", "device image-node-name backing-file", \
      NOTHING, 30000, CHANGES, "") \
    X(BLOCKDEV_SNAPSHOT, "blockdev-snapshot", "node overlay", NOTHING, 60000, CHANGES, "") \
    X(TRANSACTION, "transaction", "actions properties?", NOTHING, 60000, CHANGES, "") \
    X(BITMAP_ADD, "block-dirty-bitmap-add", "node name granularity? persistent? disabled?", \
      NOTHING, 10000, CHANGES, "") \
    X(BITMAP_REMOVE, "block-dirty-bitmap-remove", "node name", NOTHING, 10000, CHANGES, "") \
    X(BITMAP_MERGE, "block-dirty-bitmap-merge", "node target bitmaps", NOTHING, 30000, CHANGES, \
      "") \
    X(SNAPSHOT_SAVE, "snapshot-save", "job-id tag vmstate devices", NOTHING, 30000, CHANGES, "") \
    X(SNAPSHOT_LOAD, "snapshot-load", "job-id tag vmstate devices", NOTHING, 30000, CHANGES, "") \
    X(SNAPSHOT_DELETE, "snapshot-delete", "job-id tag devices", NOTHING, 30000, CHANGES, "") \
    X(NBD_SERVER_START, "nbd-server-start", "addr tls-creds? tls-authz? max-connections?", \
      NOTHING, 10000, CHANGES, "") \
    X(NBD_SERVER_STOP, "nbd-server-stop", "", NOTHING, 30000, CHANGES, "") \
    X(BLOCK_EXPORT_ADD, "block-export-add", "type id node-name writable? ...", NOTHING, 10000, \
      CHANGES, "") \
    X(BLOCK_EXPORT_DEL, "block-export-del", "id mode?", NOTHING, 30000, CHANGES, "") \
    X(QUERY_BLOCK_EXPORTS, "query-block-exports", "", ARRAY, 5000, READS, "") \
    /* migration */ \
    X(MIGRATE, "migrate", "uri|channels resume?", NOTHING, 10000, CHANGES, "") \
    X(MIGRATE_INCOMING, "migrate-incoming", "uri|channels", NOTHING, 10000, CHANGES, "") \
    X(QUERY_MIGRATE, "query-migrate", "", OBJECT, 5000, READS, "") \
    X(QUERY_MIGRATE_PARAMETERS, "query-migrate-parameters", "", OBJECT, 5000, READS, "") \
    X(QUERY_MIGRATE_CAPABILITIES, "query-migrate-capabilities", "", ARRAY, 5000, READS, "") \
    X(MIGRATE_SET_PARAMETERS, "migrate-set-parameters", \
      "cpu-throttle-initial? cpu-throttle-increment? tls-creds? tls-hostname? " \
      "max-bandwidth? downtime-limit? multifd-channels? multifd-compression? " \
      "multifd-zlib-level? multifd-zstd-level? xbzrle-cache-size? " \
      "max-postcopy-bandwidth? max-cpu-throttle? block-bitmap-mapping?", NOTHING, 5000, CHANGES, \
      "") \
    X(MIGRATE_SET_CAPABILITIES, "migrate-set-capabilities", "capabilities", NOTHING, 5000, \
      CHANGES, "") \
    X(MIGRATE_START_POSTCOPY, "migrate-start-postcopy", "", NOTHING, 5000, CHANGES, "") \
    X(MIGRATE_CONTINUE, "migrate-continue", "state", NOTHING, 5000, CHANGES, "") \
    X(MIGRATE_CANCEL, "migrate_cancel", "", NOTHING, 10000, CHANGES, "") \
    X(MIGRATE_PAUSE, "migrate-pause", "", NOTHING, 5000, CHANGES_OOB, "") \
    X(MIGRATE_RECOVER, "migrate-recover", "uri", NOTHING, 5000, CHANGES_OOB, "") \
    X(QUERY_YANK, "query-yank", "", ARRAY, 5000, READS_OOB, "") \
    X(YANK, "yank", "instances", NOTHING, 5000, CHANGES_OOB, "")
/* clang-format on */
