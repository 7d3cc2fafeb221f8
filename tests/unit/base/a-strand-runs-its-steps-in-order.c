/*
 * On real threads: steps keep their order and never overlap, whoever posts; strands run side by
 * side; a closed strand frees its steps in order without running them.
 */
#include <stdatomic.h>

#include "common/base/strand.h"

enum { STRANDS = 8, POSTERS = 4, STEPS = 2000 };

typedef struct {
    Strand *strand;
    int inside; /* not atomic: the strand is what protects it */
    unsigned next[POSTERS];
    unsigned total;
    atomic_uint freed;
} Box;

typedef struct {
    Box *box;
    unsigned poster;
    unsigned number;
} Work;

static void
work_run(void *data)
{
    Work *work = data;
    Box *box = work->box;
    g_assert_true(strand_current() == box->strand);
    g_assert_cmpint(box->inside++, ==, 0);
    g_assert_cmpuint(work->number, ==, box->next[work->poster]++);
    box->total++;
    box->inside--;
}

static void
work_free(void *data)
{
    Work *work = data;
    atomic_fetch_add(&work->box->freed, 1);
    g_free(work);
}

typedef struct {
    Box *boxes;
    unsigned poster;
} Poster;

static void *
post_all(void *data)
{
    Poster *poster = data;
    for (unsigned number = 0; number < STEPS; number++) {
        for (int i = 0; i < STRANDS; i++) {
            Work *work = g_new(Work, 1);
            *work = (Work){&poster->boxes[i], poster->poster, number};
            strand_post(poster->boxes[i].strand, work_run, work, work_free);
        }
    }
    return NULL;
}

static void
test_order(void)
{
    StrandPool *pool = strand_pool_new(NULL);
    Box boxes[STRANDS] = {0};
    for (int i = 0; i < STRANDS; i++)
        boxes[i].strand = strand_new(pool, "box");
    pthread_t threads[POSTERS];
    Poster posters[POSTERS];
    for (unsigned i = 0; i < POSTERS; i++) {
        posters[i] = (Poster){boxes, i};
        g_assert_cmpint(pthread_create(&threads[i], NULL, post_all, &posters[i]), ==, 0);
    }
    for (int i = 0; i < POSTERS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < STRANDS; i++)
        strand_unref(boxes[i].strand); /* what is queued still runs */
    strand_pool_free(pool);
    for (int i = 0; i < STRANDS; i++) {
        g_assert_cmpuint(boxes[i].total, ==, POSTERS * STEPS);
        g_assert_cmpuint(boxes[i].freed, ==, POSTERS * STEPS);
    }
}

typedef struct {
    Strand *strand;
    GString *log;
} Journal;

typedef struct {
    Journal *journal;
    char name;
} Entry;

static void
entry_run(void *data)
{
    Entry *entry = data;
    g_string_append_c(entry->journal->log, entry->name);
    if (entry->name == 'b')
        strand_close(entry->journal->strand);
}

static void
entry_free(void *data)
{
    Entry *entry = data;
    g_assert_true(strand_is_current(entry->journal->strand));
    g_string_append_c(entry->journal->log, g_ascii_toupper(entry->name));
    g_free(entry);
}

static void
test_close(void)
{
    StrandPool *pool = strand_pool_new(NULL);
    Journal journal = {strand_new(pool, "journal"), g_string_new(NULL)};
    for (char name = 'a'; name <= 'd'; name++) {
        Entry *entry = g_new(Entry, 1);
        *entry = (Entry){&journal, name};
        strand_post(journal.strand, entry_run, entry, entry_free);
    }
    strand_unref(journal.strand);
    strand_pool_free(pool);
    g_assert_cmpstr(journal.log->str, ==, "aAbBCD");
    g_string_free(journal.log, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/strand/order", test_order);
    g_test_add_func("/strand/close", test_close);
    return g_test_run();
}
