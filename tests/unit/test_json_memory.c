/*
 * What JSON leaves in freed memory: nothing. free() is watched, and looked into before it is done.
 */
#include "api/json_memory.h"

#include <jansson.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_watching;
static unsigned n_freed, n_found;

void __real_free(void *memory);
void __wrap_free(void *memory);

void __wrap_free(void *memory)
{
    if (is_watching && memory) {
        n_freed++;
        n_found += memmem(memory, malloc_usable_size(memory), "482913", 6) != NULL;
    }
    __real_free(memory);
}

static void live(void)
{
    static const char body[] = "{\"code\": \"482913\", \"context\": {\"482913\": [\"a 482913\"]}}";
    json_t *json;

    n_freed = n_found = 0;
    is_watching = true;
    json = json_loadb(body, strlen(body), JSON_REJECT_DUPLICATES, NULL);
    assert_string_equal(json_string_value(json_object_get(json, "code")), "482913");
    json_decref(json);
    is_watching = false;
}

static void test_wiped(void **state)
{
    char *text;
    json_t *json;

    (void)state;
    json_memory_init();
    live();
    assert_true(n_freed > 4);
    assert_int_equal(n_found, 0);
    json = json_pack("{s:s}", "a", "b");
    text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, "{\"a\":\"b\"}");
    free(text);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
