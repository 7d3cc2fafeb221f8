/*
 * usb_ports — addresses on USB buses, and the hubs that are needed for them.
 *
 * Each controller is a bus of some ports, each hub has eight more. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

/* Errors: XML_ERROR for a bus or port that is not there or taken, CONFIG_UNSUPPORTED when the ports
 * do not suffice. */
gboolean assign_usb(DomainDef *def, GError **error);
