/*
 * passthrough — <qemu:commandline>: arguments and environment that a user gives to QEMU past all
 * checks. A guest that has any is tainted.
 */
#pragma once

#include "common/conf/conf.h"

typedef struct {
    const char *value;
} QemuArgument;

typedef struct {
    const char *name;
    const char *value;
} QemuVariable;

extern const ConfType qemu_argument_conf;
extern const ConfType qemu_variable_conf;
