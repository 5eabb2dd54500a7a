/* runner.c - the main function of every test program: runs the group that the command line names
 * (groups.h). Without a name it lists the groups that there are. GROUPS is the list, by CMake.
 */
#include <stdio.h>
#include <string.h>

#define ROW(name) int name(void);
#include GROUPS
#undef ROW

static const struct {
    const char *name;
    int (*run)(void);
} groups[] = {
#define ROW(name) { #name, name },
#include GROUPS
#undef ROW
};
enum { COUNT = sizeof groups / sizeof groups[0] };

int main(int count, char **words)
{
    for (int i = 0; i < COUNT && count == 2; i++)
        if (strcmp(words[1], groups[i].name) == 0)
            return groups[i].run();
    fprintf(stderr, "usage: %s GROUP\ngroups:", words[0]);
    for (int i = 0; i < COUNT; i++)
        fprintf(stderr, " %s", groups[i].name);
    fprintf(stderr, "\n");
    return 2;
}
