/* inetinfo_tracking.h - message tracking, as SMTP uses it. */
#pragma once
#include "model/outside/site.h"

struct tracking;

/* Starts message tracking and its thread; the process owns it. NULL: the scenario has none. The
 * functions below accept NULL. */
struct tracking *tracking_start(void);

/* Makes the MailMsg object that a message has while SMTP has it in hand; returns its address in
 * exposed memory. 0: no tracking, or no memory. */
ULONG_PTR tracking_begin(struct tracking *tracking, const struct message *message);
/* The message was handed to local delivery: queues its line of the tracking log. */
VOID tracking_note(struct tracking *tracking, ULONG_PTR mailmsg);
/* SMTP is done with the message: drops its reference to the object. */
VOID tracking_end(struct tracking *tracking, ULONG_PTR mailmsg);
