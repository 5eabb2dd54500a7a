/* pnp_test.c - plug and play, power, shutdown, second chances at loading, the loudspeaker
 * (facts/ddi.md 2.9, 2.16). */
#include "model/kernel/io_inside.h"
#include "model/kernel/io_pnp.h"
#include "model/kernel/ob.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

/* ---- A function driver ----------------------------------------------------------------------- */

static struct {
    char told[32]; /* A letter for each request of plug and play. */
    uint32_t count;
    bool refuses;           /* QUERY_REMOVE fails. */
    NTSTATUS add, start;    /* What AddDevice and START_DEVICE fail with. */
    PNP_DEVICE_STATE state; /* What QUERY_PNP_DEVICE_STATE tells. */
    PDEVICE_OBJECT child;   /* What the bus relations tell, `children` times; NULL: nothing. */
    ULONG children;
    int unloads;
    bool slow; /* START_DEVICE takes 50 ms. */
    PDEVICE_OBJECT pdo, fdo, lower;
    PDRIVER_OBJECT driver;
    int shutdowns, reinits;
    PDEVICE_OBJECT last_shutdown;
} fd;

static NTSTATUS complete(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

/* The child that the driver reports has IDs, and answers nothing else. */
static NTSTATUS fd_child(PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    PWSTR id;

    if (location->MinorFunction != IRP_MN_QUERY_ID)
        return complete(irp, irp->IoStatus.Status);
    id = ExAllocatePoolWithTag(PagedPool, 32, 'tseT');
    memset(id, 0, 32);
    memcpy(id, location->Parameters.QueryId.IdType == BusQueryDeviceID ? L"FD\\Child" : L"7",
           location->Parameters.QueryId.IdType == BusQueryDeviceID ? 16 : 2);
    irp->IoStatus.Information = (ULONG_PTR)id;
    return complete(irp, STATUS_SUCCESS);
}

static void tell_relations(PIRP irp)
{
    PDEVICE_RELATIONS relations = ExAllocatePoolWithTag(PagedPool, 64, 'tseT');

    relations->Count = fd.children;
    for (ULONG i = 0; i < fd.children; i++)
        ObReferenceObject(relations->Objects[i] = fd.child);
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = (ULONG_PTR)relations;
}

static NTSTATUS fd_pnp(PDEVICE_OBJECT device, PIRP irp)
{
    UCHAR minor = IoGetCurrentIrpStackLocation(irp)->MinorFunction;
    NTSTATUS status;

    if (device == fd.child)
        return fd_child(irp);
    EXPECT(device == fd.fdo && KeGetCurrentIrql() == PASSIVE_LEVEL);
    EXPECT(irp->IoStatus.Status == STATUS_NOT_SUPPORTED);
    fd.told[fd.count++] = (char)('a' + minor);
    if (minor == IRP_MN_QUERY_REMOVE_DEVICE && fd.refuses)
        return complete(irp, STATUS_UNSUCCESSFUL);
    if (minor == IRP_MN_START_DEVICE && fd.slow)
        story_sleep(MS(50));
    if (minor == IRP_MN_START_DEVICE && fd.start != STATUS_SUCCESS)
        return complete(irp, fd.start);
    if (minor == IRP_MN_QUERY_PNP_DEVICE_STATE && fd.state != 0) {
        irp->IoStatus.Information = fd.state;
        return complete(irp, STATUS_SUCCESS);
    }
    if (minor == IRP_MN_QUERY_DEVICE_RELATIONS && fd.child != NULL)
        tell_relations(irp);
    IoSkipCurrentIrpStackLocation(irp);
    status = IoCallDriver(fd.lower, irp);
    if (minor == IRP_MN_REMOVE_DEVICE) {
        IoDetachDevice(fd.lower);
        IoDeleteDevice(device);
        fd.fdo = NULL;
    }
    return status;
}

static NTSTATUS fd_power(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    PoStartNextPowerIrp(irp);
    IoSkipCurrentIrpStackLocation(irp);
    return PoCallDriver(fd.lower, irp);
}

static NTSTATUS fd_shutdown(PDEVICE_OBJECT device, PIRP irp)
{
    fd.shutdowns++;
    fd.last_shutdown = device;
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS fd_add(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo)
{
    NTSTATUS status = fd.add;

    fd.pdo = pdo;
    if (NT_SUCCESS(status))
        status = IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &fd.fdo);
    if (!NT_SUCCESS(status))
        return status;
    fd.lower = IoAttachDeviceToDeviceStack(fd.fdo, pdo);
    fd.fdo->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static VOID NTAPI fd_again(PDRIVER_OBJECT driver, PVOID context, ULONG count)
{
    EXPECT(driver == fd.driver && context == &fd && count == (ULONG)fd.reinits + 1);
    if (++fd.reinits < 3)
        IoRegisterDriverReinitialization(driver, fd_again, &fd);
}

static VOID fd_unload(PDRIVER_OBJECT driver)
{
    EXPECT(driver->DeviceObject == NULL && fd.fdo == NULL);
    fd.unloads++;
}

static NTSTATUS fd_open(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    return complete(irp, STATUS_SUCCESS);
}

static NTSTATUS fd_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    fd.driver = driver;
    driver->DriverExtension->AddDevice = fd_add;
    driver->DriverUnload = fd_unload;
    driver->MajorFunction[IRP_MJ_CREATE] = fd_open;
    driver->MajorFunction[IRP_MJ_CLEANUP] = fd_open;
    driver->MajorFunction[IRP_MJ_CLOSE] = fd_open;
    driver->MajorFunction[IRP_MJ_PNP] = fd_pnp;
    driver->MajorFunction[IRP_MJ_POWER] = fd_power;
    driver->MajorFunction[IRP_MJ_SHUTDOWN] = fd_shutdown;
    IoRegisterDriverReinitialization(driver, fd_again, &fd);
    return STATUS_SUCCESS;
}

static const struct io_image fd_image = { .file = "fd.sys", .entry = fd_entry };

static void load(void)
{
    memset(&fd, 0, sizeof fd);
    EXPECT(NT_SUCCESS(IopLoadDriver(L"\\Registry\\fd", L"\\Driver\\Fd", &fd_image)));
    EXPECT(NT_SUCCESS(io_pnp_device(L"\\Device\\Port0", &fd.pdo)));
    EXPECT(NT_SUCCESS(fd.driver->DriverExtension->AddDevice(fd.driver, fd.pdo)));
}

/* Loads the driver as a service, and so has it given a device. */
static NTSTATUS load_service(NTSTATUS add, NTSTATUS start)
{
    memset(&fd, 0, sizeof fd);
    fd.add = add;
    fd.start = start;
    io_install_driver("fd", "Driver", &fd_image);
    return io_load_service("fd");
}

/* ---- Plug and play --------------------------------------------------------------------------- */

STORY(a_device_starts_and_goes)
{
    (void)arg;
    load();
    EXPECT(io_pnp_request(fd.pdo, IRP_MN_START_DEVICE) == STATUS_SUCCESS);
    EXPECT(io_pnp_request(fd.pdo, IRP_MN_QUERY_CAPABILITIES) == STATUS_NOT_SUPPORTED);
    fd.refuses = true;
    EXPECT(!NT_SUCCESS(io_pnp_remove(fd.pdo, false)) && fd.fdo != NULL);
    fd.refuses = false;
    EXPECT(io_pnp_remove(fd.pdo, false) == STATUS_SUCCESS);
    EXPECT(fd.fdo == NULL && fd.pdo->AttachedDevice == NULL);
    EXPECT(strcmp(fd.told, "ajbdbc") == 0);
}

STORY(a_device_goes_by_surprise)
{
    (void)arg;
    load();
    fd.refuses = true; /* Nobody is asked. */
    EXPECT(io_pnp_remove(fd.pdo, true) == STATUS_SUCCESS && fd.fdo == NULL);
    EXPECT(strcmp(fd.told, "xc") == 0);
}

STORY(a_driver_that_is_loaded_gets_a_device)
{
    PDEVICE_OBJECT pdo;

    (void)arg;
    EXPECT(load_service(STATUS_SUCCESS, STATUS_SUCCESS) == STATUS_SUCCESS);
    EXPECT(strcmp(fd.told, "ajuh") == 0 && fd.pdo->AttachedDevice == fd.fdo);
    EXPECT(io_unload_service("fd") == STATUS_INVALID_DEVICE_REQUEST);
    pdo = fd.pdo;
    EXPECT(io_stop_service("fd") == STATUS_SUCCESS && fd.unloads == 1);
    EXPECT(strcmp(fd.told, "ajuhbc") == 0 && !io_service_present("fd"));
    EXPECT(io_stop_service("fd") == STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(load_service(STATUS_SUCCESS, STATUS_SUCCESS) == STATUS_SUCCESS && fd.pdo == pdo);
}

static void loads_slowly(void *context)
{
    (void)context;
    io_load_service("fd");
}

STORY_ON(2, a_stop_waits_for_the_start)
{
    struct ke_thread *loader;

    (void)arg;
    memset(&fd, 0, sizeof fd);
    fd.slow = true;
    io_install_driver("fd", "Driver", &fd_image);
    loader = thread_with(NORMAL_PRIORITY, loads_slowly, NULL);
    story_sleep(MS(20));
    EXPECT(strcmp(fd.told, "a") == 0);
    EXPECT(io_stop_service("fd") == STATUS_SUCCESS && fd.unloads == 1);
    EXPECT(strcmp(fd.told, "ajuhbc") == 0);
    wait_for(loader);
}

STORY(a_refusal_keeps_the_device)
{
    (void)arg;
    load_service(STATUS_SUCCESS, STATUS_SUCCESS);
    fd.refuses = true;
    EXPECT(io_stop_service("fd") == STATUS_UNSUCCESSFUL && fd.unloads == 0);
    EXPECT(strcmp(fd.told, "ajuhbd") == 0 && io_service_present("fd"));
    fd.refuses = false;
    EXPECT(io_stop_service("fd") == STATUS_SUCCESS && fd.unloads == 1);
}

STORY(a_device_that_does_not_start_is_removed)
{
    (void)arg;
    EXPECT(load_service(STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES) == STATUS_SUCCESS);
    EXPECT(strcmp(fd.told, "ac") == 0 && fd.unloads == 1 && !io_service_present("fd"));
    EXPECT(load_service(STATUS_NO_SUCH_DEVICE, STATUS_SUCCESS) == STATUS_SUCCESS);
    EXPECT(strcmp(fd.told, "") == 0 && fd.unloads == 0 && io_service_present("fd"));
    EXPECT(io_stop_service("fd") == STATUS_SUCCESS && fd.unloads == 1);
}

STORY(open_files_keep_a_device_or_put_its_removal_off)
{
    static const GUID class = { 1, 2, 3, { 4 } };
    UNICODE_STRING name;
    PDEVICE_OBJECT device;
    PFILE_OBJECT file, other;

    (void)arg;
    load_service(STATUS_SUCCESS, STATUS_SUCCESS);
    EXPECT(IoRegisterDeviceInterface(fd.pdo, &class, NULL, &name) == STATUS_SUCCESS);
    EXPECT(IoSetDeviceInterfaceState(&name, TRUE) == STATUS_SUCCESS);
    EXPECT(NT_SUCCESS(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &device)));
    EXPECT(device == fd.fdo);
    EXPECT(io_stop_service("fd") == STATUS_PLUGPLAY_QUERY_VETOED);
    EXPECT(strcmp(fd.told, "ajuhbd") == 0);
    fd.state = PNP_DEVICE_FAILED;
    IoInvalidateDeviceState(fd.pdo);
    story_sleep(MS(10));
    EXPECT(strcmp(fd.told, "ajuhbdux") == 0 && fd.unloads == 0);
    EXPECT(!NT_SUCCESS(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &other, &device)));
    ObDereferenceObject(file);
    story_sleep(MS(10));
    EXPECT(strcmp(fd.told, "ajuhbduxc") == 0 && fd.unloads == 1);
    EXPECT(IoSetDeviceInterfaceState(&name, FALSE) == STATUS_OBJECT_NAME_NOT_FOUND);
    RtlFreeUnicodeString(&name);
}

