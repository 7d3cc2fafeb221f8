/*
 * raw — pieces of XML kept as a tree of our own, so that they can be copied and printed without the
 * parser that read them.
 *
 * Used for what is the user's own (metadata) and for what no row describes yet. Namespace
 * declarations that a piece needs from its surroundings are taken along. Nodes live in the
 * document's arena and are not changed. Pure; any thread.
 */
#pragma once

#include <libxml/tree.h>

#include "common/conf/conf.h"

typedef enum { CONF_NODE_ELEMENT, CONF_NODE_TEXT, CONF_NODE_CDATA, CONF_NODE_COMMENT } ConfNodeKind;

typedef struct ConfAttribute ConfAttribute;
struct ConfAttribute {
    const ConfAttribute *next;
    const char *name; /* with its prefix; namespace declarations are among them */
    const char *value;
};

struct ConfNode {
    const ConfNode *next; /* sibling */
    ConfNodeKind kind;
    const char *name; /* of an element, with its prefix */
    const char *text; /* of the others */
    const ConfAttribute *attributes;
    const ConfNode *children;
};

/* One attribute or one element; `owner_path` is where below its struct's element it stands: ""
 * or "target/". */
struct ConfExtra {
    const ConfExtra *next;
    const char *owner_path;
    const char *attribute; /* NULL: an element */
    const char *value;
    const ConfNode *element;
    const char *path; /* from the root, for messages */
    bool status_only; /* printed in status documents alone */
};

/* The element with all that is inside. */
const ConfNode *conf_node_take(Arena *arena, xmlNode *element);
const ConfNode *conf_node_copy(Arena *arena, const ConfNode *node);
const ConfExtra *conf_extra_copy(Arena *arena, const ConfExtra *extra);
gboolean conf_node_equal(const ConfNode *a, const ConfNode *b);
gboolean conf_extra_equal(const ConfExtra *a, const ConfExtra *b);

typedef enum {
    CONF_NODE_AS_USER,  /* double quotes, as the XML library prints */
    CONF_NODE_AS_OUTPUT /* single quotes, as the rest of our documents */
} ConfNodeStyle;
/* Appends the element, `depth` levels of two blanks deep, with a line end behind it. Elements with
 * text inside keep their white space. */
void conf_node_print(const ConfNode *node, GString *out, unsigned depth, ConfNodeStyle style);
/* Appends `text` with & < > ' " replaced. */
void conf_escape(GString *out, const char *text);
/* The same for an attribute, whose tabs and line ends a reader would else turn into blanks. */
void conf_escape_attribute(GString *out, const char *text);
