/* inspect_names.c - words for the numbers of a look and of the records. */
#include "model/look/inspect_private.h"
#include "model/kernel/ob.h"

static const char *word(const char *const *words, size_t count, uint32_t number)
{
    return number < count && words[number] != NULL ? words[number] : "?";
}
#define WORD(words, number) word(words, ARRAY_LEN(words), number)

static const char *const states[] = {
    [KE_INITIALIZED] = "initialized", [KE_READY] = "ready",
    [KE_RUNNING] = "running",         [KE_STANDBY] = "standby",
    [KE_TERMINATED] = "terminated",   [KE_WAITING] = "waiting",
    [KE_TRANSITION] = "transition",   [KE_DEFERRED_READY] = "deferred ready",
    [KE_GATE_WAIT] = "gate wait",
};
const char *inspect_state_name(uint32_t state) { return WORD(states, state); }

static const char *const reasons[] = {
    [Executive] = "Executive",
    [FreePage] = "FreePage",
    [PageIn] = "PageIn",
    [PoolAllocation] = "PoolAllocation",
    [DelayExecution] = "DelayExecution",
    [Suspended] = "Suspended",
    [UserRequest] = "UserRequest",
    [WrExecutive] = "WrExecutive",
    [WrFreePage] = "WrFreePage",
    [WrPageIn] = "WrPageIn",
    [WrPoolAllocation] = "WrPoolAllocation",
    [WrDelayExecution] = "WrDelayExecution",
    [WrSuspended] = "WrSuspended",
    [WrUserRequest] = "WrUserRequest",
    [WrEventPair] = "WrEventPair",
    [WrQueue] = "WrQueue",
    [WrLpcReceive] = "WrLpcReceive",
    [WrLpcReply] = "WrLpcReply",
    [WrVirtualMemory] = "WrVirtualMemory",
    [WrPageOut] = "WrPageOut",
    [WrRendezvous] = "WrRendezvous",
};
const char *inspect_wait_reason_name(uint32_t reason) { return WORD(reasons, reason); }

static const char *const wait_types[] = {
    [KE_EVENT_NOTIFICATION] = "NotificationEvent",
    [KE_EVENT_SYNCHRONIZATION] = "SynchronizationEvent",
    [KE_MUTANT] = "Mutant",
    [KE_PROCESS] = "Process",
    [KE_QUEUE] = "Queue",
    [KE_SEMAPHORE] = "Semaphore",
    [KE_THREAD] = "Thread",
    [KE_TIMER_NOTIFICATION] = "NotificationTimer",
    [KE_TIMER_SYNCHRONIZATION] = "SynchronizationTimer",
};
const char *inspect_wait_type_name(uint32_t type) { return WORD(wait_types, type); }

static const char *const services[] = {
#define SERVICE(name) #name,
#include "model/words/system_services.def"
#undef SERVICE
};
const char *inspect_service_name(uint32_t number) { return WORD(services, number); }

const char *inspect_type_name(uint32_t type)
{
    return type < OB_TYPE_COUNT ? ob_type_of((enum ob_type_index)type)->name : "?";
}

static const char *const majors[] = {
    [IRP_MJ_CREATE] = "IRP_MJ_CREATE",
    [IRP_MJ_CLOSE] = "IRP_MJ_CLOSE",
    [IRP_MJ_READ] = "IRP_MJ_READ",
    [IRP_MJ_WRITE] = "IRP_MJ_WRITE",
    [IRP_MJ_QUERY_INFORMATION] = "IRP_MJ_QUERY_INFORMATION",
    [IRP_MJ_SET_INFORMATION] = "IRP_MJ_SET_INFORMATION",
    [IRP_MJ_FLUSH_BUFFERS] = "IRP_MJ_FLUSH_BUFFERS",
    [IRP_MJ_DIRECTORY_CONTROL] = "IRP_MJ_DIRECTORY_CONTROL",
    [IRP_MJ_FILE_SYSTEM_CONTROL] = "IRP_MJ_FILE_SYSTEM_CONTROL",
    [IRP_MJ_DEVICE_CONTROL] = "IRP_MJ_DEVICE_CONTROL",
    [IRP_MJ_INTERNAL_DEVICE_CONTROL] = "IRP_MJ_INTERNAL_DEVICE_CONTROL",
    [IRP_MJ_SHUTDOWN] = "IRP_MJ_SHUTDOWN",
    [IRP_MJ_CLEANUP] = "IRP_MJ_CLEANUP",
};
const char *inspect_major_name(uint32_t major) { return WORD(majors, major); }

static const char *const pages[] = { "free", "reserved", "committed", "deleted" };
const char *inspect_page_name(uint32_t state) { return WORD(pages, state); }

const char *inspect_server_name(uint32_t service)
{
    return service < SERVER_COUNT ? server_rows[service].name : "?";
}

static const char *const server_states[] = {
    [SERVICE_STOPPED] = "stopped",
    [SERVICE_START_PENDING] = "starting",
    [SERVICE_STOP_PENDING] = "stopping",
    [SERVICE_RUNNING] = "running",
};
const char *inspect_server_state_name(uint32_t state) { return WORD(server_states, state); }
