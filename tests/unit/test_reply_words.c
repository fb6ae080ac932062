#include "core/reply_words.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_defaults(void **state)
{
    static const struct {
        const char *text;
        bool denies;
    } cases[] = {
        {"NO", true}, {"no", true}, {"No", true}, {"  no  ", true}, {"\nNO\r\n", true},
        {"NO.", true}, {"NO!!", true}, {"\"NO\"", true}, {"'no'", true}, {"(no)", true},
        {"...no", true}, {"- NO -", true}, {"no, that was not me", true}, {"NO,not me", true},
        {"no\tme", true}, {"stop", true}, {"STOP IT", true}, {"Nahi", true}, {"NAHIN ji", true},
        {"नहीं", true}, {"नहीं।", true}, {"«नाही»", true}, {"“NO”", true}, {"NO…", true},
        {"\xC2\xA0no", true}, {"\xEF\xBB\xBFNO", true}, {"\xE2\x80\x8BNO", true},
        {"না", true}, {"ના", true}, {"ਨਹੀਂ", true}, {"ନା", true}, {"இல்லை", true}, {"కాదు", true},
        {"ಇಲ್ಲ", true}, {"ഇല്ല", true}, {"نہیں", true},
        {"", false}, {" ", false}, {"?!", false}, {"-", false}, {"''", false}, {"yes", false},
        {"not me", false}, {"nope", false}, {"n o", false}, {"N.O", false}, {"ok no", false},
        {"no-one", false}, {"no'", true}, {"no1", false}, {"1no", false}, {"NOनहीं", false},
        {"नहींं", false}, {"stopp", false}, {"ＮＯ", false}, {"\xFFno", true}, {"\x1B[2Jno", false},
        {"\xC3", false}, {"\xE2\x80", false},
        /* What goes on denies as well, but for what says the opposite. */
        {"no thanks", true}, {"No I did not buy anything", true}, {"NO 482913", true},
        {"NO bill-10482", true}, {"stop problem", true}, {"no problem", false},
        {"No Problem!", false}, {"NO  PROBLEMS, thanks", false}, {"no prob", false},
        {"no probs", false}, {"no issue", false}, {"no issues at all", false},
        {"no worries", false}, {"no worry", false}, {"no tension bhai", false},
        {"no, problem with my card", true}, {"no. problem", true}, {"no\nproblem", true},
        {"no problematic", true}, {"no pro", true}, {"no-problem", false}, {"no ", true},
        {"\"no\" problem", true}, {"nahi problem", true},
    };
    struct reply_words words;

    (void)state;
    reply_words_default(&words);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (reply_words_match(&words, cases[i].text, strlen(cases[i].text)) != cases[i].denies)
            fail_msg("\"%s\" should %sdeny", cases[i].text, cases[i].denies ? "" : "not ");
}

/* A length, not a NUL, ends the text; a NUL within it separates. */
static void test_length(void **state)
{
    struct reply_words words;

    (void)state;
    reply_words_default(&words);
    assert_true(reply_words_match(&words, "nothing", 2));
    assert_false(reply_words_match(&words, "no", 1));
    assert_true(reply_words_match(&words, "\0no\0x", 5));
    assert_false(reply_words_match(&words, "no", 0));
    assert_false(reply_words_match(&words, "no problem", 10));
    assert_true(reply_words_match(&words, "no problem", 9));
    assert_true(reply_words_match(&words, "no problem", 3));
}

static void test_add(void **state)
{
    static const struct {
        const char *word;
        int r;
    } cases[] = {
        {"nein", 0}, {"НЕТ", 0}, {"no-go", 0}, {"a", 0},
        {"", -EINVAL}, {"two words", -EINVAL}, {"no!", -EINVAL}, {"-", -EINVAL}, {"x-", -EINVAL},
        {"\xFF", -EINVAL}, {"\xE2\x80\xAEx", -EINVAL},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", -EINVAL},
    };
    struct reply_words words = {.n_words = 0};

    (void)state;
    assert_false(reply_words_match(&words, "no", 2));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(reply_words_add(&words, cases[i].word), cases[i].r);
    assert_true(reply_words_match(&words, "NEIN", 4));
    assert_true(reply_words_match(&words, "НЕТ", strlen("НЕТ")));
    assert_true(reply_words_match(&words, "Нет", strlen("Нет")));
    while (words.n_words < REPLY_WORDS_MAX)
        assert_int_equal(reply_words_add(&words, "w"), 0);
    assert_int_equal(reply_words_add(&words, "w"), -ENOSPC);
}

/* Either may be the capital one, in the word as in the reply. */
static void test_case(void **state)
{
    static const struct {
        const char *word, *text;
        bool is_same;
    } cases[] = {
        {"não", "NÃO", true}, {"não", "Não", true}, {"não", "nao", false}, {"øre", "ØRE", true},
        {"þÿ", "ÞŸ", true}, {"a÷", "a×", false}, {"à", "Æ", false}, {"straße", "STRAẞE", true},
        {"āį", "ĀĮ", true}, {"ģķ", "ĢĶ", true}, {"ĺłň", "ĹŁŇ", true}, {"ŋşŷ", "ŊŞŶ", true},
        {"źżž", "ŹŻŽ", true}, {"ł", "ń", false}, {"ĸ", "Ķ", false}, {"ňŉ", "Ňŉ", true},
        {"hayır", "HAYIR", true}, {"hayır", "Hayır", true}, {"iptal", "İPTAL", true},
        {"nuș", "NUȘ", true}, {"không", "KHÔNG", true}, {"ngừng", "NGỪNG", true},
        {"όχι", "Όχι", true}, {"όχι", "ΌΧΙ", true}, {"όχι", "ΟΧΙ", true}, {"όχι", "οχι", true},
        {"ΟΧΙ", "όχι", true}, {"άέήίύώ", "ΆΈΉΊΎΏ", true}, {"άέήίύώ", "ΑΕΗΙΥΩ", true},
        {"ϊϋΐΰ", "ΪΫΙΥ", true}, {"λόγος", "ΛΌΓΟΣ", true}, {"όχι", "όχο", false},
        {"нет", "Нет", true}, {"Нет", "нет", true}, {"нет", "НЕТ", true}, {"ёђџ", "ЁЂЏ", true},
        {"яа", "ЯА", true}, {"ґҿ", "ҐҾ", true}, {"ӏӂӎ", "ӀӁӍ", true}, {"әұө", "ӘҰӨ", true},
        {"нет", "НЕТА", false}, {"нета", "НЕТ", false}, {"е", "ё", false}, {"нет", "НЕС", false},
        {"ոչ", "ՈՉ", true}, {"né", "NE\xCC\x81", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct reply_words words = {.n_words = 0};

        assert_int_equal(reply_words_add(&words, cases[i].word), 0);
        if (reply_words_match(&words, cases[i].text, strlen(cases[i].text)) != cases[i].is_same)
            fail_msg("\"%s\" and \"%s\"", cases[i].word, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
