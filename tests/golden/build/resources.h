/*
 * resources — what a start would open for a definition, with numbers that are made up: for
 * tests of virtqemud/build.
 */
#pragma once

#include "virtqemud/build/build.h"

/* Lives as long as `arena`. `opened` gets a line for each descriptor that QEMU would have: "NUMBER
 * socket", "NUMBER tap ALIAS", "NUMBER copy PATH", "NUMBER append PATH", "NUMBER read FORMAT PATH",
 * "NUMBER write FORMAT PATH". */
const BuildResources *build_resources_of(const DomainDef *def, Arena *arena, GString *opened);
