/* services.c - see services.h. */
#include "model/words/services.h"
#include "sim/ini.h"
#include <stdio.h>
#include <string.h>

#define NEED(id) (1u << SERVER_##id)

const struct server_row server_rows[SERVER_COUNT] = {
#define SERVER(id, name, display, image, kind, start, needs, action, delay) \
    { name, display, image, KIND_##kind, START_##start, needs, ACTION_##action, delay },
#include "model/words/services.def"
#undef SERVER
};
const char *const server_state_words[5] = { "", "STOPPED", "START_PENDING", "STOP_PENDING",
                                            "RUNNING" };
const char *const server_start_words[4] = { "system", "auto", "demand", "disabled" };

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static bool same(const char *one, const char *other)
{
    for (; *one != 0 && lower(*one) == lower(*other); one++, other++)
        continue;
    return lower(*one) == lower(*other);
}

uint32_t server_find(const char *name)
{
    uint32_t i = 0;

    while (i < SERVER_COUNT && !same(name, server_rows[i].name) &&
           !same(name, server_rows[i].display))
        i++;
    return i;
}

const char *server_near(const char *name)
{
    const char *names[SERVER_COUNT];

    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        names[i] = server_rows[i].name;
    return ini_did_you_mean(name, names, SERVER_COUNT);
}

uint32_t server_closure(uint32_t set)
{
    for (uint32_t before = 0; before != set;) {
        before = set;
        for (uint32_t i = 0; i < SERVER_COUNT; i++)
            if ((set & 1u << i) != 0)
                set |= server_rows[i].needs;
    }
    return set;
}

/* Returns the core set of facts/exchange-exifs.md 3.1, and POP3, by which clients read mail
 * back. */
static uint32_t core_set(void)
{
    return NEED(EXIFS) | NEED(SA) | NEED(STORE) | NEED(INETINFO) | NEED(SMTP) | NEED(POP3);
}

static uint32_t all_set(void)
{
    uint32_t set = 0;

    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if (server_rows[i].start <= START_AUTO)
            set |= 1u << i;
    return set;
}

static bool add_word(const char *word, uint32_t *set)
{
    uint32_t service = server_find(word);

    if (same(word, "exchange-core"))
        *set |= core_set();
    else if (same(word, "all"))
        *set |= all_set();
    else if (service < SERVER_COUNT)
        *set |= 1u << service;
    else
        return false;
    return true;
}

bool server_set(const char *text, uint32_t *set, char wrong[64])
{
    *set = 0;
    while (*text != 0) {
        size_t length;

        text += strspn(text, " ");
        length = strcspn(text, ",");
        snprintf(wrong, 64, "%.*s", (int)MIN_OF(length, 63), text);
        for (size_t end = strlen(wrong); end > 0 && wrong[end - 1] == ' ';)
            wrong[--end] = 0;
        if (!add_word(wrong, set))
            return false;
        text += length + (text[length] == ',');
    }
    *set = server_closure(*set);
    return true;
}
