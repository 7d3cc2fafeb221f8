/*
 * frame — the packets of libvirt's protocol: header layout, and a reader that cuts a byte stream
 * into frames with their descriptors.
 *
 * Pure: no I/O, no clock. The reader never allocates by what a peer announces, only by what
 * arrived, and a descriptor that no frame announced is closed. Layout and sizes: RFC 4506 integers,
 * a 4-byte length that counts itself, a 24-byte header, payload; a frame of a *_FDS type is
 * followed by one byte per descriptor, each carrying one.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/handover.h"

typedef enum {
    FRAME_CALL = 0,
    FRAME_REPLY = 1,
    FRAME_EVENT = 2,
    FRAME_STREAM = 3,
    FRAME_CALL_FDS = 4,
    FRAME_REPLY_FDS = 5,
    FRAME_HOLE = 6
} FrameType;

typedef enum { FRAME_OK = 0, FRAME_ERROR = 1, FRAME_CONTINUE = 2 } FrameStatus;

enum {
    FRAME_HEADER_BYTES = 28,
    FRAME_MAX_BYTES = 33554436,      /* length word included */
    FRAME_STREAM_MAX_BYTES = 262120, /* most payload of one stream packet that we send */
    FRAME_FDS_MAX = 32
};

typedef struct {
    uint32_t prog;
    uint32_t vers;
    uint32_t proc;
    uint32_t type;
    uint32_t serial;
    uint32_t status;
} FrameHeader;

/* A frame as received. Everything is borrowed from the reader until the next call to it; a taker of
 * descriptors sets the entries it took to -1. */
typedef struct {
    FrameHeader header;
    const uint8_t *bytes; /* the whole frame, length word first */
    uint32_t len;
    const uint8_t *payload; /* behind the header, and behind the descriptor count if there is one */
    uint32_t payload_len;
    int *fds;
    uint32_t n_fds;
    uint32_t n_announced; /* descriptors that the frame says it has; more than n_fds: some lack */
} Frame;

typedef struct FrameReader FrameReader;

FrameReader *frame_reader_new(void);
/* The longest frame from now on; FRAME_MAX_BYTES unless told. A longer one is refused by its length
 * word. */
void frame_reader_set_max(FrameReader *reader, uint32_t max_bytes);
/* Closes descriptors that nobody took. */
void frame_reader_free(FrameReader *reader);

/*
 * Hands over bytes (borrowed until frame_reader_next() answered FALSE without an error) and
 * descriptors (owned by the reader from now on). The reader must have been drained before.
 * Errors: VIRT_ERR_RPC when more descriptors are waiting than one frame may carry.
 */
gboolean frame_reader_feed(FrameReader *reader, const uint8_t *bytes, size_t len, const int *fds,
                           size_t n_fds, GError **error);
/* The next complete frame. FALSE without `error`: more bytes are needed, what is left was copied.
 * Errors: VIRT_ERR_RPC for a length outside the bounds or a bad descriptor count; the stream is
 * lost. */
gboolean frame_reader_next(FrameReader *reader, Frame *ret_frame, GError **error);
/* Bytes held of a frame that is not complete. */
size_t frame_reader_pending(const FrameReader *reader);

/* Bytes that this frame still lacks; 0 when there is none or too little of it to tell. */
size_t frame_reader_wanted(const FrameReader *reader);

/* What a reader holds that has no whole frame, for the reader of the program that follows. */
#define FRAME_READER_SAVED "(ayai)"
GVariant *frame_reader_save(const FrameReader *reader, Handover *handover);
/* Into a new reader. */
void frame_reader_restore(FrameReader *reader, GVariant *saved, Handover *handover);

/* Appends a header with a length word for `payload_len` bytes; returns where the frame starts. */
size_t frame_begin(GByteArray *out, const FrameHeader *header, size_t payload_len);
/* Writes the true length into the frame that starts at `start` and ends at the end of `out`. FALSE
 * when it is over the limit. */
gboolean frame_end(GByteArray *out, size_t start);

uint32_t frame_get_u32(const uint8_t *bytes);
void frame_put_u32(uint8_t *bytes, uint32_t value);
void frame_append_u32(GByteArray *out, uint32_t value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FrameReader, frame_reader_free)