/* A filter that passes everything on. */
static PDEVICE_OBJECT filter, below;

static NTSTATUS filter_pass(PDEVICE_OBJECT device, PIRP irp)
{
    bool removes = IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_PNP &&
                   IoGetCurrentIrpStackLocation(irp)->MinorFunction == IRP_MN_REMOVE_DEVICE;
    NTSTATUS status;

    IoSkipCurrentIrpStackLocation(irp);
    status = IoCallDriver(below, irp);
    if (removes) {
        IoDetachDevice(below);
        IoDeleteDevice(device);
    }
    return status;
}

static NTSTATUS filter_add(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo)
{
    EXPECT(pdo == fd.pdo);
    EXPECT(NT_SUCCESS(IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &filter)));
    below = IoAttachDeviceToDeviceStack(filter, pdo);
    filter->Flags &= ~DO_DEVICE_INITIALIZING;
    return below != NULL ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

static VOID filter_unload(PDRIVER_OBJECT driver)
{
    (void)driver;
    filter = NULL;
}

static NTSTATUS filter_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->DriverExtension->AddDevice = filter_add;
    driver->DriverUnload = filter_unload;
    driver->MajorFunction[IRP_MJ_PNP] = filter_pass;
    return STATUS_SUCCESS;
}

STORY(a_filter_joins_while_the_device_is_stopped)
{
    static const struct io_image image = { .file = "filter.sys", .entry = filter_entry };

    (void)arg;
    load_service(STATUS_SUCCESS, STATUS_SUCCESS);
    io_install_driver("filter", "Driver", &image);
    io_set_filter("filter", "\\Device\\Nothing");
    EXPECT(io_load_service("filter") == STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(io_stop_service("filter") == STATUS_SUCCESS && strcmp(fd.told, "ajuh") == 0);
    io_set_filter("filter", "\\Device\\00000001");
    EXPECT(io_load_service("filter") == STATUS_SUCCESS && below == fd.fdo);
    EXPECT(strcmp(fd.told, "ajuhfeajuh") == 0);
    EXPECT(io_stop_service("fd") == STATUS_SUCCESS && fd.unloads == 1 && filter == NULL);
    EXPECT(!io_service_present("filter"));
}

STORY(a_bus_tells_its_children)
{
    ULONG result;

    (void)arg;
    load_service(STATUS_SUCCESS, STATUS_SUCCESS);
    EXPECT(
        NT_SUCCESS(IoCreateDevice(fd.driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &fd.child)));
    fd.child->Flags &= ~DO_DEVICE_INITIALIZING;
    fd.children = 1;
    IoInvalidateDeviceRelations(fd.pdo, EjectionRelations);
    IoInvalidateDeviceRelations(fd.pdo, BusRelations);
    story_sleep(MS(10));
    EXPECT(strcmp(fd.told, "ajuhh") == 0);
    EXPECT(IoGetDeviceProperty(fd.child, DevicePropertyEnumeratorName, 0, NULL, &result) ==
           STATUS_BUFFER_TOO_SMALL);
    EXPECT(result == 6);
    EXPECT(IoGetDeviceProperty(fd.child, DevicePropertyDeviceDescription, 0, NULL, &result) ==
           STATUS_OBJECT_NAME_NOT_FOUND);
    IoDeleteDevice(fd.child);
}

static void tells_a_child_twice(void *arg)
{
    (void)arg;
    load_service(STATUS_SUCCESS, STATUS_SUCCESS);
    EXPECT(
        NT_SUCCESS(IoCreateDevice(fd.driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &fd.child)));
    fd.children = 2;
    IoInvalidateDeviceRelations(fd.pdo, BusRelations);
    story_sleep(MS(10));
}

static void no_child_is_told_twice(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, tells_a_child_twice);

    assert_int_equal(stop.code, PNP_DETECTED_FATAL_ERROR);
    assert_int_equal(stop.args[0], 1);
}

