/*
 * keepalive — when to ping a silent peer and when to give it up. Pure: time is passed in.
 *
 * A ping goes out after `interval` without any packet; any packet resets the count; after `count`
 * unanswered pings the next tick says DEAD (interval 2 s, count 3: pings at 2, 4, 6, dead at 8 s).
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
    int64_t interval_us; /* 0: off */
    uint32_t count;
    uint32_t unanswered;
    int64_t due_us; /* INT64_MAX: never */
} Keepalive;

typedef enum { KEEPALIVE_WAIT, KEEPALIVE_PING, KEEPALIVE_DEAD } KeepaliveVerdict;

/* Off until keepalive_start(). */
void keepalive_init(Keepalive *keepalive);
/* An interval of 0 or less turns it off. */
void keepalive_start(Keepalive *keepalive, int64_t interval_us, uint32_t count, int64_t now_us);
/* Any packet from the peer. */
void keepalive_seen(Keepalive *keepalive, int64_t now_us);
/* To be called at due_us or later. PING: the caller sends one. */
KeepaliveVerdict keepalive_tick(Keepalive *keepalive, int64_t now_us);
