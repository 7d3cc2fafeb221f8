/*
 * channels — see channels.h.
 */
#include "virtqemud/vm/channels.h"

#include "virtqemud/hostres/chardev_files.h"

char *
channels_folder(const Driver *driver)
{
    return g_build_filename(driver->paths.lib, "channel", "target", NULL);
}

void
channels_name(const Driver *driver, DomainDef *def, const char *folder)
{
    g_autofree char *parent = channels_folder(driver);
    g_autofree char *own = g_build_filename(parent, folder, NULL);
    for (size_t i = 0; i < def->devices.channels.n; i++) {
        Chardev *channel = def->devices.channels.items[i];
        if (channel->type != CHARDEV_UNIX || channel->name == NULL)
            continue;
        if (channel->sources.n == 0) {
            channel->sources.items = arena_array_of(def->arena, ChardevSource *, 1);
            channel->sources.items[0] = arena_new_of(def->arena, ChardevSource);
            channel->sources.n = 1;
        }
        ChardevSource *source = channel->sources.items[0];
        if (source->path != NULL)
            continue;
        g_autofree char *path = chardev_files_channel_path(own, channel->name);
        source->mode = CHARDEV_BIND;
        source->path = arena_strdup(def->arena, path);
    }
}
