/*
 * virt_exec — the program that becomes QEMU: joins cgroups, sets limits, drops privileges, arranges
 * descriptors, and executes. A binary of its own, so that the daemon, which has threads, never runs
 * code between fork and exec.
 *
 * It forks once. The child does what the plan (verbs.h) says and turns into the program. The parent
 * closes everything but the exit record, drops its privileges too, waits, writes how the program
 * ended, and ends. Whatever fails is told on the status pipe as libvirt's code and a text. No GLib,
 * no threads, nothing that is not in the table of verbs.
 */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "virtqemud/exec/verbs.h"

static const char *const verb_names[EXEC_N_VERBS] = {
#define X(name, verb, value) [EXEC_##name] = verb,
    EXEC_VERBS(X)
#undef X
};

enum {
    CODE_SYSTEM_ERROR = 38, /* libvirt's numbers */
    CODE_INTERNAL_ERROR = 1,
    EXIT_NOT_STARTED = 127,
    FD_MAX = 65535,
    FDS_MAX = 1024
};

typedef struct {
    int from;
    int to;
} Move;

typedef struct {
    int number;
    struct rlimit limit;
} Limit;

typedef struct {
    const char *program;
    char **argv;
    size_t n_argv;
    char **env;
    size_t n_env;
    Move moves[FDS_MAX];
    size_t n_moves;
    int cgroups[32];
    size_t n_cgroups;
    Limit limits[16];
    size_t n_limits;
    gid_t groups[64];
    size_t n_groups;
    int caps[64];
    size_t n_caps;
    bool has_uid, has_gid, has_oom, has_umask, has_cpus;
    uid_t uid;
    gid_t gid;
    int oom;
    mode_t umask;
    cpu_set_t cpus;
    const char *folder;
} Plan;

/* --- failing --- */

static _Noreturn void
fail(int code, const char *format, ...)
{
    char text[512], line[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    int len = snprintf(line, sizeof line, "error %d %s", code, text);
    ssize_t n = write(EXEC_STATUS_FD, line, (size_t)len);
    (void)n; /* nobody listens: the exit status has to do */
    _exit(EXIT_NOT_STARTED);
}

static _Noreturn void
fail_errno(const char *what)
{
    fail(CODE_SYSTEM_ERROR, "%s: %s", what, strerror(errno));
}

/* --- reading the plan --- */

static long
number(const char *text, const char **ret_end, long min, long max)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || errno != 0 || value < min || value > max)
        fail(CODE_INTERNAL_ERROR, "virt-exec: '%s' is no number between %ld and %ld", text, min,
             max);
    *ret_end = end;
    return value;
}

static long
whole_number(const char *text, long min, long max)
{
    const char *end;
    long value = number(text, &end, min, max);
    if (*end != '\0')
        fail(CODE_INTERNAL_ERROR, "virt-exec: '%s' is no number", text);
    return value;
}

static void
check_room(size_t n, size_t max, const char *verb)
{
    if (n >= max)
        fail(CODE_INTERNAL_ERROR, "virt-exec: too many records '%s'", verb);
}
#define ROOM(array, n) check_room((n), sizeof(array) / sizeof *(array), #array)

static void
add_text(char ***list, size_t *n, char *text)
{
    check_room(*n, EXEC_LIST_MAX, "text");
    *list = realloc(*list, (*n + 2) * sizeof **list);
    if (*list == NULL)
        fail(CODE_INTERNAL_ERROR, "virt-exec: out of memory");
    (*list)[(*n)++] = text;
    (*list)[*n] = NULL;
}

static void
read_move(Plan *plan, const char *value)
{
    const char *end;
    ROOM(plan->moves, plan->n_moves);
    Move *move = &plan->moves[plan->n_moves++];
    move->from = (int)number(value, &end, 0, FD_MAX);
    if (*end != ':')
        fail(CODE_INTERNAL_ERROR, "virt-exec: '%s' is no pair of descriptors", value);
    move->to = (int)whole_number(end + 1, 0, FD_MAX);
}