STORY(a_device_has_properties_and_keys)
{
    static const UNICODE_STRING value = RTL_CONSTANT_STRING(L"Colour");
    WCHAR text[80];
    HANDLE key;
    ULONG result, number;

    (void)arg;
    load_service(STATUS_SUCCESS, STATUS_SUCCESS);
    EXPECT(IoGetDeviceProperty(fd.pdo, DevicePropertyHardwareID, 15, text, &result) ==
           STATUS_BUFFER_TOO_SMALL);
    EXPECT(result == 18);
    EXPECT(IoGetDeviceProperty(fd.pdo, DevicePropertyHardwareID, sizeof text, text, &result) == 0);
    EXPECT(memcmp(text, L"ROOT\\FD\0", 18) == 0);
    EXPECT(IoGetDeviceProperty(fd.pdo, DevicePropertyPhysicalDeviceObjectName, sizeof text, text,
                               &result) == 0);
    EXPECT(memcmp(text, L"\\Device\\00000001", result) == 0);
    EXPECT(IoGetDeviceProperty(fd.pdo, DevicePropertyDeviceDescription, sizeof text, text,
                               &result) == 0);
    EXPECT(memcmp(text, L"fd", result) == 0);
    EXPECT(IoGetDeviceProperty(fd.pdo, DevicePropertyInstallState, sizeof number, &number,
                               &result) == 0);
    EXPECT(number == InstallStateInstalled && result == sizeof number);
    EXPECT(IoGetDeviceProperty(fd.pdo, DevicePropertyUINumber, sizeof number, &number, &result) ==
           STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(IoGetDeviceProperty(fd.pdo, DevicePropertyRemovalPolicy + 1, 0, NULL, &result) ==
           STATUS_INVALID_PARAMETER_2);
    for (ULONG type = 1; type <= 2; type++) {
        for (number = 0; number < 2; number++) {
            EXPECT(IoOpenDeviceRegistryKey(fd.pdo, type, KEY_ALL_ACCESS, &key) == STATUS_SUCCESS);
            EXPECT(NT_SUCCESS(number == 0
                                  ? ZwSetValueKey(key, (PUNICODE_STRING)(uintptr_t)&value, 0,
                                                  REG_DWORD, &type, sizeof type)
                                  : ZwDeleteValueKey(key, (PUNICODE_STRING)(uintptr_t)&value)));
            ZwClose(key);
        }
    }
    EXPECT(IoOpenDeviceRegistryKey(fd.pdo, PLUGPLAY_REGKEY_CURRENT_HWPROFILE | 1, KEY_READ, &key) ==
           STATUS_SUCCESS);
    ZwClose(key);
    EXPECT(IoOpenDeviceRegistryKey(fd.pdo, 3, KEY_READ, &key) == STATUS_INVALID_PARAMETER);
}

STORY(a_reference_is_the_name_of_the_file)
{
    static const GUID class = { 1, 2, 3, { 4 } };
    UNICODE_STRING a = RTL_CONSTANT_STRING(L"a"), b = RTL_CONSTANT_STRING(L"b"), one, other;
    PDEVICE_OBJECT device;
    PWSTR list;
    PFILE_OBJECT file;

    (void)arg;
    load_service(STATUS_SUCCESS, STATUS_SUCCESS);
    EXPECT(IoRegisterDeviceInterface(fd.pdo, &class, &a, &one) == STATUS_SUCCESS);
    EXPECT(IoRegisterDeviceInterface(fd.pdo, &class, &b, &other) == STATUS_SUCCESS);
    EXPECT(IoSetDeviceInterfaceState(&one, TRUE) == STATUS_SUCCESS);
    EXPECT(IoGetDeviceInterfaces(&class, NULL, 0, &list) == STATUS_SUCCESS);
    EXPECT(list[one.Length / 2] == 0 && list[one.Length / 2 + 1] == 0);
    EXPECT(memcmp(list, one.Buffer, one.Length) == 0);
    ExFreePool(list);
    EXPECT(IoGetDeviceInterfaces(&class, fd.pdo, DEVICE_INTERFACE_INCLUDE_NONACTIVE, &list) == 0);
    EXPECT(list[one.Length / 2 + 1] == '\\' && list[one.Length + 2] == 0);
    ExFreePool(list);
    EXPECT(IoGetDeviceInterfaces(&class, fd.fdo, 0, &list) == STATUS_INVALID_DEVICE_REQUEST);
    EXPECT(IoSetDeviceInterfaceState(&other, TRUE) == STATUS_SUCCESS);
    EXPECT(IoSetDeviceInterfaceState(&one, FALSE) == STATUS_SUCCESS);
    EXPECT(NT_SUCCESS(IoGetDeviceObjectPointer(&other, FILE_READ_DATA, &file, &device)));
    EXPECT(file->FileName.Length == 4 && memcmp(file->FileName.Buffer, L"\\b", 4) == 0);
    ObDereferenceObject(file);
    EXPECT(IoSetDeviceInterfaceState(&other, FALSE) == STATUS_SUCCESS);
    EXPECT(!NT_SUCCESS(IoGetDeviceObjectPointer(&other, FILE_READ_DATA, &file, &device)));
    RtlFreeUnicodeString(&one);
    RtlFreeUnicodeString(&other);
}

STORY(an_interface_leads_to_the_device)
{
    static const GUID class = { 0x12345678, 0x9abc, 0xdef0, { 1, 2, 3, 4, 5, 6, 7, 8 } };
    UNICODE_STRING name, again;
    PDEVICE_OBJECT device;
    PFILE_OBJECT file;

    (void)arg;
    load();
    EXPECT(IoRegisterDeviceInterface(fd.fdo, &class, NULL, &name) == STATUS_INVALID_DEVICE_REQUEST);
    EXPECT(IoRegisterDeviceInterface(fd.pdo, &class, NULL, &name) == STATUS_SUCCESS);
    EXPECT(IoRegisterDeviceInterface(fd.pdo, &class, NULL, &again) == STATUS_SUCCESS);
    EXPECT(RtlEqualUnicodeString(&name, &again, FALSE));
    EXPECT(!NT_SUCCESS(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &device)));
    EXPECT(IoSetDeviceInterfaceState(&name, TRUE) == STATUS_SUCCESS);
    IoDetachDevice(fd.pdo); /* Opens of the bus' own device. */
    EXPECT(NT_SUCCESS(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &device)));
    EXPECT(device == fd.pdo);
    ObDereferenceObject(file);
    EXPECT(IoSetDeviceInterfaceState(&name, TRUE) == STATUS_OBJECT_NAME_EXISTS);
    EXPECT(IoSetDeviceInterfaceState(&name, FALSE) == STATUS_SUCCESS);
    EXPECT(IoSetDeviceInterfaceState(&name, FALSE) == STATUS_OBJECT_NAME_NOT_FOUND);
    RtlFreeUnicodeString(&name);
    RtlFreeUnicodeString(&again);
}

