"""Reading C without a compiler: text with comments and literals blanked, includes, functions."""
import re

_TOKEN = re.compile(r"""
    //[^\n]* | /\*.*?\*/ | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
""", re.S | re.X)

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def code_only(text):
    """`text` with comments, strings and characters turned to blanks; every line keeps its number."""
    return _TOKEN.sub(_blank, text)


def without_comments(text):
    """`text` with only the comments turned to blanks."""
    return _TOKEN.sub(lambda m: _blank(m) if m.group()[0] == "/" else m.group(), text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def includes(text):
    """Yields (line, '<' or '"', path) of each include."""
    bare = without_comments(text)
    for match in _INCLUDE.finditer(bare):
        yield line_of(bare, match.start(1)), match.group(1), match.group(2)


def functions(text):
    """Yields (line, body lines, name) of each function: its braces stand alone in column 0."""
    lines = code_only(text).splitlines()
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            start = number
        elif line.startswith("}") and start is not None:
            yield start, number - start - 1, _name_before(lines, start)
            start = None


def _name_before(lines, brace_line):
    for line in reversed(lines[:brace_line - 1]):
        match = re.match(r"[A-Za-z_].*?(\w+)\s*\(", line)
        if match:
            return match.group(1)
    return "?"
