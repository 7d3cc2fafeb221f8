/*
 * list — the guests of this host: counts, old lists, look-ups; what any object with a head can
 * answer.
 */
#pragma once

#include "common/daemon/objects.h"
#include "common/spec/remote.h"

/* What a client knows a guest by; the name is borrowed. Any thread. */
void list_fill_domain(RemoteDomain *ref, const ObjHead *head);
