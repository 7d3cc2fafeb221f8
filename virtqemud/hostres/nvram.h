/*
 * nvram — a guest's firmware: the file of its variables, made from a template where it is missing.
 *
 * QEMU gets loader and variables as descriptors, so the file keeps the daemon's owner. On the
 * guest's strand.
 */
#pragma once

#include "virtqemud/conf/os.h"
#include "virtqemud/config/config.h"

/* FOLDER/NAME_VARS.fd: where the variables are when the document does not say. The caller frees. */
char *nvram_path(const char *folder, const char *name);
/* The template for this loader: the document's, or of qemu.conf's list; NULL: none. Borrowed. */
const char *nvram_find_template(const Os *os, const QemuConfig *config);
/*
 * Makes the file from the template unless it is there; `reset` makes it anew (START_RESET_NVRAM).
 * Complete or not there at all, 0600. Errors: OPERATION_FAILED (no template known), SYSTEM_ERROR.
 */
gboolean nvram_prepare(const char *path, const char *template_path, gboolean reset, GError **error);
/* For undefine; a file that is not there is fine. Errors: SYSTEM_ERROR. */
gboolean nvram_remove(const char *path, GError **error);
