/* The routes about keys: what they answer, whole. The core and the call are played. */
#include "api/key_routes.h"

#include "core/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct keys_answer told; /* by the core */
static json_t *answered;
static unsigned n_refused;

void gateway_list_keys(struct gateway *gateway, keys_callback callback, void *userdata)
{
    assert_null(gateway);
    callback(userdata, &told);
}

void call_answer(struct call *call, unsigned status, json_t *json)
{
    (void)call;
    assert_int_equal(status, 200);
    assert_null(answered);
    answered = json;
}

void call_refuse(struct call *call, const struct refusal *refusal)
{
    (void)call;
    assert_int_equal(refusal->error, ERROR_STORAGE_UNAVAILABLE);
    n_refused++;
}

static void expect(const char *text)
{
    json_t *expected = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(expected);
    assert_non_null(answered);
    if (!json_equal(answered, expected))
        fail_msg("%s", json_dumps(answered, JSON_COMPACT));
    json_decref(expected);
    json_decref(answered);
    answered = NULL;
}

#define KEY(name, key)                                                                             \
    "{\"key_id\":\"" name "\",\"algorithm\":\"Ed25519\",\"public_key\":\"" key                     \
    "\",\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" name "\",\"x\":\"" key "\",\"use\":\"sig\"}"

static void test_receipt_keys(void **state)
{
    struct key_row rows[] = {{.id = UINT32_MAX}, {.id = 0xA}};
    struct call call = {0};

    (void)state;
    memset(rows[0].public_key, 0xFF, sizeof(rows[0].public_key));
    told = (struct keys_answer){.keys = rows};
    key_receipt_keys(&call);
    expect("{\"keys\":[]}");
    told.n_keys = 2;
    key_receipt_keys(&call);
    expect("{\"keys\":[" KEY("ffffffff", "__________________________________________8") ","
           KEY("0000000a", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") "]}");
}

static void test_refused(void **state)
{
    const struct refusal refusal = {.is_refused = true, .error = ERROR_STORAGE_UNAVAILABLE};
    struct call call = {0};

    (void)state;
    told = (struct keys_answer){.refusal = &refusal};
    key_receipt_keys(&call);
    assert_int_equal(n_refused, 1);
    assert_null(answered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receipt_keys),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
