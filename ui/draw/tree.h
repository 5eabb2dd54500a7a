/* tree.h - the contents of the screen as a tree of nodes, for screen readers, focus and tests.
 *
 * A node has role, name, value, state and rectangle. The tree is built anew for every frame, in
 * reading order. Keys connect frames: by them the tree remembers the focus, the last focus in each
 * region, and the focus to restore when a dialog closes. A key has 64 bits, is unique in the tree
 * and always names the same thing. If two nodes have one key, the first is found.
 *
 *     tree_begin(tree);
 *     tree_push(tree, KEY_WINDOW, TREE_WINDOW, "exifsim-view", box, 0);
 *       tree_push(tree, KEY_TOOLS, TREE_TOOLBAR, "Tools", tools, TREE_REGION);
 *         tree_leaf(tree, KEY_RUN, TREE_BUTTON, "Run", run, TREE_FOCUSABLE);
 *         tree_note(tree, "Space");
 *       tree_pop(tree);
 *       tree_push(tree, KEY_LANES, TREE_LIST, "Lanes", lanes, TREE_REGION);
 *         tree_leaf(tree, tree_key(KEY_LANES, "store.exe", 0), TREE_LANE, "store.exe", lane,
 *                   TREE_FOCUSABLE | TREE_SELECTED);
 *         tree_value(tree, "%u threads, 2 running", 11u);
 *       tree_pop(tree);
 *     tree_pop(tree);
 *     tree_end(tree);
 *
 * If the node with the focus is not built again, the focus goes to the first focusable node of its
 * nearest ancestor that is. While a node with TREE_MODAL is shown (the last one built, if several),
 * focus and pointer stay within it; when it goes, the focus returns to where it was before.
 */
#pragma once
#include "ui/draw/draw.h"

/* ROLE(role, its word in the transcript) */
#define TREE_ROLES(ROLE)             \
    ROLE(WINDOW, "window")           \
    ROLE(GROUP, "group")             \
    ROLE(TOOLBAR, "toolbar")         \
    ROLE(BUTTON, "button")           \
    ROLE(TOGGLE, "toggle")           \
    ROLE(SLIDER, "slider")           \
    ROLE(TEXT_FIELD, "text field")   \
    ROLE(LINK, "link")               \
    ROLE(TEXT, "text")               \
    ROLE(HEADING, "heading")         \
    ROLE(LANE, "lane")               \
    ROLE(LANE_HEADER, "lane header") \
    ROLE(SPAN, "span")               \
    ROLE(MARK, "mark")               \
    ROLE(GRAPH, "graph")             \
    ROLE(RULER, "ruler")             \
    ROLE(MINIMAP, "minimap")         \
    ROLE(CURSOR, "cursor")           \
    ROLE(LIST, "list")               \
    ROLE(LIST_ITEM, "list item")     \
    ROLE(TABLE, "table")             \
    ROLE(ROW, "row")                 \
    ROLE(CELL, "cell")               \
    ROLE(TAB, "tab")                 \
    ROLE(MENU, "menu")               \
    ROLE(MENU_ITEM, "menu item")     \
    ROLE(DIALOG, "dialog")           \
    ROLE(ALERT, "alert")             \
    ROLE(TIP, "tip")                 \
    ROLE(PROGRESS, "progress")       \
    ROLE(STATUS, "status")

enum tree_role {
#define TREE_ENUM(name, word) TREE_##name,
    TREE_ROLES(TREE_ENUM)
#undef TREE_ENUM
        TREE_ROLE_COUNT
};

/* State flags; combine them with |. */
enum tree_state {
    TREE_FOCUSABLE = 1 << 0,
    TREE_FOCUSED = 1 << 1, /* Set by the tree only. */
    TREE_SELECTED = 1 << 2,
    TREE_EXPANDED = 1 << 3,
    TREE_COLLAPSED = 1 << 4, /* Can be expanded. */
    TREE_DISABLED = 1 << 5,  /* Shown and described, but never focused. */
    TREE_HIDDEN = 1 << 6,    /* The node and its descendants are not described, hit or focused. */
    TREE_CHECKED = 1 << 7,
    TREE_REGION = 1 << 8, /* F6 goes from region to region. */
    TREE_MODAL = 1 << 9,
    TREE_NO_TAB = 1 << 10, /* Focusable by pointer, arrow keys and program, but not by Tab. */
    TREE_BUSY = 1 << 11,
    TREE_LIVE = 1 << 12 /* A screen reader announces changes of the value. */
};

