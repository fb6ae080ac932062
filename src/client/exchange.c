#include "client/exchange.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

/* An answer of the gateway is a few kilobytes; more is no answer of the gateway. */
#define REPLY_MAX (1U << 20)

/* What libcurl calls back with. */
struct transfer {
    CURL *curl;
    struct curl_slist *headers;
    const struct exchange_reader *reader; /* NULL: the answer is collected */
    struct reply reply;
    bool is_enough, is_silent;
    usec_t next_idle, last_data; /* CLOCK_BOOTTIME */
};

void reply_fini(struct reply *reply)
{
    free(reply->body);
    *reply = (struct reply){0};
}

static void transfer_fini(struct transfer *transfer)
{
    if (transfer->curl)
        curl_easy_cleanup(transfer->curl);
    curl_slist_free_all(transfer->headers);
    reply_fini(&transfer->reply);
}

static unsigned status_of(const struct transfer *transfer)
{
    long status = 0;

    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    return (unsigned)status;
}

static bool collect(struct reply *reply, const char *data, size_t n)
{
    char *longer;

    if (n > REPLY_MAX - reply->n_body)
        return false;
    longer = realloc(reply->body, reply->n_body + n + 1);
    if (!longer)
        return false;
    memcpy(longer + reply->n_body, data, n);
    reply->body = longer;
    reply->n_body += n;
    longer[reply->n_body] = '\0';
    return true;
}

/* libcurl's: anything but the whole size ends the transfer. */
static size_t on_data(char *data, size_t size, size_t n, void *userdata)
{
    struct transfer *transfer = userdata;
    bool goes_on;

    if (transfer->reader && status_of(transfer) == 200) {
        goes_on = transfer->reader->data(transfer->reader->userdata, data, size * n);
        transfer->is_enough = !goes_on;
    } else {
        goes_on = collect(&transfer->reply, data, size * n);
    }
    transfer->last_data = clock_boottime(&clock_system);
    return goes_on ? size * n : 0;
}

/* libcurl's, at least once a second; anything but 0 ends the transfer. */
static int on_progress(
    void *userdata, curl_off_t down, curl_off_t down_now, curl_off_t up, curl_off_t up_now)
{
    struct transfer *transfer = userdata;
    usec_t now = clock_boottime(&clock_system);

    (void)down, (void)down_now, (void)up, (void)up_now;
    if (now < transfer->next_idle)
        return 0;
    transfer->next_idle = now + USEC_PER_SEC;
    transfer->is_enough = !transfer->reader->idle(transfer->reader->userdata);
    /* libcurl's own limit is of bytes a second, and a beat in fifteen of them rounds to none. */
    transfer->is_silent = usec_sub(now, transfer->last_data) >= transfer->reader->silence_usec;
    return transfer->is_enough || transfer->is_silent;
}

static int add_headers(struct transfer *transfer, const char *const *headers)
{
    static const char *const none[] = {NULL};

    transfer->headers = curl_slist_append(NULL, "Content-Type: application/json");
    for (const char *const *header = headers ? headers : none; transfer->headers && *header;
         header++) {
        struct curl_slist *longer = curl_slist_append(transfer->headers, *header);

        if (!longer)
            return -ENOMEM;
        transfer->headers = longer;
    }
    return transfer->headers ? 0 : -ENOMEM;
}

