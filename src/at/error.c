#include "at/error.h"

#include "util/macros.h"

#include <stdbool.h>
#include <strings.h>

ENUM_DEFINE(at_error_class, AT_ERROR_CLASS_LIST);

#define DESTINATION AT_ERROR_DESTINATION
#define REJECTED AT_ERROR_REJECTED
#define ACCOUNT AT_ERROR_ACCOUNT
#define NETWORK AT_ERROR_NETWORK
#define SIM AT_ERROR_SIM
#define MEMORY AT_ERROR_MEMORY
#define BUSY AT_ERROR_BUSY
#define PROTOCOL AT_ERROR_PROTOCOL
#define UNKNOWN AT_ERROR_UNKNOWN

/* clang-format off */
static const struct at_error cms_errors[] = {
    /* TS 24.011 Annex E-2: RP-Cause of an RP-ERROR to a mobile-originated transfer */
    {1,   DESTINATION, "Unassigned (unallocated) number"},
    {8,   ACCOUNT,     "Operator determined barring"},
    {10,  ACCOUNT,     "Call barred"},
    {17,  NETWORK,     "Network failure"}, /* TS 24.008 cause 17, which some networks put here */
    {21,  REJECTED,    "Short message transfer rejected"},
    {22,  MEMORY,      "Memory capacity exceeded"},
    {27,  DESTINATION, "Destination out of service"},
    {28,  ACCOUNT,     "Unidentified subscriber"},
    {29,  REJECTED,    "Facility rejected"},
    {30,  ACCOUNT,     "Unknown subscriber"},
    {34,  ACCOUNT,     "No channel available; often: no credit"},
    {38,  NETWORK,     "Network out of order"},
    {41,  NETWORK,     "Temporary failure"},
    {42,  NETWORK,     "Congestion"},
    {47,  NETWORK,     "Resources unavailable, unspecified"},
    {50,  ACCOUNT,     "Requested facility not subscribed"},
    {69,  ACCOUNT,     "Requested facility not implemented"},
    {81,  PROTOCOL,    "Invalid short message transfer reference value"},
    {95,  PROTOCOL,    "Invalid message, unspecified"},
    {96,  PROTOCOL,    "Invalid mandatory information"},
    {97,  PROTOCOL,    "Message type non-existent or not implemented"},
    {98,  PROTOCOL,    "Message not compatible with short message protocol state"},
    {99,  PROTOCOL,    "Information element non-existent or not implemented"},
    {111, PROTOCOL,    "Protocol error, unspecified"},
    {127, PROTOCOL,    "Interworking, unspecified"},
    /* TS 23.040 §9.2.3.22: TP-Failure-Cause */
    {128, PROTOCOL,    "Telematic interworking not supported"},
    {129, PROTOCOL,    "Short message type 0 not supported"},
    {130, PROTOCOL,    "Cannot replace short message"},
    {143, PROTOCOL,    "Unspecified TP-PID error"},
    {144, PROTOCOL,    "Data coding scheme (alphabet) not supported"},
    {145, PROTOCOL,    "Message class not supported"},
    {159, PROTOCOL,    "Unspecified TP-DCS error"},
    {160, PROTOCOL,    "Command cannot be actioned"},
    {161, PROTOCOL,    "Command unsupported"},
    {175, PROTOCOL,    "Unspecified TP-Command error"},
    {176, PROTOCOL,    "TPDU not supported"},
    {192, NETWORK,     "SC busy"},
    {193, ACCOUNT,     "No SC subscription"},
    {194, NETWORK,     "SC system failure"},
    {195, DESTINATION, "Invalid SME address"},
    {196, DESTINATION, "Destination SME barred"},
    {197, REJECTED,    "SM rejected: duplicate SM"},
    {198, PROTOCOL,    "TP-VPF not supported"},
    {199, PROTOCOL,    "TP-VP not supported"},
    {208, MEMORY,      "SIM SMS storage full"},
    {209, MEMORY,      "No SMS storage capability in SIM"},
    {210, UNKNOWN,     "Error in MS"},
    {211, MEMORY,      "Memory capacity exceeded"},
    {212, SIM,         "SIM Application Toolkit busy"},
    {213, SIM,         "SIM data download error"},
    {255, UNKNOWN,     "Unspecified error cause"},
    /* Siemens, Telit and their kin */
    {256, BUSY,        "Operation temporary not allowed"},
    {257, ACCOUNT,     "Call barred"},
    {258, BUSY,        "Phone busy"},
    {259, BUSY,        "User abort"},
    {260, PROTOCOL,    "Invalid dial string"},
    {261, PROTOCOL,    "SS not executed"},
    {262, SIM,         "SIM blocked"},
    {263, PROTOCOL,    "Invalid block"},
    /* TS 27.005 §3.2.5 */
    {300, UNKNOWN,     "ME failure"},
    {301, UNKNOWN,     "SMS service of ME reserved"},
    {302, BUSY,        "Operation not allowed"},
    {303, PROTOCOL,    "Operation not supported"},
    {304, PROTOCOL,    "Invalid PDU mode parameter"},
    {305, PROTOCOL,    "Invalid text mode parameter"},
    {310, SIM,         "SIM not inserted"},
    {311, SIM,         "SIM PIN required"},
    {312, SIM,         "PH-SIM PIN required"},
    {313, SIM,         "SIM failure"},
    {314, BUSY,        "SIM busy"},
    {315, SIM,         "SIM wrong"},
    {316, SIM,         "SIM PUK required"},
    {317, SIM,         "SIM PIN2 required"},
    {318, SIM,         "SIM PUK2 required"},
    {320, MEMORY,      "Memory failure"},
    {321, MEMORY,      "Invalid memory index"},
    {322, MEMORY,      "Memory full"},
    {330, ACCOUNT,     "SMSC address unknown"},
    {331, NETWORK,     "No network service"},
    {332, NETWORK,     "Network timeout"},
    {340, PROTOCOL,    "No +CNMA acknowledgement expected"},
    {500, UNKNOWN,     "Unknown error"},
    /* Vendors' own */
    {512, BUSY,        "User abort, or busy with another message"},
    {513, PROTOCOL,    "Unable to store"},
    {514, PROTOCOL,    "Invalid status"},
    {515, BUSY,        "Busy or being initialised; elsewhere: invalid character in address string"},
    {516, PROTOCOL,    "Invalid length"},
    {517, PROTOCOL,    "Invalid character in PDU"},
    {518, PROTOCOL,    "Invalid parameter"},
    {519, PROTOCOL,    "Invalid length or character"},
    {520, PROTOCOL,    "Invalid character in text"},
    {521, BUSY,        "Timer expired"},
    {522, BUSY,        "Operation temporary not allowed"},
    {532, SIM,         "SIM not ready"},
    {535, BUSY,        "Busy"},
    {538, PROTOCOL,    "Message too long"},
    {548, NETWORK,     "Link lost"},
    {549, PROTOCOL,    "PDU error"},
    {550, PROTOCOL,    "Invalid message type indication (MTI)"},
    {551, PROTOCOL,    "Invalid address"},
    {552, PROTOCOL,    "Invalid validity period"},
    {553, PROTOCOL,    "Incorrect PDU length (UDL)"},
    {554, PROTOCOL,    "Incorrect SCA length"},
    {615, NETWORK,     "Network failure"},
    {616, NETWORK,     "Network is down"},
    {633, PROTOCOL,    "GPRS - QOS validation fail"},
    {640, BUSY,        "Operation of service temporary not allowed"},
    {643, PROTOCOL,    "GPRS - unknown PDP address or type"},
    {644, PROTOCOL,    "GPRS - unknown PDP context"},
    {772, SIM,         "SIM powered down"},
};

