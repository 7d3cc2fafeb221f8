/*
 * pool — fuzzes definitions of storage pools: what is printed of one that was taken is read again
 * and printed the same, and so is a copy.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virtstoraged/conf/pool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
differ(const char *what, const char *first, const char *second)
{
    fprintf(stderr, "%s\n--- first\n%s\n--- second\n%s\n", what, first, second);
    abort();
}

static void
check_pool(const char *xml, size_t size)
{
    static const ConfContext user = {CONF_FROM_USER, false, NULL};
    static const ConfContext disk = {CONF_FROM_DISK, false, NULL};
    g_autoptr(PoolDef) pool = pool_def_parse(xml, size, &user, NULL);
    if (pool == NULL)
        return;
    g_autofree char *printed = pool_def_format(pool, NULL);
    g_autoptr(PoolDef) copy = pool_def_copy(pool);
    g_clear_pointer(&pool, pool_def_free);
    g_autofree char *of_copy = pool_def_format(copy, NULL);
    if (strcmp(of_copy, printed) != 0)
        differ("the copy is printed differently", printed, of_copy);
    g_autoptr(GError) error = NULL;
    g_autoptr(PoolDef) back = pool_def_parse(printed, strlen(printed), &disk, &error);
    if (back == NULL)
        differ("what was printed is refused", printed, error->message);
    g_autofree char *again = pool_def_format(back, NULL);
    if (strcmp(again, printed) != 0)
        differ("it is printed differently", printed, again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *copy = g_malloc(size > 0 ? size : 1);
    if (size > 0)
        memcpy(copy, data, size);
    check_pool(copy, size);
    return 0;
}
