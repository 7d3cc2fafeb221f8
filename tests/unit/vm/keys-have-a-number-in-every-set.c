/*
 * Keys are found in each set of key codes under the number that QEMU takes; what is no key is
 * refused. Shows LC-15.
 */
#include <glib.h>
#include <linux/input-event-codes.h>

#include "common/base/error.h"
#include "virtqemud/handlers/keycodes.h"

typedef struct {
    uint32_t qnum;
    uint32_t codes[N_KEYCODE_SETS];
} Key;

/* Escape, A, Enter, the keypad's Enter, F12, right Control, up, pause. 0: not in the set. */
static const Key keys[] = {
    {0x01, {KEY_ESC, 0x01, 0x01, 0x76, 0x08, 0x35, 0x01, 0x29, 0x1b, 0x01}},
    {0x1e, {KEY_A, 0x1e, 0x1e, 0x1c, 0x1c, 0, 0x1e, 0x04, 0x41, 0x1e}},
    {0x1c, {KEY_ENTER, 0x1c, 0x1c, 0x5a, 0x5a, 0x24, 0x1c, 0x28, 0x0d, 0x1c}},
    {0x9c, {KEY_KPENTER, 0xe01c, 0xe01c, 0xe05a, 0x79, 0x4c, 0x11c, 0x58, 0, 0x9c}},
    {0x58, {KEY_F12, 0x58, 0x58, 0x07, 0x5e, 0x6f, 0x58, 0x45, 0x7b, 0x58}},
    {0x9d, {KEY_RIGHTCTRL, 0xe01d, 0xe01d, 0xe014, 0x58, 0x3e, 0x11d, 0xe4, 0xa3, 0x9d}},
    {0xc8, {KEY_UP, 0xe048, 0xe048, 0xe075, 0x63, 0x7e, 0x148, 0x52, 0x26, 0xc8}},
};

static void
test_known(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        for (uint32_t set = 0; set < N_KEYCODE_SETS; set++) {
            uint32_t qnum = 0;
            g_autoptr(GError) error = NULL;
            if (keys[i].codes[set] == 0)
                continue;
            g_assert_true(keycode_to_qnum(set, keys[i].codes[set], &qnum, &error));
            g_assert_no_error(error);
            g_assert_cmphex(qnum, ==, keys[i].qnum);
        }
    }
}

static void
test_unknown(void)
{
    static const uint32_t codes[] = {0, KEY_MAX, 0x200, 0xe0000, 0xe100, 70000, UINT32_MAX};
    for (uint32_t set = 0; set <= N_KEYCODE_SETS; set++) {
        for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
            uint32_t qnum = 0;
            g_autoptr(GError) error = NULL;
            /* The only one of them that is a key somewhere: A, on macOS. */
            if (set == KEYCODE_OSX && codes[i] == 0)
                continue;
            g_assert_false(keycode_to_qnum(set, codes[i], &qnum, &error));
            g_assert_cmpint(virt_error_get_code(error), ==, VIRT_ERR_INVALID_ARG);
        }
    }
}

/* Every letter and digit of a keyboard is there. */
static void
test_complete(void)
{
    for (uint32_t code = KEY_ESC; code <= KEY_KPDOT; code++) {
        uint32_t qnum = 0;
        g_assert_true(keycode_to_qnum(KEYCODE_LINUX, code, &qnum, NULL));
        g_assert_cmphex(qnum, ==, code);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keycodes/known", test_known);
    g_test_add_func("/keycodes/unknown", test_unknown);
    g_test_add_func("/keycodes/complete", test_complete);
    return g_test_run();
}
