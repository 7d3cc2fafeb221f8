/*
 * cgroup_private — the host's hierarchies, for the sources of cgroup only.
 */
#pragma once

#include "virtqemud/hostres/cgroup.h"

typedef struct {
    char *mount;
    char *base; /* where guests' groups are */
    uint32_t controllers;
    gboolean is_v2;
} CgroupHierarchy;

struct CgroupHost {
    GArray *hierarchies; /* CgroupHierarchy */
    uint32_t controllers;
};

/* "+cpu +memory": what is written to switch them on below a group of version 2. */
char *cgroup_host_v2_names(uint32_t mask);
