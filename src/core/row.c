#include "core/row.h"

#include <errno.h>
#include <string.h>

void row_copy_text(struct db_statement *statement, int column, char *ret_text, size_t size)
{
    const char *text = db_column_text(statement, column);
    size_t n = text ? strnlen(text, size - 1) : 0;

    memcpy(ret_text, text ? text : "", n);
    ret_text[n] = '\0';
}

bool row_copy_blob(struct db_statement *statement, int column, void *ret, size_t size)
{
    size_t n;
    const void *bytes = db_column_blob(statement, column, &n);

    if (!bytes || n != size)
        return false;
    memcpy(ret, bytes, size);
    return true;
}

int row_update_one(struct db *db, struct db_statement *statement)
{
    int r = db_run(statement);

    if (r < 0)
        return r;
    return db_changes(db) == 1 ? 0 : -ENOENT;
}
