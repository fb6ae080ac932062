/*
 * The edge where HTTP and JSON come in: input is what a peer sends on a connection. What comes of
 * it is the same whole and byte by byte; requests that come out are taken apart as a route would.
 */
#include "api/body.h"
#include "util/macros.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A hash of what came out, so that two readings can be compared. */
struct outcome {
    uint64_t hash;
    bool is_over; /* a fault */
};

/* Ends the process where the promise is broken. */
static void require(int holds)
{
    if (!holds)
        abort();
}

/* FNV-1a. */
static void note(struct outcome *outcome, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        outcome->hash = (outcome->hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(1099511628211);
}

/* What is refused has an error's name and a sentence of one line. */
static void require_sentence(const struct refusal *refusal)
{
    require(refusal->is_refused && refusal->detail[0] && !strpbrk(refusal->detail, "\r\n\x1B"));
}

static void read_body(struct call *call)
{
    static const char *const known[] = {"to", "purpose", "code", "context"};
    struct refusal refusal = {0};
    struct otp_context context;
    const char *text = NULL;
    bool is_present;

    if (!body_read(call, &refusal) || !body_has_only(call, known, ARRAY_SIZE(known), &refusal) ||
        !body_text(call, "to", 64, true, &text, &refusal) ||
        !body_context(call, &context, &is_present, &refusal)) {
        require_sentence(&refusal);
        return;
    }
    require(text && strlen(text) <= 64);
}

static void take_apart(struct http_request *request)
{
    struct call *call;
    struct refusal refusal;

    if (call_new(&call, NULL, NULL, request) < 0)
        return;
    require(call->n_segments <= CALL_SEGMENTS_MAX);
    for (unsigned i = 0; i < call->n_segments; i++)
        (void)strlen(call->segments[i]);
    if (!call_check_query(call, &refusal))
        require_sentence(&refusal);
    free(call_query(call, "reference"));
    (void)call_header(call, "Authorization");
    read_body(call);
    json_decref(call->body);
    http_request_fini(&call->request);
    free(call);
}

/* Takes what there is, as a connection does. */
static void advance(struct http_reader *reader, struct outcome *outcome)
{
    for (;;) {
        struct http_request request = {0};
        enum http_fault fault = HTTP_FAULT_NONE;

        switch (http_reader_next(reader, &request, &fault)) {
        case HTTP_STEP_REQUEST:
            note(outcome, request.method, strlen(request.method));
            note(outcome, request.target, strlen(request.target));
            note(outcome, &request.n_body, sizeof(request.n_body));
            if (request.body)
                note(outcome, request.body, request.n_body);
            take_apart(&request);
            break;
        case HTTP_STEP_CONTINUE: /* depends on the pieces, and changes nothing */
            break;
        case HTTP_STEP_FAULT:
            note(outcome, &fault, sizeof(fault));
            outcome->is_over = true;
            return;
        case HTTP_STEP_MORE:
            return;
        }
    }
}

static uint64_t feed(const uint8_t *data, size_t size, size_t piece)
{
    struct http_reader reader = {0};
    struct outcome outcome = {0};

    for (size_t at = 0, n; at < size && !outcome.is_over; at += n) {
        char *place;

        if (http_reader_room(&reader, &place, &n) < 0)
            break;
        n = MIN(MIN(n, piece), size - at);
        memcpy(place, data + at, n);
        http_reader_add(&reader, n);
        advance(&reader, &outcome);
    }
    http_reader_fini(&reader);
    return outcome.hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t whole = feed(data, size, SIZE_MAX);

    require(feed(data, size, 1) == whole);
    require(feed(data, size, 7) == whole);
    return 0;
}