static void asks_for_a_property(void *arg)
{
    ULONG result;

    (void)arg;
    load();
    EXPECT(IoGetDeviceProperty(fd.pdo, 0, 0, NULL, &result) == STATUS_OBJECT_NAME_NOT_FOUND);
    IoGetDeviceProperty(fd.fdo, 0, 0, NULL, &result);
}

static void asks_for_a_key(void *arg)
{
    HANDLE key;

    (void)arg;
    load();
    IoOpenDeviceRegistryKey(fd.fdo, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key);
}

static void tells_of_children(void *arg)
{
    (void)arg;
    load();
    IoInvalidateDeviceRelations(fd.fdo, BusRelations);
}

static void tells_of_its_state(void *arg)
{
    (void)arg;
    load();
    IoInvalidateDeviceState(fd.fdo);
}

static void only_a_pdo_has_properties(void **state)
{
    static void (*const calls[])(void *) = { asks_for_a_property, asks_for_a_key, tells_of_children,
                                             tells_of_its_state };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        struct ke_stop stop = stops_on(1, calls[i]);

        assert_int_equal(stop.code, PNP_DETECTED_FATAL_ERROR);
        assert_int_equal(stop.args[0], 2);
        assert_true(stop.args[1] != 0 && stop.args[2] != 0 && stop.args[3] == 0);
    }
}

