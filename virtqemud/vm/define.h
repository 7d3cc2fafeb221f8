/*
 * define — making and forgetting definitions: in memory and on disk, both or neither. On the
 * guest's strand.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/vm/vm.h"

/* What a document is to become. */
typedef struct {
    const char *xml;
    gboolean validate; /* refuse what is in no schema */
} DefineSource;

/* What the program that runs `def` can do; asked when it is not known. The caller unrefs. Errors:
 * why not. In a step. */
QemuCaps *define_caps(Driver *driver, const DomainDef *def, GError **error);
/*
 * Reads a user's document and completes it. `ref` is the guest's entry: name and uuid of the
 * document are compared with its. NULL: XML_ERROR, CONFIG_UNSUPPORTED, or why QEMU is not known.
 */
DomainDef *define_read(Driver *driver, const ObjRef *ref, const DefineSource *source,
                       GError **error);
/* Writes the definition to disk, then makes it the guest's. `def` is taken. Nothing is changed on
 * error. The caller publishes. */
gboolean define_store(Vm *vm, DomainDef *def, GError **error);
/* What grew over the bounds of a document could be neither read again nor sent to anybody. `text`:
 * as it would be written. Errors: CONFIG_UNSUPPORTED. */
gboolean define_check_size(const char *name, const char *text, size_t max, GError **error);
/* The file's text. The caller frees. */
char *define_file_text(const DomainDef *def);
/* Removes the definition from disk; a running guest becomes transient, another one is gone: hidden,
 * its events sent, removed. */
gboolean define_forget(Vm *vm, GError **error);
/* Takes a transient guest that has ended out of the table. */
void define_drop(Vm *vm);
