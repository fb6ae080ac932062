#!/usr/bin/env python3
"""embed_text.py FILE OUTPUT.c HEADER NAME: a file as data of a program, terminated as texts are."""
import sys


def rows(data):
    """The octets as C; a literal could not be as long."""
    for start in range(0, len(data), 16):
        yield "    " + ", ".join(f"'\\x{octet:02x}'" for octet in data[start:start + 16]) + ","


def main():
    source, target, header, name = sys.argv[1:]
    with open(source, "rb") as file:
        text = file.read()
    if b"\0" in text:
        sys.exit(f"embed_text.py: {source} is no text")
    with open(target, "w", encoding="ascii") as file:
        print(f'#include "{header}"\n', f"const char {name}[] = {{", *rows(text + b"\0"), "};",
              sep="\n", file=file)


if __name__ == "__main__":
    main()
