#include "core/head_line.h"

#include "util/hex.h"
#include "util/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void head_line_format(uint64_t seq, const uint8_t hash[static JOURNAL_HASH_SIZE], usec_t at_wall,
    char ret_line[static HEAD_LINE_SIZE])
{
    char hex[2 * JOURNAL_HASH_SIZE + 1], at[CLOCK_RFC3339_SIZE];

    hex_encode(hash, JOURNAL_HASH_SIZE, hex);
    clock_format_rfc3339(at_wall, at);
    snprintf(ret_line, HEAD_LINE_SIZE, "seq=%" PRIu64 " hash=%s at=%s", seq, hex, at);
}

/* The n-th word, from 0, or the one that begins with `name`. NULL: there is none. */
static const char *find_word(const char *text, const char *name, unsigned n)
{
    for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
        if (name ? strncmp(text, name, strlen(name)) == 0 : n-- == 0)
            return text + (name ? strlen(name) : 0);
        text += strcspn(text, " \t");
    }
    return NULL;
}

static bool read_hash(const char *word, char ret_hash[static 2 * JOURNAL_HASH_SIZE + 1])
{
    size_t n = strcspn(word, " \t\r\n");

    if (n < HEAD_LINE_DIGITS_MIN || n > 2 * JOURNAL_HASH_SIZE)
        return false;
    for (size_t i = 0; i < n; i++) {
        int digit = hex_digit(word[i]);

        if (digit < 0)
            return false;
        ret_hash[i] = "0123456789abcdef"[digit];
    }
    ret_hash[n] = '\0';
    return true;
}

int head_line_parse(const char *text, struct head_line *ret)
{
    const char *seq = find_word(text, "seq=", 0), *hash = find_word(text, "hash=", 0);
    struct head_line line = {0};

    if (!seq && !hash) {
        seq = find_word(text, NULL, 0);
        hash = find_word(text, NULL, 1);
    }
    if (!seq || !hash || parse_u64_n(seq, strcspn(seq, " \t"), 1, INT64_MAX, &line.seq) < 0 ||
        !read_hash(hash, line.hash))
        return -EINVAL;
    *ret = line;
    return 0;
}

bool head_line_matches(const struct head_line *line, const uint8_t hash[static JOURNAL_HASH_SIZE])
{
    char hex[2 * JOURNAL_HASH_SIZE + 1];

    hex_encode(hash, JOURNAL_HASH_SIZE, hex);
    return strncmp(line->hash, hex, strlen(line->hash)) == 0;
}
