#include "sim/gsm7_national.h"

#include "util/macros.h"

uint32_t gsm7_national_locking(unsigned language _unused_, uint8_t septet _unused_)
{
    return 0;
}

uint32_t gsm7_national_single(unsigned language _unused_, uint8_t septet _unused_)
{
    return 0;
}
