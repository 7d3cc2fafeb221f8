/*
 * random_domains FOLDER COUNT — writes guests made at random from the tables of elements, 1.xml and
 * so on, always the same. Each is read again, and printed the same; so is a copy of it.
 *
 * Each guest has what every one needs and one part more, of which any row may be set. What the
 * validators refuse is not written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf/engine.h"
#include "common/conf/value.h"
#include "virtqemud/conf/device.h"

enum { LIST_MOST = 2, DEPTH_MOST = 5 };

static GRand *rand_source;
static Arena *arena;

static gboolean
one_in(int n)
{
    return g_rand_int_range(rand_source, 0, n) == 0;
}

static void fill(const ConfType *type, void *object, int depth);

/* ---- values ---- */

static const char *
sample_word(const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);
    return arena_strdup(arena, list[g_rand_int_range(rand_source, 0, (int)g_strv_length(list))]);
}

/* What a value of this place usually is; NULL: nothing special. */
static const char *
sample_of_place(const char *path)
{
    static const struct {
        const char *suffix, *words;
    } places[] = {{"target/@dev", "vda vdb hda sdc fda"},
                  {"source/@dev", "/dev/e"},
                  {"@file", "/a/b"},
                  {"@dir", "/a"},
                  {"@path", "/a/c"},
                  {"@template", "/a/t"},
                  {"kernel", "/k"},
                  {"initrd", "/i"},
                  {"loader", "/l"},
                  {"nvram", "/n"},
                  {"emulator", "/e"},
                  {"partition", "/m"},
                  {"wwn", "0123456789abcdef"},
                  {"@arch", "x86_64"},
                  {"@machine", "pc"},
                  {"@rendernode", "/dev/r"},
                  {"@tap", "/dev/t"},
                  {"@vhost", "/dev/v"},
                  {"@service", "4555"},
                  {"@port", "4556"},
                  {"@version", "2.0 1.2"},
                  {"@name", "a b"},
                  {"@fullscreen", "yes"},
                  {"@unit", "MiB"},
                  {"path", "/a/d"},
                  {"@evdev", "/dev/input/e"},
                  {"@listen", "10.0.0.2"},
                  {"@address", "10.0.0.3"},
                  {"@socket", "/a/s"},
                  {"weight", "100 1000"}};
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        if (g_str_has_suffix(path, places[i].suffix))
            return sample_word(places[i].words);
    }
    return NULL;
}

/* The first of these that the rule takes, from a random one on. */
static const char *
sample_text(const ConfPattern *pattern)
{
    static const char *const samples[] = {
        "a",  "/a/b",         "vda",   "52:54:00:01:02:03",  "0-3,7", "10.0.0.1", "1.2",
        "42", "AuthenticAMD", "reset", "2030-01-01T00:00:00"};
    size_t n = G_N_ELEMENTS(samples), first = g_rand_int(rand_source) % n;
    for (size_t i = 0; i < n; i++) {
        const char *text = samples[(first + i) % n];
        if (pattern->accepts == NULL || pattern->accepts(text))
            return text;
    }
    g_error("no sample is %s", pattern->what);
}

/* The place's own sample, where its rule takes it. */
static const char *
sample_string(const ConfField *field)
{
    const ConfPattern *pattern = field->pattern;
    if (pattern != NULL && pattern->words != NULL)
        return sample_word(pattern->words);
    const char *usual = sample_of_place(field->path);
    if (pattern == NULL)
        return usual != NULL ? usual : "a";
    return usual != NULL && pattern->accepts(usual) ? usual : sample_text(pattern);
}

static uint64_t
sample_number(const ConfField *field)
{
    uint64_t least = field->range->min, most = field->range->max;
    if (field->kind == CONF_OPT_I64)
        least = 1;
    uint64_t most_here = MIN(most, least + 20);
    return least + g_rand_int(rand_source) % (most_here - least + 1);
}

static void
fill_value(const ConfField *field, void *object)
{
    void *member = conf_member(field, object);
    g_autofree char *text = NULL;
    char *why = NULL;
    switch (field->kind) {
    case CONF_STRING:
        *(const char **)member = sample_string(field);
        return;
    case CONF_ENUM: {
        size_t i = g_rand_int(rand_source) % field->values->n;
        *(int *)member = field->values->items[i].value;
        return;
    }
    case CONF_UUID:
        text = g_strdup("6f1d1c1a-1c1c-4a7a-8c1a-000000000001");
        break;
    case CONF_SIZE:
        *(uint64_t *)member = 1024;
        return;
    case CONF_FLAG:
        *(bool *)member = true;
        return;
    default:
        text = g_str_has_suffix(field->path, "weight")
                   ? g_strdup(sample_of_place(field->path))
                   : g_strdup_printf("%" G_GUINT64_FORMAT, sample_number(field));
    }
    g_assert_true(conf_value_parse(field, arena, member, text, &why));
}

