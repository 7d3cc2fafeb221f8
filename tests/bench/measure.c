/*
 * measure — see measure.h.
 */
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { NS_PER_S = 1000000000 };

static int64_t
clock_ns(clockid_t clock)
{
    struct timespec now = {0};
    (void)clock_gettime(clock, &now); /* a process that is gone has used nothing more */
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t
clock_now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t
clock_cpu_ns(pid_t pid)
{
    clockid_t clock;
    return pid > 0 && clock_getcpuclockid(pid, &clock) == 0 ? clock_ns(clock) : 0;
}

void
measure_begin(Measure *measure, const char *what, pid_t daemon, size_t most)
{
    *measure = (Measure){.what = what, .daemon = daemon, .most = most};
    measure->times_ns = calloc(most, sizeof *measure->times_ns);
    if (measure->times_ns == NULL)
        abort();
    measure->daemon_ns = -clock_cpu_ns(daemon);
    measure->own_ns = -clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void
measure_start(Measure *measure)
{
    measure->began_ns = clock_now_ns();
}

void
measure_stop(Measure *measure)
{
    if (measure->n < measure->most)
        measure->times_ns[measure->n++] = clock_now_ns() - measure->began_ns;
}

static int
compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

void
measure_end(Measure *measure, size_t units)
{
    double each = 1000.0 * (double)measure->n * (double)units;
    measure->own_ns += clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    measure->daemon_ns += clock_cpu_ns(measure->daemon);
    if (measure->n == 0)
        abort();
    qsort(measure->times_ns, measure->n, sizeof *measure->times_ns, compare);
    printf("{\"what\": \"%s\", \"n\": %zu, \"p50\": %.2f, \"p99\": %.2f, \"client_cpu\": %.2f, "
           "\"daemon_cpu\": %.2f}\n",
           measure->what, measure->n, (double)measure->times_ns[measure->n / 2] / 1000.0,
           (double)measure->times_ns[measure->n * 99 / 100] / 1000.0,
           (double)measure->own_ns / each, (double)measure->daemon_ns / each);
    (void)fflush(stdout);
    free(measure->times_ns);
}
