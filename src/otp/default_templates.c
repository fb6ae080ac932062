#include "otp/default_templates.h"

#include "util/macros.h"

#include <string.h>

/*
 * At the till the customer is to say the code to the cashier; anywhere else to nobody. One sentence
 * for both would teach the wrong habit. Each begins with the code, where a notification shows it.
 * The texts in other scripts are short because UCS-2 has 70 characters to a part (3GPP TS 23.040
 * §9.2.3.24.1); `Rs` and `INR` stand for U+20B9, which no GSM table has.
 */
static const struct otp_default_text checkout[] = {
    {"en",
        "{code} is your OTP to pay {currency} {amount} to {payee}. Valid {minutes} min. Say "
        "it only to the cashier billing you now. Not you? Reply NO"},
    {"hi",
        "{code} OTP: {payee} को {currency} {amount}। {minutes} मिनट। सिर्फ़ कैशियर को बताएं।"},
    {"hi-Latn",
        "{code} aapka OTP hai, {payee} ko {currency} {amount} dene ke liye. {minutes} min "
        "valid. Sirf bill bana rahe cashier ko batayein. Nahin manga? NO bhejein"},
    {"mr", "{code} OTP: {payee} ला {currency} {amount}. {minutes} मिनिटे. फक्त कॅशियरला सांगा."},
    {"bn", "{code} OTP: {payee}, {currency} {amount}. {minutes} মিনিট. শুধু ক্যাশিয়ারকে বলুন."},
    {"ta", "{code} OTP: {payee}, {currency} {amount}. {minutes} நிமிடம். காசாளரிடம் மட்டும்."},
    {"te",
        "{code} OTP: {payee}, {currency} {amount}. {minutes} నిమిషాలు. క్యాషియర్ కు మాత్రమే."},
    {"kn",
        "{code} OTP: {payee}, {currency} {amount}. {minutes} ನಿಮಿಷ. ಕ್ಯಾಷಿಯರ್ ಗೆ ಮಾತ್ರ ಹೇಳಿ."},
    {"ml",
        "{code} OTP: {payee}, {currency} {amount}. {minutes} മിനിറ്റ്. കാഷ്യറോട് മാത്രം "
        "പറയുക."},
    {"gu", "{code} OTP: {payee} ને {currency} {amount}. {minutes} મિનિટ. ફક્ત કેશિયરને કહો."},
    {"pa",
        "{code} OTP: {payee} ਨੂੰ {currency} {amount}। {minutes} ਮਿੰਟ। ਸਿਰਫ਼ ਕੈਸ਼ੀਅਰ ਨੂੰ ਦੱਸੋ।"},
    {"or",
        "{code} OTP: {payee}, {currency} {amount}। {minutes} ମିନିଟ। କେବଳ କ୍ୟାସିଅରଙ୍କୁ "
        "କୁହନ୍ତୁ।"},
    {"ur", "{code} OTP: {payee} کو {currency} {amount}۔ {minutes} منٹ۔ صرف کیشیئر کو بتائیں۔"},
};
static const struct otp_default_text loyalty[] = {
    {"en",
        "{code} is your OTP to use {points} points at {shop}, bill {bill}. Valid {minutes} "
        "min. Say it only to the cashier billing you now. Not you? Reply NO"},
    {"hi", "{code} OTP: {shop} {points} पॉइंट, बिल {bill}। {minutes} मिनट। सिर्फ़ कैशियर को।"},
    {"hi-Latn",
        "{code} aapka OTP hai, {shop} mein {points} point, bill {bill} ke liye. {minutes} min "
        "valid. Sirf cashier ko batayein. Nahin manga? NO bhejein"},
    {"mr", "{code} OTP: {shop} {points} पॉइंट, बिल {bill}. {minutes} मिनिटे. फक्त कॅशियरला."},
    {"bn", "{code} OTP: {shop} {points} পয়েন্ট, বিল {bill}. {minutes} মি. শুধু ক্যাশিয়ারকে."},
    {"ta", "{code} OTP: {shop} {points} புள்ளி, #{bill}. {minutes} நிமி. காசாளரிடம் மட்டும்."},
    {"te", "{code} OTP: {shop} {points} పాయింట్, #{bill}. {minutes} ని. క్యాషియర్ కు మాత్రమే."},
    {"kn", "{code} OTP: {shop} {points} ಪಾಯಿಂಟ್, #{bill}. {minutes} ನಿಮಿಷ. ಕ್ಯಾಷಿಯರ್ ಗೆ ಮಾತ್ರ."},
    {"ml", "{code} OTP: {shop} {points} പോയിന്റ്, #{bill}. {minutes} മി. കാഷ്യറോട് മാത്രം."},
    {"gu", "{code} OTP: {shop} {points} પોઈન્ટ, બિલ {bill}. {minutes} મિનિટ. ફક્ત કેશિયરને."},
    {"pa", "{code} OTP: {shop} {points} ਪੁਆਇੰਟ, ਬਿਲ {bill}। {minutes} ਮਿੰਟ। ਸਿਰਫ਼ ਕੈਸ਼ੀਅਰ ਨੂੰ।"},
    {"or", "{code} OTP: {shop} {points} ପଏଣ୍ଟ, ବିଲ {bill}। {minutes} ମିନିଟ। କେବଳ କ୍ୟାସିଅରଙ୍କୁ।"},
    {"ur", "{code} OTP: {shop} {points} پوائنٹ، بل {bill}۔ {minutes} منٹ۔ صرف کیشیئر کو۔"},
};
static const struct otp_default_text account[] = {
    {"en",
        "{code} is your OTP to change the {change} of your account at {shop}. Valid {minutes} "
        "min. Share it with nobody. Not you? Reply NO"},
    {"hi", "{code} OTP: {shop} खाते में {change} बदलना। {minutes} मिनट। किसी को न बताएं।"},
    {"hi-Latn",
        "{code} aapka OTP hai, {shop} khate mein {change} badalne ke liye. {minutes} min "
        "valid. Kisi ko na batayein. Nahin manga? NO bhejein"},
    {"mr", "{code} OTP: {shop} खात्यात {change} बदल. {minutes} मिनिटे. कोणालाही सांगू नका."},
    {"bn", "{code} OTP: {shop} অ্যাকাউন্টে {change} বদল. {minutes} মিনিট. কাউকে বলবেন না."},
    {"ta", "{code} OTP: {shop} கணக்கு {change} மாற்றம். {minutes} நிமிடம். பகிர வேண்டாம்."},
    {"te", "{code} OTP: {shop} ఖాతాలో {change} మార్పు. {minutes} ని. ఎవరికీ చెప్పవద్దు."},
    {"kn", "{code} OTP: {shop} ಖಾತೆಯಲ್ಲಿ {change} ಬದಲು. {minutes} ನಿಮಿಷ. ಯಾರಿಗೂ ಹೇಳಬೇಡಿ."},
    {"ml", "{code} OTP: {shop} അക്കൗണ്ടിൽ {change} മാറ്റം. {minutes} മി. ആരോടും പറയരുത്."},
    {"gu", "{code} OTP: {shop} ખાતામાં {change} ફેરફાર. {minutes} મિનિટ. કોઈને કહેશો નહીં."},
    {"pa", "{code} OTP: {shop} ਖਾਤੇ ਵਿੱਚ {change} ਬਦਲਾਅ। {minutes} ਮਿੰਟ। ਕਿਸੇ ਨੂੰ ਨਾ ਦੱਸੋ।"},
    {"or", "{code} OTP: {shop} ଖାତାରେ {change} ବଦଳ। {minutes} ମିନିଟ। କାହାକୁ କୁହନ୍ତୁ ନାହିଁ।"},
    {"ur", "{code} OTP: {shop} کھاتے میں {change} تبدیلی۔ {minutes} منٹ۔ کسی کو نہ بتائیں۔"},
};
static const struct otp_default_text payment[] = {
    {"en",
        "{code} is your OTP for an online payment of {currency} {amount} to {payee}. Valid "
        "{minutes} min. Never share it by phone or chat. Not you? Reply NO"},
    {"hi",
        "{code} OTP: {payee} को {currency} {amount} ऑनलाइन। {minutes} मिनट। किसी को न बताएं।"},
    {"hi-Latn",
        "{code} aapka OTP hai, {payee} ko {currency} {amount} online bhugtan ke liye. "
        "{minutes} min valid. Phone par kisi ko na batayein. Nahin manga? NO bhejein"},
    {"mr", "{code} OTP: {payee} ला {currency} {amount} ऑनलाइन. {minutes} मि. कोणाला सांगू नका."},
    {"bn", "{code} OTP: {payee}, {currency} {amount} পেমেন্ট. {minutes} মিনিট. কাউকে বলবেন না."},
    {"ta",
        "{code} OTP: {payee}, {currency} {amount} கட்டணம். {minutes} நிமிடம். பகிர வேண்டாம்."},
    {"te",
        "{code} OTP: {payee}, {currency} {amount} చెల్లింపు. {minutes} ని. ఎవరికీ చెప్పవద్దు."},
    {"kn", "{code} OTP: {payee}, {currency} {amount} ಪಾವತಿ. {minutes} ನಿಮಿಷ. ಯಾರಿಗೂ ಹೇಳಬೇಡಿ."},
    {"ml", "{code} OTP: {payee}, {currency} {amount} അടയ്ക്കൽ. {minutes} മി. ആരോടും പറയരുത്."},
    {"gu", "{code} OTP: {payee}, {currency} {amount} ચુકવણી. {minutes} મિનિટ. કોઈને ન કહેશો."},
    {"pa", "{code} OTP: {payee}, {currency} {amount} ਭੁਗਤਾਨ। {minutes} ਮਿੰਟ। ਕਿਸੇ ਨੂੰ ਨਾ ਦੱਸੋ।"},
    {"or", "{code} OTP: {payee}, {currency} {amount} ଦେୟ। {minutes} ମିନିଟ। କାହାକୁ କହିବେ ନାହିଁ।"},
    {"ur", "{code} OTP: {payee}، {currency} {amount} ادائیگی۔ {minutes} منٹ۔ کسی کو نہ بتائیں۔"},
};
static const struct otp_default_text login[] = {
    {"en",
        "{code} is your OTP to sign in at {shop}. Valid {minutes} min. Our staff will never "
        "ask for it. Not you? Reply NO"},
    {"hi", "{code} OTP: {shop} में लॉगिन। {minutes} मिनट मान्य। किसी को न बताएं।"},
    {"hi-Latn",
        "{code} aapka OTP hai, {shop} mein login ke liye. {minutes} min valid. Kisi ko na "
        "batayein. Nahin manga? NO bhejein"},
    {"mr", "{code} OTP: {shop} मध्ये लॉगिन. {minutes} मिनिटे वैध. कोणालाही सांगू नका."},
    {"bn", "{code} OTP: {shop} লগইন. {minutes} মিনিট বৈধ. কাউকে বলবেন না."},
    {"ta", "{code} OTP: {shop} உள்நுழைவு. {minutes} நிமிடம். பகிர வேண்டாம்."},
    {"te", "{code} OTP: {shop} లాగిన్. {minutes} నిమిషాలు. ఎవరికీ చెప్పవద్దు."},
    {"kn", "{code} OTP: {shop} ಲಾಗಿನ್. {minutes} ನಿಮಿಷ ಮಾನ್ಯ. ಯಾರಿಗೂ ಹೇಳಬೇಡಿ."},
    {"ml", "{code} OTP: {shop} ലോഗിൻ. {minutes} മിനിറ്റ്. ആരോടും പറയരുത്."},
    {"gu", "{code} OTP: {shop} લૉગિન. {minutes} મિનિટ માન્ય. કોઈને કહેશો નહીં."},
    {"pa", "{code} OTP: {shop} ਲਾਗਇਨ। {minutes} ਮਿੰਟ ਵੈਧ। ਕਿਸੇ ਨੂੰ ਨਾ ਦੱਸੋ।"},
    {"or", "{code} OTP: {shop} ଲଗଇନ୍। {minutes} ମିନିଟ ବୈଧ। କାହାକୁ କୁହନ୍ତୁ ନାହିଁ।"},
    {"ur", "{code} OTP: {shop} لاگ اِن۔ {minutes} منٹ۔ کسی کو نہ بتائیں۔"},
};

#define TEXTS(table) (table), ARRAY_SIZE(table)
const struct otp_default_purpose otp_default_purposes[OTP_DEFAULT_PURPOSES] = {
    {"checkout", {"amount", "payee"}, 2, TEXTS(checkout)},
    {"loyalty", {"points", "bill"}, 2, TEXTS(loyalty)},
    {"account", {"change"}, 1, TEXTS(account)},
    {"payment", {"amount", "payee"}, 2, TEXTS(payment)},
    {"login", {NULL}, 0, TEXTS(login)},
};

const char *otp_default_text_find(const struct otp_default_purpose *purpose, const char *locale)
{
    for (size_t i = 0; i < purpose->n_texts; i++)
        if (strcmp(purpose->texts[i].locale, locale) == 0)
            return purpose->texts[i].text;
    return NULL;
}
