/*
 * rng — <rng>: randomness for the guest.
 */
#pragma once

#include "common/conf/device_info.h"
#include "virtqemud/conf/virtio_options.h"

typedef enum { RNG_VIRTIO = 1, RNG_VIRTIO_TRANSITIONAL, RNG_VIRTIO_NON_TRANSITIONAL } RngModel;
typedef enum { RNG_RANDOM = 1, RNG_EGD, RNG_BUILTIN } RngBackend;

typedef struct {
    RngModel model;
    uint32_t rate_bytes;
    uint32_t rate_period_ms;
    RngBackend backend;
    const char *path; /* of the backend random; an egd's connection is kept as XML */
    VirtioOptions virtio;
    DeviceInfo info;
    const ConfExtra *extra;
} Rng;

extern const ConfType rng_conf;
