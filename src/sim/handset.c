#include "sim/handset.h"

#include "util/list.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>

#define MAX_PENDING 64 /* long texts that wait for parts; the oldest is given up beyond */
#define NAME_SIZE 32

/* A long text of which some parts have come. */
struct pending {
    struct list_link link;
    char modem[NAME_SIZE];
    char to[SMS_NUMBER_SIZE];
    unsigned ref;
    unsigned total;
    unsigned n_parts;
    struct sms_body *parts[255];
};

struct handset {
    int fd;
    bool json;
    bool show_parts;
    struct list_link pending;
    size_t n_pending;
};

int handset_new(struct handset **ret, const struct handset_options *options)
{
    _cleanup_(handset_freep) struct handset *handset = NULL;

    handset = calloc(1, sizeof(*handset));
    if (!handset)
        return -ENOMEM;
    list_init(&handset->pending);
    handset->json = options->path != NULL;
    handset->show_parts = options->show_parts;
    if (!options->path || strcmp(options->path, "-") == 0)
        handset->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    else
        handset->fd = open(options->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (handset->fd < 0)
        return -errno;
    *ret = TAKE_PTR(handset);
    return 0;
}

static void pending_free(struct handset *handset, struct pending *pending)
{
    list_unlink(&pending->link);
    handset->n_pending--;
    for (size_t i = 0; i < ARRAY_SIZE(pending->parts); i++)
        free(pending->parts[i]);
    free(pending);
}

struct handset *handset_free(struct handset *handset)
{
    if (!handset)
        return NULL;
    LIST_FOREACH_SAFE (link, following, &handset->pending)
        pending_free(handset, CONTAINER_OF(link, struct pending, link));
    if (handset->fd >= 0)
        close(handset->fd);
    free(handset);
    return NULL;
}

/* RFC 3339 in UTC with milliseconds. */
static const char *format_time(usec_t realtime, char text[static CLOCK_RFC3339_SIZE + 4])
{
    struct strbuf sb = {.data = text, .size = CLOCK_RFC3339_SIZE + 4};

    clock_format_rfc3339(realtime, text);
    sb.length = strlen(text) - 1; /* without the Z */
    strbuf_printf(&sb, ".%03uZ", (unsigned)(realtime / USEC_PER_MSEC % 1000));
    return text;
}

static int write_all(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, text, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        text += written;
        n -= (size_t)written;
    }
    return 0;
}

static int write_line(struct handset *handset, char *line, size_t n)
{
    line[n] = '\n'; /* in place of the NUL */
    return write_all(handset->fd, line, n + 1);
}

static int show_json(struct handset *handset, const struct handset_origin *origin,
    const struct sms_submit *submit, const struct strbuf *text, unsigned n_parts, bool part)
{
    const struct sms_body *body = &submit->body;
    char at[CLOCK_RFC3339_SIZE + 4], submitted[CLOCK_RFC3339_SIZE + 4];
    _cleanup_free_ char *line = NULL;
    json_t *object;
    int r;

    object = json_pack("{ss ss ss% ss ss ss si so so sb sb si si}", "modem", origin->modem, "to",
        submit->to, "text", text->data, text->length, "encoding", sms_alphabet_name(body->alphabet),
        "at", format_time(origin->arrived_at, at), "submitted_at",
        format_time(origin->submitted_at, submitted), "mr", origin->mr, "validity",
        submit->validity_sec < 0 ? json_null() : json_integer(submit->validity_sec), "class",
        body->message_class < 0 ? json_null() : json_integer(body->message_class),
        "report_requested", submit->report_requested, "reject_duplicates",
        submit->reject_duplicates, "pid", submit->pid, "dcs", body->dcs);
    if (!object)
        return -ENOMEM;
    r = json_object_set_new(object, "parts", json_integer(n_parts));
    if (submit->validity_absolute[0] != '\0')
        r |= json_object_set_new(
            object, "validity_absolute", json_string(submit->validity_absolute));
    if (submit->smsc[0] != '\0')
        r |= json_object_set_new(object, "smsc", json_string(submit->smsc));
    if (body->has_concat)
        r |= json_object_set_new(object, "udh",
            json_pack("{si si si}", "ref", body->ref, "total", body->total, "seq", body->seq));
    if (body->locking != 0 || body->single != 0)
        r |= json_object_set_new(object, "language",
            json_pack("{si si}", "locking", body->locking, "single", body->single));
    if (part)
        r |= json_object_set_new(object, "part", json_true());
    line = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (r != 0 || !line)
        return -ENOMEM;
    return write_line(handset, line, strlen(line));
}

