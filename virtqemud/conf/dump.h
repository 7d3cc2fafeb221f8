/*
 * dump — a definition as virDomainGetXMLDesc gives it: live, inactive, with secrets, or for another
 * host.
 *
 * Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

/* virDomainXMLFlags. */
enum {
    DOMAIN_XML_SECURE = 1 << 0,
    DOMAIN_XML_INACTIVE = 1 << 1,
    DOMAIN_XML_UPDATE_CPU = 1 << 2, /* the caller's: it needs to know the host */
    DOMAIN_XML_MIGRATABLE = 1 << 3  /* with secrets, as stock has it */
};

/*
 * `def` is what runs, or a definition that does not; which of a guest's two DOMAIN_XML_INACTIVE
 * means is for the caller to say. Of a running one, inactive and migratable dumps leave out what
 * the start chose. `defined_cpu` is the processor before the start, NULL: as `def` has it. The
 * caller frees.
 */
char *domain_dump(const DomainDef *def, const Cpu *defined_cpu, unsigned flags);
/*
 * Takes out of a running guest's definition what the start chose: ports, terminals, names of taps,
 * detected images, labels. `def` is not published.
 */
void domain_def_drop_running(DomainDef *def, const Cpu *defined_cpu);
