/*
 * What the modem has said that it received (+CMTI, +CDSI) and that is to be read: which message of
 * which memory, in the order told. A report may lie in another memory than the one named, so its
 * notice has two. Plain data on the loop's thread; the commands are those of inbox.h.
 */
#pragma once

#include "at/message.h"

#include <stdbool.h>

#define NOTICES_MAX 16 /* a SIM stores 10 to 50 messages */

struct notice {
    char memory[AT_MEMORY_SIZE]; /* empty: the one selected */
    unsigned index;
    char other[AT_MEMORY_SIZE];  /* a report's: where it lies if not there; empty: nowhere else */
};

struct notices {
    struct notice list[NOTICES_MAX];
    size_t n;
    size_t n_covered; /* that were there when a list began */
    bool has_text;    /* one of them is about a text, not a report */
};

/*
 * Takes a line. `usual` is the memory where this make's reports lie, NULL: as it says; `home` the
 * one that what is received lies in. -EINVAL: no notice; -ENOSPC: there are too many, so a list has
 * to do.
 */
int notices_add(struct notices *notices, const char *line, const char *usual, const char *home);

/* The first has led nowhere: on to its other memory, if it has one, else it is given up. */
void notices_pass_on(struct notices *notices);

/* The report that the first is about has been read: it lies nowhere else. */
void notices_found(struct notices *notices);

/* A list begins; it shows a report of that index in `memory`; it has ended, and shown what is
 * there. */
void notices_list_begins(struct notices *notices);
void notices_list_shows(struct notices *notices, const char *memory, unsigned index);
void notices_list_ended(struct notices *notices, const char *memory);

/* How many are about the memory of the first, so that a list is due; where it has two, it alone. */
unsigned notices_alike(const struct notices *notices);
