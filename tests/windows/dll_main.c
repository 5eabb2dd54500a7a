/* dll_main.c - the function that the loader calls in each DLL. Nothing needs preparing: the
 * libraries' only state is in contexts.
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
