"""Which test program covers which noun: src/LAYER/NOUN.c has tests/unit/test_[LAYER_]NOUN.c."""
import collections
import re

# Files without a program of their own, each with the reason.
EXCEPTIONS = {
    "src/daemon/main.c": "calls two functions; tests/integration starts it",
    "src/ctl/main.c": "options and a table of commands; tests/integration/test_ctl.py runs it",
    "src/sim/main.c": "calls two functions; tests/integration starts it",
}


def nouns(paths):
    """(path, layer, noun) of each source file with functions of its own."""
    for path in paths:
        match = re.fullmatch(r"src/(\w+)/(\w+)\.c", path)
        if match:
            yield path, match[1], match[2]


def check_programs(texts, exceptions=EXCEPTIONS):
    """Every noun has its program; `texts` is {path: text} of the tree.

    A noun that two layers have wants the layer in the program's name, or its header included there.
    """
    shared = collections.Counter(noun for _, _, noun in nouns(texts))
    for path, layer, noun in nouns(texts):
        alone = texts.get(f"tests/unit/test_{noun}.c")
        own = f"tests/unit/test_{layer}_{noun}.c" in texts or alone is not None and (
            shared[noun] == 1 or f'"{layer}/{noun}.h"' in alone)
        if own and path in exceptions:
            yield f"{path}: has a program, and need not be among the exceptions"
        elif not own and path not in exceptions:
            yield f"{path}: neither tests/unit/test_{noun}.c nor test_{layer}_{noun}.c is about it"
    for path in exceptions:
        if path not in texts:
            yield f"{path}: is among the exceptions and does not exist"


def check_built(texts):
    """Every program is one that meson builds and runs."""
    known = set(re.findall(r"'(\w+)'", texts["tests/unit/meson.build"]))
    for path in texts:
        match = re.fullmatch(r"tests/unit/test_(\w+)\.c", path)
        if match and match[1] not in known:
            yield f"{path}: tests/unit/meson.build does not name it"
