#include "ctl/pdu.h"

#include "ctl/pdu_fields.h"
#include "ctl/usage.h"
#include "sms/gsm7_tables.h"
#include "sms/outgoing.h"
#include "sms/validity.h"
#include "util/parse.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum option_id {
    OPTION_TO = 256,
    OPTION_TEXT,
    OPTION_SMSC,
    OPTION_VALIDITY,
    OPTION_CLASS,
    OPTION_REPORT,
    OPTION_REJECT_DUPLICATES,
    OPTION_REF,
    OPTION_REF_BITS,
    OPTION_MR,
    OPTION_NATIONAL,
    OPTION_CODING,
    OPTION_JSON,
};

/* What each option's value must be; in a message after "expected". */
static const struct {
    struct option option;
    const char *expected;
} table[] = {
    {{"to", required_argument, NULL, OPTION_TO}, "1 to 20 digits, with + if international"},
    {{"text", required_argument, NULL, OPTION_TEXT}, "a text in UTF-8"},
    {{"smsc", required_argument, NULL, OPTION_SMSC}, "1 to 20 digits, with + if international"},
    {{"validity", required_argument, NULL, OPTION_VALIDITY}, "1s to 441d, such as 300, 5m or 1h"},
    {{"class", required_argument, NULL, OPTION_CLASS}, "0 to 3"},
    {{"report", no_argument, NULL, OPTION_REPORT}, ""},
    {{"reject-duplicates", no_argument, NULL, OPTION_REJECT_DUPLICATES}, ""},
    {{"ref", required_argument, NULL, OPTION_REF}, "0 to 255, or to 65535 with --ref-bits 16"},
    {{"ref-bits", required_argument, NULL, OPTION_REF_BITS}, "8 or 16"},
    {{"mr", required_argument, NULL, OPTION_MR}, "0 to 255"},
    {{"national", required_argument, NULL, OPTION_NATIONAL},
        "auto, off, 1 to 13, or a language such as hi or hindi"},
    {{"coding", required_argument, NULL, OPTION_CODING}, "auto, gsm7 or ucs2"},
    {{"json", no_argument, NULL, OPTION_JSON}, ""},
};

#define N_OPTIONS (sizeof(table) / sizeof(table[0]))

static bool is_number(const char *text)
{
    size_t skip = text[0] == '+';
    size_t digits = strspn(text + skip, "0123456789");

    return digits >= 1 && digits <= 20 && text[skip + digits] == '\0';
}

static int set_validity(struct sms_outgoing *o, const char *value)
{
    usec_t usec, sec;

    if (parse_duration(value, &usec) < 0)
        return -EINVAL;
    sec = usec / USEC_PER_SEC + (usec % USEC_PER_SEC != 0);
    if (sec == 0 || sec > SMS_VALIDITY_MAX_SEC)
        return -ERANGE;
    o->validity_sec = (unsigned)sec;
    return 0;
}

static int set_class(struct sms_outgoing *o, const char *value)
{
    unsigned number;
    int r = parse_unsigned(value, 0, 3, &number);

    if (r < 0)
        return r;
    o->message_class = (int)number;
    return 0;
}

static int set_reference_bits(struct sms_outgoing *o, const char *value)
{
    int r = parse_unsigned(value, 8, 16, &o->reference_bits);

    return r < 0 || o->reference_bits == 8 || o->reference_bits == 16 ? r : -ERANGE;
}

static int set_message_reference(struct sms_outgoing *o, const char *value)
{
    unsigned number;
    int r = parse_unsigned(value, 0, UINT8_MAX, &number);

    if (r < 0)
        return r;
    o->message_reference = (uint8_t)number;
    return 0;
}

static int set_national(struct sms_outgoing *o, const char *value)
{
    unsigned number;
    uint8_t language;

    if (strcmp(value, "auto") == 0)
        o->national = SMS_NATIONAL_AUTO;
    else if (strcmp(value, "off") == 0)
        o->national = SMS_NATIONAL_OFF;
    else if (parse_unsigned(value, 1, GSM7_LANGUAGES - 1, &number) == 0)
        o->national = (int)number;
    else if (gsm7_language_from_string(&language, value) == 0)
        o->national = language;
    else
        return -EINVAL;
    return 0;
}

