/*
 * hook — see hook.h. Order and arguments: https://libvirt.org/hooks.html
 */
#include "virtqemud/hostres/hook.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/process.h"

enum { TIMEOUT_MS = 120000, SCRIPTS_MAX = 1024, ANSWER_MAX = 4194304 };

struct Hooks {
    Loop *loop;
    char *script; /* .../qemu */
    char *folder; /* .../qemu.d */
};

static const struct {
    const char *name;
    const char *sub;
    gboolean answers; /* what it writes is a document */
} operations[] = {
    [HOOK_PREPARE] = {"prepare", "begin", FALSE}, [HOOK_START] = {"start", "begin", FALSE},
    [HOOK_STARTED] = {"started", "begin", FALSE}, [HOOK_STOPPED] = {"stopped", "end", FALSE},
    [HOOK_RELEASE] = {"release", "end", FALSE},   [HOOK_MIGRATE] = {"migrate", "begin", TRUE},
    [HOOK_RESTORE] = {"restore", "begin", TRUE},  [HOOK_RECONNECT] = {"reconnect", "begin", FALSE},
    [HOOK_ATTACH] = {"attach", "begin", FALSE},
};

Hooks *
hooks_new(Loop *loop, const char *folder)
{
    Hooks *hooks = g_new(Hooks, 1);
    *hooks = (Hooks){
        .loop = loop,
        .script = g_build_filename(folder, "qemu", NULL),
        .folder = g_build_filename(folder, "qemu.d", NULL),
    };
    return hooks;
}

void
hooks_free(Hooks *hooks)
{
    if (hooks == NULL)
        return;
    g_free(hooks->script);
    g_free(hooks->folder);
    g_free(hooks);
}

static gboolean
is_script(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_REGULAR) && access(path, X_OK) == 0;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Paths in the order in which they run. */
static GPtrArray *
find_scripts(const Hooks *hooks)
{
    GPtrArray *scripts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) folder = g_dir_open(hooks->folder, 0, NULL);
    const char *name;
    while (folder != NULL && scripts->len < SCRIPTS_MAX &&
           (name = g_dir_read_name(folder)) != NULL) {
        char *path = g_build_filename(hooks->folder, name, NULL);
        if (is_script(path))
            g_ptr_array_add(scripts, path);
        else
            g_free(path);
    }
    if (scripts->len > 0)
        qsort(scripts->pdata, scripts->len, sizeof(gpointer), compare_names);
    if (is_script(hooks->script))
        g_ptr_array_insert(scripts, 0, g_strdup(hooks->script));
    return scripts;
}

gboolean
hooks_exist(const Hooks *hooks)
{
    g_autoptr(GPtrArray) scripts = find_scripts(hooks);
    return scripts->len > 0;
}

/* A script that fails is told as such, with what process_run() found out. */
static void
set_script_error(GError **error, GError *cause, const char *guest, HookOperation operation)
{
    if (virt_error_matches(cause, VIRT_ERR_INTERNAL_ERROR))
        virt_error_set(error, VIRT_FROM_HOOK, VIRT_ERR_HOOK_SCRIPT_FAILED, "guest '%s', %s: %s",
                       guest, operations[operation].name, cause->message);
    else
        g_propagate_error(error, g_error_copy(cause));
    g_error_free(cause);
}

gboolean
hooks_run(Hooks *hooks, const char *guest, HookOperation operation, const char *xml, Cancel *cancel,
          char **ret_xml, GError **error)
{
    g_autoptr(GPtrArray) scripts = find_scripts(hooks);
    g_autofree char *answer = NULL;
    for (guint i = 0; i < scripts->len; i++) {
        const char *argv[] = {scripts->pdata[i],         guest, operations[operation].name,
                              operations[operation].sub, "-",   NULL};
        ProcessSpec spec = {
            .argv = argv,
            .input = answer != NULL ? answer : xml,
            .output_max = ANSWER_MAX,
            .timeout_ms = TIMEOUT_MS,
        };
        GError *cause = NULL;
        g_autoptr(ProcessResult) result = process_run(hooks->loop, &spec, cancel, &cause);
        if (result == NULL) {
            set_script_error(error, cause, guest, operation);
            return FALSE;
        }
        if (operations[operation].answers && result->truncated) {
            virt_error_set(error, VIRT_FROM_HOOK, VIRT_ERR_HOOK_SCRIPT_FAILED,
                           "guest '%s', %s: '%s' answered more than %d bytes", guest,
                           operations[operation].name, argv[0], ANSWER_MAX);
            return FALSE;
        }
        if (operations[operation].answers && result->out_len > 0) {
            g_free(answer);
            answer = g_strdup(result->out);
        }
    }
    if (ret_xml != NULL)
        *ret_xml = g_steal_pointer(&answer);
    return TRUE;
}
