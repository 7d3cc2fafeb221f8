/*
 * seclabel — see seclabel.h. https://libvirt.org/formatdomain.html#security-label
 */
#include "virtqemud/conf/seclabel.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"dynamic", SECLABEL_DYNAMIC, "Chosen at start."},
    {"static", SECLABEL_STATIC, "The one that is told."},
    {"none", SECLABEL_NONE, "None."},
};
static const ConfEnum seclabel_type_enum = CONF_ENUM_OF("seclabel_type", type_items);

static const ConfField seclabel_rows[] = {
    ATTR_ENUM(Seclabel, type, "type", seclabel_type_enum, OPTIONAL, "Who chooses."),
    ATTR_STR(Seclabel, model, "model", NULL, OPTIONAL, "Which security model."),
    ATTR_ENUM(Seclabel, relabel, "relabel", yes_no_enum, DERIVED, "Whether files change owner."),
    ATTR_ENUM(Seclabel, implicit, "implicit", yes_no_enum, STATUS_ONLY, "Added at start."),
    TEXT(Seclabel, label, "label", NULL, OPTIONAL, "Of the process."),
    TEXT(Seclabel, imagelabel, "imagelabel", NULL, INACTIVE_OMIT, "Of the files, while it runs."),
    TEXT(Seclabel, baselabel, "baselabel", NULL, OPTIONAL, "What a chosen one is made of."),
    EXTRA(Seclabel, extra, NULL),
    END};

static const ConfField source_rows[] = {
    ATTR_STR(SourceSeclabel, model, "model", NULL, OPTIONAL, "Which security model."),
    ATTR_ENUM(SourceSeclabel, relabel, "relabel", yes_no_enum, OPTIONAL, "Changes owner."),
    ATTR_ENUM(SourceSeclabel, label_skipped, "labelskip", yes_no_enum, OPTIONAL,
              "Whether that could not be done."),
    TEXT(SourceSeclabel, label, "label", NULL, OPTIONAL, "Its own label."),
    END};
/* clang-format on */

static bool
seclabel_validate(const void *object, GError **error)
{
    const Seclabel *seclabel = object;
    if (seclabel->model == NULL && seclabel->type != SECLABEL_DYNAMIC &&
        seclabel->type != SECLABEL_NONE) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "@model is missing");
        return false;
    }
    if ((seclabel->type == SECLABEL_DYNAMIC && seclabel->relabel == SWITCH_OFF) ||
        (seclabel->type == SECLABEL_NONE && seclabel->relabel == SWITCH_ON)) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "@relabel cannot be '%s' with this type",
                       seclabel->relabel == SWITCH_ON ? "yes" : "no");
        return false;
    }
    if (seclabel->type == SECLABEL_STATIC && seclabel->label == NULL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "a static label is to be told in <label>");
        return false;
    }
    return true;
}

static bool
seclabel_validate_schema(const void *object, GError **error)
{
    const Seclabel *seclabel = object;
    const char *why = NULL;
    if (seclabel->type == 0 && seclabel->relabel == SWITCH_OFF)
        why = "without relabelling the type is to be told";
    else if (seclabel->type == SECLABEL_NONE && seclabel->label != NULL)
        why = "the type 'none' has no label";
    else if ((seclabel->type == SECLABEL_NONE || seclabel->type == SECLABEL_STATIC) &&
             seclabel->baselabel != NULL)
        why = "only a dynamic label has a base";
    if (why != NULL)
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "%s", why);
    return why == NULL;
}

/* Left alone, skipped, or labelled. */
static bool
source_validate_schema(const void *object, GError **error)
{
    const SourceSeclabel *seclabel = object;
    gboolean left = seclabel->relabel == SWITCH_OFF, skipped = seclabel->label_skipped != 0;
    gboolean labelled = seclabel->label != NULL;
    if (left + skipped + labelled == 1 && (!skipped || seclabel->relabel == 0) &&
        seclabel->label_skipped != SWITCH_OFF)
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "one of @relabel 'no', @labelskip 'yes' and <label> is to be told");
    return false;
}

const ConfType seclabel_conf = CONF_TYPE_WITH_SCHEMA(Seclabel, "seclabel", seclabel_rows,
                                                     seclabel_validate, seclabel_validate_schema);
const ConfType source_seclabel_conf =
    CONF_TYPE_WITH_SCHEMA(SourceSeclabel, "seclabel", source_rows, NULL, source_validate_schema);
