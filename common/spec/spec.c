/*
 * spec — see spec.h.
 */
#include "common/spec/spec.h"

const RpcProc *
rpc_program_find(const RpcProgram *program, uint32_t number)
{
    if (number >= program->n_procs || program->procs[number].name == NULL)
        return NULL;
    return &program->procs[number];
}
