#include "core/special_number.h"

#include "core/digit_pattern.h"
#include "core/national_number.h"
#include "util/macros.h"

#include <string.h>

#define PREMIUM "a premium-rate number"
#define SHARED "a shared-cost number"
#define PERSONAL "a personal number, which forwards at the sender's cost"
#define SERVICE "a service number"
#define SATELLITE "a satellite phone"
#define WORLDWIDE "a number of a worldwide network"
#define SHORT "a short code, not a subscriber's number"

/* Short codes have up to six digits (ITU-T E.129 plans; 3GPP TS 23.040 knows no other bound). */
#define SHORT_CODE_DIGITS 6

/*
 * Worldwide: the ITU's list of assigned E.164 country codes, with E.169.1 (800), E.169.2 (979),
 * E.169.3 (808) and E.168 (878). Countries: the ranges for premium rate, shared cost and personal
 * numbers in the metadata of libphonenumber 8.12.57, where they begin with digits that no other
 * number has; tests/unit/test_special_number.c holds them against its example numbers of each kind,
 * and against the mobile numbers of all countries. India: TRAI's blocks of telemarketers (140) and
 * of service calls (1600); 900… there is a mobile number.
 */
static const struct {
    const char *code;
    const char *begins; /* digit patterns behind the code */
    const char *kind;
} rows[] = {
    {"+800", "", "an international freephone number"},
    {"+808", "", "an international shared-cost number"},
    {"+870", "", SATELLITE},
    {"+878", "", PERSONAL},
    {"+881", "", SATELLITE},
    {"+882", "", WORLDWIDE},
    {"+883", "", WORLDWIDE},
    {"+888", "", WORLDWIDE},
    {"+979", "", "an international premium-rate number"},
    {"+1", "900N XXX976", PREMIUM},
    {"+1", "500 521 522 533 544 566 577 588", PERSONAL},
    {"+27", "862 863 864 865 866 867 868 869 90 91 92", PREMIUM},
    {"+27", "860", SHARED},
    {"+30", "901 909", PREMIUM},
    {"+30", "801 806 812 825 850 875", SHARED},
    {"+30", "70", PERSONAL},
    {"+31", "900 906 909", PREMIUM},
    {"+32", "90", PREMIUM},
    {"+32", "7879", SHARED},
    {"+33", "8", PREMIUM},
    {"+34", "803 806 807 905", PREMIUM},
    {"+34", "901 902", SHARED},
    {"+34", "70", PERSONAL},
    {"+351", "601 607 608 646 648 760 761 762", PREMIUM},
    {"+351", "808 809", SHARED},
    {"+351", "884", PERSONAL},
    {"+352", "900 901 905", PREMIUM},
    {"+352", "801", SHARED},
    {"+353", "15XXXXXXXX", PREMIUM},
    {"+353", "1850XXXXXX 1890XXXXXX", SHARED},
    {"+353", "700", PERSONAL},
    {"+356", "50 51 52", PREMIUM},
    {"+357", "900 909", PREMIUM},
    {"+357", "801 80N", SHARED},
    {"+357", "700", PERSONAL},
    {"+358", "600 700", PREMIUM},
    {"+359", "90", PREMIUM},
    {"+359", "700", SHARED},
    {"+36", "90 91", PREMIUM},
    {"+370", "900 902 903 909 910", PREMIUM},
    {"+370", "808", SHARED},
    {"+370", "700 705", PERSONAL},
    {"+371", "90", PREMIUM},
    {"+371", "81", SHARED},
    {"+372", "900", PREMIUM},
    {"+372", "700 701 702", PERSONAL},
    {"+385", "60 61 64 65 69", PREMIUM},
    {"+385", "74 75", PERSONAL},
    {"+386", "89 90", PREMIUM},
    {"+39", "144 166 892 893 894 895 899", PREMIUM},
    {"+39", "84", SHARED},
    {"+39", "178 199", PERSONAL},
    {"+40", "900 901 903 906", PREMIUM},
    {"+40", "801", SHARED},
    {"+41", "900 901 906", PREMIUM},
    {"+41", "840 842 844 848", SHARED},
    {"+41", "878", PERSONAL},
    {"+420", "900 905 906 908 909 976", PREMIUM},
    {"+420", "81 83 84", SHARED},
    {"+420", "700 701", PERSONAL},
    {"+421", "900 97 98", PREMIUM},
    {"+421", "85 86 87 88 89", SHARED},
    {"+43", "900 901 930 931 939", PREMIUM},
    {"+43", "810 820 821 828", SHARED},
    {"+44", "9 871 872 873", PREMIUM},
    {"+44", "843 844 845 870", SHARED},
    {"+44", "70", PERSONAL},
    {"+45", "90", PREMIUM},
    {"+46", "900 939 944", PREMIUM},
    {"+46", "77", SHARED},
    {"+46", "751 752 753 754 755 756 757 758", PERSONAL},
    {"+47", "820 829", PREMIUM},
    {"+47", "810", SHARED},
    {"+47", "880", PERSONAL},
    {"+48", "700 701 703 704 706 708", PREMIUM},
    {"+48", "801", SHARED},
    {"+49", "900 137", PREMIUM},
    {"+49", "180", SHARED},
    {"+49", "700", PERSONAL},
    {"+61", "190", PREMIUM},
    {"+61", "13", SHARED},
    {"+65", "1900", PREMIUM},
    {"+91", "1860 1861 1900", PREMIUM},
    {"+91", "140 1600 1800", SERVICE},
    {"+92", "900", PREMIUM},
    {"+92", "122", PERSONAL},
    {"+971", "900", PREMIUM},
    {"+971", "700", SHARED},
};

const char *special_number_kind(const char *number)
{
    const struct national_rule *rule = national_rule_of(number);

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        size_t n = strlen(rows[i].code);

        if (strncmp(number, rows[i].code, n) == 0 &&
            (!rows[i].begins[0] || digit_patterns_match(rows[i].begins, number + n)))
            return rows[i].kind;
    }
    return rule && strlen(number + strlen(rule->code)) <= SHORT_CODE_DIGITS ? SHORT : NULL;
}
