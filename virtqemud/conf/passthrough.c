/*
 * passthrough — see passthrough.h.
 * https://libvirt.org/drvqemu.html#pass-through-of-arbitrary-qemu-commands
 */
#include "virtqemud/conf/passthrough.h"

#include "common/conf/fields.h"

static bool
is_variable(const char *text)
{
    if (!g_ascii_isalpha(*text) && *text != '_')
        return false;
    while (g_ascii_isalnum(*text) || *text == '_')
        text++;
    return *text == '\0';
}

static const ConfPattern variable = {"a name of letters, digits and '_'", "[A-Za-z_][A-Za-z0-9_]*",
                                     is_variable};

/* clang-format off */
static const ConfField argument_rows[] = {
    ATTR_STR(QemuArgument, value, "value", NULL, REQUIRED, "One argument."),
    END};
const ConfType qemu_argument_conf = CONF_TYPE(QemuArgument, "qemu:arg", argument_rows, NULL);

static const ConfField variable_rows[] = {
    ATTR_STR(QemuVariable, name, "name", &variable, REQUIRED, "Name of the variable."),
    ATTR_STR(QemuVariable, value, "value", NULL, OPTIONAL, "Its value; none: empty."),
    END};
const ConfType qemu_variable_conf = CONF_TYPE(QemuVariable, "qemu:env", variable_rows, NULL);
/* clang-format on */
