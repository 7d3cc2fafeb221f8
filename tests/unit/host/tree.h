/*
 * tree — an example host (tests/data/host) written into a folder of its own.
 */
#pragma once

#include <glib.h>

/* The folder's descriptor and name; the name begins with "/". */
typedef struct {
    char *path;
    int root;
} Tree;

/* An empty one. */
Tree *tree_new(void);
/* One of tests/data/host, by name without ".tree". */
Tree *tree_load(const char *name);
void tree_put(Tree *tree, const char *path, const char *text);
void tree_put_link(Tree *tree, const char *path, const char *target);
/* The caller frees. */
char *tree_get(Tree *tree, const char *path);
void tree_remove(Tree *tree, const char *path);
/* Removes the folder. */
void tree_free(Tree *tree);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tree, tree_free)
