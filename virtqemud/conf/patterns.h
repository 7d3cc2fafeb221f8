/*
 * patterns — rules for strings that several elements have.
 */
#pragma once

#include "common/conf/conf.h"

/* Processors or nodes: "0-3,^2,7". */
extern const ConfPattern cpuset_pattern;
/* An IPv4 or IPv6 address, no name. */
extern const ConfPattern ip_address_pattern;
/* Formats of disk images that documents may name; QEMU need not have them all. */
extern const ConfPattern image_format_pattern;
/* Of the schema alone: "/a/b"; a name of a device of the host; of a processor's feature. */
extern const ConfPattern absolute_path_pattern;
extern const ConfPattern device_name_pattern;
