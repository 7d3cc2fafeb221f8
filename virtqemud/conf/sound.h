/*
 * sound — <sound> and <audio>: a sound card, and where its sound goes on the host.
 */
#pragma once

#include "common/conf/device_info.h"

typedef enum {
    SOUND_SB16 = 1,
    SOUND_ES1370,
    SOUND_PCSPK,
    SOUND_AC97,
    SOUND_ICH6,
    SOUND_ICH9,
    SOUND_USB,
    SOUND_ICH7
} SoundModel;
typedef enum { CODEC_DUPLEX = 1, CODEC_MICRO, CODEC_OUTPUT } CodecType;
typedef enum {
    AUDIO_NONE = 1,
    AUDIO_ALSA,
    AUDIO_COREAUDIO,
    AUDIO_JACK,
    AUDIO_OSS,
    AUDIO_PULSEAUDIO,
    AUDIO_SDL,
    AUDIO_SPICE,
    AUDIO_FILE,
    AUDIO_DBUS
} AudioType;

typedef struct {
    CodecType type;
} SoundCodec;

typedef struct {
    SoundModel model;
    CONF_LIST_OF(SoundCodec) codecs;
    uint32_t audio_id; /* 0: the first */
    DeviceInfo info;
    const ConfExtra *extra;
} Sound;

typedef struct {
    Switch mixing_engine;
    Switch fixed_settings;
    uint32_t voices;
    uint32_t buffer_length_us;
    uint32_t frequency_hz;
    uint32_t channels;
    const char *format;
    const ConfExtra *extra; /* what one type alone has */
} AudioStream;

typedef struct {
    uint32_t id;
    AudioType type;
    uint32_t timer_period_us;
    AudioStream input;
    AudioStream output;
    const ConfExtra *extra; /* what one type alone has */
} Audio;

extern const ConfType sound_conf;
extern const ConfType audio_conf;
