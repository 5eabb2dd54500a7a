/* admin.c - see admin.h. Words are separated by blanks; quotes keep blanks in. */
#include "model/shell/admin.h"
#include "sim/ini.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 12 };

struct reading {
    struct admin_command *command;
    char text[ADMIN_CHARS];
    const char *words[WORDS_MAX];
    uint32_t count;
    char *problem;
};

static const char *const file_words[] = { "exifs.sys", "ifsproxy.dll", "exwin32.dll", "ese.dll" };

const struct admin_registry admin_registry[ADMIN_VALUES] = {
#define REGISTRY_VALUE(id, key, name) { "\\Registry\\Machine\\" key, name },
#include "model/shell/registry.def"
#undef REGISTRY_VALUE
};

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static bool same(const char *one, const char *other)
{
    for (; *one != 0 && lower(*one) == lower(*other); one++, other++)
        continue;
    return lower(*one) == lower(*other);
}

static bool is(const struct reading *r, uint32_t word, const char *text)
{
    return word < r->count && same(r->words[word], text);
}

static PRINTF_LIKE(2, 3) bool wrong(struct reading *r, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(r->problem, ADMIN_PROBLEM_CHARS, format, arguments);
    va_end(arguments);
    return false;
}

/* Any word behind those that belong is an error. */
static bool ends(struct reading *r, uint32_t count, const char *meant)
{
    return r->count <= count || wrong(r, "\"%s\" (expected %s)", r->words[count], meant);
}

static bool read_service(struct reading *r, uint32_t word)
{
    const char *near;

    r->command->service = server_find(r->words[word]);
    if (r->command->service < SERVER_COUNT)
        return true;
    near = server_near(r->words[word]);
    return wrong(r, "the service \"%s\" (expected one of this machine such as MSExchangeIS)%s%s%s",
                 r->words[word], near ? "; did you mean \"" : "", near ? near : "",
                 near ? "\"?" : "");
}

/* ---- Readers --------------------------------------------------------------------------------- */

static bool read_net(struct reading *r)
{
    const char *meant = "net start [NAME] or net stop NAME [/y]";

    if (is(r, 1, "start") && r->count == 2) {
        r->command->kind = ADMIN_NET_LIST;
        return true;
    }
    if (r->count < 3 || (!is(r, 1, "start") && !is(r, 1, "stop")))
        return wrong(r, "\"%s\" (expected %s)", r->count > 1 ? r->words[1] : "net", meant);
    r->command->kind = is(r, 1, "start") ? ADMIN_NET_START : ADMIN_NET_STOP;
    r->command->yes = is(r, 3, "/y");
    if (r->command->yes && r->command->kind == ADMIN_NET_START)
        return ends(r, 3, meant);
    return read_service(r, 2) && ends(r, 3 + r->command->yes, meant);
}

/* "A/B/C" without blanks; "/" alone: nothing. */
static bool read_needs(struct reading *r, const char *text)
{
    char name[64];

    r->command->needs = 0;
    while (*text != 0) {
        size_t length = strcspn(text, "/");

        snprintf(name, sizeof name, "%.*s", (int)MIN_OF(length, sizeof name - 1), text);
        if (length > 0 && server_find(name) == SERVER_COUNT)
            return wrong(r, "the service \"%s\" (expected names such as MSExchangeSA/EXIFS)", name);
        if (length > 0)
            r->command->needs |= 1u << server_find(name);
        text += length + (text[length] == '/');
    }
    return true;
}

