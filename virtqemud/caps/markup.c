/*
 * markup — see markup.h.
 */
#include "virtqemud/caps/markup.h"

void
markup_add(GString *xml, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    g_autofree char *line = g_markup_vprintf_escaped(format, values);
    va_end(values);
    g_string_append(xml, line);
    g_string_append_c(xml, '\n');
}
