/*
 * args — QEMU's command line while it is made: options with text or JSON behind them.
 *
 * Texts of QEMU's option syntax (key=value,key=value) need their values' commas doubled; JSON does
 * not: https://www.qemu.org/docs/master/system/invocation.html. Pure; any thread.
 */
#pragma once

#include <glib.h>

#include "virtqemud/qmp/json.h"

typedef struct Args Args;

Args *args_new(const char *program);
void args_free(Args *args);
/* An argument as it is. */
void args_add(Args *args, const char *text);
/* An option and its value. */
void args_option(Args *args, const char *option, const char *value);
void args_optionf(Args *args, const char *option, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* An option whose value is JSON; takes `value` over. */
void args_json(Args *args, const char *option, Json *value);
/* The arguments, ended by NULL, and the end of `args`. */
GPtrArray *args_finish(Args *args);

/* Appends ",key=value" (or "key=value" to an empty text) with the value's commas doubled. A NULL
 * value appends nothing. */
void args_append(GString *text, const char *key, const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Args, args_free)
