/*
 * last_words — why QEMU has ended: its exit status or signal, and the last lines that it wrote.
 */
#pragma once

#include <stdint.h>

/* Where they are. */
typedef struct {
    int record_fd;     /* virt-exec's exit record; -1: none */
    int log_fd;        /* -1: none */
    int64_t log_start; /* of QEMU's own lines */
} LastWordsOf;

/* "it exited with status 1: ...". The caller frees. On a strand. */
char *last_words(const LastWordsOf *of);
