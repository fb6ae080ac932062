#include "core/outbox.h"

#include "util/macros.h"
#include "util/strbuf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A text "ms_NAME" of the verification "vf_NAME", NAME without its digits. */
static void add_kind(struct outbox *outbox, enum text_kind kind, const char *name, usec_t deadline,
    usec_t not_before)
{
    struct outgoing_text *text = calloc(1, sizeof(*text));

    assert_non_null(text);
    list_init(&text->link);
    text->kind = kind;
    snprintf(text->id, sizeof(text->id), "ms_%s", name);
    snprintf(text->verification_id, sizeof(text->verification_id), "vf_%.*s",
        (int)strcspn(name, "0123456789"), name);
    text->deadline.wall = deadline;
    outbox_add(outbox, text, not_before);
}

static void add(struct outbox *outbox, const char *name, usec_t deadline, usec_t not_before)
{
    add_kind(outbox, TEXT_CODE, name, deadline, not_before);
}

static bool accept_any(void *userdata, const struct outgoing_text *text)
{
    (void)userdata;
    (void)text;
    return true;
}

/* Takes and frees; an empty name: none may go. */
static void take(struct outbox *outbox, usec_t now, const char *name)
{
    struct outgoing_text *text = outbox_take(outbox, now, accept_any, NULL);

    assert_string_equal(text ? text->id + 3 : "", name);
    outgoing_text_free(text);
}

static void test_order(void **state)
{
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox, 10);
    take(&outbox, 100, "");
    add(&outbox, "c", 30, 0);
    add(&outbox, "a", 10, 0);
    add(&outbox, "d", 40, 0);
    add(&outbox, "b1", 20, 0);
    add(&outbox, "b2", 20, 0); /* the same deadline: first come, first served */
    assert_int_equal(outbox_count(&outbox), 5);
    assert_string_equal(outbox_find(&outbox, "ms_b2")->id, "ms_b2");
    assert_null(outbox_find(&outbox, "ms_e"));
    take(&outbox, 100, "a");
    take(&outbox, 100, "b1");
    take(&outbox, 100, "b2");
    take(&outbox, 100, "c");
    assert_null(outbox_find(&outbox, "ms_c"));
    take(&outbox, 100, "d");
    take(&outbox, 100, "");
    outbox_fini(&outbox);
}

/* Whatever its deadline, no plain text goes before a code. */
static void test_codes_first(void **state)
{
    static const char *const order[] = {"code-a", "code-b", "plain-a", "plain-b", ""};
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox, 10);
    add_kind(&outbox, TEXT_PLAIN, "plain-b", 20, 0);
    add_kind(&outbox, TEXT_CODE, "code-b", 900, 0);
    add_kind(&outbox, TEXT_PLAIN, "plain-a", 10, 0);
    add_kind(&outbox, TEXT_CODE, "code-a", 800, 0);
    for (size_t i = 0; i < ARRAY_SIZE(order); i++)
        take(&outbox, 100, order[i]);
    outbox_fini(&outbox);
}

static bool is_due_by_20(void *userdata, const struct outgoing_text *text)
{
    strbuf_printf(userdata, "%s ", text->id + 3);
    return text->deadline.wall <= 20;
}

static void note(void *userdata, struct outgoing_text *text)
{
    strbuf_printf(userdata, "-%s ", text->id + 3);
    outgoing_text_free(text);
}

static void test_sift(void **state)
{
    char data[100];
    struct strbuf seen = STRBUF_ON(data);
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox, 10);
    outbox_sift(&outbox, is_due_by_20, note, &seen);
    add(&outbox, "c", 30, 1000); /* also those that may not go yet */
    add(&outbox, "a", 10, 1000);
    add(&outbox, "b", 20, 0);
    outbox_sift(&outbox, is_due_by_20, note, &seen);
    assert_string_equal(data, "a -a b -b c ");
    assert_int_equal(outbox_count(&outbox), 1);
    take(&outbox, 1000, "c");
    outbox_fini(&outbox);
}

static bool accept_named(void *userdata, const struct outgoing_text *text)
{
    return strcmp(text->id + 3, userdata) == 0;
}

/* One that nobody may have is passed over, and keeps its place. */
static void test_accept(void **state)
{
    struct outbox outbox;
    struct outgoing_text *text;
    char wanted[] = "b";

    (void)state;
    outbox_init(&outbox, 10);
    add(&outbox, "a", 10, 0);
    add(&outbox, "b", 20, 100);
    add(&outbox, "c", 30, 0);
    assert_null(outbox_take(&outbox, 99, accept_named, wanted)); /* not asked: it may not go yet */
    text = outbox_take(&outbox, 100, accept_named, wanted);
    assert_string_equal(text->id, "ms_b");
    outgoing_text_free(text);
    take(&outbox, 100, "a");
    take(&outbox, 100, "c");
    outbox_fini(&outbox);
}

/* One that has to wait holds nobody up. */
static void test_not_before(void **state)
{
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox, 10);
    assert_true(outbox_next_due(&outbox, 0) == USEC_INFINITY);
    add(&outbox, "a", 10, 1000);
    add(&outbox, "b", 20, 500);
    assert_int_equal(outbox_next_due(&outbox, 0), 500);
    take(&outbox, 499, "");
    take(&outbox, 500, "b");
    assert_int_equal(outbox_next_due(&outbox, 0), 1000);
    take(&outbox, 999, "");
    add(&outbox, "c", 30, 0);
    take(&outbox, 1000, "a");
    take(&outbox, 1000, "c");
    outbox_fini(&outbox);
}

static void test_withdraw(void **state)
{
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox, 10);
    add(&outbox, "a1", 10, 0);
    add(&outbox, "b1", 20, 0);
    add(&outbox, "a2", 30, 0);
    outbox_withdraw(&outbox, "vf_c");
    assert_int_equal(outbox_count(&outbox), 3);
    outbox_withdraw(&outbox, "vf_a");
    assert_int_equal(outbox_count(&outbox), 1);
    assert_non_null(outbox_find(&outbox, "ms_b1"));
    outbox_withdraw(&outbox, "vf_b");
    take(&outbox, 100, "");
    outbox_withdraw(&outbox, "vf_b");
    assert_int_equal(outbox_count(&outbox), 0);
    outbox_fini(&outbox);
}

static void test_bound(void **state)
{
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox, 3);
    assert_int_equal(outbox_reserve(&outbox), 0);
    assert_int_equal(outbox_reserve(&outbox), 0);
    add(&outbox, "a", 10, 0);
    assert_int_equal(outbox_count(&outbox), 3);
    assert_int_equal(outbox_reserve(&outbox), -ENOSPC);
    outbox_release(&outbox);
    assert_int_equal(outbox_reserve(&outbox), 0);
    assert_int_equal(outbox_reserve(&outbox), -ENOSPC);
    take(&outbox, 1, "a");
    assert_int_equal(outbox_reserve(&outbox), 0);
    assert_int_equal(outbox_reserve(&outbox), -ENOSPC);
    /* What was accepted in an earlier run is taken up even where it is more. */
    add(&outbox, "b", 10, 0);
    add(&outbox, "c", 10, 0);
    assert_int_equal(outbox_count(&outbox), 5);
    outbox_fini(&outbox); /* frees what waits */
    assert_int_equal(outbox_count(&outbox), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_codes_first),
        cmocka_unit_test(test_sift),
        cmocka_unit_test(test_accept),
        cmocka_unit_test(test_not_before),
        cmocka_unit_test(test_withdraw),
        cmocka_unit_test(test_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