static bool read_sc(struct reading *r)
{
    const char *meant = "sc query [NAME], sc start|stop NAME, or sc config NAME [start= WORD] "
                        "[depend= A/B]";

    if (is(r, 1, "query")) {
        r->command->kind = ADMIN_SC_QUERY;
        return r->count == 2 || (read_service(r, 2) && ends(r, 3, meant));
    }
    if (r->count > 2 && (is(r, 1, "start") || is(r, 1, "stop"))) {
        r->command->kind = is(r, 1, "start") ? ADMIN_SC_START : ADMIN_SC_STOP;
        return read_service(r, 2) && ends(r, 3, meant);
    }
    if (!is(r, 1, "config") || r->count < 5)
        return wrong(r, "\"%s\" (expected %s)", r->count > 1 ? r->words[1] : "sc", meant);
    r->command->kind = ADMIN_SC_CONFIG;
    for (uint32_t i = 3; i + 1 < r->count; i += 2) {
        if (is(r, i, "depend=")) {
            if (!read_needs(r, r->words[i + 1]))
                return false;
        } else if (is(r, i, "start=")) {
            for (uint32_t word = 0; word < 4; word++)
                if (is(r, i + 1, server_start_words[word]))
                    r->command->start = word;
            if (r->command->start == UINT32_MAX)
                return wrong(r, "\"%s\" (expected start= system, auto, demand or disabled)",
                             r->words[i + 1]);
        } else {
            return wrong(r, "\"%s\" (expected %s)", r->words[i], meant);
        }
    }
    return read_service(r, 2) && ends(r, 3 + (r->count - 3) / 2 * 2, meant);
}

static bool read_letter(struct reading *r, uint32_t word)
{
    const char *text = r->words[word];
    char letter = (char)(lower(text[0]) - 32);

    if (letter < 'A' || letter > 'Z' || (text[1] != 0 && (text[1] != ':' || text[2] != 0)))
        return wrong(r, "\"%s\" (expected a drive letter such as m:)", text);
    r->command->letter = letter;
    return true;
}

static bool read_subst(struct reading *r)
{
    r->command->kind = ADMIN_SUBST;
    if (r->count == 1)
        return true;
    if (is(r, 2, "/d")) {
        r->command->remove = true;
        return read_letter(r, 1) && ends(r, 3, "subst m: /d");
    }
    if (r->count < 3 || lower(r->words[2][0]) < 'c' || lower(r->words[2][0]) > 'e' ||
        strncmp(r->words[2] + 1, ":\\", 2) != 0)
        return wrong(r, "\"%s\" (expected subst, subst m: /d, or subst m: C:\\PATH)",
                     r->words[r->count - 1]);
    if (snprintf(r->command->text, ADMIN_TEXT_CHARS, "%s", r->words[2]) >= ADMIN_TEXT_CHARS)
        return wrong(r, "%zu characters (expected a path of at most %d)", strlen(r->words[2]),
                     ADMIN_TEXT_CHARS - 1);
    return read_letter(r, 1) && ends(r, 3, "subst m: C:\\PATH");
}

/* "m:\priv1\m12", a letter that may be ExIFS', or "\\.\BackOfficeStorage\priv1\m12". */
static bool read_drive_path(struct reading *r, uint32_t word, char out[ADMIN_TEXT_CHARS],
                            const char *meant)
{
    const char *path = word < r->count ? r->words[word] : "";

    bool letter = lower(path[0]) >= 'a' && lower(path[0]) <= 'z' && path[1] == ':';

    if (letter ? path[2] != '\\' : strncmp(path, "\\\\.\\", 4) != 0)
        return wrong(r, "the path \"%s\" (expected %s)", path, meant);
    if (snprintf(out, ADMIN_TEXT_CHARS, "%s", path) >= ADMIN_TEXT_CHARS)
        return wrong(r, "%zu characters (expected a path of at most %d)", strlen(path),
                     ADMIN_TEXT_CHARS - 1);
    if (letter)
        out[0] = (char)(lower(out[0]) - 32);
    return true;
}

static bool read_dir(struct reading *r)
{
    const char *meant = "dir, or dir m:\\PATH";

    r->command->kind = r->count == 1 ? ADMIN_DIR : ADMIN_DIR_PATH;
    return r->count == 1 || (read_drive_path(r, 1, r->command->text, meant) && ends(r, 2, meant));
}

static bool read_type(struct reading *r)
{
    const char *meant = "type m:\\ROOT\\NAME";

    r->command->kind = ADMIN_TYPE;
    return read_drive_path(r, 1, r->command->text, meant) && ends(r, 2, meant);
}

