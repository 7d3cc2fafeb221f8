/*
 * plan — what virt-exec is to do, as the daemon writes it and the helper reads it: records of a
 * verb and a value, each ended by a NUL, in a sealed file in memory.
 *
 * The verbs are the whole list of what the helper can be asked to do. Pure on the daemon's side but
 * for making the file; any thread.
 */
#pragma once

#include <glib.h>

#include "virtqemud/exec/verbs.h"

typedef struct ExecPlan ExecPlan;

ExecPlan *exec_plan_new(void);
void exec_plan_free(ExecPlan *plan);
void exec_plan_add(ExecPlan *plan, ExecVerb verb, const char *value);
void exec_plan_addf(ExecPlan *plan, ExecVerb verb, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The program gets `fd` under a number of its own, which is returned; `fd` stays the caller's and
 * must stay open until exec_start() returned. */
int exec_plan_pass_fd(ExecPlan *plan, int fd);
/* As exec_plan_pass_fd(), with the number chosen by the caller. */
void exec_plan_pass_fd_as(ExecPlan *plan, int fd, int number);
/* Joins the cgroup behind this descriptor of its cgroup.procs. */
void exec_plan_join_cgroup(ExecPlan *plan, int fd);

/* A sealed file with the records, the caller's. Errors: SYSTEM_ERROR. */
int exec_plan_write(const ExecPlan *plan, GError **error);
/* The descriptors to hand to the helper, in the order of their numbers from EXEC_RECORD_FD + 1 on;
 * borrowed. */
const int *exec_plan_fds(const ExecPlan *plan, size_t *ret_n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExecPlan, exec_plan_free)
