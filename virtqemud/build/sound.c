/*
 * sound — <sound> and <audio>: sound cards, and where their sound goes. Of the host's sound systems
 * none is opened: a guest's sound goes to its VNC viewer, or nowhere.
 *
 * https://libvirt.org/formatdomain.html#sound-devices, #audio-backends
 */
#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

static const char *const drivers[] = {
    [SOUND_SB16] = "sb16",      [SOUND_ES1370] = "ES1370",       [SOUND_AC97] = "AC97",
    [SOUND_ICH6] = "intel-hda", [SOUND_ICH9] = "ich9-intel-hda", [SOUND_USB] = "usb-audio",
};
static const char *const codecs[] = {
    [CODEC_DUPLEX] = "hda-duplex", [CODEC_MICRO] = "hda-micro", [CODEC_OUTPUT] = "hda-output"};

static gboolean
has_codecs(const Sound *sound)
{
    return sound->model == SOUND_ICH6 || sound->model == SOUND_ICH9;
}

char *
build_audio_id(const DomainDef *def, uint32_t id)
{
    if (id == 0 && def->devices.audios.n == 0)
        return NULL;
    return g_strdup_printf("audio%u", id != 0 ? id : def->devices.audios.items[0]->id);
}

static void
add_audio(Json *props, const BuildContext *context, const Sound *sound)
{
    g_autofree char *audio = build_audio_id(context->def, sound->audio_id);
    context_add_text(props, "audiodev", audio);
}

Json *
build_sound_props(const BuildContext *context, const Sound *sound, GError **error)
{
    if (sound->model >= G_N_ELEMENTS(drivers) || drivers[sound->model] == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the model of sound card '%s' is not supported", sound->info.alias);
        return NULL;
    }
    g_autoptr(Json) props = json_new_object();
    json_add_string(props, "driver", drivers[sound->model]);
    json_add_string(props, "id", sound->info.alias);
    if (!has_codecs(sound))
        add_audio(props, context, sound);
    if (!place_add(props, context->def, &sound->info, error))
        return NULL;
    return g_steal_pointer(&props);
}

size_t
build_sound_codecs_n(const Sound *sound)
{
    return !has_codecs(sound) ? 0 : MAX(sound->codecs.n, 1);
}

Json *
build_sound_codec_props(const BuildContext *context, const Sound *sound, size_t i)
{
    CodecType type = i < sound->codecs.n ? sound->codecs.items[i]->type : CODEC_DUPLEX;
    Json *props = json_new_object();
    g_autofree char *id = g_strdup_printf("%s-codec%zu", sound->info.alias, i);
    g_autofree char *bus = g_strdup_printf("%s.0", sound->info.alias);
    json_add_string(props, "driver", codecs[type]);
    json_add_string(props, "id", id);
    json_add_string(props, "bus", bus);
    json_add_uint(props, "cad", i);
    add_audio(props, context, sound);
    return props;
}

/* "in" or "out", where anything is told about it. */
static void
add_stream(Json *props, const char *name, const AudioStream *stream)
{
    g_autoptr(Json) options = json_new_object();
    context_add_switch(options, "mixing-engine", stream->mixing_engine);
    context_add_switch(options, "fixed-settings", stream->fixed_settings);
    context_add_number(options, "voices", stream->voices);
    context_add_number(options, "buffer-length", stream->buffer_length_us);
    context_add_number(options, "frequency", stream->frequency_hz);
    context_add_number(options, "channels", stream->channels);
    context_add_text(options, "format", stream->format);
    if (json_length(options) > 0)
        json_add(props, name, g_steal_pointer(&options));
}

Json *
build_audio(const Audio *audio, GError **error)
{
    g_autofree char *id = g_strdup_printf("audio%u", audio->id);
    if (audio->type != AUDIO_NONE) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "audio '%u' wants a sound system of the host, which is not supported",
                       audio->id);
        return NULL;
    }
    Json *props = json_new_object();
    json_add_string(props, "id", id);
    json_add_string(props, "driver", "none");
    context_add_number(props, "timer-period", audio->timer_period_us);
    add_stream(props, "in", &audio->input);
    add_stream(props, "out", &audio->output);
    return props;
}
