/* tree.c - see tree.h.
 *
 * There are two builds: the shown one answers questions while the next is made. If the node with
 * the focus is missing in the new build, the old one tells its ancestors. A build is an array in
 * reading order, so a subtree is a range [i, end); a hash table finds keys. The memory of both is
 * kept.
 *
 * tree_end decides the focus in this order:
 *
 * 1. Closed dialogs restore the focus that they saved.
 * 2. A new dialog takes the focus.
 * 3. A tree_focus_key during the build takes effect.
 * 4. If the node with the focus is gone or not focusable, the first focusable node of its nearest
 *    remaining ancestor gets the focus.
 */
#include "ui/draw/tree.h"
#include "ui/host/grow.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define MODALS  8  /* Nested dialogs. */
#define REGIONS 64 /* Regions whose last focus is remembered. */

struct build {
    struct tree_node *nodes;
    size_t count, room;
    char *text; /* Begins with a zero byte, so that offset 0 is the empty text. */
    size_t text_count, text_room;
    uint32_t *table; /* Hash table from key to index + 1; 0: free. */
    size_t table_size, table_room;
};

struct memory {
    uint64_t key, focus;
};

struct tree {
    struct build builds[2];
    struct build *shown, *next;
    uint32_t open[TREE_DEPTH]; /* Indices of the nodes that are pushed. */
    uint32_t depth;
    bool building;
    bool focused, wished;
    uint64_t focus, wish;
    /* Open dialogs with the key that had the focus before; 0: none. */
    struct memory modals[MODALS];
    size_t modal_count;
    uint32_t modal; /* Index of the topmost dialog in shown; TREE_NONE: none. */
    struct memory regions[REGIONS];
    size_t region_count;
};

struct tree *tree_new(void)
{
    struct tree *tree = grow_new(sizeof *tree);

    tree->shown = &tree->builds[0];
    tree->next = &tree->builds[1];
    tree->modal = TREE_NONE;
    return tree;
}

void tree_free(struct tree *tree)
{
    if (tree == NULL)
        return;
    for (int i = 0; i < 2; i++) {
        free(tree->builds[i].nodes);
        free(tree->builds[i].text);
        free(tree->builds[i].table);
    }
    free(tree);
}

/* ---- building -------------------------------------------------------------------------------- */

static uint32_t keep_text(struct build *build, const char *text)
{
    size_t bytes = strlen(text);
    uint32_t at = (uint32_t)build->text_count;

    if (bytes == 0)
        return 0;
    build->text = grow(build->text, &build->text_room, build->text_count + bytes + 1, 1);
    memcpy(build->text + at, text, bytes + 1);
    build->text_count += bytes + 1;
    return at;
}

static uint32_t keep_format(struct build *build, const char *format, va_list values)
{
    char text[1024];

    vsnprintf(text, sizeof text, format, values);
    return keep_text(build, text);
}

void tree_begin(struct tree *tree)
{
    struct build *next = tree->next;

    assert(!tree->building);
    tree->building = true;
    tree->depth = 0;
    next->count = 0;
    next->text = grow(next->text, &next->text_room, 1, 1);
    next->text[0] = 0;
    next->text_count = 1;
}

static struct tree_node *last(struct tree *tree)
{
    assert(tree->building && tree->next->count > 0);
    return &tree->next->nodes[tree->next->count - 1];
}

void tree_leaf(struct tree *tree, uint64_t key, enum tree_role role, const char *name,
               struct draw_box box, uint32_t state)
{
    struct build *next = tree->next;
    struct tree_node *node;

    assert(tree->building);
    next->nodes = grow(next->nodes, &next->room, next->count + 1, sizeof *next->nodes);
    node = &next->nodes[next->count++];
    *node = (struct tree_node){ .key = key,
                                .role = role,
                                .state = state & ~(uint32_t)TREE_FOCUSED,
                                .parent = TREE_NONE,
                                .depth = tree->depth,
                                .end = (uint32_t)next->count,
                                .box = box,
                                .name = keep_text(next, name) };
    if (tree->depth > 0) {
        node->parent = tree->open[tree->depth - 1];
        node->state |= next->nodes[node->parent].state & TREE_HIDDEN;
    }
}