static bool read_scanner(struct reading *r)
{
    r->command->kind = ADMIN_SCANNER;
    if (r->count < 2)
        return wrong(r, "no letter (expected scanner m:)");
    return read_letter(r, 1) && ends(r, 2, "scanner m:");
}

static bool read_copy_file(struct reading *r)
{
    const char *meant = "copy m:\\ROOT\\NAME c:\\PATH";

    r->command->kind = ADMIN_COPY_FILE;
    return read_drive_path(r, 1, r->command->text, meant) &&
           read_drive_path(r, 2, r->command->target, meant) && ends(r, 3, meant);
}

static bool read_copy(struct reading *r)
{
    const char *meant = "copy hotfix all, or some of exifs.sys ifsproxy.dll exwin32.dll ese.dll";

    if (r->count > 1 && (r->words[1][1] == ':' || r->words[1][0] == '\\'))
        return read_copy_file(r);
    r->command->kind = ADMIN_COPY;
    if (!is(r, 1, "hotfix"))
        return wrong(r, "\"%s\" (expected %s)", r->count > 1 ? r->words[1] : "copy", meant);
    if (r->count < 3)
        return wrong(r, "no file (expected %s)", meant);
    if (is(r, 2, "all")) {
        r->command->files = 15;
        return ends(r, 3, meant);
    }
    for (uint32_t i = 2; i < r->count; i++) {
        uint32_t file = 0;

        while (file < ARRAY_LEN(file_words) && !is(r, i, file_words[file]))
            file++;
        if (file == ARRAY_LEN(file_words))
            return wrong(r, "\"%s\" (expected %s)", r->words[i], meant);
        r->command->files |= 1u << file;
    }
    return true;
}

static bool read_unload(struct reading *r)
{
    r->command->kind = ADMIN_UNLOAD;
    if (r->count < 2)
        return wrong(r, "no driver (expected unload EXIFS)");
    if (!read_service(r, 1))
        return false;
    if (server_rows[r->command->service].kind != KIND_DRIVER)
        return wrong(r, "\"%s\" (expected a driver: EXIFS)", r->words[1]);
    return ends(r, 2, "unload EXIFS");
}

static bool read_taskkill(struct reading *r)
{
    const char *meant = "taskkill /f /im IMAGE, such as inetinfo.exe";

    r->command->kind = ADMIN_TASKKILL;
    for (uint32_t i = 1; i < r->count; i++) {
        if (is(r, i, "/f"))
            continue;
        if (!is(r, i, "/im") || i + 1 >= r->count)
            return wrong(r, "\"%s\" (expected %s)", r->words[i], meant);
        snprintf(r->command->image, sizeof r->command->image, "%s", r->words[++i]);
    }
    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if (server_rows[i].image[0] != 0 && server_rows[i].kind != KIND_DRIVER &&
            same(r->command->image, server_rows[i].image))
            return true;
    return wrong(r, "the image \"%s\" (expected %s)", r->command->image, meant);
}

/* "HKLM\..." is \Registry\Machine\... */
static bool is_key(const char *typed, const char *key)
{
    static const char *const roots[] = { "HKLM\\", "HKEY_LOCAL_MACHINE\\" };

    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        size_t length = strlen(roots[i]), k = 0;

        while (k < length && lower(typed[k]) == lower(roots[i][k]))
            k++;
        if (k == length && same(typed + length, key + strlen("\\Registry\\Machine\\")))
            return true;
    }
    return false;
}

static bool read_text(struct reading *r, uint32_t word, const char *what)
{
    if (snprintf(r->command->text, sizeof r->command->text, "%s", r->words[word]) <
        (int)sizeof r->command->text)
        return true;
    return wrong(r, "%zu characters (expected %s of at most %d)", strlen(r->words[word]), what,
                 ADMIN_TEXT_CHARS - 1);
}

