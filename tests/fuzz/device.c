/*
 * device — fuzzes devices that come by themselves, to be attached, changed or detached: what is
 * printed of one that was taken is read again and printed the same, and so is it within a guest.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virtqemud/conf/device.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned all = CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE;
static const ConfContext disk = {CONF_FROM_DISK, false, NULL};

static void
differ(const char *what, const char *first, const char *second)
{
    fprintf(stderr, "%s\n--- first\n%s\n--- second\n%s\n", what, first, second);
    abort();
}

static void
check_again(const char *printed)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDevice) back = domain_device_parse(printed, strlen(printed), &disk, &error);
    if (back == NULL)
        differ("what was printed is refused", printed, error->message);
    g_autofree char *again = domain_device_format(back, all);
    if (strcmp(again, printed) != 0)
        differ("it is printed differently", printed, again);
}

/* In a guest it is one more, and gone again when it is taken out. */
static void
check_in_guest(const DomainDevice *device)
{
    static const char guest[] = "<domain type='qemu'><name>a</name><memory>1024</memory>"
                                "<os><type>hvm</type></os><devices/></domain>";
    g_autoptr(DomainDef) def = domain_def_parse(guest, strlen(guest), &disk, NULL);
    g_autofree char *before = domain_def_format(def, all);
    (void)domain_def_add_device(def, device); /* it is the guest's */
    if (domain_def_count_devices(def, device->kind) != 1)
        differ("it is not there", before, "");
    domain_def_remove_device(def, device->kind, 0);
    g_autofree char *after = domain_def_format(def, all);
    if (strcmp(before, after) != 0)
        differ("the guest is another afterwards", before, after);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ConfContext user = {CONF_FROM_USER, false, NULL};
    g_autofree char *copy = g_malloc(size > 0 ? size : 1);
    if (size > 0)
        memcpy(copy, data, size);
    g_autoptr(DomainDevice) device = domain_device_parse(copy, size, &user, NULL);
    user.validate = true;
    g_autoptr(DomainDevice) validated = domain_device_parse(copy, size, &user, NULL);
    if (device == NULL && validated != NULL)
        differ("it is refused, but for who validates", copy, "");
    if (device == NULL)
        return 0;
    g_autofree char *printed = domain_device_format(device, all);
    check_again(printed);
    check_in_guest(device);
    return 0;
}
