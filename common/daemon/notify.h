/*
 * notify — tells a service manager how the daemon is doing (the protocol of sd_notify(3)). Does
 * nothing without NOTIFY_SOCKET. Never blocks, never fails.
 */
#pragma once

/* "READY=1", "RELOADING=1", "STOPPING=1", "STATUS=…"; several separated by newlines. */
void daemon_notify(const char *state);
