/*
 * context — what all builders are given: the guest's definition, the program's abilities, what was
 * opened; and how parts of it are found by alias.
 *
 * Pure; any thread. The context borrows.
 */
#pragma once

#include "virtqemud/build/args.h"
#include "virtqemud/build/build.h"

typedef struct {
    const DomainDef *def; /* with the device that is built */
    const QemuCaps *caps;
    const BuildResources *resources;
    gboolean is_plugged; /* into a running guest, whose boot order is settled */
} BuildContext;

/* NULL: nothing was opened for it. */
const BuildDisk *context_disk(const BuildContext *context, const char *alias);
const BuildNet *context_net(const BuildContext *context, const char *alias);
const BuildChardev *context_chardev(const BuildContext *context, const char *alias);
/* NULL: the definition has none. Of USB controllers with the same index, the one that has the bus:
 * companions come second. */
const Controller *context_controller(const DomainDef *def, ControllerType type, uint32_t index);
/* i440fx and isapc have what q35 has not: an IDE controller and a floppy controller of their own.
 */
gboolean context_is_q35(const DomainDef *def);
gboolean context_is_i440fx(const DomainDef *def);

/* "/dev/fdset/3", the caller's. */
char *context_set_path(uint32_t set);
/* Turns an absent switch into nothing: a member only where the document says one. */
void context_add_switch(Json *props, const char *name, Switch value);
void context_add_number(Json *props, const char *name, uint32_t value);
void context_add_text(Json *props, const char *name, const char *value);
/* What every virtio device may be told. */
void context_add_virtio(Json *props, const VirtioOptions *options);
