/* Octets as a PDU from either side: decoded or refused, and what comes out keeps its promises. */
#include "sms/join.h"
#include "util/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_decoded(const struct sms_decoded *decoded)
{
    const struct sms_decoded *part = decoded;
    char joined[SMS_TEXT_SIZE] = "";
    struct strbuf text = STRBUF_ON(joined);

    check(decoded->text_length < SMS_TEXT_SIZE);
    check(decoded->text[decoded->text_length] == '\0');
    check(utf8_is_valid(decoded->text, decoded->text_length));
    check(utf8_is_valid(decoded->number.text, strlen(decoded->number.text)));
    check(decoded->n_data_octets <= SMS_USER_DATA_OCTETS);
    if (decoded->has_text) {
        check(sms_join(&part, 1, &text) == 1);
        check(text.length == decoded->text_length);
        check(memcmp(joined, decoded->text, text.length) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum sms_direction directions[] = {SMS_FROM_NETWORK, SMS_FROM_PHONE};

    for (size_t i = 0; i < 2; i++) {
        struct sms_decoded decoded;
        struct sms_pdu_error error;
        char reason[160] = "";
        struct strbuf text = STRBUF_ON(reason);

        if (sms_pdu_decode(data, size, directions[i], &decoded, &error) == 0) {
            check_decoded(&decoded);
            continue;
        }
        check(error.fault != SMS_FAULT_NONE && error.offset_octets <= size);
        sms_pdu_error_format(&error, &text);
        check(!text.overflow);
    }
    return 0;
}
