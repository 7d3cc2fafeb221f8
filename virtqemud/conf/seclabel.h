/*
 * seclabel — <seclabel>: as whom the guest runs, and who owns what it opens.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"

typedef enum { SECLABEL_DYNAMIC = 1, SECLABEL_STATIC, SECLABEL_NONE } SeclabelType;

/* Of a guest; one for each model. */
typedef struct {
    SeclabelType type;
    const char *model; /* "dac", "apparmor", ... */
    Switch relabel;
    const char *label;      /* "+107:+107" for dac */
    const char *imagelabel; /* of a running guest */
    const char *baselabel;
    Switch implicit; /* added at start, the definition has none of this model */
    const ConfExtra *extra;
} Seclabel;

/* Of one source: different from the guest's. */
typedef struct {
    const char *model; /* NULL: all */
    Switch relabel;
    Switch label_skipped; /* it could not be labelled, and need not be */
    const char *label;
} SourceSeclabel;

extern const ConfType seclabel_conf;
extern const ConfType source_seclabel_conf;
