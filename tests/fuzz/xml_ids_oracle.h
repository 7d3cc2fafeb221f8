/*
 * xml_ids_oracle — compares the identity scanner with libxml2's tree and XPath, on one document.
 *
 * Used by the fuzz target and by the unit test, so that both mean the same by "agrees".
 */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef enum {
    ORACLE_SAME,            /* both took it, and found the same */
    ORACLE_SCANNER_REFUSES, /* the scanner may refuse anything */
    ORACLE_PARSER_REFUSES,  /* the scanner took it; the later parse fails, and the call with it */
    ORACLE_DIFFERENT        /* a defect: `ret_difference` says where; the caller frees */
} OracleVerdict;

OracleVerdict xml_ids_oracle(const char *bytes, size_t len, char **ret_difference);
