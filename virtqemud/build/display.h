/*
 * display — how a person sees the guest's screen, as the values of QEMU's display options.
 *
 * Pure; any thread.
 */
#pragma once

#include "virtqemud/build/context.h"

/* VNC's display 0. */
enum { DISPLAY_FIRST_PORT = 5900 };

/* The value of "-vnc", the caller's: the graphics' port is chosen; a socket that has no path is
 * "vnc.sock" in the guest's folder. `audio` names the audiodev, NULL: none. Errors: INTERNAL_ERROR:
 * no port was chosen. */
char *display_vnc(const BuildContext *context, const Graphics *graphics, const char *audio,
                  GError **error);
