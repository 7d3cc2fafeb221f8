/*
 * cpu_document — see cpu_document.h.
 */
#include "virtqemud/caps/cpu_document.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/error.h"
#include "common/conf/xml_read.h"
#include "virtqemud/caps/markup.h"

static const char *const elements[] = {
    "arch",      "model",   "vendor", "topology",  "feature",     "numa", "cache",
    "microcode", "counter", "pages",  "signature", "maxphysaddr", NULL,
};

static const char *const modes[] = {
    [CPU_CUSTOM] = "custom",
    [CPU_HOST_MODEL] = "host-model",
    [CPU_HOST_PASSTHROUGH] = "host-passthrough",
    [CPU_MAXIMUM] = "maximum",
};
static const char *const matches[] = {
    [CPU_MATCH_MINIMUM] = "minimum",
    [CPU_MATCH_EXACT] = "exact",
    [CPU_MATCH_STRICT] = "strict",
};
static const char *const policies[] = {
    [CPU_FEATURE_FORCE] = "force",       [CPU_FEATURE_REQUIRE] = "require",
    [CPU_FEATURE_OPTIONAL] = "optional", [CPU_FEATURE_DISABLE] = "disable",
    [CPU_FEATURE_FORBID] = "forbid",
};

static gboolean
fail(GError **error, const char *what, const char *value)
{
    virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_XML_ERROR, "%s '%s'", what, value);
    return FALSE;
}

/* The number of the attribute's word; 0 when it is absent. */
static gboolean
read_word(xmlNode *node, const char *name, const char *const *words, size_t n, unsigned *ret,
          GError **error)
{
    g_autofree char *text = (char *)xmlGetNoNsProp(node, (const xmlChar *)name);
    *ret = 0;
    if (text == NULL)
        return TRUE;
    for (unsigned i = 1; i < n; i++) {
        if (strcmp(words[i], text) == 0) {
            *ret = i;
            return TRUE;
        }
    }
    return fail(error, "<cpu> does not know the word", text);
}

static gboolean
read_feature(xmlNode *node, CpuDocument *document, GError **error)
{
    unsigned policy;
    g_autofree char *name = (char *)xmlGetNoNsProp(node, (const xmlChar *)"name");
    if (!read_word(node, "policy", policies, G_N_ELEMENTS(policies), &policy, error))
        return FALSE;
    if (name == NULL || *name == '\0')
        return fail(error, "a feature has no", "name");
    int feature = cpu_feature_find(name);
    if (feature < 0) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_CONFIG_UNSUPPORTED, "unknown CPU feature: %s",
                       name);
        return FALSE;
    }
    if (policy == CPU_FEATURE_DISABLE || policy == CPU_FEATURE_FORBID)
        cpu_set_add(&document->disabled, (size_t)feature);
    if (policy == CPU_FEATURE_FORBID)
        cpu_set_add(&document->forbidden, (size_t)feature);
    if (policy == 0 || policy == CPU_FEATURE_REQUIRE)
        cpu_set_add(&document->required, (size_t)feature);
    return TRUE;
}

static const char *
read_text(xmlNode *node, Arena *arena)
{
    xmlChar *text = xmlNodeGetContent(node);
    const char *copy = arena_strdup(arena, (const char *)text);
    xmlFree(text);
    return copy;
}

static gboolean
read_child(xmlNode *node, CpuDocumentReading reading, Arena *arena, CpuDocument *document,
           GError **error)
{
    const char *name = (const char *)node->name;
    if (reading == CPU_DOCUMENT_STRICT && !g_strv_contains(elements, name))
        return fail(error, "<cpu> has no element", name);
    if (strcmp(name, "arch") == 0)
        document->arch = read_text(node, arena);
    else if (strcmp(name, "model") == 0)
        document->model = read_text(node, arena);
    else if (strcmp(name, "vendor") == 0)
        document->vendor = read_text(node, arena);
    else if (strcmp(name, "feature") == 0)
        return read_feature(node, document, error);
    return TRUE;
}

