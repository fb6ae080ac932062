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
        TEST(test_purposes_of_a_caller),
        TEST(test_groups_are_wanted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
