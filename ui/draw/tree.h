/* tree.h - what is on the screen, as a person without a screen would have it told.
 *
 * A tree of nodes with role, name, value, state and rectangle. It is built anew with every frame,
 * in reading order; what lasts from frame to frame hangs on the nodes' keys: the focus, where it
 * was in each region, and where it returns to when a dialog closes. Keys are 64 bits, unique in
 * the tree, and stay with the thing they name. Of two nodes with one key, the first is found.
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
 * A node that is not built again is gone. If it had the focus, the focus goes to the first
 * focusable node in its nearest ancestor that is still there. While a node with TREE_MODAL is shown
 * (the last one built, if several), focus and pointer stay within it; when it goes, the focus
 * returns to where it was before.
 */
#pragma once
#include "ui/draw/draw.h"

/* role, word in the transcript */
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
    TREE_FOCUSED = 1 << 1, /* Set by the tree, never by its builder. */
    TREE_SELECTED = 1 << 2,
    TREE_EXPANDED = 1 << 3,
    TREE_COLLAPSED = 1 << 4, /* Could be expanded. */
    TREE_DISABLED = 1 << 5,  /* Told and shown, but takes no focus. */
    TREE_HIDDEN = 1 << 6,    /* With all below it: not told, hit or focused. */
    TREE_CHECKED = 1 << 7,
    TREE_REGION = 1 << 8, /* F6 goes from one of these to the next. */
    TREE_MODAL = 1 << 9,
    TREE_NO_TAB = 1 << 10, /* Focusable by pointer, arrows and program; Tab passes by. */
    TREE_BUSY = 1 << 11,
    TREE_LIVE = 1 << 12 /* A reader speaks up when its value changes. */
};

#define TREE_NONE  ((uint32_t)-1)
#define TREE_DEPTH 64

struct tree_node {
    uint64_t key;
    uint64_t tag; /* The builder's own; 0 unless set. */
    enum tree_role role;
    uint32_t state;
    uint32_t parent; /* Indices in build order; TREE_NONE: it is a root. */
    uint32_t end;    /* Index behind its last descendant. */
    uint32_t depth;
    struct draw_box box;
    uint32_t name, value, description; /* Offsets; ask tree_name and its like. */
};

struct tree;

struct tree *tree_new(void);
void tree_free(struct tree *tree); /* NULL is allowed. */

/* ---- building -------------------------------------------------------------------------------- */

void tree_begin(struct tree *tree);

/* A node with children: all until its tree_pop. name is copied, and so are all texts. */
void tree_push(struct tree *tree, uint64_t key, enum tree_role role, const char *name,
               struct draw_box box, uint32_t state);
void tree_pop(struct tree *tree);

/* A node without children. */
void tree_leaf(struct tree *tree, uint64_t key, enum tree_role role, const char *name,
               struct draw_box box, uint32_t state);

/* Of the node pushed or added last: */
void tree_value(struct tree *tree, const char *format, ...) DRAW_PRINTF(2, 3);
void tree_note(struct tree *tree, const char *format, ...) DRAW_PRINTF(2, 3);
void tree_tag(struct tree *tree, uint64_t tag);

void tree_end(struct tree *tree); /* Every push has had its pop. Settles the focus. */

/* A key made of another, a name (or NULL) and a number: the lane of this process, item 7 of that
 * list. The same always. */
uint64_t tree_key(uint64_t above, const char *name, uint64_t number);

/* ---- asking; of the tree last ended ---------------------------------------------------------- */

size_t tree_count(const struct tree *tree);
const struct tree_node *tree_at(const struct tree *tree, size_t index);   /* In build order. */
const struct tree_node *tree_find(const struct tree *tree, uint64_t key); /* NULL: not there. */

/* The first of that name (and role, unless TREE_ROLE_COUNT), in build order; hidden ones are passed
 * by. For tests: a click on "Run" needs no coordinates. */
const struct tree_node *tree_find_name(const struct tree *tree, enum tree_role role,
                                       const char *name);

/* The deepest node under this pixel, of several the one built last. NULL: none, or outside the
 * modal one. */
const struct tree_node *tree_hit(const struct tree *tree, int x, int y);

const struct tree_node *tree_parent(const struct tree *tree, const struct tree_node *node);
const char *tree_name(const struct tree *tree, const struct tree_node *node);
const char *tree_value_of(const struct tree *tree, const struct tree_node *node);
const char *tree_description(const struct tree *tree, const struct tree_node *node);
const char *tree_role_word(enum tree_role role);

/* Is the node (or one above it) hidden? */
bool tree_is_hidden(const struct tree *tree, const struct tree_node *node);

/* ---- focus ----------------------------------------------------------------------------------- */

const struct tree_node *tree_focus(const struct tree *tree); /* NULL: nothing has it. */

/* By key. True: it is there and takes the focus. While building: takes effect at tree_end. */
bool tree_focus_key(struct tree *tree, uint64_t key);

/* Tab and Shift+Tab: build order, round at the ends. NULL: nothing can take it. */
const struct tree_node *tree_focus_next(struct tree *tree);
const struct tree_node *tree_focus_prev(struct tree *tree);

/* Arrows: the next (1) or previous (-1) focusable node with the same parent; stays at the ends. */
const struct tree_node *tree_focus_sibling(struct tree *tree, int direction);

/* F6 and Shift+F6: the next region (1) or the one before (-1), where the focus was in it last. */
const struct tree_node *tree_focus_region(struct tree *tree, int direction);

/* ---- telling --------------------------------------------------------------------------------- */

/* The transcript: a line a node, indented by two blanks:
 *
 *     window "exifsim-view"
 *       toolbar "Tools"
 *         button "Run" (focused) - Space
 *       list "Lanes"
 *         lane "store.exe": 11 threads, 2 running (selected)
 *
 * with_boxes adds "[x,y wxh]". */
void tree_describe(const struct tree *tree, FILE *file, bool with_boxes);
