/*
 * rows — which rows of the definition's tables are made true: by a builder of this folder, or by
 * the daemon around it.
 *
 * The list is of what is built, not of what is not: a row that someone adds to virtqemud/conf is
 * refused at start until its path stands here, and nothing that a user asked for is silently left
 * out. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

/* The path of the first part that the definition has and nobody builds,
 * "/domain/devices/disk/iotune/total_bytes_sec", the caller's; NULL: none. */
char *rows_first_unbuilt(const DomainDef *def);
/* For tests: calls `fn` with the path of each row of the tables, and whether it is built. */
typedef void (*RowFn)(void *data, const char *path, gboolean is_built);
void rows_each(RowFn fn, void *data);
/* For tests: the first place of the list, "ELEMENT ROW", that is none of `paths` (a set), the
 * caller's; NULL: none. */
char *rows_first_stale(GHashTable *paths);
