/*
 * uuid — see uuid.h.
 */
#include "common/base/uuid.h"

#include <string.h>
#include <sys/random.h>

/* Reads one byte as two digits; FALSE when there is none. */
static gboolean
parse_byte(const char *text, uint8_t *ret_byte)
{
    int high = g_ascii_xdigit_value(text[0]);
    int low = high >= 0 ? g_ascii_xdigit_value(text[1]) : -1;
    if (low < 0)
        return FALSE;
    *ret_byte = (uint8_t)(high << 4 | low);
    return TRUE;
}

gboolean
uuid_parse(const char *text, uint8_t ret_uuid[UUID_BYTES])
{
    uint8_t uuid[UUID_BYTES];
    while (g_ascii_isspace(*text))
        text++;
    for (int i = 0; i < UUID_BYTES; i++) {
        while (i > 0 && (*text == '-' || *text == ' '))
            text++;
        if (!parse_byte(text, &uuid[i]))
            return FALSE;
        text += 2;
    }
    while (g_ascii_isspace(*text))
        text++;
    if (*text != '\0')
        return FALSE;
    memcpy(ret_uuid, uuid, UUID_BYTES);
    return TRUE;
}

const char *
uuid_format(const uint8_t uuid[UUID_BYTES], char ret_text[UUID_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    char *out = ret_text;
    for (int i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[uuid[i] >> 4];
        *out++ = digits[uuid[i] & 15];
    }
    *out = '\0';
    return ret_text;
}

void
uuid_random(uint8_t ret_uuid[UUID_BYTES])
{
    /* At most 256 bytes are given whole, and only before the kernel's pool is ready is there a
     * wait. */
    if (getrandom(ret_uuid, UUID_BYTES, 0) != UUID_BYTES)
        g_error("getrandom: no random bytes");
    ret_uuid[6] = (uint8_t)((ret_uuid[6] & 0x0f) | 0x40);
    ret_uuid[8] = (uint8_t)((ret_uuid[8] & 0x3f) | 0x80);
}

gboolean
uuid_equal(const uint8_t a[UUID_BYTES], const uint8_t b[UUID_BYTES])
{
    return memcmp(a, b, UUID_BYTES) == 0;
}

gboolean
uuid_is_usable(const uint8_t uuid[UUID_BYTES])
{
    for (int i = 1; i < UUID_BYTES; i++) {
        if (uuid[i] != uuid[0])
            return TRUE;
    }
    return FALSE;
}
