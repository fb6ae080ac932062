"""What the documents say is what the code has: keys, options, timers, states, errors, layers."""
import pathlib
import re

import layers

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPTION_FILES = {
    "smsotpd.8": ["src/daemon/options.c"],
    "smsotpctl.1": ["src/ctl/audit.c", "src/ctl/events.c", "src/ctl/client.c", "src/ctl/main.c",
                    "src/ctl/verification.c", "src/ctl/inbound.c", "src/ctl/limits.c", "src/ctl/message.c",
                    "src/ctl/modem.c", "src/ctl/receipt.c", "src/ctl/pdu.c", "src/ctl/pdu_encode.c"],
    "smsotp-sim.1": ["src/sim/options.c"],
}
GENERAL_OPTIONS = {"help", "version"}  # in every page, found in no table of options of some


def read(path):
    return (ROOT / path).read_text()


def page(name):
    return read(f"docs/man/{name}.scd")


def differences(code, document):
    """In words, what one has and the other has not."""
    return ([f"not in the document: {x}" for x in sorted(set(code) - set(document))] +
            [f"not in the code: {x}" for x in sorted(set(document) - set(code))])


def keys_of_code():
    """{(section, key)} of config_*.c; a key that takes a suffix ends in a dot."""
    text = "".join(path.read_text() for path in sorted((ROOT / "src/daemon").glob("config_*.c")))
    tables = {}
    for name, rows in re.findall(r"config_key (\w+)_keys\[\] = \{\n(.*?)\n\};", text, re.S):
        tables[name] = re.findall(r'^    \{"([^"]+)",', rows, re.M)
    sections = re.findall(r'\{\s*"(\w+)", (?:true|false), \w+, CONFIG_KEYS\((\w+)_keys\)\}', text)
    return {(kind, key) for kind, table in sections for key in tables[table]}


def keys_of_page(text):
    """{(section, key)} of headings `# [GATEWAY]` and paragraphs `*shop* = …`."""
    keys = set()
    for kind, body in re.findall(r"^# \[(\w+)[^\]]*\]\n(.*?)(?=^# )", text, re.M | re.S):
        for name in re.findall(r"^\*([\w.]+)\*(?:_\w+_)? = ", body, re.M):
            keys.add((kind.lower(), name))
    return keys


def keys_of_example(text):
    """{(section, key)} of lines, commented out or not."""
    keys, section = set(), None
    for line in text.splitlines():
        head = re.match(r";?\[(\w+)", line)
        key = re.match(r";?([a-z_]+\.?)[\w-]* = ", line)
        if head:
            section = head[1]
        elif key:
            keys.add((section, key[1]))
    return keys


def options_of_code(name):
    rows = "".join(read(path) for path in OPTION_FILES[name])
    return set(re.findall(r'\{"([a-z-]+)", (?:no|required|optional)_argument', rows))


def options_of_page(text):
    """Those that are described: in bold, where a paragraph or a command begins."""
    described = [line for line in text.splitlines() if re.match(r"\t?\*(-|check|pdu)", line)]
    return {option for line in described for option in re.findall(r"\*--([a-z-]+)\*", line)}


def timers_of_code():
    rows = re.findall(r'X\(\w+, "([\w-]+)", (\w+)\((\d+)\), [^"]*"([^"]+)"\)',
                      read("src/modem/timers.h"))
    return [(name, f"{n} {'s' if unit == 'SEC' else 'ms'}", why) for name, unit, n, why in rows]


def timers_of_page(text):
    return re.findall(r"^\|  ([\w-]+)\n:- (.+)\n:< (.+)$", text, re.M)


def states_of_code():
    """{state: (action, timer, {event → next})} of lifecycle.c."""
    text = read("src/modem/lifecycle.c")
    name = lambda constant: constant.lower().replace("_", "-")
    states = {}
    for state, timer, action in re.findall(
            r"\[MODEM_(\w+)\] = \{[^}]*?MODEM_TIMER_(\w+), MODEM_ACTION_(\w+)\}", text):
        events = re.findall(rf"\{{MODEM_{state},\s+MODEM_EVENT_(\w+),\s+MODEM_(\w+)\}}", text)
        states[name(state)] = (name(action), name(timer),
                               {f"{name(event)} → `{name(to)}`" for event, to in events})
    return states


