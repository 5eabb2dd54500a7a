/* tchar.h - texts that are narrow or wide, as UNICODE says. */
#pragma once
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#if defined(UNICODE) || defined(_UNICODE)
#define _T(text)  L##text
#define _tmain    wmain
#define _tprintf  wprintf
#define _tcslen   wcslen
#define _tcscpy   wcscpy
#define _tcscmp   wcscmp
#define _tcsicmp  _wcsicmp
#define _tcscat   wcscat
#define _tcschr   wcschr
#define _tcsrchr  wcsrchr
#define _tcsncpy  wcsncpy
#define _stprintf swprintf
#else
#define _T(text)  text
#define _tmain    main
#define _tprintf  printf
#define _tcslen   strlen
#define _tcscpy   strcpy
#define _tcscmp   strcmp
#define _tcsicmp  _stricmp
#define _tcscat   strcat
#define _tcschr   strchr
#define _tcsrchr  strrchr
#define _tcsncpy  strncpy
#define _stprintf sprintf
#define _tstoi    atoi
#define _ttoi     atoi
#endif
#ifndef _TRUNCATE
#define _TRUNCATE ((size_t)-1)
#endif
#if defined(UNICODE) || defined(_UNICODE)
#define _tcscpy_s(to, size, from)          wcsncpy((to), (from), (size))
#define _ftprintf(stream, ...)             wprintf(__VA_ARGS__)
#define _sntprintf_s(to, size, count, ...) swprintf((to), (size), __VA_ARGS__)
#define _stprintf_s(to, size, ...)         swprintf((to), (size), __VA_ARGS__)
#else
#define _tcscpy_s                          strcpy_s
#define _tcscat_s                          strcat_s
#define _ftprintf                          fprintf
#define _sntprintf_s(to, size, count, ...) snprintf((to), (size), __VA_ARGS__)
#define _stprintf_s(to, size, ...)         snprintf((to), (size), __VA_ARGS__)
#endif
