/*
 * host — facts of the host that need no guest. Runs on the reader pool: name look-ups may wait.
 */
#include "virtqemud/handlers/handlers.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include "common/base/error.h"

/* The canonical name of the resolver, unless the host's own name is qualified already, or the
 * resolver knows no better than "localhost": what libvirt reports. */
gboolean
handle_connect_get_hostname(RpcCall *call, RemoteConnectGetHostnameRet *ret, GError **error)
{
    char name[HOST_NAME_MAX + 1] = "";
    if (gethostname(name, sizeof name - 1) != 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot read the host's name");
        return FALSE;
    }
    ret->hostname = arena_strdup(rpc_call_arena(call), name);
    if (strchr(name, '.') != NULL || g_str_has_prefix(name, "localhost"))
        return TRUE;
    struct addrinfo hints = {.ai_flags = AI_CANONNAME, .ai_family = AF_UNSPEC};
    struct addrinfo *found = NULL;
    if (getaddrinfo(name, NULL, &hints, &found) != 0)
        return TRUE;
    if (found->ai_canonname != NULL && !g_str_has_prefix(found->ai_canonname, "localhost"))
        ret->hostname = arena_strdup(rpc_call_arena(call), found->ai_canonname);
    freeaddrinfo(found);
    return TRUE;
}
