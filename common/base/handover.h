/*
 * handover — what a process leaves to the program that takes its place by exec: values by name, and
 * descriptors. Neither the pid nor the children change.
 *
 * Values are GVariants, so that a newer program finds what an older one left: each reader takes the
 * names that it knows, with a type, and does without those that are not there. Descriptors are
 * told by index. One thread at a time.
 */
#pragma once

#include <glib.h>

typedef struct Handover Handover;

/* What is to be left. */
Handover *handover_new(void);
/* Closes the descriptors of a received one that nobody took. Takes NULL. */
void handover_free(Handover *handover);

/* The index by which the reader finds `fd`, which is borrowed until exec. */
gint32 handover_add_fd(Handover *handover, int fd);
/* Sinks a floating `value`. */
void handover_set(Handover *handover, const char *name, GVariant *value);

/* A value of type "ay", and of type "may" for a text that may be NULL: bytes, since what a peer
 * told need not be UTF-8. */
GVariant *handover_bytes(const void *bytes, gsize n);
GVariant *handover_maybe_text(const char *text);

/*
 * Runs the program in the place of this one, with what was added. Returns only when that failed;
 * then everything is as before. SYSTEM_ERROR. `argv` as for execv(3). No other thread may be in the
 * middle of anything: they end at once.
 */
void handover_exec(Handover *handover, const char *program, char *const *argv, GError **error);

/* What the program before us left; NULL: nothing. Once, before any child or thread is started. */
Handover *handover_receive(void);
/* A value of that type; NULL: none. The caller unrefs. */
GVariant *handover_get(const Handover *handover, const char *name, const GVariantType *type);
/* The descriptor of an index, now the caller's, close-on-exec; -1: there is none. */
int handover_take_fd(Handover *handover, gint32 index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Handover, handover_free)
