#!/usr/bin/env node
/*
 * A till's checkout with Node.js and nothing else.
 *
 *   checkout.js SOCKET NUMBER AMOUNT PAYEE BILL     reads codes from standard input, one a line;
 *                                                   `r` sends the text again, an empty line gives up
 */
'use strict';

const crypto = require('node:crypto');
const http = require('node:http');
const readline = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');

/* Resolves to {status, answer} of one request. */
function callOnce(socketPath, method, path, body) {
    return new Promise((resolve, reject) => {
        const request = http.request({
            socketPath, method, path, timeout: 10000, agent: false,
            headers: { 'Content-Type': 'application/json' },
        }, (response) => {
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (chunk) => { text += chunk; });
            response.on('error', reject);
            response.on('end', () => {
                try {
                    resolve({ status: response.statusCode, answer: JSON.parse(text) });
                } catch (error) {
                    reject(error);
                }
            });
        });
        request.on('timeout', () => request.destroy(new Error('no answer in time')));
        request.on('error', reject);
        request.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

/* An answer that is lost is asked for again, which each request here allows: none is done twice. */
async function call(socket, method, path, body, tries = 5) {
    try {
        return await callOnce(socket, method, path, body);
    } catch (error) {
        if (tries === 1) throw error;
    }
    await sleep(1000);
    return call(socket, method, path, body, tries - 1);
}

/* `resume`: after the till was switched off in the middle, the same bill goes on where it was; with
 * another amount or number it begins again. */
function begin(socket, to, bill, context) {
    return call(socket, 'POST', '/v1/verifications',
        { to, purpose: 'checkout', reference: bill, context, resume: true });
}

async function resend(socket, route) {
    const { status, answer } = await call(socket, 'POST', `${route}/resend`);
    if (status === 200) console.log(`The text is sent again; ${answer.resends_left} more are possible.`);
    else if (answer.retry_after) console.log(`Please wait ${answer.retry_after} s.`);
    else console.log(answer.detail);
}

/* true: paid; undefined: ask again; false: not paid. */
async function compare(socket, route, code, context) {
    const { status, answer } = await call(socket, 'POST', `${route}/check`,
        { code, context, attempt_id: crypto.randomUUID() });
    if (status !== 200) {
        console.log(answer.detail); // a typing mistake counts nothing
        return undefined;
    }
    switch (answer.result) {
    case 'approved':
    case 'already_approved': // this very sale, at an earlier run or another till
        return true;
    case 'incorrect':
        console.log(`Wrong code; ${answer.attempts_left} tries left.`);
        return answer.attempts_left > 0 ? undefined : false;
    case 'superseded':
        console.log('That code is from an older text; please use the newest.');
        return undefined;
    case 'denied':
        console.log("The customer's phone says NO: do not sell, call the manager.");
        return false;
    default:
        console.log(`The code is ${answer.result}: begin again or take cash.`);
        return false;
    }
}

async function main(socket, to, amount, payee, bill) {
    const context = { amount, currency: 'INR', payee };
    const { status, answer } = await begin(socket, to, bill, context);
    if (status !== 200 && status !== 201) {
        console.log('No text was sent:', answer.detail);
        return false;
    }
    if (answer.status === 'approved') return true;
    console.log(`A code was sent to ${answer.to}; it is good for ${answer.expires_in} s.`);
    const route = `/v1/verifications/${answer.id}`;
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const word = line.trim();
        if (word === '') break;
        if (word === 'r') {
            await resend(socket, route);
            continue;
        }
        const outcome = await compare(socket, route, word, context);
        if (outcome !== undefined) return outcome;
    }
    await call(socket, 'POST', `${route}/cancel`);
    return false;
}

if (process.argv.length !== 7) {
    console.error('usage: checkout.js SOCKET NUMBER AMOUNT PAYEE BILL');
    process.exit(64);
}
main(...process.argv.slice(2)).catch((error) => {
    console.log(`The gateway does not answer (${error.message}); try the same bill again.`);
    return false;
}).then((paid) => {
    console.log(paid ? 'PAID' : 'NOT PAID');
    process.exit(paid ? 0 : 1);
});
