#include "modem/inbox.h"

#include "at/response.h"
#include "modem/modem_internal.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#define DELETE_TRIES 3
#define LIST_TIMEOUTS 2                 /* then this modem is one that cannot */
#define RETRY_USEC (60 * USEC_PER_SEC)  /* the disk may have room then, the SIM be less busy */
#define TEXTS_BEFORE 4                  /* to send, before one deletion has its turn */

#define PUSHED_A_MINUTE 1000            /* PDUs unasked; no network delivers so many */

#define STAT_FIRST_OUTGOING 2 /* TS 27.005 §3.1: 2 stored unsent, 3 stored sent */

void inbox_reset(struct inbox *inbox)
{
    inbox->busy = false;
    inbox->notices = (struct notices){.n = 0};
    inbox->n_entries = 0;
    inbox->retry_at = 0;
    inbox->wants_list = inbox->wants_usage = true;
}

/*
 * TS 23.040 §9.2.3.1: TP-MTI, the two low bits of the TPDU's first octet; to the phone 2 is a
 * report, 1 one that SUBMIT was refused, which is never shown, or what the phone itself has stored.
 */
static unsigned type_of(const uint8_t *pdu, size_t n)
{
    size_t first = 1 + (size_t)pdu[0];

    return first < n ? pdu[first] & 0x03 : 0;
}

#define TYPE_OUTGOING 1
#define TYPE_REPORT 2

/* False: nobody takes it. */
static bool hand_up(struct modem *modem, uint32_t token, const uint8_t *pdu, size_t n)
{
    if (type_of(pdu, n) == TYPE_REPORT) {
        if (modem->ops->report)
            modem->ops->report(modem->userdata, modem, token, pdu, n);
        return modem->ops->report;
    }
    if (modem->ops->inbound)
        modem->ops->inbound(modem->userdata, modem, token, pdu, n);
    return modem->ops->inbound;
}

void inbox_pushed(struct modem *modem, const char *header, const char *body)
{
    uint8_t pdu[AT_MESSAGE_MAX_OCTETS];
    struct at_message_header parsed;
    size_t n;
    enum flood_verdict verdict =
        flood_take(&modem->pushed, PUSHED_A_MINUTE, loop_now(modem->loop));

    if (verdict == FLOOD_BEGINS)
        log_warning(modem->log, "modem=%s event=flood: more texts than a network can deliver; "
            "dropped", modem->name);
    if (verdict != FLOOD_PASS)
        return;
    if (at_parse_message_header(header, &parsed) == 0 &&
        at_parse_message_pdu(body, parsed.octets, pdu, &n) == 0)
        (void)hand_up(modem, 0, pdu, n);
    explicit_bzero(pdu, sizeof(pdu));
}

void inbox_notice(struct modem *modem, const char *line)
{
    struct inbox *inbox = &modem->inbox;
    int r = notices_add(&inbox->notices, line, modem->profile.report_memory, inbox->home);

    if (r == -EINVAL)
        return;
    if (r < 0)
        inbox->wants_list = true;
    inbox_run(modem);
}

/* --- what has been deleted, and is still seen ------------------------------------------------ */

static struct inbox_deleted *find_deleted(
    struct inbox *inbox, const uint8_t digest[static INBOX_DIGEST_SIZE])
{
    for (size_t i = 0; i < inbox->n_deleted; i++)
        if (memcmp(inbox->deleted[i].digest, digest, INBOX_DIGEST_SIZE) == 0)
            return &inbox->deleted[i];
    return NULL;
}

/* Counts a deletion. False: there are too many to watch. */
static bool note_deletion(struct inbox *inbox, const uint8_t digest[static INBOX_DIGEST_SIZE])
{
    struct inbox_deleted *deleted = find_deleted(inbox, digest);

    if (!deleted && inbox->n_deleted == INBOX_DELETED)
        return false;
    if (!deleted) {
        deleted = &inbox->deleted[inbox->n_deleted++];
        *deleted = (struct inbox_deleted){.seen = false};
        memcpy(deleted->digest, digest, INBOX_DIGEST_SIZE);
    }
    deleted->tries++;
    return true;
}

