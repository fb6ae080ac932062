#include "util/histogram.h"

void histogram_observe(
    struct histogram *histogram, const struct histogram_scale *scale, usec_t value)
{
    histogram->total++;
    histogram->sum += value;
    for (unsigned i = 0; i < scale->n; i++)
        if (value <= scale->bounds[i]) {
            histogram->counts[i]++;
            return;
        }
}

usec_t histogram_mean(const struct histogram *histogram)
{
    return histogram->total > 0 ? histogram->sum / histogram->total : 0;
}

usec_t histogram_percentile(
    const struct histogram *histogram, const struct histogram_scale *scale, unsigned percent)
{
    uint64_t wanted = (histogram->total * percent + 99) / 100, seen = 0;

    if (histogram->total == 0)
        return 0;
    for (unsigned i = 0; i < scale->n; i++) {
        seen += histogram->counts[i];
        if (seen >= wanted)
            return scale->bounds[i];
    }
    return USEC_INFINITY;
}
