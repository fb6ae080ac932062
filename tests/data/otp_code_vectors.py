#!/usr/bin/env python3
"""Known answers for src/otp, computed without it: by hashlib, json and PyNaCl alone.

    python3 tests/data/otp_code_vectors.py > tests/data/otp_code_vectors.txt

Written from the description in the headers. Fields of a line are separated by tabs:
    code     key id generation purpose number context_digest length code
    keyring  master keyring_id code_key
    index    master number index
    attempt  master id attempt_id code mac
    context  json digest
    receipt  master id purpose context_digest client approved_at public_key text
"""
import base64
import hashlib
import json
import random

import nacl.signing

PICK = random.Random(20261123)  # the file is the same every time


def fields(*values):
    out = b""
    for value in values:
        if isinstance(value, int):
            value = value.to_bytes(4, "big")
        elif isinstance(value, str):
            value = value.encode()
        out += len(value).to_bytes(4, "big") + value
    return out


def code(key, id, generation, purpose, number, digest, length):
    limit = 2**64 // 10**length * 10**length
    for counter in range(2**32):
        block = hashlib.blake2b(
            fields("smsotp code v1", id, generation, purpose, number, digest, counter),
            key=key, digest_size=64).digest()
        for at in range(0, 64, 8):
            word = int.from_bytes(block[at:at + 8], "big")
            if word < limit:
                return str(word % 10**length).zfill(length)


def sub_key(master, context):
    """crypto_kdf of libsodium: the sub-key's number is the salt, the context the personalisation."""
    return hashlib.blake2b(b"", key=master, digest_size=32, salt=(1).to_bytes(16, "little"),
                           person=context.ljust(16, b"\0")).digest()


def lasting_key(master, context):
    """Of a first master, from which the lasting secret comes."""
    return sub_key(sub_key(master, b"lasting-"), context)


def codes():
    ids = ["vf_1", "vf_01JD5Z8Q4T", "", "x" * 64]
    purposes = ["checkout", "loyalty", "account", "payment", "login"]
    numbers = ["+919812345678", "+4915112345678", "+1234567"]
    for i in range(200):
        key, digest = PICK.randbytes(32), PICK.randbytes(32)
        generation = PICK.choice([0, 1, 2, 255, 256, 0xFFFFFFFF])
        subject = (PICK.choice(ids), generation, PICK.choice(purposes), PICK.choice(numbers))
        length = 4 + i % 7
        yield ("code", key.hex(), subject[0], generation, *subject[2:], digest.hex(), length,
               code(key, *subject, digest, length))


def keyrings():
    for master in [bytes(32), bytes(range(32)), b"\xff" * 32, PICK.randbytes(32)]:
        name = int.from_bytes(sub_key(master, b"key-name")[:4], "big") or 1
        yield ("keyring", master.hex(), name, sub_key(master, b"otp-code").hex())
        for number in ["+919812345678", "+919812345679", "+1234567"]:
            index = hashlib.blake2b(number.encode(), key=lasting_key(master, b"num-indx"),
                                    digest_size=16).hexdigest()
            yield ("index", master.hex(), number, index)
        for attempt in [("vf_1", "a1", "123456"), ("vf_", "1a1", "123456"), ("vf_1", "a1", "123457")]:
            mac = hashlib.blake2b(fields("smsotp attempt v1", *attempt),
                                  key=lasting_key(master, b"attempt-"), digest_size=16).hexdigest()
            yield ("attempt", master.hex(), *attempt, mac)


def contexts():
    for context in [
        {},
        {"amount": "1499.00", "currency": "INR", "payee": "Shop 12"},
        {"zeta": "1", "alpha": "2", "a_b": "3", "a": "4", "a0": "5", "ab": "6"},
        {"payee": 'Ravi "the Baker" \\ Sons / Söhne', "field": ""},
        {"payee": "रवि स्टोर्स", "item": "चाय ☕ 😀"},
        {f"k{i}": "v" * i for i in range(16)},
    ]:
        text = json.dumps(context, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        yield ("context", text, hashlib.sha256(text.encode()).hexdigest())


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def receipts():
    for client, purpose in [("till", "checkout"), ("uid:1000", "login"), ("c" * 48, "p" * 32)]:
        master, digest = PICK.randbytes(32), PICK.randbytes(32).hex()
        name = f"{int.from_bytes(sub_key(master, b'key-name')[:4], 'big') or 1:08x}"
        signer = nacl.signing.SigningKey(sub_key(master, b"receipt-"))
        facts = {"v": 1, "id": "vf_01m85b8x8559kf9te4vxdx71y6", "purpose": purpose,
                 "context_digest": digest, "client": client,
                 "approved_at": "2026-11-23T05:00:00Z", "key_id": name}
        parts = [{"alg": "EdDSA", "kid": name, "typ": "smsotp-receipt"}, facts]
        signed = ".".join(base64url(json.dumps(part, separators=(",", ":")).encode())
                          for part in parts)
        yield ("receipt", master.hex(), facts["id"], purpose, digest, client,
               facts["approved_at"], base64url(bytes(signer.verify_key)),
               f"{signed}.{base64url(signer.sign(signed.encode()).signature)}")


for line in [*codes(), *keyrings(), *contexts(), *receipts()]:
    print(*line, sep="\t")
