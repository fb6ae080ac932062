/* Memory of JSON that is read: a body may have a code or a number, so what is freed is wiped. */
#pragma once

/* For the whole process, before any JSON is made. What json_dumps() answers may go to free() as
 * ever. */
void json_memory_init(void);
