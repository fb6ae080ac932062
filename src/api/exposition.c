#include "api/exposition.h"

#include <inttypes.h>
#include <stdarg.h>

void exposition_family(FILE *file, const char *name, const char *type, const char *help)
{
    fprintf(file, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_label_value(FILE *file, const char *value)
{
    for (; *value; value++) {
        if (*value == '\n') {
            fputs("\\n", file);
            continue;
        }
        if (*value == '"' || *value == '\\')
            fputc('\\', file);
        fputc(*value, file);
    }
}

void exposition_sample(FILE *file, const char *name, double value, ...)
{
    const char *label;
    unsigned n = 0;
    va_list labels;

    fputs(name, file);
    va_start(labels, value);
    while ((label = va_arg(labels, const char *))) {
        fprintf(file, "%c%s=\"", n++ == 0 ? '{' : ',', label);
        put_label_value(file, va_arg(labels, const char *));
        fputc('"', file);
    }
    va_end(labels);
    fprintf(file, "%s %.17g\n", n > 0 ? "}" : "", value);
}

static double seconds(usec_t usec)
{
    return (double)usec / (double)USEC_PER_SEC;
}

void exposition_histogram(FILE *file, const char *name, const struct histogram *histogram,
    const struct histogram_scale *scale)
{
    uint64_t up_to = 0;

    for (unsigned i = 0; i < scale->n; i++) {
        up_to += histogram->counts[i];
        fprintf(file, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name, seconds(scale->bounds[i]), up_to);
    }
    fprintf(file, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, histogram->total);
    fprintf(file, "%s_sum %.17g\n", name, seconds(histogram->sum));
    fprintf(file, "%s_count %" PRIu64 "\n", name, histogram->total);
}
