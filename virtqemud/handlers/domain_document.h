/*
 * domain_document — <domainCapabilities>: what a guest of one program, machine and accelerator can
 * be given. Pure; any thread.
 * https://libvirt.org/formatdomaincaps.html
 */
#pragma once

#include "virtqemud/handlers/emulator.h"

/* The caller frees. */
char *domain_document_format(const Emulator *emulator);
