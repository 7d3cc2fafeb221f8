/*
 * config_keys — the table of configuration keys. Internal to config: loading and the shipped files
 * are both made from it. Constant data.
 */
#pragma once

#include "common/daemon/conf_table.h"
#include "common/daemon/config.h"

extern const ConfigKey config_keys[];
extern const size_t config_n_keys;
