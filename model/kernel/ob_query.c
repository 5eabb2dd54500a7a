/* ob_query.c - what drivers can ask of objects and handles, duplicates, and the services on files
 * and processes by handle (facts/ddi.md 2.14). */
#include "model/kernel/io.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob_named.h"
#include "model/kernel/ps.h"
#include <string.h>

enum { NS_OF_100 = 100 };

/* ---- Names ----------------------------------------------------------------------------------- */

/* Copies the name of an object: of a file, its device's and its own. */
static uint32_t name_of(void *body, WCHAR *out, uint32_t max)
{
    bool file = ob_header(body)->type->index == OB_FILE;
    PFILE_OBJECT of_file = file ? body : NULL;
    const struct ob_name *name = file && of_file->DeviceObject != NULL
                                     ? ob_header(of_file->DeviceObject)->name
                                     : ob_header(body)->name;
    uint32_t chars = 0;

    for (; name != NULL && chars < name->chars && chars < max; chars++)
        out[chars] = name->given[chars];
    for (uint32_t i = 0; file && i < of_file->FileName.Length / sizeof(WCHAR) && chars < max; i++)
        out[chars++] = of_file->FileName.Buffer[i];
    return chars;
}

NTSTATUS ObQueryNameString(PVOID object, POBJECT_NAME_INFORMATION out, ULONG length,
                           PULONG returned)
{
    WCHAR text[PATH_CHARS_MAX + NAME_MAX_CHARS];
    uint32_t chars;
    ULONG needed;

    ke_require_irql(APC_LEVEL, ob_address(object));
    chars = name_of(object, text, RTL_NUMBER_OF(text));
    needed = (ULONG)(sizeof *out + (chars > 0 ? (chars + 1) * sizeof(WCHAR) : 0));
    *returned = needed;
    if (length < needed)
        return STATUS_INFO_LENGTH_MISMATCH;
    out->Name = (UNICODE_STRING){ 0, 0, NULL };
    if (chars == 0)
        return STATUS_SUCCESS;
    out->Name.Buffer = (PWSTR)(void *)(out + 1);
    out->Name.Length = (USHORT)(chars * sizeof(WCHAR));
    out->Name.MaximumLength = (USHORT)(out->Name.Length + sizeof(WCHAR));
    memcpy(out->Name.Buffer, text, out->Name.Length);
    out->Name.Buffer[chars] = 0;
    return STATUS_SUCCESS;
}

/* ---- Handles --------------------------------------------------------------------------------- */

static NTSTATUS query_basic(void *body, const OBJECT_HANDLE_INFORMATION *handle, PVOID out,
                            ULONG length, PULONG returned)
{
    OBJECT_BASIC_INFORMATION basic = { .Attributes = handle->HandleAttributes & ~OBJ_KERNEL_HANDLE,
                                       .GrantedAccess = handle->GrantedAccess,
                                       .HandleCount = (ULONG)ob_header(body)->handle_count,
                                       /* Without the reference of this call. */
                                       .PointerCount = (ULONG)ob_header(body)->pointer_count - 1 };

    if (returned != NULL)
        *returned = sizeof basic;
    if (length != sizeof basic)
        return STATUS_INFO_LENGTH_MISMATCH;
    memcpy(out, &basic, sizeof basic);
    return STATUS_SUCCESS;
}

static NTSTATUS query_type(void *body, PVOID out, ULONG length, PULONG returned)
{
    PUBLIC_OBJECT_TYPE_INFORMATION *type = out;
    const char *name = ob_header(body)->type->name;
    ULONG chars = (ULONG)strlen(name);
    ULONG needed = (ULONG)(sizeof *type + (chars + 1) * sizeof(WCHAR));

    if (returned != NULL)
        *returned = needed;
    if (length < needed)
        return STATUS_INFO_LENGTH_MISMATCH;
    memset(type, 0, sizeof *type);
    type->TypeName.Buffer = (PWSTR)(void *)(type + 1);
    type->TypeName.Length = (USHORT)(chars * sizeof(WCHAR));
    type->TypeName.MaximumLength = (USHORT)(type->TypeName.Length + sizeof(WCHAR));
    for (ULONG i = 0; i <= chars; i++)
        type->TypeName.Buffer[i] = (WCHAR)(UCHAR)name[i];
    return STATUS_SUCCESS;
}

