/* Who somebody at a socket is, and what he may ask for. */
#include "core/caller.h"

#include "core/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    struct policy *policy;

    if (policy_new(&policy) < 0)
        return -1;
    *state = policy;
    return 0;
}

static int tear_down(void **state)
{
    policy_free(*state);
    return 0;
}

static struct client *add_client(struct policy *policy, const char *name)
{
    struct client *client;

    assert_int_equal(policy_add_client(policy, name, &client), 0);
    return client;
}

static bool is_known(
    const struct policy *policy, uid_t uid, gid_t gid, struct caller *ret)
{
    return caller_identify(policy, &(struct credentials){.uid = uid, .gid = gid}, ret);
}

static void test_identify(void **state)
{
    struct policy *policy = *state;
    uid_t self = geteuid();
    struct client *till, *shop;
    struct credentials member = {
        .uid = 5002, .gid = 6002, .groups = (gid_t[]){6000, 6001}};
    struct caller caller;
    char name[32];
    static const struct {
        uid_t uid;
        gid_t gid;
        const char *name; /* empty: nobody */
    } rows[] = {
        {5001, 100, "till"}, {5001, 6001, "till"}, /* the first that fits */
        {5002, 6001, "shop"}, {5003, 6001, "shop"}, {5002, 6002, ""}, {6001, 5001, ""},
        {5002, 0, ""}, /* root's group is not root */
        {0, 0, "uid:0"},
    };

    assert_true(is_known(policy, 0, 12345, &caller));
    assert_true(caller.is_admin);
    assert_null(caller.client);
    assert_true(is_known(policy, self, 12345, &caller));
    snprintf(name, sizeof(name), "uid:%u", (unsigned)self);
    assert_string_equal(caller.name, name);
    assert_false(is_known(policy, self + 5001, 0, &caller));

    till = add_client(policy, "till");
    till->has_uid = true;
    till->uid = 5001;
    shop = add_client(policy, "shop");
    shop->has_gid = true;
    shop->gid = 6001;
    (void)add_client(policy, "ghost"); /* names neither: matches nobody, not even uid 0 */
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        bool is_somebody = is_known(policy, rows[i].uid, rows[i].gid, &caller);

        assert_int_equal(is_somebody, rows[i].name[0] != '\0');
        if (!is_somebody)
            continue;
        assert_string_equal(caller.name, rows[i].name);
        assert_int_equal(caller.is_admin, strncmp(rows[i].name, "uid:", 4) == 0);
        assert_ptr_equal(caller.client, policy_find_client(policy, rows[i].name));
    }
    /* Additional groups count like the primary one. */
    member.n_groups = 2;
    assert_true(caller_identify(policy, &member, &caller));
    assert_string_equal(caller.name, "shop");
    member.n_groups = 1;
    assert_false(caller_identify(policy, &member, &caller));
    /* A section for root makes root a client like others, but not for technicians. */
    till->uid = 0;
    assert_true(is_known(policy, 0, 0, &caller));
    assert_false(caller.is_admin);
    assert_string_equal(caller.name, "till");
    assert_true(caller_is_admin(0, &caller));
    assert_true(caller.is_admin);
    assert_false(caller_is_admin(self + 5001, &caller));
}

static void test_technicians(void **state)
{
    static const gid_t groups[] = {8, 9};
    struct credentials member = {.uid = 4711, .gid = 7, .groups = groups, .n_groups = 2};
    struct caller caller;

    (void)state;
    for (gid_t group = 7; group <= 9; group++) {
        caller = (struct caller){.is_admin = false};
        assert_true(caller_is_technician(group, &member, &caller));
        assert_true(caller.is_admin);
        assert_int_equal(caller.uid, 4711);
        assert_string_equal(caller.name, "uid:4711");
    }
    assert_false(caller_is_technician(10, &member, &caller));
    assert_false(caller_is_technician(0, &member, &caller));
}

static void test_purposes_of_a_caller(void **state)
{
    struct client *client = add_client(*state, "till");
    struct caller admin = {.is_admin = true}, till = {.client = client};

    assert_true(caller_may_use(&admin, "login"));
    assert_true(caller_may_use(&till, "login")); /* none named: all */
    snprintf(client->purposes[client->n_purposes++], sizeof(client->purposes[0]), "checkout");
    snprintf(client->purposes[client->n_purposes++], sizeof(client->purposes[0]), "loyalty");
    assert_true(caller_may_use(&till, "checkout"));
    assert_true(caller_may_use(&till, "loyalty"));
    assert_false(caller_may_use(&till, "login"));
    assert_false(caller_may_use(&till, "check"));
    assert_false(caller_may_use(&till, "checkout2"));
}