void tree_push(struct tree *tree, uint64_t key, enum tree_role role, const char *name,
               struct draw_box box, uint32_t state)
{
    tree_leaf(tree, key, role, name, box, state);
    assert(tree->depth < TREE_DEPTH);
    tree->open[tree->depth++] = (uint32_t)tree->next->count - 1;
}

void tree_pop(struct tree *tree)
{
    assert(tree->building && tree->depth > 0);
    tree->depth--;
    tree->next->nodes[tree->open[tree->depth]].end = (uint32_t)tree->next->count;
}

void tree_value(struct tree *tree, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    last(tree)->value = keep_format(tree->next, format, values);
    va_end(values);
}

void tree_note(struct tree *tree, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    last(tree)->description = keep_format(tree->next, format, values);
    va_end(values);
}

void tree_tag(struct tree *tree, uint64_t tag) { last(tree)->tag = tag; }

static uint64_t scatter(uint64_t key)
{
    key = (key ^ key >> 30) * 0xbf58476d1ce4e5b9u;
    key = (key ^ key >> 27) * 0x94d049bb133111ebu;
    return key ^ key >> 31;
}

uint64_t tree_key(uint64_t above, const char *name, uint64_t number)
{
    const uint64_t numbers[] = { above, number };
    size_t length = name != NULL ? strlen(name) : 0;

    return XXH3_64bits_withSeed(numbers, sizeof numbers,
                                length > 0 ? XXH3_64bits(name, length) : 0);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static uint32_t index_of(const struct build *build, uint64_t key)
{
    if (build->table_size == 0)
        return TREE_NONE;
    for (uint64_t at = scatter(key);; at++) {
        uint32_t entry = build->table[at & (build->table_size - 1)];

        if (entry == 0)
            return TREE_NONE;
        if (build->nodes[entry - 1].key == key)
            return entry - 1;
    }
}

static void make_table(struct build *build)
{
    size_t size = 64;

    while (size < 2 * build->count)
        size *= 2;
    build->table = grow(build->table, &build->table_room, size, sizeof *build->table);
    build->table_size = size;
    memset(build->table, 0, size * sizeof *build->table);
    for (size_t i = 0; i < build->count; i++) {
        uint64_t key = build->nodes[i].key, at = scatter(key);

        while (build->table[at & (size - 1)] != 0 &&
               build->nodes[build->table[at & (size - 1)] - 1].key != key)
            at++;
        if (build->table[at & (size - 1)] == 0)
            build->table[at & (size - 1)] = (uint32_t)i + 1;
    }
}

size_t tree_count(const struct tree *tree) { return tree->shown->count; }

const struct tree_node *tree_at(const struct tree *tree, size_t index)
{
    return index < tree->shown->count ? &tree->shown->nodes[index] : NULL;
}

const struct tree_node *tree_find(const struct tree *tree, uint64_t key)
{
    return tree_at(tree, index_of(tree->shown, key));
}

const struct tree_node *tree_find_name(const struct tree *tree, enum tree_role role,
                                       const char *name)
{
    for (size_t i = 0; i < tree->shown->count; i++) {
        const struct tree_node *node = &tree->shown->nodes[i];

        if (!(node->state & TREE_HIDDEN) && (role == TREE_ROLE_COUNT || node->role == role) &&
            strcmp(tree_name(tree, node), name) == 0)
            return node;
    }
    return NULL;
}

static uint32_t place(const struct tree *tree, const struct tree_node *node)
{
    return (uint32_t)(node - tree->shown->nodes);
}

/* True if focus and pointer can reach a node: while a dialog is shown, only nodes within the
 * topmost one. */
static bool reachable(const struct tree *tree, uint32_t index)
{
    return tree->modal == TREE_NONE ||
           (index >= tree->modal && index < tree->shown->nodes[tree->modal].end);
}

/* Searches from the end: later nodes lie on top, and a child is built after its parent. */
const struct tree_node *tree_hit(const struct tree *tree, int x, int y)
{
    for (size_t i = tree->shown->count; i-- > 0;) {
        const struct tree_node *node = &tree->shown->nodes[i];

        if (!(node->state & TREE_HIDDEN) && draw_box_has(node->box, x, y) &&
            reachable(tree, (uint32_t)i))
            return node;
    }
    return NULL;
}

const struct tree_node *tree_parent(const struct tree *tree, const struct tree_node *node)
{
    return tree_at(tree, node->parent);
}

const char *tree_name(const struct tree *tree, const struct tree_node *node)
{
    return tree->shown->text + node->name;
}

const char *tree_value_of(const struct tree *tree, const struct tree_node *node)
{
    return tree->shown->text + node->value;
}

const char *tree_description(const struct tree *tree, const struct tree_node *node)
{
    return tree->shown->text + node->description;
}

bool tree_is_hidden(const struct tree *tree, const struct tree_node *node)
{
    (void)tree; /* A node inherits TREE_HIDDEN when it is built. */
    return (node->state & TREE_HIDDEN) != 0;
}

/* ---- focus ----------------------------------------------------------------------------------- */

static bool can_focus(const struct tree *tree, uint32_t index)
{
    uint32_t state = tree->shown->nodes[index].state;

    return (state & TREE_FOCUSABLE) && !(state & (TREE_DISABLED | TREE_HIDDEN)) &&
           reachable(tree, index);
}

static bool can_focus_key(const struct tree *tree, uint64_t key, uint32_t *index)
{
    *index = index_of(tree->shown, key);
    return *index != TREE_NONE && can_focus(tree, *index);
}

/* The first focusable node in [from, to); TREE_NONE: none. */
static uint32_t first_focusable(const struct tree *tree, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        if (can_focus(tree, i))
            return i;
    }
    return TREE_NONE;
}

