/*
 * cpu_model_rows — where a named model of x86 processors is not what QEMU makes of its name.
 *
 * X(name, vendor or NULL for any, features that QEMU's has and the name does not promise, features
 *   that the name promises and QEMU's has not, features that the name once promised)
 *
 * What a name promises is an agreement between all who exchange guests: two hosts that read the
 * same <cpu> must mean the same features, whatever their QEMU adds (lahf_lm) or has dropped (mpx).
 * Found out by starting each name on a stock daemon, reading its live definition, and comparing
 * with the expansions of QEMU 7.2 without KVM; the feature "hypervisor" is never part of a model.
 * What was promised once is switched off unless the definition asks for it. A model that is not
 * here promises what QEMU makes of it. The order is libvirt's.
 */
#pragma once

/* clang-format off */
#define CPU_MODELS(X) \
    X("486", NULL, "", "vme", "") \
    X("pentium", NULL, "apic", "vme", "") \
    X("pentium2", NULL, "apic", "vme", "") \
    X("pentium3", NULL, "apic", "vme", "") \
    X("coreduo", "Intel", "acpi ss", "vme", "") \
    X("n270", "Intel", "acpi ss movbe lahf_lm", "vme", "") \
    X("core2duo", "Intel", "acpi ss cx16 lahf_lm", "vme", "") \
    X("qemu32", NULL, "", "", "") \
    X("kvm32", NULL, "", "", "") \
    X("qemu64", NULL, "lahf_lm", "", "") \
    X("kvm64", NULL, "", "", "") \
    X("Conroe", "Intel", "", "", "") \
    X("Penryn", "Intel", "", "", "") \
    X("Nehalem", "Intel", "", "", "") \
    X("Nehalem-IBRS", "Intel", "", "", "") \
    X("Westmere", "Intel", "pclmuldq arat", "", "") \
    X("Westmere-IBRS", "Intel", "pclmuldq arat", "", "") \
    X("SandyBridge", "Intel", "arat xsaveopt", "", "") \
    X("SandyBridge-IBRS", "Intel", "arat xsaveopt", "", "") \
    X("IvyBridge", "Intel", "arat xsaveopt", "vme", "") \
    X("IvyBridge-IBRS", "Intel", "arat xsaveopt", "vme", "") \
    X("Haswell-noTSX", "Intel", "f16c rdrand arat xsaveopt abm", "", "") \
    X("Haswell-noTSX-IBRS", "Intel", "f16c rdrand arat xsaveopt abm", "", "") \
    X("Haswell", "Intel", "f16c rdrand arat xsaveopt abm", "", "") \
    X("Haswell-IBRS", "Intel", "f16c rdrand arat xsaveopt abm", "", "") \
    X("Broadwell-noTSX", "Intel", "f16c rdrand arat xsaveopt abm", "", "") \
    X("Broadwell-noTSX-IBRS", "Intel", "f16c rdrand arat xsaveopt abm", "", "") \
    X("Broadwell", "Intel", "f16c rdrand arat xsaveopt abm", "", "") \
    X("Broadwell-IBRS", "Intel", "f16c rdrand arat xsaveopt abm", "", "") \
    X("Skylake-Client", "Intel", "", "vme mpx", "") \
    X("Skylake-Client-IBRS", "Intel", "", "vme mpx", "") \
    X("Skylake-Client-noTSX-IBRS", "Intel", "", "vme mpx", "") \
    X("Skylake-Server", "Intel", "clflushopt pku", "vme mpx", "") \
    X("Skylake-Server-IBRS", "Intel", "pku", "vme mpx", "") \
    X("Skylake-Server-noTSX-IBRS", "Intel", "pku", "vme mpx", "") \
    X("Cascadelake-Server", "Intel", "pku", "vme mpx", "") \
    X("Cascadelake-Server-noTSX", "Intel", "pku", "vme mpx", "") \
    X("Icelake-Server", "Intel", "", "vme mpx", "intel-pt") \
    X("Icelake-Server-noTSX", "Intel", "", "vme mpx", "intel-pt") \
    X("Cooperlake", "Intel", "", "vme", "") \
    X("Snowridge", "Intel", "monitor mpx", "vme", "") \
    X("athlon", "AMD", "mca", "vme", "") \
    X("phenom", "AMD", "cx16 popcnt pdpe1gb rdtscp lahf_lm abm sse4a npt", "", "") \
    X("Opteron_G1", "AMD", "", "", "") \
    X("Opteron_G2", "AMD", "", "rdtscp", "") \
    X("Opteron_G3", "AMD", "", "", "monitor") \
    X("Opteron_G4", "AMD", "npt", "", "") \
    X("Opteron_G5", "AMD", "npt", "", "") \
    X("EPYC", "AMD", "npt", "vme", "monitor") \
    X("EPYC-IBPB", "AMD", "npt", "vme", "monitor") \
    X("EPYC-Rome", "AMD", "monitor", "vme", "") \
    X("EPYC-Milan", "AMD", "monitor", "vme", "") \
    X("Dhyana", "Hygon", "npt", "vme", "monitor")
/* clang-format on */
