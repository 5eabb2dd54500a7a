/* keys.h - names of the tree's nodes: stable, so that focus and scripts find them again. */
#pragma once
#include "ui/draw/tree.h"

enum node_key {
    KEY_WINDOW = 1,
    KEY_TOOLBAR,
    KEY_BUTTON, /* tree_key(KEY_BUTTON, NULL, command) */
    KEY_MINIMAP,
    KEY_RULER,
    KEY_HIGHLIGHT, /* tree_key(KEY_HIGHLIGHT, NULL, index) */
    KEY_LANES,     /* tree_key(KEY_LANES, NULL, pane) */
    KEY_ROW,       /* tree_key(KEY_ROW, name, kind + pane) */
    KEY_SPAN,
    KEY_SIDE,
    KEY_SIDE_LINK, /* tree_key(KEY_SIDE_LINK, name, index) */
    KEY_STATUS,
    KEY_STOP,
    KEY_STOP_LINK,
    KEY_CURVE,
    KEY_CURVE_POINT,
    KEY_DIALOG,
    KEY_DIALOG_FIELD,
    KEY_DIALOG_ITEM,
    KEY_HINT,
    KEY_CURSOR,
    KEY_TIP,
    KEY_LEGEND,
    KEY_RECORDS,
    KEY_SPLITTER, /* tree_key(KEY_SPLITTER, NULL, splitter) */
    KEY_STRIP,    /* tree_key(KEY_STRIP, NULL, link) */
    KEY_LESSON,
    KEY_GAME, /* tree_key(KEY_GAME, "ghost" or "move", index) */
    KEY_LAB,
    KEY_QUIZ,
    KEY_DEBUGGER,
    KEY_FATE, /* tree_key(KEY_FATE, NULL, point) */
    KEY_BOXES /* tree_key(KEY_BOXES, name, number) */
};

/* Tags tell a click what it is on: kind in the top byte, then pane and a number. */
enum tag_kind {
    TAG_NONE,
    TAG_COMMAND, /* number: enum command */
    TAG_LANES,   /* number: pane */
    TAG_ROW,     /* number: row index; pane in bits 48..55 */
    TAG_RECORD,  /* number: record to go to */
    TAG_THREAD,  /* number: thread address to select */
    TAG_PROCESS, /* number: process address */
    TAG_LANE,    /* number: lane to select */
    TAG_IRP,     /* number: IRP address */
    TAG_MINIMAP,
    TAG_RULER,
    TAG_POINT,    /* number: point of the curve */
    TAG_ITEM,     /* number: item of the dialog */
    TAG_FOLD,     /* number: section of the inspector; inspector_fold */
    TAG_LINK,     /* number: link of the story; story_show */
    TAG_ARGUMENT, /* number: argument of the stop, 0 to 3; stop_follow */
    TAG_LISTED,   /* number: record of a line of the list; records_choose */
    TAG_RECORDS_BAR,
    TAG_LANES_BAR,
    TAG_SPLITTER, /* number: enum splitter */
    TAG_BYTE,     /* number: process lane and address; wrote_follow */
    TAG_DEBUGGER, /* The debugger's field. */
    TAG_OFFER,    /* number: offer of a lesson's page, a decision, a question; 255: a field */
};
static inline uint64_t tag_make(enum tag_kind kind, uint32_t pane, uint64_t number)
{
    return (uint64_t)kind << 56 | (uint64_t)pane << 48 | (number & 0xffffffffffffull);
}
static inline enum tag_kind tag_kind(uint64_t tag) { return (enum tag_kind)(tag >> 56); }
static inline uint32_t tag_pane(uint64_t tag) { return (uint32_t)(tag >> 48) & 0xff; }
static inline uint64_t tag_number(uint64_t tag) { return tag & 0xffffffffffffull; }
