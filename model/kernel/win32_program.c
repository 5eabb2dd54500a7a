/* win32_program.c - see nt_program.h. */
#include "model/kernel/win32.h"
#include "model/kernel/cm.h"
#include "model/kernel/include/nt_program.h"
#include "model/kernel/io.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include <stdio.h>

void nt_compute(uint64_t ns) { ke_user_point(ns); }
uint64_t nt_time(void) { return ke->sim->now; }
void nt_name_thread(const char *text) { ke_current_thread()->name = text; }
void *nt_site(void) { return ke->site; }

void nt_report_event(int log, int severity, const char *source, uint32_t id, const char *format,
                     ...)
{
    char text[sizeof((struct cm_line *)0)->text];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cm_log((enum cm_log)log, (enum cm_severity)severity, source, id, "%s", text);
}

int32_t nt_load_driver(const char *service)
{
    service_enter(SERVICE_NtLoadDriver);
    NTSTATUS status = io_load_service(service);

    service_leave(status);
    return status;
}

int32_t nt_unload_driver(const char *service)
{
    service_enter(SERVICE_NtUnloadDriver);
    NTSTATUS status = io_unload_service(service);

    service_leave(status);
    return status;
}

void nt_mark_arrival(uint32_t message, uint32_t bytes)
{
    ke_record(REC_ARRIVAL, message, bytes, 0, 0);
}

void nt_mark_delivered(uint32_t message, uint64_t latency_ns)
{
    ke_record(REC_DELIVERED, message, (uint32_t)(latency_ns / US(1)), 0, 0);
}

void nt_mark_refused(uint32_t message, uint32_t error)
{
    ke_record(REC_REFUSED, message, error, 0, 0);
}

void nt_mark_queue(uint32_t queue, uint32_t length) { ke_record(REC_QUEUE, queue, length, 0, 0); }

void nt_mark_service(uint32_t service, uint32_t state)
{
    ke_record(REC_SERVICE_STATE, service, state, 0, 0);
}
