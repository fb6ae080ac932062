#include "sms/join.h"

#include "sms/ucs2.h"

#include <errno.h>

bool sms_join_matches(const struct sms_decoded *a, const struct sms_decoded *b)
{
    const struct sms_concat *x = &a->udh.concat, *y = &b->udh.concat;

    return x->reference_bits != 0 && x->reference_bits == y->reference_bits &&
           x->reference == y->reference && x->total == y->total && a->type == b->type &&
           sms_address_equal(&a->number, &b->number);
}

static const struct sms_decoded *find(
    const struct sms_decoded *const *parts, size_t n, unsigned sequence)
{
    for (size_t i = 0; i < n; i++)
        if (parts[i]->udh.concat.sequence == sequence)
            return parts[i];
    return NULL;
}

/* A surrogate pair may lie across two parts, so that UCS-2 is decoded once more, in one go. */
static void put_part(
    const struct sms_decoded *part, struct ucs2_decoder *decoder, struct strbuf *text)
{
    if (part->dcs.encoding == SMS_ENCODING_UCS2) {
        (void)ucs2_decoder_put(decoder, part->data, part->n_data_octets, text);
        return;
    }
    ucs2_decoder_end(decoder, text);
    strbuf_put(text, part->text, part->text_length);
}

int sms_join(const struct sms_decoded *const *parts, size_t n, struct strbuf *text)
{
    struct ucs2_decoder decoder = {0};
    int found = 0;

    for (size_t i = 0; i < n; i++)
        if (!parts[i]->has_text || (n > 1 && !sms_join_matches(parts[0], parts[i])))
            return -EINVAL;
    for (unsigned sequence = 0; n > 0 && sequence <= parts[0]->udh.concat.total; sequence++) {
        const struct sms_decoded *part = find(parts, n, sequence);

        if (!part) {
            ucs2_decoder_end(&decoder, text);
            continue;
        }
        put_part(part, &decoder, text);
        found++;
    }
    ucs2_decoder_end(&decoder, text);
    return found;
}
