/*
 * verbs — what virt-exec can be asked to do, and where it finds what it was given: the contract
 * between the daemon and the helper. No dependencies, for the helper has none.
 */
#pragma once

/* The helper finds these when it starts. */
enum {
    EXEC_PLAN_FD = 3,   /* the plan */
    EXEC_STATUS_FD = 4, /* a pipe: "started PID START" or "error CODE TEXT", then its end */
    EXEC_RECORD_FD = 5  /* a file: "started PID START", and "exit N" or "signal N [core]" */
};

enum { EXEC_PLAN_MAX_BYTES = 4194304, EXEC_LIST_MAX = 4096 };

/* X(name, verb, what the value is) */
#define EXEC_VERBS(X)                                                                              \
    X(PROGRAM, "program", "path of the program")                                                   \
    X(ARG, "arg", "one argument; argv[0] first")                                                   \
    X(ENV, "env", "NAME=value; nothing else is in the environment")                                \
    X(FD, "fd", "FROM:TO; only these and 0, 1, 2 stay open")                                       \
    X(UID, "uid", "user id")                                                                       \
    X(GID, "gid", "group id")                                                                      \
    X(GROUP, "group", "one supplementary group id")                                                \
    X(KEEP_CAP, "keep-cap", "number of a capability that the program keeps")                       \
    X(RLIMIT, "rlimit", "NUMBER:SOFT:HARD, -1 for none")                                           \
    X(CGROUP, "cgroup", "descriptor of a cgroup.procs to join")                                    \
    X(CPU, "cpu", "one processor that it may run on; none given: all")                             \
    X(OOM, "oom-score-adj", "-1000 to 1000")                                                       \
    X(UMASK, "umask", "octal")                                                                     \
    X(FOLDER, "folder", "working folder; / when absent")

typedef enum {
#define X(name, verb, value) EXEC_##name,
    EXEC_VERBS(X)
#undef X
        EXEC_N_VERBS
} ExecVerb;
