#include "http/reader.h"

#include "smsotp/limits.h"
#include "util/macros.h"

#include <errno.h>
#include <string.h>

#define ROOM_FIRST 1024 /* a usual request has a quarter */
#define ROOM_MAX (SMSOTP_HEADERS_MAX + SMSOTP_BODY_MAX + 4096)

static void wipe(char *bytes, size_t n)
{
    if (bytes)
        explicit_bzero(bytes, n);
    free(bytes);
}

void http_reader_fini(struct http_reader *reader)
{
    wipe(reader->bytes, reader->size);
    *reader = (struct http_reader){0};
}

void http_request_fini(struct http_request *request)
{
    wipe(request->bytes, request->n_bytes);
    *request = (struct http_request){0};
}

bool http_reader_is_in_request(const struct http_reader *reader)
{
    return reader->n > reader->start || reader->n_head > 0;
}

/* The request moves to the front, over those before it. */
static void close_gap(struct http_reader *reader)
{
    memmove(reader->bytes, reader->bytes + reader->start, reader->n - reader->start);
    reader->n -= reader->start;
    reader->tail -= MIN(reader->tail, reader->start);
    reader->start = 0;
}

int http_reader_room(struct http_reader *reader, char **ret_place, size_t *ret_n)
{
    if (reader->start > 0)
        close_gap(reader);
    if (reader->n == reader->size) {
        size_t size = reader->size ? MIN(2 * reader->size, (size_t)ROOM_MAX) : ROOM_FIRST;
        char *bytes = size > reader->size ? malloc(size) : NULL;

        if (!bytes)
            return -ENOMEM;
        if (reader->n > 0)
            memcpy(bytes, reader->bytes, reader->n);
        wipe(reader->bytes, reader->size);
        reader->bytes = bytes;
        reader->size = size;
    }
    *ret_place = reader->bytes + reader->n;
    *ret_n = reader->size - reader->n;
    return 0;
}

void http_reader_add(struct http_reader *reader, size_t n)
{
    reader->n += n;
}

/* An empty line before a request is read over (RFC 9112 §2.2). False: the rest must come first. */
static bool skip_empty_lines(struct http_reader *reader)
{
    while (reader->n - reader->start >= 2 &&
           memcmp(reader->bytes + reader->start, "\r\n", 2) == 0)
        reader->start += 2;
    return reader->n - reader->start >= 2 ||
           (reader->n > reader->start && reader->bytes[reader->start] != '\r');
}

/* Reads the head, once it is whole. */
static enum http_fault take_head(struct http_reader *reader)
{
    const struct http_head *head = &reader->head;
    size_t n_head;
    enum http_fault fault;

    if (reader->scan.next == 0 && !skip_empty_lines(reader))
        return HTTP_FAULT_NONE;
    fault = http_head_scan(
        &reader->scan, reader->bytes + reader->start, reader->n - reader->start, &n_head);
    if (fault || n_head == 0)
        return fault;
    fault = http_head_parse(reader->bytes + reader->start, n_head, &reader->head);
    if (fault)
        return fault;
    if (head->framing == HTTP_FRAMING_SIZED &&
        head->length > (head->expects_continue ? SMSOTP_BODY_MAX : SMSOTP_BODY_DROPPED_MAX))
        return HTTP_FAULT_BODY_TOO_LARGE;
    reader->n_head = n_head;
    reader->tail = reader->start + n_head;
    reader->may_wait = head->expects_continue && reader->tail == reader->n;
    return HTTP_FAULT_NONE;
}

/* `n` bytes of the body stand at `tail`, `taken` were used for them. */
static void keep(struct http_reader *reader, size_t n, size_t taken)
{
    char *end = reader->bytes + reader->start + reader->n_head + reader->n_kept;

    reader->n_body += n;
    if (reader->n_body <= SMSOTP_BODY_MAX) {
        memmove(end, reader->bytes + reader->tail, n);
        reader->n_kept += n;
    } else {
        reader->n_kept = 0;
    }
    reader->tail += taken;
    if (reader->tail == reader->n)
        reader->tail = reader->n = reader->start + reader->n_head + reader->n_kept;
}

