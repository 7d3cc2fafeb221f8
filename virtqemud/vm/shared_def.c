/*
 * shared_def — see shared_def.h.
 */
#include "virtqemud/vm/shared_def.h"

struct SharedDef {
    gatomicrefcount refs;
    DomainDef *def;
};

const SharedDef *
shared_def_new(DomainDef *def)
{
    SharedDef *shared = g_new(SharedDef, 1);
    g_atomic_ref_count_init(&shared->refs);
    shared->def = def;
    return shared;
}

const SharedDef *
shared_def_ref(const SharedDef *shared)
{
    if (shared != NULL)
        g_atomic_ref_count_inc(&((SharedDef *)shared)->refs);
    return shared;
}

void
shared_def_unref(const SharedDef *shared)
{
    SharedDef *mine = (SharedDef *)shared;
    if (mine == NULL || !g_atomic_ref_count_dec(&mine->refs))
        return;
    domain_def_free(mine->def);
    g_free(mine);
}

const DomainDef *
shared_def_get(const SharedDef *shared)
{
    return shared != NULL ? shared->def : NULL;
}