static const struct at_error cme_errors[] = {
    /* TS 27.007 §9.2.1: general */
    {0,   UNKNOWN,     "Phone failure"},
    {1,   UNKNOWN,     "No connection to phone"},
    {2,   BUSY,        "Phone-adaptor link reserved"},
    {3,   BUSY,        "Operation not allowed"},
    {4,   PROTOCOL,    "Operation not supported"},
    {5,   SIM,         "PH-SIM PIN required"},
    {6,   SIM,         "PH-FSIM PIN required"},
    {7,   SIM,         "PH-FSIM PUK required"},
    {10,  SIM,         "SIM not inserted"},
    {11,  SIM,         "SIM PIN required"},
    {12,  SIM,         "SIM PUK required"},
    {13,  SIM,         "SIM failure"},
    {14,  BUSY,        "SIM busy"},
    {15,  SIM,         "SIM wrong"},
    {16,  SIM,         "Incorrect password"},
    {17,  SIM,         "SIM PIN2 required"},
    {18,  SIM,         "SIM PUK2 required"},
    {20,  MEMORY,      "Memory full"},
    {21,  MEMORY,      "Invalid index"},
    {22,  MEMORY,      "Not found"},
    {23,  MEMORY,      "Memory failure"},
    {24,  PROTOCOL,    "Text string too long"},
    {25,  PROTOCOL,    "Invalid characters in text string"},
    {26,  PROTOCOL,    "Dial string too long"},
    {27,  PROTOCOL,    "Invalid characters in dial string"},
    {30,  NETWORK,     "No network service"},
    {31,  NETWORK,     "Network timeout"},
    {32,  NETWORK,     "Network not allowed - emergency calls only"},
    {40,  SIM,         "Network personalization PIN required"},
    {41,  SIM,         "Network personalization PUK required"},
    {42,  SIM,         "Network subset personalization PIN required"},
    {43,  SIM,         "Network subset personalization PUK required"},
    {44,  SIM,         "Service provider personalization PIN required"},
    {45,  SIM,         "Service provider personalization PUK required"},
    {46,  SIM,         "Corporate personalization PIN required"},
    {47,  SIM,         "Corporate personalization PUK required"},
    {48,  SIM,         "Hidden key required"},
    {49,  PROTOCOL,    "EAP method not supported"},
    {50,  PROTOCOL,    "Incorrect parameters"},
    {51,  PROTOCOL,    "Command implemented but currently disabled"},
    {52,  PROTOCOL,    "Command aborted by user"},
    {53,  NETWORK,     "Not attached to network due to MT functionality restrictions"},
    {54,  PROTOCOL,    "Modem not allowed - MT restricted to emergency calls only"},
    {55,  PROTOCOL,    "Operation not allowed because of MT functionality restrictions"},
    {56,  PROTOCOL,    "Fixed dial number only allowed - called number is not a fixed dial number"},
    {57,  BUSY,        "Temporarily out of service due to other MT usage"},
    {58,  PROTOCOL,    "Language/alphabet not supported"},
    {59,  PROTOCOL,    "Unexpected data value"},
    {60,  UNKNOWN,     "System failure"},
    {61,  MEMORY,      "Data missing"},
    {62,  ACCOUNT,     "Call barred"},
    {63,  BUSY,        "Message waiting indication subscription failure"},
    {100, UNKNOWN,     "Unknown"},
    /* §9.2.2: GPRS, EPS and mobility causes of TS 24.008 */
    {103, ACCOUNT,     "Illegal MS (#3)"},
    {106, ACCOUNT,     "Illegal ME (#6)"},
    {107, ACCOUNT,     "GPRS services not allowed (#7)"},
    {108, ACCOUNT,     "GPRS services and non-GPRS services not allowed (#8)"},
    {111, NETWORK,     "Public Land Mobile Network (PLMN) not allowed (#11)"},
    {112, NETWORK,     "Location area not allowed (#12)"},
    {113, NETWORK,     "Roaming not allowed in this location area (#13)"},
    {114, NETWORK,     "GPRS services not allowed in this PLMN (#14)"},
    {115, NETWORK,     "No suitable cells in location area (#15)"},
    {122, NETWORK,     "Congestion (#22)"},
    {126, NETWORK,     "Insufficient resources (#26)"},
    {127, PROTOCOL,    "Missing or unknown APN (#27)"},
    {128, PROTOCOL,    "Unknown PDP address or PDP type (#28)"},
    {129, ACCOUNT,     "User authentication failed (#29)"},
    {130, NETWORK,     "Activation rejected by GGSN, Serving GW or PDN GW (#30)"},
    {131, NETWORK,     "Activation rejected, unspecified (#31)"},
    {132, ACCOUNT,     "Service option not supported (#32)"},
    {133, ACCOUNT,     "Requested service option not subscribed (#33)"},
    {134, NETWORK,     "Service option temporarily out of order (#34)"},
    {140, PROTOCOL,    "Feature not supported (#40)"},
    {141, PROTOCOL,    "Semantic errors in the TFT operation (#41)"},
    {142, PROTOCOL,    "Syntactical errors in the TFT operation (#42)"},
    {143, PROTOCOL,    "Unknown PDP context (#43)"},
    {144, PROTOCOL,    "Semantic errors in packet filter(s) (#44)"},
    {145, PROTOCOL,    "Syntactical errors in packet filter(s) (#45)"},
    {146, PROTOCOL,    "PDP context without TFT already activated (#46)"},
    {148, NETWORK,     "Unspecified GPRS error"},
    {149, ACCOUNT,     "PDP authentication failure"},
    {150, PROTOCOL,    "Invalid mobile class"},
    {171, NETWORK,     "Last PDN disconnection not allowed (#49)"},
    /* Vendors' own */
    {512, BUSY,        "SIM or message service not ready"},
    {515, BUSY,        "Please wait, init or command processing in progress"},
};
/* clang-format on */

