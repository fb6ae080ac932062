/* Keys: known answers, seals that break when anything changes, and how the memory is kept. */
#include "otp/keyring.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "otp_vectors.h"

static const uint8_t master_a[OTP_MASTER_KEY_SIZE] = {'a'};
static const uint8_t master_b[OTP_MASTER_KEY_SIZE] = {'b'};

static struct otp_keyring *keyring_of(const uint8_t *master)
{
    struct otp_keyring *keyring = NULL;

    assert_int_equal(otp_keyring_new(&keyring, master), 0);
    return keyring;
}

static struct otp_keyring *keyring_from_hex(const char *hex)
{
    uint8_t master[OTP_MASTER_KEY_SIZE];

    otp_vector_bytes(hex, master, sizeof(master));
    return keyring_of(master);
}

static void check_keyring_vector(char *fields[])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_from_hex(fields[0]);
    uint8_t expected[OTP_CODE_KEY_SIZE];

    assert_int_equal(otp_keyring_id(keyring), strtoul(fields[1], NULL, 10));
    otp_vector_bytes(fields[2], expected, sizeof(expected));
    assert_memory_equal(otp_keyring_code_key(keyring), expected, sizeof(expected));
}

static void check_index_vector(char *fields[])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_from_hex(fields[0]);
    uint8_t index[OTP_NUMBER_INDEX_SIZE], expected[OTP_NUMBER_INDEX_SIZE];

    otp_number_index(keyring, fields[1], index);
    otp_vector_bytes(fields[2], expected, sizeof(expected));
    assert_memory_equal(index, expected, sizeof(index));
}

static void check_attempt_vector(char *fields[])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_from_hex(fields[0]);
    uint8_t mac[OTP_ATTEMPT_MAC_SIZE], expected[OTP_ATTEMPT_MAC_SIZE];

    otp_keyring_attempt_mac(keyring, fields[1], fields[2], fields[3], mac);
    otp_vector_bytes(fields[4], expected, sizeof(expected));
    assert_memory_equal(mac, expected, sizeof(mac));
}

static void test_known_answers(void **state)
{
    (void)state;
    assert_int_equal(otp_vectors_each("keyring", check_keyring_vector), 4);
    assert_int_equal(otp_vectors_each("index", check_index_vector), 12);
    assert_int_equal(otp_vectors_each("attempt", check_attempt_vector), 12);
}

static void test_number_opens(void **state)
{
    static const char *const numbers[] = {"+919812345678", "+1234567", "+123456789012345"};
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        uint8_t sealed[OTP_SEALED_NUMBER_SIZE], again[OTP_SEALED_NUMBER_SIZE];
        char number[E164_SIZE];

        otp_number_seal(keyring, "vf_1", numbers[i], sealed);
        otp_number_seal(keyring, "vf_1", numbers[i], again);
        assert_memory_not_equal(sealed, again, sizeof(sealed)); /* a nonce each */
        assert_int_equal(otp_number_open(keyring, "vf_1", sealed, number), 0);
        assert_string_equal(number, numbers[i]);
        assert_int_equal(otp_number_open(keyring, "vf_1", again, number), 0);
        assert_string_equal(number, numbers[i]);
    }
}

static void test_number_is_bound(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    _cleanup_(otp_keyring_freep) struct otp_keyring *other = keyring_of(master_b);
    uint8_t sealed[OTP_SEALED_NUMBER_SIZE];
    char number[E164_SIZE] = "untouched";

    (void)state;
    otp_number_seal(keyring, "vf_1", "+919812345678", sealed);
    assert_int_equal(otp_number_open(keyring, "vf_2", sealed, number), -EBADMSG);
    assert_int_equal(otp_number_open(keyring, "", sealed, number), -EBADMSG);
    assert_int_equal(otp_number_open(keyring, "vf_11", sealed, number), -EBADMSG);
    assert_int_equal(otp_number_open(other, "vf_1", sealed, number), -EBADMSG);
    for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(otp_number_open(keyring, "vf_1", sealed, number), -EBADMSG);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_string_equal(number, "untouched");
    assert_int_equal(otp_number_open(keyring, "vf_1", sealed, number), 0);
}

static void test_text(void **state)
{
    static const char text[] = "Your order 12 is ready at Ravi Stores";
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    uint8_t sealed[OTP_SEALED_TEXT_SIZE(sizeof(text) - 1)];
    char opened[sizeof(text)];

    (void)state;
    otp_text_seal(keyring, "ms_1", text, sizeof(text) - 1, sealed);
    assert_int_equal(
        otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened, sizeof(opened)), 0);
    assert_string_equal(opened, text);
    assert_int_equal(otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened,
                         sizeof(opened) - 1), -ENOBUFS);
    assert_int_equal(
        otp_text_open(keyring, "ms_2", sealed, sizeof(sealed), opened, sizeof(opened)), -EBADMSG);
    assert_null(memmem(opened, sizeof(opened), "order", 5));
    for (size_t n = 0; n < sizeof(sealed); n++)
        assert_int_equal(
            otp_text_open(keyring, "ms_1", sealed, n, opened, sizeof(opened)), -EBADMSG);
    for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened,
                             sizeof(opened)), -EBADMSG);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_empty_text(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    uint8_t sealed[OTP_SEALED_TEXT_SIZE(0)];
    char opened[1] = {'x'};

    (void)state;
    otp_text_seal(keyring, "ms_1", "", 0, sealed);
    assert_int_equal(otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened, 0), -ENOBUFS);
    assert_int_equal(otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened, 1), 0);
    assert_string_equal(opened, "");
}