static gboolean
read_root(xmlNode *root, CpuDocumentReading reading, Arena *arena, CpuDocument *document,
          GError **error)
{
    unsigned mode, match;
    if (strcmp((const char *)root->name, "cpu") != 0) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_XML_ERROR,
                       "XML does not contain expected 'cpu' element");
        return FALSE;
    }
    if (!read_word(root, "mode", modes, G_N_ELEMENTS(modes), &mode, error) ||
        !read_word(root, "match", matches, G_N_ELEMENTS(matches), &match, error))
        return FALSE;
    document->mode = (CpuMode)mode;
    document->match = (CpuMatch)match;
    document->is_guest = mode != 0 || match != 0;
    for (xmlNode *node = root->children; node != NULL; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && !read_child(node, reading, arena, document, error))
            return FALSE;
    }
    if (document->arch != NULL && document->match != 0) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_XML_ERROR,
                       "'arch' element cannot be used inside 'cpu' element with 'match' "
                       "attribute");
        return FALSE;
    }
    return TRUE;
}

gboolean
cpu_document_parse(const char *xml, CpuDocumentReading reading, Arena *arena,
                   CpuDocument *ret_document, GError **error)
{
    g_auto(XmlRead) read = {0};
    CpuDocument document = {0};
    if (!xml_read(xml, strlen(xml), &read, error) ||
        !read_root(xmlDocGetRootElement(read.doc), reading, arena, &document, error))
        return FALSE;
    *ret_document = document;
    return TRUE;
}

/* --- comparing --- */

static gboolean
find_promised(const CpuDocument *document, const CpuHost *host, CpuSet *ret_promised,
              GError **error)
{
    CpuModelInfo model = {0};
    if (document->model != NULL &&
        !cpu_model_find(host->caps, host->accel, document->model, &model)) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_INTERNAL_ERROR, "Unknown CPU model %s",
                       document->model);
        return FALSE;
    }
    *ret_promised = cpu_set_or(&model.promised, &document->required);
    *ret_promised = cpu_set_minus(ret_promised, &document->disabled);
    return TRUE;
}

static char *
name_features(const char *what, const CpuSet *features)
{
    g_autofree char *names = cpu_set_text(features, ", ");
    return g_strdup_printf("%s: %s", what, names);
}

/* NULL: nothing is against it. */
static char *
find_obstacle(const CpuDocument *document, const CpuHost *host, const CpuSet *wanted)
{
    CpuSet missing = cpu_set_minus(wanted, &host->available);
    CpuSet more = cpu_set_minus(&host->available, wanted);
    CpuSet forbidden = cpu_set_and(&document->forbidden, &host->available);
    if (document->vendor != NULL && host->vendor != NULL &&
        strcmp(document->vendor, host->vendor) != 0)
        return g_strdup_printf("host CPU vendor does not match required CPU vendor %s",
                               document->vendor);
    if (cpu_set_count(&forbidden) > 0)
        return name_features("Host CPU provides forbidden features", &forbidden);
    if (cpu_set_count(&missing) > 0)
        return name_features("Host CPU does not provide required features", &missing);
    if (document->match == CPU_MATCH_STRICT && cpu_set_count(&more) > 0)
        return name_features("Host CPU does not strictly match guest CPU: Extra features", &more);
    return NULL;
}

static gboolean
is_other_arch(const char *arch, const char *host)
{
    gboolean is_x86 = strcmp(arch, "i686") == 0 && strcmp(host, "x86_64") == 0;
    return strcmp(arch, host) != 0 && !is_x86;
}

gboolean
cpu_document_compare(const CpuDocument *document, const CpuHost *host, CpuComparison *ret_result,
                     char **ret_why, GError **error)
{
    CpuSet wanted;
    if (document->arch != NULL && is_other_arch(document->arch, host->arch)) {
        *ret_why = g_strdup_printf("CPU arch %s does not match host arch", document->arch);
        *ret_result = CPU_INCOMPATIBLE;
        return TRUE;
    }
    if (!find_promised(document, host, &wanted, error))
        return FALSE;
    CpuSet more = cpu_set_minus(&host->available, &wanted);
    *ret_why = find_obstacle(document, host, &wanted);
    if (*ret_why != NULL)
        *ret_result = CPU_INCOMPATIBLE;
    else
        *ret_result = cpu_set_count(&more) > 0 ? CPU_SUPERSET : CPU_IDENTICAL;
    return TRUE;
}

/* --- the baseline --- */

static gboolean
check_baseline(const CpuDocument *document, size_t i, CpuBaseline kind, GError **error)
{
    if (kind == CPU_BASELINE_OF_HOSTS && document->is_guest) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "Attribute %s is only allowed for guest CPU",
                       document->mode != 0 ? "mode" : "match");
        return FALSE;
    }
    if (document->model == NULL)
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_INVALID_ARG,
                       "no CPU model specified at index %zu", i);
    return document->model != NULL;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(cpu_feature_name(*(const size_t *)a), cpu_feature_name(*(const size_t *)b));
}

