#include "daemon/config.h"

#include "core/rendering.h"
#include "daemon/config_keys.h"
#include "modem/device_spec.h"
#include "otp/template.h"
#include "smsotp/api.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NAME_SIZE 64
#define PLACE_SIZE (3 * NAME_SIZE)
#define PLACES_MAX 512
#define BYTE_ORDER_MARK "\xEF\xBB\xBF" /* editors on Windows begin a file with it; inih skips it */

/*
 * The line of a section's head, or of a text in it: what is wrong there may only show at the end.
 */
struct place {
    char what[PLACE_SIZE]; /* "purpose login", "purpose login template.en" */
    unsigned line;
};

/* One pass over a file. inih does not tell the line, so the reader that feeds it counts them. */
struct reading {
    struct config *config;
    const char *path;
    FILE *file;
    unsigned line;
    bool is_indented; /* the line begins with white space: inih continues the value above */
    char section[NAME_SIZE]; /* whole: inih cuts what it says of it to 49 bytes */
    char last_key[NAME_SIZE];
    struct place places[PLACES_MAX];
    unsigned n_places;
    char *error; /* CONFIG_ERROR_SIZE; empty: none */
    crypto_hash_sha256_state digest;
};

/* The first error stays: what follows it may be its consequence. */
static void _printf_(2, 3) complain(struct reading *reading, const char *format, ...)
{
    va_list args;
    int n;

    if (reading->error[0])
        return;
    n = snprintf(reading->error, CONFIG_ERROR_SIZE, "%s:%u: ", reading->path, reading->line);
    if (n < 0 || n >= CONFIG_ERROR_SIZE)
        return;
    va_start(args, format);
    vsnprintf(reading->error + n, CONFIG_ERROR_SIZE - (size_t)n, format, args);
    va_end(args);
}

static const struct config_section *find_section(const char *kind, const char *name)
{
    for (size_t i = 0; i < config_n_sections; i++)
        if (strcmp(config_sections[i]->kind, kind) == 0 &&
            config_sections[i]->has_name == (name[0] != '\0'))
            return config_sections[i];
    return NULL;
}

static const struct config_key *find_key(
    const struct config_section *section, const char *name, const char **ret_suffix)
{
    for (size_t i = 0; i < section->n_keys; i++) {
        const char *known = section->keys[i].name;
        size_t n = strlen(known);

        if (known[n - 1] == '.' ? strncmp(known, name, n) == 0 : strcmp(known, name) == 0) {
            *ret_suffix = name + n;
            return &section->keys[i];
        }
    }
    return NULL;
}

/* The names of all keys of a section. */
static void list_keys(const struct config_section *section, char *ret_text, size_t size)
{
    size_t used = 0;

    ret_text[0] = '\0';
    for (size_t i = 0; i < section->n_keys && used < size; i++)
        used += (size_t)snprintf(ret_text + used, size - used, "%s%s%s", i > 0 ? ", " : "",
            section->keys[i].name, strchr(section->keys[i].name, '.') ? "LOCALE" : "");
}

/* The last, as the last value counts. */
static const struct place *find_place(const struct reading *reading, const char *what)
{
    for (unsigned i = reading->n_places; i > 0; i--)
        if (strcmp(reading->places[i - 1].what, what) == 0)
            return &reading->places[i - 1];
    return NULL;
}

static void _printf_(2, 3) remember(struct reading *reading, const char *format, ...)
{
    struct place *place;
    va_list args;

    if (reading->n_places == PLACES_MAX)
        return;
    place = &reading->places[reading->n_places++];
    place->line = reading->line;
    va_start(args, format);
    vsnprintf(place->what, sizeof(place->what), format, args);
    va_end(args);
}

/* Cuts "modem counter" into kind and name. */
static void split_section(const char *text, char ret_kind[static NAME_SIZE],
    char ret_name[static NAME_SIZE])
{
    size_t n = strcspn(text, " \t");

    snprintf(ret_kind, NAME_SIZE, "%.*s", (int)n, text);
    snprintf(ret_name, NAME_SIZE, "%s", text + n + strspn(text + n, " \t"));
}

/* The object of a section; complains about one that is not known. */
static const struct config_section *open_section(
    struct reading *reading, const char *text, void **ret_object)
{
    char kind[NAME_SIZE], name[NAME_SIZE];
    const struct config_section *section;
    int r;

