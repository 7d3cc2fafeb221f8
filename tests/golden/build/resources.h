/*
 * resources — what a start would open for a definition, with numbers that are made up: for
 * tests of virtqemud/build.
 */
#pragma once

#include "virtqemud/build/build.h"

/* Lives as long as `arena`. `opened`, unless NULL, gets a line for each descriptor that QEMU would
 * have: "NUMBER tap|socket|read PATH|write PATH|append PATH|copy PATH". */
const BuildResources *build_resources_of(const DomainDef *def, Arena *arena, GString *opened);
