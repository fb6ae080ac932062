#include "sms/tp_status.h"

#include "util/macros.h"

#include <stdbool.h>
#include <stddef.h>

static const struct {
    uint8_t status;
    const char *text;
} texts[] = {
    {0x00, "Received by the phone"},
    {0x01, "Forwarded; the service centre cannot tell whether it arrived"},
    {0x02, "Replaced by the service centre"},
    {0x20, "Congestion; still trying"},
    {0x21, "The phone is busy; still trying"},
    {0x22, "No answer from the phone; still trying"},
    {0x23, "Service rejected; still trying"},
    {0x24, "Quality of service not available; still trying"},
    {0x25, "Error in the phone; still trying"},
    {0x40, "Remote procedure error"},
    {0x41, "Incompatible destination"},
    {0x42, "Connection rejected by the phone"},
    {0x43, "Not obtainable"},
    {0x44, "Quality of service not available"},
    {0x45, "No interworking available"},
    {0x46, "The validity period expired before the phone could be reached"},
    {0x47, "Deleted by the sender"},
    {0x48, "Deleted by the service centre"},
    {0x49, "The message does not exist"},
    {0x60, "Congestion; given up"},
    {0x61, "The phone is busy; given up"},
    {0x62, "No answer from the phone; given up"},
    {0x63, "Service rejected; given up"},
    {0x64, "Quality of service not available; given up"},
    {0x65, "Error in the phone; given up"},
};

#define SERVICE_REJECTED 0x63

/*
 * Behind the values of each group and in front of the service centre's own; and with the high bit.
 */
static bool is_reserved(uint8_t status)
{
    static const struct {
        uint8_t first, last;
    } ranges[] = {{0x03, 0x0F}, {0x26, 0x2F}, {0x4A, 0x4F}, {0x66, 0x6F}, {0x80, 0xFF}};

    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
        if (status >= ranges[i].first && status <= ranges[i].last)
            return true;
    return false;
}

enum tp_status_kind tp_status_kind(uint8_t status)
{
    if (status == 0x46)
        return TP_STATUS_EXPIRED;
    if (is_reserved(status) || status >= 0x40)
        return TP_STATUS_FAILED;
    if (status >= 0x20)
        return TP_STATUS_TRYING;
    return status == 0x01 || status == 0x02 ? TP_STATUS_UNSURE : TP_STATUS_DELIVERED;
}

const char *tp_status_text(uint8_t status)
{
    if (is_reserved(status))
        status = SERVICE_REJECTED;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        if (texts[i].status == status)
            return texts[i].text;
    switch (tp_status_kind(status)) {
    case TP_STATUS_DELIVERED:
    case TP_STATUS_UNSURE:
        return "The service centre is done with it";
    case TP_STATUS_TRYING:
        return "Not delivered yet; still trying";
    case TP_STATUS_EXPIRED:
    case TP_STATUS_FAILED:
        break;
    }
    return "Not delivered; given up";
}
