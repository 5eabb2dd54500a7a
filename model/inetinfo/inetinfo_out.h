/* inetinfo_out.h - SMTP out, as inetinfo.exe starts it. */
#pragma once
#include "model/epoxy/epoxy.h"
#include "model/ifsproxy/ifsproxy.h"
#include "model/outside/site.h"

struct out;

/* Gets ready to send what waits in the store's temporary tables, in a machine where mail leaves;
 * NULL in any other. smtp is the pair that inetinfo is bound to already. */
struct out *out_start(PIFSPROXY proxy, PEPOXY smtp);

/* From now on rows are taken and sent; or no more: what is under way goes its way. out may be
 * NULL. */
void out_admit(struct out *out, BOOL open);

/* The SMTP service starts again: it forgets what it knew of the store's lives. out may be NULL. */
void out_restart(struct out *out);
