/*
 * codecs — fuzzes every codec: what is decoded must encode, and what that gives must decode to the
 * same bytes again, within memory bounded by the input.
 *
 * The first four bytes choose: program, procedure (big-endian), 0 for arguments or 1 for results.
 * The generator's seeds (gen.py seeds) and the corpus have this form.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/spec/admin.h"
#include "common/spec/keepalive.h"
#include "common/spec/qemu.h"
#include "common/spec/remote.h"

enum { HEAD_BYTES = 4, MEMORY_FACTOR = 8, MEMORY_FIXED = 4096 };

static const RpcProgram *const programs[] = {&remote_program, &qemu_program, &admin_program,
                                             &keepalive_program};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const XdrType *
choose(const uint8_t head[HEAD_BYTES])
{
    const RpcProgram *program = programs[head[0] % G_N_ELEMENTS(programs)];
    uint32_t number = (uint32_t)head[1] << 8 | head[2];
    const RpcProc *proc = rpc_program_find(program, number % program->n_procs);
    if (proc == NULL)
        return NULL;
    return head[3] % 2 == 0 ? proc->args : proc->ret;
}

/* The value of these bytes encoded again; NULL when they are refused. */
static GByteArray *
recode(const XdrType *type, const uint8_t *bytes, size_t len)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    g_autofree void *value = g_malloc0(type->size);
    size_t used = 0;
    gboolean done = xdr_decode(type, bytes, len, arena, value, &used, &error);
    if (arena_used(arena) > MEMORY_FACTOR * len + MEMORY_FIXED)
        abort();
    if (!done) {
        if (error == NULL)
            abort();
        return NULL;
    }
    if (used > len)
        abort();
    GByteArray *out = g_byte_array_new();
    if (!xdr_encode(type, value, out, &error) || out->len != used)
        abort();
    g_autofree char *line = xdr_print(type, value);
    if (strchr(line, '\n') != NULL)
        abort();
    return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const XdrType *type = size >= HEAD_BYTES ? choose(data) : NULL;
    if (type == NULL)
        return 0;
    g_autoptr(GByteArray) once = recode(type, data + HEAD_BYTES, size - HEAD_BYTES);
    if (once == NULL)
        return 0;
    g_autoptr(GByteArray) twice = recode(type, once->data, once->len);
    if (twice == NULL || twice->len != once->len || memcmp(once->data, twice->data, once->len) != 0)
        abort();
    return 0;
}
