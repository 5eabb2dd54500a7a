/* dll_main.c - what the loader calls in each DLL: there is nothing to do, for there is no state
 * but contexts.
 */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (VOID) instance;
    (VOID) reason;
    (VOID) reserved;
    return TRUE;
}