    split_section(text, kind, name);
    section = find_section(kind, name);
    if (!section) {
        complain(reading, "unknown section [%s]; known are [gateway] [api] [store] [keys] [limits] "
            "[replies] [proxy] [modem NAME] [purpose NAME] [client NAME]", text);
        return NULL;
    }
    r = section->open(reading->config, name, ret_object);
    if (r < 0) {
        complain(reading, "section [%s]: %s", text,
            r == -ENOSPC ? "there are too many of this kind"
                         : "a name has letters, digits, `-` and `_`; purposes and clients are in "
                           "lower case and begin with a letter");
        return NULL;
    }
    return section;
}

static void take_value(struct reading *reading, const char *text,
    const struct config_section *section, void *object, const char *name, const char *value)
{
    const char *suffix;
    const struct config_key *key = find_key(section, name, &suffix);
    bool is_continuation = reading->is_indented && strcmp(name, reading->last_key) == 0;
    char known[200];

    if (!key) {
        list_keys(section, known, sizeof(known));
        complain(reading, "unknown key `%s` in [%s]; known are %s", name, section->kind, known);
        return;
    }
    snprintf(reading->last_key, sizeof(reading->last_key), "%s", name);
    if (key->append && !is_continuation)
        remember(reading, "%s %s", text, name);
    if (is_continuation && !key->append)
        complain(reading,
            "this line is indented, so it continues `%s` above, which takes one line; begin it at "
            "the margin",
            name);
    else if ((is_continuation ? key->append : key->read)(object, suffix, value) < 0)
        complain(reading, "`%s = %s`: expected %s", name, key->is_secret ? "…" : value,
            key->expected);
}

/* inih's: 1 to go on, 0 for an error, which is ours already. */
static int on_key(void *userdata, const char *text, const char *name, const char *value)
{
    struct reading *reading = userdata;
    const struct config_section *section;
    void *object;

    if (!text[0]) {
        complain(reading, "`%s` stands before any [section]", name);
        return 1;
    }
    section = open_section(reading, reading->section, &object);
    if (section)
        take_value(reading, reading->section, section, object, name, value);
    return 1;
}

/* A section without keys reaches no handler, so its header is looked at here; `line` begins with
 * `[`. */
static void look_at_header(struct reading *reading, const char *line)
{
    size_t n = strcspn(line + 1, "]\r\n");
    const char *rest = line + 1 + n;
    char kind[NAME_SIZE], name[NAME_SIZE], what[PLACE_SIZE];
    const struct place *before;
    void *object;

    snprintf(reading->section, sizeof(reading->section), "%.*s", (int)n, line + 1);
    reading->last_key[0] = '\0';
    if (*rest != ']') {
        complain(reading, "the section's name ends with `]`");
        return;
    }
    rest += 1 + strspn(rest + 1, " \t\r\n");
    if (*rest && *rest != ';' && *rest != '#')
        complain(reading, "there is more than [%s] in this line; a key begins a line of its own",
            reading->section);
    split_section(reading->section, kind, name);
    snprintf(what, sizeof(what), "%s%s%s", kind, name[0] ? " " : "", name);
    before = find_place(reading, what);
    if (before && name[0]) /* a copy whose name was not changed */
        complain(reading, "[%s] began in line %u already; give this one another name", what,
            before->line);
    remember(reading, "%s", what);
    (void)open_section(reading, reading->section, &object);
}

