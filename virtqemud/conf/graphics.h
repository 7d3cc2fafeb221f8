/*
 * graphics — <graphics>: how a person sees the guest's screen. Of the types, VNC has rows; what the
 * others have is kept as XML.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"

typedef enum {
    GRAPHICS_SDL = 1,
    GRAPHICS_VNC,
    GRAPHICS_RDP,
    GRAPHICS_DESKTOP,
    GRAPHICS_SPICE,
    GRAPHICS_EGL_HEADLESS,
    GRAPHICS_DBUS
} GraphicsType;
typedef enum { LISTEN_NONE = 1, LISTEN_ADDRESS, LISTEN_NETWORK, LISTEN_SOCKET } ListenType;
typedef enum { SHARE_EXCLUSIVE = 1, SHARE_FORCE, SHARE_IGNORE } SharePolicy;

typedef struct {
    ListenType type;
    const char *address;
    const char *network;
    const char *socket;
    const ConfExtra *extra;
} GraphicsListen;

typedef struct {
    OptI64 port; /* -1: chosen at start */
    Switch autoport;
    OptI64 websocket;
    const char *listen; /* the first address, as old clients write it */
    const char *socket;
    const char *keymap;
    SharePolicy share_policy;
    const char *passwd; /* secret */
    const char *passwd_valid_to;
    const char *connected; /* what happens when the password changes */
} GraphicsVnc;

typedef struct {
    GraphicsType type;
    union {
        GraphicsVnc vnc;
    } as; /* the member that `type` names */
    CONF_LIST_OF(GraphicsListen) listens;
    const ConfExtra *extra;
} Graphics;

extern const ConfType graphics_conf;
