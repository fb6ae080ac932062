#!/usr/bin/env python3
# Checks a receipt: verify_receipt.py RECEIPT KEYS.json, where KEYS.json is what GET /v1/receipt-key
# answers. Prints what was approved, or fails. Needs PyNaCl (Debian: python3-nacl).
import base64
import json
import sys

import nacl.signing

decode = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
header, payload, signature = sys.argv[1].split(".")
keys = {key["key_id"]: key["public_key"] for key in json.load(open(sys.argv[2]))["keys"]}
key = nacl.signing.VerifyKey(decode(keys[json.loads(decode(header))["kid"]]))
key.verify(f"{header}.{payload}".encode(), decode(signature))
print(decode(payload).decode())
