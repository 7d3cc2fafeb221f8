/*
 * patterns — see patterns.h.
 */
#include "virtqemud/conf/patterns.h"

#include <arpa/inet.h>
#include <string.h>

static const char *
skip_number(const char *text)
{
    while (g_ascii_isdigit(*text))
        text++;
    return text;
}

/* One member of a set, "5", "0-3" or "^2"; behind it; NULL: it is none. */
static const char *
skip_member(const char *text)
{
    gboolean is_left_out = *text == '^';
    const char *first = text + is_left_out, *end = skip_number(first);
    if (end == first)
        return NULL;
    if (*end != '-' || is_left_out)
        return end;
    const char *last = end + 1;
    end = skip_number(last);
    return end == last ? NULL : end;
}

static bool
is_cpuset(const char *text)
{
    while ((text = skip_member(text)) != NULL) {
        if (*text == '\0')
            return true;
        if (*text++ != ',')
            return false;
    }
    return false;
}

const ConfPattern cpuset_pattern = {
    "a set of numbers such as '0-3,^2,7'",
    "([0-9]+(-[0-9]+)?|\\^[0-9]+)(,([0-9]+(-[0-9]+)?|\\^[0-9]+))*",
    is_cpuset,
    NULL,
};

static bool
is_ip_address(const char *text)
{
    struct in6_addr address;
    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

const ConfPattern ip_address_pattern = {"an IP address", "[0-9a-fA-F.:]+", is_ip_address, NULL};

const ConfPattern image_format_pattern = {
    .words = "raw dir bochs cloop dmg iso vpc vdi fat vhd ploop luks cow qcow qcow2 qed vmdk "
             "parallels vhdx",
};

static bool
is_absolute_path(const char *text)
{
    return text[0] == '/' && text[1] != '\0';
}

const ConfPattern absolute_path_pattern = {
    "an absolute path", "/.+", is_absolute_path, NULL, .of_schema = true,
};

static bool
is_device_name(const char *text)
{
    return *text != '\0' &&
           strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.-\\:/") == strlen(text);
}

const ConfPattern device_name_pattern = {
    "a name of letters, digits and _.-\\:/",
    "[a-zA-Z0-9_\\.\\-\\\\:/]+",
    is_device_name,
    NULL,
    .of_schema = true,
};