/* TS 24.011 §8.2.5.4: another RP-Cause than those listed counts as 41, temporary failure. */
#define CMS_LAST_OF_NETWORK 127

static const struct at_error no_error = {-1, UNKNOWN, "no reason given that is known"};
static const struct at_error unlisted_cause = {
    -1, NETWORK, "A cause that no table lists, which counts as a temporary failure"};

static const struct at_error *find(
    const struct at_error *errors, size_t n, int code, const struct at_error *otherwise)
{
    for (size_t i = 0; i < n; i++)
        if (errors[i].code == code)
            return &errors[i];
    return otherwise;
}

static int find_text(const struct at_error *errors, size_t n_errors, const char *text, size_t n)
{
    if (n > 0 && text[n - 1] == '.')
        n--;
    for (size_t i = 0; i < n_errors; i++)
        if (strncasecmp(errors[i].text, text, n) == 0 && errors[i].text[n] == '\0')
            return errors[i].code;
    return -1;
}

const struct at_error *at_cms_error(int code)
{
    bool is_of_network = code >= 0 && code <= CMS_LAST_OF_NETWORK;

    return find(cms_errors, ARRAY_SIZE(cms_errors), code,
        is_of_network ? &unlisted_cause : &no_error);
}

const struct at_error *at_cme_error(int code)
{
    return find(cme_errors, ARRAY_SIZE(cme_errors), code, &no_error);
}

int at_cms_error_from_text(const char *text, size_t n)
{
    return find_text(cms_errors, ARRAY_SIZE(cms_errors), text, n);
}

int at_cme_error_from_text(const char *text, size_t n)
{
    return find_text(cme_errors, ARRAY_SIZE(cme_errors), text, n);
}
