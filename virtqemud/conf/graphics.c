/*
 * graphics — see graphics.h. https://libvirt.org/formatdomain.html#graphical-framebuffers
 */
#include "virtqemud/conf/graphics.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"sdl", GRAPHICS_SDL, ""}, {"vnc", GRAPHICS_VNC, ""}, {"rdp", GRAPHICS_RDP, ""},
    {"desktop", GRAPHICS_DESKTOP, ""}, {"spice", GRAPHICS_SPICE, ""},
    {"egl-headless", GRAPHICS_EGL_HEADLESS, ""}, {"dbus", GRAPHICS_DBUS, ""},
};
static const ConfEnum graphics_type_enum = CONF_ENUM_OF("graphics_type", type_items);

static const ConfEnumItem listen_items[] = {
    {"none", LISTEN_NONE, ""}, {"address", LISTEN_ADDRESS, ""}, {"network", LISTEN_NETWORK, ""},
    {"socket", LISTEN_SOCKET, ""},
};
static const ConfEnum listen_enum = CONF_ENUM_OF("listen_type", listen_items);

static const ConfEnumItem share_items[] = {
    {"allow-exclusive", SHARE_EXCLUSIVE, "A client may ask to be alone."},
    {"force-shared", SHARE_FORCE, "Nobody may."},
    {"ignore", SHARE_IGNORE, "Everybody is let in."},
};
static const ConfEnum share_enum = CONF_ENUM_OF("share_policy", share_items);

static const ConfField listen_rows[] = {
    ATTR_ENUM(GraphicsListen, type, "type", listen_enum, REQUIRED, "Kind of place."),
    ATTR_STR(GraphicsListen, address, "address", NULL, EMPTY_OK, "An address of the host."),
    ATTR_STR(GraphicsListen, network, "network", NULL, OPTIONAL, "A virtual network's."),
    ATTR_STR(GraphicsListen, socket, "socket", NULL, DERIVED, "A unix socket."),
    EXTRA(GraphicsListen, extra, NULL),
    END};
static const ConfType listen_conf = CONF_TYPE(GraphicsListen, "listen", listen_rows, NULL);

#define MINUS_ONE ((uint64_t)INT64_C(-1))
static const ConfField vnc_rows[] = {
    ATTR_NUM(GraphicsVnc, port, "port", MINUS_ONE, 65535, OPTIONAL, "TCP port; -1: any free."),
    ATTR_ENUM(GraphicsVnc, autoport, "autoport", yes_no_enum, DERIVED, "Whether it is chosen."),
    ATTR_NUM(GraphicsVnc, websocket, "websocket", MINUS_ONE, 65535, OPTIONAL, "Port for browsers."),
    ATTR_STR(GraphicsVnc, listen, "listen", NULL, DERIVED | EMPTY_OK, "The first address."),
    ATTR_STR(GraphicsVnc, socket, "socket", NULL, OPTIONAL, "A unix socket."),
    ATTR_STR(GraphicsVnc, keymap, "keymap", NULL, OPTIONAL, "Layout of the keyboard."),
    ATTR_ENUM(GraphicsVnc, share_policy, "sharePolicy", share_enum, OPTIONAL, "Several clients."),
    ATTR_STR(GraphicsVnc, passwd, "passwd", NULL, SECURE | LIVE, "Password."),
    ATTR_STR(GraphicsVnc, passwd_valid_to, "passwdValidTo", NULL, SECURE | LIVE,
             "Until when it is good."),
    ATTR_STR(GraphicsVnc, connected, "connected", NULL, SECURE | LIVE, "Clients, when it changes."),
    END};
static const ConfType vnc_conf = CONF_TYPE(GraphicsVnc, "graphics", vnc_rows, NULL);

static const ConfType *const graphics_types[] = {[GRAPHICS_VNC] = &vnc_conf};
static const ConfCases graphics_cases = CONF_CASES_OF(graphics_types);

static const ConfField graphics_rows[] = {
    ATTR_ENUM(Graphics, type, "type", graphics_type_enum, REQUIRED, "Which protocol."),
    UNION(Graphics, as, "", type, graphics_cases, OPTIONAL, "What it needs."),
    LIST(Graphics, listens, "listen", GraphicsListen, listen_conf, NULL, DERIVED, "Where."),
    EXTRA(Graphics, extra, NULL),
    END};
/* clang-format on */
const ConfType graphics_conf = CONF_TYPE(Graphics, "graphics", graphics_rows, NULL);
