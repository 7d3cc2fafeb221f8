/*
 * talk — see talk.h.
 */
#include "tests/unit/qmp/talk.h"

#include <string.h>

const char talk_greeting[] =
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "
    "\"package\": \"some\"}, \"capabilities\": [\"oob\"]}}\r";

static void
on_ready(void *data, const QmpGreeting *greeting)
{
    g_string_append_printf(((Talk *)data)->log, "ready %d.%d.%d %s%s\n", greeting->major,
                           greeting->minor, greeting->micro, greeting->package,
                           greeting->oob ? " oob" : "");
}

static void
on_event(void *data, const QmpEvent *event)
{
    g_autofree char *text = json_print(event->data);
    g_string_append_printf(((Talk *)data)->log, "event %s %d %s %" G_GINT64_FORMAT "\n",
                           event->name, event->id != QMP_EVENT_OTHER, text, event->time_us);
}

static void
on_left(void *data, const QmpRequest *request)
{
    g_string_append_printf(((Talk *)data)->log, "left %s\n", request->name);
}

static void
on_late(void *data, const QmpRequest *request, const QmpAnswer *answer)
{
    g_string_append_printf(((Talk *)data)->log, "late %s %s\n", request->name,
                           answer->error != NULL ? answer->error->message : "ok");
}

static void
on_unresponsive(void *data, int64_t since_us)
{
    g_string_append_printf(((Talk *)data)->log, "unresponsive %" G_GINT64_FORMAT "\n",
                           since_us / 1000);
}

static void
on_drained(void *data)
{
    g_string_append(((Talk *)data)->log, "drained\n");
}

static void
on_closed(void *data, const GError *reason)
{
    g_string_append_printf(((Talk *)data)->log, "closed %d\n", reason->code);
}

const QmpHandler talk_handler = {
    .ready = on_ready,
    .event = on_event,
    .left = on_left,
    .late = on_late,
    .unresponsive = on_unresponsive,
    .drained = on_drained,
    .closed = on_closed,
};

Talk *
talk_new(const QmpOptions *options)
{
    Talk *talk = g_new0(Talk, 1);
    talk->log = g_string_new(NULL);
    talk->now_us = G_USEC_PER_SEC;
    talk->session = qmp_session_new(options, &talk_handler, talk, talk->now_us);
    return talk;
}

Talk *
talk_new_ready(void)
{
    Talk *talk = talk_new(NULL);
    talk_say(talk, talk_greeting);
    g_free(talk_hear(talk));
    talk_say(talk, "{\"return\": {}, \"id\": 1}");
    g_string_truncate(talk->log, 0);
    return talk;
}

void
talk_free(Talk *talk)
{
    g_autoptr(GError) reason = g_error_new_literal(VIRT_ERROR, VIRT_ERR_OPERATION_ABORTED, "over");
    qmp_session_close(talk->session, reason);
    qmp_session_free(talk->session);
    g_string_free(talk->log, TRUE);
    g_free(talk);
}

void
talk_say(Talk *talk, const char *line)
{
    g_autofree char *text = g_strdup_printf("%s\n", line);
    qmp_session_feed(talk->session, (const uint8_t *)text, strlen(text), talk->now_us);
}

char *
talk_hear(Talk *talk)
{
    GString *heard = g_string_new(NULL);
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    while (qmp_session_output(talk->session, &bytes, &n, &fds)) {
        g_string_append_len(heard, (const char *)bytes, (gssize)n);
        qmp_session_sent(talk->session, n, talk->now_us);
    }
    return g_string_free(heard, FALSE);
}

void
talk_wait_ms(Talk *talk, int64_t ms)
{
    talk->now_us += ms * 1000;
    qmp_session_tick(talk->session, talk->now_us);
}

QmpRequest *
talk_ask(Talk *talk, QmpCommandId id)
{
    QmpRequest *request = qmp_request_new(id, NULL);
    qmp_session_submit(talk->session, request, talk->now_us);
    return request;
}

char *
talk_outcome(QmpRequest *request)
{
    const QmpAnswer *answer = future_value(qmp_request_future(request));
    if (answer == NULL)
        return g_strdup("waits");
    if (answer->error != NULL)
        return g_strdup_printf("error %d %s", answer->error->code, answer->error->message);
    g_autofree char *text = json_print(answer->reply);
    return g_strdup_printf("ok %s", text);
}

char *
talk_log(Talk *talk)
{
    char *text = g_strdup(talk->log->str);
    g_string_truncate(talk->log, 0);
    return text;
}