def states_of_document(text):
    rows = re.findall(r"^\| `([a-z]+)` \| (\S+) \| (\S+) \| ([^|]+) \|$", text, re.M)
    return {state: (action, timer, set(events.split(", ")))
            for state, action, timer, events in rows}


def tries_of_code():
    rows = re.findall(r"\[AT_ERROR_(\w+)\] = \{(\d+), (?:true|false), \w+\}",
                      read("src/core/send_policy.c"))
    return {name.lower(): tries for name, tries in rows}


def layers_of_document(text):
    table = text.split("| layer | may include |")[1].split("\n\n")[0]
    return dict(re.findall(r"^\| (\w+) \|([^|]*)\|", table, re.M))


def test_every_key_has_its_place_in_the_page():
    assert len(keys_of_code()) > 20
    assert not differences(keys_of_code(), keys_of_page(page("smsotpd.conf.5")))


def test_every_key_is_in_the_example():
    assert not differences(keys_of_code(), keys_of_example(read("docs/smsotpd.conf.example")))


def test_every_option_has_its_place_in_a_page():
    for name in OPTION_FILES:
        options = options_of_code(name)
        assert len(options) > 5, name
        missing = differences(options | GENERAL_OPTIONS, options_of_page(page(name)))
        assert not missing, f"{name}: {missing}"


def test_timers():
    assert len(timers_of_code()) > 20
    assert timers_of_code() == timers_of_page(page("smsotpd.8"))


def test_errors_states_and_results():
    """Each word of the contract is in the page of the daemon."""
    words = re.findall(r'X\(\w+, "(\w+)"', read("include/smsotp/api.h"))
    assert len(words) > 40
    bold = set(re.findall(r"\*([a-z_]+)\*", page("smsotpd.8")))
    assert not [word for word in words if word not in bold]


def test_status_page_knows_every_event():
    """And is written for old browsers."""
    events = re.findall(r'X\(EVENT_\w+, "([\w.]+)", (\w+)\)', read("include/smsotp/api.h"))
    html = read("src/api/status_page.html")
    kinds = re.findall(r"'([\w.]+)'", re.search(r"var KINDS = \[(.*?)\];", html, re.S)[1])
    assert kinds == [name for name, audience in events if audience != "AUDIT"]
    said = set(re.findall(r"(\w+): '", re.search(r"var SAID = \{(.*?)\};", html, re.S)[1]))
    warnings = re.findall(r'X\(WARNING_\w+, "(\w+)"', read("include/smsotp/api.h"))
    assert len(warnings) > 3 and set(warnings) <= said
    script = html.split("<script>")[1]
    assert not re.findall(r"=>|`|\b(?:let|const|class|async) |innerHTML|\beval\b", script)


def test_exit_statuses():
    code = re.findall(r"EX_\w+ +/\* (\d+):", read("src/daemon/exit_status.h"))
    table = page("smsotpd.8").split("# EXIT STATUS")[1].split("# ENVIRONMENT")[0]
    assert ["0", *code] == re.findall(r"^(?:\[\[|\| ) (\d+)$", table, re.M)


def test_layers():
    document = layers_of_document(read("docs/ARCHITECTURE.md"))
    assert {k: v.split() for k, v in document.items()} == \
        {k: v.split() for k, v in layers.MAY_INCLUDE.items()}


def test_life_of_a_modem():
    assert len(states_of_code()) == 10
    assert states_of_code() == states_of_document(read("docs/ARCHITECTURE.md"))


def test_error_classes():
    rows = re.findall(r"^\| ([a-z]+) \| (\d) \|", read("docs/ARCHITECTURE.md"), re.M)
    assert len(rows) == 9 and dict(rows) == tries_of_code()


