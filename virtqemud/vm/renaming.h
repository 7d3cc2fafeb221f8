/*
 * renaming — a definition's file gets another name, so that after a crash at any point exactly one
 * of both names has it.
 *
 * A note, UUID.renaming with both names in it, is there from before the first change until after
 * the last. Whether the new file exists decides what becomes of a renaming that was cut off: it is
 * finished, or undone. Blocks on the disk; one renaming at a time for a guest.
 */
#pragma once

#include "common/store/store.h"

/* Gives what else hangs on the name the new one; called before the note goes, so perhaps twice. */
typedef void (*RenamedFn)(void *data, const char *from, const char *to);

typedef struct {
    Store *definitions;
    RenamedFn renamed; /* may be NULL */
    void *data;        /* for `renamed` */
} RenamingPlace;

typedef struct {
    const char *uuid; /* as text */
    const char *from; /* names of the guest, without line ends */
    const char *to;
    const char *text; /* of the new file */
    gboolean autostarts;
} Renaming;

/* Errors: SYSTEM_ERROR; INVALID_ARG for a name that no file can have; OPERATION_INVALID when there
 * is a file of the new name, which belongs to no guest. The old file is as it was then. */
gboolean renaming_do(const RenamingPlace *place, const Renaming *renaming, GError **error);
/* Finishes or undoes what was cut off; before definitions are loaded. What fails is logged. */
void renaming_recover(const RenamingPlace *place);
