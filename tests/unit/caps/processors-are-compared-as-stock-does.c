/*
 * HOST-14, HOST-15: each call in tests/data/stock/cpu-calls.txt was made on a stock daemon with
 * QEMU 7.2 and without KVM: ours answers the same. A record: `compare FLAGS` or `baseline FLAGS`, a
 * document a line, and
 * `= RESULT`, the answer without its line ends or `error CODE TEXT`.
 */
#include <string.h>

#include "prober.h"
#include "virtqemud/caps/cpu_document.h"

enum { DOCUMENTS_MAX = 8 };

typedef struct {
    gboolean is_compare;
    uint32_t flags;
    char *xml[DOCUMENTS_MAX];
    size_t n;
} Question;

static char *
compare(const Question *question, const CpuHost *host, Arena *arena, GError **error)
{
    CpuDocument document;
    CpuComparison result;
    g_autofree char *why = NULL;
    if (!cpu_document_parse(question->xml[0], CPU_DOCUMENT_LENIENT, arena, &document, error) ||
        !cpu_document_compare(&document, host, &result, &why, error))
        return NULL;
    if (why != NULL && question->flags == 1) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_CPU_INCOMPATIBLE, "%s", why);
        return NULL;
    }
    return g_strdup_printf("%d", result);
}

static char *
baseline(const Question *question, const CpuHost *host, Arena *arena, GError **error)
{
    CpuDocument documents[DOCUMENTS_MAX];
    for (size_t i = 0; i < question->n; i++) {
        if (!cpu_document_parse(question->xml[i], CPU_DOCUMENT_LENIENT, arena, &documents[i],
                                error))
            return NULL;
    }
    return cpu_document_baseline(documents, question->n, host, CPU_BASELINE_OF_GUESTS,
                                 question->flags, error);
}

static char *
without_line_ends(const char *text)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        g_string_append(out, g_strchug(*line));
    return g_string_free(out, FALSE);
}

static void
ask(const Question *question, const CpuHost *host, const char *wanted)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *answer = question->is_compare ? compare(question, host, arena, &error)
                                                   : baseline(question, host, arena, &error);
    g_autofree char *told = answer != NULL
                                ? without_line_ends(answer)
                                : g_strdup_printf("error %d %s", error->code, error->message);
    if (strcmp(told, wanted) != 0)
        g_error("%s\nstock: %s\nours:  %s", question->xml[0], wanted, told);
}

static void
question_clear(Question *question)
{
    for (size_t i = 0; i < question->n; i++)
        g_free(question->xml[i]);
    *question = (Question){0};
}

static void
test_as_stock(void)
{
    g_autoptr(QemuCaps) caps = prober_load("7.2-x86_64");
    CpuHost host = {.caps = caps, .accel = QEMU_ACCEL_TCG, .arch = "x86_64"};
    g_assert_true(cpu_model_available(caps, QEMU_ACCEL_TCG, &host.available, &host.vendor));
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(STOCK_DATA "/cpu-calls.txt", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    Question question = {0};
    size_t n = 0;
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(*line, "\t= ")) {
            ask(&question, &host, *line + strlen("\t= "));
            question_clear(&question);
            n++;
        } else if (**line == '\t') {
            g_assert_cmpuint(question.n, <, DOCUMENTS_MAX);
            question.xml[question.n++] = g_strdup(*line + 1);
        } else if (**line != '\0') {
            question.is_compare = g_str_has_prefix(*line, "compare ");
            question.flags = (uint32_t)g_ascii_strtoull(strchr(*line, ' '), NULL, 10);
        }
    }
    g_assert_cmpuint(n, >=, 40);
}

static void
refuse(const char *xml, CpuDocumentReading reading, VirtErrorCode code)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    CpuDocument document;
    g_assert_false(cpu_document_parse(xml, reading, arena, &document, &error));
    g_assert_error(error, VIRT_ERROR, (int)code);
}

static void
test_refused(void)
{
    refuse("<cpu", CPU_DOCUMENT_LENIENT, VIRT_ERR_XML_ERROR);
    refuse("<domain/>", CPU_DOCUMENT_LENIENT, VIRT_ERR_XML_ERROR);
    refuse("<cpu mode='what'/>", CPU_DOCUMENT_LENIENT, VIRT_ERR_XML_ERROR);
    refuse("<cpu><feature/></cpu>", CPU_DOCUMENT_LENIENT, VIRT_ERR_XML_ERROR);
    refuse("<cpu><feature name='what'/></cpu>", CPU_DOCUMENT_LENIENT, VIRT_ERR_CONFIG_UNSUPPORTED);
    refuse("<cpu><what/></cpu>", CPU_DOCUMENT_STRICT, VIRT_ERR_XML_ERROR);
    refuse("<cpu match='exact'><arch>x86_64</arch></cpu>", CPU_DOCUMENT_LENIENT,
           VIRT_ERR_XML_ERROR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/caps/compare/as-stock", test_as_stock);
    g_test_add_func("/caps/compare/refused", test_refused);
    return g_test_run();
}
