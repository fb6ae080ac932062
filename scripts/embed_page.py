#!/usr/bin/env python3
"""embed_page.py PAGE.html OUTPUT.c: the page as data of a program, with the hashes of what runs in it.

The page has one <style> and one <script>, neither with attributes; a Content-Security-Policy with
their hashes (CSP 3, 2.3.1: SHA-256 of the text between the tags, in base64) lets them run and no other.
"""
import base64
import hashlib
import re
import sys

from embed_text import rows


def source(page, tag):
    """'sha256-...' of the one element of this name."""
    texts = re.findall(rf"<{tag}>(.*?)</{tag}>".encode(), page, re.S)
    if len(texts) != 1 or page.count(f"<{tag}".encode()) != 1:
        sys.exit(f"embed_page.py: the page wants one <{tag}> without attributes")
    return "'sha256-" + base64.b64encode(hashlib.sha256(texts[0]).digest()).decode() + "'"


def main():
    with open(sys.argv[1], "rb") as file:
        page = file.read()
    with open(sys.argv[2], "w", encoding="ascii") as file:
        print('#include "api/status_page.h"\n', file=file)
        for tag in ("script", "style"):
            print(f'const char status_page_{tag}_source[] = "{source(page, tag)}";', file=file)
        print("const char status_page_html[] = {", *rows(page.replace(b"\r", b"") + b"\0"), "};", sep="\n",
              file=file)


main()
