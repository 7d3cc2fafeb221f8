/*
 * markup — lines of XML. Pure; any thread.
 */
#pragma once

#include <glib.h>

/* One line: what is formatted is escaped, the format itself is not. */
void markup_add(GString *xml, const char *format, ...) G_GNUC_PRINTF(2, 3);