/* After a list: what it did not show is gone for good. */
static void forget_gone(struct inbox *inbox)
{
    size_t n = 0;

    for (size_t i = 0; i < inbox->n_deleted; i++) {
        if (inbox->deleted[i].seen)
            inbox->deleted[n++] = inbox->deleted[i];
    }
    inbox->n_deleted = n;
}

/* --- a message in memory --------------------------------------------------------------------- */

static struct inbox_entry *add_entry(
    struct inbox *inbox, unsigned index, const uint8_t digest[static INBOX_DIGEST_SIZE])
{
    struct inbox_entry *entry = &inbox->entries[inbox->n_entries++];

    *entry = (struct inbox_entry){.index = index, .fate = INBOX_ASKED};
    entry->token = ++inbox->last_token;
    if (entry->token == 0)
        entry->token = ++inbox->last_token;
    memcpy(entry->digest, digest, INBOX_DIGEST_SIZE);
    return entry;
}

/* A message that was deleted and is there again: once more, up to the third time. */
static void delete_again(
    struct modem *modem, struct inbox_deleted *deleted, unsigned index)
{
    struct inbox *inbox = &modem->inbox;

    deleted->seen = true;
    if (deleted->tries < DELETE_TRIES && inbox->n_entries < INBOX_ENTRIES)
        add_entry(inbox, index, deleted->digest)->fate = INBOX_STORED;
    if (deleted->tries != DELETE_TRIES)
        return;
    deleted->tries++;
    log_error(modem->log, "modem=%s event=delete_failed memory=%s index=%u: the message stays in "
        "the modem's memory after %d tries; it is passed over from now on", modem->name,
        inbox->memory, index, DELETE_TRIES);
}

static void take(struct modem *modem, unsigned index, const uint8_t *pdu, size_t n)
{
    struct inbox *inbox = &modem->inbox;
    uint8_t digest[INBOX_DIGEST_SIZE];
    struct inbox_deleted *deleted;
    struct inbox_entry *entry;
    uint32_t token;

    crypto_generichash(digest, sizeof(digest), pdu, n, NULL, 0);
    deleted = find_deleted(inbox, digest);
    if (deleted) {
        delete_again(modem, deleted, index);
        return;
    }
    if (inbox->n_entries == INBOX_ENTRIES)
        return; /* the list that follows the deletions shows it again */
    entry = add_entry(inbox, index, digest);
    token = entry->token;
    if (!hand_up(modem, token, pdu, n))
        modem_inbound_stored(modem, token, false);
}

static void on_message_line(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    struct inbox *inbox = &modem->inbox;
    uint8_t pdu[AT_MESSAGE_MAX_OCTETS];
    struct at_message_header header;
    size_t n;

    if (at_parse_message_header(line, &header) == 0) {
        inbox->has_header = true;
        inbox->header = header;
        return;
    }
    if (!inbox->has_header)
        return;
    inbox->has_header = false;
    if (inbox->header.stat >= STAT_FIRST_OUTGOING ||
        at_parse_message_pdu(line, inbox->header.octets, pdu, &n) < 0)
        return; /* somebody's draft, or nothing that could be handed up: not ours to delete */
    if (type_of(pdu, n) != TYPE_OUTGOING) {
        bool is_report = type_of(pdu, n) == TYPE_REPORT;

        inbox->has_message = true;
        inbox->has_report |= is_report;
        if (!inbox->is_listing)
            take(modem, inbox->notices.list[0].index, pdu, n);
        else if (inbox->header.index >= 0) {
            if (is_report)
                notices_list_shows(
                    &inbox->notices, inbox->memory, (unsigned)inbox->header.index);
            take(modem, (unsigned)inbox->header.index, pdu, n);
        }
    }
    explicit_bzero(pdu, sizeof(pdu));
}

