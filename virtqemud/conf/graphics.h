/*
 * graphics — <graphics>: how a person sees the guest's screen. Of the types, VNC and SPICE have
 * rows; what the others have is kept as XML.
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
    OptU32 from_config;    /* 1: the address is the daemon's configured one */
    Switch auto_generated; /* the socket's path was chosen at start */
    const ConfExtra *extra;
} GraphicsListen;

typedef struct {
    OptI64 port; /* -1: chosen at start */
    Switch autoport;
    OptI64 websocket;
    Switch websocket_generated; /* it was chosen at start */
    const char *listen;         /* the first address, as old clients write it */
    const char *socket;
    const char *keymap;
    SharePolicy share_policy;
    const char *passwd; /* secret */
    const char *passwd_valid_to;
    const char *connected; /* what happens when the password changes */
    Switch power_control;
    uint32_t audio_id;
} GraphicsVnc;

typedef struct {
    const char *name;
    const char *mode;
} SpiceChannel;

typedef struct {
    OptI64 port;
    OptI64 tls_port;
    Switch autoport;
    const char *listen;
    const char *keymap;
    const char *default_mode;
    const char *passwd; /* secret */
    const char *passwd_valid_to;
    const char *connected;
    CONF_LIST_OF(SpiceChannel) channels;
    const char *image, *jpeg, *zlib, *playback, *streaming, *mouse;
    Switch clipboard;
    Switch filetransfer;
    Switch gl;
    const char *rendernode;
} GraphicsSpice;

typedef struct {
    GraphicsType type;
    union {
        GraphicsVnc vnc;
        GraphicsSpice spice;
    } as; /* the member that `type` names */
    CONF_LIST_OF(GraphicsListen) listens;
    const ConfExtra *extra;
} Graphics;

extern const ConfType graphics_conf;
