/*
 * tree — see tree.h.
 */
#include "tests/unit/host/tree.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

Tree *
tree_new(void)
{
    g_autoptr(GError) error = NULL;
    Tree *tree = g_new0(Tree, 1);
    tree->path = g_dir_make_tmp("host-XXXXXX", &error);
    g_assert_no_error(error);
    tree->root = open(tree->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    g_assert_cmpint(tree->root, >=, 0);
    return tree;
}

static char *
make_place(const Tree *tree, const char *path)
{
    char *full = g_build_filename(tree->path, path, NULL);
    g_autofree char *folder = g_path_get_dirname(full);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    return full;
}

void
tree_put(Tree *tree, const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *full = make_place(tree, path);
    g_file_set_contents(full, text, -1, &error);
    g_assert_no_error(error);
}

void
tree_put_link(Tree *tree, const char *path, const char *target)
{
    g_autofree char *full = make_place(tree, path);
    g_assert_cmpint(symlink(target, full), ==, 0);
}

char *
tree_get(Tree *tree, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *full = g_build_filename(tree->path, path, NULL);
    char *text = NULL;
    g_file_get_contents(full, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

void
tree_remove(Tree *tree, const char *path)
{
    g_assert_cmpint(unlinkat(tree->root, path, 0), ==, 0);
}

/* Appends the lines behind a tab; returns the first that is none. */
static char **
put_lines(Tree *tree, const char *path, char **line)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (; *line != NULL && **line == '\t'; line++)
        g_string_append_printf(text, "%s\n", *line + 1);
    tree_put(tree, path, text->str);
    return line;
}

static void
put_line(Tree *tree, char *line)
{
    char *link = strstr(line, " -> ");
    char *value = strstr(line, " = ");
    g_assert_true(link != NULL || value != NULL);
    if (link != NULL) {
        *link = '\0';
        tree_put_link(tree, line, link + strlen(" -> "));
    } else {
        g_autofree char *text = g_strconcat(value + strlen(" = "), "\n", NULL);
        *value = '\0';
        tree_put(tree, line, text);
    }
}

Tree *
tree_load(const char *name)
{
    Tree *tree = tree_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *file = g_strconcat(g_getenv("HOST_TREES"), "/", name, ".tree", NULL);
    g_autofree char *text = NULL;
    g_file_get_contents(file, &text, NULL, &error);
    g_assert_no_error(error);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    char **line = lines;
    while (*line != NULL) {
        char *here = *line++;
        if (*here == '\0' || *here == '#')
            continue;
        if (g_str_has_suffix(here, ":")) {
            here[strlen(here) - 1] = '\0';
            line = put_lines(tree, here, line);
        } else {
            put_line(tree, here);
        }
    }
    return tree;
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    return remove(path);
}

void
tree_free(Tree *tree)
{
    if (tree == NULL)
        return;
    close(tree->root);
    g_assert_cmpint(nftw(tree->path, remove_one, 8, FTW_DEPTH | FTW_PHYS), ==, 0);
    g_free(tree->path);
    g_free(tree);
}
