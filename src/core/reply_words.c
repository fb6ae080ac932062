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

/*
 * Letters that have a small one: a phone begins a text with a capital, whatever the owner wrote. By
 * code point, since towlower() knows only what the locale of the process does. `every` 2: capitals
 * and small letters alternate. Greek loses its accents as well, which capitals are written without,
 * and the i of Turkish its dot or the want of it: who writes HAYIR means hayır.
 */
static const struct fold {
    uint16_t first, last, every, small;
} folds[] = {
    {'A', 'Z', 1, 'a'},
    /* Latin */
    {0xC0, 0xD6, 1, 0xE0}, {0xD8, 0xDE, 1, 0xF8}, {0x100, 0x12F, 2, 0x101}, {0x130, 0x130, 1, 'i'},
    {0x131, 0x131, 1, 'i'}, {0x132, 0x137, 2, 0x133}, {0x139, 0x148, 2, 0x13A},
    {0x14A, 0x177, 2, 0x14B}, {0x178, 0x178, 1, 0xFF}, {0x179, 0x17E, 2, 0x17A},
    {0x1A0, 0x1A1, 2, 0x1A1}, {0x1AF, 0x1B0, 2, 0x1B0}, {0x218, 0x21B, 2, 0x219},
    {0x1E00, 0x1E95, 2, 0x1E01}, {0x1E9E, 0x1E9E, 1, 0xDF}, {0x1EA0, 0x1EFF, 2, 0x1EA1},
    /* Greek */
    {0x386, 0x386, 1, 0x3B1}, {0x388, 0x388, 1, 0x3B5}, {0x389, 0x389, 1, 0x3B7},
    {0x38A, 0x38A, 1, 0x3B9}, {0x38C, 0x38C, 1, 0x3BF}, {0x38E, 0x38E, 1, 0x3C5},
    {0x38F, 0x38F, 1, 0x3C9}, {0x390, 0x390, 1, 0x3B9}, {0x391, 0x3A9, 1, 0x3B1},
    {0x3AA, 0x3AA, 1, 0x3B9}, {0x3AB, 0x3AB, 1, 0x3C5}, {0x3AC, 0x3AC, 1, 0x3B1},
    {0x3AD, 0x3AD, 1, 0x3B5}, {0x3AE, 0x3AE, 1, 0x3B7}, {0x3AF, 0x3AF, 1, 0x3B9},
    {0x3B0, 0x3B0, 1, 0x3C5}, {0x3C2, 0x3C2, 1, 0x3C3}, {0x3CA, 0x3CA, 1, 0x3B9},
    {0x3CB, 0x3CB, 1, 0x3C5}, {0x3CC, 0x3CC, 1, 0x3BF}, {0x3CD, 0x3CD, 1, 0x3C5},
    {0x3CE, 0x3CE, 1, 0x3C9},
    /* Cyrillic */
    {0x400, 0x40F, 1, 0x450}, {0x410, 0x42F, 1, 0x430}, {0x460, 0x481, 2, 0x461},
    {0x48A, 0x4BF, 2, 0x48B}, {0x4C0, 0x4C0, 1, 0x4CF}, {0x4C1, 0x4CE, 2, 0x4C2},
    {0x4D0, 0x52F, 2, 0x4D1},
    /* Armenian */
    {0x531, 0x556, 1, 0x561},
};

static uint32_t fold(uint32_t c)
{
    for (size_t i = 0; i < ARRAY_SIZE(folds); i++)
        if (c >= folds[i].first && c <= folds[i].last)
            return folds[i].small + (c - folds[i].first) / folds[i].every * folds[i].every;
    return c;
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
    size_t n_word = strlen(word);

    while (n_word > 0 && n > 0) {
        uint32_t a, b;
        int n_a = utf8_decode(word, n_word, &a), n_b = utf8_decode(text, n, &b);

        if (n_a < 0 || n_b < 0 || fold(a) != fold(b))
            return false;
        word += n_a;
        n_word -= (size_t)n_a;
        text += n_b;
        n -= (size_t)n_b;
    }
    return n_word == 0 && n == 0;
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
