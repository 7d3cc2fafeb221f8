/*
 * error — see error.h. The message layout follows what libvirt clients print and match on.
 */
#include "common/base/error.h"

#include <string.h>

typedef struct {
    VirtErrorDomain domain;
    VirtErrorLevel level;
    char *str1;
    char *str2;
    char *str3;
    int32_t int1;
    int32_t int2;
} VirtErrorPrivate;

static void
virt_error_private_init(VirtErrorPrivate *priv)
{
    *priv = (VirtErrorPrivate){.level = VIRT_LEVEL_ERROR, .int1 = -1, .int2 = -1};
}

static void
virt_error_private_copy(const VirtErrorPrivate *from, VirtErrorPrivate *to)
{
    *to = *from;
    to->str1 = g_strdup(from->str1);
    to->str2 = g_strdup(from->str2);
    to->str3 = g_strdup(from->str3);
}

static void
virt_error_private_clear(VirtErrorPrivate *priv)
{
    g_free(priv->str1);
    g_free(priv->str2);
    g_free(priv->str3);
}

G_DEFINE_EXTENDED_ERROR(VirtError, virt_error)

typedef struct {
    VirtErrorCode code;
    const char *text;
} CodeText;

static const CodeText fixed_texts[] = {
#define X(name, number, text) {VIRT_ERR_##name, text},
    VIRT_ERROR_CODES(X)
#undef X
};

/* Codes whose detail stands elsewhere than behind ": ". */
static const CodeText detail_layouts[] = {
    {VIRT_ERR_UNKNOWN_HOST, "unknown host %s"},
    {VIRT_ERR_NO_CONNECT, "no connection driver available for %s"},
    {VIRT_ERR_OS_TYPE, "unknown OS type %s"},
    {VIRT_ERR_DOM_EXIST, "domain %s exists already"},
    {VIRT_ERR_OPEN_FAILED, "failed to open configuration file %s"},
    {VIRT_ERR_READ_FAILED, "failed to read configuration file %s"},
    {VIRT_ERR_PARSE_FAILED, "failed to parse configuration file %s"},
    {VIRT_ERR_NETWORK_EXIST, "network %s exists already"},
    {VIRT_ERR_SYSTEM_ERROR, "%s"},
    {VIRT_ERR_STORAGE_VOL_EXIST, "storage volume %s exists already"},
    {VIRT_ERR_NETWORK_PORT_EXIST, "network port %s exists already"},
};

static const char *
code_text(const CodeText *table, size_t n, VirtErrorCode code)
{
    for (size_t i = 0; i < n; i++) {
        if (table[i].code == code)
            return table[i].text;
    }
    return NULL;
}

const char *
virt_error_text(VirtErrorCode code)
{
    const char *text = code_text(fixed_texts, G_N_ELEMENTS(fixed_texts), code);
    return text != NULL ? text : "unknown error";
}

static char *
message_layout(VirtErrorCode code, const char *detail)
{
    const char *layout = code_text(detail_layouts, G_N_ELEMENTS(detail_layouts), code);
    if (layout == NULL)
        return g_strconcat(virt_error_text(code), ": ", detail, NULL);
    const char *hole = strstr(layout, "%s");
    g_autofree char *before = g_strndup(layout, (gsize)(hole - layout));
    return g_strconcat(before, detail, hole + strlen("%s"), NULL);
}

/* Takes `detail`. */
static void
set_detail(GError **error, VirtErrorDomain domain, VirtErrorCode code, char *detail)
{
    g_autofree char *message = message_layout(code, detail);
    g_set_error_literal(error, VIRT_ERROR, (int)code, message);
    VirtErrorPrivate *priv = virt_error_get_private(*error);
    priv->domain = domain;
    priv->str1 = g_strdup(detail);
    priv->str2 = detail;
}

void
virt_error_set(GError **error, VirtErrorDomain domain, VirtErrorCode code, const char *format, ...)
{
    if (error == NULL)
        return;
    va_list args;
    va_start(args, format);
    set_detail(error, domain, code, g_strdup_vprintf(format, args));
    va_end(args);
}

void
virt_error_set_plain(GError **error, VirtErrorDomain domain, VirtErrorCode code)
{
    if (error == NULL)
        return;
    g_set_error_literal(error, VIRT_ERROR, (int)code, virt_error_text(code));
    VirtErrorPrivate *priv = virt_error_get_private(*error);
    priv->domain = domain;
    priv->str1 = g_strdup(virt_error_text(code));
}

void
virt_error_set_errno(GError **error, VirtErrorDomain domain, int saved_errno, const char *format,
                     ...)
{
    if (error == NULL)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    set_detail(error, domain, VIRT_ERR_SYSTEM_ERROR,
               g_strconcat(what, ": ", g_strerror(saved_errno), NULL));
    virt_error_get_private(*error)->int1 = saved_errno;
}

GError *
virt_error_new_from_wire(VirtErrorCode code, const char *message, const VirtErrorInfo *info)
{
    GError *error = g_error_new_literal(VIRT_ERROR, (int)code,
                                        message != NULL ? message : virt_error_text(code));
    VirtErrorPrivate *priv = virt_error_get_private(error);
    priv->domain = info->domain;
    priv->level = info->level;
    priv->str1 = g_strdup(info->str1);
    priv->str2 = g_strdup(info->str2);
    priv->str3 = g_strdup(info->str3);
    priv->int1 = info->int1;
    priv->int2 = info->int2;
    return error;
}

VirtErrorInfo
virt_error_get_info(const GError *error)
{
    if (error->domain != VIRT_ERROR)
        return (VirtErrorInfo){
            .level = VIRT_LEVEL_ERROR, .str1 = error->message, .int1 = -1, .int2 = -1};
    const VirtErrorPrivate *priv = virt_error_get_private(error);
    return (VirtErrorInfo){priv->domain, priv->level, priv->str1, priv->str2,
                           priv->str3,   priv->int1,  priv->int2};
}

VirtErrorCode
virt_error_get_code(const GError *error)
{
    return error->domain == VIRT_ERROR ? (VirtErrorCode)error->code : VIRT_ERR_INTERNAL_ERROR;
}

gboolean
virt_error_matches(const GError *error, VirtErrorCode code)
{
    return g_error_matches(error, VIRT_ERROR, (int)code);
}

void
virt_error_set_domain(GError *error, VirtErrorDomain domain)
{
    if (error->domain != VIRT_ERROR)
        return;
    VirtErrorPrivate *priv = virt_error_get_private(error);
    if (priv->domain == VIRT_FROM_NONE)
        priv->domain = domain;
}