static uint32_t region_of(const struct tree *tree, uint32_t index)
{
    while (index != TREE_NONE && !(tree->shown->nodes[index].state & TREE_REGION))
        index = tree->shown->nodes[index].parent;
    return index;
}

static void remember_region(struct tree *tree, uint32_t index)
{
    uint32_t region = region_of(tree, index);
    struct memory now;
    size_t at = 0;

    if (region == TREE_NONE)
        return;
    now = (struct memory){ tree->shown->nodes[region].key, tree->shown->nodes[index].key };
    while (at < tree->region_count && tree->regions[at].key != now.key)
        at++;
    if (at == REGIONS) { /* The oldest entry is dropped. */
        memmove(tree->regions, tree->regions + 1, (REGIONS - 1) * sizeof *tree->regions);
        at--;
    } else if (at == tree->region_count) {
        tree->region_count++;
    }
    tree->regions[at] = now;
}

static const struct tree_node *give_focus(struct tree *tree, uint32_t index)
{
    uint32_t before = tree->focused ? index_of(tree->shown, tree->focus) : TREE_NONE;

    if (before != TREE_NONE)
        tree->shown->nodes[before].state &= ~(uint32_t)TREE_FOCUSED;
    tree->focused = index != TREE_NONE;
    if (!tree->focused)
        return NULL;
    tree->focus = tree->shown->nodes[index].key;
    tree->shown->nodes[index].state |= TREE_FOCUSED;
    remember_region(tree, index);
    return &tree->shown->nodes[index];
}

/* Goes up the ancestors in the old build to the nearest one that is still there and contains a
 * focusable node. */
static uint32_t nearest(const struct tree *tree, const struct build *before, uint64_t key)
{
    uint32_t old = index_of(before, key);

    for (; old != TREE_NONE; old = before->nodes[old].parent) {
        uint32_t now = index_of(tree->shown, before->nodes[old].key);
        uint32_t found;

        if (now == TREE_NONE)
            continue;
        found = first_focusable(tree, now, tree->shown->nodes[now].end);
        if (found != TREE_NONE)
            return found;
    }
    return TREE_NONE;
}

