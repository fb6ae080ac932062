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

not_paid()
{
    echo "NOT PAID"
    exit 1
}

# Puts the answer into `answer` and its status into `status`. One that is lost is asked for again, which
# each request here allows: none is done twice.
call()
{
    local method=$1 route=$2 tries=5
    shift 2
    until answer=$(curl -s --max-time 10 --unix-socket "$socket" -X "$method" -w '\n%{http_code}' \
        -H 'Content-Type: application/json' "$@" "http://localhost$route"); do
        if ((--tries == 0)); then
            echo "The gateway does not answer; try the same bill again."
            not_paid
        fi
        sleep 1
    done
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
}

field()
{
    jq -r --arg name "$1" '.[$name] // empty' <<<"$answer"
}

# `resume`: after the till was switched off in the middle, the same bill goes on where it was; with
# another amount or number it begins again.
call POST /v1/verifications -d "$(jq -n --arg to "$to" --arg bill "$bill" --argjson context "$context" \
    '{to: $to, purpose: "checkout", reference: $bill, context: $context, resume: true}')"
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
        --arg attempt "$(</proc/sys/kernel/random/uuid)" \
        '{code: $code, context: $context, attempt_id: $attempt}')"
    if [ "$status" != 200 ]; then
        field detail # a typing mistake counts nothing
        continue
    fi
    case $(field result) in
    approved | already_approved) # the latter: this very sale, at an earlier run or another till
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
    *)
        echo "The code is $(field result): begin again or take cash."
        not_paid
        ;;
    esac
done
call POST "$route/cancel"
not_paid
