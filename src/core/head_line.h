/*
 * The head of the audit log as a line to keep: printed, or written down, it shows later whether the
 * log is still the one that it was, and whole. Pure.
 */
#pragma once

#include "core/journal_table.h"

/* "seq=12 hash=… at=2026-11-23T05:00:00Z" */
#define HEAD_LINE_SIZE 160

/* By hand fewer digits are written down; 64 bits cannot be met by chance. */
#define HEAD_LINE_DIGITS_MIN 16

/* What is known of an entry from such a line. */
struct head_line {
    uint64_t seq;                         /* from 1 */
    char hash[2 * JOURNAL_HASH_SIZE + 1]; /* its first digits, lower-case hex */
};

/* Writes such a line of entry `seq`, with its NUL; `at_wall` in microseconds since 1970. */
void head_line_format(uint64_t seq, const uint8_t hash[static JOURNAL_HASH_SIZE], usec_t at_wall,
    char ret_line[static HEAD_LINE_SIZE]);

/*
 * Reads such a line, with or without the rest of the log's line around it, or a number and a hash
 * alone. -EINVAL when there are no number and at least HEAD_LINE_DIGITS_MIN digits of a hash in it.
 */
int head_line_parse(const char *text, struct head_line *ret);

/* Whether an entry with this hash is the one of the line. */
bool head_line_matches(
    const struct head_line *line, const uint8_t hash[static JOURNAL_HASH_SIZE]);
