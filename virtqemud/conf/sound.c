/*
 * sound — see sound.h. https://libvirt.org/formatdomain.html#sound-devices
 */
#include "virtqemud/conf/sound.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfEnumItem model_items[] = {
    {"sb16", SOUND_SB16, "ISA."}, {"es1370", SOUND_ES1370, ""}, {"pcspk", SOUND_PCSPK, "Beeps."},
    {"ac97", SOUND_AC97, ""}, {"ich6", SOUND_ICH6, ""}, {"ich9", SOUND_ICH9, ""},
    {"usb", SOUND_USB, ""}, {"ich7", SOUND_ICH7, "Other hypervisors only."},
};
static const ConfEnum sound_model_enum = CONF_ENUM_OF("sound_model", model_items);

static const ConfEnumItem codec_items[] = {
    {"duplex", CODEC_DUPLEX, "Line in and out."}, {"micro", CODEC_MICRO, "Microphone and speaker."},
    {"output", CODEC_OUTPUT, "Line out."},
};
static const ConfEnum codec_enum = CONF_ENUM_OF("sound_codec", codec_items);

static const ConfEnumItem audio_items[] = {
    {"none", AUDIO_NONE, "Nowhere."}, {"alsa", AUDIO_ALSA, ""}, {"coreaudio", AUDIO_COREAUDIO, ""},
    {"jack", AUDIO_JACK, ""}, {"oss", AUDIO_OSS, ""}, {"pulseaudio", AUDIO_PULSEAUDIO, ""},
    {"sdl", AUDIO_SDL, ""}, {"spice", AUDIO_SPICE, ""}, {"file", AUDIO_FILE, ""},
    {"dbus", AUDIO_DBUS, ""},
};
static const ConfEnum audio_type_enum = CONF_ENUM_OF("audio_type", audio_items);

static const ConfField codec_rows[] = {
    ATTR_ENUM(SoundCodec, type, "type", codec_enum, REQUIRED | GUEST_ABI, "What it has."),
    END};
static const ConfType codec_conf = CONF_TYPE(SoundCodec, "codec", codec_rows, NULL);

static const ConfField sound_rows[] = {
    ATTR_ENUM(Sound, model, "model", sound_model_enum, REQUIRED | GUEST_ABI, "Which card."),
    LIST(Sound, codecs, "codec", SoundCodec, codec_conf, NULL, GUEST_ABI, "Of an HDA card."),
    SUB_NUM(Sound, audio_id, "audio/@id", 1, UINT32_MAX, REQUIRED_INSIDE, "Where it goes."),
    INCLUDE(Sound, info, DeviceInfo, device_info_acpi_conf),
    EXTRA(Sound, extra, NULL),
    END};

static const ConfField stream_rows[] = {
    ATTR_ENUM(AudioStream, mixing_engine, "mixingEngine", yes_no_enum, OPTIONAL, "QEMU mixes."),
    ATTR_ENUM(AudioStream, fixed_settings, "fixedSettings", yes_no_enum, OPTIONAL,
              "Settings are those below."),
    ATTR_NUM(AudioStream, voices, "voices", 1, UINT32_MAX, OPTIONAL, "Voices at once."),
    ATTR_NUM(AudioStream, buffer_length_us, "bufferLength", 1, UINT32_MAX, OPTIONAL,
             "Microseconds in its buffer."),
    SUB_NUM(AudioStream, frequency_hz, "settings/@frequency", 1, UINT32_MAX, OPTIONAL, "In Hz."),
    SUB_NUM(AudioStream, channels, "settings/@channels", 1, UINT32_MAX, OPTIONAL, "Channels."),
    SUB_STR(AudioStream, format, "settings/@format", ONE_OF("s8 u8 s16 u16 s32 u32 f32"), OPTIONAL,
            "s8, u8, s16, ..., f32."),
    EXTRA(AudioStream, extra, NULL),
    END};
static const ConfType stream_conf = CONF_TYPE(AudioStream, "input", stream_rows, NULL);

static const ConfField audio_rows[] = {
    ATTR_NUM(Audio, id, "id", 1, UINT32_MAX, REQUIRED, "Number."),
    ATTR_ENUM(Audio, type, "type", audio_type_enum, REQUIRED, "Where it goes."),
    ATTR_NUM(Audio, timer_period_us, "timerPeriod", 1, UINT32_MAX, OPTIONAL, "Of the timer."),
    SUB_TABLE(Audio, input, "input", AudioStream, stream_conf, OPTIONAL, "Into the guest."),
    SUB_TABLE(Audio, output, "output", AudioStream, stream_conf, OPTIONAL, "Out of it."),
    EXTRA(Audio, extra, NULL),
    END};
/* clang-format on */
const ConfType sound_conf = CONF_TYPE(Sound, "sound", sound_rows, NULL);
const ConfType audio_conf = CONF_TYPE(Audio, "audio", audio_rows, NULL);
