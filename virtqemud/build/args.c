/*
 * args — see args.h.
 */
#include "virtqemud/build/args.h"

#include <string.h>

struct Args {
    GPtrArray *texts;
};

Args *
args_new(const char *program)
{
    Args *args = g_new0(Args, 1);
    args->texts = g_ptr_array_new_with_free_func(g_free);
    args_add(args, program);
    return args;
}

void
args_free(Args *args)
{
    if (args == NULL)
        return;
    if (args->texts != NULL)
        g_ptr_array_unref(args->texts);
    g_free(args);
}

void
args_add(Args *args, const char *text)
{
    g_ptr_array_add(args->texts, g_strdup(text));
}

void
args_option(Args *args, const char *option, const char *value)
{
    args_add(args, option);
    args_add(args, value);
}

void
args_optionf(Args *args, const char *option, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    args_add(args, option);
    g_ptr_array_add(args->texts, g_strdup_vprintf(format, values));
    va_end(values);
}

void
args_json(Args *args, const char *option, Json *value)
{
    args_add(args, option);
    g_ptr_array_add(args->texts, json_print(value));
    json_unref(value);
}

GPtrArray *
args_finish(Args *args)
{
    GPtrArray *texts = g_steal_pointer(&args->texts);
    g_ptr_array_add(texts, NULL);
    args_free(args);
    return texts;
}

void
args_append(GString *text, const char *key, const char *value)
{
    if (value == NULL)
        return;
    if (text->len > 0)
        g_string_append_c(text, ',');
    g_string_append_printf(text, "%s=", key);
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == ',')
            g_string_append_c(text, ',');
        g_string_append_c(text, *c);
    }
}
