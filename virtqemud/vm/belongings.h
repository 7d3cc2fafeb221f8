/*
 * belongings — files that hang on a guest's name besides its definition: the image of a managed
 * save, the metadata of snapshots and checkpoints, the firmware's variables. Changed on the guest's
 * strand, looked for by lists too; blocks on the disk.
 *
 * The folders below lib/ are opened by descriptor and links in them are not followed.
 */
#pragma once

#include <glib.h>

/* Folders of metadata, one XML document for each. */
typedef enum { BELONGINGS_SNAPSHOTS, BELONGINGS_CHECKPOINTS } BelongingsKind;

/* `lib` is /var/lib/libvirt/qemu or the session's. Missing folders are empty ones. */
gboolean belongings_has_save(const char *lib, const char *name);
size_t belongings_count(const char *lib, const char *name, BelongingsKind kind);
/* Errors of all: SYSTEM_ERROR naming the file. What is not there is no error. */
gboolean belongings_remove_save(const char *lib, const char *name, GError **error);
/* Removes the documents and then the guest's folder of this kind. */
gboolean belongings_remove_all(const char *lib, const char *name, BelongingsKind kind,
                               GError **error);
/* Gives both folders of metadata the guest's new name; harmless twice. */
gboolean belongings_rename(const char *lib, const char *from, const char *to, GError **error);
/* The same as a step of a renaming (renaming.h); `lib` is the path. What fails is logged. */
void belongings_follow(void *lib, const char *from, const char *to);

/* A file that a definition names: of the firmware's variables. */
gboolean belongings_has_file(const char *path);
gboolean belongings_remove_file(const char *path, GError **error);
