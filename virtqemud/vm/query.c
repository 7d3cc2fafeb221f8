/*
 * query — see query.h.
 */
#include "virtqemud/vm/query.h"

#include "common/base/error.h"
#include "common/base/strand.h"
#include "virtqemud/vm/driver.h"

typedef struct {
    Query *query; /* not a reference: `pending` counts */
    /* A question. */
    VmRun *run; /* NULL: not a question, or the guest is off */
    QmpRequest *request;
    /* Work. */
    const QueryWork *kind;
    void *work;
    char *claim; /* of one of the guest's places for work; NULL: none */
    /* What came of it. */
    gboolean done;
    QmpAnswer *answer;
    GError *error;
} Part;

/* Io thread, but for the work of a part, which is the other thread's while it is under way. */
struct Query {
    Driver *driver;
    int64_t budget_ms;
    GPtrArray *parts;
    LoopTimer *timer;
    QueryDoneFn done;
    void *data;
    size_t missing; /* parts that are waited for */
    size_t pending; /* parts that will still report, and the one who runs it */
    gboolean over;
};

static void
part_free(void *data)
{
    Part *part = data;
    vm_run_unref(part->run);
    qmp_request_unref(part->request);
    if (part->kind != NULL)
        part->kind->free(part->work);
    g_free(part->claim);
    qmp_answer_free(part->answer);
    g_clear_error(&part->error);
    g_free(part);
}

static void
release(Query *query)
{
    if (--query->pending > 0)
        return;
    g_ptr_array_unref(query->parts);
    g_free(query);
}

static Part *
add_part(Query *query, size_t *ret_number)
{
    Part *part = g_new0(Part, 1);
    part->query = query;
    *ret_number = query->parts->len;
    g_ptr_array_add(query->parts, part);
    return part;
}

/* --- the end --- */

static void
finish(Query *query)
{
    if (query->over)
        return;
    query->over = TRUE;
    g_clear_pointer(&query->timer, loop_timer_remove);
    for (guint i = 0; i < query->parts->len; i++) {
        Part *part = g_ptr_array_index(query->parts, i);
        if (!part->done && part->error == NULL)
            virt_error_set(&part->error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_TIMEOUT,
                           "no answer within %" G_GINT64_FORMAT " ms", query->budget_ms);
    }
    query->done(query, query->data);
    release(query);
}

static void
on_time_over(void *data)
{
    finish(data);
}

static void
part_done(Part *part)
{
    Query *query = part->query;
    if (!query->over) {
        part->done = TRUE;
        if (--query->missing == 0)
            finish(query);
    }
    release(query);
}

/* --- questions --- */

Query *
query_new(Driver *driver, int64_t budget_ms)
{
    Query *query = g_new0(Query, 1);
    query->driver = driver;
    query->budget_ms = budget_ms;
    query->parts = g_ptr_array_new_with_free_func(part_free);
    query->pending = 1;
    return query;
}

size_t
query_ask(Query *query, const VmView *view, QmpCommandId command, Json *args)
{
    size_t number;
    Part *part = add_part(query, &number);
    VmRun *run = vm_control_run(view->control);
    if (run == NULL || vm_run_qmp(run) == NULL) {
        json_unref(args);
        if (run != NULL)
            virt_error_set(&part->error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_TIMEOUT,
                           "the monitor of guest '%s' does not answer", view->head.name);
        else
            virt_error_set(&part->error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                           "domain is not running");
        vm_run_unref(run);
        return number;
    }
    part->run = run;
    part->request = qmp_request_new(command, args);
    return number;
}

static void
on_answer(Future *future, void *data)
{
    Part *part = data;
    if (!part->query->over)
        part->answer = future_take_value(future);
    part_done(part);
}

/* --- work --- */

static char *
owner_of(const Part *part)
{
    return g_strdup_printf("query %p", (const void *)part);
}

static void
claim_place(Part *part, const VmView *view)
{
    static const uint32_t places[2] = {1, QUERY_WORKS_MAX};
    uint32_t place;
    g_autofree char *owner = owner_of(part);
    g_autofree char *kind = g_strdup_printf("work:%s", view->head.uuid_text);
    if (registry_claim_number(part->query->driver->claims, kind, places, owner, &place, NULL))
        part->claim = g_strdup_printf("%s:%u", kind, place);
    else
        virt_error_set(&part->error, VIRT_FROM_QEMU, VIRT_ERR_RESOURCE_BUSY,
                       "too many calls wait for the files of guest '%s'", view->head.name);
}

size_t
query_work(Query *query, const VmView *view, const QueryWork *kind, void *work)
{
    size_t number;
    Part *part = add_part(query, &number);
    part->kind = kind;
    part->work = work;
    claim_place(part, view);
    return number;
}

static void
on_work_done(void *data)
{
    Part *part = data;
    g_autofree char *owner = owner_of(part);
    registry_release(part->query->driver->claims, part->claim, owner);
    part_done(part);
}

static void
work_step(void *data)
{
    Part *part = data;
    part->kind->run(part->work);
    loop_post(part->query->driver->loop, on_work_done, part);
}

static void
start_work(Query *query, Part *part)
{
    g_autoptr(Strand) strand = strand_new(strand_pool(query->driver->host), part->claim);
    strand_post(strand, work_step, part, NULL);
}

/* --- running --- */

void
query_run(Query *query, QueryDoneFn done, void *data)
{
    ON_IO;
    query->done = done;
    query->data = data;
    for (guint i = 0; i < query->parts->len; i++) {
        const Part *part = g_ptr_array_index(query->parts, i);
        query->missing += part->error == NULL ? 1 : 0;
    }
    query->pending += query->missing;
    query->timer = loop_add_timer(query->driver->loop, on_time_over, query);
    /* Nothing to wait for: it ends in the next turn, never inside of this call. */
    int64_t wait_us = query->missing > 0 ? query->budget_ms * 1000 : 0;
    loop_timer_set(query->timer, g_get_monotonic_time() + wait_us);
    for (guint i = 0; i < query->parts->len; i++) {
        Part *part = g_ptr_array_index(query->parts, i);
        if (part->request != NULL) {
            qmp_client_send(vm_run_qmp(part->run), part->request);
            future_notify(qmp_request_future(part->request), on_answer, part);
        } else if (part->claim != NULL) {
            start_work(query, part);
        }
    }
}

/* --- what came --- */

void
query_keep(Query *query)
{
    query->pending++;
}

static void
drop_on_io(void *data)
{
    release(data);
}

void
query_drop(Query *query)
{
    loop_post(query->driver->loop, drop_on_io, query);
}

size_t
query_n(const Query *query)
{
    return query->parts->len;
}

static const Part *
part_of(const Query *query, size_t number)
{
    g_assert(number < query->parts->len);
    return g_ptr_array_index(query->parts, number);
}

const Json *
query_reply(const Query *query, size_t number)
{
    const Part *part = part_of(query, number);
    return part->done && part->answer != NULL ? part->answer->reply : NULL;
}

const GError *
query_error(const Query *query, size_t number)
{
    const Part *part = part_of(query, number);
    return part->answer != NULL ? part->answer->error : part->error;
}

void *
query_result(const Query *query, size_t number)
{
    const Part *part = part_of(query, number);
    return part->done ? part->work : NULL;
}
