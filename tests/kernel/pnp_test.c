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
    bool refuses; /* QUERY_REMOVE fails. */
    PDEVICE_OBJECT pdo, fdo, lower;
    PDRIVER_OBJECT driver;
    int shutdowns, reinits;
    PDEVICE_OBJECT last_shutdown;
} fd;

static NTSTATUS fd_pnp(PDEVICE_OBJECT device, PIRP irp)
{
    UCHAR minor = IoGetCurrentIrpStackLocation(irp)->MinorFunction;
    NTSTATUS status;

    EXPECT(device == fd.fdo && KeGetCurrentIrql() == PASSIVE_LEVEL);
    EXPECT(irp->IoStatus.Status == STATUS_NOT_SUPPORTED);
    fd.told[fd.count++] = (char)('a' + minor);
    if (minor == IRP_MN_QUERY_REMOVE_DEVICE && fd.refuses) {
        irp->IoStatus.Status = STATUS_UNSUCCESSFUL;
        IoCompleteRequest(irp, IO_NO_INCREMENT);
        return STATUS_UNSUCCESSFUL;
    }
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
    NTSTATUS status = IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &fd.fdo);

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

static NTSTATUS fd_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    fd.driver = driver;
    driver->DriverExtension->AddDevice = fd_add;
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
    IoDetachDevice(fd.pdo); /* Opens of the bus' own device: the driver has no IRP_MJ_CREATE. */
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

static void only_a_pdo_has_properties(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, asks_for_a_property);

    assert_int_equal(stop.code, PNP_DETECTED_FATAL_ERROR);
    assert_int_equal(stop.args[0], 2);
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
        cmocka_unit_test(an_interface_leads_to_the_device),
        cmocka_unit_test(only_a_pdo_has_properties),
        cmocka_unit_test(power_requests_come_back),
        cmocka_unit_test(the_shutdown_is_told_in_order),
        cmocka_unit_test(a_driver_gets_second_chances),
        cmocka_unit_test(the_loudspeaker_has_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
