#include "core/reseal.h"

#include "core/row.h"
#include "util/macros.h"

#include <errno.h>
#include <string.h>

#define BATCH 256 /* rows looked at in one transaction */

/* Ciphertexts that belong to the id of their row. */
static const struct {
    struct db_sql read, write;
    enum otp_seal seal;
} columns[] = {
    {{"SELECT id, number_sealed FROM verifications WHERE id > ? ORDER BY id LIMIT ?"},
        {"UPDATE verifications SET number_sealed = ? WHERE id = ?"}, OTP_SEAL_NUMBER},
    {{"SELECT id, number_sealed FROM inbound WHERE id > ? ORDER BY id LIMIT ?"},
        {"UPDATE inbound SET number_sealed = ? WHERE id = ?"}, OTP_SEAL_NUMBER},
    {{"SELECT id, body_sealed FROM inbound WHERE id > ? ORDER BY id LIMIT ?"},
        {"UPDATE inbound SET body_sealed = ? WHERE id = ?"}, OTP_SEAL_TEXT},
    {{"SELECT id, number_sealed FROM messages WHERE id > ? AND number_sealed IS NOT NULL "
      "ORDER BY id LIMIT ?"},
        {"UPDATE messages SET number_sealed = ? WHERE id = ?"}, OTP_SEAL_NUMBER},
    {{"SELECT id, body_sealed FROM messages WHERE id > ? AND body_sealed IS NOT NULL "
      "ORDER BY id LIMIT ?"},
        {"UPDATE messages SET body_sealed = ? WHERE id = ?"}, OTP_SEAL_TEXT},
};

static int write_row(struct db *db, const struct db_sql *sql, const char *id, const uint8_t *sealed,
    size_t n)
{
    struct db_statement *s = db_use(db, sql);

    db_bind_blob(s, 1, sealed, n);
    db_bind_text(s, 2, id);
    return db_run(s);
}

/* Seals one ciphertext anew. One that neither key opens stays: nobody can read it any more. */
static int reseal_one(struct db *db, unsigned column, const char *id, const uint8_t *sealed,
    size_t n, const struct otp_keyring *keyring)
{
    _cleanup_free_ uint8_t *anew = NULL;

    if (!sealed || otp_is_sealed_with(sealed, n, otp_keyring_id(keyring)))
        return 0;
    anew = malloc(n);
    if (!anew)
        return -ENOMEM;
    if (otp_reseal(keyring, columns[column].seal, id, sealed, n, anew) < 0)
        return 0;
    return write_row(db, &columns[column].write, id, anew, n);
}

int reseal_some(struct reseal *reseal, struct db *db, const struct otp_keyring *keyring)
{
    const struct reseal begin = *reseal;
    struct db_statement *s;
    unsigned n_rows = 0;
    int r;

    if (begin.column == ARRAY_SIZE(columns))
        return 0;
    s = db_use(db, &columns[begin.column].read);
    db_bind_text(s, 1, begin.id);
    db_bind_int(s, 2, BATCH);
    while ((r = db_step(s)) > 0) {
        size_t n;
        const uint8_t *sealed = db_column_blob(s, 1, &n);

        row_copy_text(s, 0, reseal->id, sizeof(reseal->id));
        r = reseal_one(db, reseal->column, reseal->id, sealed, n, keyring);
        if (r < 0)
            break;
        n_rows++;
    }
    db_reset(s);
    if (r < 0)
        return r;
    if (n_rows < BATCH)
        *reseal = (struct reseal){.column = reseal->column + 1};
    return reseal->column < ARRAY_SIZE(columns);
}