/* All of a model's features are told in the order of their names, differences to it in the order of
 * the features. */
static void
add_features(GString *xml, const CpuSet *features, const char *policy, gboolean is_sorted)
{
    size_t order[CPU_N_FEATURES];
    for (size_t i = 0; i < CPU_N_FEATURES; i++)
        order[i] = i;
    if (is_sorted)
        qsort(order, CPU_N_FEATURES, sizeof *order, compare_names);
    for (size_t i = 0; i < CPU_N_FEATURES; i++) {
        if (cpu_set_has(features, order[i]))
            markup_add(xml, "  <feature policy='%s' name='%s'/>", policy,
                       cpu_feature_name(order[i]));
    }
}

static char *
format_baseline(const CpuSet *features, const CpuModelInfo *model, const char *vendor,
                CpuFallback fallback, uint32_t flags)
{
    CpuSet more = cpu_set_minus(features, &model->promised);
    CpuSet less = cpu_set_minus(&model->promised, features);
    gboolean is_whole = (flags & CPU_BASELINE_EXPAND) != 0;
    g_autoptr(GString) xml = g_string_new("<cpu mode='custom' match='exact'>\n");
    markup_add(xml, "  <model fallback='%s'>%s</model>",
               fallback == CPU_FALLBACK_FORBID ? "forbid" : "allow", model->name);
    if (vendor != NULL)
        markup_add(xml, "  <vendor>%s</vendor>", vendor);
    add_features(xml, is_whole ? features : &more, "require", is_whole);
    add_features(xml, &less, "disable", is_whole);
    markup_add(xml, "</cpu>");
    return g_strdup(xml->str);
}

/* What all documents agree on. */
typedef struct {
    CpuSet features;
    const char *vendor; /* NULL: none was named */
    const char *model;  /* NULL: several */
} Common;

static gboolean
find_common(const CpuDocument *documents, size_t n, const CpuHost *host, CpuBaseline kind,
            Common *ret_common, GError **error)
{
    Common common = {0};
    for (size_t i = 0; i < n; i++) {
        const CpuDocument *document = &documents[i];
        CpuSet promised;
        if (!check_baseline(document, i, kind, error) ||
            !find_promised(document, host, &promised, error))
            return FALSE;
        if (common.vendor != NULL && document->vendor != NULL &&
            strcmp(common.vendor, document->vendor) != 0) {
            virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_OPERATION_FAILED,
                           "CPU vendors do not match");
            return FALSE;
        }
        common.vendor = document->vendor != NULL ? document->vendor : common.vendor;
        common.features = i == 0 ? promised : cpu_set_and(&common.features, &promised);
        common.model =
            i == 0 || g_strcmp0(common.model, document->model) == 0 ? document->model : NULL;
    }
    *ret_common = common;
    return TRUE;
}

char *
cpu_document_baseline(const CpuDocument *documents, size_t n, const CpuHost *host, CpuBaseline kind,
                      uint32_t flags, GError **error)
{
    Common common;
    CpuModelInfo model;
    /* The kernel's own marks, not abilities; and what keeps a guest where it is. */
    CpuSet never = cpu_set_of_text("osxsave ospke");
    CpuSet bound = cpu_set_of_text("invtsc");
    if (!find_common(documents, n, host, kind, &common, error))
        return NULL;
    CpuSet features = cpu_set_minus(&common.features, &never);
    if (flags & CPU_BASELINE_MIGRATABLE)
        features = cpu_set_minus(&features, &bound);
    CpuNearest how = kind == CPU_BASELINE_OF_GUESTS ? CPU_NEAREST_ANY : CPU_NEAREST_WITHIN;
    if (!cpu_model_nearest(host->caps, host->accel, &features, common.vendor, how, &model)) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_OPERATION_FAILED,
                       "the CPUs are incompatible");
        return NULL;
    }
    gboolean is_exact = kind == CPU_BASELINE_OF_GUESTS || common.model != NULL;
    return format_baseline(&features, &model, common.vendor,
                           is_exact ? CPU_FALLBACK_FORBID : CPU_FALLBACK_ALLOW, flags);
}
