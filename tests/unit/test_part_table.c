/* The parts of a long text: what is reported of each, and what that makes of the whole. */
#include "core/part_table.h"

#include "core_fixture.h"

#define TEXT(id, number, status)                                                                   \
    "INSERT INTO messages (id, generation, client, number_index, number_masked, status, "          \
    "encoding, "                                                                                   \
    "segments, segments_sent, priority, tries, created_wall, deadline_wall, deadline_boot, "       \
    "boot_id, modem) VALUES ('" id "', 0, 'till', " number ", '+91', '" status                     \
    "', 'gsm7', 2, 0, 0, 1, 1000, 9, 9, x'00', 'counter');"
#define NUMBER "zeroblob(16)"

static int report(struct core_fixture *f, const char *modem, uint8_t reference,
    enum message_status status, struct message_subject *ret)
{
    const struct message_match match = {
        .modem = modem, .reference = reference, .n_numbers = 1, .is_exact = true};
    const struct message_outcome outcome = {.status = status,
        .reference = -1,
        .error_class = status == MESSAGE_DELIVERED ? NULL : "report",
        .error_text = status == MESSAGE_DELIVERED ? NULL : "Not obtainable"};

    return part_set_delivery(f->db, &match, &outcome, 2000, ret);
}

static void assert_status(struct core_fixture *f, const char *id, const char *status)
{
    struct message_row row;

    assert_int_equal(message_load(f->db, id, &row), 0);
    assert_string_equal(message_status_to_string(row.message.status), status);
}

static void begin(struct core_fixture *f, const char *text)
{
    core_run(f, text);
    assert_int_equal(part_insert(f->db, "ms_1", 0, 7), 0);
    assert_int_equal(part_insert(f->db, "ms_1", 1, 8), 0);
}

static void test_all_delivered(void **state)
{
    struct core_fixture *f = *state;
    struct message_subject subject;

    begin(f, TEXT("ms_1", NUMBER, "sent"));
    assert_int_equal(report(f, "other", 7, MESSAGE_DELIVERED, &subject), -ENOENT);
    assert_int_equal(report(f, "counter", 9, MESSAGE_DELIVERED, &subject), -ENOENT);
    assert_int_equal(report(f, "counter", 8, MESSAGE_DELIVERED, &subject), 0);
    assert_string_equal(subject.id, "");
    assert_status(f, "ms_1", "sent");
    assert_int_equal(report(f, "counter", 8, MESSAGE_DELIVERED, &subject), -ENOENT);
    assert_status(f, "ms_1", "sent");
    assert_int_equal(report(f, "counter", 7, MESSAGE_DELIVERED, &subject), 0);
    assert_string_equal(subject.id, "ms_1");
    assert_status(f, "ms_1", "delivered");
}

static void test_one_failed(void **state)
{
    struct core_fixture *f = *state;
    struct message_subject subject;

    begin(f, TEXT("ms_1", NUMBER, "sent"));
    assert_int_equal(report(f, "counter", 8, MESSAGE_DELIVERED, &subject), 0);
    assert_int_equal(report(f, "counter", 7, MESSAGE_FAILED, &subject), 0);
    assert_string_equal(subject.id, "ms_1");
    assert_status(f, "ms_1", "failed");
}

/* While the rest is on its way, reports are noted, and count once it has left. */
static void test_on_its_way(void **state)
{
    struct core_fixture *f = *state;
    struct message_subject subject;
    enum message_status status;

    core_run(f, TEXT("ms_1", NUMBER, "sending"));
    assert_int_equal(part_insert(f->db, "ms_1", 0, 7), 0);
    assert_int_equal(report(f, "counter", 7, MESSAGE_DELIVERED, &subject), 0);
    assert_string_equal(subject.id, "");
    assert_status(f, "ms_1", "sending");
    assert_int_equal(part_insert(f->db, "ms_1", 1, 8), 0);
    core_run(f, "UPDATE messages SET status = 'sent'");
    assert_int_equal(part_settle(f->db, "ms_1", 2000, &status, &subject), 0);
    assert_int_equal(report(f, "counter", 8, MESSAGE_DELIVERED, &subject), 0);
    assert_status(f, "ms_1", "delivered");
}

/* Nobody knows of a part: a failure of another is one of the text, a delivery is not. */
static void test_unknown(void **state)
{
    struct core_fixture *f = *state;
    struct message_subject subject;

    begin(f, TEXT("ms_1", NUMBER, "unknown"));
    assert_int_equal(report(f, "counter", 7, MESSAGE_DELIVERED, &subject), 0);
    assert_int_equal(report(f, "counter", 8, MESSAGE_DELIVERED, &subject), 0);
    assert_status(f, "ms_1", "unknown");
}

static void test_purge(void **state)
{
    struct core_fixture *f = *state;
    struct message_subject subject;

    begin(f, TEXT("ms_1", NUMBER, "sent"));
    assert_int_equal(part_purge(f->db), 0);
    assert_int_equal(report(f, "counter", 7, MESSAGE_FAILED, &subject), 0);
    core_run(f, "DELETE FROM messages");
    assert_int_equal(part_purge(f->db), 0);
    assert_int_equal(report(f, "counter", 8, MESSAGE_FAILED, &subject), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_all_delivered),
        CORE_TEST(test_one_failed),
        CORE_TEST(test_on_its_way),
        CORE_TEST(test_unknown),
        CORE_TEST(test_purge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