/* ---- Power ----------------------------------------------------------------------------------- */

static VOID NTAPI power_is_done(PDEVICE_OBJECT device, UCHAR minor, POWER_STATE state,
                                PVOID context, PIO_STATUS_BLOCK iosb)
{
    EXPECT(device == fd.pdo && minor == IRP_MN_SET_POWER && state.DeviceState == PowerDeviceD3);
    EXPECT(iosb->Status == STATUS_SUCCESS);
    ++*(int *)context;
}

STORY(power_requests_come_back)
{
    POWER_STATE low = { .DeviceState = PowerDeviceD3 }, old;
    int done = 0;

    (void)arg;
    load();
    old = PoSetPowerState(fd.fdo, DevicePowerState, low);
    EXPECT(old.DeviceState == PowerDeviceD0);
    old = PoSetPowerState(fd.fdo, DevicePowerState, old);
    EXPECT(old.DeviceState == PowerDeviceD3);
    EXPECT(PoRequestPowerIrp(fd.pdo, IRP_MN_SET_POWER, low, power_is_done, &done, NULL) ==
           STATUS_PENDING);
    EXPECT(done == 1);
    EXPECT(PoRequestPowerIrp(fd.pdo, 9, low, NULL, NULL, NULL) == STATUS_INVALID_PARAMETER_2);
    EXPECT(IoWMIRegistrationControl(fd.fdo, WMIREG_ACTION_REGISTER) == STATUS_SUCCESS);
    EXPECT(IoWMIRegistrationControl(fd.fdo, 77) == STATUS_INVALID_PARAMETER);
}

