#!/usr/bin/php
<?php
/*
 * A till's checkout with PHP and nothing else.
 *
 *   checkout.php SOCKET NUMBER AMOUNT PAYEE BILL    reads codes from standard input, one a line;
 *                                                   `r` sends the text again, an empty line gives up
 */
declare(strict_types=1);

final class Gateway
{
    public function __construct(private string $path)
    {
    }

    /**
     * [status, JSON]. An answer that is lost is asked for again, which each request here allows: none is
     * done twice.
     */
    public function call(string $method, string $route, ?array $body = null, int $tries = 5): array
    {
        try {
            return $this->callOnce($method, $route, $body);
        } catch (RuntimeException | JsonException $error) {
            if ($tries === 1) {
                throw $error;
            }
        }
        sleep(1);
        return $this->call($method, $route, $body, $tries - 1);
    }

    private function callOnce(string $method, string $route, ?array $body): array
    {
        $socket = @stream_socket_client("unix://{$this->path}", $number, $text, 10);
        if ($socket === false) {
            throw new RuntimeException("{$this->path}: $text");
        }
        stream_set_timeout($socket, 10);
        $content = $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR | JSON_FORCE_OBJECT);
        $lines = ["$method $route HTTP/1.1", 'Host: localhost', 'Connection: close',
            'Content-Type: application/json', 'Content-Length: ' . strlen($content)];
        @fwrite($socket, implode("\r\n", $lines) . "\r\n\r\n" . $content);
        $answer = stream_get_contents($socket);
        fclose($socket);
        [$head, $text] = explode("\r\n\r\n", $answer, 2) + [1 => ''];
        return [(int) substr($head, 9, 3), json_decode($text, true, 16, JSON_THROW_ON_ERROR)];
    }
}

/**
 * `resume`: after the till was switched off in the middle, the same bill goes on where it was; with another
 * amount or number it begins again.
 */
function begin(Gateway $gateway, string $to, string $bill, array $context): array
{
    return $gateway->call('POST', '/v1/verifications', ['to' => $to, 'purpose' => 'checkout',
        'reference' => $bill, 'context' => $context, 'resume' => true]);
}

function resend(Gateway $gateway, string $route): void
{
    [$status, $answer] = $gateway->call('POST', "$route/resend");
    if ($status === 200) {
        echo "The text is sent again; {$answer['resends_left']} more are possible.\n";
    } elseif (isset($answer['retry_after'])) {
        echo "Please wait {$answer['retry_after']} s.\n";
    } else {
        echo $answer['detail'], "\n";
    }
}

/** true: paid; null: ask again; false: not paid. */
function compare(Gateway $gateway, string $route, string $code, array $context): ?bool
{
    [$status, $answer] = $gateway->call('POST', "$route/check", ['code' => $code, 'context' => $context,
        'attempt_id' => bin2hex(random_bytes(16))]);
    if ($status !== 200) {
        echo $answer['detail'], "\n"; // a typing mistake counts nothing
        return null;
    }
    switch ($answer['result']) {
        case 'approved':
        case 'already_approved': // this very sale, at an earlier run or another till
            return true;
        case 'incorrect':
            echo "Wrong code; {$answer['attempts_left']} tries left.\n";
            return $answer['attempts_left'] > 0 ? null : false;
        case 'superseded':
            echo "That code is from an older text; please use the newest.\n";
            return null;
        case 'denied':
            echo "The customer's phone says NO: do not sell, call the manager.\n";
            return false;
        default:
            echo "The code is {$answer['result']}: begin again or take cash.\n";
            return false;
    }
}

function checkout(string $path, string $to, string $amount, string $payee, string $bill): bool
{
    $gateway = new Gateway($path);
    $context = ['amount' => $amount, 'currency' => 'INR', 'payee' => $payee];
    [$status, $verification] = begin($gateway, $to, $bill, $context);
    if ($status !== 200 && $status !== 201) {
        echo "No text was sent: {$verification['detail']}\n";
        return false;
    }
    if ($verification['status'] === 'approved') {
        return true;
    }
    echo "A code was sent to {$verification['to']}; it is good for {$verification['expires_in']} s.\n";
    $route = "/v1/verifications/{$verification['id']}";
    while (($line = fgets(STDIN)) !== false && ($word = trim($line)) !== '') {
        if ($word === 'r') {
            resend($gateway, $route);
            continue;
        }
        $outcome = compare($gateway, $route, $word, $context);
        if ($outcome !== null) {
            return $outcome;
        }
    }
    $gateway->call('POST', "$route/cancel");
    return false;
}

if ($argc !== 6) {
    fwrite(STDERR, "usage: checkout.php SOCKET NUMBER AMOUNT PAYEE BILL\n");
    exit(64);
}
try {
    $paid = checkout(...array_slice($argv, 1));
} catch (RuntimeException | JsonException $error) {
    echo "The gateway does not answer ({$error->getMessage()}); try the same bill again.\n";
    $paid = false;
}
echo $paid ? "PAID\n" : "NOT PAID\n";
exit($paid ? 0 : 1);
