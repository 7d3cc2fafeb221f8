/*
 * cap_rows — what a QEMU may or may not be able to do, beyond having a command. X(ID, name, path)
 * with a path of schema.h. The name is written to caches and stays as it is.
 */
#pragma once

/* clang-format off */
#define QMP_CAPS(X) \
    X(DEVICE_ADD_JSON, "device-add-json", "device_add/$json-cli") \
    X(DEVICE_ADD_JSON_HOTPLUG, "device-add-json-hotplug", "device_add/$json-cli-hotplug") \
    X(DEVICE_UNPLUG_ERROR, "device-unplug-guest-error", "DEVICE_UNPLUG_GUEST_ERROR") \
    X(SHUTDOWN_REASON, "shutdown-reason", "SHUTDOWN/arg-type/reason") \
    X(STATS_VCPU, "stats-vcpu", "query-stats/arg-type/+vcpu") \
    X(STATS_CRYPTODEV, "stats-cryptodev", "query-stats/arg-type/target/^cryptodev") \
    X(DIRTY_RATE_MODE, "dirty-rate-mode", "calc-dirty-rate/arg-type/mode") \
    X(DUMP_RAW_KDUMP, "dump-raw-kdump", "dump-guest-memory/arg-type/format/^kdump-raw-zlib") \
    X(DUMP_WIN, "dump-win", "dump-guest-memory/arg-type/format/^win-dmp") \
    X(SCREENDUMP_DEVICE, "screendump-device", "screendump/arg-type/device") \
    X(SCREENDUMP_FORMAT, "screendump-format", "screendump/arg-type/format") \
    X(PANIC_EXIT_FAILURE, "panic-exit-failure", "set-action/arg-type/panic/^exit-failure") \
    X(WATCHDOG_INJECT_NMI, "watchdog-inject-nmi", "set-action/arg-type/watchdog/^inject-nmi") \
    X(NETDEV_STREAM, "netdev-stream", "netdev_add/arg-type/+stream") \
    X(NETDEV_STREAM_RECONNECT, "netdev-stream-reconnect", \
      "netdev_add/arg-type/+stream/reconnect") \
    X(NETDEV_STREAM_RECONNECT_MS, "netdev-stream-reconnect-ms", \
      "netdev_add/arg-type/+stream/reconnect-ms") \
    X(NETDEV_DGRAM, "netdev-dgram", "netdev_add/arg-type/+dgram") \
    X(NETDEV_USER, "netdev-user", "netdev_add/arg-type/+user") \
    X(NETDEV_VHOST_USER, "netdev-vhost-user", "netdev_add/arg-type/+vhost-user") \
    X(NETDEV_VHOST_VDPA, "netdev-vhost-vdpa", "netdev_add/arg-type/+vhost-vdpa") \
    X(CHARDEV_VDAGENT, "chardev-vdagent", "chardev-add/arg-type/backend/+qemu-vdagent") \
    X(CHARDEV_DBUS, "chardev-dbus", "chardev-add/arg-type/backend/+dbus") \
    X(CHARDEV_SPICEVMC, "chardev-spicevmc", "chardev-add/arg-type/backend/+spicevmc") \
    X(CHARDEV_RECONNECT_MS, "chardev-reconnect-ms", \
      "chardev-add/arg-type/backend/+socket/data/reconnect-ms") \
    X(OBJECT_MEMFD, "object-memory-backend-memfd", "object-add/arg-type/+memory-backend-memfd") \
    X(OBJECT_EPC, "object-memory-backend-epc", "object-add/arg-type/+memory-backend-epc") \
    X(OBJECT_RESERVE, "object-memory-reserve", \
      "object-add/arg-type/+memory-backend-ram/reserve") \
    X(OBJECT_PREALLOC_THREADS, "object-memory-prealloc-threads", \
      "object-add/arg-type/+memory-backend-ram/prealloc-threads") \
    X(OBJECT_PREALLOC_CONTEXT, "object-memory-prealloc-context", \
      "object-add/arg-type/+memory-backend-ram/prealloc-context") \
    X(OBJECT_IOTHREAD_POOL, "object-iothread-thread-pool", \
      "object-add/arg-type/+iothread/thread-pool-max") \
    X(OBJECT_MAIN_LOOP, "object-main-loop", "object-add/arg-type/+main-loop") \
    X(OBJECT_SEV_GUEST, "object-sev-guest", "object-add/arg-type/+sev-guest") \
    X(OBJECT_SEV_SNP_GUEST, "object-sev-snp-guest", "object-add/arg-type/+sev-snp-guest") \
    X(OBJECT_TDX_GUEST, "object-tdx-guest", "object-add/arg-type/+tdx-guest") \
    X(OBJECT_THROTTLE_GROUP, "object-throttle-group", "object-add/arg-type/+throttle-group") \
    X(BLOCK_IO_URING, "block-io-uring", "blockdev-add/arg-type/+file/aio/^io_uring") \
    X(BLOCK_DYNAMIC_READ_ONLY, "block-dynamic-auto-read-only", \
      "blockdev-add/arg-type/+file/$dynamic-auto-read-only") \
    X(BLOCK_NBD_RECONNECT, "block-nbd-reconnect", "blockdev-add/arg-type/+nbd/reconnect-delay") \
    X(BLOCK_NBD_TLS_HOSTNAME, "block-nbd-tls-hostname", \
      "blockdev-add/arg-type/+nbd/tls-hostname") \
    X(BLOCK_NBD_OPEN_TIMEOUT, "block-nbd-open-timeout", \
      "blockdev-add/arg-type/+nbd/open-timeout") \
    X(BLOCK_RBD, "block-rbd", "blockdev-add/arg-type/+rbd") \
    X(BLOCK_RBD_ENCRYPTION, "block-rbd-encryption", "blockdev-add/arg-type/+rbd/encrypt") \
    X(BLOCK_SSH, "block-ssh", "blockdev-add/arg-type/+ssh") \
    X(BLOCK_CURL, "block-https", "blockdev-add/arg-type/+https") \
    X(BLOCK_ISCSI, "block-iscsi", "blockdev-add/arg-type/+iscsi") \
    X(BLOCK_QCOW2_DATA_FILE, "block-qcow2-data-file", "blockdev-add/arg-type/+qcow2/data-file") \
    X(BLOCK_QCOW2_DISCARD_NO_UNREF, "block-qcow2-discard-no-unref", \
      "blockdev-add/arg-type/+qcow2/discard-no-unref") \
    X(BLOCK_NVME_IO_URING, "block-nvme-io-uring", "blockdev-add/arg-type/+nvme-io_uring") \
    X(BLOCK_VHOST_VDPA, "block-vhost-vdpa", "blockdev-add/arg-type/+virtio-blk-vhost-vdpa") \
    X(BACKING_MASK_PROTOCOL, "backing-mask-protocol", \
      "block-commit/arg-type/backing-mask-protocol") \
    X(MIRROR_WRITE_BLOCKING, "mirror-write-blocking", \
      "blockdev-mirror/arg-type/copy-mode/^write-blocking") \
    X(MIRROR_TARGET_ZERO, "mirror-target-is-zero", "blockdev-mirror/arg-type/target-is-zero") \
    X(SNAPSHOT_WRITE_ONLY_OVERLAY, "snapshot-write-only-overlay", \
      "blockdev-snapshot/$allow-write-only-overlay") \
    X(BLOCKSTATS_LATENCY, "blockstats-latency", \
      "query-blockstats/ret-type/stats/rd_latency_histogram") \
    X(EXPORT_VHOST_USER_BLK, "export-vhost-user-blk", \
      "block-export-add/arg-type/+vhost-user-blk") \
    X(EXPORT_NBD_BITMAPS, "export-nbd-bitmaps", "block-export-add/arg-type/+nbd/bitmaps") \
    X(MIGRATE_CHANNELS, "migrate-channels", "migrate/arg-type/channels") \
    X(MIGRATE_TLS_AUTHZ, "migrate-tls-authz", "migrate-set-parameters/arg-type/tls-authz") \
    X(MIGRATE_BITMAP_MAPPING, "migrate-bitmap-mapping", \
      "migrate-set-parameters/arg-type/block-bitmap-mapping") \
    X(MIGRATE_BITMAP_TRANSFORM, "migrate-bitmap-transform", \
      "migrate-set-parameters/arg-type/block-bitmap-mapping/bitmaps/transform") \
    X(MIGRATE_MULTIFD_ZSTD, "migrate-multifd-zstd", \
      "migrate-set-parameters/arg-type/multifd-compression/^zstd") \
    X(MIGRATE_MULTIFD_QATZIP, "migrate-multifd-qatzip", \
      "migrate-set-parameters/arg-type/multifd-compression/^qatzip") \
    X(MIGRATE_MAPPED_RAM, "migrate-mapped-ram", \
      "migrate-set-capabilities/arg-type/capabilities/capability/^mapped-ram") \
    X(MIGRATE_SWITCHOVER_ACK, "migrate-switchover-ack", \
      "migrate-set-capabilities/arg-type/capabilities/capability/^switchover-ack") \
    X(MIGRATE_RETURN_PATH, "migrate-return-path", \
      "migrate-set-capabilities/arg-type/capabilities/capability/^return-path") \
    X(MIGRATE_ZERO_COPY, "migrate-zero-copy", \
      "migrate-set-capabilities/arg-type/capabilities/capability/^zero-copy-send") \
    X(MIGRATE_POSTCOPY_PREEMPT, "migrate-postcopy-preempt", \
      "migrate-set-capabilities/arg-type/capabilities/capability/^postcopy-preempt") \
    X(MIGRATE_DIRTY_LIMIT, "migrate-dirty-limit", \
      "migrate-set-capabilities/arg-type/capabilities/capability/^dirty-limit") \
    X(DISPLAY_UPDATE_VNC, "display-update-vnc", "display-update/arg-type/+vnc") \
    X(DISPLAY_DBUS, "display-dbus", "query-display-options/ret-type/+dbus") \
    X(DISPLAY_EGL_RENDERNODE, "display-egl-rendernode", \
      "query-display-options/ret-type/+egl-headless/rendernode")
/* clang-format on */
