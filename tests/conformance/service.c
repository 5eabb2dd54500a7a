/* service.c - installs, starts, stops and removes a driver, as a setup program does.
 *
 *     service.exe start exifs Z:\path\to\exifs.sys
 *     service.exe stop exifs
 */
#include <stdio.h>
#include <windows.h>

static int report(const char *what)
{
    fprintf(stderr, "service: %s: error %lu\n", what, GetLastError());
    return 1;
}

static int start(SC_HANDLE manager, const wchar_t *name, const wchar_t *path)
{
    SC_HANDLE service = CreateServiceW(manager, name, name, SERVICE_ALL_ACCESS,
                                       SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
                                       SERVICE_ERROR_NORMAL, path, NULL, NULL, NULL, NULL, NULL);
    int tries;

    if (service == NULL) {
        return report("create");
    }
    for (tries = 0; tries < 200; tries++) {
        if (StartServiceW(service, 0, NULL) || GetLastError() == ERROR_SERVICE_ALREADY_RUNNING) {
            return 0;
        }
        if (GetLastError() != ERROR_SERVICE_DATABASE_LOCKED) {
            break;
        }
        Sleep(50); /* The service manager is still starting others. */
    }
    return report("start");
}

/* The driver is down when the service manager says so; unloading may take a moment. */
static int stop(SC_HANDLE manager, const wchar_t *name)
{
    SC_HANDLE service = OpenServiceW(manager, name, SERVICE_ALL_ACCESS);
    SERVICE_STATUS status;
    int tries;

    if (service == NULL) {
        return report("open");
    }
    if (!ControlService(service, SERVICE_CONTROL_STOP, &status)) {
        return report("stop");
    }
    for (tries = 0; tries < 100 && status.dwCurrentState != SERVICE_STOPPED; tries++) {
        Sleep(50);
        if (!QueryServiceStatus(service, &status)) {
            return report("query");
        }
    }
    if (status.dwCurrentState != SERVICE_STOPPED) {
        return report("it did not stop");
    }
    return DeleteService(service) ? 0 : report("delete");
}

int wmain(int count, wchar_t **arguments)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);

    if (manager == NULL) {
        return report("service manager");
    }
    if (count == 4 && lstrcmpiW(arguments[1], L"start") == 0) {
        return start(manager, arguments[2], arguments[3]);
    }
    if (count == 3 && lstrcmpiW(arguments[1], L"stop") == 0) {
        return stop(manager, arguments[2]);
    }
    fprintf(stderr, "usage: service start NAME PATH | stop NAME\n");
    return 2;
}
