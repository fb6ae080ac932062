"""What stands in a process's memory, for who is root."""
import re


TOO_LARGE = 1 << 28  # what a sanitizer maps for its own use, terabytes of it


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
                self.pieces.append((rest[-1].strip() if len(rest) == 4 else "anonymous", begin, content))

    def find(self, pattern):
        """Where a pattern of octets stands: the mapping's name, the address, and what is around it."""
        return [f"{name} {begin + match.start():#x}: {content[max(0, match.start() - 60):match.end() + 60]!r}"
                for name, begin, content in self.pieces for match in re.finditer(pattern, content)]
