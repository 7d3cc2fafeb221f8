/*
 * config_keys — the table of qemu.conf's keys. Internal to config. Constant data.
 */
#pragma once

#include "common/daemon/conf_table.h"

extern const ConfigKey qemu_config_keys[];
extern const size_t qemu_config_n_keys;
