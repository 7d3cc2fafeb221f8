/*
 * domain_trials — what a guest might be given, each as a piece of a definition to be tried: is it
 * read, completed and checked as a user's would be (conf/, assign/, build/), it is supported. So
 * <domainCapabilities> cannot promise what a start refuses, and what is built later is told without
 * a change here.
 */
#pragma once

/* Where in the definition a piece stands. */
typedef enum {
    TRIAL_DEVICE,
    TRIAL_TOP,
    TRIAL_FEATURES,
    TRIAL_OS,
    TRIAL_OS_ATTRIBUTE,
    TRIAL_N_PLACES,
} TrialPlace;

typedef struct {
    const char *value; /* as the document tells it; NULL: the end of a list */
    const char *piece; /* NULL: never supported */
    TrialPlace place;
} Trial;

typedef struct {
    const char *name; /* NULL: the last one */
    const Trial *trials;
} TrialEnum;

enum { TRIAL_ENUMS_MAX = 6 };

typedef struct {
    const char *element; /* NULL: the end of a list */
    TrialEnum enums[TRIAL_ENUMS_MAX];
} TrialSection;

extern const Trial trial_iothreads;
extern const TrialEnum trial_firmware;
extern const TrialSection trial_loader;
extern const TrialSection trial_memory;
extern const TrialSection trial_devices[];
extern const Trial trial_features[];
/* What Hyper-V's guests may be told: without and with KVM. */
extern const TrialEnum trial_hyperv;
extern const TrialEnum trial_hyperv_kvm;