static int set_coding(struct sms_outgoing *o, const char *value)
{
    enum sms_encoding encoding;

    if (strcmp(value, "auto") == 0)
        o->force_encoding = -1;
    else if (sms_encoding_from_string(&encoding, value) == 0 && encoding != SMS_ENCODING_8BIT)
        o->force_encoding = (int)encoding;
    else
        return -EINVAL;
    return 0;
}

static int set_number(const char **number, const char *value)
{
    if (!is_number(value))
        return -EINVAL;
    *number = value;
    return 0;
}

static int set_option(struct sms_outgoing *o, int id, const char *value)
{
    switch ((enum option_id)id) {
    case OPTION_TO:
        return set_number(&o->number, value);
    case OPTION_TEXT:
        o->text = value;
        return 0;
    case OPTION_SMSC:
        return set_number(&o->smsc, value);
    case OPTION_VALIDITY:
        return set_validity(o, value);
    case OPTION_CLASS:
        return set_class(o, value);
    case OPTION_REPORT:
        o->report_requested = true;
        return 0;
    case OPTION_REJECT_DUPLICATES:
        o->reject_duplicates = true;
        return 0;
    case OPTION_REF:
        return parse_unsigned(value, 0, UINT16_MAX, &o->reference);
    case OPTION_REF_BITS:
        return set_reference_bits(o, value);
    case OPTION_MR:
        return set_message_reference(o, value);
    case OPTION_NATIONAL:
        return set_national(o, value);
    case OPTION_CODING:
        return set_coding(o, value);
    case OPTION_JSON:
        return 0;
    }
    return -EINVAL;
}

static int usage_of(size_t option)
{
    fprintf(stderr, "smsotpctl: pdu encode: --%s: expected %s\n", table[option].option.name,
        table[option].expected);
    return CTL_PDU_EXIT_USAGE;
}

/* Exit status 0 with *outgoing filled in. */
static int read_options(int argc, char **argv, struct sms_outgoing *outgoing, bool *json)
{
    struct option options[N_OPTIONS + 1] = {0};
    int c, index = 0;

    for (size_t i = 0; i < N_OPTIONS; i++)
        options[i] = table[i].option;
    optind = 0;
    opterr = 1;
    while ((c = getopt_long(argc, argv, "", options, &index)) != -1) {
        if (c == '?' || c == ':')
            return ctl_usage("pdu encode");
        if (set_option(outgoing, c, optarg) < 0)
            return usage_of((size_t)index);
        *json = *json || c == OPTION_JSON;
    }
    if (optind < argc || !outgoing->number || !outgoing->text)
        return ctl_usage("pdu encode");
    if (outgoing->reference >> outgoing->reference_bits != 0)
        return usage_of(OPTION_REF - OPTION_TO);
    return 0;
}

static int explain(int error, const struct sms_sizing *sizing)
{
    if (error == -EILSEQ)
        fprintf(stderr, "smsotpctl: pdu encode: --text: expected well-formed UTF-8\n");
    else if (error == -EMSGSIZE)
        fprintf(
            stderr, "smsotpctl: pdu encode: --text: expected at most %d parts\n", SMS_MAX_PARTS);
    else if (error == -ENOTSUP)
        fprintf(stderr, "smsotpctl: pdu encode: --text: U+%04X is not in the GSM 7-bit tables\n",
            (unsigned)sizing->forced_by);
    else
        fprintf(stderr, "smsotpctl: pdu encode: %s\n", strerror(-error));
    return CTL_PDU_EXIT_DATA;
}

int ctl_pdu_encode(int argc, char **argv, bool json)
{
    struct sms_outgoing outgoing = {SMS_OUTGOING_DEFAULT};
    struct sms_sizing sizing = {0};
    struct sms_pdu pdu;
    int r = read_options(argc, argv, &outgoing, &json);

    if (r != 0)
        return r;
    r = sms_outgoing_size(&outgoing, &sizing);
    for (unsigned i = 0; r == 0 && i < sizing.parts; i++) {
        json_t *object;

        r = sms_outgoing_encode(&outgoing, i, &pdu);
        if (r < 0)
            break;
        object = json_pack("{s:s,s:i}", "pdu", pdu.hex, "length", (int)pdu.tpdu_octets);
        pdu_fields_print_object(object, json);
        json_decref(object);
    }
    return r < 0 ? explain(r, &sizing) : 0;
}
