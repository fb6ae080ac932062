/* `smsotpctl client add`: a section for the configuration, with a new token where one is wanted. */
#include "ctl/client.h"

#include "ctl/command.h"
#include "ctl/usage.h"
#include "smsotp/api.h"
#include "smsotp/limits.h"
#include "util/hex.h"
#include "util/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define TOKEN_PREFIX "smsotp_" /* by which one that leaked is recognised */
#define TOKEN_OCTETS 32 /* 256 bits: beyond guessing, so that a fast hash of it may be kept */
#define TOKEN_SIZE (sizeof(TOKEN_PREFIX) + sodium_base64_ENCODED_LEN(                              \
    TOKEN_OCTETS, sodium_base64_VARIANT_URLSAFE_NO_PADDING))
#define SECTION_SIZE 2048

struct client_add {
    const char *name, *purposes, *user, *group, *certificate;
    const char *config; /* NULL: the usual one, which may be missing */
    bool wants_token, writes;
    char token[TOKEN_SIZE]; /* empty: none */
};

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "smsotpctl: %s: %s\n", what, why);
    return CTL_EXIT_USAGE;
}

static bool is_name(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return n <= SMSOTP_CLIENT_MAX && !text[n] && text[0] >= 'a' && text[0] <= 'z';
}

/* Whether a value stays in its line. */
static bool is_one_line(const char *text)
{
    return !text || (text[0] && !text[strcspn(text, "\r\n;#")]);
}

static void make_token(char ret_token[static TOKEN_SIZE], struct strbuf *section)
{
    unsigned char random[TOKEN_OCTETS], hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof(hash) + 1];

    randombytes_buf(random, sizeof(random));
    memcpy(ret_token, TOKEN_PREFIX, sizeof(TOKEN_PREFIX));
    sodium_bin2base64(ret_token + strlen(TOKEN_PREFIX), TOKEN_SIZE - strlen(TOKEN_PREFIX), random,
        sizeof(random), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_hash_sha256(hash, (const unsigned char *)ret_token, strlen(ret_token));
    hex_encode(hash, sizeof(hash), hex);
    strbuf_printf(section, "token_hash = %s\n", hex);
    sodium_memzero(random, sizeof(random));
}

static void make_section(struct client_add *add, struct strbuf *section)
{
    strbuf_printf(section, "[client %s]\n", add->name);
    if (add->user)
        strbuf_printf(section, "user = %s\n", add->user);
    if (add->group)
        strbuf_printf(section, "group = %s\n", add->group);
    if (add->certificate)
        strbuf_printf(section, "certificate = %s\n", add->certificate);
    if (add->wants_token)
        make_token(add->token, section);
    if (add->purposes)
        strbuf_printf(section, "purposes = %s\n", add->purposes);
}

/* Whether a line is the head of a client's section. */
static bool is_head_of(const char *line, const char *name)
{
    size_t n = strlen(name);

    line += strspn(line, " \t\xEF\xBB\xBF");
    if (strncmp(line, "[client", strlen("[client")) != 0)
        return false;
    line += strlen("[client");
    line += strspn(line, " \t");
    return strncmp(line, name, n) == 0 && line[n] == ']';
}

/* 1: there is such a client already; 0: there is not; or errno of reading the file. */
static int find_in(const char *path, const char *name)
{
    FILE *file = fopen(path, "re");
    char line[1024];
    int found = 0;

    if (!file)
        return -errno;
    while (!found && fgets(line, sizeof(line), file))
        found = is_head_of(line, name);
    if (ferror(file))
        found = -EIO;
    fclose(file);
    return found;
}

static int append(const char *path, const char *section)
{
    char text[SECTION_SIZE + 2];
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
    int n = snprintf(text, sizeof(text), "\n%s", section);
    int r = fd >= 0 && write(fd, text, (size_t)n) == n && fsync(fd) == 0 ? 0 : -errno;

    if (fd >= 0)
        close(fd);
    return r;
}

static int print(const struct client_add *add, const char *section, const char *path, bool json)
{
    if (json) {
        json_t *answer = json_pack("{s:s, s:s, s:b}", "name", add->name, "section", section,
            "written", (int)add->writes);

        if (add->token[0])
            json_object_set_new(answer, "token", json_string(add->token));
        ctl_print_json(answer);
        json_decref(answer);
        return CTL_EXIT_OK;
    }
    if (add->token[0])
        printf("The token, shown this once; the till sends it as `Authorization: Bearer …`:\n\n  "
               "%s\n\n",
            add->token);
    if (add->writes)
        printf("Written to %s; `systemctl reload smsotpd` puts it in force.\n", path);
    else
        printf("For %s:\n\n%s", path, section);
    return CTL_EXIT_OK;
}

static int add_client(struct client_add *add, bool json)
{
    const char *path = add->config ? add->config : SMSOTP_CONFIG_FILE;
    char section[SECTION_SIZE];
    struct strbuf sb = STRBUF_ON(section);
    int r = find_in(path, add->name);

    if (r > 0)
        return complain(add->name, "there is a section of this name already; choose another");
    if (r < 0 && (r != -ENOENT || add->config || add->writes))
        return complain(path, strerror(-r));
    make_section(add, &sb);
    if (sb.overflow)
        return complain(add->name, "what is to be written is too long");
    r = add->writes ? append(path, section) : 0;
    if (r < 0)
        return complain(path, strerror(-r));
    r = print(add, section, path, json);
    sodium_memzero(add->token, sizeof(add->token));
    return r;
}

/* False: an option that is not known. */
static bool take_option(struct client_add *add, int c, bool *json)
{
    switch (c) {
    case 'j':
        *json = true;
        return true;
    case 't':
        add->wants_token = true;
        return true;
    case 'u':
        add->user = optarg;
        return true;
    case 'g':
        add->group = optarg;
        return true;
    case 'x':
        add->certificate = optarg;
        return true;
    case 'p':
        add->purposes = optarg;
        return true;
    case 'c':
        add->config = optarg;
        return true;
    case 'w':
        add->writes = true;
        return true;
    }
    return false;
}

int ctl_client(int argc, char **argv, bool json)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
        {"token", no_argument, NULL, 't'}, {"user", required_argument, NULL, 'u'},
        {"group", required_argument, NULL, 'g'}, {"certificate", required_argument, NULL, 'x'},
        {"purposes", required_argument, NULL, 'p'}, {"config", required_argument, NULL, 'c'},
        {"write", no_argument, NULL, 'w'}, {0}};
    struct client_add add = {0};
    int c;

    if (argc < 2 || strcmp(argv[1], "add") != 0)
        return ctl_usage("client");
    argc--;
    argv++;
    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0)
        if (!take_option(&add, c, &json))
            return ctl_usage("client");
    if (optind + 1 != argc)
        return ctl_usage("client");
    add.name = argv[optind];
    if (!is_name(add.name))
        return complain("NAME",
            "expected 1 to 48 lower-case letters, digits, `-` and `_`, beginning with a letter");
    if (!is_one_line(add.user) || !is_one_line(add.group) || !is_one_line(add.certificate) ||
        !is_one_line(add.purposes))
        return complain(add.name, "expected values of one line, without `;` and `#`");
    add.wants_token = add.wants_token || (!add.user && !add.group && !add.certificate);
    if (sodium_init() < 0)
        return CTL_EXIT_OFFLINE;
    return add_client(&add, json);
}
