/* inetinfo_tracking.h - message tracking, as SMTP uses it. */
#pragma once
#include "model/outside/site.h"

struct tracking;

/* NULL: the scenario has no message tracking. */
struct tracking *tracking_start(void);

/* A message's MailMsg object, for as long as SMTP has it in hand: an address in exposed memory. 0:
 * no tracking, or no memory. */
ULONG_PTR tracking_begin(struct tracking *tracking, const struct message *message);
/* It was handed to local delivery: the tracking log will say so. */
VOID tracking_note(struct tracking *tracking, ULONG_PTR mailmsg);
/* SMTP is done with it. */
VOID tracking_end(struct tracking *tracking, ULONG_PTR mailmsg);
