/*
 * diff — which fields of two structures differ, and what the rows say about such a change.
 *
 * For live changes (is the row marked LIVE?), for the check that a guest's machine stays the same
 * (is it GUEST_ABI?), and for messages that name the field. Items of lists are matched by the row's
 * key, so a device that moved is not another one. Pure; any thread.
 */
#pragma once

#include "common/conf/conf.h"

typedef enum { CONF_CHANGED, CONF_ADDED, CONF_REMOVED } ConfChangeKind;

typedef struct {
    ConfChangeKind kind;
    char *path; /* "/domain/devices/disk[target/@dev='vda']/driver/@cache" */
    char *before;
    char *after;    /* texts of values; "" for structures */
    unsigned flags; /* the row's, with those of the structures around it that are GUEST_ABI */
} ConfChange;

/* An array of ConfChange; the caller unrefs it. */
GPtrArray *conf_diff(const ConfType *type, const void *before, const void *after);
