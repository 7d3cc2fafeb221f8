/*
 * A bad item anywhere leaves filters, outputs and level as they were, and is named.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"

typedef struct {
    const char *filters;
    const char *outputs;
    VirtErrorCode code;
    const char *named;
} Refused;

static const Refused refused[] = {
    {"1:a 9:b", NULL, VIRT_ERR_INVALID_ARG, "'9:b'"},
    {"1:a 0:b", NULL, VIRT_ERR_INVALID_ARG, "'0:b'"},
    {"plain", NULL, VIRT_ERR_INVALID_ARG, "'plain'"},
    {"1", NULL, VIRT_ERR_INVALID_ARG, "'1'"},
    {"1:", NULL, VIRT_ERR_INVALID_ARG, "'1:'"},
    {"1:+", NULL, VIRT_ERR_INVALID_ARG, "'1:+'"},
    {"2:other", "1:tape", VIRT_ERR_INVALID_ARG, "'1:tape'"},
    {"2:other", "5:stderr", VIRT_ERR_INVALID_ARG, "'5:stderr'"},
    {"2:other", "1:stderr:x", VIRT_ERR_INVALID_ARG, "'1:stderr:x'"},
    {"2:other", "1:file", VIRT_ERR_INVALID_ARG, "'1:file'"},
    {"2:other", "1:file:", VIRT_ERR_INVALID_ARG, "'1:file:'"},
    {"2:other", "1:file:here.log", VIRT_ERR_INVALID_ARG, "'1:file:here.log'"},
    {"2:other", "1:syslog", VIRT_ERR_INVALID_ARG, "'1:syslog'"},
    {"2:other", "1:std", VIRT_ERR_INVALID_ARG, "'1:std'"},
    {"2:other", "1:stderr 1:file:/nonexistent/x", VIRT_ERR_SYSTEM_ERROR, "'/nonexistent/x'"},
};

static void
test_refused(void)
{
    g_assert_true(log_configure(LOG_WARNING, "3:kept", "4:stderr", NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        GError *error = NULL;
        g_assert_false(log_configure(LOG_DEBUG, refused[i].filters, refused[i].outputs, &error));
        g_assert_error(error, VIRT_ERROR, (int)refused[i].code);
        if (strstr(error->message, refused[i].named) == NULL)
            g_error("'%s' does not name %s", error->message, refused[i].named);
        g_clear_error(&error);
        g_autofree char *filters = log_get_filters();
        g_autofree char *outputs = log_get_outputs();
        g_assert_cmpstr(filters, ==, "3:*kept*");
        g_assert_cmpstr(outputs, ==, "4:stderr");
        g_assert_cmpint(log_get_level(), ==, LOG_WARNING);
        g_assert_false(log_enabled(LOG_WARNING, "any"));
    }
}

static void
test_level_out_of_range(void)
{
    GError *error = NULL;
    g_assert_false(log_configure((LogLevel)5, NULL, NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
    g_clear_error(&error);
    g_assert_false(log_configure((LogLevel)0, NULL, NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
    g_clear_error(&error);
}

static void
test_too_many(void)
{
    g_autoptr(GString) filters = g_string_new(NULL);
    for (int i = 0; i < 65; i++)
        g_string_append(filters, "1:x ");
    GError *error = NULL;
    g_assert_false(log_configure(LOG_DEBUG, filters->str, NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
    g_clear_error(&error);
    g_string_truncate(filters, 64 * 4);
    g_assert_true(log_configure(LOG_DEBUG, filters->str, NULL, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/settings/refused", test_refused);
    g_test_add_func("/log/settings/level", test_level_out_of_range);
    g_test_add_func("/log/settings/too-many", test_too_many);
    int result = g_test_run();
    log_close();
    return result;
}
