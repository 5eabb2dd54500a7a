/* client.c - writes patterns all over \\.\RamDisk and reads them back; each process has a part of the
 * disk, which its argument names. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PART_BYTES  16384
#define BLOCK_BYTES 4096

static BOOL transfer(HANDLE disk, BOOL write, DWORD offset, void *block)
{
    LARGE_INTEGER at;
    DWORD bytes = 0;

    at.QuadPart = offset;
    return SetFilePointerEx(disk, at, NULL, FILE_BEGIN) &&
           (write ? WriteFile(disk, block, BLOCK_BYTES, &bytes, NULL)
                  : ReadFile(disk, block, BLOCK_BYTES, &bytes, NULL)) &&
           bytes == BLOCK_BYTES;
}

int main(int argc, char **argv)
{
    DWORD part = argc > 1 ? (DWORD)atoi(argv[1]) : 0, offset;
    unsigned char *block = VirtualAlloc(NULL, BLOCK_BYTES, MEM_COMMIT, PAGE_READWRITE);
    HANDLE disk = CreateFileA("\\\\.\\RamDisk", GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    int round;

    if (disk == INVALID_HANDLE_VALUE || block == NULL) {
        printf("cannot open the disk: error %lu\n", GetLastError());
        return 1;
    }
    for (round = 0; round < 20; round++) {
        for (offset = 0; offset < PART_BYTES; offset += BLOCK_BYTES) {
            memset(block, (int)(part * 40 + round), BLOCK_BYTES);
            if (!transfer(disk, TRUE, part * PART_BYTES + offset, block))
                return 2;
        }
        for (offset = 0; offset < PART_BYTES; offset += BLOCK_BYTES) {
            if (!transfer(disk, FALSE, part * PART_BYTES + offset, block))
                return 3;
            if (block[0] != (unsigned char)(part * 40 + round) ||
                memcmp(block, block + 1, BLOCK_BYTES - 1) != 0)
                return 4;
        }
        Sleep(100);
    }
    if (transfer(disk, TRUE, 4 * PART_BYTES, block)) /* Behind the end. */
        return 5;
    printf("part %lu: 20 rounds, all bytes came back\n", part);
    CloseHandle(disk);
    return 0;
}
