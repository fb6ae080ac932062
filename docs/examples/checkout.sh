#!/bin/bash
# A till's checkout with curl and jq.
#
#   checkout.sh SOCKET NUMBER AMOUNT PAYEE BILL     reads codes from standard input, one a line;
#                                                   `r` sends the text again, an empty line gives up
set -euo pipefail
if [ $# -ne 5 ]; then
    sed -n '2,5s/^# \?//p' "$0" >&2
    exit 64
fi
socket=$1 to=$2 bill=$5
context=$(jq -n --arg amount "$3" --arg payee "$4" '{amount: $amount, currency: "INR", payee: $payee}')

# Puts the answer into `answer` and its status into `status`.
call()
{
    local method=$1 route=$2
    shift 2
    answer=$(curl -sS --max-time 10 --unix-socket "$socket" -X "$method" -w '\n%{http_code}' \
        -H 'Content-Type: application/json' "$@" "http://localhost$route")
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
}

field()
{
    jq -r --arg name "$1" '.[$name] // empty' <<<"$answer"
}

not_paid()
{
    echo "NOT PAID"
    exit 1
}

# The same bill again, after the till was switched off in the middle: go on where it was.
call GET "/v1/verifications?reference=$(jq -rn --arg bill "$bill" '$bill | @uri')"
if [ "$status" != 200 ] || ! [[ $(field status) =~ ^(pending|approved)$ ]]; then
    call POST /v1/verifications -H "Idempotency-Key: $bill" -d "$(jq -n --arg to "$to" \
        --arg bill "$bill" --argjson context "$context" \
        '{to: $to, purpose: "checkout", reference: $bill, context: $context}')"
fi
if [[ $status != 20[01] ]]; then
    echo "No text was sent: $(field detail)"
    not_paid
fi
if [ "$(field status)" = approved ]; then
    echo "PAID"
    exit
fi
route=/v1/verifications/$(field id)
echo "A code was sent to $(field to); it is good for $(field expires_in) s."

while read -r word && [ -n "$word" ]; do
    if [ "$word" = r ]; then
        call POST "$route/resend"
        if [ "$status" = 200 ]; then
            echo "The text is sent again; $(field resends_left) more are possible."
        elif [ -n "$(field retry_after)" ]; then
            echo "Please wait $(field retry_after) s."
        else
            field detail
        fi
        continue
    fi
    call POST "$route/check" -d "$(jq -n --arg code "$word" --argjson context "$context" \
        '{code: $code, context: $context}')"
    if [ "$status" != 200 ]; then
        field detail # a typing mistake counts nothing
        continue
    fi
    case $(field result) in
    approved | already_approved) # the latter: our own check, whose answer was lost
        echo "PAID"
        exit
        ;;
    incorrect)
        echo "Wrong code; $(field attempts_left) tries left."
        [ "$(field attempts_left)" != 0 ] || not_paid
        ;;
    superseded) echo "That code is from an older text; please use the newest." ;;
    denied)
        echo "The customer's phone says NO: do not sell, call the manager."
        not_paid
        ;;
    context_mismatch)
        echo "The amount has changed since the text: begin again."
        not_paid
        ;;
    *)
        echo "The code is $(field result): begin again or take cash."
        not_paid
        ;;
    esac
done
call POST "$route/cancel"
not_paid
