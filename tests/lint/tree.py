"""The files that the lint reads, and the checks that need a program: gcc, bash."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
_SKIPPED_FOLDERS = {".git", "__pycache__", ".pytest_cache", "corpus"}
_LIBRARIES = ["libevent", "libserialport", "sqlite3", "libsodium", "jansson", "inih", "libsystemd",
              "libcurl"]


def files():
    """(path, text) of every text file of the checkout."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(f for f in folders if f not in _SKIPPED_FOLDERS and not
                            (folder == str(ROOT) and f.startswith("build")))
        for name in sorted(names):
            path = pathlib.Path(folder, name)
            if name == ".git":  # a worktree's pointer to its repository
                continue
            try:
                text = path.read_bytes().decode()
            except (UnicodeDecodeError, FileNotFoundError):
                continue
            yield str(path.relative_to(ROOT)), text


def product_code():
    """Those of the product in C."""
    for path, text in files():
        if path.startswith(("src/", "include/")) and path.endswith((".c", ".h")):
            yield path, text


def compile_flags():
    flags = ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", f"-I{ROOT / 'include'}", f"-I{ROOT / 'src'}"]
    if os.environ.get("SMSOTP_BUILD_DIR"):  # for the generated version.h
        flags.append(f"-I{os.environ['SMSOTP_BUILD_DIR']}/include")
    found = subprocess.run(["pkg-config", "--cflags", *_LIBRARIES], check=True,
                           capture_output=True, text=True)
    return flags + found.stdout.split()


def check_stands_alone(include, flags):
    """A header compiles in a unit of its own, and may be included twice."""
    unit = f'#include "{include}"\n#include "{include}"\n'
    result = subprocess.run(["gcc", "-fsyntax-only", "-Werror", *flags, "-x", "c", "-"],
                            input=unit, capture_output=True, text=True)
    if result.returncode != 0:
        yield f"{include}: does not compile alone:\n{result.stderr}"


def check_shell(path, text):
    """Shell scripts parse."""
    if text.startswith(("#!/bin/bash", "#!/bin/sh")):
        shell = text.split("\n")[0].removeprefix("#!")
        result = subprocess.run([shell, "-n", "-s"], input=text, capture_output=True, text=True)
        if result.returncode != 0:
            yield f"{path}: {result.stderr}"
