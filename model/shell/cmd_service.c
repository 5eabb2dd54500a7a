/* cmd_service.c - net.exe and sc.exe: services by hand.
 *
 * These tools ask services.exe and wait until the new state is reached. Only two of their lines are
 * documented, in KB 246216; the others are from memory, and the report says so.
 */
#include <windows.h>
#include "model/shell/cmd.h"
#include "model/scm/scm.h"
#include <stdio.h>

enum { POLL_MS = 250, GIVE_UP_MS = 30000, LONG_MS = 180000 };

static const char *display(uint32_t service) { return server_rows[service].display; }

static void system_error(uint32_t error)
{
    console_print("System error %u has occurred.", (unsigned)error);
    console_print("%s", "");
    console_print("%s", scm_error_text(error));
}

static void more_help(uint32_t number)
{
    console_print("%s", "");
    console_print("More help is available by typing NET HELPMSG %u.", (unsigned)number);
}

/* Waits until the service is no longer pending; STOP_PENDING of a driver is given up sooner. */
static enum server_state wait_while(uint32_t service, enum server_state pending)
{
    uint32_t most = server_rows[service].kind == KIND_DRIVER ? GIVE_UP_MS : LONG_MS;
    enum server_state state = scm_state(service);

    for (sim_time until = nt_time() + MS((uint64_t)most); state == pending && nt_time() < until;) {
        Sleep(POLL_MS);
        state = scm_state(service);
    }
    return state;
}

void cmd_net_list(const struct admin_command *command)
{
    (void)command;
    console_print("These Windows services are started:");
    console_print("%s", "");
    for (uint32_t i = 0; i < SERVER_COUNT; i++) /* Drivers are not listed: EXIFS is hidden. */
        if (server_rows[i].kind != KIND_DRIVER && scm_state(i) == SERVICE_RUNNING)
            console_print("   %s", display(i));
}

void cmd_net_start(const struct admin_command *command)
{
    uint32_t error = scm_ask(SCM_START, command->service);

    if (error == 1056) {
        console_print("The requested service has already been started.");
        more_help(2182);
        return;
    }
    if (error != 0) {
        system_error(error);
        return;
    }
    console_print("The %s service is starting.", display(command->service));
    if (wait_while(command->service, SERVICE_START_PENDING) == SERVICE_RUNNING) {
        console_print("The %s service was started successfully.", display(command->service));
        return;
    }
    console_print("The %s service could not be started.", display(command->service));
    const struct scm_service *s = &server_site()->scm->services[command->service];

    if (s->error == 1066)
        console_print("A service specific error occurred: %u.", (unsigned)s->exit_code);
    more_help(3547);
}

/* Stops one service. False: it could not be stopped, and the caller does not go on. */
static bool stop_one(uint32_t service)
{
    uint32_t error;

    console_print("The %s service is stopping.", display(service));
    error = scm_ask(SCM_STOP, service);
    if (error == 1062)
        return true; /* Stopped meanwhile. */
    if (error != 0) {
        system_error(error);
        return false;
    }
    if (wait_while(service, SERVICE_STOP_PENDING) != SERVICE_STOPPED) {
        console_print("The %s service could not be stopped.", display(service));
        return false;
    }
    console_print("The %s service was stopped successfully.", display(service));
    return true;
}

/* Lists the running dependents of a service, the last first, as EnumDependentServices does. */
static void dependents(uint32_t service, uint32_t *list, uint32_t *count)
{
    const struct scm *scm = server_site()->scm;

    for (uint32_t i = SERVER_COUNT; i-- > 0;) {
        uint32_t at = 0;

        if ((scm->services[i].needs & 1u << service) == 0 || scm_state(i) == SERVICE_STOPPED)
            continue;
        while (at < *count && list[at] != i)
            at++;
        if (at < *count)
            continue;
        dependents(i, list, count);
        list[(*count)++] = i;
    }
}

void cmd_net_stop(const struct admin_command *command)
{
    uint32_t list[SERVER_COUNT], count = 0;

    if (scm_state(command->service) == SERVICE_STOPPED) {
        console_print("The %s service is not started.", display(command->service));
        more_help(3521);
        return;
    }
    dependents(command->service, list, &count);
    if (count > 0) {
        console_print("The following services are dependent on the %s service.",
                      display(command->service));
        console_print("Stopping the %s service will also stop these services.",
                      display(command->service));
        console_print("%s", "");
        for (uint32_t i = 0; i < count; i++)
            console_print("   %s", display(list[i]));
        console_print("%s", "");
        if (!command->yes && !console_agrees())
            return;
    }
    for (uint32_t i = 0; i < count; i++)
        if (!stop_one(list[i]))
            return;
    stop_one(command->service);
}

/* ---- sc -------------------------------------------------------------------------------------- */

static void query(uint32_t service)
{
    static const char *const types[] = { "2  FILE_SYSTEM_DRIVER", "10  WIN32_OWN_PROCESS",
                                         "20  WIN32_SHARE_PROCESS", "20  WIN32_SHARE_PROCESS" };
    enum server_state state = scm_state(service);
    const struct scm_service *s = &server_site()->scm->services[service];

    console_print("%s", "");
    console_print("SERVICE_NAME: %s", server_rows[service].name);
    console_print("        TYPE               : %s", types[server_rows[service].kind]);
    console_print("        STATE              : %d  %s", (int)state, server_state_words[state]);
    console_print("        WIN32_EXIT_CODE    : %u  (0x%x)", (unsigned)s->error,
                  (unsigned)s->error);
    console_print("        SERVICE_EXIT_CODE  : %u  (0x%x)", (unsigned)s->exit_code,
                  (unsigned)s->exit_code);
}

void cmd_sc_query(const struct admin_command *command)
{
    if (command->service < SERVER_COUNT) {
        query(command->service);
        return;
    }
    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if (server_rows[i].kind != KIND_DRIVER && scm_state(i) != SERVICE_STOPPED)
            query(i);
}

void cmd_sc_control(const struct admin_command *command)
{
    uint32_t error =
        scm_ask(command->kind == ADMIN_SC_START ? SCM_START : SCM_STOP, command->service);

    if (error == 0) {
        query(command->service);
        return;
    }
    console_print(
        "[SC] %s FAILED %u:", command->kind == ADMIN_SC_START ? "StartService" : "ControlService",
        (unsigned)error);
    console_print("%s", "");
    console_print("%s", scm_error_text(error));
}

void cmd_sc_config(const struct admin_command *command)
{
    struct scm_call call = { .kind = SCM_CONFIG,
                             .service = command->service,
                             .value = command->start,
                             .value2 = command->needs };

    scm_call(&call);
    console_print("[SC] ChangeServiceConfig SUCCESS");
}
