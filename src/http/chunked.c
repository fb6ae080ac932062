#include "http/chunked.h"

#include "smsotp/limits.h"
#include "util/hex.h"
#include "util/macros.h"

#include <string.h>

#define SIZE_DIGITS_MAX 8 /* 4 GiB: what is too large is seen long before */

/* The line of a size has ended. */
static void begin_chunk(struct http_chunked *chunked)
{
    chunked->part = chunked->left > 0 ? HTTP_CHUNKED_DATA : HTTP_CHUNKED_TRAILER;
    chunked->n_digits = chunked->n_line = 0;
}

static enum http_fault take_digit(struct http_chunked *chunked, char c)
{
    int digit = hex_digit(c);

    if (digit >= 0 && chunked->n_digits < SIZE_DIGITS_MAX) {
        chunked->left = chunked->left << 4 | (uint64_t)digit;
        chunked->n_digits++;
        return HTTP_FAULT_NONE;
    }
    if (chunked->n_digits == 0 || digit >= 0 || (c != ';' && c != ' ' && c != '\t'))
        return HTTP_FAULT_CHUNK;
    chunked->part = HTTP_CHUNKED_EXTENSION;
    return HTTP_FAULT_NONE;
}

/* CR LF, after which something else begins. */
static enum http_fault end_line(struct http_chunked *chunked)
{
    switch (chunked->part) {
    case HTTP_CHUNKED_SIZE:
    case HTTP_CHUNKED_EXTENSION:
        if (chunked->n_digits == 0)
            return HTTP_FAULT_CHUNK;
        begin_chunk(chunked);
        break;
    case HTTP_CHUNKED_DATA_END:
        chunked->part = HTTP_CHUNKED_SIZE;
        break;
    case HTTP_CHUNKED_TRAILER:
        if (chunked->n_line == 0)
            chunked->part = HTTP_CHUNKED_DONE;
        chunked->n_line = 0;
        break;
    case HTTP_CHUNKED_DATA:
    case HTTP_CHUNKED_DONE:
        break;
    }
    return HTTP_FAULT_NONE;
}

/* One byte of anything but data. */
static enum http_fault take_byte(struct http_chunked *chunked, char c)
{
    if (chunked->after_cr) {
        chunked->after_cr = false;
        return c == '\n' ? end_line(chunked) : HTTP_FAULT_CHUNK;
    }
    if (c == '\r') {
        chunked->after_cr = true;
        return HTTP_FAULT_NONE;
    }
    if (chunked->part == HTTP_CHUNKED_SIZE)
        return take_digit(chunked, c);
    if (chunked->part == HTTP_CHUNKED_DATA_END || (c != '\t' && (unsigned char)c < ' '))
        return HTTP_FAULT_CHUNK;
    chunked->n_line++;
    return ++chunked->n_idle <= SMSOTP_HEADERS_MAX ? HTTP_FAULT_NONE : HTTP_FAULT_HEAD_TOO_LARGE;
}

static size_t take_data(
    struct http_chunked *chunked, char *to, const char *from, size_t n)
{
    size_t taken = (size_t)MIN(chunked->left, (uint64_t)n);

    memmove(to, from, taken);
    chunked->left -= taken;
    if (chunked->left == 0)
        chunked->part = HTTP_CHUNKED_DATA_END;
    return taken;
}

enum http_fault http_chunked_decode(struct http_chunked *chunked, char *bytes, size_t n,
    size_t *ret_taken, size_t *ret_made)
{
    size_t at = 0, made = 0;

    while (at < n && chunked->part != HTTP_CHUNKED_DONE) {
        if (chunked->part == HTTP_CHUNKED_DATA) {
            size_t taken = take_data(chunked, bytes + made, bytes + at, n - at);

            at += taken;
            made += taken;
        } else {
            enum http_fault fault = take_byte(chunked, bytes[at++]);

            if (fault)
                return fault;
        }
    }
    *ret_taken = at;
    *ret_made = made;
    return HTTP_FAULT_NONE;
}
