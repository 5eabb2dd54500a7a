/* inetinfo_out.h - SMTP out, as inetinfo.exe starts it. */
#pragma once
#include "model/epoxy/epoxy.h"
#include "model/ifsproxy/ifsproxy.h"
#include "model/outside/site.h"

struct out;

/* Gets ready to send the rows that wait in the store's temporary tables; the process owns the
 * result. NULL: no mail leaves this machine. smtp is the pair that inetinfo is bound to already. */
struct out *out_start(PIFSPROXY proxy, PEPOXY smtp);

/* Starts or stops taking rows; a row under way is still sent. out may be NULL. */
void out_admit(struct out *out, BOOL open);

/* Forgets the store's lives, as the SMTP service starts again. out may be NULL. */
void out_restart(struct out *out);