/* ---- Shutdown, loading, sound ---------------------------------------------------------------- */

STORY(the_shutdown_is_told_in_order)
{
    PDEVICE_OBJECT other;

    (void)arg;
    load();
    EXPECT(NT_SUCCESS(IoCreateDevice(fd.driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &other)));
    EXPECT(IoRegisterLastChanceShutdownNotification(fd.fdo) == STATUS_SUCCESS);
    EXPECT(IoRegisterShutdownNotification(other) == STATUS_SUCCESS);
    EXPECT(IoRegisterShutdownNotification(other) == STATUS_SUCCESS);
    EXPECT((other->Flags & DO_SHUTDOWN_REGISTERED) != 0);
    io_shutdown_devices();
    EXPECT(fd.shutdowns == 3 && fd.last_shutdown == fd.fdo);
    io_shutdown_devices();
    EXPECT(fd.shutdowns == 3); /* Once for each registration. */
    IoRegisterShutdownNotification(other);
    IoRegisterShutdownNotification(other);
    IoUnregisterShutdownNotification(other);
    EXPECT((other->Flags & DO_SHUTDOWN_REGISTERED) == 0);
    io_shutdown_devices();
    EXPECT(fd.shutdowns == 3);
    IoDeleteDevice(other);
}

STORY(a_driver_gets_second_chances)
{
    (void)arg;
    load();
    EXPECT(fd.reinits == 3 && fd.driver->DriverExtension->Count == 3);
}

