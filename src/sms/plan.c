#include "sms/plan.h"

#include "sms/gsm7.h"
#include "sms/gsm7_tables.h"
#include "sms/udh.h"
#include "util/macros.h"
#include "util/utf8.h"

#include <errno.h>
#include <string.h>

#define ALL_LANGUAGES ((1U << GSM7_LANGUAGES) - 1)
#define ZERO_WIDTH_JOINER 0x200D
#define MAX_CLUSTER 8 /* how far a cut moves back to keep a mark with its letter */

/* One way to write the text; compared by parts, then by what most handsets can read, then by size.
 */
struct way {
    enum sms_encoding encoding;
    struct gsm7_shift shift;
    unsigned parts, units, room, header_octets;
};

static uint16_t tables_with(
    const uint16_t *(*table_of)(uint8_t), uint16_t languages, uint32_t code_point)
{
    uint16_t found = 0;

    for (uint8_t language = 0; language < GSM7_LANGUAGES; language++) {
        const uint16_t *table = table_of(language);

        if ((languages >> language & 1) == 0 || code_point == 0)
            continue;
        for (int i = 0; i < GSM7_TABLE_SIZE; i++)
            if (table[i] == code_point)
                found |= (uint16_t)(1U << language);
    }
    return found;
}

/* Which tables have each character. */
static void look_up(struct sms_plan *plan, uint16_t languages)
{
    for (size_t i = 0; i < plan->n_chars; i++) {
        struct sms_plan_char *c = &plan->chars[i];

        c->in_locking = tables_with(gsm7_locking_table, languages, c->code_point);
        c->in_single = tables_with(gsm7_single_table, languages, c->code_point);
    }
}

/* Septets or UTF-16 units of a character; 0: it cannot be written this way. */
static unsigned units_of(const struct way *way, const struct sms_plan_char *c)
{
    if (way->encoding == SMS_ENCODING_UCS2)
        return c->code_point > 0xFFFF ? 2 : 1;
    if (c->in_locking >> way->shift.locking & 1)
        return 1;
    return c->in_single >> way->shift.single & 1 ? 2 : 0;
}

struct range {
    uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t n, uint32_t value)
{
    for (size_t i = 0; i < n; i++)
        if (value >= ranges[i].first && value <= ranges[i].last)
            return true;
    return false;
}

/*
 * Marks that belong to the character before them, in the scripts of Annex A and in emoji. The nine
 * Indic blocks, U+0900 to U+0D7F, have theirs in the same places; a letter among them is kept with
 * the one before it, which does no harm.
 */
static bool extends_cluster(uint32_t c)
{
    static const struct range indic[] = {
        {0x00, 0x03}, {0x3A, 0x3C}, {0x3E, 0x4F}, {0x51, 0x57}, {0x62, 0x63}};
    static const struct range others[] = {
        {0x0300, 0x036F},
        {0x0610, 0x061A},
        {0x064B, 0x065F},
        {0x0670, 0x0670},
        {0x06D6, 0x06DC},
        {0x06DF, 0x06E4},
        {0x06E7, 0x06E8},
        {0x06EA, 0x06ED},
        {0x09FE, 0x09FE},
        {0x0A70, 0x0A71},
        {0x0A75, 0x0A75},
        {0x0AFA, 0x0AFF},
        {0x0C04, 0x0C04},
        {ZERO_WIDTH_JOINER, ZERO_WIDTH_JOINER},
        {0x20D0, 0x20F0},
        {0xFE00, 0xFE0F},
        {0x1F3FB, 0x1F3FF},
    };

    if (c >= 0x0900 && c <= 0x0D7F && is_in(indic, ARRAY_SIZE(indic), c & 0x7F))
        return true;
    return is_in(others, ARRAY_SIZE(others), c);
}

/* Whether a cut before character `at`, which is not the first, parts what is read together. */
static bool cuts_cluster(const struct sms_plan *plan, size_t at)
{
    return extends_cluster(plan->chars[at].code_point) ||
           plan->chars[at - 1].code_point == ZERO_WIDTH_JOINER;
}

/* One past the last character of the part that begins at `begin`. */
static size_t part_end(
    const struct sms_plan *plan, const struct way *way, size_t begin, unsigned room)
{
    size_t end = begin, cut;
    unsigned used = 0;

    while (end < plan->n_chars && used + units_of(way, &plan->chars[end]) <= room)
        used += units_of(way, &plan->chars[end++]);
    if (end == plan->n_chars)
        return end;
    for (cut = end; cut > begin && end - cut < MAX_CLUSTER; cut--)
        if (!cuts_cluster(plan, cut))
            return cut;
    return end;
}

/* Units beside a header of so many octets. */
static unsigned room_beside(const struct way *way, unsigned header_octets)
{
    unsigned octets = SMS_USER_DATA_OCTETS - header_octets;

    return way->encoding == SMS_ENCODING_GSM7 ? octets * 8 / 7 : octets / 2;
}

static unsigned header_octets(const struct way *way, unsigned reference_bits)
{
    uint8_t octets[SMS_UDH_MAX_ENCODED_OCTETS];
    struct sms_udh udh = {.concat.reference_bits = (uint8_t)reference_bits,
        .locking = way->shift.locking,
        .single = way->shift.single};

    return (unsigned)sms_udh_encode(&udh, octets);
}

