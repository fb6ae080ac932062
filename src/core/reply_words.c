#include "core/reply_words.h"

#include "util/macros.h"
#include "util/utf8.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

/* English; Hindi and Urdu, also in Latin letters; Marathi; Bengali; Gujarati; Punjabi; Odia; Tamil;
 * Telugu; Kannada; Malayalam. */
static const char *const defaults[] = {"NO", "STOP", "NAHI", "NAHIN", "नहीं", "नही", "नाही",
    "না", "ના", "ਨਹੀਂ", "ନା", "இல்லை", "కాదు", "వద్దు", "ಇಲ್ಲ", "ഇല്ല", "نہیں"};

void reply_words_default(struct reply_words *words)
{
    *words = (struct reply_words){.n_words = 0};
    for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
        (void)reply_words_add(words, defaults[i]);
}

/* Zero-width joiners are part of how words are written; other invisible characters are not. */
static bool is_separator(uint32_t c)
{
    static const uint32_t others[] = {0xA0, 0xA1, 0xAB, 0xBB, 0xBF, 0x60C, 0x6D4, 0x964, 0x965,
        0x1680, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x202F, 0x205F, 0x3000,
        0x3001, 0x3002, 0xFF01, 0xFF0C, 0xFF0E};

    if (c < 0x80)
        return !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                 c == '-' || c == '\'');
    if (c == 0x200C || c == 0x200D)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        if (others[i] == c)
            return true;
    return utf8_is_hazardous(c) || (c >= 0x2000 && c <= 0x200A);
}

/* Steps over separators, or over what is none. Octets that are not UTF-8 separate. */
static size_t step_over(const char *text, size_t n, bool separators)
{
    size_t at = 0;

    while (at < n) {
        uint32_t c;
        int length = utf8_decode(text + at, n - at, &c);

        if ((length < 0 || is_separator(c)) != separators)
            break;
        at += length < 0 ? 1 : (size_t)length;
    }
    return at;
}

/* The first word, without quotes and dashes around it. False: there is none. */
static bool first_word(const char *text, size_t n, const char **ret_word, size_t *ret_n)
{
    size_t begin = step_over(text, n, true), length;

    while (begin < n && (text[begin] == '-' || text[begin] == '\''))
        begin++;
    begin += step_over(text + begin, n - begin, true);
    length = step_over(text + begin, n - begin, false);
    while (length > 0 && (text[begin + length - 1] == '-' || text[begin + length - 1] == '\''))
        length--;
    *ret_word = text + begin;
    *ret_n = length;
    return length > 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int reply_words_add(struct reply_words *words, const char *word)
{
    size_t n = strlen(word), n_found;
    const char *found;

    if (n >= REPLY_WORD_SIZE || !utf8_is_valid(word, n) || !first_word(word, n, &found, &n_found) ||
        n_found != n)
        return -EINVAL;
    if (words->n_words == REPLY_WORDS_MAX)
        return -ENOSPC;
    memcpy(words->words[words->n_words++], word, n + 1);
    return 0;
}

static bool is_same(const char *word, const char *text, size_t n)
{
    if (strlen(word) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (lower(word[i]) != lower(text[i]))
            return false;
    return true;
}

/* "No problem": words that turn a "no" in front of them round, with nothing but blanks between. */
static bool is_turned_round(const char *word, size_t n_word, const char *end)
{
    static const char *const turning[] = {
        "problem", "problems", "prob", "probs", "issue", "issues", "worries", "worry", "tension"};
    const char *next = word + n_word;
    size_t n_next;

    if (!is_same("no", word, n_word) || next == end || *next != ' ')
        return false;
    while (next < end && *next == ' ')
        next++;
    n_next = step_over(next, (size_t)(end - next), false);
    for (size_t i = 0; i < ARRAY_SIZE(turning); i++)
        if (is_same(turning[i], next, n_next))
            return true;
    return false;
}

bool reply_words_match(const struct reply_words *words, const char *text, size_t n)
{
    const char *word;
    size_t n_word;

    if (!first_word(text, n, &word, &n_word) || is_turned_round(word, n_word, text + n))
        return false;
    for (unsigned i = 0; i < words->n_words; i++)
        if (is_same(words->words[i], word, n_word))
            return true;
    return false;
}
