/* The intrusive ring: order, unlinking from within, splicing. */
#include "util/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct item {
    char name;
    struct list_link link;
};

static void assert_names(const struct list_link *head, const char *names)
{
    size_t n = 0;

    LIST_FOREACH (link, (struct list_link *)(uintptr_t)head) {
        assert_true(n < strlen(names));
        assert_int_equal(CONTAINER_OF(link, struct item, link)->name, names[n++]);
        assert_ptr_equal(link->next->prev, link);
        assert_ptr_equal(link->prev->next, link);
    }
    assert_int_equal(n, strlen(names));
    assert_int_equal(list_is_empty(head), n == 0);
}

static void fill(struct list_link *head, struct item *items, const char *names)
{
    list_init(head);
    for (size_t i = 0; names[i]; i++) {
        items[i].name = names[i];
        list_append(head, &items[i].link);
    }
}

static void test_order(void **state)
{
    struct list_link head;
    struct item items[3], first = {.name = '1'};

    (void)state;
    fill(&head, items, "");
    assert_names(&head, "");
    fill(&head, items, "abc");
    assert_names(&head, "abc");
    list_insert_after(&head, &first.link);
    assert_names(&head, "1abc");
    list_unlink(&items[1].link);
    assert_names(&head, "1ac");
    list_unlink(&items[1].link); /* twice is harmless */
    assert_names(&head, "1ac");
    list_insert_after(&items[2].link, &items[1].link);
    assert_names(&head, "1acb");
}

static void test_unlink_while_walking(void **state)
{
    struct list_link head;
    struct item items[4];
    unsigned n = 0;

    (void)state;
    fill(&head, items, "abcd");
    LIST_FOREACH_SAFE (link, following, &head) {
        if (n++ % 2 == 0)
            list_unlink(link);
    }
    assert_int_equal(n, 4);
    assert_names(&head, "bd");
    LIST_FOREACH_SAFE (link, following, &head)
        list_unlink(link);
    assert_names(&head, "");
}

static void test_splice(void **state)
{
    static const struct {
        const char *to, *from, *result;
    } cases[] = {{"ab", "cd", "abcd"}, {"", "cd", "cd"}, {"ab", "", "ab"}, {"", "", ""}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct list_link to, from;
        struct item to_items[2], from_items[2], more = {.name = 'x'};
        char result[8];

        fill(&to, to_items, cases[i].to);
        fill(&from, from_items, cases[i].from);
        list_splice(&to, &from);
        assert_names(&to, cases[i].result);
        assert_names(&from, "");
        list_append(&to, &more.link); /* both still work */
        memcpy(result, cases[i].result, strlen(cases[i].result) + 1);
        result[strlen(cases[i].result) + 1] = '\0';
        result[strlen(cases[i].result)] = 'x';
        assert_names(&to, result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_unlink_while_walking),
        cmocka_unit_test(test_splice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
