/* memory.c - db, dd, da, du: memory as the process sees it that .process names, or that is in
 * force. Objects of the kernel have an address here and no bytes; they are printed by their own
 * commands, and as ?? here. */
#include "ui/kd/inside.h"
#include <string.h>

enum { BYTES_MAX = 0x1000, ROW = 16, TEXT_ROW = 48, BYTES_SHOWN = 0x80, TEXT_SHOWN = 0x200 };

struct bytes_wish {
    uint32_t process, address, count;
    uint8_t bytes[BYTES_MAX];
    bool readable[BYTES_MAX];
};

static void see_bytes(struct world *world, void *ctx)
{
    struct bytes_wish *wish = ctx;

    for (uint32_t i = 0; i < wish->count; i++)
        wish->readable[i] =
            glance_bytes(world, wish->process, wish->address + i, &wish->bytes[i], 1);
}

/* Reads what the words say: [ADDRESS [L COUNT]]. False: they are wrong; that was said. */
static bool read_bytes(struct kd *kd, const struct kd_words *words, uint32_t shown, uint32_t size,
                       struct bytes_wish *wish)
{
    const struct inspect_process *process = kd_process_now(kd);
    uint32_t count = shown / size, at = 2;
    char word[32];

    if (!kd_number_at(kd, words, 1, kd->next_address, &wish->address))
        return false;
    if (words->count > at && strcmp(words->words[at], "L") != 0 && words->words[at][0] == 'L') {
        snprintf(word, sizeof word, "%s", words->words[at] + 1); /* "L20", in one word. */
        if (!kd_number(word, &count))
            count = 0;
    } else if (words->count > at && strcmp(words->words[at], "L") != 0) {
        count = 0;
    } else if (words->count > at &&
               (words->count == at + 1 || !kd_number(words->words[at + 1], &count))) {
        count = 0;
    }
    if (count == 0 || count > BYTES_MAX / size) {
        kd_complain(kd, "%s: the length (expected L and a number from 1 to %x, such as L 20)",
                    words->words[0], BYTES_MAX / size);
        return false;
    }
    wish->process = process != NULL ? process->address : 0;
    wish->count = count * size;
    kd_see(kd, see_bytes, wish);
    kd->next_address = wish->address + wish->count;
    return true;
}

void kd_do_bytes(struct kd *kd, const struct kd_words *words)
{
    static struct bytes_wish wish;

    if (!read_bytes(kd, words, BYTES_SHOWN, 1, &wish))
        return;
    for (uint32_t row = 0; row < wish.count; row += ROW) {
        fprintf(kd->out, "%08x ", wish.address + row);
        for (uint32_t i = row; i < row + ROW; i++) {
            fputc(i == row + ROW / 2 && i < wish.count ? '-' : ' ', kd->out);
            if (i >= wish.count)
                fprintf(kd->out, "  ");
            else if (wish.readable[i])
                fprintf(kd->out, "%02x", wish.bytes[i]);
            else
                fprintf(kd->out, "??");
        }
        fprintf(kd->out, "  ");
        for (uint32_t i = row; i < row + ROW && i < wish.count; i++)
            fputc(!wish.readable[i]                              ? '?'
                  : wish.bytes[i] >= ' ' && wish.bytes[i] < 0x7f ? wish.bytes[i]
                                                                 : '.',
                  kd->out);
        fputc('\n', kd->out);
    }
}

void kd_do_doubles(struct kd *kd, const struct kd_words *words)
{
    static struct bytes_wish wish;

    if (!read_bytes(kd, words, BYTES_SHOWN, 4, &wish))
        return;
    for (uint32_t i = 0; i < wish.count; i += 4) {
        const uint8_t *b = &wish.bytes[i];
        const bool *r = &wish.readable[i];

        if (i % ROW == 0)
            fprintf(kd->out, "%s%08x ", i > 0 ? "\n" : "", wish.address + i);
        if (r[0] && r[1] && r[2] && r[3])
            fprintf(kd->out, " %08x",
                    (unsigned)(b[0] | b[1] << 8 | b[2] << 16 | (uint32_t)b[3] << 24));
        else
            fprintf(kd->out, " ????????");
    }
    fputc('\n', kd->out);
}

static void print_text(struct kd *kd, const struct kd_words *words, uint32_t size)
{
    static struct bytes_wish wish;
    uint32_t i = 0;

    if (!read_bytes(kd, words, TEXT_SHOWN, size, &wish))
        return;
    if (!wish.readable[0]) {
        fprintf(kd->out, "%08x  \"????????\"\n", wish.address);
        return;
    }
    for (bool more = true; more;) {
        fprintf(kd->out, "%08x  \"", wish.address + i);
        for (uint32_t column = 0; more && column < TEXT_ROW; column++, i += size) {
            more = i < wish.count && wish.readable[i] &&
                   (wish.bytes[i] != 0 || (size == 2 && wish.bytes[i + 1] != 0));
            if (more)
                fputc(wish.bytes[i] >= ' ' && wish.bytes[i] < 0x7f &&
                              (size == 1 || wish.bytes[i + 1] == 0)
                          ? wish.bytes[i]
                          : '.',
                      kd->out);
        }
        fprintf(kd->out, "\"\n");
    }
}

void kd_do_ascii(struct kd *kd, const struct kd_words *words) { print_text(kd, words, 1); }
void kd_do_unicode(struct kd *kd, const struct kd_words *words) { print_text(kd, words, 2); }
