/*
 * caps_private — the inside of a QemuCaps, for who makes one: the probe and the cache's text.
 */
#pragma once

#include "common/base/arena.h"
#include "virtqemud/caps/caps.h"

/* A set of words: sorted, each once. */
typedef struct {
    const char *const *words; /* ends with NULL */
    size_t n;
} CapsWords;

typedef struct {
    const char *type;
    CapsWords properties;
} CapsDevice;

typedef struct {
    const char *reason; /* NULL: it works */
    QemuCpuModel *models;
    size_t n_models;
} CapsAccel;

struct QemuCaps {
    gint refs;    /* atomic */
    Arena *arena; /* of all that follows */
    const char *program;
    const char *package;
    const char *arch;
    uint32_t version;
    gboolean is_provisional; /* a deadline decided: to be asked again soon. Not in the text */
    QmpCaps qmp;
    CapsWords types;
    CapsDevice *devices; /* sorted by type */
    size_t n_devices;
    QemuMachine *machines;
    size_t n_machines;
    CapsAccel accels[QEMU_N_ACCELS];
};

/* Empty, with one reference. */
QemuCaps *caps_new(void);
/* Makes a set of words, which may be there twice; they are copied into the arena. */
CapsWords caps_words(Arena *arena, const GPtrArray *words);
/* Of text in which white space stands between them. */
CapsWords caps_words_of_text(Arena *arena, const char *text);
gboolean caps_words_have(const CapsWords *set, const char *word);
/* To be called once `devices` are complete. */
void caps_sort(QemuCaps *caps);
