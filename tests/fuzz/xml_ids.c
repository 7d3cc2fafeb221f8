/*
 * xml_ids — fuzzes the identity scanner: whatever it takes, libxml2 must find the same in.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/xml_ids_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *difference = NULL;
    /* A copy of the exact size, so that reading over its end is seen. */
    char *copy = malloc(size > 0 ? size : 1);
    if (copy == NULL)
        return 0;
    for (size_t i = 0; i < size; i++)
        copy[i] = (char)data[i];
    if (xml_ids_oracle(copy, size, &difference) == ORACLE_DIFFERENT) {
        fprintf(stderr, "scanner and parser differ: %s\n", difference);
        abort();
    }
    free(copy);
    return 0;
}
