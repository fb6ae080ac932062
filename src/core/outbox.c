#include "core/outbox.h"

#include <errno.h>
#include <string.h>

#define TEXT_OF(l) CONTAINER_OF(l, struct outgoing_text, link)

void outbox_init(struct outbox *outbox, unsigned max)
{
    *outbox = (struct outbox){.max = max};
    list_init(&outbox->texts);
}

static void remove_text(struct outbox *outbox, struct outgoing_text *text)
{
    list_unlink(&text->link);
    outbox->n_texts--;
}

void outbox_fini(struct outbox *outbox)
{
    LIST_FOREACH_SAFE(link, following, &outbox->texts)
        outgoing_text_free(TEXT_OF(link));
    list_init(&outbox->texts);
    outbox->n_texts = 0;
}

int outbox_reserve(struct outbox *outbox)
{
    if (outbox_count(outbox) >= outbox->max)
        return -ENOSPC;
    outbox->n_reserved++;
    return 0;
}

void outbox_release(struct outbox *outbox)
{
    outbox->n_reserved--;
}

bool outbox_goes_before(const struct outgoing_text *a, const struct outgoing_text *b)
{
    return a->kind != b->kind ? a->kind < b->kind : a->deadline.wall < b->deadline.wall;
}

void outbox_add(struct outbox *outbox, struct outgoing_text *text, usec_t not_before_boot)
{
    struct list_link *where = outbox->texts.prev;

    /* New texts have the latest deadline as a rule, so the place is found from the end. */
    while (where != &outbox->texts && outbox_goes_before(text, TEXT_OF(where)))
        where = where->prev;
    list_insert_after(where, &text->link);
    text->not_before_boot = not_before_boot;
    outbox->n_texts++;
}

struct outgoing_text *outbox_take(struct outbox *outbox, usec_t now_boot,
    bool (*accept)(void *userdata, const struct outgoing_text *text), void *userdata)
{
    LIST_FOREACH(link, &outbox->texts) {
        struct outgoing_text *text = TEXT_OF(link);

        if (text->not_before_boot <= now_boot && accept(userdata, text)) {
            remove_text(outbox, text);
            return text;
        }
    }
    return NULL;
}

void outbox_withdraw(struct outbox *outbox, const char *verification_id)
{
    LIST_FOREACH_SAFE(link, following, &outbox->texts) {
        struct outgoing_text *text = TEXT_OF(link);

        if (strcmp(text->verification_id, verification_id) == 0) {
            remove_text(outbox, text);
            outgoing_text_free(text);
        }
    }
}

const struct outgoing_text *outbox_find(const struct outbox *outbox, const char *message_id)
{
    LIST_FOREACH(link, &outbox->texts)
        if (strcmp(TEXT_OF(link)->id, message_id) == 0)
            return TEXT_OF(link);
    return NULL;
}

void outbox_sift(struct outbox *outbox,
    bool (*is_to_go)(void *userdata, const struct outgoing_text *text),
    void (*take)(void *userdata, struct outgoing_text *text), void *userdata)
{
    LIST_FOREACH_SAFE(link, following, &outbox->texts) {
        struct outgoing_text *text = TEXT_OF(link);

        if (!is_to_go(userdata, text))
            continue;
        remove_text(outbox, text);
        take(userdata, text);
    }
}

unsigned outbox_count(const struct outbox *outbox)
{
    return outbox->n_texts + outbox->n_reserved;
}

usec_t outbox_next_due(const struct outbox *outbox, usec_t now_boot)
{
    usec_t due = USEC_INFINITY;

    LIST_FOREACH(link, &outbox->texts) {
        const struct outgoing_text *text = TEXT_OF(link);

        if (text->not_before_boot > now_boot)
            due = MIN(due, text->not_before_boot);
    }
    return due;
}
