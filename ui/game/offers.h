/* offers.h - a decision in words: who could go on, where each stands, what he touches.
 *
 *     struct offers *offers = offers_new(level_path);
 *     offers_tell(offers, play);
 *     puts(offers->list[0].what);
 *     offers_free(offers);
 */
#pragma once
#include "ui/game/play.h"

enum { OFFERS_MAX = QUESTION_ANSWERS_MAX, OFFER_WHO_CHARS = 60, OFFER_TEXT_CHARS = 160 };
enum { OFFER_LINES = 2 };

struct offer {
    char who[OFFER_WHO_CHARS];   /* "Deposits", "smtp 3 of inetinfo.exe"; what else it is. */
    char what[OFFER_TEXT_CHARS]; /* "writes Balance"; "": not known. */
    char place[OFFER_WHO_CHARS]; /* "account.c:42"; "": not known. */
    char code[OFFER_TEXT_CHARS]; /* The line of source; "": it cannot be read. */
};

struct offers {
    struct offer list[OFFERS_MAX]; /* By answer; list[0] is the calm one. */
    uint32_t count;                /* Answers that are told. */
    uint32_t more;                 /* Answers beyond. */
    char asks[OFFER_TEXT_CHARS];   /* "Who goes on?" */
    /* Queues, a line each: for the disk, at the driver; "": nobody waits. */
    char lines[OFFER_LINES][OFFER_TEXT_CHARS];
    char before[OFFER_TEXT_CHARS]; /* What happened last: "Deposits took Lock". */
    struct inspect *look;          /* The latest look at the driver. */
    struct symbols *symbols;       /* NULL: this host has none. */
    char folder[4096];             /* Folder of the level's file. */
};

struct offers *offers_new(const char *level_path);
void offers_free(struct offers *offers); /* NULL is allowed. */

/* Tells the decision that the play stands at. */
void offers_tell(struct offers *offers, struct play *play);
