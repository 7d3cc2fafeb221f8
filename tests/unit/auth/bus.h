/*
 * bus — a private message bus with a fake polkit on it, for the tests of this folder.
 *
 * Runs `dbus-daemon` and the program named by FAKE_POLKIT; both end with bus_free(). The loop is
 * turned while something is waited for, ten seconds at most.
 */
#pragma once

#include "common/auth/polkit.h"

typedef struct Bus Bus;

/* A loop, a bus, and (unless `script` is NULL) an authority with these rules. Skips the test and
 * returns NULL when there is no dbus-daemon. */
Bus *bus_new(const char *script);
void bus_free(Bus *bus);
Loop *bus_loop(Bus *bus);
const char *bus_address(const Bus *bus);

/* Turns the loop until the authority says a line that begins with `prefix`; returns the line, the
 * caller frees. */
char *bus_await_line(Bus *bus, const char *prefix);
/* Turns the loop until `*flag` is not 0. */
void bus_await(Bus *bus, const gint *flag);
/* Other rules, and the signal Changed. */
void bus_change_script(Bus *bus, const char *script);
/* Ends the authority and the bus, or starts them again under the same address. */
void bus_stop(Bus *bus);
void bus_start(Bus *bus);