/* Fills in parts and sizes; -ENOTSUP: a character cannot be written this way; -EMSGSIZE. */
static int measure(const struct sms_plan *plan, struct way *way)
{
    way->units = 0;
    for (size_t i = 0; i < plan->n_chars; i++) {
        unsigned units = units_of(way, &plan->chars[i]);

        if (units == 0)
            return -ENOTSUP;
        way->units += units;
    }
    way->parts = 1;
    way->header_octets = header_octets(way, 0);
    way->room = room_beside(way, way->header_octets);
    if (way->units <= way->room)
        return 0;
    way->parts = 0;
    way->header_octets = header_octets(way, plan->reference_bits);
    way->room = room_beside(way, way->header_octets);
    for (size_t at = 0; at < plan->n_chars; way->parts++) {
        if (way->parts == SMS_MAX_PARTS)
            return -EMSGSIZE;
        at = part_end(plan, way, at, way->room);
    }
    return 0;
}

static int reading_rank(const struct way *way)
{
    if (way->encoding == SMS_ENCODING_UCS2)
        return 2;
    return way->shift.locking != 0 || way->shift.single != 0;
}

static bool is_better(const struct way *a, const struct way *b)
{
    if (b->parts == 0 || a->parts != b->parts)
        return b->parts == 0 || a->parts < b->parts;
    if (reading_rank(a) != reading_rank(b))
        return reading_rank(a) < reading_rank(b);
    return a->units + a->header_octets * 8 / 7 < b->units + b->header_octets * 8 / 7;
}

/* Keeps the better way in *best; notes in *error why one is not to be had. */
static void consider(
    const struct sms_plan *plan, struct way candidate, struct way *best, int *error)
{
    int r = measure(plan, &candidate);

    if (r == -EMSGSIZE || (r < 0 && *error == 0))
        *error = r;
    if (r == 0 && is_better(&candidate, best))
        *best = candidate;
}

static uint16_t languages_of(int national)
{
    if (national == SMS_NATIONAL_AUTO)
        return ALL_LANGUAGES;
    return (uint16_t)(1U | 1U << national);
}

/* Ways with the GSM 7-bit alphabet: the default tables alone, then each pair that is allowed. */
static void consider_gsm7(struct sms_plan *plan, int national, struct way *best, int *error)
{
    uint16_t languages = languages_of(national);

    look_up(plan, 1);
    consider(plan, (struct way){.encoding = SMS_ENCODING_GSM7}, best, error);
    if (best->parts == 1 || languages == 1)
        return;
    look_up(plan, languages);
    for (uint8_t locking = 0; locking < GSM7_LANGUAGES; locking++)
        for (uint8_t single = 0; single < GSM7_LANGUAGES; single++)
            if (languages >> locking & languages >> single & 1)
                consider(plan,
                    (struct way){.encoding = SMS_ENCODING_GSM7, .shift = {locking, single}}, best,
                    error);
}

/* The character to name when 7 bits do not do: one that no table has, else the first beyond the
 * default. */
static uint32_t first_outside(const struct sms_plan *plan)
{
    for (size_t i = 0; i < plan->n_chars; i++)
        if (plan->chars[i].in_locking == 0 && plan->chars[i].in_single == 0)
            return plan->chars[i].code_point;
    for (size_t i = 0; i < plan->n_chars; i++)
        if (((plan->chars[i].in_locking | plan->chars[i].in_single) & 1) == 0)
            return plan->chars[i].code_point;
    return 0;
}

static int take_text(struct sms_plan *plan, const char *text)
{
    size_t n = strlen(text);

    if (!utf8_is_valid(text, n))
        return -EILSEQ;
    plan->n_chars = 0;
    while (n > 0) {
        uint32_t code_point = 0;
        int length = utf8_decode(text, n, &code_point);

        if (length < 0)
            return length;
        if (plan->n_chars == SMS_PLAN_MAX_CHARS)
            return -EMSGSIZE;
        plan->chars[plan->n_chars++] = (struct sms_plan_char){.code_point = code_point};
        text += length;
        n -= (size_t)length;
    }
    return 0;
}

int sms_plan_make(const struct sms_outgoing *outgoing, struct sms_plan *ret)
{
    struct way best = {0}, ucs2 = {.encoding = SMS_ENCODING_UCS2};
    uint32_t forced_by = 0;
    int gsm7_error = 0, ucs2_error = 0, r;

    ret->sizing = (struct sms_sizing){0};
    ret->reference_bits = outgoing->reference_bits;
    r = take_text(ret, outgoing->text);
    if (r < 0)
        return r;
    consider_gsm7(ret, outgoing->national, &best, &gsm7_error);
    if (best.parts == 0 && gsm7_error == -ENOTSUP)
        forced_by = first_outside(ret);
    if (outgoing->force_encoding == SMS_ENCODING_UCS2)
        best = (struct way){0};
    if (outgoing->force_encoding != SMS_ENCODING_GSM7)
        consider(ret, ucs2, &best, &ucs2_error);
    ret->sizing.forced_by = forced_by;
    if (best.parts == 0)
        return outgoing->force_encoding == SMS_ENCODING_GSM7 ? gsm7_error : -EMSGSIZE;
    ret->sizing = (struct sms_sizing){
        .encoding = best.encoding,
        .parts = best.parts,
        .units = best.units,
        .units_per_part = best.room,
        .locking = best.shift.locking,
        .single = best.shift.single,
        .forced_by = forced_by,
    };
    return 0;
}

void sms_plan_part(const struct sms_plan *plan, unsigned index, size_t *ret_begin, size_t *ret_end)
{
    const struct sms_sizing *sizing = &plan->sizing;
    struct way way = {.encoding = sizing->encoding, .shift = {sizing->locking, sizing->single}};
    size_t begin = 0, end = part_end(plan, &way, 0, sizing->units_per_part);

    while (index-- > 0) {
        begin = end;
        end = part_end(plan, &way, begin, sizing->units_per_part);
    }
    *ret_begin = begin;
    *ret_end = end;
}
