/*
 * starter — runs exec_start() in a step of a strand while the test's thread runs the loop.
 */
#pragma once

#include "virtqemud/exec/exec.h"

/* What a test gets: the files that program and helper wrote. */
typedef struct {
    int output; /* the program's standard output and error */
    int record;
    ExecStarted started;
} Started;

/* A plan whose program is `/bin/sh -c SCRIPT`. */
ExecPlan *starter_shell(const char *script);
gboolean starter_start(ExecPlan *plan, Started *ret_started, GError **error);
/* Waits for the program's end; what it wrote, and the record. The caller frees both. */
void starter_finish(Started *started, char **ret_output, char **ret_record);