/* One use's ciphertext is nothing to another, though id and bytes are the same. */
static void test_uses_are_apart(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    uint8_t sealed[OTP_SEALED_NUMBER_SIZE];
    char text[E164_SIZE + 1];

    (void)state;
    otp_number_seal(keyring, "id", "+919812345678", sealed);
    assert_int_equal(
        otp_text_open(keyring, "id", sealed, sizeof(sealed), text, sizeof(text)), -EBADMSG);
}

static void test_attempt_mac_depends_on_all(void **state)
{
    static const char *const attempts[][3] = {{"vf_1", "a", "123456"}, {"vf_2", "a", "123456"},
        {"vf_1", "b", "123456"}, {"vf_1", "a", "123457"}, {"vf_1a", "", "123456"},
        {"vf_1", "a1", "23456"}};
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    uint8_t macs[6][OTP_ATTEMPT_MAC_SIZE], again[OTP_ATTEMPT_MAC_SIZE];

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        otp_keyring_attempt_mac(keyring, attempts[i][0], attempts[i][1], attempts[i][2], macs[i]);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(macs[i], macs[j], OTP_ATTEMPT_MAC_SIZE);
    }
    otp_keyring_attempt_mac(keyring, "vf_1", "a", "123456", again);
    assert_memory_equal(again, macs[0], sizeof(again));
}

/* Runs `body` in a child and answers its wait status. */
static int status_of_child(void (*body)(void))
{
    pid_t pid = fork();
    int status = 0;

    assert_true(pid >= 0);
    if (pid == 0) {
        body();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void write_to_key(void)
{
    struct otp_keyring *keyring = NULL;

    if (otp_keyring_new(&keyring, master_a) < 0)
        _exit(1);
    signal(SIGSEGV, SIG_DFL);
    *(volatile uint8_t *)(uintptr_t)otp_keyring_code_key(keyring) = 1;
}

static void test_keys_cannot_be_written(void **state)
{
    int status = status_of_child(write_to_key);

    (void)state;
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
}

/* A container that may lock nothing: 0 when the keyring works and says that it is not locked. */
static void live_without_locked_memory(void)
{
    const struct rlimit nothing = {0, 0};
    struct otp_keyring *keyring = NULL;

    if (setrlimit(RLIMIT_MEMLOCK, &nothing) < 0 || (geteuid() == 0 && setuid(65534) < 0) ||
        mlock(&nothing, sizeof(nothing)) == 0) /* the limit is not heeded (address sanitizer) */
        _exit(77);
    if (otp_keyring_new(&keyring, master_a) < 0)
        _exit(1);
    _exit(otp_keyring_is_locked(keyring) ? 2 : otp_keyring_id(keyring) ? 0 : 3);
}

static void test_memory_that_cannot_be_locked(void **state)
{
    int status = status_of_child(live_without_locked_memory);

    (void)state;
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) {
        print_message("mlock() is not the system's own under this sanitizer\n");
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_freeing(void **state)
{
    (void)state;
    assert_null(otp_keyring_free(NULL));
    assert_null(otp_keyring_free(keyring_of(master_a)));
}

/* Equal octets are known again; under another key, or with another octet, nothing is alike. */
static void test_octets_digest(void **state)
{
    static const char *const octets[] = {"+919812345678", "+919812345679", "+91981234567", ""};
    _cleanup_(otp_keyring_freep) struct otp_keyring *a = keyring_of(master_a);
    _cleanup_(otp_keyring_freep) struct otp_keyring *b = keyring_of(master_b);
    uint8_t digests[sizeof(octets) / sizeof(octets[0])][OTP_DIGEST_SIZE], other[OTP_DIGEST_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(octets) / sizeof(octets[0]); i++) {
        otp_octets_digest(a, octets[i], strlen(octets[i]), digests[i]);
        otp_octets_digest(a, octets[i], strlen(octets[i]), other);
        assert_memory_equal(digests[i], other, sizeof(other));
        otp_octets_digest(b, octets[i], strlen(octets[i]), other);
        assert_memory_not_equal(digests[i], other, sizeof(other));
        otp_number_index(a, octets[i], other);
        assert_memory_not_equal(digests[i], other, sizeof(other));
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(digests[i], digests[j], sizeof(digests[j]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_number_opens),
        cmocka_unit_test(test_number_is_bound),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_empty_text),
        cmocka_unit_test(test_uses_are_apart),
        cmocka_unit_test(test_attempt_mac_depends_on_all),
        cmocka_unit_test(test_keys_cannot_be_written),
        cmocka_unit_test(test_memory_that_cannot_be_locked),
        cmocka_unit_test(test_freeing),
        cmocka_unit_test(test_octets_digest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
