/*
 * fault — see fault.h.
 */
#include "common/base/fault.h"

#ifdef VIREO_FAULTS
#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/fd.h"

enum { HOLD_US = 2000 };

/* How many lines `passed` has with this one; 0: there is no such file. */
static unsigned
count_point(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, "passed", NULL);
    g_autofree char *line = g_strconcat(name, "\n", NULL);
    g_autofree char *text = NULL;
    auto_fd fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    unsigned n = 0;
    if (fd < 0 || write(fd, line, strlen(line)) < 0 ||
        !g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    for (const char *end = text; (end = strchr(end, '\n')) != NULL; end++)
        n++;
    return n;
}

void
fault_point(const char *name)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    const char *folder = g_getenv("VIREO_FAULTS");
    if (folder == NULL)
        return;
    (void)pthread_mutex_lock(&lock);
    unsigned n = count_point(folder, name);
    (void)pthread_mutex_unlock(&lock);
    g_autofree char *path = g_build_filename(folder, "at", NULL);
    g_autofree char *text = NULL;
    unsigned wanted;
    char what[8];
    if (n == 0 || !g_file_get_contents(path, &text, NULL, NULL) ||
        sscanf(text, "%u %7s", &wanted, what) != 2 || wanted != n)
        return;
    if (g_str_equal(what, "kill"))
        (void)raise(SIGKILL);
    while (access(path, F_OK) == 0)
        g_usleep(HOLD_US);
}
#endif
