/*
 * screenshot — a picture of a guest's screen. QEMU writes it into memory that it is given as a
 * descriptor; from there it goes into the client's stream.
 *
 * Everything runs on the io thread and nothing waits: three questions to QEMU, each sent when the
 * one before was answered.
 */
#include "virtqemud/handlers/handlers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "virtqemud/vm/view.h"

enum {
    PICTURE_BYTES_MAX = 256 * 1024 * 1024, /* 8192 x 8192 pixels, not compressed */
    CHUNK_BYTES = 64 * 1024,
};

typedef struct {
    const char *name; /* QEMU's */
    const char *mime;
} PictureFormat;

/* The best first; a QEMU that was built without it takes the next. */
static const PictureFormat formats[] = {
    {"png", "image/png"},
    {"ppm", "image/x-portable-pixmap"},
};

typedef struct {
    RpcCall *call;
    VmRun *run;
    int memory;
    char *device;
    uint32_t head;
    int64_t fdset; /* -1: not yet */
    size_t format;
    QmpRequest *request; /* under way */
} Shot;

static void
shot_free(Shot *shot)
{
    fd_close(shot->memory);
    vm_run_unref(shot->run);
    qmp_request_unref(shot->request);
    g_free(shot->device);
    g_free(shot);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shot, shot_free)

/* ---- the picture, to the client ---- */

typedef struct {
    int memory;
    off_t at;
    off_t size;
    gboolean has_ended;
} Picture;

static void
on_writable(void *data, RpcStream *stream)
{
    Picture *picture = data;
    uint8_t bytes[CHUNK_BYTES];
    while (!picture->has_ended && rpc_stream_can_send(stream)) {
        size_t wanted = (size_t)MIN((off_t)sizeof bytes, picture->size - picture->at);
        ssize_t n = wanted > 0 ? pread(picture->memory, bytes, wanted, picture->at) : 0;
        if (n <= 0) {
            picture->has_ended = TRUE;
            rpc_stream_end(stream);
            return;
        }
        rpc_stream_send(stream, bytes, (size_t)n);
        picture->at += n;
    }
}

static void
on_finish(void *data, RpcStream *stream)
{
    rpc_stream_finish(stream);
}

static void
on_closed(void *data, RpcStream *stream, gboolean aborted)
{
    Picture *picture = data;
    fd_close(picture->memory);
    g_free(picture);
}

static const RpcStreamOps picture_ops = {
    .finish = on_finish, .writable = on_writable, .closed = on_closed};

static gboolean
open_picture(Shot *shot, GError **error)
{
    struct stat st;
    if (fstat(shot->memory, &st) != 0 || st.st_size == 0 || st.st_size > PICTURE_BYTES_MAX) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                       "QEMU's picture of the screen is empty or too large");
        return FALSE;
    }
    Picture *picture = g_new0(Picture, 1);
    picture->memory = fd_steal(&shot->memory);
    picture->size = st.st_size;
    RemoteDomainScreenshotRet *ret = rpc_call_ret(shot->call);
    ret->mime = arena_strdup(rpc_call_arena(shot->call), formats[shot->format].mime);
    rpc_call_open_stream(shot->call, &picture_ops, picture);
    return TRUE;
}

/* ---- the questions ---- */

/* Nobody waits for this one: the set goes with QEMU at the latest. */
static void
drop_fdset(const Shot *shot)
{
    if (shot->fdset < 0)
        return;
    Json *args = json_new_object();
    json_add_int(args, "fdset-id", shot->fdset);
    g_autoptr(QmpRequest) request = qmp_request_new(QMP_REMOVE_FD, args);
    qmp_client_send(vm_run_qmp(shot->run), request);
}

/* Answers the call; takes the error. */
static void
end(Shot *shot, GError *error)
{
    drop_fdset(shot);
    RpcCall *call = shot->call;
    shot_free(shot);
    rpc_call_complete(call, error);
}

static void ask_picture(Shot *shot);