static int set_up(struct transfer *transfer, const struct exchange *exchange, const char *url)
{
    /* Thread-safe and counted since 7.84, which is older than Debian 12. */
    if (curl_global_init(CURL_GLOBAL_NOTHING) != 0)
        return -ENOMEM;
    transfer->curl = curl_easy_init();
    if (!transfer->curl || add_headers(transfer, exchange->headers) < 0)
        return -ENOMEM;
    curl_easy_setopt(transfer->curl, CURLOPT_UNIX_SOCKET_PATH, exchange->socket_path);
    curl_easy_setopt(transfer->curl, CURLOPT_URL, url);
    curl_easy_setopt(transfer->curl, CURLOPT_CUSTOMREQUEST, exchange->method);
    curl_easy_setopt(transfer->curl, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(transfer->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(transfer->curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(transfer->curl, CURLOPT_WRITEDATA, transfer);
    if (exchange->timeout_usec != USEC_INFINITY)
        curl_easy_setopt(transfer->curl, CURLOPT_TIMEOUT_MS,
            (long)MAX(exchange->timeout_usec / USEC_PER_MSEC, 1));
    if (exchange->body)
        curl_easy_setopt(transfer->curl, CURLOPT_POSTFIELDS, exchange->body);
    if (transfer->reader) {
        curl_easy_setopt(transfer->curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(transfer->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
        curl_easy_setopt(transfer->curl, CURLOPT_XFERINFODATA, transfer);
    }
    return 0;
}

static int explain(const struct exchange *exchange, CURLcode code, char *ret_error)
{
    switch ((int)code) {
    case CURLE_COULDNT_CONNECT:
        snprintf(ret_error, EXCHANGE_ERROR_SIZE,
            "cannot connect to %.107s: is smsotpd running, and may this user open the socket?",
            exchange->socket_path);
        return -ENOTCONN;
    case CURLE_OPERATION_TIMEDOUT:
        snprintf(ret_error, EXCHANGE_ERROR_SIZE, "no answer from %.107s in time",
            exchange->socket_path);
        return -ETIMEDOUT;
    case CURLE_OUT_OF_MEMORY:
        snprintf(ret_error, EXCHANGE_ERROR_SIZE, "out of memory");
        return -ENOMEM;
    default:
        snprintf(ret_error, EXCHANGE_ERROR_SIZE, "%.107s: %.100s", exchange->socket_path,
            curl_easy_strerror(code));
        return -EIO;
    }
}

static int perform(struct transfer *transfer, const struct exchange *exchange, struct reply *ret,
    char *ret_error)
{
    char url[1024];
    CURLcode code;

    if (strlen(exchange->socket_path) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
        snprintf(ret_error, EXCHANGE_ERROR_SIZE,
            "the socket's path is too long; one has at most 107 bytes");
        return -ENAMETOOLONG;
    }
    if (snprintf(url, sizeof(url), "http://localhost%s", exchange->route) >= (int)sizeof(url)) {
        snprintf(ret_error, EXCHANGE_ERROR_SIZE, "the request's path is too long");
        return -EIO;
    }
    if (set_up(transfer, exchange, url) < 0)
        return explain(exchange, CURLE_OUT_OF_MEMORY, ret_error);
    code = curl_easy_perform(transfer->curl);
    if (code != CURLE_OK && !transfer->is_enough)
        return explain(
            exchange, transfer->is_silent ? CURLE_OPERATION_TIMEDOUT : code, ret_error);
    if (!transfer->reply.body && !collect(&transfer->reply, "", 0))
        return explain(exchange, CURLE_OUT_OF_MEMORY, ret_error);
    transfer->reply.status = status_of(transfer);
    *ret = transfer->reply;
    transfer->reply = (struct reply){0};
    return 0;
}

int exchange_run(const struct exchange *exchange, struct reply *ret,
    char ret_error[static EXCHANGE_ERROR_SIZE])
{
    _cleanup_(transfer_fini) struct transfer transfer = {0};

    return perform(&transfer, exchange, ret, ret_error);
}

int exchange_stream(const struct exchange *exchange, const struct exchange_reader *reader,
    struct reply *ret, char ret_error[static EXCHANGE_ERROR_SIZE])
{
    usec_t now = clock_boottime(&clock_system);
    _cleanup_(transfer_fini) struct transfer transfer = {
        .reader = reader, .next_idle = now + USEC_PER_SEC, .last_data = now};

    return perform(&transfer, exchange, ret, ret_error);
}
