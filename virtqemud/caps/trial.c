/*
 * trial — see trial.h.
 *
 * The guest's firmware is one page that writes to the port of QEMU's isa-debug-exit, which ends it
 * with status (value << 1) | 1. https://www.qemu.org/docs/master/ (hw/misc/debugexit)
 */
#include "virtqemud/caps/trial.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "virtqemud/caps/caps_private.h"

enum {
    TRIAL_MS = 10000,
    FIRMWARE_BYTES = 65536, /* QEMU takes multiples of this */
    RESET_AT = 0xfff0,      /* where the processor starts */
    EXIT_STATUS = 0x10 << 1 | 1,
};

/* clang-format off */
static const uint8_t instructions[] = {
    0xb0, 0x10, /* mov $0x10, %al */
    0xe6, 0xf4, /* out %al, $0xf4 */
    0xf4,       /* hlt */
    0xeb, 0xfd, /* jmp to hlt */
};
/* clang-format on */

static const char *const arguments[] = {"-accel",
                                        "kvm",
                                        "-machine",
                                        "pc",
                                        "-cpu",
                                        "host",
                                        "-m",
                                        "16",
                                        "-no-user-config",
                                        "-nodefaults",
                                        "-display",
                                        "none",
                                        "-device",
                                        "isa-debug-exit,iobase=0xf4,iosize=4",
                                        "-bios",
                                        "/proc/self/fd/4",
                                        NULL};

static int
make_firmware(GError **error)
{
    uint8_t bytes[FIRMWARE_BYTES];
    memset(bytes, 0xf4, sizeof bytes);
    memcpy(bytes + RESET_AT, instructions, sizeof instructions);
    auto_fd fd = memfd_create("trial", MFD_CLOEXEC);
    if (fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot make a file in memory");
        return -1;
    }
    if (!fd_write_all(fd, bytes, sizeof bytes, error))
        return -1;
    return fd_steal(&fd);
}

static const char *
describe_end(const Program *program, Arena *arena)
{
    g_auto(ProgramEnd) end = program_how_ended(program);
    if (end.exit_status == EXIT_STATUS)
        return NULL;
    const char *separator = *end.last_line != '\0' ? ": " : "";
    if (end.signal >= 0)
        return arena_printf(arena, "a guest of one page ended by signal %d%s%s", end.signal,
                            separator, end.last_line);
    return arena_printf(arena, "a guest of one page ended with status %d%s%s", end.exit_status,
                        separator, end.last_line);
}

static const char *
run(const QemuProbeRequest *request, QemuCaps *caps)
{
    Arena *arena = caps->arena;
    QemuProbeRequest trial = *request;
    if (trial.deadline_ms == 0 || trial.deadline_ms > TRIAL_MS)
        trial.deadline_ms = TRIAL_MS;
    g_autoptr(GError) error = NULL;
    auto_fd firmware = make_firmware(&error);
    if (firmware < 0)
        return arena_strdup(arena, error->message);
    g_autoptr(Program) program = program_start(&trial, PROGRAM_ALONE, arguments, firmware, &error);
    if (program == NULL)
        return arena_strdup(arena, error->message);
    if (!program_wait(program, &error)) {
        caps->is_provisional = TRUE;
        return arena_printf(arena, "a guest of one page did not end within %d seconds",
                            (int)(trial.deadline_ms / 1000));
    }
    return describe_end(program, arena);
}

const char *
trial_kvm(const QemuProbeRequest *request, QemuCaps *caps)
{
    if (access("/dev/kvm", F_OK) != 0)
        return "there is no /dev/kvm";
    if (strcmp(caps->arch, "x86_64") != 0 || !qemu_caps_has_device(caps, "isa-debug-exit"))
        return arena_printf(caps->arena, "not tried for %s guests", caps->arch);
    return run(request, caps);
}