static void
read_limit(Plan *plan, const char *value)
{
    const char *end;
    ROOM(plan->limits, plan->n_limits);
    Limit *limit = &plan->limits[plan->n_limits++];
    limit->number = (int)number(value, &end, 0, RLIM_NLIMITS - 1);
    if (*end != ':')
        fail(CODE_INTERNAL_ERROR, "virt-exec: '%s' is no limit", value);
    long soft = number(end + 1, &end, -1, LONG_MAX);
    if (*end != ':')
        fail(CODE_INTERNAL_ERROR, "virt-exec: '%s' is no limit", value);
    long hard = whole_number(end + 1, -1, LONG_MAX);
    limit->limit.rlim_cur = soft < 0 ? RLIM_INFINITY : (rlim_t)soft;
    limit->limit.rlim_max = hard < 0 ? RLIM_INFINITY : (rlim_t)hard;
}

static void
read_umask(Plan *plan, const char *value)
{
    char *end;
    unsigned long mask = strtoul(value, &end, 8);
    if (*end != '\0' || mask > 0777)
        fail(CODE_INTERNAL_ERROR, "virt-exec: '%s' is no umask", value);
    plan->umask = (mode_t)mask;
    plan->has_umask = true;
}

static void
read_record(Plan *plan, ExecVerb verb, char *value)
{
    switch (verb) {
    case EXEC_PROGRAM:
        plan->program = value;
        break;
    case EXEC_ARG:
        add_text(&plan->argv, &plan->n_argv, value);
        break;
    case EXEC_ENV:
        add_text(&plan->env, &plan->n_env, value);
        break;
    case EXEC_FD:
        read_move(plan, value);
        break;
    case EXEC_UID:
        plan->uid = (uid_t)whole_number(value, 0, UINT32_MAX - 1);
        plan->has_uid = true;
        break;
    case EXEC_GID:
        plan->gid = (gid_t)whole_number(value, 0, UINT32_MAX - 1);
        plan->has_gid = true;
        break;
    case EXEC_GROUP:
        ROOM(plan->groups, plan->n_groups);
        plan->groups[plan->n_groups++] = (gid_t)whole_number(value, 0, UINT32_MAX - 1);
        break;
    case EXEC_KEEP_CAP:
        ROOM(plan->caps, plan->n_caps);
        plan->caps[plan->n_caps++] = (int)whole_number(value, 0, CAP_LAST_CAP);
        break;
    case EXEC_RLIMIT:
        read_limit(plan, value);
        break;
    case EXEC_CGROUP:
        ROOM(plan->cgroups, plan->n_cgroups);
        plan->cgroups[plan->n_cgroups++] = (int)whole_number(value, 0, FD_MAX);
        break;
    case EXEC_CPU:
        CPU_SET((size_t)whole_number(value, 0, CPU_SETSIZE - 1), &plan->cpus);
        plan->has_cpus = true;
        break;
    case EXEC_OOM:
        plan->oom = (int)whole_number(value, -1000, 1000);
        plan->has_oom = true;
        break;
    case EXEC_UMASK:
        read_umask(plan, value);
        break;
    case EXEC_FOLDER:
        plan->folder = value;
        break;
    case EXEC_N_VERBS:
        break;
    }
}

static ExecVerb
find_verb(const char *name, size_t len)
{
    for (int verb = 0; verb < EXEC_N_VERBS; verb++) {
        if (strlen(verb_names[verb]) == len && memcmp(verb_names[verb], name, len) == 0)
            return (ExecVerb)verb;
    }
    fail(CODE_INTERNAL_ERROR, "virt-exec: '%.*s' is nothing that it can do", (int)len, name);
}

