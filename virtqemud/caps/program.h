/*
 * program — a run of a QEMU program that is asked something and ended again: through virt-exec, as
 * the user that guests run as, with its standard error kept and its end awaited.
 *
 * All in a step of a strand; the io thread moves the monitor and watches the process. Nothing is
 * left behind: whoever starts a run ends it by program_end(), which kills what does not go.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/loop.h"
#include "virtqemud/qmp/client.h"

typedef struct {
    Loop *loop;
    struct ExecHelpers *helpers;
    const char *helper;  /* path of virt-exec */
    const char *program; /* absolute path */
    gboolean drops;      /* to the ids below; else it runs as who we are */
    uint32_t uid;
    uint32_t gid;
    const uint32_t *groups; /* supplementary */
    size_t n_groups;
    int64_t deadline_ms; /* for each run of the program; 0: 30,000 */
} QemuProbeRequest;

typedef struct Program Program;

/* How it ended: one of `exit_status` and `signal`, both -1 when nobody knows. */
typedef struct {
    int exit_status;
    int signal;
    char *last_line; /* of its standard error; "" when it said nothing */
} ProgramEnd;

typedef enum { PROGRAM_ALONE, PROGRAM_WITH_MONITOR } ProgramKind;

/*
 * Starts it. `args` ends with NULL and has no argv[0]; `passed_fd` is number 4 of the program, -1:
 * none. With a monitor it gets the arguments for that as well. Errors: those of exec_start().
 */
Program *program_start(const QemuProbeRequest *request, ProgramKind kind, const char *const *args,
                       int passed_fd, GError **error);
/* `args` is taken. Errors: those of qmp_call_request(); OPERATION_TIMEOUT when the run's time is
 * over. Where the program ended meanwhile the text says how. */
gboolean program_ask(Program *program, QmpCommandId command, Json *args, Json **ret_reply,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Waits until it ends by itself. FALSE: OPERATION_TIMEOUT. */
gboolean program_wait(Program *program, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ends it, with `quit` where there is a monitor that answers and else by force, and frees it. */
void program_end(Program *program);
/* Once it ended. The caller clears. */
ProgramEnd program_how_ended(const Program *program);
void program_end_clear(ProgramEnd *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Program, program_end)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProgramEnd, program_end_clear)
