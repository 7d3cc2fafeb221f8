/*
 * caps — what one QEMU program on this host can do: version, commands, devices and their
 * properties, machines, processor models, and whether KVM really runs a guest.
 *
 * Immutable once made, counted; any thread. It is made by probing the program over QMP (probe.h),
 * or read from the cache (cache.h), whose text is what format and parse here agree on. A definition
 * is judged and built with it; nothing else of the program is asked.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "virtqemud/qmp/caps.h"

typedef struct QemuCaps QemuCaps;

typedef struct {
    const char *name;   /* "pc-i440fx-7.2" */
    const char *alias;  /* "pc"; NULL: none */
    const char *cpu;    /* type of the default processor; NULL: not told */
    const char *ram_id; /* of the object that is its memory: "pc.ram"; NULL: not told */
    uint32_t cpus_max;
    gboolean is_default;
    gboolean is_deprecated;
    gboolean hotplug_cpus;
    gboolean numa_memory; /* -numa node,mem=... is taken */
} QemuMachine;

typedef struct {
    const char *name;     /* "Skylake-Client" */
    const char *alias_of; /* "Skylake-Client-v1"; NULL: none. Its features are there */
    const char *const
        *blockers; /* features that this host lacks; NULL: not asked. Ends with NULL */
    /* What it is made of, as QEMU names it and sorted; NULL: not told. Ends with NULL. Those of
     * "max" and "host" are what the accelerator can do here. */
    const char *const *features;
    const char *vendor; /* "GenuineIntel"; NULL: not told */
    uint32_t family;
    uint32_t model;
    uint32_t stepping;
    gboolean is_usable; /* with the accelerator */
    gboolean is_deprecated;
} QemuCpuModel;

typedef enum { QEMU_ACCEL_TCG, QEMU_ACCEL_KVM, QEMU_N_ACCELS } QemuAccel;

QemuCaps *qemu_caps_ref(QemuCaps *caps);
/* Takes NULL. */
void qemu_caps_unref(QemuCaps *caps);

/* "/usr/bin/qemu-system-x86_64" */
const char *qemu_caps_program(const QemuCaps *caps);
/* In libvirt's numbering: 7002000. */
uint32_t qemu_caps_version(const QemuCaps *caps);
/* "x86_64" */
const char *qemu_caps_arch(const QemuCaps *caps);
/* What its packager calls it; "": nothing. */
const char *qemu_caps_package(const QemuCaps *caps);
const QmpCaps *qemu_caps_qmp(const QemuCaps *caps);
/* KVM was tried and ran; TCG is built in. */
gboolean qemu_caps_has_accel(const QemuCaps *caps, QemuAccel accel);
/* Why it has not; NULL when it has. */
const char *qemu_caps_accel_reason(const QemuCaps *caps, QemuAccel accel);
/* "tcg", "kvm" */
const char *qemu_accel_name(QemuAccel accel);
/* A type of -device, -object or -chardev: "virtio-net-pci", "rng-random", "chardev-pty". */
gboolean qemu_caps_has_device(const QemuCaps *caps, const char *type);
/* Of the types that device_rows.h lists. */
gboolean qemu_caps_has_property(const QemuCaps *caps, const char *type, const char *property);
/* By name or alias; NULL name: the default one. NULL: there is none. */
const QemuMachine *qemu_caps_machine(const QemuCaps *caps, const char *name);
const QemuMachine *qemu_caps_machines(const QemuCaps *caps, size_t *ret_n);
/* In the order that QEMU lists them. */
const QemuCpuModel *qemu_caps_cpu_models(const QemuCaps *caps, QemuAccel accel, size_t *ret_n);
/* By name; NULL: there is none. */
const QemuCpuModel *qemu_caps_cpu_model(const QemuCaps *caps, QemuAccel accel, const char *name);

/* The cache's text; the caller frees. */
char *qemu_caps_format(const QemuCaps *caps);
/* NULL: VIRT_ERR_INTERNAL_ERROR saying what is wrong with the text. */
QemuCaps *qemu_caps_parse(const char *text, size_t len, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuCaps, qemu_caps_unref)