def test_named_files_exist():
    """Paths that the documents name, and *.c and *.h anywhere in src/ and include/."""
    sources = {path.name for path in (ROOT / "src").rglob("*.[ch]")}
    sources |= {path.name for path in (ROOT / "include" / "smsotp").iterdir()}
    for document in ("README.md", "docs/ARCHITECTURE.md"):
        text = read(document)
        for path in re.findall(r"`((?:docs|src|scripts|packaging|tests|include)/[\w./-]*)`", text):
            assert (ROOT / path).exists(), f"{document}: {path}"
        for name in re.findall(r"(?<![\w*])([a-z]\w*\.[ch])\b", text):
            assert name in sources, f"{document}: {name}"


def packages():
    """What scripts/install-deps installs, as people name it: libevent-dev is libevent."""
    lists = re.findall(r"^(?:BUILD|TEST)_PACKAGES=\((.*?)^\)", read("scripts/install-deps"), re.M | re.S)
    for name in " ".join(lists).split():
        yield re.sub(r"^(lib[a-z-]+?)[0-9]*(-openssl)?(-14)?-dev$", r"\1", name).removesuffix("-14-dev")


def test_each_dependency_has_its_line():
    table = re.search(r"^## Dependencies\n(.*?)^## ", read("docs/ARCHITECTURE.md"), re.M | re.S)[1]
    rows = " ".join(re.findall(r"^\| ([^|]+) \|", table, re.M)).lower()
    known = {"libc": "gcc", "libsqlite": "sqlite", "libjansson": "jansson", "libinih": "inih", "libcurl4": "libcurl",
             "libcmocka": "cmocka", "libumockdev": "umockdev"}
    assert [name for name in packages() if known.get(name, name) not in rows] == []


def test_readme_is_short():
    assert len(read("README.md").splitlines()) <= 120


def test_complaints_are_shown():
    """Each of the 25 by a test that has its number, and docs/MODEMS.md names all."""
    listed = read("docs/MODEMS.md").split("## Complaints")[1]
    tests = "".join(path.read_text() for path in (ROOT / "tests/integration").glob("test_compl*.py"))
    shown = re.findall(r"^def test_complaint_(\d\d)_", tests, re.M)
    assert not differences(shown, [f"{int(n):02d}" for n in re.findall(r"(?:^|· )(\d+) ", listed, re.M)])
    assert not differences(shown, [f"{n:02d}" for n in range(1, 26)])


def test_security_names_tests_that_exist():
    """Each test that docs/SECURITY.md rests a defence on is there."""
    named = re.findall(r"`(test_\w+(?:\.c)?)(?:: (test_\w+))?`", read("docs/SECURITY.md"))
    assert len(named) > 40
    for file, function in named:
        folder = "unit" if file.endswith(".c") else "integration"
        path = ROOT / "tests" / folder / (file if file.endswith(".c") else f"{file}.py")
        assert path.exists(), path
        defined = f"void {function}(" if file.endswith(".c") else f"def {function}("
        assert not function or defined in path.read_text(), f"{file}: {function}"


def test_every_requirement_has_its_row():
    """Each of the 53 once in docs/SECURITY.md: with a test, or with who holds it or why it is not here; and
    each test that is named after one stands in the row of that number."""
    rows = re.findall(r"^\| (\d+) \|(?:[^|]*\|){2} ([^|]*) \| ([^|]*) \|$", read("docs/SECURITY.md"), re.M)
    assert [int(number) for number, _, _ in rows] == list(range(1, 54))
    shown = {int(number): tests for number, _, tests in rows}
    for number, here, tests in rows:
        assert "`test_" in tests or re.search(r"the owner's|not here", here), number
    files = [*(ROOT / "tests/integration").glob("test_*.py"), *(ROOT / "tests/unit").glob("test_*.c")]
    named = [match for path in files for match in re.findall(
        r"^(?:def|static void) (test_requirement_(\d\d)(?:_to_(\d\d))?\w*)\(", path.read_text(), re.M)]
    assert len(named) > 40
    for name, first, last in named:
        for number in range(int(first), int(last or first) + 1):
            assert f"{name}`" in shown[number], f"{name} is not in row {number}"
