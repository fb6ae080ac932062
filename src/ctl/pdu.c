#include "ctl/pdu.h"

#include "ctl/pdu_fields.h"
#include "ctl/usage.h"
#include "sms/pdu.h"
#include "util/hex.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* What a line may hold: more than twice the largest PDU, since octets after it are ignored. */
#define MAX_OCTETS 512
#define MAX_LINE (2 * MAX_OCTETS + 16)

struct decoding {
    enum sms_direction direction;
    bool json;
    unsigned count; /* PDUs seen */
    bool failed;    /* at least one was malformed */
};

static void refuse(struct decoding *d, const char *reason)
{
    d->failed = true;
    pdu_fields_print_error(reason, d->json, d->count);
}

static void decode_octets(struct decoding *d, const uint8_t *octets, size_t n)
{
    struct sms_decoded decoded;
    struct sms_pdu_error error;
    char data[160] = "";
    struct strbuf reason = STRBUF_ON(data);

    if (sms_pdu_decode(octets, n, d->direction, &decoded, &error) == 0) {
        pdu_fields_print(&decoded, d->json);
        return;
    }
    sms_pdu_error_format(&error, &reason);
    refuse(d, data);
}

/* Decodes the `n` characters of one PDU, without the blanks around it. */
static void decode_text(struct decoding *d, const char *text, size_t n)
{
    uint8_t octets[MAX_OCTETS];
    size_t n_octets;

    d->count++;
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) && text[n - 1] != '\0')
        n--;
    while (n > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        n--;
    }
    if (n == 0)
        refuse(d, "empty: a PDU in hexadecimal was expected");
    else if (n > 2 * MAX_OCTETS)
        refuse(d, "too long: at most 512 octets were expected");
    else if (n % 2 != 0)
        refuse(d, "an even number of hexadecimal digits was expected");
    else if (hex_decode(text, n, octets, sizeof(octets), &n_octets) < 0)
        refuse(d, "only hexadecimal digits were expected");
    else
        decode_octets(d, octets, n_octets);
}

/* Reads up to and with the end of the line; what does not fit is dropped and counted all the same.
 */
static bool read_line(FILE *file, char *line, size_t size, size_t *ret_length)
{
    size_t length = 0;
    int c;

    while ((c = getc(file)) != EOF && c != '\n') {
        if (length < size)
            line[length] = (char)c;
        length++;
    }
    *ret_length = length;
    return c != EOF || length > 0;
}

/* One answer per line, in order; flushed, so that the other end of a pipe need not wait. */
static void decode_lines(struct decoding *d, FILE *file)
{
    char line[MAX_LINE];
    size_t length;

    while (read_line(file, line, sizeof(line), &length)) {
        if (length > sizeof(line)) {
            d->count++;
            refuse(d, "too long: at most 512 octets were expected");
        } else {
            decode_text(d, line, length);
        }
        fflush(stdout);
    }
}

int ctl_pdu_decode(int argc, char **argv, bool json)
{
    static const struct option options[] = {
        {"mo", no_argument, NULL, 'm'}, {"json", no_argument, NULL, 'j'}, {0}};
    struct decoding d = {.direction = SMS_FROM_NETWORK, .json = json};
    int c;

    optind = 0;
    opterr = 1;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'm') {
            d.direction = SMS_FROM_PHONE;
        } else if (c == 'j') {
            d.json = true;
        } else {
            return ctl_usage("pdu decode");
        }
    }
    if (optind >= argc)
        return ctl_usage("pdu decode");
    for (int i = optind; i < argc; i++) {
        if (strcmp(argv[i], "-") == 0)
            decode_lines(&d, stdin);
        else
            decode_text(&d, argv[i], strlen(argv[i]));
    }
    return d.failed ? CTL_PDU_EXIT_DATA : 0;
}

int ctl_pdu(int argc, char **argv, bool json)
{
    if (argc > 0 && strcmp(argv[0], "--json") == 0)
        return ctl_pdu(argc - 1, argv + 1, true);
    if (argc > 0 && strcmp(argv[0], "decode") == 0)
        return ctl_pdu_decode(argc, argv, json);
    if (argc > 0 && strcmp(argv[0], "encode") == 0)
        return ctl_pdu_encode(argc, argv, json);
    return ctl_usage("pdu");
}
