#include "api/event_json.h"

#include "core/receipt.h"
#include "util/hex.h"
#include "util/strbuf.h"

#include <string.h>

#define ESCAPED_MAX 8 /* bytes that one becomes */

/* What is not UTF-8 any more is shown all the same: an entry that spoils the rest helps nobody. */
static json_t *text_to_json(const char *text)
{
    char escaped[ESCAPED_MAX * JOURNAL_DETAIL_SIZE];
    struct strbuf sb = STRBUF_ON(escaped);
    json_t *json = json_string(text);

    if (json)
        return json;
    strbuf_put_escaped(&sb, text, strlen(text));
    return json_string(escaped);
}

static void set_text(json_t *json, const char *name, const char *text)
{
    if (text[0])
        json_object_set_new(json, name, text_to_json(text));
}

json_t *event_to_json(const struct journal_row *row)
{
    bool is_modem = strncmp(row->kind, "modem.", strlen("modem.")) == 0;
    char at[CLOCK_RFC3339_SIZE];
    json_t *json, *detail;

    clock_format_rfc3339(row->at_wall, at);
    json = json_pack("{s:I, s:o, s:s}", "seq", (json_int_t)row->seq, "type",
        text_to_json(row->kind), "at", at);
    if (!json)
        return NULL;
    set_text(json, is_modem ? "modem" : "id", row->object);
    set_text(json, "client", row->client);
    set_text(json, "to", row->number_masked);
    detail = row->detail[0] ? json_loads(row->detail, 0, NULL) : NULL;
    if (detail)
        json_object_update_missing(json, detail);
    json_decref(detail);
    return json;
}

json_t *audit_entry_to_json(const struct journal_row *row)
{
    char index[2 * OTP_NUMBER_INDEX_SIZE + 1], hash[2 * JOURNAL_HASH_SIZE + 1];
    char key[OTP_KEY_NAME_SIZE];
    json_t *json = event_to_json(row);

    if (!json)
        return NULL;
    hex_encode(row->number_index, sizeof(row->number_index), index);
    hex_encode(row->hash, sizeof(row->hash), hash);
    otp_key_name(row->key_id, key);
    if (row->has_actor)
        json_object_set_new(json, "uid", json_integer(row->actor_uid));
    if (row->number_masked[0])
        json_object_set_new(json, "to_index", json_string(index));
    json_object_set_new(json, "key_id", json_string(key));
    json_object_set_new(json, "hash", json_string(hash));
    return json;
}
