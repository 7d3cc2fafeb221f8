/*
 * admin — the ADMIN program: servers, their clients and limits, logging, idle timeout. Io thread.
 *
 * The thread-pool figures are mapped: our pool grows by need, so "min" and "max" are what was set,
 * and the current figures are those of the strand pool.
 */
#pragma once

#include "common/spec/admin.h"

extern const AdminHandlers admin_handlers;