NTSTATUS ZwQueryObject(HANDLE handle, OBJECT_INFORMATION_CLASS class, PVOID out, ULONG length,
                       PULONG returned)
{
    OBJECT_HANDLE_INFORMATION information;
    ULONG needed;
    PVOID body;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    status = ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &body, &information);
    if (!NT_SUCCESS(status))
        return status;
    switch (class) {
    case ObjectBasicInformation:
        status = query_basic(body, &information, out, length, returned);
        break;
    case ObjectNameInformation:
        status = ObQueryNameString(body, out, length, returned != NULL ? returned : &needed);
        break;
    case ObjectTypeInformation:
        status = query_type(body, out, length, returned);
        break;
    default:
        status = STATUS_INVALID_INFO_CLASS;
        break;
    }
    ObDereferenceObject(body);
    return status;
}

NTSTATUS ObCloseHandle(HANDLE handle, KPROCESSOR_MODE mode)
{
    ke_require_irql(PASSIVE_LEVEL, (uint32_t)(uintptr_t)handle);
    return ObpCloseHandle(handle, mode);
}

/* Makes the handle in the target; a kernel handle only in System's table. */
static NTSTATUS make_in(struct ke_process *target, void *body, ACCESS_MASK access, ULONG attributes,
                        PHANDLE out)
{
    KAPC_STATE state;
    NTSTATUS status;

    if (target != ke->system)
        attributes &= ~OBJ_KERNEL_HANDLE;
    KeStackAttachProcess(target, &state);
    status = ob_create_handle(body, access, attributes, KernelMode, out);
    KeUnstackDetachProcess(&state);
    return status;
}

static NTSTATUS duplicate(struct ke_process *source, HANDLE handle, struct ke_process *target,
                          PHANDLE out, ACCESS_MASK access, ULONG attributes, ULONG options)
{
    OBJECT_HANDLE_INFORMATION information;
    KAPC_STATE state;
    PVOID body;
    NTSTATUS status;

    KeStackAttachProcess(source, &state);
    status = ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &body, &information);
    KeUnstackDetachProcess(&state);
    if (!NT_SUCCESS(status))
        return status;
    if (target != NULL)
        status = make_in(
            target, body, options & DUPLICATE_SAME_ACCESS ? information.GrantedAccess : access,
            options & DUPLICATE_SAME_ATTRIBUTES ? information.HandleAttributes : attributes, out);
    if ((options & DUPLICATE_CLOSE_SOURCE) != 0) {
        KeStackAttachProcess(source, &state);
        ObpCloseHandle(handle, KernelMode);
        KeUnstackDetachProcess(&state);
    }
    ObDereferenceObject(body);
    return status;
}

NTSTATUS ZwDuplicateObject(HANDLE source_handle, HANDLE handle, HANDLE target_handle, PHANDLE out,
                           ACCESS_MASK access, ULONG attributes, ULONG options)
{
    void *source, *target = NULL;
    NTSTATUS status = ob_reference(source_handle, PROCESS_DUP_HANDLE, OB_PROCESS, &source);

    if (!NT_SUCCESS(status))
        return status;
    if (target_handle != NULL)
        status = ob_reference(target_handle, PROCESS_DUP_HANDLE, OB_PROCESS, &target);
    else if ((options & DUPLICATE_CLOSE_SOURCE) == 0)
        status = STATUS_INVALID_HANDLE;
    if (NT_SUCCESS(status))
        status = duplicate(source, handle, target, out, access, attributes, options);
    if (target != NULL)
        ObDereferenceObject(target);
    ObDereferenceObject(source);
    return status;
}

