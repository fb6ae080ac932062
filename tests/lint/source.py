"""Checks on the text of one C file each: banned calls, sizes, how a header opens."""
import re

import c_text

BANNED = {
    "strcpy": "copies without a bound", "strcat": "copies without a bound",
    "sprintf": "prints without a bound", "vsprintf": "prints without a bound",
    "strncpy": "may leave a string open", "gets": "reads without a bound",
    "atoi": "knows no error", "atol": "knows no error", "atoll": "knows no error",
    "strtok": "keeps hidden state", "system": "runs a shell", "popen": "runs a shell",
}
ENDS_THE_PROCESS = ("assert", "abort", "exit", "_exit", "quick_exit")
MAIN_FILES = ("src/daemon/main.c", "src/ctl/main.c", "src/sim/main.c")

MAX_LINES = {".c": 500, ".h": 120}
CONTRACT_LINES = 300  # headers that are read as a manual, by people who see nothing else
MAX_FUNCTION_LINES = 60


def _calls(text, names):
    code = c_text.code_only(text)
    for match in re.finditer(rf"(?<![\w.>])({'|'.join(names)})\s*\(", code):
        yield c_text.line_of(code, match.start()), match.group(1)


def check_banned_calls(path, text):
    """No call of a function that cannot be used safely."""
    for line, name in _calls(text, BANNED):
        yield f"{path}:{line}: {name}() {BANNED[name]}"


def check_process_end(path, text):
    """Nothing but a program's main file ends the process."""
    if path not in MAIN_FILES:
        for line, name in _calls(text, ENDS_THE_PROCESS):
            yield f"{path}:{line}: {name}() outside a main file"


def check_envelope(path, text):
    """Files and functions stay inside the envelope; past it a second noun is hiding."""
    lines = text.count("\n")
    limit = CONTRACT_LINES if path.startswith("include/") else MAX_LINES[path[-2:]]
    if lines > limit:
        yield f"{path}:{limit + 1}: {lines} lines, the limit is {limit}"
    for line, length, name in c_text.functions(text):
        if length > MAX_FUNCTION_LINES:
            yield f"{path}:{line}: {name}() has {length} lines, the limit is {MAX_FUNCTION_LINES}"


def check_header_opening(path, text):
    """A header opens with a paragraph on what it is for, and has #pragma once."""
    if not path.endswith(".h"):
        return
    opening = re.match(r"/\*(.*?)\*/", text, re.S)
    if not opening or len(re.findall(r"\w{2,}", opening.group(1))) < 4:
        yield f"{path}:1: does not open with a paragraph on its responsibility"
    if not re.search(r"^#pragma once$", text, re.M):
        yield f"{path}:1: has no #pragma once"
