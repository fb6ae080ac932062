/*
 * A route of the API, called by itself: the call is played, what it shows of a request and what it
 * is answered with. For one test program; state is static.
 */
#pragma once

#include "api/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char *request_body = "";
static json_t *answered;       /* with 200; NULL: nothing, or it has been looked at */
static struct refusal refused; /* the last */
static unsigned n_refused;

const char *call_body_bytes(const struct call *call, size_t *ret_n)
{
    (void)call;
    *ret_n = strlen(request_body);
    return request_body;
}

const char *call_header(const struct call *call, const char *name)
{
    (void)call;
    assert_string_equal(name, "Content-Type");
    return "application/json";
}

void call_answer(struct call *call, unsigned status, json_t *json)
{
    (void)call;
    assert_int_equal(status, 200);
    assert_null(answered);
    answered = json;
}

void call_refuse(struct call *call, const struct refusal *refusal)
{
    (void)call;
    refused = *refusal;
    n_refused++;
}

static inline void forget_answer(void)
{
    json_decref(answered);
    answered = NULL;
}

/* What was answered, whole; members in any order. */
static inline void expect_answer(const char *text)
{
    json_t *expected = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(expected);
    assert_non_null(answered);
    if (!json_equal(answered, expected))
        fail_msg("%s", json_dumps(answered, JSON_COMPACT));
    json_decref(expected);
    forget_answer();
}
