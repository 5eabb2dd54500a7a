/* link.h - a run as a link that opens it in a browser.
 *
 *     PAGE#run=CAPSULE&at=INSTANT&view=WORDS
 *
 * CAPSULE is the text of a capsule, compressed (deflate) and written in letters that a link may
 * have (base64url). INSTANT and WORDS are the view: what stands behind --at, and further options as
 * for a shell. The page runs the capsule again and holds it to its fingerprint.
 */
#pragma once

/* The page as it lies in its folder: a link that stands for itself needs the folder's address in
 * front. */
#define PAGE_NAME "index.html"

/* words: options such as " --at '#12' --axis gaps"; "": none. Free it with free. */
char *link_make(const char *page, const char *capsule, const char *words);