/* fgets() for inih, which would take the rest of a line that is too long for a line of its own. */
static char *read_line(char *line, int size, void *userdata)
{
    struct reading *reading = userdata;
    const char *begin = line;

    if (reading->error[0] || !fgets(line, size, reading->file))
        return NULL;
    reading->line++;
    crypto_hash_sha256_update(&reading->digest, (const unsigned char *)line, strlen(line));
    if (!strchr(line, '\n') && !feof(reading->file)) {
        complain(reading,
            "the line is longer than %d bytes; a template may go on in the next line, indented",
            size - 2);
        return NULL;
    }
    if (reading->line == 1 && strncmp(line, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0)
        begin += strlen(BYTE_ORDER_MARK);
    reading->is_indented = *begin == ' ' || *begin == '\t';
    begin += strspn(begin, " \t");
    if (*begin == '[' && (!reading->is_indented || !reading->last_key[0]))
        look_at_header(reading, begin);
    return line;
}

/* Complains about something that stands further up: a section, or a text in it. */
static void _printf_(3, 4) complain_of(
    struct reading *reading, const char *what, const char *format, ...)
{
    const struct place *place = find_place(reading, what);
    char why[CONFIG_ERROR_SIZE / 2];
    va_list args;

    if (place)
        reading->line = place->line;
    va_start(args, format);
    vsnprintf(why, sizeof(why), format, args);
    va_end(args);
    complain(reading, "[%s]: %s", what, why);
}

/* Whether a text can be sent in every case; -EINVAL or -EMSGSIZE with a sentence. */
static int judge_template(const struct policy *policy, const struct purpose *purpose,
    const struct purpose_template *template, char ret_why[static RENDERING_ERROR_SIZE])
{
    const char *required[PURPOSE_REQUIRED_MAX];
    int r;

    _Static_assert(RENDERING_ERROR_SIZE >= OTP_TEMPLATE_ERROR_SIZE, "one buffer takes either");
    for (unsigned i = 0; i < purpose->n_required; i++)
        required[i] = purpose->required[i];
    r = otp_template_check(template->text, required, purpose->n_required, ret_why);
    return r < 0 ? r : rendering_check(policy, purpose, template, ret_why);
}

/* Texts of the owner's must be right; ours that do not suit what the owner has set are left out. */
static void check_templates(struct reading *reading, struct purpose *purpose)
{
    char why[RENDERING_ERROR_SIZE], left_out[RENDERING_ERROR_SIZE] = "", what[PLACE_SIZE];

    for (unsigned i = purpose->n_templates; i-- > 0;) {
        const struct purpose_template *template = &purpose->templates[i];

        if (judge_template(reading->config->policy, purpose, template, why) == 0)
            continue;
        snprintf(what, sizeof(what), "purpose %s template.%s", purpose->name, template->locale);
        if (!template->is_default) {
            complain_of(reading, what, "%s", why);
            continue;
        }
        if (strcmp(template->locale, "en") == 0 || !left_out[0])
            snprintf(left_out, sizeof(left_out), "%s", why);
        purpose_drop_template(purpose, template->locale);
    }
    snprintf(what, sizeof(what), "purpose %s", purpose->name);
    if (purpose->n_templates == 0 && left_out[0])
        complain_of(reading, what, "none of the texts that come with it will do, and it has no "
            "other: %s", left_out);
}

static void check_purpose(struct reading *reading, struct purpose *purpose)
{
    char what[PLACE_SIZE];

    snprintf(what, sizeof(what), "purpose %s", purpose->name);
    if (purpose->n_templates == 0)
        complain_of(reading, what, "it has no text; expected `template.en` or another locale");
    if (purpose->webotp[0] && purpose->android_hash[0])
        complain_of(reading, what,
            "`webotp` and `android_hash` both want the last line; expected one of them");
    check_templates(reading, purpose);
}

/* What is counted is purged with the retention, and a longer window would empty itself by that. */
static void check_limits(struct reading *reading)
{
    const struct limits *limits = &reading->config->policy->limits;
    const struct {
        const char *name;
        const struct limit *limit;
    } counted[] = {{"number", &limits->number}, {"prefix", &limits->prefix},
        {"purpose", &limits->purpose}, {"client", &limits->client}, {"gateway", &limits->gateway},
        {"inbound", &limits->inbound}, {"guesses", &limits->guesses},
        {"failures", &limits->failures}, {"spray", &limits->spray}};

    for (size_t i = 0; i < ARRAY_SIZE(counted); i++)
        for (unsigned j = 0; j < counted[i].limit->n_windows; j++)
            if (counted[i].limit->windows[j].span > reading->config->policy->retention)
                complain_of(reading, "limits",
                    "a window of `%s` is longer than `retention` of [gateway] keeps what it "
                    "counts; expected a shorter one, or a longer `retention`",
                    counted[i].name);
}

static void check_client(struct reading *reading, const struct client *client)
{
    char what[PLACE_SIZE];

    snprintf(what, sizeof(what), "client %s", client->name);
    if (!client->has_uid && !client->has_gid && !client->has_token && !client->certificate[0])
        complain_of(reading, what,
            "it names nobody; expected `user =`, `group =`, `token_hash =` or `certificate =`");
    if (client->certificate[0] && !reading->config->policy->has_proxy)
        complain_of(
            reading, what, "a certificate is seen by a proxy; expected [proxy] with `user =`");
    for (unsigned i = 0; i < client->n_purposes; i++)
        if (!policy_find_purpose(reading->config->policy, client->purposes[i]))
            complain_of(reading, what, "there is no purpose `%s`", client->purposes[i]);
}

static void check_modem(struct reading *reading, const struct modem_section *modem)
{
    const struct balance_rule *balance = &modem->policy->balance;
    char what[PLACE_SIZE];

    snprintf(what, sizeof(what), "modem %s", modem->name);
    if (!modem->device)
        complain_of(reading, what,
            "it has no `device`; expected " DEVICE_SPEC_EXPECTED);
    if (!balance->ussd[0] && (balance->every || balance->has_pattern || balance->has_low))
        complain_of(reading, what,
            "nothing asks for its balance; expected `balance_ussd` with the other `balance_` keys");
    if (modem->policy->quota.reserve > 0 &&
        modem->policy->quota.reserve >= modem->policy->quota.max[QUOTA_DAY])
        complain_of(
            reading, what, "`quota_reserve` is a part of `quota_day`; expected it to be less");
}

/* What can only be seen when the whole file has been read. */
static void check_whole(struct reading *reading)
{
    const struct config *config = reading->config;

    if (strcmp(config->api_socket, config->admin_socket) == 0)
        complain_of(reading, "api",
            "`socket` and `admin_socket` are the same path, %s; expected two", config->api_socket);
    check_limits(reading);
    for (unsigned i = 0; i < config->n_modems; i++)
        check_modem(reading, &config->modems[i]);
    for (unsigned i = 0; i < config->policy->n_purposes; i++)
        check_purpose(reading, config->policy->purposes[i]);
    for (unsigned i = 0; i < config->policy->n_clients; i++)
        check_client(reading, config->policy->clients[i]);
}

/* NULL and errno; a pipe, on which reading would wait for ever, is no configuration. */
static FILE *open_regular(const char *path)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    FILE *file;

    if (fd < 0 || fstat(fd, &st) < 0)
        return NULL;
    if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) {
        errno = EINVAL;
        return NULL;
    }
    file = fdopen(fd, "r");
    if (file)
        (void)TAKE_FD(fd);
    return file;
}

