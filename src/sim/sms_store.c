#include "sim/sms_store.h"

#include <errno.h>

int sms_store_init(struct sms_store *store, const char *name, size_t n_slots, unsigned first_index)
{
    *store = (struct sms_store){.name = name, .first_index = first_index, .n_slots = n_slots};
    store->slots = calloc(n_slots, sizeof(*store->slots));
    return store->slots ? 0 : -ENOMEM;
}

void sms_store_fini(struct sms_store *store)
{
    free(store->slots);
    *store = (struct sms_store){0};
}

int sms_store_add(struct sms_store *store, const struct sms_slot *message, unsigned *ret_index)
{
    for (size_t i = 0; i < store->n_slots; i++) {
        if (store->slots[i].used)
            continue;
        store->slots[i] = *message;
        store->slots[i].used = true;
        *ret_index = store->first_index + (unsigned)i;
        return 0;
    }
    return -ENOSPC;
}

struct sms_slot *sms_store_at(struct sms_store *store, unsigned index)
{
    if (index < store->first_index || index - store->first_index >= store->n_slots)
        return NULL;
    struct sms_slot *slot = &store->slots[index - store->first_index];
    return slot->used ? slot : NULL;
}

size_t sms_store_used(const struct sms_store *store)
{
    size_t used = 0;

    for (size_t i = 0; i < store->n_slots; i++)
        used += store->slots[i].used;
    return used;
}