static void drop_kept(struct inbox *inbox)
{
    size_t n = 0;

    for (size_t i = 0; i < inbox->n_entries; i++)
        if (inbox->entries[i].fate != INBOX_KEPT)
            inbox->entries[n++] = inbox->entries[i];
    inbox->n_entries = n;
}

void modem_inbound_stored(struct modem *modem, uint32_t token, bool stored)
{
    struct inbox *inbox = &modem->inbox;

    for (size_t i = 0; i < inbox->n_entries; i++) {
        struct inbox_entry *entry = &inbox->entries[i];

        if (entry->token != token || entry->fate != INBOX_ASKED)
            continue;
        entry->fate = stored ? INBOX_STORED : INBOX_KEPT;
        if (!stored) {
            inbox->wants_list = true;
            inbox->retry_at = usec_add(loop_now(modem->loop), RETRY_USEC);
        }
        inbox_run(modem);
        return;
    }
}

/* --- commands -------------------------------------------------------------------------------- */

static void end_command(struct modem *modem)
{
    modem->inbox.busy = false;
    inbox_run(modem);
}

static void on_listed(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct inbox *inbox = &modem->inbox;

    inbox->list_timeouts = result->outcome == AT_TIMEOUT ? inbox->list_timeouts + 1 : 0;
    if (result->outcome == AT_OK) {
        forget_gone(inbox);
        notices_list_ended(&inbox->notices, inbox->memory);
        inbox->wants_usage = true;
    } else if (result->outcome == AT_ERROR || inbox->list_timeouts == LIST_TIMEOUTS) {
        inbox->no_list = true;
        inbox->wants_usage = true;
    } else {
        inbox->wants_list = true; /* the SIM may be busy */
        inbox->retry_at = usec_add(loop_now(modem->loop), RETRY_USEC);
    }
    end_command(modem);
}

static void on_read(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct inbox *inbox = &modem->inbox;

    if (result->outcome != AT_OK || !inbox->has_message)
        inbox->wants_list = true; /* some count from another index than they tell */
    if (result->outcome == AT_OK && inbox->has_report)
        notices_found(&inbox->notices);
    notices_pass_on(&inbox->notices);
    end_command(modem);
}

static void on_deleted(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct inbox *inbox = &modem->inbox;

    (void)result; /* the list tells */
    inbox->wants_list |= !inbox->no_list && note_deletion(inbox, inbox->entries[0].digest);
    inbox->n_entries--;
    memmove(&inbox->entries[0], &inbox->entries[1], inbox->n_entries * sizeof(inbox->entries[0]));
    end_command(modem);
}

static void on_usage_line(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    struct modem_status *status = &modem->status;
    bool is_high;

    if (at_parse_cpms_usage(line, &status->storage_used, &status->storage_total) < 0)
        return;
    is_high = status->storage_total > 0 && 5 * status->storage_used >= 4 * status->storage_total;
    if (is_high && !modem->inbox.warned)
        log_warning(modem->log, "modem=%s event=storage_high used=%d total=%d: nothing more can be "
            "received when it is full", modem->name, status->storage_used, status->storage_total);
    modem->inbox.warned = is_high;
}

static void on_usage(void *userdata, const struct at_result *result)
{
    (void)result;
    end_command(userdata);
}

static void on_selected(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct inbox *inbox = &modem->inbox;

    if (inbox->notices.n > 0 && result->outcome == AT_OK)
        memcpy(inbox->memory, inbox->notices.list[0].memory, sizeof(inbox->memory));
    else /* a memory that cannot be read */
        notices_pass_on(&inbox->notices);
    end_command(modem);
}

/* --- the next step --------------------------------------------------------------------------- */

static int submit(struct modem *modem, struct at_request *request, enum modem_timer timeout)
{
    int r = at_encode_end(&request->command);

    request->timeout_usec = modem_timer_usec(timeout);
    return r < 0 ? r : at_chat_submit(&modem->chat, request, loop_now(modem->loop));
}

static int delete_first(struct modem *modem)
{
    struct at_request request = {.done = on_deleted};

    at_encode_begin(&request.command, "+CMGD=");
    at_encode_number(&request.command, modem->inbox.entries[0].index);
    return submit(modem, &request, MODEM_TIMER_SIM_COMMAND);
}

