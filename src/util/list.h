/*
 * Intrusive doubly linked ring. An element embeds a `struct list_link`; a head is a link too.
 * An initialised link that is in no list points at itself, so unlinking twice is harmless.
 */
#pragma once

#include "util/macros.h"

#include <stdbool.h>

struct list_link {
    struct list_link *prev;
    struct list_link *next;
};

static inline void list_init(struct list_link *link)
{
    link->prev = link;
    link->next = link;
}

static inline bool list_is_empty(const struct list_link *head)
{
    return head->next == head;
}

/* Links `link`, which is in no list, after `where`. */
static inline void list_insert_after(struct list_link *where, struct list_link *link)
{
    link->prev = where;
    link->next = where->next;
    where->next->prev = link;
    where->next = link;
}

static inline void list_append(struct list_link *head, struct list_link *link)
{
    list_insert_after(head->prev, link);
}

static inline void list_unlink(struct list_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    list_init(link);
}

/* Moves all of `from` to the end of `to`; `from` is empty afterwards. */
static inline void list_splice(struct list_link *to, struct list_link *from)
{
    if (list_is_empty(from))
        return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    list_init(from);
}

#define LIST_FOREACH(link, head)                                                                   \
    for (struct list_link *link = (head)->next; link != (head); link = link->next)

/* The body may unlink the current element, and no other. */
#define LIST_FOREACH_SAFE(link, following, head)                                                   \
    for (struct list_link *link = (head)->next, *following = link->next; link != (head);           \
         link = following, following = link->next)