/* The texts stay where they are: the file is small and lives as long as we do. */
static void
read_plan(Plan *plan)
{
    struct stat info;
    if (fstat(EXEC_PLAN_FD, &info) != 0)
        fail_errno("virt-exec: no plan");
    if (info.st_size <= 0 || info.st_size > EXEC_PLAN_MAX_BYTES)
        fail(CODE_INTERNAL_ERROR, "virt-exec: the plan has %lld bytes", (long long)info.st_size);
    size_t size = (size_t)info.st_size;
    char *text = malloc(size);
    if (text == NULL || pread(EXEC_PLAN_FD, text, size, 0) != (ssize_t)size ||
        text[size - 1] != '\0')
        fail(CODE_INTERNAL_ERROR, "virt-exec: the plan cannot be read");
    for (char *at = text; at < text + size; at += strlen(at) + 1) {
        char *space = strchr(at, ' ');
        if (space == NULL)
            fail(CODE_INTERNAL_ERROR, "virt-exec: '%s' has no value", at);
        ExecVerb verb = find_verb(at, (size_t)(space - at));
        read_record(plan, verb, space + 1);
        at = space + 1;
    }
    if (plan->program == NULL || plan->n_argv == 0)
        fail(CODE_INTERNAL_ERROR, "virt-exec: the plan names no program");
}

/* --- doing it, in the child --- */

static void
write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fail_errno(path);
    close(fd);
}

static void
join_cgroups(const Plan *plan)
{
    for (size_t i = 0; i < plan->n_cgroups; i++) {
        if (write(plan->cgroups[i], "0\n", 2) != 2)
            fail_errno("cannot join the cgroup");
    }
}

static void
apply_limits(const Plan *plan)
{
    for (size_t i = 0; i < plan->n_limits; i++) {
        if (setrlimit((__rlimit_resource_t)plan->limits[i].number, &plan->limits[i].limit) != 0)
            fail_errno("cannot set a resource limit");
    }
    if (plan->has_cpus && sched_setaffinity(0, sizeof plan->cpus, &plan->cpus) != 0)
        fail_errno("cannot set the processors");
    if (plan->has_oom) {
        char text[16];
        snprintf(text, sizeof text, "%d", plan->oom);
        write_text("/proc/self/oom_score_adj", text);
    }
}

/* Ids and capabilities; what is kept survives the exec as an ambient capability. */
static void
drop_privileges(const Plan *plan)
{
    if (geteuid() == 0 && setgroups(plan->n_groups, plan->groups) != 0)
        fail_errno("cannot set the groups");
    capng_clear(CAPNG_SELECT_ALL);
    for (size_t i = 0; i < plan->n_caps; i++)
        capng_update(CAPNG_ADD,
                     CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE | CAPNG_BOUNDING_SET |
                         CAPNG_AMBIENT,
                     (unsigned)plan->caps[i]);
    if (plan->has_uid || plan->has_gid) {
        int result = capng_change_id(plan->has_uid ? (int)plan->uid : -1,
                                     plan->has_gid ? (int)plan->gid : -1,
                                     geteuid() == 0 ? CAPNG_CLEAR_BOUNDING : CAPNG_NO_FLAG);
        if (result != 0)
            fail(CODE_SYSTEM_ERROR, "cannot become user %ld, group %ld (step %d of libcap-ng)",
                 plan->has_uid ? (long)plan->uid : -1, plan->has_gid ? (long)plan->gid : -1,
                 result);
    }
    if (plan->n_caps > 0 && capng_apply(CAPNG_SELECT_AMBIENT) != 0)
        fail(CODE_SYSTEM_ERROR, "cannot keep capabilities");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fail_errno("cannot forbid new privileges");
}

/* Everything is copied out of the way first, so that no move hits the source of another; the status
 * pipe too, to be closed by the exec. Before the limits: they may be lower. Returns the pipe. */
