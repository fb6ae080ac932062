/*
 * The words by which a customer says that a code was not asked for. Compared with the first word of
 * a reply: letters of Latin, Greek, Cyrillic and Armenian in either case, punctuation around it
 * aside. What follows does not count, since "no, that was not me" is one: to deny too often costs a
 * code, too seldom what it protects. Only "no problem" and its like are none. Plain data, pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define REPLY_WORDS_MAX 48
#define REPLY_WORD_SIZE 48 /* 15 letters of three octets, and NUL */

struct reply_words {
    char words[REPLY_WORDS_MAX][REPLY_WORD_SIZE];
    unsigned n_words; /* 0: no reply denies */
};

/* NO, STOP, and "no" in the languages of India. */
void reply_words_default(struct reply_words *words);

/* Adds one. -EINVAL: empty, too long, no UTF-8, or not one word; -ENOSPC. */
int reply_words_add(struct reply_words *words, const char *word);

/* Whether a text begins with one of them, and means it. */
bool reply_words_match(const struct reply_words *words, const char *text, size_t n);
