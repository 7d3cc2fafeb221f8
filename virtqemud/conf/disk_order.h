/*
 * disk_order — the places that names of disks stand for, and the order of disks. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/devices.h"

enum { DISK_NO_PLACE = -1 };

/* "sda" is 0, "sdaa" is 26; DISK_NO_PLACE for other names. `ret_rest` is what follows the letters:
 * a partition's number. */
int64_t disk_target_place(const char *target, const char **ret_rest);
/*
 * Sorts the disks of a user's document as stock does: those with the same bus by their targets,
 * where no bus is one of them. A finished definition, whose disks all have addresses, keeps its
 * order.
 */
void disk_order(Devices *devices);
