#include "core/inbound.h"

#include "core/gateway_state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct listing {
    struct store_job job;
    struct gateway *gateway;
    inbound_callback callback;
    void *userdata;
    char since[ID_SIZE]; /* empty: the newest */
    unsigned max;
    struct inbound_text texts[SMSOTP_INBOUND_MAX];
    unsigned n_texts;
    size_t n_octets;
    bool is_more;
};

/* On the store's thread. */
static int collect(
    void *userdata, const struct inbound *inbound, const char *body, size_t n_body)
{
    struct listing *listing = userdata;
    struct inbound_text *text = &listing->texts[listing->n_texts];

    listing->is_more = listing->n_texts == listing->max ||
                       (listing->since[0] && listing->n_texts > 0 &&
                           listing->n_octets + n_body > SMSOTP_INBOUND_OCTETS_MAX);
    if (listing->is_more)
        return 1;
    *text = (struct inbound_text){.inbound = *inbound};
    if (body) {
        text->body = malloc(n_body + 1);
        if (!text->body)
            return -ENOMEM;
        memcpy(text->body, body, n_body);
        text->body[n_body] = '\0';
        text->n_body = n_body;
    }
    listing->n_octets += n_body;
    listing->n_texts++;
    return 0;
}

static int run(struct store_job *job, struct db *db)
{
    struct listing *listing = CONTAINER_OF(job, struct listing, job);
    bool has_since = listing->since[0] != '\0';

    /* One more shows whether there are more; the newest have none after them. */
    return inbound_each(db, listing->gateway->env.keyring, has_since ? listing->since : NULL,
        listing->max + has_since, collect, listing);
}

static void listing_free(struct listing *listing)
{
    for (unsigned i = 0; i < listing->n_texts; i++) {
        if (listing->texts[i].body)
            explicit_bzero(listing->texts[i].body, listing->texts[i].n_body);
        free(listing->texts[i].body);
    }
    free(listing);
}

static void on_done(struct store_job *job, int r)
{
    struct listing *listing = CONTAINER_OF(job, struct listing, job);
    struct inbound_answer answer = {
        .texts = listing->texts, .n_texts = listing->n_texts, .is_more = listing->is_more};
    struct refusal refusal;

    if (r < 0) {
        refuse_storage(&refusal, r);
        answer = (struct inbound_answer){.refusal = &refusal};
    }
    listing->callback(listing->userdata, &answer);
    listing_free(listing);
}

void gateway_list_inbound(struct gateway *gateway, const char *since, unsigned max,
    inbound_callback callback, void *userdata)
{
    struct listing *listing = calloc(1, sizeof(*listing));
    struct refusal refusal;

    if (!listing) {
        refuse_no_memory(&refusal);
        callback(userdata, &(struct inbound_answer){.refusal = &refusal});
        return;
    }
    listing->job.run = run;
    listing->job.done = on_done;
    listing->gateway = gateway;
    listing->callback = callback;
    listing->userdata = userdata;
    listing->max = MIN(max, SMSOTP_INBOUND_MAX);
    snprintf(listing->since, sizeof(listing->since), "%s", since ? since : "");
    store_submit(gateway->env.store, &listing->job);
}
