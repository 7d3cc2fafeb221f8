/*
 * switches — the two-valued enums that many elements share: on and off, yes and no. 0 is absent.
 */
#pragma once

#include "common/conf/conf.h"

typedef enum { SWITCH_ABSENT, SWITCH_ON, SWITCH_OFF } Switch;

extern const ConfEnum on_off_enum;
extern const ConfEnum yes_no_enum;
