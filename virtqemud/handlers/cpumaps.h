/*
 * cpumaps — on which processors of the host parts of a guest may run, and maps of them for replies.
 */
#pragma once

#include "common/base/bitmap.h"
#include "common/rpc/call.h"
#include "virtqemud/vm/sample.h"

/* Bytes of a map that has every processor of the host. */
size_t cpumaps_bytes(void);
/* Where the definition lets a processor, the emulator or an I/O thread run: all that are on where
 * it says nothing. The caller frees. */
Bitmap *cpumaps_of_vcpu(const DomainDef *def, uint32_t number);
Bitmap *cpumaps_of_emulator(const DomainDef *def);
Bitmap *cpumaps_of_iothread(const DomainDef *def, uint32_t id);
/* Where a thread may run now; NULL: it has ended. The caller frees. */
Bitmap *cpumaps_of_thread(int process, const ProcThread *thread);

/* Maps of a reply, one behind the other. */
typedef struct {
    uint8_t *bytes;
    size_t each; /* bytes of one of them */
} CpuMaps;

/* Errors: INTERNAL_ERROR when that is no number of maps or bytes. */
gboolean cpumaps_check(int32_t count, int32_t each, GError **error);
CpuMaps cpumaps_make(RpcCall *call, int32_t count, int32_t each, XdrBytes *ret_bytes);
void cpumaps_put(const CpuMaps *maps, size_t place, const Bitmap *cpus);