STORY(the_loudspeaker_has_limits)
{
    (void)arg;
    EXPECT(HalMakeBeep(440) && ke->speaker_hz == 440);
    EXPECT(!HalMakeBeep(18) && ke->speaker_hz == 440);
    EXPECT(HalMakeBeep(19) && HalMakeBeep(0) && ke->speaker_hz == 0);
}

GROUP(pnp_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_starts_and_goes),
        cmocka_unit_test(a_device_goes_by_surprise),
        cmocka_unit_test(a_driver_that_is_loaded_gets_a_device),
        cmocka_unit_test(a_stop_waits_for_the_start),
        cmocka_unit_test(a_refusal_keeps_the_device),
        cmocka_unit_test(a_device_that_does_not_start_is_removed),
        cmocka_unit_test(open_files_keep_a_device_or_put_its_removal_off),
        cmocka_unit_test(a_filter_joins_while_the_device_is_stopped),
        cmocka_unit_test(a_bus_tells_its_children),
        cmocka_unit_test(no_child_is_told_twice),
        cmocka_unit_test(a_device_has_properties_and_keys),
        cmocka_unit_test(a_reference_is_the_name_of_the_file),
        cmocka_unit_test(an_interface_leads_to_the_device),
        cmocka_unit_test(only_a_pdo_has_properties),
        cmocka_unit_test(power_requests_come_back),
        cmocka_unit_test(the_shutdown_is_told_in_order),
        cmocka_unit_test(a_driver_gets_second_chances),
        cmocka_unit_test(the_loudspeaker_has_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
