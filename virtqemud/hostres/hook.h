/*
 * hook — the administrator's scripts: /etc/libvirt/hooks/qemu and hooks/qemu.d/, run as
 * "qemu GUEST OPERATION SUB-OPERATION EXTRA" with the guest's document on standard input (libvirt's
 * page "Hooks for specific system management"). In a step of the guest's strand.
 */
#pragma once

#include "common/base/future.h"
#include "common/base/loop.h"

typedef struct Hooks Hooks;

typedef enum {
    HOOK_PREPARE,
    HOOK_START,
    HOOK_STARTED,
    HOOK_STOPPED,
    HOOK_RELEASE,
    HOOK_MIGRATE,
    HOOK_RESTORE,
    HOOK_RECONNECT,
    HOOK_ATTACH
} HookOperation;

/* `folder`: /etc/libvirt/hooks. */
Hooks *hooks_new(Loop *loop, const char *folder);
/* Takes NULL. */
void hooks_free(Hooks *hooks);
/* Whether there is any script: so that nothing is formatted for none. */
gboolean hooks_exist(const Hooks *hooks);
/*
 * Runs all scripts, the file first, then the folder's by name. The first that fails ends it.
 * `ret_xml` (may be NULL): what a script of RESTORE or MIGRATE answered, NULL when nothing; the
 * caller frees. No scripts: success. Errors: HOOK_SCRIPT_FAILED with script, status and its last
 * line; OPERATION_TIMEOUT after two minutes; OPERATION_ABORTED.
 */
gboolean hooks_run(Hooks *hooks, const char *guest, HookOperation operation, const char *xml,
                   Cancel *cancel, char **ret_xml, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hooks, hooks_free)
