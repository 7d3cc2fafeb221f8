/*
 * switches — see switches.h.
 */
#include "common/conf/switches.h"

#include "common/conf/fields.h"

static const ConfEnumItem on_off_items[] = {{"on", SWITCH_ON, ""}, {"off", SWITCH_OFF, ""}};
const ConfEnum on_off_enum = CONF_ENUM_OF("on_off", on_off_items);

static const ConfEnumItem yes_no_items[] = {{"yes", SWITCH_ON, ""}, {"no", SWITCH_OFF, ""}};
const ConfEnum yes_no_enum = CONF_ENUM_OF("yes_no", yes_no_items);