#define TREE_NONE  ((uint32_t)-1)
#define TREE_DEPTH 64

struct tree_node {
    uint64_t key;
    uint64_t tag; /* Free for the builder's use; 0 unless set. */
    enum tree_role role;
    uint32_t state;
    uint32_t parent; /* Index of the parent in build order; TREE_NONE: a root. */
    uint32_t end;    /* Index after the last descendant. */
    uint32_t depth;
    struct draw_box box;
    /* Offsets of texts; read them by tree_name, tree_text and so on. */
    uint32_t name, value, description;
};

struct tree;

struct tree *tree_new(void);
void tree_free(struct tree *tree); /* NULL is allowed. */

/* ---- building -------------------------------------------------------------------------------- */

void tree_begin(struct tree *tree);

/* Adds a node; all nodes until its tree_pop are its children. Texts are copied. */
void tree_push(struct tree *tree, uint64_t key, enum tree_role role, const char *name,
               struct draw_box box, uint32_t state);
void tree_pop(struct tree *tree);

/* Adds a node without children. */
void tree_leaf(struct tree *tree, uint64_t key, enum tree_role role, const char *name,
               struct draw_box box, uint32_t state);

/* Set a text of the node that was pushed or added last. */
void tree_value(struct tree *tree, const char *format, ...) DRAW_PRINTF(2, 3);
void tree_note(struct tree *tree, const char *format, ...) DRAW_PRINTF(2, 3);
void tree_tag(struct tree *tree, uint64_t tag);

/* Ends the build and decides the focus. Every push must have had its pop. */
void tree_end(struct tree *tree);

/* Derives a key from another key, a name (or NULL) and a number, such as the lane of a process or
 * item 7 of a list. Always the same for the same arguments. */
uint64_t tree_key(uint64_t above, const char *name, uint64_t number);

/* ---- asking; of the tree last ended ---------------------------------------------------------- */

size_t tree_count(const struct tree *tree);
/* The node at an index in build order. */
const struct tree_node *tree_at(const struct tree *tree, size_t index);
const struct tree_node *tree_find(const struct tree *tree, uint64_t key); /* NULL: no such node. */

/* The first node with that name (and role, unless TREE_ROLE_COUNT) in build order that is not
 * hidden. For tests: a click on "Run" needs no coordinates. */
const struct tree_node *tree_find_name(const struct tree *tree, enum tree_role role,
                                       const char *name);

/* The deepest node at a pixel; among several the one built last. NULL: none, or outside the modal
 * node. */
const struct tree_node *tree_hit(const struct tree *tree, int x, int y);

const struct tree_node *tree_parent(const struct tree *tree, const struct tree_node *node);
const char *tree_name(const struct tree *tree, const struct tree_node *node);
const char *tree_value_of(const struct tree *tree, const struct tree_node *node);
const char *tree_description(const struct tree *tree, const struct tree_node *node);
const char *tree_role_word(enum tree_role role);

/* True if the node or an ancestor is hidden. */
bool tree_is_hidden(const struct tree *tree, const struct tree_node *node);

/* ---- focus ----------------------------------------------------------------------------------- */

const struct tree_node *tree_focus(const struct tree *tree); /* The focused node; NULL: none. */

/* Focuses a node by key. True: the node exists and is focusable. During a build it takes effect at
 * tree_end. */
bool tree_focus_key(struct tree *tree, uint64_t key);

/* Tab and Shift+Tab: the next or previous focusable node in build order, cyclically. NULL: none is
 * focusable. */
const struct tree_node *tree_focus_next(struct tree *tree);
const struct tree_node *tree_focus_prev(struct tree *tree);

/* Arrow keys: the next (1) or previous (-1) focusable node with the same parent; stays at the
 * ends. */
const struct tree_node *tree_focus_sibling(struct tree *tree, int direction);

/* F6 and Shift+F6: goes to the next (1) or previous (-1) region, to the node that had the focus
 * there last. */
const struct tree_node *tree_focus_region(struct tree *tree, int direction);

/* ---- telling --------------------------------------------------------------------------------- */

/* Writes the transcript: one line for each node, indented by two blanks for each level:
 *
 *     window "exifsim-view"
 *       toolbar "Tools"
 *         button "Run" (focused) - Space
 *       list "Lanes"
 *         lane "store.exe": 11 threads, 2 running (selected)
 *
 * with_boxes adds "[x,y wxh]". */
void tree_describe(const struct tree *tree, FILE *file, bool with_boxes);
