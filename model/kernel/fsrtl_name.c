/* fsrtl_name.c - names against expressions with wild cards (facts/ddi.md 2.13).
 *
 * The match walks the name once and keeps the set of places in the expression where the match may
 * stand, so that no expression makes it slow: name and expression are a driver's input. A place is
 * left without a character of the name by * and < always, by > at a dot or the end, by " at the
 * end.
 */
#include "model/kernel/ex.h"
#include "model/kernel/kernel.h"
#include <string.h>

enum { PLACES_HERE = 128 }; /* Expressions that need no pool. */
enum { DOS_STAR = '<', DOS_QM = '>', DOS_DOT = '"', NO_DOT = 0xffff };

struct match {
    const WCHAR *pattern, *name;
    USHORT places, chars; /* Characters of the expression and of the name. */
    USHORT last_dot;      /* NO_DOT: the name has none. */
    bool fold;
    UCHAR *now, *next; /* By place: 1, if the match may stand there. */
};

/* Adds to the set the places that are reached without a character of the name. */
static void leave_freely(const struct match *m, UCHAR *set, USHORT at)
{
    bool end = at == m->chars, dot = !end && m->name[at] == '.';

    for (USHORT i = 0; i < m->places; i++) {
        WCHAR p = m->pattern[i];

        if (set[i] &&
            (p == '*' || p == DOS_STAR || (p == DOS_QM && (dot || end)) || (p == DOS_DOT && end)))
            set[i + 1] = 1;
    }
}

/* Character `at` of the name meets a place: the match stays there, goes on, or ends. */
static void take(const struct match *m, USHORT place, USHORT at)
{
    WCHAR p = m->pattern[place];
    WCHAR c = m->fold ? RtlUpcaseUnicodeChar(m->name[at]) : m->name[at];

    if (p == '*' || (p == DOS_STAR && (m->last_dot == NO_DOT || at <= m->last_dot)))
        m->next[place] = 1;
    else if (p == '?' || (p == DOS_QM && c != '.') || (p == DOS_DOT && c == '.') ||
             (p == c && p != DOS_STAR && p != DOS_QM && p != DOS_DOT))
        m->next[place + 1] = 1;
}

static bool matches(struct match *m)
{
    m->now[0] = 1;
    leave_freely(m, m->now, 0);
    for (USHORT at = 0; at < m->chars; at++) {
        UCHAR *spare = m->now;

        memset(m->next, 0, (size_t)m->places + 1);
        for (USHORT place = 0; place < m->places; place++)
            if (m->now[place])
                take(m, place, at);
        m->now = m->next;
        m->next = spare;
        leave_freely(m, m->now, (USHORT)(at + 1));
    }
    return m->now[m->places] != 0;
}

static USHORT last_dot(const UNICODE_STRING *name)
{
    for (USHORT i = name->Length / sizeof(WCHAR); i > 0; i--)
        if (name->Buffer[i - 1] == '.')
            return (USHORT)(i - 1);
    return NO_DOT;
}

BOOLEAN FsRtlIsNameInExpression(PUNICODE_STRING expression, PUNICODE_STRING name, BOOLEAN fold,
                                PWCH table)
{
    UCHAR here[2 * (PLACES_HERE + 1)] = { 0 }, *sets = here;
    struct match m = { expression->Buffer,
                       name->Buffer,
                       expression->Length / sizeof(WCHAR),
                       name->Length / sizeof(WCHAR),
                       last_dot(name),
                       fold != 0,
                       NULL,
                       NULL };
    bool matched;

    UNREFERENCED_PARAMETER(table);
    ke_require_irql(PASSIVE_LEVEL, 0);
    if (m.places == 0 || m.chars == 0) /* An empty name matches nothing but the empty one. */
        return m.places == 0 && m.chars == 0;
    if (m.places > PLACES_HERE) {
        sets = ex_pool_try(PagedPool, 2 * ((size_t)m.places + 1), EX_TAG('F', 's', 'r', 't'));
        if (sets == NULL)
            ke_kernel_exception(STATUS_NO_MEMORY, 0, false);
        memset(sets, 0, 2 * ((size_t)m.places + 1));
    }
    m.now = sets;
    m.next = sets + m.places + 1;
    matched = matches(&m);
    if (sets != here)
        ex_pool_give(sets);
    return matched;
}

BOOLEAN FsRtlDoesNameContainWildCards(PUNICODE_STRING name)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    for (USHORT i = 0; i < name->Length / sizeof(WCHAR); i++) {
        WCHAR c = name->Buffer[i];

        if (c == '*' || c == '?' || c == DOS_STAR || c == DOS_QM || c == DOS_DOT)
            return TRUE;
    }
    return FALSE;
}