static void find_modal(struct tree *tree)
{
    tree->modal = TREE_NONE;
    for (uint32_t i = 0; i < tree->shown->count; i++) {
        uint32_t state = tree->shown->nodes[i].state;

        if ((state & TREE_MODAL) && !(state & TREE_HIDDEN))
            tree->modal = i;
    }
}

static bool is_shown_modal(const struct tree *tree, uint64_t key)
{
    uint32_t index = index_of(tree->shown, key);
    uint32_t state = index != TREE_NONE ? tree->shown->nodes[index].state : 0;

    return (state & TREE_MODAL) && !(state & TREE_HIDDEN);
}

/* Closed dialogs restore the focus that was saved by the first of them. */
static void close_modals(struct tree *tree)
{
    while (tree->modal_count > 0 &&
           !is_shown_modal(tree, tree->modals[tree->modal_count - 1].key)) {
        uint64_t back = tree->modals[--tree->modal_count].focus;

        if (back != 0 && index_of(tree->shown, back) != TREE_NONE) {
            tree->focused = true;
            tree->focus = back;
        }
    }
}

static void open_modal(struct tree *tree)
{
    uint64_t key;

    if (tree->modal == TREE_NONE)
        return;
    key = tree->shown->nodes[tree->modal].key;
    for (size_t i = 0; i < tree->modal_count; i++) {
        if (tree->modals[i].key == key)
            return;
    }
    assert(tree->modal_count < MODALS);
    tree->modals[tree->modal_count++] = (struct memory){ key, tree->focused ? tree->focus : 0 };
}

void tree_end(struct tree *tree)
{
    const struct build *before = tree->shown;
    uint32_t index = TREE_NONE;

    assert(tree->building && tree->depth == 0);
    tree->building = false;
    tree->shown = tree->next;
    tree->next = tree->shown == &tree->builds[0] ? &tree->builds[1] : &tree->builds[0];
    make_table(tree->shown);
    find_modal(tree);
    close_modals(tree);
    open_modal(tree);
    if (tree->wished && can_focus_key(tree, tree->wish, &index)) {
        tree->focused = true;
        tree->focus = tree->wish;
    }
    tree->wished = false;
    if (tree->focused && !can_focus_key(tree, tree->focus, &index))
        index = nearest(tree, before, tree->focus);
    if (index == TREE_NONE && tree->modal != TREE_NONE)
        index = first_focusable(tree, tree->modal, tree->shown->nodes[tree->modal].end);
    give_focus(tree, index);
}

const struct tree_node *tree_focus(const struct tree *tree)
{
    return tree->focused ? tree_find(tree, tree->focus) : NULL;
}

bool tree_focus_key(struct tree *tree, uint64_t key)
{
    uint32_t index;

    if (tree->building) {
        tree->wished = true;
        tree->wish = key;
        return true;
    }
    if (!can_focus_key(tree, key, &index))
        return false;
    give_focus(tree, index);
    return true;
}

static const struct tree_node *turn(struct tree *tree, uint32_t step)
{
    uint32_t count = (uint32_t)tree->shown->count;
    const struct tree_node *now = tree_focus(tree);
    uint32_t at = now != NULL ? place(tree, now) : step == 1 ? count - 1 : 0;

    for (uint32_t i = 0; i < count; i++) {
        at = (at + step) % count;
        if (can_focus(tree, at) && !(tree->shown->nodes[at].state & TREE_NO_TAB))
            return give_focus(tree, at);
    }
    return now;
}

const struct tree_node *tree_focus_next(struct tree *tree) { return turn(tree, 1); }

const struct tree_node *tree_focus_prev(struct tree *tree)
{
    return tree->shown->count > 0 ? turn(tree, (uint32_t)tree->shown->count - 1) : NULL;
}

