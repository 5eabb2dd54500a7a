/* link.h - a run as a link that opens it in a browser.
 *
 *     PAGE#run=CAPSULE&view=WORDS
 *
 * CAPSULE is the text of a capsule, compressed (deflate) and written in letters that a link may
 * have (base64url). WORDS are the view: options as for a shell. The page runs the capsule again and
 * holds it to its fingerprint. (In a link that somebody types, &at=INSTANT is short for --at.)
 */
#pragma once

struct scenario;

/* Bytes of a capsule's text that the page takes from a link. */
enum { LINK_BYTES_MAX = 65536 };

/* Why a browser cannot make a run of the scenario: "code from outside, ...", to continue the words
 * "cannot run in a browser: ". NULL: it can. */
const char *link_problem(const struct scenario *scenario);

/* The page as it lies in its folder: a link that stands for itself needs the folder's address in
 * front. */
#define PAGE_NAME "index.html"

/* words: options such as " --at '#12' --axis gaps"; "": none. Free it with free. */
char *link_make(const char *page, const char *capsule, const char *words);
