/*
 * keycodes — the numbers by which sets of key codes name the keys of a keyboard, and the one that
 * QEMU takes. Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

/* virKeycodeSet */
typedef enum {
    KEYCODE_LINUX,  /* linux/input-event-codes.h */
    KEYCODE_XT,     /* a PC keyboard's first set; 0xe0NN after the prefix */
    KEYCODE_ATSET1, /* the same */
    KEYCODE_ATSET2,
    KEYCODE_ATSET3,
    KEYCODE_OSX,
    KEYCODE_XT_KBD, /* the first set, 0x1NN after the prefix */
    KEYCODE_USB,    /* HID usage table, page 7 */
    KEYCODE_WIN32,  /* virtual keys */
    KEYCODE_QNUM,   /* QEMU's: the first set, with bit 7 for the prefix */
    N_KEYCODE_SETS
} KeycodeSet;

/* QEMU's number of `code` in `set`. Errors: INVALID_ARG for a set or a key that is not known. */
gboolean keycode_to_qnum(uint32_t set, uint32_t code, uint32_t *ret_qnum, GError **error);
