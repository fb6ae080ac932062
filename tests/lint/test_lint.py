"""Runs each check over the tree, and over samples: a check that cannot fail is worth nothing."""
import pytest

import hygiene
import layers
import source
import tree

PRODUCT_CHECKS = [
    layers.check_direction,
    layers.check_confined,
    source.check_banned_calls,
    source.check_process_end,
    source.check_envelope,
    source.check_header_opening,
]
TREE_CHECKS = [
    hygiene.check_blanks,
    hygiene.check_width,
    hygiene.check_places,
    hygiene.check_unfinished,
    tree.check_shell,
]
HEADERS = [path.split("/", 1)[1] for path, _ in tree.product_code() if path.endswith(".h")]


def name_of(value):
    return getattr(value, "__name__", None)


@pytest.mark.parametrize("check", PRODUCT_CHECKS, ids=name_of)
def test_product(check):
    complaints = [c for path, text in tree.product_code() for c in check(path, text)]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("check", TREE_CHECKS, ids=name_of)
def test_tree(check):
    complaints = [c for path, text in tree.files() for c in check(path, text)]
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="module")
def flags():
    return tree.compile_flags()


@pytest.mark.parametrize("header", HEADERS)
def test_header_stands_alone(header, flags):
    complaints = list(tree.check_stands_alone(header, flags))
    assert not complaints, "\n".join(complaints)


def function_of(lines):
    return "int f(void)\n{\n" + "    g();\n" * lines + "}\n"


OPENING = "/*\n * What it is for, who owns what, and which thread.\n */\n"

# (check, path, text, complaints)
SAMPLES = [
    (layers.check_direction, "src/util/x.c", '#include "loop/loop.h"\n', 1),
    (layers.check_direction, "src/sim/x.c", '#include "sms/pdu.h"\n', 1),
    (layers.check_direction, "src/api/x.c", '#include "store/db.h"\n', 1),
    (layers.check_direction, "src/util/x.c", '#include "loop.h"\n', 1),
    (layers.check_direction, "src/util/x.c", '#include <util/hex.h>\n', 1),
    (layers.check_direction, "include/smsotp/x.h", '#include "util/hex.h"\n', 1),
    (layers.check_direction, "src/novel/x.c", "", 1),
    (layers.check_direction, "src/core/x.c", '#include "otp/code.h"\n#include "smsotp/api.h"\n', 0),
    (layers.check_direction, "src/util/x.c", '// #include "loop/loop.h"\n', 0),
    (layers.check_confined, "src/core/x.c", "#include <event2/event.h>\n", 1),
    (layers.check_confined, "src/core/x.c", "#include <sqlite3.h>\n", 1),
    (layers.check_confined, "src/ctl/x.c", "#include <curl/curl.h>\n", 1),
    (layers.check_confined, "src/sim/x.c", "#include <libserialport.h>\n", 1),
    (layers.check_confined, "src/loop/x.c", "#include <event2/event.h>\n", 0),
    (source.check_banned_calls, "src/util/x.c", "f(void)\n{\n strcpy(a, b); x = atoi (c);\n}\n", 2),
    (source.check_banned_calls, "src/util/x.c", '/* strcpy(a, b) */ f("system(x)"); strtok_r(a);', 0),
    (source.check_banned_calls, "src/util/x.c", "event->system(x); my_gets(y);", 0),
    (source.check_process_end, "src/core/x.c", "assert(x); exit(1); abort();", 3),
    (source.check_process_end, "src/core/x.c", "static_assert(1, x); loop_exit(l, 1);", 0),
    (source.check_process_end, "src/daemon/main.c", "exit(1);", 0),
    (source.check_envelope, "src/util/x.c", "\n" * 501, 1),
    (source.check_envelope, "src/util/x.c", "\n" * 500, 0),
    (source.check_envelope, "src/util/x.h", "\n" * 121, 1),
    (source.check_envelope, "src/util/x.c", function_of(61), 1),
    (source.check_envelope, "src/util/x.c", function_of(60), 0),
    (source.check_header_opening, "src/util/x.h", "#pragma once\nint x;\n", 1),
    (source.check_header_opening, "src/util/x.h", "/* x */\n#pragma once\n", 1),
    (source.check_header_opening, "src/util/x.h", OPENING, 1),
    (source.check_header_opening, "src/util/x.h", OPENING + "#pragma once\n", 0),
    (hygiene.check_blanks, "x.c", "a \n\tb\nc\r\nd", 4),
    (hygiene.check_blanks, "x.c", "a\n", 0),
    (hygiene.check_blanks, "docs/x.1.scd", "\ta\n", 0),
    (hygiene.check_blanks, "tests/data/x.txt", "a\tb\n", 0),
    (hygiene.check_width, "x.c", "x" * 101 + "\n" + "é" * 100 + "\n", 1),
    (hygiene.check_width, "x.h", "字" * 51 + "\n", 1),
    (hygiene.check_width, "x.py", "x" * 101 + "\n", 0),
    (hygiene.check_places, "x.c", "see /" + "work/notes\n/" + "tmp/wt/x\n", 2),
    (hygiene.check_places, "x.c", "homework/notes /tmp/x\n", 0),
    (hygiene.check_unfinished, "x.c", "/* TO" + "DO: all */\n", 1),
    (hygiene.check_unfinished, "x.c", "mktemp /tmp/x.XXXXXX\n", 0),
    (tree.check_shell, "x", "#!/bin/bash\nif true; then\n", 1),
    (tree.check_shell, "x", "#!/bin/bash\necho\n", 0),
]


@pytest.mark.parametrize("check, path, text, complaints", SAMPLES,
                         ids=[f"{s[0].__name__}-{i}" for i, s in enumerate(SAMPLES)])
def test_sample(check, path, text, complaints):
    assert len(list(check(path, text))) == complaints


@pytest.mark.parametrize("body, complaints", [
    ("#pragma once\nsize_t x(void);\n", 1),
    ("struct twice { int a; };\n", 1),
    ("#pragma once\n#include <stddef.h>\nsize_t x(void);\n", 0),
])
def test_sample_header(tmp_path, flags, body, complaints):
    (tmp_path / "sample.h").write_text(body)
    assert len(list(tree.check_stands_alone("sample.h", [*flags, f"-I{tmp_path}"]))) == complaints
