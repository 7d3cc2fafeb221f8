/*
 * error_codes — libvirt's error codes with the short fixed text of each, and its error domains.
 *
 * Numbers and fixed texts are what clients match on; they never change.
 */
#pragma once

/* clang-format off */
/* X(name, number, fixed text) */
#define VIRT_ERROR_CODES(X) \
    X(INTERNAL_ERROR, 1, "internal error") \
    X(NO_MEMORY, 2, "out of memory") \
    X(NO_SUPPORT, 3, "this function is not supported by the connection driver") \
    X(UNKNOWN_HOST, 4, "unknown host") \
    X(NO_CONNECT, 5, "no connection driver available") \
    X(INVALID_CONN, 6, "invalid connection pointer in") \
    X(INVALID_DOMAIN, 7, "invalid domain pointer in") \
    X(INVALID_ARG, 8, "invalid argument") \
    X(OPERATION_FAILED, 9, "operation failed") \
    X(GET_FAILED, 10, "GET operation failed") \
    X(POST_FAILED, 11, "POST operation failed") \
    X(HTTP_ERROR, 12, "got unknown HTTP error code") \
    X(SEXPR_SERIAL, 13, "failed to serialize S-Expr") \
    X(NO_XEN, 14, "could not use Xen hypervisor entry") \
    X(XEN_CALL, 15, "failed Xen syscall") \
    X(OS_TYPE, 16, "unknown OS type") \
    X(NO_KERNEL, 17, "missing kernel information") \
    X(NO_ROOT, 18, "missing root device information") \
    X(NO_SOURCE, 19, "missing source information for device") \
    X(NO_TARGET, 20, "missing target information for device") \
    X(NO_NAME, 21, "missing name information") \
    X(NO_OS, 22, "missing operating system information") \
    X(NO_DEVICE, 23, "missing devices information") \
    X(NO_XENSTORE, 24, "could not connect to Xen Store") \
    X(DRIVER_FULL, 25, "too many drivers registered") \
    X(CALL_FAILED, 26, "library call failed") \
    X(XML_ERROR, 27, "XML error") \
    X(DOM_EXIST, 28, "this domain exists already") \
    X(OPERATION_DENIED, 29, "operation forbidden") \
    X(OPEN_FAILED, 30, "failed to open configuration file") \
    X(READ_FAILED, 31, "failed to read configuration file") \
    X(PARSE_FAILED, 32, "failed to parse configuration file") \
    X(CONF_SYNTAX, 33, "configuration file syntax error") \
    X(WRITE_FAILED, 34, "failed to write configuration file") \
    X(XML_DETAIL, 35, "parser error") \
    X(INVALID_NETWORK, 36, "invalid network pointer in") \
    X(NETWORK_EXIST, 37, "this network exists already") \
    X(SYSTEM_ERROR, 38, "system call error") \
    X(RPC, 39, "RPC error") \
    X(GNUTLS_ERROR, 40, "GNUTLS call error") \
    X(WAR_NO_NETWORK, 41, "Failed to find the network") \
    X(NO_DOMAIN, 42, "Domain not found") \
    X(NO_NETWORK, 43, "Network not found") \
    X(INVALID_MAC, 44, "invalid MAC address") \
    X(AUTH_FAILED, 45, "authentication failed") \
    X(INVALID_STORAGE_POOL, 46, "invalid storage pool pointer in") \
    X(INVALID_STORAGE_VOL, 47, "invalid storage volume pointer in") \
    X(WAR_NO_STORAGE, 48, "Failed to find a storage driver") \
    X(NO_STORAGE_POOL, 49, "Storage pool not found") \
    X(NO_STORAGE_VOL, 50, "Storage volume not found") \
    X(WAR_NO_NODE, 51, "Failed to find a node driver") \
    X(INVALID_NODE_DEVICE, 52, "invalid node device pointer") \
    X(NO_NODE_DEVICE, 53, "Node device not found") \
    X(NO_SECURITY_MODEL, 54, "Security model not found") \
    X(OPERATION_INVALID, 55, "Requested operation is not valid") \
    X(WAR_NO_INTERFACE, 56, "Failed to find the interface") \
    X(NO_INTERFACE, 57, "Interface not found") \
    X(INVALID_INTERFACE, 58, "invalid interface pointer in") \
    X(MULTIPLE_INTERFACES, 59, "multiple matching interfaces found") \
    X(WAR_NO_NWFILTER, 60, "Failed to start the nwfilter driver") \
    X(INVALID_NWFILTER, 61, "Invalid network filter") \
    X(NO_NWFILTER, 62, "Network filter not found") \
    X(BUILD_FIREWALL, 63, "Error while building firewall") \
    X(WAR_NO_SECRET, 64, "Failed to find a secret storage driver") \
    X(INVALID_SECRET, 65, "Invalid secret") \
    X(NO_SECRET, 66, "Secret not found") \
    X(CONFIG_UNSUPPORTED, 67, "unsupported configuration") \
    X(OPERATION_TIMEOUT, 68, "Timed out during operation") \
    X(MIGRATE_PERSIST_FAILED, 69, "Failed to make domain persistent after migration") \
    X(HOOK_SCRIPT_FAILED, 70, "Hook script execution failed") \
    X(INVALID_DOMAIN_SNAPSHOT, 71, "Invalid domain snapshot") \
    X(NO_DOMAIN_SNAPSHOT, 72, "Domain snapshot not found") \
    X(INVALID_STREAM, 73, "invalid stream pointer") \
    X(ARGUMENT_UNSUPPORTED, 74, "argument unsupported") \
    X(STORAGE_PROBE_FAILED, 75, "Storage pool probe failed") \
    X(STORAGE_POOL_BUILT, 76, "Storage pool already built") \
    X(SNAPSHOT_REVERT_RISKY, 77, "revert requires force") \
    X(OPERATION_ABORTED, 78, "operation aborted") \
    X(AUTH_CANCELLED, 79, "authentication cancelled") \
    X(NO_DOMAIN_METADATA, 80, "metadata not found") \
    X(MIGRATE_UNSAFE, 81, "Unsafe migration") \
    X(OVERFLOW, 82, "numerical overflow") \
    X(BLOCK_COPY_ACTIVE, 83, "block copy still active") \
    X(OPERATION_UNSUPPORTED, 84, "Operation not supported") \
    X(SSH, 85, "SSH transport error") \
    X(AGENT_UNRESPONSIVE, 86, "Guest agent is not responding") \
    X(RESOURCE_BUSY, 87, "resource busy") \
    X(ACCESS_DENIED, 88, "access denied") \
    X(DBUS_SERVICE, 89, "error from service") \
    X(STORAGE_VOL_EXIST, 90, "this storage volume exists already") \
    X(CPU_INCOMPATIBLE, 91, "the CPU is incompatible with host CPU") \
    X(XML_INVALID_SCHEMA, 92, "XML document failed to validate against schema") \
    X(MIGRATE_FINISH_OK, 93, "migration successfully aborted") \
    X(AUTH_UNAVAILABLE, 94, "authentication unavailable") \
    X(NO_SERVER, 95, "Server not found") \
    X(NO_CLIENT, 96, "Client not found") \
    X(AGENT_UNSYNCED, 97, "guest agent replied with wrong id to guest-sync command") \
    X(LIBSSH, 98, "libssh transport error") \
    X(DEVICE_MISSING, 99, "device not found") \
    X(INVALID_NWFILTER_BINDING, 100, "Invalid network filter binding") \
    X(NO_NWFILTER_BINDING, 101, "Network filter binding not found") \
    X(INVALID_DOMAIN_CHECKPOINT, 102, "Invalid domain checkpoint") \
    X(NO_DOMAIN_CHECKPOINT, 103, "Domain checkpoint not found") \
    X(NO_DOMAIN_BACKUP, 104, "Domain backup job id not found") \
    X(INVALID_NETWORK_PORT, 105, "Invalid network port pointer") \
    X(NETWORK_PORT_EXIST, 106, "this network port exists already") \
    X(NO_NETWORK_PORT, 107, "network port not found") \
    X(NO_HOSTNAME, 108, "no hostname found") \
    X(CHECKPOINT_INCONSISTENT, 109, "checkpoint inconsistent") \
    X(MULTIPLE_DOMAINS, 110, "multiple matching domains found") \
    X(NO_NETWORK_METADATA, 111, "metadata not found") \
    X(AGENT_COMMAND_TIMEOUT, 112, "guest agent command timed out") \
    X(AGENT_COMMAND_FAILED, 113, "guest agent command failed")

