/* scm.h - the service control manager: what services.exe keeps, how one talks to it, and what a
 * service's process does with what it says.
 *
 *     net.exe, sc.exe --scm_call: request--> services.exe --control--> inetinfo.exe
 *                     <----- reply --------   (scm.c)     <--status---  (service_host.c)
 *
 * Requests and controls are messages in the site, as LPC and the control pipe would copy them;
 * semaphores, events and processes are the kernel's. Only services.exe changes a state.
 */
#pragma once
#include "model/outside/site.h"
#include "model/words/services.h"

enum {
    SCM_CALLS_MAX = 16,
    SCM_CONTROLS_MAX = 16,
    SCM_RESPONSE_MS = 30000, /* For a start or a control to be answered; 1053, event 7011. */
    SCM_PENDING_MS = 180000, /* For a dependency that is pending to come to rest. */
    SCM_POLL_MS = 25,
};

enum scm_call_kind { SCM_START, SCM_STOP, SCM_QUERY, SCM_SET_STATUS, SCM_CONFIG, SCM_SHUTDOWN };
struct scm_call {
    enum scm_call_kind kind;
    uint32_t service;
    uint32_t value;  /* SET_STATUS: state. CONFIG: start type, or 0xffffffff. */
    uint32_t value2; /* SET_STATUS: exit code. CONFIG: needs, or 0xffffffff. */
    uint32_t error;  /* Reply: a system error code. */
    uint32_t state;  /* Reply: the service's. */
    bool used;
};

struct scm_service {
    enum server_state state;
    enum server_start start;
    uint32_t needs;      /* Bits; as configured now. */
    uint32_t exit_code;  /* Service-specific, of its last end. */
    uint32_t error;      /* System error of the last start, as sc.exe shows it; 0, 1066, 1067... */
    uint32_t process_id; /* While it is not stopped. */
    uint32_t crashes;
    sim_time crashed_at; /* The last one. */
    bool recovering;     /* An action is due ... */
    sim_time recover_at; /* ... then. */
};

/* A process that serves. */
struct scm_host {
    void *process, *wake; /* Handles of services.exe; NULL: this place is free. */
    uint32_t process_id;
    const char *image;
    uint32_t services; /* Bits: those not stopped. */
    bool connected;    /* Its dispatcher has begun. */
    bool leaving;      /* Its last service has stopped: it takes no more. */
    struct {
        uint32_t service;
        bool start, quick;
    } controls[SCM_CONTROLS_MAX];
    uint32_t control_head, control_count;
};

struct scm {
    struct scm_service services[SERVER_COUNT];
    struct scm_host hosts[SERVER_COUNT];
    struct scm_call calls[SCM_CALLS_MAX];
    uint32_t queue[SCM_CALLS_MAX], queue_head, queue_count; /* Of calls not yet taken. */
    bool shutting_down;
    /* The first boot: nobody has come yet, so a start takes only the time of its work. */
    bool booting;
};

/* ---- scm_control.c: starting and stopping, for scm.c ----------------------------------------- */
/* Names to set up and to look into once. */
void scm_control_begin(void);
/* The operations of one service at a time; both return a system error code. */
uint32_t scm_start_service(uint32_t service);
uint32_t scm_stop_service(uint32_t service);
/* Waits until a service is at rest, or SCM_PENDING_MS are over; its state. */
enum server_state scm_settle(uint32_t service);
/* What a service says about itself. */
void scm_take_status(uint32_t service, enum server_state state, uint32_t exit_code);
/* Asks the kernel about a driver whose unload was pending. */
void scm_look_at_driver(uint32_t service);
/* Puts a service into a state, and says so: record, 7036, and whoever waits. */
void scm_mark(uint32_t service, enum server_state state);
/* Sends a control to the process of a service. */
void scm_send(uint32_t service, bool start);
const char *scm_error_text(uint32_t error);

/* ---- scm_recover.c: services that ended without being told ----------------------------------- */
/* The process is over: what of it was not stopped has crashed. */
void scm_host_ended(struct scm_host *host);
/* Does what is due; milliseconds until the next, or INFINITE. */
DWORD scm_recover(void);
/* Tells every process to stop, and ends those that have not within WaitToKillServiceTimeout. */
void scm_shut_down(void);

/* ---- scm_client.c: everybody else ------------------------------------------------------------ */
/* Sends a call and waits for its answer, which comes back in it. */
void scm_call(struct scm_call *call);
void scm_reply_name(uint32_t place, PWSTR name);             /* Of the event of a call's place. */
uint32_t scm_ask(enum scm_call_kind kind, uint32_t service); /* Returns the error. */
enum server_state scm_state(uint32_t service);
void scm_set_status(uint32_t service, enum server_state state, uint32_t exit_code);

/* ---- service_host.c: a service's process ----------------------------------------------------- */
struct hosted { /* One service of a program. start and stop run in threads of their own. */
    uint32_t service;
    /* 0: it runs; else a service-specific error; SPECIFIC_ZERO: one that says nothing. */
    DWORD (*start)(void *context, uint32_t service);
    DWORD (*stop)(void *context, uint32_t service);
};
/* The process's main thread: takes controls until its last service has stopped. rows may be NULL:
 * nothing is modelled inside, any service will do. */
DWORD service_dispatcher(const struct hosted *rows, uint32_t count, void *context);
DWORD WINAPI plain_service_main(LPVOID context);
DWORD WINAPI iisreset_main(LPVOID context);
void service_control_name(uint32_t host, PWSTR name); /* Of its event: L"ScmControl3". */

#define SPECIFIC_ZERO 0xe0000000u /* "terminated with service specific error 0" */
#define SCM_REQUESTS  L"ScmRequests"
#define ENVIRONMENT_KEY \
    "\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Session Manager\\Environment"
#define EXIFS_PARAMETERS \
    "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\EXIFS\\Parameters"