/* ---- structures ---- */

static void
fill_list(const ConfField *field, ConfList *list, int depth)
{
    size_t n = (size_t)g_rand_int_range(rand_source, 1, LIST_MOST + 1);
    list->items = arena_array_of(arena, void *, n);
    for (list->n = 0; list->n < n; list->n++) {
        list->items[list->n] = arena_alloc(arena, field->type->size);
        fill(field->type, list->items[list->n], depth + 1);
    }
}

static void
fill_row(const ConfField *field, void *object, int depth)
{
    void *member = conf_member(field, object);
    switch (field->kind) {
    case CONF_TABLE:
    case CONF_INCLUDE:
        fill(field->type, member, depth);
        break;
    case CONF_TABLE_PTR:
        *(void **)member = arena_alloc(arena, field->type->size);
        fill(field->type, *(void **)member, depth + 1);
        break;
    case CONF_LIST:
        fill_list(field, member, depth);
        break;
    case CONF_UNION: {
        const ConfType *type = conf_union_type(field, object);
        if (type != NULL)
            fill(type, member, depth + 1);
        break;
    }
    default:
        if (conf_kind_is_value(field->kind))
            fill_value(field, object);
    }
}

static void
fill(const ConfType *type, void *object, int depth)
{
    for (const ConfField *field = type->fields; field->kind != CONF_END; field++) {
        gboolean running = (field->flags & (INACTIVE_OMIT | STATUS_ONLY)) != 0;
        gboolean needed = (field->flags & REQUIRED) != 0 || field->otherwise != 0 ||
                          field->kind == CONF_UNION || field->kind == CONF_INCLUDE ||
                          field->kind == CONF_TABLE;
        if (!running && (needed || (depth < DEPTH_MOST && one_in(2 + depth))))
            fill_row(field, object, depth);
    }
}

/* ---- guests ---- */

static const char least[] =
    "<domain type='qemu'><name>a</name><uuid>6f1d1c1a-1c1c-4a7a-8c1a-000000000002</uuid>"
    "<memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os><devices/></domain>";

static const ConfContext validated = {CONF_FROM_USER, true, NULL};

static DomainDef *
read_back(const char *xml, GError **error)
{
    return domain_def_parse(xml, strlen(xml), &validated, error);
}

/* The rows that are structures of their own, of the guest or of its devices. */
static const ConfField *
pick_row(const ConfType *type)
{
    for (;;) {
        size_t n = 0;
        while (type->fields[n].kind != CONF_END)
            n++;
        const ConfField *field = &type->fields[g_rand_int(rand_source) % n];
        if (field->kind == CONF_LIST || field->kind == CONF_TABLE_PTR)
            return field;
    }
}

static void
check(const DomainDef *def, const char *xml)
{
    g_autofree char *again = domain_def_format(def, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
    g_assert_cmpstr(again, ==, xml);
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    g_autofree char *of_copy = domain_def_format(copy, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
    g_assert_cmpstr(of_copy, ==, xml);
    g_assert_null(domain_def_unsupported(def));
}

/* NULL: the validators refuse it. */
static char *
make_guest(void)
{
    g_autoptr(DomainDef) def = read_back(least, NULL);
    arena = def->arena;
    gboolean of_devices = !one_in(4);
    const ConfField *field = pick_row(of_devices ? &devices_conf : &domain_conf);
    fill_row(field, of_devices ? (void *)&def->devices : def, 0);
    g_autofree char *xml = domain_def_format(def, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) back = read_back(xml, &error);
    if (back == NULL) {
        /* rules between fields: what single values are is right */
        g_assert_null(strstr(error->message, "is not one of"));
        g_assert_null(strstr(error->message, "is not a number"));
        return NULL;
    }
    check(back, xml);
    return g_steal_pointer(&xml);
}

int
main(int argc, char **argv)
{
    if (argc != 3)
        return fprintf(stderr, "usage: random_domains FOLDER COUNT\n"), 2;
    rand_source = g_rand_new_with_seed(1);
    int refused = 0;
    for (int made = 0; made < atoi(argv[2]);) {
        g_autofree char *xml = make_guest();
        if (xml == NULL) {
            g_assert_cmpint(++refused, <, 20 * atoi(argv[2]));
            continue;
        }
        g_autofree char *path = g_strdup_printf("%s/%d.xml", argv[1], ++made);
        if (!g_file_set_contents(path, xml, -1, NULL))
            return fprintf(stderr, "random_domains: cannot write %s\n", path), 2;
    }
    printf("%d were refused by rules between fields\n", refused);
    g_rand_free(rand_source);
    return 0;
}
