/* conio.h - keys of a program's console (model/kernel/crt.h). */
#pragma once
int nt_getch(void);
int nt_kbhit(void);
#define _getch  nt_getch
#define _getche nt_getch
#define getch   nt_getch
#define getche  nt_getch
#define _kbhit  nt_kbhit
#define kbhit   nt_kbhit
