/*
 * chardev_files — what a guest's character devices have on the host: listening sockets and files,
 * with their logs, as descriptors for QEMU. On the guest's strand.
 */
#pragma once

#include "virtqemud/conf/domain.h"
#include "virtqemud/hostres/open_sets.h"
#include "virtqemud/config/config.h"

typedef struct ChardevFiles ChardevFiles;

/* Descriptors of files go to `sets`, which must outlive the result. */
ChardevFiles *chardev_files_new(OpenSets *sets, const Owner *owner);
/* Takes NULL; closes sockets that are still open, removes none. */
void chardev_files_free(ChardevFiles *files);
/*
 * Opens what the device needs: type file (made 0600, emptied unless append), type unix with mode
 * bind (its folder is made by the caller, see folder.h), <log>. Nothing for other types. `chardev`
 * has its alias and path. Errors: SYSTEM_ERROR, OPERATION_FAILED, CONFIG_UNSUPPORTED (no regular
 * file).
 */
gboolean chardev_files_open(ChardevFiles *files, const Chardev *chardev, GError **error);
/* All that were opened, in that order, with the numbers that the program of the plan sees; the
 * array is of `files`. */
const BuildChardev *chardev_files_pass(ChardevFiles *files, ExecPlan *plan, size_t *ret_n);
/* Removes the listening sockets of the definition: when the guest has ended. */
void chardev_files_remove(const DomainDef *def);
/* .../channel/target/domain-ID-NAME/TARGET: where a channel's socket is when the document does not
 * say. The caller frees. */
char *chardev_files_channel_path(const char *folder, const char *target);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChardevFiles, chardev_files_free)
