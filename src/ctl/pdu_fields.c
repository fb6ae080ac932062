#include "ctl/pdu_fields.h"

#include <stdio.h>
#include <string.h>

/* A text of SMS_TEXT_SIZE octets, each escaped as \u{202E} at worst, and a word of JSON around it.
 */
#define LINE_SIZE (SMS_TEXT_SIZE * 8 + 64)

static void add_address(json_t *object, const char *key, const struct sms_address *address)
{
    if (address->text[0] != '\0')
        json_object_set_new(object, key, json_string(address->text));
}

static void add_timestamp(json_t *object, const char *key, const struct sms_timestamp *timestamp)
{
    char data[40] = "";
    struct strbuf text = STRBUF_ON(data);

    if (!timestamp->known)
        return;
    sms_timestamp_format(timestamp, &text);
    json_object_set_new(object, key, json_string(data));
}

static void add_header(json_t *object, const struct sms_udh *udh)
{
    if (udh->concat.reference_bits != 0)
        json_object_set_new(object, "udh",
            json_pack("{s:i,s:i,s:i}", "ref", (int)udh->concat.reference, "total",
                (int)udh->concat.total, "seq", (int)udh->concat.sequence));
    if (udh->has_ports)
        json_object_set_new(object, "ports",
            json_pack("{s:i,s:i}", "destination", (int)udh->destination_port, "source",
                (int)udh->source_port));
    if (udh->has_language)
        json_object_set_new(object, "language",
            json_pack("{s:i,s:i}", "locking", (int)udh->locking, "single", (int)udh->single));
}

static void add_user_data(json_t *object, const struct sms_decoded *decoded)
{
    char hex[2 * SMS_USER_DATA_OCTETS + 1] = "";
    struct strbuf data = STRBUF_ON(hex);

    json_object_set_new(object, "dcs", json_integer(decoded->dcs.octet));
    json_object_set_new(
        object, "encoding", json_string(sms_encoding_to_string(decoded->dcs.encoding)));
    if (decoded->dcs.message_class != SMS_CLASS_NONE)
        json_object_set_new(object, "class", json_integer(decoded->dcs.message_class));
    add_header(object, &decoded->udh);
    strbuf_put_hex(&data, decoded->data, decoded->n_data_octets);
    if (decoded->has_text)
        json_object_set_new(object, "text", json_stringn(decoded->text, decoded->text_length));
    else
        json_object_set_new(object, "data", json_string(hex));
}

static void add_validity(json_t *object, const struct sms_decoded *decoded)
{
    if (!decoded->has_validity)
        return;
    if (decoded->validity.is_absolute)
        add_timestamp(object, "validity_absolute", &decoded->validity.until);
    else
        json_object_set_new(object, "validity", json_integer(decoded->validity.sec));
}

json_t *pdu_fields_to_json(const struct sms_decoded *decoded)
{
    bool is_report = decoded->type == SMS_TYPE_STATUS_REPORT;
    json_t *object = json_object();

    json_object_set_new(object, "type", json_string(sms_type_to_string(decoded->type)));
    add_address(object, "smsc", &decoded->smsc);
    add_address(object, "number", &decoded->number);
    if (decoded->type != SMS_TYPE_DELIVER)
        json_object_set_new(object, "mr", json_integer(decoded->message_reference));
    add_timestamp(object, "timestamp", &decoded->timestamp);
    add_timestamp(object, "discharge", &decoded->discharge);
    if (is_report)
        json_object_set_new(object, "status", json_integer(decoded->status));
    else {
        json_object_set_new(object, "reply_path", json_boolean(decoded->reply_path));
        json_object_set_new(object, "report_requested", json_boolean(decoded->report_requested));
    }
    json_object_set_new(object, "pid", json_integer(decoded->pid));
    add_validity(object, decoded);
    if (decoded->has_user_data)
        add_user_data(object, decoded);
    return object;
}

/* A value in one line: text escaped, small objects as in JSON. */
static void put_value(struct strbuf *line, const json_t *value)
{
    char nested[128];

    if (json_is_string(value)) {
        strbuf_put_escaped(line, json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        strbuf_printf(line, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_boolean(value)) {
        strbuf_puts(line, json_is_true(value) ? "yes" : "no");
    } else {
        size_t n = json_dumpb(value, nested, sizeof(nested), JSON_COMPACT);

        strbuf_put(line, nested, n <= sizeof(nested) ? n : 0);
    }
}

static void print_lines(const json_t *object)
{
    json_t *borrowed = (json_t *)object; /* jansson iterates over non-const only */
    const char *key;
    json_t *value;
    int width = 0;

    json_object_foreach(borrowed, key, value) if ((int)strlen(key) > width) width =
        (int)strlen(key);
    json_object_foreach(borrowed, key, value)
    {
        char data[LINE_SIZE];
        struct strbuf line;

        strbuf_init(&line, data, sizeof(data));
        put_value(&line, value);
        printf("%s:%*s %s\n", key, width - (int)strlen(key), "", data);
    }
    putchar('\n');
}

void pdu_fields_print_object(const json_t *object, bool json)
{
    if (!json) {
        print_lines(object);
        return;
    }
    json_dumpf(object, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
}

void pdu_fields_print(const struct sms_decoded *decoded, bool json)
{
    json_t *object = pdu_fields_to_json(decoded);

    pdu_fields_print_object(object, json);
    json_decref(object);
}

void pdu_fields_print_error(const char *reason, bool json, unsigned number)
{
    json_t *object;

    if (!json) {
        fflush(stdout);
        fprintf(stderr, "smsotpctl: PDU %u: %s\n", number, reason);
        return;
    }
    object = json_pack("{s:s}", "error", reason);
    pdu_fields_print_object(object, true);
    json_decref(object);
}
