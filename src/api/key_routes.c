#include "api/key_routes.h"

#include "api/body.h"
#include "api/time_json.h"
#include "core/keys.h"
#include "core/receipt.h"

/*
 * With members of its own names for whoever checks by hand, and those of a JSON Web Key (RFC 8037),
 * so that the answer as a whole is a key set that libraries read.
 */
static json_t *receipt_key_to_json(const struct key_row *row)
{
    char name[OTP_KEY_NAME_SIZE], key[OTP_PUBLIC_KEY_TEXT_SIZE];

    otp_key_name(row->id, name);
    otp_public_key_to_text(row->public_key, key);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "key_id", name, "algorithm",
        "Ed25519", "public_key", key, "kty", "OKP", "crv", "Ed25519", "kid", name, "x", key, "use",
        "sig");
}

static void on_receipt_keys(void *userdata, const struct keys_answer *answer)
{
    struct call *call = userdata;
    json_t *keys;

    if (answer->refusal) {
        call_refuse(call, answer->refusal);
        return;
    }
    keys = json_array();
    for (unsigned i = 0; i < answer->n_keys; i++)
        json_array_append_new(keys, receipt_key_to_json(&answer->keys[i]));
    call_answer(call, 200, json_pack("{s:o}", "keys", keys));
}

void key_receipt_keys(struct call *call)
{
    gateway_list_keys(call->gateway, on_receipt_keys, call);
}

static const char *state_of(const struct keys_answer *answer, uint32_t id)
{
    if (id == answer->current)
        return "current";
    return id == answer->previous ? "previous" : "former";
}

static void on_keys(void *userdata, const struct keys_answer *answer)
{
    struct call *call = userdata;
    json_t *keys;

    if (answer->refusal) {
        call_refuse(call, answer->refusal);
        return;
    }
    keys = json_array();
    for (unsigned i = 0; i < answer->n_keys; i++) {
        const struct key_row *row = &answer->keys[i];
        char name[OTP_KEY_NAME_SIZE];

        otp_key_name(row->id, name);
        json_array_append_new(keys, json_pack("{s:s, s:s, s:o, s:o}", "key_id", name, "state",
            state_of(answer, row->id), "since", time_or_null(row->created_wall), "dropped_at",
            time_or_null(row->dropped_wall)));
    }
    call_answer(call, 200, json_pack("{s:o}", "keys", keys));
}

void key_list(struct call *call)
{
    gateway_list_keys(call->gateway, on_keys, call);
}

void key_rotate(struct call *call)
{
    struct refusal refusal = {0};

    if (body_is_empty(call, &refusal))
        gateway_rotate_key(call->gateway, &call->caller, on_keys, call);
    else
        call_refuse(call, &refusal);
}