/* SHA-256 of "token", from `printf token | sha256sum`. */
static const uint8_t hash_of_token[TOKEN_HASH_SIZE] = {0x3c, 0x46, 0x9e, 0x9d, 0x6c, 0x58, 0x75,
    0xd3, 0x7a, 0x43, 0xf3, 0x53, 0xd4, 0xf8, 0x8e, 0x61, 0xfc, 0xf8, 0x12, 0xc6, 0x6e, 0xee, 0x34,
    0x57, 0x46, 0x5a, 0x40, 0xb0, 0xda, 0x41, 0x53, 0xe0};

/* Who shows what, and who he is then; the proxy is user 33, till 5001 is also known by a token. */
static void test_what_is_shown(void **state)
{
    static const struct {
        uid_t uid;
        const char *token, *certificate;
        const char *name; /* empty: nobody */
    } rows[] = {
        {5001, NULL, NULL, "till"},
        {5002, "token", NULL, "till"},
        {5001, "token", NULL, "till"},
        {5001, "Token", NULL, ""}, /* a wrong one is not overlooked */
        {5001, "", NULL, ""},
        {0, "wrong", NULL, ""},
        {0, "token", NULL, "till"},
        {33, NULL, NULL, ""},
        {33, NULL, "", ""},
        {33, NULL, "till-2", "second"},
        {33, NULL, "TILL-2", ""},
        {33, NULL, "till", ""}, /* the name of a client is no certificate */
        {33, "token", "till-2", "till"},
        {33, "wrong", "till-2", ""},
        {5001, NULL, "till-2", "till"}, /* anybody may say so */
        {5002, NULL, "till-2", ""},
        {0, NULL, "till-2", "uid:0"},
    };
    struct policy *policy = *state;
    struct client *till = add_client(policy, "till");
    struct client *second = add_client(policy, "second");

    (void)add_client(policy, "ghost"); /* an empty hash is no hash */
    till->has_uid = till->has_token = true;
    till->uid = 5001;
    memcpy(till->token_hash, hash_of_token, sizeof(hash_of_token));
    snprintf(second->certificate, sizeof(second->certificate), "till-2");
    policy->has_proxy = true;
    policy->proxy_uid = 33;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct caller caller = {.name = ""};
        bool is_somebody = caller_identify(policy,
            &(struct credentials){.uid = rows[i].uid,
                .gid = 7777,
                .token = rows[i].token,
                .certificate = rows[i].certificate},
            &caller);

        if (is_somebody != (rows[i].name[0] != '\0') || strcmp(caller.name, rows[i].name) != 0)
            fail_msg("row %zu: %s", i, caller.name);
    }
    policy->proxy_uid = 0; /* a proxy that runs as root is a proxy */
    assert_false(is_known(policy, 0, 0, &(struct caller){0}));
}

static void test_inbound_is_for_some(void **state)
{
    struct client *client = add_client(*state, "till");

    assert_true(caller_may_read_inbound(&(struct caller){.is_admin = true}));
    assert_true(caller_may_watch(&(struct caller){.is_admin = true}));
    assert_false(caller_may_watch(&(struct caller){.client = client}));
    client->may_watch = true;
    assert_true(caller_may_watch(&(struct caller){.client = client}));
    assert_false(caller_may_read_inbound(&(struct caller){.client = client}));
    client->may_read_inbound = true;
    assert_true(caller_may_read_inbound(&(struct caller){.client = client}));
}

static void test_groups_are_wanted(void **state)
{
    struct client *client = add_client(*state, "till");

    client->has_uid = true;
    assert_false(caller_needs_groups(*state));
    add_client(*state, "shop")->has_gid = true;
    assert_true(caller_needs_groups(*state));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_identify),
        cmocka_unit_test(test_technicians),
        TEST(test_purposes_of_a_caller),
        TEST(test_what_is_shown),
        TEST(test_inbound_is_for_some),
        TEST(test_groups_are_wanted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