const struct tree_node *tree_focus_sibling(struct tree *tree, int direction)
{
    const struct tree_node *now = tree_focus(tree);
    int64_t count = (int64_t)tree->shown->count;

    if (now == NULL)
        return NULL;
    for (int64_t i = (int64_t)place(tree, now) + direction; i >= 0 && i < count; i += direction) {
        if (tree->shown->nodes[i].parent == now->parent && can_focus(tree, (uint32_t)i))
            return give_focus(tree, (uint32_t)i);
    }
    return now;
}

/* The node that had the focus in this region last, or its first focusable node. */
static uint32_t enter_region(const struct tree *tree, uint32_t region)
{
    const struct tree_node *node = &tree->shown->nodes[region];

    for (size_t i = 0; i < tree->region_count; i++) {
        uint32_t index;

        if (tree->regions[i].key == node->key &&
            can_focus_key(tree, tree->regions[i].focus, &index) && region_of(tree, index) == region)
            return index;
    }
    return first_focusable(tree, region, node->end);
}

const struct tree_node *tree_focus_region(struct tree *tree, int direction)
{
    uint32_t count = (uint32_t)tree->shown->count, step = direction > 0 ? 1 : count - 1;
    const struct tree_node *now = tree_focus(tree);
    uint32_t at = now != NULL ? place(tree, now) : TREE_NONE;
    uint32_t own = at != TREE_NONE ? region_of(tree, at) : TREE_NONE;

    if (own != TREE_NONE)
        at = own;
    if (at == TREE_NONE)
        at = direction > 0 ? count - 1 : 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t found;

        at = (at + step) % count;
        if (at == own || !(tree->shown->nodes[at].state & TREE_REGION))
            continue;
        found = enter_region(tree, at);
        if (found != TREE_NONE)
            return give_focus(tree, found);
    }
    return now;
}

/* ---- the transcript -------------------------------------------------------------------------- */

static const char *const role_words[TREE_ROLE_COUNT] = {
#define TREE_WORD(name, word) [TREE_##name] = word,
    TREE_ROLES(TREE_WORD)
#undef TREE_WORD
};

const char *tree_role_word(enum tree_role role) { return role_words[role]; }

static const struct {
    uint32_t flag;
    const char *word;
} state_words[] = {
    { TREE_FOCUSED, "focused" },   { TREE_SELECTED, "selected" },   { TREE_CHECKED, "checked" },
    { TREE_EXPANDED, "expanded" }, { TREE_COLLAPSED, "collapsed" }, { TREE_DISABLED, "disabled" },
    { TREE_BUSY, "busy" },         { TREE_MODAL, "modal" },
};

/* Writes a text without line ends, so that a node is always one line. */
static void tell_text(const char *text, FILE *file)
{
    for (; *text != 0; text++)
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, file);
}

static void tell_state(uint32_t state, FILE *file)
{
    const char *between = " (";

    for (size_t i = 0; i < sizeof state_words / sizeof state_words[0]; i++) {
        if (state & state_words[i].flag) {
            fprintf(file, "%s%s", between, state_words[i].word);
            between = ", ";
        }
    }
    if (between[0] == ',')
        fputc(')', file);
}

void tree_describe(const struct tree *tree, FILE *file, bool with_boxes)
{
    for (size_t i = 0; i < tree->shown->count; i++) {
        const struct tree_node *node = &tree->shown->nodes[i];

        if (node->state & TREE_HIDDEN)
            continue;
        fprintf(file, "%*s%s", (int)node->depth * 2, "", tree_role_word(node->role));
        if (node->name != 0) {
            fputs(" \"", file);
            tell_text(tree_name(tree, node), file);
            fputc('"', file);
        }
        if (node->value != 0) {
            fputs(": ", file);
            tell_text(tree_value_of(tree, node), file);
        }
        tell_state(node->state, file);
        if (node->description != 0) {
            fputs(" - ", file);
            tell_text(tree_description(tree, node), file);
        }
        if (with_boxes)
            fprintf(file, " [%d,%d %dx%d]", node->box.x, node->box.y, node->box.w, node->box.h);
        fputc('\n', file);
    }
}