/* Finds a registry value by its name and its key. */
static bool read_value(struct reading *r, uint32_t word)
{
    uint32_t i = 0;

    while (i < ADMIN_VALUES && !is(r, word, admin_registry[i].name))
        i++;
    if (i == ADMIN_VALUES)
        return wrong(r, "the value \"%s\" (expected DriveLetter, Services or TMP)", r->words[word]);
    r->command->value = (enum admin_value)i;
    return is_key(r->words[2], admin_registry[i].key) ||
           wrong(r, "the key \"%s\" (expected HKLM\\%s)", r->words[2],
                 admin_registry[i].key + strlen("\\Registry\\Machine\\"));
}

/* reg query|add|delete KEY /v NAME [/t REG_SZ] [/d DATA] [/f] */
static bool read_reg(struct reading *r)
{
    const char *meant = "reg query|delete HKLM\\... /v NAME, or reg add HKLM\\... /v NAME /d DATA";
    bool value = false, data = false, add = is(r, 1, "add");

    r->command->kind = ADMIN_REG;
    r->command->query = is(r, 1, "query");
    r->command->remove = is(r, 1, "delete");
    if (r->count < 3 || (!r->command->query && !r->command->remove && !add))
        return wrong(r, "\"%s\" (expected %s)", r->count > 1 ? r->words[1] : "reg", meant);
    for (uint32_t i = 3; i < r->count; i++) {
        bool more = i + 1 < r->count;

        if (is(r, i, "/f") || (add && is(r, i, "/t") && is(r, i + 1, "REG_SZ") && i++))
            continue;
        if (is(r, i, "/v") && more)
            value = read_value(r, ++i);
        else if (is(r, i, "/d") && more && add)
            data = read_text(r, ++i, "data");
        else
            return wrong(r, "\"%s\" (expected %s)", r->words[i], meant);
        if (r->problem[0] != 0)
            return false;
    }
    if (!value || (add && !data))
        return wrong(r, "too little (expected %s)", meant);
    if (!add || r->command->value != ADMIN_VALUE_DRIVE_LETTER)
        return true;
    char letter = lower(r->command->text[0]);

    if (letter < 'a' || letter > 'z' || r->command->text[1] != 0)
        return wrong(r, "\"%s\" (expected a drive letter such as M)", r->command->text);
    r->command->text[0] = (char)(letter - 32);
    return true;
}

/* A path on one of the machine's three volumes. */
static bool read_path(struct reading *r, uint32_t word, const char *meant)
{
    const char *path = r->words[word];

    if (lower(path[0]) < 'c' || lower(path[0]) > 'e' || path[1] != ':' || path[2] != '\\' ||
        path[3] == 0)
        return wrong(r, "the path \"%s\" (expected %s)", path, meant);
    return read_text(r, word, "a path");
}

static bool read_del(struct reading *r)
{
    const char *meant = "del PATH, such as del E:\\Exchsrvr\\Mdbdata\\priv1.stm";

    r->command->kind = ADMIN_DEL;
    return r->count > 1 ? read_path(r, 1, meant) && ends(r, 2, meant)
                        : wrong(r, "no path (expected %s)", meant);
}

static bool read_eseutil(struct reading *r)
{
    const char *meant = "eseutil /createstm or /d, then D:\\Exchsrvr\\Mdbdata\\priv1.edb";

    r->command->kind = is(r, 1, "/d") ? ADMIN_ESEUTIL_DEFRAGMENT : ADMIN_ESEUTIL_CREATESTM;
    if ((!is(r, 1, "/createstm") && !is(r, 1, "/d")) || r->count < 3)
        return wrong(r, "\"%s\" (expected %s)", r->count > 1 ? r->words[1] : "eseutil", meant);
    return read_path(r, 2, meant) && ends(r, 3, meant);
}

static bool read_answer(struct reading *r)
{
    r->command->kind = ADMIN_ANSWER;
    r->command->yes = r->words[0][0] == 'y' || r->words[0][0] == 'Y';
    return ends(r, 1, "nothing behind it");
}

static bool read_bare(struct reading *r) { return ends(r, 1, "nothing behind it"); }

