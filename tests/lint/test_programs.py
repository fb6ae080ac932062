"""Every noun has a test program, and every test program runs."""
import pytest

import programs
import tree

MESON = {"tests/unit/meson.build": "foreach noun : ['hex', 'sim_gsm7']"}


@pytest.fixture(scope="module")
def texts():
    return {path: text for path, text in tree.files() if path.startswith(("src/", "tests/unit/"))}


def test_every_noun_has_its_program(texts):
    complaints = list(programs.check_programs(texts))
    assert not complaints, "\n".join(complaints)


def test_every_program_is_built(texts):
    complaints = list(programs.check_built(texts))
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("paths, exceptions, complaints", [
    (["src/util/hex.c"], [], 1),
    (["src/util/hex.c", "tests/unit/test_hex.c"], [], 0),
    (["src/util/hex.c", "tests/unit/test_util_hex.c"], [], 0),
    (["src/util/hex.c", "tests/unit/test_sms_hex.c"], [], 1),
    (["src/util/hex.c", "tests/unit/test_hexes.c"], [], 1),
    (["src/util/hex.h"], [], 0),
    (["src/util/hex.c"], ["src/util/hex.c"], 0),
    (["src/util/hex.c", "tests/unit/test_hex.c"], ["src/util/hex.c"], 1),
    (["src/util/hex.c", "tests/unit/test_hex.c"], ["src/util/gone.c"], 1),
    (["src/sms/gsm7.c", "src/sim/gsm7.c", "tests/unit/test_gsm7.c"], [], 2),
    (["src/sms/gsm7.c", "src/sim/gsm7.c", "tests/unit/test_sim_gsm7.c"], [], 1),
])
def test_sample_programs(paths, exceptions, complaints):
    texts = dict.fromkeys(paths, "")
    found = list(programs.check_programs(texts, dict.fromkeys(exceptions, "a reason")))
    assert len(found) == complaints


def test_sample_shared_name():
    """Of two nouns of one name, the program without a layer in its name is that of its header."""
    texts = {"src/sms/gsm7.c": "", "src/sim/gsm7.c": "", "tests/unit/test_sim_gsm7.c": "",
             "tests/unit/test_gsm7.c": '#include "sms/gsm7.h"\n'}
    assert not list(programs.check_programs(texts, {}))


@pytest.mark.parametrize("name, complaints", [("hex", 0), ("sim_gsm7", 0), ("gsm7", 1), ("he", 1)])
def test_sample_built(name, complaints):
    assert len(list(programs.check_built({**MESON, f"tests/unit/test_{name}.c": ""}))) == complaints
