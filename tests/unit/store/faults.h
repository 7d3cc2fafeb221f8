/*
 * faults — system calls for a store that fail or end the process at a chosen call, and tell what
 * was called. For tests.
 */
#pragma once

#include <glib.h>

#include "common/store/store_ops.h"

typedef struct {
    StoreOps ops;     /* give these to the store */
    int calls;        /* made so far */
    int at;           /* the call that goes wrong, from 1; 0: none */
    int error;        /* its errno; 0: the process ends before it instead */
    gboolean trickle; /* write() takes one byte at a time */
    GString *trace;   /* names of the calls, with blanks between */
} Faults;

void faults_init(Faults *faults);
void faults_clear(Faults *faults);
