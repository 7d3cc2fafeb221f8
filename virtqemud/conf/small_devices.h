/*
 * small_devices — <tpm>, <hub>, <panic>, <vsock>: devices with a few attributes each.
 */
#pragma once

#include "common/conf/device_info.h"

typedef enum { TPM_TIS = 1, TPM_CRB, TPM_SPAPR, TPM_SPAPR_PROXY } TpmModel;
typedef enum { TPM_PASSTHROUGH = 1, TPM_EMULATOR, TPM_EXTERNAL } TpmBackend;
typedef enum { HUB_USB = 1 } HubType;
typedef enum { PANIC_ISA = 1, PANIC_PSERIES, PANIC_HYPERV, PANIC_S390, PANIC_PVPANIC } PanicModel;
typedef enum {
    VSOCK_VIRTIO = 1,
    VSOCK_VIRTIO_TRANSITIONAL,
    VSOCK_VIRTIO_NON_TRANSITIONAL
} VsockModel;

typedef struct {
    TpmModel model;
    TpmBackend backend;
    const char *version;
    const char *device; /* of the host */
    DeviceInfo info;
    const ConfExtra *extra;
} Tpm;

typedef struct {
    HubType type;
    DeviceInfo info;
    const ConfExtra *extra;
} Hub;

typedef struct {
    PanicModel model; /* 0: the architecture's */
    DeviceInfo info;
    const ConfExtra *extra;
} Panic;

typedef struct {
    VsockModel model;
    Switch auto_cid;
    uint32_t cid; /* 3 or more; 0: to be chosen */
    DeviceInfo info;
    const ConfExtra *extra;
} Vsock;

extern const ConfType tpm_conf;
extern const ConfType hub_conf;
extern const ConfType panic_conf;
extern const ConfType vsock_conf;
