/*
 * display_defaults — see display_defaults.h.
 */
#include "virtqemud/conf/display_defaults.h"

/* @listen and the first <listen type='address'> say the same; other kinds have no @listen. */
static void
fill_listen(Graphics *graphics, Arena *arena, const char **attribute, const char *socket)
{
    if (graphics->listens.n == 0) {
        GraphicsListen *listen = arena_new_of(arena, GraphicsListen);
        listen->type = socket != NULL ? LISTEN_SOCKET : LISTEN_ADDRESS;
        listen->socket = socket;
        graphics->listens.items = arena_array_of(arena, GraphicsListen *, 1);
        graphics->listens.items[0] = listen;
        graphics->listens.n = 1;
    }
    GraphicsListen *first = graphics->listens.items[0];
    if (first->type == LISTEN_ADDRESS && first->address == NULL)
        first->address = *attribute;
    *attribute = first->type == LISTEN_ADDRESS ? first->address : NULL;
}

static void
fill_vnc(Graphics *graphics, Arena *arena)
{
    GraphicsVnc *vnc = &graphics->as.vnc;
    fill_listen(graphics, arena, &vnc->listen, vnc->socket);
    const GraphicsListen *first = graphics->listens.items[0];
    if (first->type == LISTEN_SOCKET || first->type == LISTEN_NONE) {
        vnc->socket = first->type == LISTEN_SOCKET ? first->socket : NULL;
        vnc->port.set = false;
        vnc->websocket.set = false;
        vnc->autoport = 0;
        return;
    }
    gboolean has_port = vnc->port.set && vnc->port.value > 0;
    gboolean is_open = !vnc->port.set || vnc->port.value < 0;
    if (vnc->autoport == 0)
        vnc->autoport = is_open ? SWITCH_ON : SWITCH_OFF;
    if (vnc->autoport == SWITCH_ON)
        vnc->port = (OptI64){true, -1};
    else
        vnc->port.set = has_port;
}

/* Ports are chosen at start where @autoport says so; without any port nothing listens. */
static void
fill_spice(Graphics *graphics, Arena *arena)
{
    GraphicsSpice *spice = &graphics->as.spice;
    gboolean has_port = spice->port.set || spice->tls_port.set;
    gboolean is_open = has_port || spice->autoport == SWITCH_ON || graphics->listens.n > 0;
    fill_listen(graphics, arena, &spice->listen, NULL);
    GraphicsListen *first = graphics->listens.items[0];
    if (!is_open)
        first->type = LISTEN_NONE;
    if (first->type == LISTEN_NONE || first->type == LISTEN_SOCKET) {
        spice->autoport = 0;
        has_port = FALSE;
    }
    if (spice->autoport == SWITCH_ON || !has_port) {
        spice->port.set = false;
        spice->tls_port.set = false;
    }
    if (has_port && spice->autoport == 0)
        spice->autoport = SWITCH_OFF;
}

void
display_fill_defaults(Graphics *graphics, Arena *arena)
{
    if (graphics->type == GRAPHICS_VNC)
        fill_vnc(graphics, arena);
    else if (graphics->type == GRAPHICS_SPICE)
        fill_spice(graphics, arena);
}