static int show_text(struct handset *handset, const struct handset_origin *origin,
    const struct sms_submit *submit, const struct strbuf *text, const struct sms_body *part)
{
    size_t size = text->length * 9 + 128; /* an escape is at most nine bytes long */
    _cleanup_free_ char *line = NULL;
    struct strbuf sb;

    line = malloc(size);
    if (!line)
        return -ENOMEM;
    strbuf_init(&sb, line, size);
    strbuf_printf(&sb, "[%s] to %s: ", origin->modem, submit->to);
    if (part)
        strbuf_printf(&sb, "(part %u of %u) ", part->seq, part->total);
    strbuf_put_escaped(&sb, text->data, text->length);
    return write_line(handset, sb.data, sb.length);
}

/* Shows `n` octets or septets as one text. */
static int show(struct handset *handset, const struct handset_origin *origin,
    const struct sms_submit *submit, const uint8_t *payload, size_t n, unsigned n_parts, bool part)
{
    _cleanup_free_ char *text = NULL;
    struct strbuf sb;

    text = malloc(4 * n + 1);
    if (!text)
        return -ENOMEM;
    strbuf_init(&sb, text, 4 * n + 1);
    sms_put_text(&sb, &submit->body, payload, n);
    if (handset->json)
        return show_json(handset, origin, submit, &sb, n_parts, part);
    return show_text(handset, origin, submit, &sb, part ? &submit->body : NULL);
}

static struct pending *find_pending(
    struct handset *handset, const char *modem, const struct sms_submit *submit)
{
    LIST_FOREACH (link, &handset->pending) {
        struct pending *pending = CONTAINER_OF(link, struct pending, link);

        if (pending->ref == submit->body.ref && pending->total == submit->body.total &&
            strcmp(pending->to, submit->to) == 0 && strcmp(pending->modem, modem) == 0)
            return pending;
    }
    return NULL;
}

static struct pending *new_pending(
    struct handset *handset, const char *modem, const struct sms_submit *submit)
{
    struct pending *pending;

    pending = calloc(1, sizeof(*pending));
    if (!pending)
        return NULL;
    if (handset->n_pending == MAX_PENDING)
        pending_free(handset, CONTAINER_OF(handset->pending.next, struct pending, link));
    strbuf_puts(&STRBUF_ON(pending->modem), modem);
    strbuf_puts(&STRBUF_ON(pending->to), submit->to);
    pending->ref = submit->body.ref;
    pending->total = submit->body.total;
    list_append(&handset->pending, &pending->link);
    handset->n_pending++;
    return pending;
}

static int show_whole(struct handset *handset, const struct handset_origin *origin,
    const struct sms_submit *submit, const struct pending *pending)
{
    _cleanup_free_ uint8_t *payload = NULL;
    size_t n = 0;

    payload = malloc(pending->total * (size_t)SMS_PAYLOAD_MAX);
    if (!payload)
        return -ENOMEM;
    for (unsigned i = 0; i < pending->total; i++) {
        memcpy(payload + n, pending->parts[i]->payload, pending->parts[i]->n_payload);
        n += pending->parts[i]->n_payload;
    }
    return show(handset, origin, submit, payload, n, pending->total, false);
}

static int receive_part(
    struct handset *handset, const struct handset_origin *origin, const struct sms_submit *submit)
{
    const struct sms_body *body = &submit->body;
    struct pending *pending = find_pending(handset, origin->modem, submit);
    int r = 0;

    if (!pending)
        pending = new_pending(handset, origin->modem, submit);
    if (!pending)
        return -ENOMEM;
    struct sms_body **part = &pending->parts[body->seq - 1];
    if (!*part) {
        *part = malloc(sizeof(**part));
        if (!*part)
            return -ENOMEM;
        pending->n_parts++;
    }
    **part = *body;
    if (pending->n_parts == pending->total) {
        r = show_whole(handset, origin, submit, pending);
        pending_free(handset, pending);
    }
    return r;
}

int handset_receive(
    struct handset *handset, const struct handset_origin *origin, const struct sms_submit *submit)
{
    const struct sms_body *body = &submit->body;

    if (!body->has_concat)
        return show(handset, origin, submit, body->payload, body->n_payload, 1, false);
    if (handset->show_parts) {
        int r = show(handset, origin, submit, body->payload, body->n_payload, body->total, true);
        if (r < 0)
            return r;
    }
    return receive_part(handset, origin, submit);
}
