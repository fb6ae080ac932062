#include "modem/notices.h"

#include <errno.h>
#include <string.h>

#define REPORT_MEMORY "SR" /* TS 27.005 §2.2.2 */

/*
 * Some name another memory than the one a report lies in: the row of such a make tells which is to
 * be tried first. If it is not there, or there is no such memory, it is in another one.
 */
static void tell_memories(struct notice *notice, const char *usual, const char *home)
{
    char told[AT_MEMORY_SIZE];
    const char *other = usual ? told : REPORT_MEMORY;

    memcpy(told, notice->memory, sizeof(told));
    if (usual)
        memcpy(notice->memory, usual, strlen(usual) + 1);
    if (!other[0] || strcmp(other, notice->memory) == 0)
        other = home;
    if (strcmp(other, notice->memory) != 0)
        memcpy(notice->other, other, strlen(other) + 1);
}

int notices_add(struct notices *notices, const char *line, const char *usual, const char *home)
{
    bool is_text = strncmp(line, "+CMTI:", 6) == 0;
    struct at_message_notice parsed;
    struct notice notice = {.other = ""};

    if (at_parse_message_notice(line, &parsed) < 0)
        return -EINVAL;
    memcpy(notice.memory, parsed.memory, sizeof(notice.memory));
    notice.index = parsed.index;
    if (!is_text)
        tell_memories(&notice, usual, home);
    notices->has_text |= is_text;
    if (notices->n == NOTICES_MAX)
        return -ENOSPC;
    notices->list[notices->n++] = notice;
    return 0;
}

void notices_pass_on(struct notices *notices)
{
    struct notice *first = &notices->list[0];

    if (notices->n == 0)
        return;
    if (first->other[0]) {
        memcpy(first->memory, first->other, sizeof(first->memory));
        first->other[0] = '\0';
        return;
    }
    memmove(first, first + 1, --notices->n * sizeof(*first));
    notices->has_text &= notices->n > 0;
}

void notices_found(struct notices *notices)
{
    notices->list[0].other[0] = '\0';
}

void notices_list_begins(struct notices *notices)
{
    notices->n_covered = notices->n;
}

void notices_list_shows(struct notices *notices, const char *memory, unsigned index)
{
    for (size_t i = 0; i < notices->n; i++) {
        struct notice *notice = &notices->list[i];

        if (notice->index == index && strcmp(notice->memory, memory) == 0)
            notice->other[0] = '\0';
    }
}

void notices_list_ended(struct notices *notices, const char *memory)
{
    size_t n = 0;

    for (size_t i = 0; i < notices->n; i++) {
        const struct notice *notice = &notices->list[i];

        if (i >= notices->n_covered || notice->other[0] ||
            (notice->memory[0] && strcmp(notice->memory, memory) != 0))
            notices->list[n++] = *notice;
    }
    notices->n = n;
    if (n == 0)
        notices->has_text = false;
}

unsigned notices_alike(const struct notices *notices)
{
    unsigned n = 0;

    if (notices->list[0].other[0])
        return 1;
    for (size_t i = 0; i < notices->n; i++)
        n += strcmp(notices->list[i].memory, notices->list[0].memory) == 0;
    return n;
}