/* TS 27.005 §3.4.2: 4 lists all, whatever their state. */
static int list(struct modem *modem)
{
    struct at_request request = {
        .prefix = "+CMGL:", .pdu_follows = true, .line = on_message_line, .done = on_listed};
    struct inbox *inbox = &modem->inbox;

    inbox->wants_list = false;
    inbox->is_listing = true;
    inbox->has_header = inbox->has_message = inbox->has_report = false;
    notices_list_begins(&inbox->notices);
    for (size_t i = 0; i < inbox->n_deleted; i++)
        inbox->deleted[i].seen = false;
    at_encode_begin(&request.command, "+CMGL=");
    at_encode_number(&request.command, 4);
    return submit(modem, &request, MODEM_TIMER_LIST);
}

static int read_first(struct modem *modem)
{
    struct at_request request = {
        .prefix = "+CMGR:", .pdu_follows = true, .line = on_message_line, .done = on_read};
    struct inbox *inbox = &modem->inbox;

    inbox->is_listing = inbox->has_header = inbox->has_message = inbox->has_report = false;
    at_encode_begin(&request.command, "+CMGR=");
    at_encode_number(&request.command, inbox->notices.list[0].index);
    return submit(modem, &request, MODEM_TIMER_SIM_COMMAND);
}

static int select_memory(struct modem *modem)
{
    struct at_request request = {.prefix = "+CPMS:", .done = on_selected};

    at_encode_begin(&request.command, "+CPMS=");
    at_encode_string(&request.command, modem->inbox.notices.list[0].memory);
    return submit(modem, &request, MODEM_TIMER_SIM_COMMAND);
}

static int ask_usage(struct modem *modem)
{
    struct at_request request = {.prefix = "+CPMS:", .line = on_usage_line, .done = on_usage};

    modem->inbox.wants_usage = false;
    at_encode_begin(&request.command, "+CPMS?");
    return submit(modem, &request, MODEM_TIMER_SIM_COMMAND);
}

static bool is_asking(const struct inbox *inbox)
{
    for (size_t i = 0; i < inbox->n_entries; i++)
        if (inbox->entries[i].fate == INBOX_ASKED)
            return true;
    return false;
}

/* -ENOENT: there is nothing to do. */
static int step(struct modem *modem)
{
    struct inbox *inbox = &modem->inbox;
    const struct notice *first = &inbox->notices.list[0];
    bool is_early = loop_now(modem->loop) < inbox->retry_at;

    drop_kept(inbox);
    if (inbox->n_entries > 0)
        return delete_first(modem);
    if (inbox->wants_list && !inbox->no_list && !is_early)
        return list(modem);
    if (inbox->notices.n > 0) {
        if (first->memory[0] && strcmp(first->memory, inbox->memory) != 0)
            return select_memory(modem);
        return notices_alike(&inbox->notices) > 1 && !inbox->no_list && !is_early
            ? list(modem)
            : read_first(modem);
    }
    return inbox->wants_usage ? ask_usage(modem) : -ENOENT;
}

void inbox_run(struct modem *modem)
{
    struct inbox *inbox = &modem->inbox;

    if (inbox->busy || modem->status.state != MODEM_READY || !at_chat_is_idle(&modem->chat) ||
        is_asking(inbox))
        return;
    inbox->busy = true; /* before the command: its answer may come from within */
    inbox->n_texts_before = 0;
    if (step(modem) < 0)
        inbox->busy = false;
}

void inbox_run_between(struct modem *modem)
{
    struct inbox *inbox = &modem->inbox;

    if (inbox->n_entries == 0 && (inbox->notices.has_text || inbox->notices.n >= NOTICES_MAX / 2))
        inbox_run(modem);
    else if (inbox->n_entries > 0 || inbox->wants_list)
        if (++inbox->n_texts_before >= TEXTS_BEFORE)
            inbox_run(modem);
}
