/*
 * cpu_feature_rows — the features of x86 processors that a <cpu> can name, in the order in which
 * libvirt lists them: that of the bits of CPUID.
 *
 * X(name, QEMU's name or NULL when it has none, CPUID leaf, subleaf, register, bit)
 *   Intel's "Software Developer's Manual", volume 2A (CPUID); AMD's "Architecture Programmer's
 *   Manual", volume 3, appendix E. The names are those that libvirt's clients use.
 */
#pragma once

/* clang-format off */
#define CPU_FEATURES(X) \
    /* CPUID 0x1:0, EDX */ \
    X("fpu", "fpu", 0x1, 0, EDX, 0) \
    X("vme", "vme", 0x1, 0, EDX, 1) \
    X("de", "de", 0x1, 0, EDX, 2) \
    X("pse", "pse", 0x1, 0, EDX, 3) \
    X("tsc", "tsc", 0x1, 0, EDX, 4) \
    X("msr", "msr", 0x1, 0, EDX, 5) \
    X("pae", "pae", 0x1, 0, EDX, 6) \
    X("mce", "mce", 0x1, 0, EDX, 7) \
    X("cx8", "cx8", 0x1, 0, EDX, 8) \
    X("apic", "apic", 0x1, 0, EDX, 9) \
    X("sep", "sep", 0x1, 0, EDX, 11) \
    X("mtrr", "mtrr", 0x1, 0, EDX, 12) \
    X("pge", "pge", 0x1, 0, EDX, 13) \
    X("mca", "mca", 0x1, 0, EDX, 14) \
    X("cmov", "cmov", 0x1, 0, EDX, 15) \
    X("pat", "pat", 0x1, 0, EDX, 16) \
    X("pse36", "pse36", 0x1, 0, EDX, 17) \
    X("pn", "pn", 0x1, 0, EDX, 18) \
    X("clflush", "clflush", 0x1, 0, EDX, 19) \
    X("ds", "ds", 0x1, 0, EDX, 21) \
    X("acpi", "acpi", 0x1, 0, EDX, 22) \
    X("mmx", "mmx", 0x1, 0, EDX, 23) \
    X("fxsr", "fxsr", 0x1, 0, EDX, 24) \
    X("sse", "sse", 0x1, 0, EDX, 25) \
    X("sse2", "sse2", 0x1, 0, EDX, 26) \
    X("ss", "ss", 0x1, 0, EDX, 27) \
    X("ht", "ht", 0x1, 0, EDX, 28) \
    X("tm", "tm", 0x1, 0, EDX, 29) \
    X("ia64", "ia64", 0x1, 0, EDX, 30) \
    X("pbe", "pbe", 0x1, 0, EDX, 31) \
    /* CPUID 0x1:0, ECX */ \
    X("pni", "pni", 0x1, 0, ECX, 0) \
    X("pclmuldq", "pclmulqdq", 0x1, 0, ECX, 1) \
    X("dtes64", "dtes64", 0x1, 0, ECX, 2) \
    X("monitor", "monitor", 0x1, 0, ECX, 3) \
    X("ds_cpl", "ds-cpl", 0x1, 0, ECX, 4) \
    X("vmx", "vmx", 0x1, 0, ECX, 5) \
    X("smx", "smx", 0x1, 0, ECX, 6) \
    X("est", "est", 0x1, 0, ECX, 7) \
    X("tm2", "tm2", 0x1, 0, ECX, 8) \
    X("ssse3", "ssse3", 0x1, 0, ECX, 9) \
    X("cid", "cid", 0x1, 0, ECX, 10) \
    X("fma", "fma", 0x1, 0, ECX, 12) \
    X("cx16", "cx16", 0x1, 0, ECX, 13) \
    X("xtpr", "xtpr", 0x1, 0, ECX, 14) \
    X("pdcm", "pdcm", 0x1, 0, ECX, 15) \
    X("pcid", "pcid", 0x1, 0, ECX, 17) \
    X("dca", "dca", 0x1, 0, ECX, 18) \
    X("sse4.1", "sse4.1", 0x1, 0, ECX, 19) \
    X("sse4.2", "sse4.2", 0x1, 0, ECX, 20) \
    X("x2apic", "x2apic", 0x1, 0, ECX, 21) \
    X("movbe", "movbe", 0x1, 0, ECX, 22) \
    X("popcnt", "popcnt", 0x1, 0, ECX, 23) \
    X("tsc-deadline", "tsc-deadline", 0x1, 0, ECX, 24) \
    X("aes", "aes", 0x1, 0, ECX, 25) \
    X("xsave", "xsave", 0x1, 0, ECX, 26) \
    X("osxsave", NULL, 0x1, 0, ECX, 27) \
    X("avx", "avx", 0x1, 0, ECX, 28) \
    X("f16c", "f16c", 0x1, 0, ECX, 29) \
    X("rdrand", "rdrand", 0x1, 0, ECX, 30) \
    X("hypervisor", "hypervisor", 0x1, 0, ECX, 31) \
    /* CPUID 0x6:0, EAX */ \
    X("arat", "arat", 0x6, 0, EAX, 2) \
    /* CPUID 0x7:0, EBX */ \
    X("fsgsbase", "fsgsbase", 0x7, 0, EBX, 0) \
    X("tsc_adjust", "tsc-adjust", 0x7, 0, EBX, 1) \
    X("sgx", "sgx", 0x7, 0, EBX, 2) \
    X("bmi1", "bmi1", 0x7, 0, EBX, 3) \
    X("hle", "hle", 0x7, 0, EBX, 4) \
    X("avx2", "avx2", 0x7, 0, EBX, 5) \
    X("smep", "smep", 0x7, 0, EBX, 7) \
    X("bmi2", "bmi2", 0x7, 0, EBX, 8) \
    X("erms", "erms", 0x7, 0, EBX, 9) \
    X("invpcid", "invpcid", 0x7, 0, EBX, 10) \
    X("rtm", "rtm", 0x7, 0, EBX, 11) \
    X("cmt", NULL, 0x7, 0, EBX, 12) \
    X("mpx", "mpx", 0x7, 0, EBX, 14) \
    X("avx512f", "avx512f", 0x7, 0, EBX, 16) \
    X("avx512dq", "avx512dq", 0x7, 0, EBX, 17) \
    X("rdseed", "rdseed", 0x7, 0, EBX, 18) \
    X("adx", "adx", 0x7, 0, EBX, 19) \
    X("smap", "smap", 0x7, 0, EBX, 20) \
    X("avx512ifma", "avx512ifma", 0x7, 0, EBX, 21) \
    X("pcommit", "pcommit", 0x7, 0, EBX, 22) \
    X("clflushopt", "clflushopt", 0x7, 0, EBX, 23) \
    X("clwb", "clwb", 0x7, 0, EBX, 24) \
    X("intel-pt", "intel-pt", 0x7, 0, EBX, 25) \
    X("avx512pf", "avx512pf", 0x7, 0, EBX, 26) \
    X("avx512er", "avx512er", 0x7, 0, EBX, 27) \
    X("avx512cd", "avx512cd", 0x7, 0, EBX, 28) \
    X("sha-ni", "sha-ni", 0x7, 0, EBX, 29) \
    X("avx512bw", "avx512bw", 0x7, 0, EBX, 30) \
    X("avx512vl", "avx512vl", 0x7, 0, EBX, 31) \
    /* CPUID 0x7:0, ECX */ \
    X("avx512vbmi", "avx512vbmi", 0x7, 0, ECX, 1) \
    X("umip", "umip", 0x7, 0, ECX, 2) \
    X("pku", "pku", 0x7, 0, ECX, 3) \
    X("ospke", NULL, 0x7, 0, ECX, 4) \
    X("waitpkg", "waitpkg", 0x7, 0, ECX, 5) \
    X("avx512vbmi2", "avx512vbmi2", 0x7, 0, ECX, 6) \
    X("gfni", "gfni", 0x7, 0, ECX, 8) \
    X("vaes", "vaes", 0x7, 0, ECX, 9) \
    X("vpclmulqdq", "vpclmulqdq", 0x7, 0, ECX, 10) \
    X("avx512vnni", "avx512vnni", 0x7, 0, ECX, 11) \
    X("avx512bitalg", "avx512bitalg", 0x7, 0, ECX, 12) \
    X("avx512-vpopcntdq", "avx512-vpopcntdq", 0x7, 0, ECX, 14) \
    X("la57", "la57", 0x7, 0, ECX, 16) \
    X("rdpid", "rdpid", 0x7, 0, ECX, 22) \
    X("bus-lock-detect", "bus-lock-detect", 0x7, 0, ECX, 24) \
    X("cldemote", "cldemote", 0x7, 0, ECX, 25) \
    X("movdiri", "movdiri", 0x7, 0, ECX, 27) \
    X("movdir64b", "movdir64b", 0x7, 0, ECX, 28) \
    X("sgxlc", "sgxlc", 0x7, 0, ECX, 30) \
    X("pks", "pks", 0x7, 0, ECX, 31) \
    /* CPUID 0x7:0, EDX */ \
    X("avx512-4vnniw", "avx512-4vnniw", 0x7, 0, EDX, 2) \
    X("avx512-4fmaps", "avx512-4fmaps", 0x7, 0, EDX, 3) \
    X("fsrm", "fsrm", 0x7, 0, EDX, 4) \
    X("avx512-vp2intersect", "avx512-vp2intersect", 0x7, 0, EDX, 8) \
    X("md-clear", "md-clear", 0x7, 0, EDX, 10) \
    X("serialize", "serialize", 0x7, 0, EDX, 14) \
    X("tsx-ldtrk", "tsx-ldtrk", 0x7, 0, EDX, 16) \
    X("arch-lbr", "arch-lbr", 0x7, 0, EDX, 19) \
    X("amx-bf16", "amx-bf16", 0x7, 0, EDX, 22) \
    X("avx512-fp16", "avx512-fp16", 0x7, 0, EDX, 23) \
    X("amx-tile", "amx-tile", 0x7, 0, EDX, 24) \
    X("amx-int8", "amx-int8", 0x7, 0, EDX, 25) \
    X("spec-ctrl", "spec-ctrl", 0x7, 0, EDX, 26) \
    X("stibp", "stibp", 0x7, 0, EDX, 27) \
    X("arch-capabilities", "arch-capabilities", 0x7, 0, EDX, 29) \
    X("core-capability", "core-capability", 0x7, 0, EDX, 30) \
    X("ssbd", "ssbd", 0x7, 0, EDX, 31) \
    /* CPUID 0x7:1, EAX */ \
    X("avx-vnni", "avx-vnni", 0x7, 1, EAX, 4) \
    X("avx512-bf16", "avx512-bf16", 0x7, 1, EAX, 5) \
    /* CPUID 0xd:1, EAX */ \
    X("xsaveopt", "xsaveopt", 0xd, 1, EAX, 0) \
    X("xsavec", "xsavec", 0xd, 1, EAX, 1) \
    X("xgetbv1", "xgetbv1", 0xd, 1, EAX, 2) \
    X("xsaves", "xsaves", 0xd, 1, EAX, 3) \
    X("xfd", "xfd", 0xd, 1, EAX, 4) \
    /* CPUID 0xf:1, EDX */ \
    X("mbm_total", NULL, 0xf, 1, EDX, 1) \
    X("mbm_local", NULL, 0xf, 1, EDX, 2) \
    /* CPUID 0x12:0, EAX */ \
    X("sgx1", "sgx1", 0x12, 0, EAX, 0) \
    X("sgx2", "sgx2", 0x12, 0, EAX, 1) \
    /* CPUID 0x12:0, EBX */ \
    X("sgx-exinfo", "sgx-exinfo", 0x12, 0, EBX, 0) \
    /* CPUID 0x12:1, EAX */ \
    X("sgx-debug", "sgx-debug", 0x12, 1, EAX, 1) \
    X("sgx-mode64", "sgx-mode64", 0x12, 1, EAX, 2) \
    X("sgx-provisionkey", "sgx-provisionkey", 0x12, 1, EAX, 4) \
    X("sgx-tokenkey", "sgx-tokenkey", 0x12, 1, EAX, 5) \
    X("sgx-kss", "sgx-kss", 0x12, 1, EAX, 7) \
    /* CPUID 0x14:0, ECX */ \
    X("intel-pt-lip", "intel-pt-lip", 0x14, 0, ECX, 31) \
    /* CPUID 0x80000001:0, EDX */ \
    X("syscall", "syscall", 0x80000001, 0, EDX, 11) \
    X("nx", "nx", 0x80000001, 0, EDX, 20) \
    X("mmxext", "mmxext", 0x80000001, 0, EDX, 22) \
    X("fxsr_opt", "fxsr-opt", 0x80000001, 0, EDX, 25) \
    X("pdpe1gb", "pdpe1gb", 0x80000001, 0, EDX, 26) \
    X("rdtscp", "rdtscp", 0x80000001, 0, EDX, 27) \
    X("lm", "lm", 0x80000001, 0, EDX, 29) \
    X("3dnowext", "3dnowext", 0x80000001, 0, EDX, 30) \
    X("3dnow", "3dnow", 0x80000001, 0, EDX, 31) \
    /* CPUID 0x80000001:0, ECX */ \
    X("lahf_lm", "lahf-lm", 0x80000001, 0, ECX, 0) \
    X("cmp_legacy", "cmp-legacy", 0x80000001, 0, ECX, 1) \
    X("svm", "svm", 0x80000001, 0, ECX, 2) \
    X("extapic", "extapic", 0x80000001, 0, ECX, 3) \
    X("cr8legacy", "cr8legacy", 0x80000001, 0, ECX, 4) \
    X("abm", "abm", 0x80000001, 0, ECX, 5) \
    X("sse4a", "sse4a", 0x80000001, 0, ECX, 6) \
    X("misalignsse", "misalignsse", 0x80000001, 0, ECX, 7) \
    X("3dnowprefetch", "3dnowprefetch", 0x80000001, 0, ECX, 8) \
    X("osvw", "osvw", 0x80000001, 0, ECX, 9) \
    X("ibs", "ibs", 0x80000001, 0, ECX, 10) \
    X("xop", "xop", 0x80000001, 0, ECX, 11) \
    X("skinit", "skinit", 0x80000001, 0, ECX, 12) \
    X("wdt", "wdt", 0x80000001, 0, ECX, 13) \
    X("lwp", "lwp", 0x80000001, 0, ECX, 15) \
    X("fma4", "fma4", 0x80000001, 0, ECX, 16) \
    X("tce", "tce", 0x80000001, 0, ECX, 17) \
    X("nodeid_msr", "nodeid-msr", 0x80000001, 0, ECX, 19) \
    X("tbm", "tbm", 0x80000001, 0, ECX, 21) \
    X("topoext", "topoext", 0x80000001, 0, ECX, 22) \
    X("perfctr_core", "perfctr-core", 0x80000001, 0, ECX, 23) \
    X("perfctr_nb", "perfctr-nb", 0x80000001, 0, ECX, 24) \
    /* CPUID 0x80000007:0, EDX */ \
    X("invtsc", "invtsc", 0x80000007, 0, EDX, 8) \
    /* CPUID 0x80000008:0, EBX */ \
    X("clzero", "clzero", 0x80000008, 0, EBX, 0) \
    X("xsaveerptr", "xsaveerptr", 0x80000008, 0, EBX, 2) \
    X("wbnoinvd", "wbnoinvd", 0x80000008, 0, EBX, 9) \
    X("ibpb", "ibpb", 0x80000008, 0, EBX, 12) \
    X("ibrs", "ibrs", 0x80000008, 0, EBX, 14) \
    X("amd-stibp", "amd-stibp", 0x80000008, 0, EBX, 15) \
    X("amd-ssbd", "amd-ssbd", 0x80000008, 0, EBX, 24) \
    X("virt-ssbd", "virt-ssbd", 0x80000008, 0, EBX, 25) \
    X("amd-no-ssb", "amd-no-ssb", 0x80000008, 0, EBX, 26) \
    /* CPUID 0x8000000a:0, EDX */ \
    X("npt", "npt", 0x8000000a, 0, EDX, 0) \
    X("lbrv", "lbrv", 0x8000000a, 0, EDX, 1) \
    X("svm-lock", "svm-lock", 0x8000000a, 0, EDX, 2) \
    X("nrip-save", "nrip-save", 0x8000000a, 0, EDX, 3) \
    X("tsc-scale", "tsc-scale", 0x8000000a, 0, EDX, 4) \
    X("vmcb-clean", "vmcb-clean", 0x8000000a, 0, EDX, 5) \
    X("flushbyasid", "flushbyasid", 0x8000000a, 0, EDX, 6) \
    X("decodeassists", "decodeassists", 0x8000000a, 0, EDX, 7) \
    X("pause-filter", "pause-filter", 0x8000000a, 0, EDX, 10) \
    X("pfthreshold", "pfthreshold", 0x8000000a, 0, EDX, 12) \
    X("avic", "avic", 0x8000000a, 0, EDX, 13) \
    X("v-vmsave-vmload", "v-vmsave-vmload", 0x8000000a, 0, EDX, 15) \
    X("vgif", "vgif", 0x8000000a, 0, EDX, 16) \
    X("svme-addr-chk", "svme-addr-chk", 0x8000000a, 0, EDX, 28) \
    /* told by a register of the processor that only the kernel reads */ \
    X("rdctl-no", "rdctl-no", 0x0, 0, NONE, 0) \
    X("ibrs-all", "ibrs-all", 0x0, 0, NONE, 0) \
    X("rsba", "rsba", 0x0, 0, NONE, 0) \
    X("skip-l1dfl-vmentry", "skip-l1dfl-vmentry", 0x0, 0, NONE, 0) \
    X("ssb-no", "ssb-no", 0x0, 0, NONE, 0) \
    X("mds-no", "mds-no", 0x0, 0, NONE, 0) \
    X("pschange-mc-no", "pschange-mc-no", 0x0, 0, NONE, 0) \
    X("tsx-ctrl", "tsx-ctrl", 0x0, 0, NONE, 0) \
    X("taa-no", "taa-no", 0x0, 0, NONE, 0) \
    X("split-lock-detect", "split-lock-detect", 0x0, 0, NONE, 0)
/* clang-format on */
