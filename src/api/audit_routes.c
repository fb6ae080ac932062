#include "api/audit_routes.h"

#include "api/body.h"
#include "api/event_json.h"
#include "core/audit.h"
#include "util/hex.h"
#include "util/parse.h"

#define LINE_MAX_OCTETS 512 /* a head's line, with what a log puts in front of it */

static void on_page(void *userdata, const struct refusal *refusal, const struct audit_page *page)
{
    struct call *call = userdata;
    json_t *entries;

    if (refusal) {
        call_refuse(call, refusal);
        return;
    }
    entries = json_array();
    for (unsigned i = 0; i < page->n_rows; i++)
        json_array_append_new(entries, audit_entry_to_json(&page->rows[i]));
    call_answer(call, 200,
        json_pack("{s:o, s:o}", "entries", entries, "next",
            page->next > 0 ? json_integer((json_int_t)page->next) : json_null()));
}

/* The parameters of a page. False: refused. */
static bool read_question(struct call *call, struct audit_question *ret, struct refusal *refusal)
{
    _cleanup_free_ char *from = call_query(call, "from");
    _cleanup_free_ char *since = call_query(call, "since");
    _cleanup_free_ char *limit = call_query(call, "limit");
    struct audit_question question = {.max = SMSOTP_AUDIT_DEFAULT};

    if (from && parse_u64(from, 1, INT64_MAX, &question.from) < 0)
        refuse(refusal, ERROR_INVALID, "from", "`from` must be the number of an entry, from 1 on");
    else if (since && clock_parse_rfc3339(since, &question.since_wall) < 0)
        refuse(refusal, ERROR_INVALID, "since",
            "`since` must be a time in UTC, like 2026-11-23T05:00:00Z or 2026-11-23");
    else if (limit && parse_unsigned(limit, 1, SMSOTP_AUDIT_MAX, &question.max) < 0)
        refuse(refusal, ERROR_INVALID, "limit", "`limit` must be a number from 1 to %u",
            SMSOTP_AUDIT_MAX);
    if (refusal->is_refused)
        return false;
    *ret = question;
    return true;
}

void audit_list(struct call *call)
{
    struct audit_question question;
    struct refusal refusal = {0};

    if (read_question(call, &question, &refusal))
        gateway_read_audit(call->gateway, &question, on_page, call);
    else
        call_refuse(call, &refusal);
}

static json_t *head_to_json(const struct audit_head *head)
{
    char hash[2 * JOURNAL_HASH_SIZE + 1], anchor_hash[2 * JOURNAL_HASH_SIZE + 1];
    char at[CLOCK_RFC3339_SIZE], line[HEAD_LINE_SIZE];

    hex_encode(head->head.hash, JOURNAL_HASH_SIZE, hash);
    hex_encode(head->anchor.hash, JOURNAL_HASH_SIZE, anchor_hash);
    clock_format_rfc3339(head->at_wall, at);
    head_line_format(head->head.seq, head->head.hash, head->at_wall, line);
    return json_pack("{s:I, s:s, s:s, s:I, s:{s:I, s:s}, s:s}", "seq", (json_int_t)head->head.seq,
        "hash", hash, "at", at, "entries", (json_int_t)(head->head.seq - head->anchor.seq),
        "anchor", "seq", (json_int_t)head->anchor.seq, "hash", anchor_hash, "line", line);
}

static void on_head(void *userdata, const struct refusal *refusal, const struct audit_head *head)
{
    if (refusal)
        call_refuse(userdata, refusal);
    else
        call_answer(userdata, 200, head_to_json(head));
}

void audit_read_head(struct call *call)
{
    gateway_read_audit_head(call->gateway, on_head, call);
}

static void on_verdict(
    void *userdata, const struct refusal *refusal, const struct audit_verdict *verdict)
{
    const struct journal_verify *verify;
    bool is_broken;

    if (refusal) {
        call_refuse(userdata, refusal);
        return;
    }
    verify = verdict->verify;
    is_broken = verify->is_broken;
    call_answer(userdata, 200,
        json_pack("{s:s, s:o, s:s?, s:I, s:I, s:s?, s:o}", "result",
            is_broken ? "broken" : "intact", "first_bad_sequence",
            is_broken ? json_integer((json_int_t)verify->first_bad) : json_null(), "fault",
            is_broken ? audit_fault_to_string(verify->fault) : NULL, "rows",
            (json_int_t)verify->n_rows, "unchecked", (json_int_t)verify->n_unchecked, "noted_head",
            verify->has_compared ? audit_noted_to_string(verify->compared) : NULL, "head",
            head_to_json(&verdict->head)));
}

/* The head that somebody has noted, where there is one. False: refused. */
static bool read_noted(
    struct call *call, bool *ret_has_noted, struct head_line *ret, struct refusal *refusal)
{
    static const char *const known[] = {"head"};
    const char *text = NULL;
    size_t n = 0;

    *ret_has_noted = false;
    (void)call_body_bytes(call, &n);
    if (n == 0)
        return true;
    if (!body_read(call, refusal) || !body_has_only(call, known, ARRAY_SIZE(known), refusal) ||
        !body_text(call, "head", LINE_MAX_OCTETS, false, &text, refusal))
        return false;
    if (text && head_line_parse(text, ret) < 0) {
        refuse(refusal, ERROR_INVALID, "head",
            "`head` must be a line of `smsotpctl audit head` or of the log: seq=NUMBER "
            "hash=DIGITS, the first %u of these at least",
            HEAD_LINE_DIGITS_MIN);
        return false;
    }
    *ret_has_noted = text != NULL;
    return true;
}

void audit_verify(struct call *call)
{
    struct head_line noted;
    struct refusal refusal = {0};
    bool has_noted;

    if (read_noted(call, &has_noted, &noted, &refusal))
        gateway_verify_audit(
            call->gateway, &call->caller, has_noted ? &noted : NULL, on_verdict, call);
    else
        call_refuse(call, &refusal);
}
