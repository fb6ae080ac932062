/*
 * Answers seen from real modems, collected by others: ../shared/vectors/at_responses.jsonl. What
 * only a PDU or alphabet decoder can check (numbers and texts inside) is checked here as far as the
 * octets; sms/ does the rest.
 */
#include "at/error.h"
#include "at/fields.h"
#include "at/identity.h"
#include "at/line.h"
#include "at/message.h"
#include "at/registration.h"
#include "at/response.h"
#include "at/result.h"
#include "at/sim_lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_LINES 16

struct reply {
    char lines[MAX_LINES][AT_LINE_SIZE];
    size_t n_lines;   /* without the final result */
    size_t n_prompts, n_overflows;
    bool has_result;
    struct at_result result;
};

/* As the conversation sees it, one byte at a time. */
static void split(struct reply *reply, const char *text)
{
    struct at_splitter splitter;
    struct at_token token;

    memset(reply, 0, sizeof(*reply));
    at_splitter_init(&splitter);
    for (size_t i = 0; i <= strlen(text); i++) {
        struct cursor input = cursor_on(text[i] ? &text[i] : "\r", 1);

        if (!at_splitter_next(&splitter, &input, &token))
            continue;
        if (token.type == AT_TOKEN_PROMPT)
            reply->n_prompts++;
        else if (token.type == AT_TOKEN_OVERFLOW)
            reply->n_overflows++;
        else if (at_result_parse(token.text, &reply->result))
            reply->has_result = true;
        else if (reply->n_lines < MAX_LINES)
            memcpy(reply->lines[reply->n_lines++], token.text, token.n + 1);
    }
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool number_is(const json_t *object, const char *key, int64_t value)
{
    const json_t *expected = json_object_get(object, key);

    return !expected || (json_is_null(expected) ? value < 0
                                                 : json_integer_value(expected) == value);
}

static bool text_is(const json_t *object, const char *key, const char *value)
{
    const json_t *expected = json_object_get(object, key);

    if (!expected)
        return true;
    return json_is_null(expected) ? value[0] == '\0'
                                  : strcmp(json_string_value(expected), value) == 0;
}

static bool check_registration(const struct reply *reply, const json_t *expect)
{
    struct at_registration registration;

    if (json_object_get(expect, "absent"))
        return reply->n_lines == 0;
    if (json_object_get(expect, "must_not_crash")) {
        (void)at_registration_parse(reply->lines[0], &registration);
        return true;
    }
    return at_registration_parse(reply->lines[0], &registration) == 0 &&
           strcasecmp(text_of(expect, "kind"), at_domain_to_string(registration.domain)) == 0 &&
           number_is(expect, "stat", registration.stat) &&
           number_is(expect, "lac", registration.lac) &&
           number_is(expect, "ci", registration.ci) &&
           number_is(expect, "act_num", registration.act) &&
           text_is(expect, "lac_text", registration.lac_text) &&
           text_is(expect, "ci_text", registration.ci_text) &&
           (!json_object_get(expect, "registered") ||
               at_registration_is_registered(registration.stat));
}

static bool check_error(const struct reply *reply, const json_t *expect)
{
    const char *kind = text_of(expect, "error_kind");
    const struct at_error *error;
    const char *text = text_of(expect, "text");
    size_t n = text ? strlen(text) : 0;

    if (!reply->has_result)
        return false;
    if (!kind)
        return reply->result.outcome == AT_ERROR && reply->result.code == -1;
    if (reply->result.outcome != (strcmp(kind, "CMS") == 0 ? AT_CMS_ERROR : AT_CME_ERROR) ||
        !number_is(expect, "code", reply->result.code))
        return false;
    error = strcmp(kind, "CMS") == 0 ? at_cms_error(reply->result.code)
                                     : at_cme_error(reply->result.code);
    if (n > 0 && text[n - 1] == '.')
        n--;
    /* 515 has two meanings among vendors; the text names both. */
    if (text && reply->result.code == 515)
        return strstr(error->text, text) != NULL;
    return !text || (strncasecmp(error->text, text, n) == 0 && error->text[n] == '\0');
}

static bool ucs2_hex_is(const struct at_cusd *cusd, const char *text)
{
    char decoded[512] = "";
    size_t n = 0;

    for (size_t i = 0; i + 4 <= cusd->n && n < sizeof(decoded) - 3; i += 4) {
        struct at_field unit = {.text = cusd->text + i, .n = 4};
        uint32_t c;

        if (at_field_hex(&unit, &c) < 0)
            return false;
        if (c < 0x80) {
            decoded[n++] = (char)c;
        } else {
            decoded[n++] = (char)(0xC0 | c >> 6);
            decoded[n++] = (char)(0x80 | (c & 0x3F));
        }
    }
    decoded[n] = '\0';
    return strcmp(decoded, text) == 0;
}

static bool check_cusd(const struct reply *reply, const json_t *expect)
{
    const char *raw = text_of(expect, "text_raw");
    const char *text = text_of(expect, "text");
    struct at_cusd cusd;

    if (at_parse_cusd(reply->lines[0], &cusd) < 0 || !number_is(expect, "cusd_type", cusd.type) ||
        !number_is(expect, "dcs", cusd.dcs))
        return false;
    if (raw)
        return cusd.n == strlen(raw) && memcmp(cusd.text, raw, cusd.n) == 0;
    if (!text || json_object_get(expect, "packed7"))
        return cusd.n > 0; /* packed septets are for sms/ */
    if (cusd.dcs == 72)
        return ucs2_hex_is(&cusd, text);
    return cusd.n == strlen(text) && memcmp(cusd.text, text, cusd.n) == 0;
}

/* Headers and PDUs in pairs, each PDU whole as far as its length octets say. */
static bool check_messages(const struct reply *reply, const json_t *expect)
{
    const json_t *messages = json_object_get(expect, "messages");
    uint8_t pdu[AT_MESSAGE_MAX_OCTETS];
    struct at_message_header header;
    size_t n_messages = 0, n;
    bool open = false;

    for (size_t i = 0; i < reply->n_lines; i++) {
        if (at_parse_message_header(reply->lines[i], &header) == 0) {
            const json_t *message = json_array_get(messages, n_messages);

            open = true;
            if (message && (!number_is(message, "stat", header.stat) ||
                               !number_is(message, "index", header.index)))
                return false;
        } else if (open && at_parse_message_pdu(reply->lines[i], header.octets, pdu, &n) == 0) {
            open = false;
            n_messages++;
            if (n < 2 || !number_is(expect, "pdu_len", header.octets))
                return false;
        }
    }
    if (messages)
        return n_messages == json_array_size(messages);
    return n_messages >= 1;
}

static bool check_number(const struct reply *reply, const json_t *numbers)
{
    char number[AT_NUMBER_SIZE];
    int r = at_parse_cnum(reply->lines[0], number);

    if (json_array_size(numbers) == 0)
        return r == -ENODATA;
    return r == 0 && strcmp(number, json_string_value(json_array_get(numbers, 0))) == 0;
}

static bool check_tries(const struct reply *reply, const json_t *expect)
{
    int tries = -1, puk = -1, value, value_puk;
    enum at_sim_lock lock;

    for (size_t i = 0; i < reply->n_lines; i++)
        if (at_parse_pin_tries(reply->lines[i], &value, &value_puk) == 0) {
            tries = value;
            if (value_puk >= 0)
                puk = value_puk;
        }
    if (!number_is(expect, "pin_retries", tries))
        return false;
    /* +CPINR tells the PUK's in a line of its own, which nobody here asks for. */
    if (strncmp(reply->lines[0], "+CPINR:", 7) != 0 && !number_is(expect, "puk_retries", puk))
        return false;
    if (!json_object_get(expect, "lock"))
        return true;
    if (at_parse_cpin(reply->lines[0], &lock) < 0)
        return false;
    return text_is(expect, "lock", lock == AT_SIM_READY ? "" : at_sim_lock_to_string(lock));
}

static uint32_t set_of(const json_t *array)
{
    uint32_t set = 0;
    const json_t *value;
    size_t i;

    json_array_foreach(array, i, value) set |= UINT32_C(1) << json_integer_value(value);
    return set;
}

static bool check_cnmi(const struct reply *reply, const json_t *cnmi)
{
    struct at_cnmi_range range;

    return at_parse_cnmi_range(reply->lines[0], &range) == 0 &&
           range.mode == set_of(json_object_get(cnmi, "mode")) &&
           range.mt == set_of(json_object_get(cnmi, "mt")) &&
           range.bm == set_of(json_object_get(cnmi, "bm")) &&
           range.ds == set_of(json_object_get(cnmi, "ds")) &&
           range.bfr == set_of(json_object_get(cnmi, "bfr"));
}

static bool check_memories(const struct reply *reply, const json_t *expect)
{
    const json_t *mem1 = json_object_get(expect, "mem1");
    const json_t *memory;
    size_t i;

    if (text_of(expect, "mem1_contains"))
        return at_cpms_offers(reply->lines[0], 0, text_of(expect, "mem1_contains"));
    json_array_foreach(mem1, i, memory) if (!at_cpms_offers(reply->lines[0], 0,
                                                json_string_value(memory))) return false;
    return !at_cpms_offers(reply->lines[0], 0, "XX");
}

static bool check_notice(const struct reply *reply, const json_t *expect)
{
    struct at_message_notice notice;
    int r = at_parse_message_notice(reply->lines[0], &notice);

    if (json_object_get(expect, "error"))
        return r < 0;
    return r == 0 && number_is(expect, "cmti_index", notice.index) &&
           text_is(expect, "cmti_mem", notice.memory);
}

static bool check_text(const struct reply *reply, const json_t *expect)
{
    char text[AT_LINE_SIZE] = "";

    if (json_object_get(expect, "long_line"))
        return reply->n_overflows == 0 &&
               at_parse_text(reply->lines[0], "+CGMM:", text, 64) == 0 && strlen(text) == 63;
    return at_parse_text(reply->lines[0], "+CGMM:", text, sizeof(text)) == 0 &&
           text_is(expect, "model", text);
}

static bool check_identity(const struct reply *reply, const json_t *expect)
{
    char iccid[AT_ICCID_SIZE], imei[AT_IMEI_SIZE];

    if (json_object_get(expect, "iccid"))
        return at_parse_iccid(reply->lines[0], iccid) == 0 && text_is(expect, "iccid", iccid);
    return at_parse_imei(reply->lines[0], imei) == 0 && text_is(expect, "imei", imei);
}

static bool check_network(const struct reply *reply, const json_t *expect)
{
    char name[64], number[AT_NUMBER_SIZE];
    bool international;
    unsigned rssi;
    int dbm;

    if (json_object_get(expect, "operator"))
        return at_parse_cops(reply->lines[0], name, sizeof(name)) == 0 &&
               text_is(expect, "operator", name);
    if (json_object_get(expect, "rssi"))
        return at_parse_csq(reply->lines[0], &rssi, &dbm) == 0 && number_is(expect, "rssi", rssi);
    return at_parse_csca(reply->lines[0], number, &international) == 0 &&
           text_is(expect, "smsc", number);
}

static bool check_mr(const struct reply *reply, const json_t *expect)
{
    uint8_t reference;

    return reply->n_prompts == 1 && at_parse_cmgs(reply->lines[0], &reference) == 0 &&
           number_is(expect, "mr", reference);
}

/* A whole dialogue: every line is accounted for, and the result is seen (one source forgot it). */
static bool check_dialogue(const struct reply *reply, const json_t *row)
{
    bool forgotten = json_object_get(row, "note") &&
                     strcmp(text_of(row, "note"), "no final OK!") == 0;

    return reply->has_result != forgotten && reply->n_lines <= 1 && reply->n_overflows == 0;
}

static bool check_row(const json_t *row, bool *ret_known)
{
    const json_t *expect = json_object_get(row, "expect");
    static struct reply reply;
    struct at_message_header header;

    *ret_known = true;
    split(&reply, text_of(row, "reply"));
    if (json_object_get(expect, "error_kind"))
        return check_error(&reply, expect);
    if (json_object_get(expect, "kind") || strstr(text_of(row, "reply"), "+CREG:"))
        return check_registration(&reply, expect);
    if (json_object_get(expect, "cusd_type"))
        return check_cusd(&reply, expect);
    if (json_object_get(expect, "text_mode"))
        return at_parse_message_header(reply.lines[0], &header) == -EPROTO;
    if (json_object_get(expect, "messages") || json_object_get(expect, "messages_at_least") ||
        json_object_get(expect, "pdu_in") || json_object_get(expect, "pdu_len"))
        return check_messages(&reply, expect);
    if (json_object_get(expect, "numbers"))
        return check_number(&reply, json_object_get(expect, "numbers"));
    if (json_object_get(expect, "pin_retries") || json_object_get(expect, "lock"))
        return check_tries(&reply, expect);
    if (json_object_get(expect, "cnmi"))
        return check_cnmi(&reply, json_object_get(expect, "cnmi"));
    if (json_object_get(expect, "mem1") || json_object_get(expect, "mem1_contains"))
        return check_memories(&reply, expect);
    if (json_object_get(expect, "cmti_index") || json_object_get(expect, "error"))
        return check_notice(&reply, expect);
    if (json_object_get(expect, "model") || json_object_get(expect, "long_line"))
        return check_text(&reply, expect);
    if (json_object_get(expect, "iccid") || json_object_get(expect, "imei"))
        return check_identity(&reply, expect);
    if (json_object_get(expect, "operator") || json_object_get(expect, "rssi") ||
        json_object_get(expect, "smsc"))
        return check_network(&reply, expect);
    if (json_object_get(expect, "mr"))
        return check_mr(&reply, expect);
    if (json_object_get(expect, "raw_dialogue"))
        return check_dialogue(&reply, row);
    *ret_known = false;
    return false;
}

static void test_rows(void **unused)
{
    const char *root = getenv("SMSOTP_SOURCE_ROOT");
    unsigned n_rows = 0, n_failed = 0;
    char path[4096], line[16384];
    FILE *file;

    (void)unused;
    snprintf(path, sizeof(path), "%s/../shared/vectors/at_responses.jsonl", root ? root : ".");
    file = fopen(path, "re");
    if (!file) {
        print_message("skipped: no %s\n", path);
        skip();
    }
    while (fgets(line, sizeof(line), file)) {
        json_t *row = json_loads(line, 0, NULL);
        bool known = false;

        assert_non_null(row);
        n_rows++;
        if (!check_row(row, &known)) {
            n_failed++;
            print_error("row %u %s: %s", n_rows, known ? "differs" : "unknown kind", line);
        }
        json_decref(row);
    }
    fclose(file);
    print_message("%u rows, %u failed\n", n_rows, n_failed);
    assert_int_equal(n_failed, 0);
    assert_true(n_rows >= 199);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
