/*
 * start_private — a start under way: what the steps hand to each other.
 */
#pragma once

#include "virtqemud/build/build.h"
#include "virtqemud/caps/caps.h"
#include "virtqemud/exec/exec.h"
#include "virtqemud/hostres/chardev_files.h"
#include "virtqemud/hostres/disk.h"
#include "virtqemud/hostres/open_sets.h"
#include "virtqemud/hostres/tap.h"
#include "virtqemud/vm/resources.h"
#include "virtqemud/vm/start.h"

typedef struct {
    Vm *vm;
    Driver *driver;
    uint32_t flags; /* START_* */
    ObjRef *ref;
    Cancel *cancel;
    QemuCaps *caps;
    DomainDef *def; /* of the running guest, until it is the guest's */
    ExecPlan *plan;
    GPtrArray *argv;
    GPtrArray *env; /* as argv */
    char *monitor_path;
    int log_fd;
    int64_t log_begin; /* of QEMU's own lines */
    /* Opened for QEMU; closed once it has its own. */
    OpenSets *sets;
    HostDisks *disks;
    ChardevFiles *chardevs;
    GPtrArray *taps; /* Tap */
    BuildNet *nets;
    size_t n_nets;
    int rom_fd;
    int kernel_fd;
    int initrd_fd;
    int monitor_fd;
    int spare[8]; /* descriptors that an undo will need */
    size_t n_spare;
} Start;

/* start_definition.c */
gboolean start_prepare_definition(Start *start, GError **error);
gboolean start_take_identity(Start *start, GError **error);
void start_drop_identity(Start *start);

/* start_host.c */
gboolean start_acquire(Start *start, GError **error);
void start_close_files(Start *start);

/* start_plan.c */
gboolean start_build(Start *start, GError **error);

/* start_qemu.c: with QEMU */
gboolean start_spawn(Start *start, GError **error);
void start_kill(Start *start);
gboolean start_connect(Start *start, GError **error);
gboolean start_learn(Start *start, GError **error);
gboolean start_plug(Start *start, GError **error);
gboolean start_tune(Start *start, GError **error);
gboolean start_run(Start *start, GError **error);
gboolean start_tell(Start *start, GError **error);
