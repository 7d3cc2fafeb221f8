/*
 * live — what a running guest's definition says more than the stored one: the processor that it
 * got, the images that its disks stand on, as whom it runs. Pure; any thread.
 */
#pragma once

#include "virtqemud/build/build.h"
#include "virtqemud/caps/caps.h"
#include "virtqemud/config/owner.h"

/* Before the arguments are made. Errors: those of caps_cpu_resolve(). */
gboolean live_resolve_cpu(DomainDef *def, const QemuCaps *caps, GError **error);
/* After they were made. */
void live_settle_cpu(DomainDef *def, const QemuCaps *caps);
/* Numbers of nodes, and the chain below each image that the document does not tell. */
void live_describe_disks(DomainDef *def, const BuildDisk *disks, size_t n);
/* Whose process it is, unless the document says so. */
void live_describe_owner(DomainDef *def, const Owner *owner);
