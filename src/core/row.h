/* Columns of a row copied into fixed fields, with the checks that a damaged database calls for. */
#pragma once

#include "store/db.h"

/* Copies text, cut to fit; SQL NULL becomes the empty text. */
void row_copy_text(struct db_statement *statement, int column, char *ret_text, size_t size);

/* Copies a blob of exactly `size` bytes. False: NULL or another size; `ret` is left alone. */
bool row_copy_blob(struct db_statement *statement, int column, void *ret, size_t size);

/* Runs an UPDATE that must touch exactly one row; -ENOENT when it touched none. */
int row_update_one(struct db *db, struct db_statement *statement);
