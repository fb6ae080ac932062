/*
 * The customer's phone at the other end: joins the parts of long texts and shows each text as one
 * line, for people or as JSON, written whole and at once. Owns its descriptor. On the loop's
 * thread.
 */
#pragma once

#include "sim/sms_codec.h"
#include "util/clock.h"
#include "util/macros.h"

struct handset;

struct handset_options {
    const char *path; /* JSON lines go there, "-": standard output; NULL: text there */
    bool show_parts;  /* each part of a long text by itself, too */
};

/* What the network knows about a text besides its contents. */
struct handset_origin {
    const char *modem;
    uint8_t mr;
    usec_t submitted_at; /* wall clock: the modem had the whole PDU */
    usec_t arrived_at;   /* wall clock: now */
};

/* -ENOMEM, or errno of open(2). */
int handset_new(struct handset **ret, const struct handset_options *options);

/* Parts of texts that never became whole are dropped. Takes NULL; returns NULL. */
struct handset *handset_free(struct handset *handset);
DEFINE_CLEANUP(struct handset *, handset_free);

/* One text, or one part of one, has arrived. -ENOMEM, or errno of write(2). */
int handset_receive(
    struct handset *handset, const struct handset_origin *origin, const struct sms_submit *submit);
