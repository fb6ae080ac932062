/* The routes about keys: what they answer, whole. The core and the call are played. */
#include "api/key_routes.h"

#include "core/keys.h"
#include "route_bench.h"

static struct keys_answer told; /* by the core */

void gateway_list_keys(struct gateway *gateway, keys_callback callback, void *userdata)
{
    assert_null(gateway);
    callback(userdata, &told);
}

static unsigned n_rotations;

void gateway_rotate_key(
    struct gateway *gateway, const struct caller *caller, keys_callback callback, void *userdata)
{
    assert_null(gateway);
    assert_string_equal(caller->name, "uid:0");
    n_rotations++;
    callback(userdata, &told);
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
    expect_answer("{\"keys\":[]}");
    told.n_keys = 2;
    key_receipt_keys(&call);
    expect_answer("{\"keys\":[" KEY("ffffffff", "__________________________________________8") ","
           KEY("0000000a", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") "]}");
}

static void test_refused(void **state)
{
    const struct refusal refusal = {.is_refused = true, .error = ERROR_STORAGE_UNAVAILABLE};
    struct call call = {0};

    (void)state;
    told = (struct keys_answer){.refusal = &refusal};
    key_receipt_keys(&call);
    key_list(&call);
    assert_int_equal(n_refused, 2);
    assert_int_equal(refused.error, ERROR_STORAGE_UNAVAILABLE);
    assert_null(answered);
}

static struct keys_answer three_keys(void)
{
    static const struct key_row rows[] = {
        {.id = 3, .created_wall = 1795410000 * USEC_PER_SEC},
        {.id = 2, .created_wall = 1795406400 * USEC_PER_SEC},
        {.id = 1, .created_wall = 1795320000 * USEC_PER_SEC,
            .dropped_wall = 1795406401 * USEC_PER_SEC},
    };

    return (struct keys_answer){.keys = rows, .n_keys = 3, .current = 3, .previous = 2};
}

#define THREE_KEYS                                                                                 \
    "{\"keys\":[{\"key_id\":\"00000003\",\"state\":\"current\",\"since\":\"2026-11-23T05:00:"      \
    "00Z\","                                                                                       \
    "\"dropped_at\":null},{\"key_id\":\"00000002\",\"state\":\"previous\","                        \
    "\"since\":\"2026-11-23T04:00:00Z\",\"dropped_at\":null},{\"key_id\":\"00000001\","            \
    "\"state\":\"former\",\"since\":\"2026-11-22T04:00:00Z\","                                     \
    "\"dropped_at\":\"2026-11-23T04:00:01Z\"}]}"

static void test_list(void **state)
{
    struct call call = {0};

    (void)state;
    told = three_keys();
    key_list(&call);
    expect_answer(THREE_KEYS);
}

static void test_rotate(void **state)
{
    struct call call = {.caller = {.name = "uid:0", .is_admin = true}};

    (void)state;
    told = three_keys();
    request_body = "";
    key_rotate(&call);
    expect_answer(THREE_KEYS);
    assert_int_equal(n_rotations, 1);
    request_body = "{\"key\":\"x\"}";
    n_refused = 0;
    key_rotate(&call);
    assert_int_equal(n_refused, 1);
    assert_int_equal(refused.error, ERROR_INVALID);
    assert_int_equal(n_rotations, 1);
    json_decref(call.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receipt_keys),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_rotate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
