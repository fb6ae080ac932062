/*
 * Why a request is not carried out: an error of the contract, a sentence for the person who reads
 * it (what was expected, what to do), and where it applies the field at fault, the limit that was
 * met, and when to come back.
 */
#pragma once

#include "core/id.h"
#include "core/limit_table.h"
#include "core/limits.h"
#include "core/status.h"
#include "util/macros.h"

#include <stdbool.h>

#define REFUSAL_DETAIL_SIZE 256

struct gateway;
struct caller;

struct refusal {
    bool is_refused;
    enum gateway_error error;
    char detail[REFUSAL_DETAIL_SIZE];
    char param[48];          /* name of the field at fault, cut to fit; empty: none */
    const char *limit_name;  /* of [limits]; static storage or NULL: no limit was met */
    const char *limit_scope; /* whose: "number", "prefix", "client", … */
    struct limit_window limit_window;
    unsigned retry_after_sec; /* 0: not said */
    /* for the journal alone */
    char object[ID_SIZE];           /* the verification asked for; empty: none */
    char number_masked[E164_SIZE];  /* empty: none */
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE];
};

/*
 * Fills in a refusal; one of 503 says to come back in 5 s, unless the caller knows better. The
 * detail may quote the peer's own short, printable values; never a code.
 */
void refuse(struct refusal *ret, enum gateway_error error, const char *param, const char *format,
    ...) _printf_(4, 5);

/* The refusal where the database failed with `error` (negative errno) and nothing was committed. */
void refuse_storage(struct refusal *ret, int error);

/* The refusal where memory ran out: 503. */
void refuse_no_memory(struct refusal *ret);

/*
 * The refusal for a window of [limits] `name` that is full; without a span it counts what is now.
 */
void refuse_limit(
    struct refusal *ret, const char *name, const char *scope, const struct limit_hit *hit);

/* The refusal for texts of which too few are ever answered. */
void refuse_conversion(
    struct refusal *ret, const char *scope, const struct conversion_limit *limit, usec_t wait);

/*
 * The refusal for a number that had too many wrong codes in a row, which does not pass with time.
 */
void refuse_streak(struct refusal *ret);

/* The refusal for a number that has no guess left after the database was put back. */
void refuse_rollback(struct refusal *ret, const struct limit_hit *hit);

/* A request has been refused, by the gateway or before: the journal is told. */
void gateway_note_refusal(
    struct gateway *gateway, const struct caller *caller, const struct refusal *refusal);

/* Whole seconds, rounded up, at least 1: for Retry-After. */
unsigned refusal_seconds(usec_t wait);