/* X(name, number) */
#define VIRT_ERROR_DOMAINS(X) \
    X(NONE, 0) \
    X(XEN, 1) \
    X(XEND, 2) \
    X(XENSTORE, 3) \
    X(SEXPR, 4) \
    X(XML, 5) \
    X(DOM, 6) \
    X(RPC, 7) \
    X(PROXY, 8) \
    X(CONF, 9) \
    X(QEMU, 10) \
    X(NET, 11) \
    X(TEST, 12) \
    X(REMOTE, 13) \
    X(OPENVZ, 14) \
    X(XENXM, 15) \
    X(STATS_LINUX, 16) \
    X(LXC, 17) \
    X(STORAGE, 18) \
    X(NETWORK, 19) \
    X(DOMAIN, 20) \
    X(UML, 21) \
    X(NODEDEV, 22) \
    X(XEN_INOTIFY, 23) \
    X(SECURITY, 24) \
    X(VBOX, 25) \
    X(INTERFACE, 26) \
    X(ONE, 27) \
    X(ESX, 28) \
    X(PHYP, 29) \
    X(SECRET, 30) \
    X(CPU, 31) \
    X(XENAPI, 32) \
    X(NWFILTER, 33) \
    X(HOOK, 34) \
    X(DOMAIN_SNAPSHOT, 35) \
    X(AUDIT, 36) \
    X(SYSINFO, 37) \
    X(STREAMS, 38) \
    X(VMWARE, 39) \
    X(EVENT, 40) \
    X(LIBXL, 41) \
    X(LOCKING, 42) \
    X(HYPERV, 43) \
    X(CAPABILITIES, 44) \
    X(URI, 45) \
    X(AUTH, 46) \
    X(DBUS, 47) \
    X(PARALLELS, 48) \
    X(DEVICE, 49) \
    X(SSH, 50) \
    X(LOCKSPACE, 51) \
    X(INITCTL, 52) \
    X(IDENTITY, 53) \
    X(CGROUP, 54) \
    X(ACCESS, 55) \
    X(SYSTEMD, 56) \
    X(BHYVE, 57) \
    X(CRYPTO, 58) \
    X(FIREWALL, 59) \
    X(POLKIT, 60) \
    X(THREAD, 61) \
    X(ADMIN, 62) \
    X(LOGGING, 63) \
    X(XENXL, 64) \
    X(PERF, 65) \
    X(LIBSSH, 66) \
    X(RESCTRL, 67) \
    X(FIREWALLD, 68) \
    X(DOMAIN_CHECKPOINT, 69) \
    X(TPM, 70) \
    X(BPF, 71) \
    X(CH, 72)
/* clang-format on */
