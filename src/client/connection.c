#include "client/connection.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

/* An answer of the gateway is a few kilobytes; more is no answer of the gateway. */
#define REPLY_MAX (1U << 20)

struct connection {
    CURL *curl;
    struct curl_slist *headers;
    char *path;
};

int connection_new(struct connection **ret, const char *path)
{
    _cleanup_(connection_freep) struct connection *connection = calloc(1, sizeof(*connection));

    if (!connection || curl_global_init(CURL_GLOBAL_NOTHING) != 0)
        return -ENOMEM;
    if (strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path))
        return -ENAMETOOLONG;
    connection->path = strdup(path);
    connection->curl = curl_easy_init();
    if (!connection->path || !connection->curl)
        return -ENOMEM;
    *ret = TAKE_PTR(connection);
    return connection_add_header(*ret, "Content-Type: application/json");
}

struct connection *connection_free(struct connection *connection)
{
    if (!connection)
        return NULL;
    if (connection->curl)
        curl_easy_cleanup(connection->curl);
    curl_slist_free_all(connection->headers);
    free(connection->path);
    free(connection);
    return NULL;
}

int connection_add_header(struct connection *connection, const char *header)
{
    struct curl_slist *longer = curl_slist_append(connection->headers, header);

    if (!longer)
        return -ENOMEM;
    connection->headers = longer;
    return 0;
}

void reply_fini(struct reply *reply)
{
    free(reply->body);
    *reply = (struct reply){0};
}

/* libcurl's: anything but the whole size ends the transfer. */
static size_t on_data(char *data, size_t size, size_t n, void *userdata)
{
    struct reply *reply = userdata;
    size_t more = size * n;
    char *longer;

    if (more > REPLY_MAX - reply->n_body)
        return 0;
    longer = realloc(reply->body, reply->n_body + more + 1);
    if (!longer)
        return 0;
    memcpy(longer + reply->n_body, data, more);
    reply->body = longer;
    reply->n_body += more;
    longer[reply->n_body] = '\0';
    return more;
}

static void set_request(struct connection *connection, const char *method, const char *url,
    const char *body, usec_t timeout_usec)
{
    CURL *curl = connection->curl;

    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, connection->path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, connection->headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(timeout_usec / USEC_PER_MSEC));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    if (body)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
}

static int explain(const struct connection *connection, CURLcode code, char *ret_error)
{
    switch ((int)code) {
    case CURLE_COULDNT_CONNECT:
        snprintf(ret_error, CONNECTION_ERROR_SIZE,
            "cannot connect to %.107s: is smsotpd running, and may this user open the socket?",
            connection->path);
        return -ENOTCONN;
    case CURLE_OPERATION_TIMEDOUT:
        snprintf(ret_error, CONNECTION_ERROR_SIZE, "no answer from %.107s in time",
            connection->path);
        return -ETIMEDOUT;
    case CURLE_OUT_OF_MEMORY:
        snprintf(ret_error, CONNECTION_ERROR_SIZE, "out of memory");
        return -ENOMEM;
    default:
        snprintf(ret_error, CONNECTION_ERROR_SIZE, "%.107s: %.100s", connection->path,
            curl_easy_strerror(code));
        return -EIO;
    }
}

int connection_call(struct connection *connection, const char *method, const char *route,
    const char *body, usec_t timeout_usec, struct reply *ret,
    char ret_error[static CONNECTION_ERROR_SIZE])
{
    struct reply reply = {0};
    char url[1024];
    CURLcode code;
    long status;

    if (snprintf(url, sizeof(url), "http://localhost%s", route) >= (int)sizeof(url)) {
        snprintf(ret_error, CONNECTION_ERROR_SIZE, "the request's path is too long");
        return -EIO;
    }
    set_request(connection, method, url, body, timeout_usec);
    curl_easy_setopt(connection->curl, CURLOPT_WRITEDATA, &reply);
    code = curl_easy_perform(connection->curl);
    if (code != CURLE_OK) {
        reply_fini(&reply);
        return explain(connection, code, ret_error);
    }
    curl_easy_getinfo(connection->curl, CURLINFO_RESPONSE_CODE, &status);
    if (!reply.body)
        reply.body = strdup("");
    if (!reply.body)
        return explain(connection, CURLE_OUT_OF_MEMORY, ret_error);
    reply.status = (unsigned)status;
    *ret = reply;
    return 0;
}