static void
on_picture(Future *future, void *data)
{
    Shot *shot = data;
    GError *error = NULL;
    const QmpAnswer *answer = future_value(future);
    if (answer->error == NULL)
        (void)open_picture(shot, &error); /* tells its error */
    else if (answer->from_qemu && shot->format + 1 < G_N_ELEMENTS(formats)) {
        shot->format++;
        ask_picture(shot);
        return;
    } else {
        error = g_error_copy(answer->error);
    }
    end(shot, error);
}

/* Makes `request`, which is taken, the one under way. */
static void
send_request(Shot *shot, QmpRequest *request, FutureFn fn)
{
    qmp_request_unref(shot->request);
    shot->request = request;
    qmp_client_send(vm_run_qmp(shot->run), request);
    future_notify(qmp_request_future(request), fn, shot);
}

static void
ask_picture(Shot *shot)
{
    Json *args = json_new_object();
    g_autofree char *file = g_strdup_printf("/dev/fdset/%" G_GINT64_FORMAT, shot->fdset);
    json_add_string(args, "filename", file);
    json_add_string(args, "device", shot->device);
    json_add_uint(args, "head", shot->head);
    if (shot->format + 1 < G_N_ELEMENTS(formats))
        json_add_string(args, "format", formats[shot->format].name);
    send_request(shot, qmp_request_new(QMP_SCREENDUMP, args), on_picture);
}

static void
on_fdset(Future *future, void *data)
{
    Shot *shot = data;
    const QmpAnswer *answer = future_value(future);
    GError *error = answer->error != NULL ? g_error_copy(answer->error) : NULL;
    if (error == NULL && json_get_int(answer->reply, "fdset-id", &shot->fdset, &error))
        ask_picture(shot);
    else
        end(shot, error);
}

/* QEMU wants the access mode that it opens with, so it gets a descriptor that only writes. */
static int
open_for_writing(int memory, GError **error)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot open memory for a picture");
    return fd;
}

/* The first question; NULL with an error. */
static QmpRequest *
make_memory(Shot *shot, GError **error)
{
    shot->memory = memfd_create("screenshot", MFD_CLOEXEC);
    if (shot->memory < 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot make memory for a picture");
        return NULL;
    }
    int fd = open_for_writing(shot->memory, error);
    if (fd < 0)
        return NULL;
    QmpRequest *request = qmp_request_new(QMP_ADD_FD, NULL);
    qmp_request_add_fd(request, fd);
    return request;
}

/* ---- which screen ---- */

static gboolean
invalid(GError **error, const char *why)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "%s", why);
    return FALSE;
}

/* Screens are counted over the heads of all video devices. */
static gboolean
find_screen(const DomainDef *def, uint32_t screen, Shot *shot, GError **error)
{
    const Devices *devices = &def->devices;
    if (devices->videos.n == 0)
        return invalid(error, "no screens to take screenshot from");
    for (size_t i = 0; i < devices->videos.n; i++) {
        const Video *video = devices->videos.items[i];
        uint32_t heads = video->type == VIDEO_NONE ? 0 : MAX(video->heads, 1);
        if (screen < heads) {
            shot->device = g_strdup(video->info.alias);
            shot->head = screen;
            return TRUE;
        }
        screen -= heads;
    }
    return invalid(error, "no such screen ID");
}

gboolean
handle_domain_screenshot(RpcCall *call, const VmView *view, const RemoteDomainScreenshotArgs *args,
                         RemoteDomainScreenshotRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) ||
        !vm_view_check_active(view, error))
        return FALSE;
    g_autoptr(Shot) shot = g_new0(Shot, 1);
    *shot = (Shot){.call = call, .run = vm_control_run(view->control), .memory = -1, .fdset = -1};
    if (shot->run == NULL || vm_run_qmp(shot->run) == NULL)
        return invalid(error, "domain is not running");
    if (!find_screen(vm_view_current(view), args->screen, shot, error))
        return FALSE;
    QmpRequest *request = make_memory(shot, error);
    if (request == NULL)
        return FALSE;
    rpc_call_defer(call);
    send_request(g_steal_pointer(&shot), request, on_fdset);
    return TRUE;
}