static int set_defaults(struct config *config, const struct config_defaults *defaults)
{
    snprintf(config->policy->shop, sizeof(config->policy->shop), "the shop");
    if (asprintf(&config->api_socket, "%s/%s", defaults->runtime_dir, SMSOTP_SOCKET_API) < 0 ||
        asprintf(&config->admin_socket, "%s/%s", defaults->runtime_dir, SMSOTP_SOCKET_ADMIN) < 0 ||
        asprintf(&config->store_url, "sqlite:%s/smsotp.db", defaults->state_dir) < 0 ||
        asprintf(&config->epoch_path, "%s/smsotp.epoch", defaults->state_dir) < 0)
        return -ENOMEM;
    return 0;
}

static int read_file(struct config *config, const char *path, char *ret_error)
{
    struct reading reading = {.config = config, .path = path, .error = ret_error};
    int line;

    reading.file = open_regular(path);
    if (!reading.file) {
        snprintf(ret_error, CONFIG_ERROR_SIZE, "%s: %s", path, strerror(errno));
        return -errno;
    }
    crypto_hash_sha256_init(&reading.digest);
    line = ini_parse_stream(read_line, &reading, on_key, &reading);
    if (line > 0 && (!ret_error[0] || (unsigned)line < reading.line)) /* the first is told */
        snprintf(ret_error, CONFIG_ERROR_SIZE,
            "%s:%d: expected `[section]`, `key = value`, or a comment after `;` or `#`", path,
            line);
    if (ferror(reading.file))
        complain(&reading, "%s", strerror(errno));
    fclose(reading.file);
    crypto_hash_sha256_final(&reading.digest, config->policy->digest);
    check_whole(&reading);
    return ret_error[0] ? -EINVAL : 0;
}

int config_load(struct config **ret, const char *path, const struct config_defaults *defaults,
    char ret_error[static CONFIG_ERROR_SIZE])
{
    _cleanup_(config_freep) struct config *config = calloc(1, sizeof(*config));
    int r;

    snprintf(ret_error, CONFIG_ERROR_SIZE, "out of memory");
    if (!config)
        return -ENOMEM;
    r = policy_new(&config->policy);
    if (r < 0)
        return r;
    r = set_defaults(config, defaults);
    if (r < 0)
        return r;
    ret_error[0] = '\0';
    r = read_file(config, path, ret_error);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(config);
    return 0;
}

struct config *config_free(struct config *config)
{
    if (!config)
        return NULL;
    for (unsigned i = 0; i < config->n_modems; i++) {
        if (config->modems[i].pin)
            explicit_bzero(config->modems[i].pin, strlen(config->modems[i].pin));
        free(config->modems[i].pin);
        free(config->modems[i].device);
        free(config->modems[i].number);
        free(config->modems[i].power_hook);
    }
    policy_free(config->policy);
    free(config->api_socket);
    free(config->admin_socket);
    free(config->store_url);
    free(config->epoch_path);
    free(config->master_key);
    free(config);
    return NULL;
}