/* ---- Processes ------------------------------------------------------------------------------- */

static ULONG fill_process(const struct ke_process *process, PROCESSINFOCLASS class, void *out)
{
    switch (class) {
    case ProcessBasicInformation:
        *(PROCESS_BASIC_INFORMATION *)out = (PROCESS_BASIC_INFORMATION){
            .ExitStatus = process->exit_status,
            .AffinityMask = KeQueryActiveProcessors(),
            .BasePriority = process->base_priority,
            .UniqueProcessId = process->id,
            .InheritedFromUniqueProcessId = process->parent_id,
        };
        return sizeof(PROCESS_BASIC_INFORMATION);
    case ProcessVmCounters:
        *(VM_COUNTERS *)out =
            (VM_COUNTERS){ .QuotaPagedPoolUsage = (SIZE_T)process->quota_paged,
                           .QuotaNonPagedPoolUsage = (SIZE_T)process->quota_nonpaged };
        return sizeof(VM_COUNTERS);
    case ProcessTimes:
        *(KERNEL_USER_TIMES *)out =
            (KERNEL_USER_TIMES){ .UserTime.QuadPart = (LONGLONG)(process->cpu_time / NS_OF_100) };
        return sizeof(KERNEL_USER_TIMES);
    default:
        return 0;
    }
}

NTSTATUS ZwQueryInformationProcess(HANDLE handle, PROCESSINFOCLASS class, PVOID out, ULONG length,
                                   PULONG returned)
{
    union {
        PROCESS_BASIC_INFORMATION basic;
        VM_COUNTERS counters;
        KERNEL_USER_TIMES times;
    } information;
    void *process;
    NTSTATUS status = ob_reference(handle, 0, OB_PROCESS, &process);

    if (!NT_SUCCESS(status))
        return status;
    ULONG bytes = fill_process(process, class, &information);

    ObDereferenceObject(process);
    if (bytes == 0)
        return STATUS_INVALID_INFO_CLASS;
    if (length != bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    memcpy(out, &information, bytes);
    if (returned != NULL)
        *returned = bytes;
    return STATUS_SUCCESS;
}

NTSTATUS ZwOpenProcess(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                       PCLIENT_ID id)
{
    PEPROCESS process;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (id == NULL || attributes->ObjectName != NULL)
        return STATUS_INVALID_PARAMETER_MIX;
    if (!NT_SUCCESS(PsLookupProcessByProcessId(id->UniqueProcess, &process)))
        return STATUS_INVALID_CID;
    status = ob_create_handle(process, access, attributes->Attributes, KernelMode, handle);
    ObDereferenceObject(process);
    return status;
}

NTSTATUS ZwTerminateProcess(HANDLE handle, NTSTATUS exit_status)
{
    struct ke_thread *thread = ke_current_thread();
    KPROCESSOR_MODE mode = thread->previous_mode;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    thread->previous_mode = KernelMode;
    status = NtTerminateProcess(handle, exit_status);
    thread->previous_mode = mode;
    return status;
}

/* ---- Files ----------------------------------------------------------------------------------- */

NTSTATUS ZwDeviceIoControlFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, PVOID context,
                               PIO_STATUS_BLOCK iosb, ULONG code, PVOID in, ULONG in_bytes,
                               PVOID out, ULONG out_bytes)
{
    return io_transfer(&(struct io_request){ .kind = IO_CONTROL,
                                             .file = file,
                                             .event = event,
                                             .apc_routine = routine,
                                             .apc_context = context,
                                             .iosb = iosb,
                                             .in = in,
                                             .out = out,
                                             .in_bytes = in_bytes,
                                             .out_bytes = out_bytes,
                                             .code = code },
                       KernelMode);
}

NTSTATUS ZwFlushBuffersFile(HANDLE file, PIO_STATUS_BLOCK iosb)
{
    return io_transfer(&(struct io_request){ .kind = IO_FLUSH, .file = file, .iosb = iosb },
                       KernelMode);
}
