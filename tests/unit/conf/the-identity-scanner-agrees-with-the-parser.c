/*
 * The identity scanner agrees with the parser: over a corpus and seeded mutations of it, whatever
 * the scanner takes, libxml2 finds the same in.
 */
#include <string.h>

#include "tests/fuzz/xml_ids_oracle.h"

enum { MUTATIONS = 20000 };

/* Pieces that mean something to one of the two. */
static const char *const pieces[] = {
    "<name>", "</name>",   "<name/>",  "<uuid>", "</uuid>",   "<!--",     "-->",       "<![CDATA[",
    "]]>",    "<?x ",      "?>",       "&lt;",   "&#65;",     "&#x1F;",   "&n;",       " xmlns='u'",
    "<x:",    " xmlns=''", "\r\n",     "\r",     "\t",        "'",        "\"",        "<",
    ">",      "/>",        "\xc3\xa9", "\xff",   "</domain>", "<domain>", " name='q'", "--",
};

static GPtrArray *corpus;

static void
load_corpus(const char *folder)
{
    corpus = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        char *bytes;
        gsize len;
        g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
        g_ptr_array_add(corpus, g_bytes_new_take(bytes, len));
    }
    g_assert_cmpuint(corpus->len, >, 10);
}

static OracleVerdict
judge(const char *bytes, size_t len)
{
    g_autofree char *difference = NULL;
    OracleVerdict verdict = xml_ids_oracle(bytes, len, &difference);
    if (verdict == ORACLE_DIFFERENT) {
        g_autofree char *shown = g_strndup(bytes, len);
        g_test_message("document: %s", shown);
        g_test_message("%s", difference);
        g_test_fail();
    }
    return verdict;
}

static void
test_corpus(void)
{
    size_t same = 0;
    for (guint i = 0; i < corpus->len; i++) {
        gsize len;
        const char *bytes = g_bytes_get_data(g_ptr_array_index(corpus, i), &len);
        same += judge(bytes, len) == ORACLE_SAME;
    }
    /* All but the two that are there to be refused. */
    g_assert_cmpuint(same, ==, corpus->len - 2);
}

static void
mutate(GRand *random, GString *text)
{
    gssize at = g_rand_int_range(random, 0, (gint32)text->len + 1);
    switch (g_rand_int_range(random, 0, 4)) {
    case 0:
        g_string_insert(text, at, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
        break;
    case 1: {
        gssize n = g_rand_int_range(random, 0, 12);
        g_string_erase(text, at, MIN(n, (gssize)text->len - at));
        break;
    }
    case 2: {
        /* A piece of the document once more, elsewhere. */
        gsize from = (gsize)g_rand_int_range(random, 0, (gint32)text->len + 1);
        gsize n = MIN((gsize)g_rand_int_range(random, 0, 60), text->len - from);
        g_autofree char *copy = g_strndup(text->str + from, n);
        g_string_insert(text, at, copy);
        break;
    }
    default:
        if ((gsize)at < text->len)
            text->str[at] = (char)g_rand_int_range(random, 1, 256);
    }
}

static void
test_mutations(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(20260101);
    size_t same = 0, refused = 0;
    for (guint i = 0; i < corpus->len; i++) {
        gsize len;
        const char *bytes = g_bytes_get_data(g_ptr_array_index(corpus, i), &len);
        for (int n = 0; n < MUTATIONS; n++) {
            GString *text = g_string_new_len(bytes, (gssize)len);
            for (int times = g_rand_int_range(random, 1, 4); times > 0; times--)
                mutate(random, text);
            OracleVerdict verdict = judge(text->str, text->len);
            same += verdict == ORACLE_SAME;
            refused += verdict == ORACLE_SCANNER_REFUSES;
            g_string_free(text, TRUE);
        }
    }
    /* Both happen often, or this test compares nothing. */
    g_assert_cmpuint(same, >, corpus->len * MUTATIONS / 50);
    g_assert_cmpuint(refused, >, corpus->len * MUTATIONS / 50);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    load_corpus(g_getenv("XML_IDS_CORPUS"));
    g_test_add_func("/xml-ids/oracle/corpus", test_corpus);
    g_test_add_func("/xml-ids/oracle/mutations", test_mutations);
    int result = g_test_run();
    g_ptr_array_unref(corpus);
    return result;
}
