/*
 * Makes of modem as data: identity, what they say when they start, which vendor commands they know,
 * and where they differ. Constant tables.
 */
#pragma once

/* Bits for the `only` column of the command table. */
#define PERSONA_GENERIC (1U << 0)
#define PERSONA_HUAWEI (1U << 1)
#define PERSONA_QUECTEL (1U << 2)
#define PERSONA_SIMCOM (1U << 3)

struct persona {
    const char *name; /* as on the command line */
    unsigned bit;
    const char *manufacturer;
    const char *model;
    const char *revision;
    const char *boot[6];   /* unsolicited lines after power-up, the first NULL ends */
    unsigned first_index;  /* of a message store */
    unsigned sms_slots;    /* of the SIM */
    const char *cnmi_test; /* answer to AT+CNMI=? */
    unsigned cnmi_max_ds;
};

/* The row of that name, or NULL. */
const struct persona *persona_find(const char *name);

/* The names, with commas, for messages. */
const char *persona_names(void);
