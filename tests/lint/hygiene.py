"""Checks on every text file of the tree."""
import re
import unicodedata

# Formats in which a tab means something.
TABS_ALLOWED = (".scd", ".mk", "Makefile", "debian/rules")
DATA = "tests/data/"  # tables with tabs between their columns

COLUMNS = 100  # of C; other languages have their own ways to break a line

# Written in pieces, so that this file passes its own check.
_PLACES = re.compile("/" + "(work|tmp/wt)(/|\\b)")
_UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def check_blanks(path, text):
    """No tab, trailing blank or carriage return; the last line ends."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.endswith("\r"):
            yield f"{path}:{number}: carriage return"
        elif line != line.rstrip():
            yield f"{path}:{number}: trailing blank"
        if "\t" in line and not path.endswith(TABS_ALLOWED) and not path.startswith(DATA):
            yield f"{path}:{number}: tab"
    if text and not text.endswith("\n"):
        yield f"{path}: the last line does not end"


def columns(line):
    """How wide a line is shown."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1
               for c in line)


def check_width(path, text):
    """C fits into the width that .clang-format has."""
    for number, line in enumerate(text.split("\n"), 1):
        if path.endswith((".c", ".h")) and columns(line) > COLUMNS:
            yield f"{path}:{number}: {columns(line)} columns; expected {COLUMNS} at most"


def check_places(path, text):
    """No path of the machine that the file was written on."""
    for number, line in enumerate(text.split("\n"), 1):
        if _PLACES.search(line):
            yield f"{path}:{number}: names a place on one machine"


def check_unfinished(path, text):
    """No marker of unfinished work."""
    for number, line in enumerate(text.split("\n"), 1):
        if _UNFINISHED.search(line):
            yield f"{path}:{number}: marks unfinished work"
