"""`smsotpctl pdu decode -` answers each line of anything with one line of JSON, in order."""
import json
import os
import random
import subprocess

import pytest

GOOD = ["07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07",
        "0001000B911346610089F60000000C"]
N_LINES = 20_000


def line(chance):
    kind = chance.random()
    if kind < 0.4:
        return chance.randbytes(chance.randrange(60)).hex()
    if kind < 0.8:
        octets = bytearray(bytes.fromhex(chance.choice(GOOD)))
        for _ in range(chance.randrange(1, 5)):
            octets[chance.randrange(len(octets))] = chance.randrange(256)
        return octets[:chance.randrange(len(octets) + 1)].hex()
    if kind < 0.95:
        return f"00{chance.choice([4, 0x44, 1, 0x11, 0x51, 2, 6]):02x}" + \
            chance.randbytes(chance.randrange(200)).hex()
    return "".join(chance.choice("0123456789abcdefgz \té") for _ in range(chance.randrange(3000)))


@pytest.mark.parametrize("direction", [[], ["--mo"]], ids=["deliver", "submit"])
def test_random_lines(build_dir, direction):
    chance = random.Random(20261123)
    lines = [line(chance) for _ in range(N_LINES)] + ["A" * 1_000_000, "\0", GOOD[0]]
    done = subprocess.run(
        [build_dir / "src/ctl/smsotpctl", "--json", "pdu", "decode", *direction, "-"],
        input="\n".join(lines).encode() + b"\n", capture_output=True, check=False, timeout=60,
        env={**os.environ, "ASAN_OPTIONS": "exitcode=98", "UBSAN_OPTIONS": "halt_on_error=1"})
    assert done.returncode == 65, done.stderr[-2000:]
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert len(answers) == len(lines)
    assert all("error" in answer or "type" in answer for answer in answers)
    if not direction:
        assert answers[-1]["type"] == "deliver"