static int
copy_fds(Plan *plan)
{
    int above = EXEC_RECORD_FD + 1;
    for (size_t i = 0; i < plan->n_moves; i++) {
        above = plan->moves[i].from >= above ? plan->moves[i].from + 1 : above;
        above = plan->moves[i].to >= above ? plan->moves[i].to + 1 : above;
    }
    int status = fcntl(EXEC_STATUS_FD, F_DUPFD_CLOEXEC, above);
    if (status < 0)
        fail_errno("cannot copy the status pipe");
    for (size_t i = 0; i < plan->n_moves; i++) {
        plan->moves[i].from = fcntl(plan->moves[i].from, F_DUPFD_CLOEXEC, above);
        if (plan->moves[i].from < 0)
            fail_errno("cannot copy a descriptor for the program");
    }
    return status;
}

static void
place_fds(const Plan *plan)
{
    if (close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
        fail_errno("cannot mark descriptors");
    for (size_t i = 0; i < plan->n_moves; i++) {
        if (dup2(plan->moves[i].from, plan->moves[i].to) < 0)
            fail_errno("cannot give a descriptor to the program");
    }
}

/* When this process was started: field 22 of its stat, in clock ticks since boot. */
static unsigned long long
start_time(void)
{
    char text[1024];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    const char *at = strrchr(text, ')');
    unsigned long long value = 0;
    if (at != NULL)
        (void)sscanf(
            at + 1,
            " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
            &value);
    return value;
}

static _Noreturn void
become_program(Plan *plan)
{
    /* A start that is given up kills the parent: the setup must not go on alone. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    join_cgroups(plan);
    int status = copy_fds(plan);
    apply_limits(plan);
    if (setsid() < 0)
        fail_errno("cannot make a session");
    if (plan->has_umask)
        (void)umask(plan->umask);
    drop_privileges(plan);
    if (chdir(plan->folder != NULL ? plan->folder : "/") != 0)
        fail_errno("cannot enter the working folder");
    char line[64];
    int len = snprintf(line, sizeof line, "started %d %llu\n", (int)getpid(), start_time());
    /* the record first: it is there even when nobody reads the status any more */
    if (write(EXEC_RECORD_FD, line, (size_t)len) != len ||
        write(EXEC_STATUS_FD, line, (size_t)len) != len)
        _exit(EXIT_NOT_STARTED);
    place_fds(plan);
    (void)prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
    static char *no_env[] = {NULL};
    execve(plan->program, plan->argv, plan->env != NULL ? plan->env : no_env);
    int saved_errno = errno;
    /* The program may have EXEC_STATUS_FD by now: speak on the copy. */
    (void)dup2(status, EXEC_STATUS_FD);
    errno = saved_errno;
    fail_errno(plan->program);
}

/* --- waiting, in the parent --- */

static _Noreturn void
await(pid_t child, const Plan *plan)
{
    int status = 0;
    char line[64];
    (void)fcntl(EXEC_RECORD_FD, F_SETFD, FD_CLOEXEC);
    if (dup2(EXEC_RECORD_FD, STDIN_FILENO) < 0)
        _exit(EXIT_NOT_STARTED);
    (void)close_range(STDIN_FILENO + 1, ~0U, 0);
    if (plan->has_uid && geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setresgid(plan->gid, plan->gid, plan->gid) != 0 ||
         setresuid(plan->uid, plan->uid, plan->uid) != 0))
        _exit(EXIT_NOT_STARTED);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    int len = WIFSIGNALED(status) ? snprintf(line, sizeof line, "signal %d%s\n", WTERMSIG(status),
                                             WCOREDUMP(status) ? " core" : "")
                                  : snprintf(line, sizeof line, "exit %d\n", WEXITSTATUS(status));
    ssize_t n = write(STDIN_FILENO, line, (size_t)len);
    _exit(n == len ? 0 : EXIT_NOT_STARTED);
}

int
main(void)
{
    static Plan plan;
    CPU_ZERO(&plan.cpus);
    read_plan(&plan);
    if (fcntl(EXEC_RECORD_FD, F_GETFD) < 0)
        fail(CODE_INTERNAL_ERROR, "virt-exec: no file for the exit record");
    pid_t child = fork();
    if (child < 0)
        fail_errno("cannot fork");
    if (child == 0)
        become_program(&plan);
    await(child, &plan);
}
