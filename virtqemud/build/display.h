/*
 * display — how a person sees the guest's screen, as the values of QEMU's display options.
 *
 * Pure; any thread.
 */
#pragma once

#include "virtqemud/build/context.h"

/* VNC's display 0. */
enum { DISPLAY_FIRST_PORT = 5900 };

/* The value of "-vnc": the graphics' port is chosen. `audio` names the audiodev, NULL: none. The
 * caller's. */
char *display_vnc(const Graphics *graphics, const char *audio);
