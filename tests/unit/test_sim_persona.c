/* Makes of modem as data: each is found by its name, and none is one that could not be. */
#include "sim/persona.h"
#include "util/macros.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void each(void (*check)(const struct persona *persona))
{
    char names[512], *rest = names, *name;
    unsigned n = 0;

    assert_true(strlen(persona_names()) < sizeof(names));
    memcpy(names, persona_names(), strlen(persona_names()) + 1);
    while ((name = strsep(&rest, ","))) {
        const struct persona *persona = persona_find(name + strspn(name, " "));

        if (!persona)
            fail_msg("%s is named and not known", name);
        check(persona);
        n++;
    }
    assert_int_equal(n, 13);
}

static unsigned bits_seen;

static void check_bit(const struct persona *persona)
{
    assert_int_not_equal(persona->bit, 0);
    assert_int_equal(persona->bit & (persona->bit - 1), 0);
    assert_int_equal(bits_seen & persona->bit, 0);
    bits_seen |= persona->bit;
}

static void test_bits(void **state)
{
    (void)state;
    bits_seen = 0;
    each(check_bit);
    assert_int_equal(bits_seen, (PERSONA_AWKWARD << 1) - 1);
}

/* Whether `list` ("(0-2),(0-3),(0,2),…") offers `value` as its member `position`. */
static bool offers(const char *list, unsigned position, char value)
{
    while (position-- > 0)
        list = strchr(list, ')') + 2;
    for (; *list != ')'; list++)
        if (*list == value || (list[1] == '-' && *list <= value && value <= list[2]))
            return true;
    return false;
}

static void check_row(const struct persona *persona)
{
    assert_true(strlen(persona->manufacturer) > 0 && strlen(persona->model) > 0 &&
                strlen(persona->revision) > 0);
    assert_true(persona->sms_slots >= 10 && persona->first_index <= 1);
    assert_true(!persona->noise[0] == (persona->noise_ms == 0));
    assert_true(persona->noise[0] || !persona->noise_end);
    assert_true(!persona->sms_ready_line || persona->sms_ready_ms > 0);
    /* An SMS can be told of in some way: <mt> 1 or 2, and <ds> 1 or 2 unless it is awkward. */
    assert_true(offers(persona->cnmi_test, 1, '1') || offers(persona->cnmi_test, 1, '2'));
    assert_int_equal(offers(persona->cnmi_test, 3, '1') || offers(persona->cnmi_test, 3, '2'),
        persona->bit != PERSONA_AWKWARD);
}

static void test_rows(void **state)
{
    (void)state;
    each(check_row);
}

static void test_unknown(void **state)
{
    static const char *const names[] = {"", "Generic", "generic ", "gener", "sim900"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        assert_null(persona_find(names[i]));
}

/* Quirks that the scenarios in tests/integration stand on. */
static void test_quirks(void **state)
{
    (void)state;
    assert_int_equal(persona_find("a7670")->early, PERSONA_EARLY_ERROR);
    assert_int_equal(persona_find("sim7600")->calls_stat, 3);
    assert_true(persona_find("quectel")->report_misnamed);
    assert_int_equal(persona_find("sierra")->cnmi_refused_ds, 1U << 1);
    assert_int_equal(persona_find("telit")->report_lost_ds, 1U << 2);
    assert_string_equal(persona_find("ublox")->prompt, "\r\n>");
    assert_true(persona_find("awkward")->echo_stays);
    assert_true(persona_find("huawei")->away_ms > 0);
    assert_null(persona_find("generic")->boot[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_quirks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
