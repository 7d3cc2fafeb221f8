/*
 * measure — clocks, samples and the line of figures that one measurement prints.
 *
 * A line is a JSON object: what was measured, how often, median and 99th percentile of the time of
 * one, and the processor time of one in this program and in the daemon, all in microseconds. Single
 * thread but where a function says otherwise.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
    const char *what;
    pid_t daemon; /* 0: none is watched */
    int64_t *times_ns;
    size_t n;
    size_t most;
    int64_t own_ns;
    int64_t daemon_ns;
    int64_t began_ns;
} Measure;

/* Monotonic nanoseconds. Any thread. */
int64_t clock_now_ns(void);
/* Processor time of a whole process, with threads that have ended; 0 when it is not there. */
int64_t clock_cpu_ns(pid_t pid);

/* Gets ready for up to `most` samples of `what`, and counts processor time from now. */
void measure_begin(Measure *measure, const char *what, pid_t daemon, size_t most);
/* One sample, from measure_start() to measure_stop(). */
void measure_start(Measure *measure);
void measure_stop(Measure *measure);
/* Prints the line and lets go of the samples. `units`: how many things one sample did. */
void measure_end(Measure *measure, size_t units);
