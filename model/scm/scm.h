/* scm.h - the service control manager: the state services.exe keeps, the calls to it, and the
 * service's side of its controls.
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
    /* Longest wait for the answer to a start or a control; then error 1053, event 7011. */
    SCM_RESPONSE_MS = 30000,
    SCM_PENDING_MS = 180000, /* Longest wait for a pending dependency to start or stop. */
    SCM_POLL_MS = 25,
};

enum scm_call_kind { SCM_START, SCM_STOP, SCM_QUERY, SCM_SET_STATUS, SCM_CONFIG, SCM_SHUTDOWN };
struct scm_call {
    enum scm_call_kind kind;
    uint32_t service;
    uint32_t value;  /* SET_STATUS: state. CONFIG: start type, or 0xffffffff. */
    uint32_t value2; /* SET_STATUS: exit code. CONFIG: needs, or 0xffffffff. */
    uint32_t error;  /* Reply: a system error code. */
    uint32_t state;  /* Reply: state of the service. */
    bool used;
};

struct scm_service {
    enum server_state state;
    enum server_start start;
    uint32_t needs;      /* Dependencies as configured now, as bits. */
    uint32_t exit_code;  /* Service-specific exit code of its last end. */
    uint32_t error;      /* System error of the last start, as sc.exe shows it; 0, 1066, 1067... */
    uint32_t process_id; /* Process id while the service is not stopped. */
    uint32_t crashes;
    sim_time crashed_at; /* Time of the last crash. */
    bool recovering;     /* A recovery action is planned ... */
    sim_time recover_at; /* ... for this time. */
};

/* A process that holds services. */
struct scm_host {
    void *process, *wake; /* Handles of services.exe; NULL: this place is free. */
    uint32_t process_id;
    const char *image;
    uint32_t services; /* The services in it that are not stopped, as bits. */
    bool connected;    /* The process' dispatcher has begun. */
    bool leaving;      /* The last service has stopped: the process takes no more. */
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
    uint32_t queue[SCM_CALLS_MAX], queue_head, queue_count; /* Ring of the calls not yet taken. */
    bool shutting_down;
    /* The first boot is going on: the load has not begun, so a start takes only the time of its
     * work. */
    bool booting;
};

/* ---- scm_control.c: starting and stopping, for scm.c ----------------------------------------- */
/* Fills in the table of services, once, as services.exe begins. */
void scm_control_begin(void);
/* Start or stop one service and wait for it. 0 or a system error code. */
uint32_t scm_start_service(uint32_t service);
uint32_t scm_stop_service(uint32_t service);
/* Waits until a service is no longer pending, at most SCM_PENDING_MS; returns its state. */
enum server_state scm_settle(uint32_t service);
/* Takes in the status that a service reports of itself. */
void scm_take_status(uint32_t service, enum server_state state, uint32_t exit_code);
/* Asks the kernel whether a driver whose unload was pending is gone. */
void scm_look_at_driver(uint32_t service);
/* Puts a service into a state, writes the record and event 7036, and wakes the waiting calls. */
void scm_mark(uint32_t service, enum server_state state);
/* Sends a control to the process of a service. */
void scm_send(uint32_t service, bool start);
const char *scm_error_text(uint32_t error);

/* ---- scm_recover.c: services that ended without being told ----------------------------------- */
/* Takes note that a process has ended: its services that were not stopped have crashed. */
void scm_host_ended(struct scm_host *host);
/* Carries out the recovery actions that are due. Returns milliseconds until the next, or
 * INFINITE. */
DWORD scm_recover(void);
/* Tells every process to stop, and ends those that have not within WaitToKillServiceTimeout. */
void scm_shut_down(void);

/* ---- scm_client.c: everybody else ------------------------------------------------------------ */
/* Sends a call and waits; the reply is in call->error and call->state. */
void scm_call(struct scm_call *call);
/* Name of the event that announces the reply. */
void scm_reply_name(uint32_t place, PWSTR name);
uint32_t scm_ask(enum scm_call_kind kind, uint32_t service); /* Returns the error. */
enum server_state scm_state(uint32_t service);
void scm_set_status(uint32_t service, enum server_state state, uint32_t exit_code);

/* ---- service_host.c: a service's process ----------------------------------------------------- */
/* A service of a program; start and stop run in threads of their own. */
struct hosted {
    uint32_t service;
    /* Return 0: done, or a service-specific error; SPECIFIC_ZERO: the error without a number. */
    DWORD (*start)(void *context, uint32_t service);
    DWORD (*stop)(void *context, uint32_t service);
};
/* Main thread of a service's process: takes controls until its last service has stopped; returns
 * the exit code. rows NULL: any service, with nothing modelled inside. */
DWORD service_dispatcher(const struct hosted *rows, uint32_t count, void *context);
DWORD WINAPI plain_service_main(LPVOID context);
DWORD WINAPI iisreset_main(LPVOID context);
/* Name of a host's control event: L"ScmControl3". */
void service_control_name(uint32_t host, PWSTR name);

#define SPECIFIC_ZERO 0xe0000000u /* "terminated with service specific error 0" */
#define SCM_REQUESTS  L"ScmRequests"
#define ENVIRONMENT_KEY \
    "\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Session Manager\\Environment"
#define EXIFS_PARAMETERS \
    "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\EXIFS\\Parameters"
