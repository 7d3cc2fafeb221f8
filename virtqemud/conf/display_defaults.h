/*
 * display_defaults — what the displays of a user's document get at define. Pure; any thread.
 */
#pragma once

#include "common/base/arena.h"
#include "virtqemud/conf/graphics.h"

/* Values that stock 9.0.0 shows after define; `graphics` is not published yet. */
void display_fill_defaults(Graphics *graphics, Arena *arena);
