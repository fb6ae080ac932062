"""What stands in a process's memory, for who is root."""
PAGE = 4096
TOO_LARGE = 1 << 28  # what a sanitizer maps for its own use, terabytes of it


def in_use(content):
    """Stretches of pages that have something in them: a sanitizer maps many that never had."""
    begin = None
    for at in range(0, len(content) + PAGE, PAGE):
        is_used = content.count(0, at, at + PAGE) < len(content[at:at + PAGE])
        if is_used and begin is None:
            begin = at
        elif not is_used and begin is not None:
            yield begin, content[begin:at]
            begin = None


class Image:
    """All that is mapped and can be read and written: where nothing else is, secrets would be."""

    def __init__(self, pid):
        self.pieces = []
        with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
            for line in maps:
                place, rights, *rest = line.split(maxsplit=5)
                begin, end = (int(text, 16) for text in place.split("-"))
                if not rights.startswith("rw") or end - begin > TOO_LARGE:
                    continue
                try:
                    memory.seek(begin)
                    content = memory.read(end - begin)
                except (OSError, ValueError):
                    continue  # guard pages, sodium's locked ones among them
                name = rest[-1].strip() if len(rest) == 4 else "anonymous"
                self.pieces += [(name, begin + at, piece) for at, piece in in_use(content)]

    def find(self, wanted, alone=False):
        """Where octets stand, `alone` without another digit beside them: the mapping's name, the address, and
        what is around."""
        found = []
        for name, begin, content in self.pieces:
            at = content.find(wanted)
            while at >= 0:
                beside = content[max(0, at - 1):at] + content[at + len(wanted):at + len(wanted) + 1]
                if not alone or not any(octet in b"0123456789abcdef" for octet in beside):
                    found.append(f"{name} {begin + at:#x}: {content[max(0, at - 60):at + 60]!r}")
                at = content.find(wanted, at + 1)
        return found
