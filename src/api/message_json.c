#include "api/message_json.h"

json_t *message_to_json(const struct message *message, int position, int eta_sec)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:i}", "id", message->id, "status",
        message_status_to_string(message->status), "encoding",
        sms_encoding_to_string(message->encoding), "segments", (int)message->segments);

    if (!json)
        return NULL;
    if (position >= 0)
        json_object_set_new(json, "position", json_integer(position));
    if (eta_sec >= 0)
        json_object_set_new(json, "eta", json_integer(eta_sec));
    if (message->error_class[0])
        json_object_set_new(json, "error",
            json_pack("{s:s, s:s}", "class", message->error_class, "detail", message->error_text));
    return json;
}
