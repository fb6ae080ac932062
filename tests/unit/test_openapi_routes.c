/* The description of the API is served as the file that the source has. The answer is played. */
#include "api/openapi_routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct {
    unsigned n, status;
    const char *type, *text;
} answer;

void call_answer_text(
    struct call *call, unsigned status, const char *content_type, const char *text)
{
    (void)call;
    answer.n++;
    answer.status = status;
    answer.type = content_type;
    answer.text = text;
}

/* The file, terminated; to be freed. */
static char *read_document(void)
{
    char path[4096];
    char *text = NULL;
    size_t size = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/docs/openapi.yaml", getenv("SMSOTP_SOURCE_ROOT"));
    file = fopen(path, "r");
    assert_non_null(file);
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    fclose(file);
    return text;
}

static void test_the_file_itself(void **state)
{
    struct call call = {0};
    char *document = read_document();

    (void)state;
    openapi_read(&call);
    assert_int_equal(answer.n, 1);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.type, "application/yaml");
    assert_true(strlen(document) > 1000);
    assert_string_equal(answer.text, document);
    free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_file_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
