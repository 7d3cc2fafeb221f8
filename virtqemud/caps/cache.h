/*
 * cache — what QEMU programs can do, asked once: kept in memory and below the daemon's cache folder
 * until the program, the kernel, the processor, KVM's settings, QEMU's modules or our questions
 * change.
 *
 * One probe of a program at a time; who wants the same waits for it. That is the one case of a
 * strand waiting for a step of another: a probe waits for the io thread only, never for an object,
 * so it cannot go round. Any thread; guards itself.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/caps/program.h"

typedef struct QemuCapsCache QemuCapsCache;

/* `folder` NULL: only in memory. Of `request` everything but the program counts; it is copied, its
 * loop outlives the cache. Nothing is opened or asked yet. */
QemuCapsCache *qemu_caps_cache_new(const char *folder, const QemuProbeRequest *request);
QemuCapsCache *qemu_caps_cache_ref(QemuCapsCache *cache);
/* Takes NULL. */
void qemu_caps_cache_unref(QemuCapsCache *cache);

/*
 * What this program can do: as known, or asked now. In a step of a strand, which may wait for three
 * runs of the program at most. `program` is an absolute path. Errors: those of programs_check() and
 * qemu_probe(); they are not kept.
 */
QemuCaps *qemu_caps_cache_get(QemuCapsCache *cache, const char *program, GError **error);
/* The same for the program on PATH that runs guests of this architecture. Errors also:
 * CONFIG_UNSUPPORTED when there is none. */
QemuCaps *qemu_caps_cache_get_arch(QemuCapsCache *cache, const char *arch, GError **error);
/* What memory has, without a look at the program; NULL: nothing. Any thread, never waits. */
QemuCaps *qemu_caps_cache_peek(QemuCapsCache *cache, const char *program);
/* How often a program was asked; for tests and logs. */
uint32_t qemu_caps_cache_n_probes(QemuCapsCache *cache);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuCapsCache, qemu_caps_cache_unref)