static enum http_fault take_chunks(struct http_reader *reader)
{
    struct http_chunked *chunked = &reader->chunked;
    size_t taken, made;
    enum http_fault fault = http_chunked_decode(
        chunked, reader->bytes + reader->tail, reader->n - reader->tail, &taken, &made);

    if (fault)
        return fault;
    keep(reader, made, taken);
    return reader->n_body + chunked->left > SMSOTP_BODY_DROPPED_MAX ? HTTP_FAULT_BODY_TOO_LARGE
                                                                    : HTTP_FAULT_NONE;
}

/* Whether the body is whole. */
static bool take_body(struct http_reader *reader, enum http_fault *ret_fault)
{
    const struct http_head *head = &reader->head;
    size_t n;

    switch (head->framing) {
    case HTTP_FRAMING_NONE:
        return true;
    case HTTP_FRAMING_SIZED:
        n = (size_t)MIN(head->length - reader->n_body, (uint64_t)(reader->n - reader->tail));
        keep(reader, n, n);
        return reader->n_body == head->length;
    case HTTP_FRAMING_CHUNKED:
        *ret_fault = take_chunks(reader);
        return reader->chunked.part == HTTP_CHUNKED_DONE;
    }
    return false;
}

/* The bytes of a request that is whole: ours, unless others have come behind it. */
static char *take_bytes(struct http_reader *reader, size_t *ret_n)
{
    size_t n = reader->n_head + reader->n_kept;
    char *bytes;

    if (reader->start == 0 && reader->tail == reader->n) {
        bytes = reader->bytes;
        *ret_n = reader->size;
        *reader = (struct http_reader){0};
        return bytes;
    }
    bytes = malloc(n);
    if (!bytes)
        return NULL;
    *ret_n = n;
    memcpy(bytes, reader->bytes + reader->start, n);
    *reader = (struct http_reader){.bytes = reader->bytes,
        .size = reader->size,
        .start = reader->tail,
        .n = reader->n};
    if (reader->start == reader->n)
        http_reader_fini(reader);
    return bytes;
}

static enum http_fault take_request(struct http_reader *reader, struct http_request *ret)
{
    struct http_head head = reader->head;
    size_t n_head = reader->n_head, n_bytes = 0;
    uint64_t n_body = reader->n_body;
    char *bytes = take_bytes(reader, &n_bytes);

    if (!bytes)
        return HTTP_FAULT_NO_MEMORY;
    *ret = (struct http_request){.bytes = bytes,
        .n_bytes = n_bytes,
        .method = bytes,
        .target = bytes + head.target,
        .fields = bytes + head.fields,
        .n_fields = head.n_fields,
        .body = n_body > 0 && n_body <= SMSOTP_BODY_MAX ? bytes + n_head : NULL,
        .n_body = (size_t)n_body,
        .is_1_0 = head.is_1_0,
        .keeps_alive = head.keeps_alive};
    return HTTP_FAULT_NONE;
}

enum http_step http_reader_next(
    struct http_reader *reader, struct http_request *ret, enum http_fault *ret_fault)
{
    enum http_fault fault = HTTP_FAULT_NONE;
    bool is_whole = false;

    if (reader->n_head == 0 && reader->n > reader->start)
        fault = take_head(reader);
    if (!fault && reader->n_head > 0 && reader->may_wait) {
        reader->may_wait = false;
        return HTTP_STEP_CONTINUE;
    }
    if (!fault && reader->n_head > 0)
        is_whole = take_body(reader, &fault);
    if (!fault && is_whole)
        fault = take_request(reader, ret);
    *ret_fault = fault;
    if (fault)
        return HTTP_STEP_FAULT;
    return is_whole ? HTTP_STEP_REQUEST : HTTP_STEP_MORE;
}
