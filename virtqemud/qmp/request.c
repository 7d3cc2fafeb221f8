/*
 * request — see request.h. Arguments are printed by the thread that makes the request, so that the
 * io thread copies bytes only.
 */
#include "virtqemud/qmp/request.h"

#include <string.h>

enum { NAME_SHOWN = 64 };

void
qmp_answer_free(QmpAnswer *answer)
{
    if (answer == NULL)
        return;
    json_unref(answer->reply);
    g_clear_error(&answer->error);
    g_free(answer);
}

/* QEMU answers bytes that are no UTF-8, or too many, with an error that names no command. */
static void
check_arguments(QmpRequest *request)
{
    if (request->arguments == NULL)
        return;
    size_t n = strlen(request->arguments);
    if (n > QMP_REQUEST_BYTES_MAX)
        virt_error_set(&request->refused, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "the arguments of '%.*s' are too large", NAME_SHOWN, request->name);
    else if (!g_utf8_validate(request->arguments, (gssize)n, NULL))
        virt_error_set(&request->refused, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "the arguments of '%.*s' are not UTF-8", NAME_SHOWN, request->name);
}

static QmpRequest *
request_make(const QmpCommand *row, const char *name, Json *args, int64_t deadline_ms)
{
    g_assert(deadline_ms > 0);
    QmpRequest *request = g_new0(QmpRequest, 1);
    request->refs = 1;
    request->row = row;
    request->name = g_strdup(name);
    request->arguments = args != NULL ? json_print(args) : NULL;
    json_unref(args);
    request->deadline_ms = deadline_ms;
    g_autofree char *what = g_strdup_printf("QEMU's answer to '%.*s'", NAME_SHOWN, name);
    request->future = future_new(what);
    request->due_us = INT64_MAX;
    if (!g_utf8_validate(name, -1, NULL))
        virt_error_set(&request->refused, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "the name of the command is not UTF-8");
    else
        check_arguments(request);
    return request;
}

QmpRequest *
qmp_request_new(QmpCommandId id, Json *args)
{
    const QmpCommand *row = qmp_command(id);
    return request_make(row, row->name, args, row->deadline_ms);
}

QmpRequest *
qmp_request_new_raw(const char *name, Json *args, int64_t deadline_ms)
{
    return request_make(qmp_command_by_name(name), name, args, deadline_ms);
}

void
qmp_request_add_fd(QmpRequest *request, int fd)
{
    g_assert(request->fds.n < QMP_REQUEST_FDS_MAX);
    fd_set_add(&request->fds, fd);
}

void
qmp_request_set_deadline(QmpRequest *request, int64_t deadline_ms)
{
    g_assert(deadline_ms > 0);
    request->deadline_ms = deadline_ms;
}

QmpRequest *
qmp_request_ref(QmpRequest *request)
{
    g_atomic_int_inc(&request->refs);
    return request;
}

void
qmp_request_unref(QmpRequest *request)
{
    if (request == NULL || !g_atomic_int_dec_and_test(&request->refs))
        return;
    fd_set_clear(&request->fds);
    future_unref(request->future);
    g_clear_error(&request->refused);
    g_free(request->arguments);
    g_free(request->name);
    g_free(request);
}

void
qmp_request_answer(QmpRequest *request, Json *reply, GError *error, gboolean from_qemu)
{
    QmpAnswer *answer = g_new0(QmpAnswer, 1);
    *answer = (QmpAnswer){reply, error, from_qemu};
    request->state = QMP_REQUEST_DONE;
    (void)future_complete(request->future, answer, (GDestroyNotify)qmp_answer_free);
    qmp_request_unref(request);
}

GError *
qmp_request_overdue(const QmpRequest *request)
{
    GError *error = NULL;
    virt_error_set(&error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_TIMEOUT,
                   "QEMU did not answer '%s' within %" G_GINT64_FORMAT " ms", request->name,
                   request->deadline_ms);
    return error;
}

void
qmp_requests_fail(GPtrArray *requests, const GError *reason)
{
    for (guint i = 0; i < requests->len; i++) {
        QmpRequest *request = g_ptr_array_index(requests, i);
        if (request->state == QMP_REQUEST_LEFT)
            qmp_request_unref(request);
        else
            qmp_request_answer(request, NULL, g_error_copy(reason), FALSE);
    }
    g_ptr_array_set_size(requests, 0);
}

int64_t
qmp_requests_due_us(const GPtrArray *requests)
{
    int64_t due_us = INT64_MAX;
    for (guint i = 0; i < requests->len; i++)
        due_us = MIN(due_us, ((QmpRequest *)g_ptr_array_index(requests, i))->due_us);
    return due_us;
}

Future *
qmp_request_future(QmpRequest *request)
{
    return request->future;
}
