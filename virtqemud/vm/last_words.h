/*
 * last_words — why QEMU has ended: its exit status or signal, and the last lines that it wrote.
 */
#pragma once

#include "virtqemud/vm/run.h"

/* "it exited with status 1: ...". The caller frees. On a strand. */
char *last_words(VmRun *run);
