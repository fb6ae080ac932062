#include "api/event_json.h"

#include <string.h>

static int set_text(json_t *json, const char *name, const char *text)
{
    return text[0] ? json_object_set_new(json, name, json_string(text)) : 0;
}

json_t *event_to_json(const struct journal_row *row)
{
    bool is_modem = strncmp(row->kind, "modem.", strlen("modem.")) == 0;
    char at[CLOCK_RFC3339_SIZE];
    json_t *json, *detail;

    clock_format_rfc3339(row->at_wall, at);
    json = json_pack(
        "{s:I, s:s, s:s}", "seq", (json_int_t)row->seq, "type", row->kind, "at", at);
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