static const struct {
    const char *name;
    bool (*read)(struct reading *r);
    /* Kind of a command that read_bare reads; ADMIN_NOTHING: another reader's. */
    enum admin_kind kind;
    const char *help;
} rows[] = {
    { "net", read_net, ADMIN_NOTHING, "net start [NAME] | net stop NAME [/y]" },
    { "y", read_answer, ADMIN_NOTHING, "y: go on, where it is asked" },
    { "n", read_answer, ADMIN_NOTHING, "n: do not" },
    { "sc", read_sc, ADMIN_NOTHING,
      "sc query [NAME] | sc start|stop NAME | sc config NAME [start= auto] [depend= A/B]" },
    { "subst", read_subst, ADMIN_NOTHING, "subst | subst m: /d | subst m: C:\\PATH" },
    { "copy", read_copy, ADMIN_NOTHING,
      "copy hotfix all | copy hotfix FILE ... | copy m:\\ROOT\\NAME c:\\PATH" },
    { "dir", read_dir, ADMIN_NOTHING, "dir: the product's files on the disk | dir m:\\[ROOT]" },
    { "type", read_type, ADMIN_NOTHING, "type m:\\ROOT\\NAME" },
    { "scanner", read_scanner, ADMIN_NOTHING, "scanner m:: a virus scanner reads all of it" },
    { "lm", read_bare, ADMIN_LM, "lm: the product's files in memory" },
    { "unload", read_unload, ADMIN_NOTHING, "unload EXIFS: whatever depends on it" },
    { "tasklist", read_bare, ADMIN_TASKLIST, "tasklist" },
    { "taskkill", read_taskkill, ADMIN_NOTHING, "taskkill /f /im IMAGE" },
    { "iisreset", read_bare, ADMIN_IISRESET, "iisreset: starts what of IIS is stopped" },
    { "reg", read_reg, ADMIN_NOTHING,
      "reg query|add|delete HKLM\\... /v NAME [/d DATA] [/f]: DriveLetter, Services, TMP" },
    { "ntbackup", read_bare, ADMIN_NTBACKUP, "ntbackup: an online backup of the store" },
    { "del", read_del, ADMIN_NOTHING, "del PATH" },
    { "eseutil", read_eseutil, ADMIN_NOTHING,
      "eseutil /createstm PATH: an empty .stm | eseutil /d PATH: offline defragmentation" },
    { "reboot", read_bare, ADMIN_REBOOT, "reboot" },
};

const char *admin_help(uint32_t index) { return index < ARRAY_LEN(rows) ? rows[index].help : NULL; }

static bool split(struct reading *r, const char *line)
{
    char *at = r->text;

    if (snprintf(r->text, sizeof r->text, "%s", line) >= (int)sizeof r->text)
        return wrong(r, "%zu characters (expected at most %d)", strlen(line), ADMIN_CHARS - 1);
    while (*(at += strspn(at, " \t\r\n")) != 0) {
        bool quoted = *at == '"';
        char *end = at + quoted + strcspn(at + quoted, quoted ? "\"" : " \t\r\n");

        if (r->count == WORDS_MAX)
            return wrong(r, "more than %d words (expected a command)", WORDS_MAX);
        r->words[r->count++] = at + quoted;
        at = *end != 0 ? end + 1 : end;
        *end = 0;
    }
    return true;
}

bool admin_read(const char *line, struct admin_command *command, char problem[ADMIN_PROBLEM_CHARS])
{
    struct reading r = { .command = command, .problem = problem };
    const char *names[ARRAY_LEN(rows)], *near;

    *command =
        (struct admin_command){ .service = SERVER_COUNT, .start = UINT32_MAX, .needs = UINT32_MAX };
    problem[0] = 0;
    if (!split(&r, line))
        return false;
    if (r.count == 0 || is(&r, 0, "rem"))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        names[i] = rows[i].name;
        if (!is(&r, 0, rows[i].name))
            continue;
        command->kind = rows[i].kind;
        return rows[i].read(&r);
    }
    near = ini_did_you_mean(r.words[0], names, ARRAY_LEN(rows));
    return wrong(&r, "the command \"%s\" (expected one such as net stop MSExchangeIS /y)%s%s%s",
                 r.words[0], near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}
