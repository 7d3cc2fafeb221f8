/*
 * json_scan — a look over a text before json-c sees it: size, depth, number of values, and what
 * json-c would take although it is no JSON or does not fit. It is no parser: what passes may still
 * be refused. Pure; any thread.
 */
#pragma once

#include "virtqemud/qmp/json.h"

/* Errors: VIRT_ERR_PARSE_FAILED. */
gboolean json_scan(const char *text, size_t n, const JsonLimits *limits, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
