/*
 * chardev_backend — the host's end of a character device: the value of "-chardev".
 *
 * Listening unix sockets and files were opened by us and are named by number or set; what QEMU
 * opens itself are ports, pipes and devices.
 * https://libvirt.org/formatdomain.html#consoles-serial-parallel-channel-devices
 */
#include <string.h>

#include "virtqemud/build/devices.h"

static void
add_fields(GString *text, const Chardev *chardev, size_t i, const char *host, const char *service)
{
    if (i >= chardev->sources.n)
        return;
    args_append(text, host, chardev->sources.items[i]->host);
    args_append(text, service, chardev->sources.items[i]->service);
}

static const ChardevSource *
source_of(const Chardev *chardev)
{
    static const ChardevSource none;
    return chardev->sources.n > 0 ? chardev->sources.items[0] : &none;
}

static gboolean
not_opened(const Chardev *chardev, const char *what, GError **error)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                   "no %s was opened for the device '%s'", what, chardev->info.alias);
    return FALSE;
}

static void
add_reconnect(GString *text, const ChardevSource *source)
{
    if (source->mode == CHARDEV_CONNECT && source->reconnect == SWITCH_ON)
        g_string_append_printf(text, ",reconnect=%u", source->reconnect_timeout_s);
}

static gboolean
add_unix(GString *text, const Chardev *chardev, const BuildChardev *opened, GError **error)
{
    const ChardevSource *source = source_of(chardev);
    gboolean listens = source->mode != CHARDEV_CONNECT;
    if (opened != NULL && opened->socket >= 0)
        g_string_append_printf(text, ",fd=%d", opened->socket);
    else if (listens)
        return not_opened(chardev, "listening socket", error);
    else
        args_append(text, "path", source->path);
    if (listens)
        g_string_append(text, ",server=on,wait=off");
    else
        add_reconnect(text, source);
    return TRUE;
}

static void
add_tcp(GString *text, const Chardev *chardev)
{
    add_fields(text, chardev, 0, "host", "port");
    if (chardev->protocol == CHARDEV_TELNET)
        g_string_append(text, ",telnet=on");
    if (source_of(chardev)->mode == CHARDEV_BIND)
        g_string_append(text, ",server=on,wait=off");
    add_reconnect(text, source_of(chardev));
}

/* Of two sources the one that connects is the far end. */
static void
add_udp(GString *text, const Chardev *chardev)
{
    for (size_t i = 0; i < chardev->sources.n; i++) {
        if (chardev->sources.items[i]->mode == CHARDEV_CONNECT)
            add_fields(text, chardev, i, "host", "port");
    }
    for (size_t i = 0; i < chardev->sources.n; i++) {
        if (chardev->sources.items[i]->mode == CHARDEV_BIND)
            add_fields(text, chardev, i, "localaddr", "localport");
    }
}

static gboolean
add_file(GString *text, const Chardev *chardev, const BuildChardev *opened, GError **error)
{
    if (opened == NULL || opened->set == 0)
        return not_opened(chardev, "file", error);
    /* Where the document wants the file emptied, that was done when it was opened. */
    g_string_append_printf(text, ",path=/dev/fdset/%u,append=on", opened->set);
    return TRUE;
}

static gboolean
add_source(GString *text, const Chardev *chardev, const BuildChardev *opened, GError **error)
{
    switch (chardev->type) {
    case CHARDEV_UNIX:
        return add_unix(text, chardev, opened, error);
    case CHARDEV_FILE:
        return add_file(text, chardev, opened, error);
    case CHARDEV_TCP:
        add_tcp(text, chardev);
        return TRUE;
    case CHARDEV_UDP:
        add_udp(text, chardev);
        return TRUE;
    case CHARDEV_PIPE:
    case CHARDEV_DEV:
        args_append(text, "path", source_of(chardev)->path);
        return TRUE;
    default:
        return TRUE;
    }
}

static const char *
backend_of(const DomainDef *def, const Chardev *chardev)
{
    static const char *const names[] = {
        [CHARDEV_NULL] = "null",   [CHARDEV_VC] = "vc",      [CHARDEV_PTY] = "pty",
        [CHARDEV_DEV] = "serial",  [CHARDEV_FILE] = "file",  [CHARDEV_PIPE] = "pipe",
        [CHARDEV_UDP] = "udp",     [CHARDEV_TCP] = "socket", [CHARDEV_UNIX] = "socket",
        [CHARDEV_STDIO] = "stdio",
    };
    for (size_t i = 0; chardev->type == CHARDEV_DEV && i < def->devices.parallels.n; i++) {
        if (def->devices.parallels.items[i] == chardev)
            return "parallel";
    }
    return chardev->type < G_N_ELEMENTS(names) ? names[chardev->type] : NULL;
}

char *
build_chardev(const BuildContext *context, const Chardev *chardev, GError **error)
{
    const BuildChardev *opened = context_chardev(context, chardev->info.alias);
    const char *backend = backend_of(context->def, chardev);
    if (backend == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the type of character device '%s' is not supported", chardev->info.alias);
        return NULL;
    }
    GString *text = g_string_new(backend);
    g_autofree char *id = g_strdup_printf("char%s", chardev->info.alias);
    args_append(text, "id", id);
    gboolean ok = add_source(text, chardev, opened, error);
    if (ok && chardev->log != NULL) {
        if (opened == NULL || opened->log_set == 0)
            ok = not_opened(chardev, "log", error);
        else
            g_string_append_printf(text, ",logfile=/dev/fdset/%u,logappend=on", opened->log_set);
    }
    return g_string_free(text, !ok);
}
