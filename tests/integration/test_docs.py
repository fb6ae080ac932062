"""The configurations that the documents print are read by the daemon without a complaint."""
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def example():
    return (ROOT / "docs/smsotpd.conf.example").read_text()


def set_all(text):
    """The example with every key in force, for the user that exists everywhere."""
    text = re.sub(r"^;(?=[a-z_.]+ = |\[|  )", "", text, flags=re.M)
    text = text.replace("android_hash = FA+9qCX9VSu\n", "")  # either it or webotp
    return text.replace("= pos\n", "= 0\n")


def readme():
    return re.search(r"```ini\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[1]


def page():
    """Both examples of smsotpd.conf(5) as one file."""
    text = (ROOT / "docs/man/smsotpd.conf.5.scd").read_text()
    return "\n".join(re.findall(r"```\n(.*?)```", text, re.S)).replace("= pos\n", "= 0\n")


@pytest.mark.parametrize("text", [example(), set_all(example()), readme(), page()],
                         ids=["example", "example with all keys", "README", "smsotpd.conf.5"])
def test_printed_configuration(build_dir, folder, text):
    key, pin = folder / "key", folder / "pin"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o400)
    hook = folder / "hook"
    hook.touch(mode=0o700)
    pin.write_text("1234\n")
    pin.chmod(0o400)
    text = re.sub(r"^device = .*", "device = /dev/ptmx", text, flags=re.M)
    text = text.replace("credential:smsotp.key", f"file:{key}").replace("/etc/smsotp/pin", str(pin))
    text = text.replace("/usr/local/sbin/cycle-modem", str(hook))
    config = folder / "smsotpd.conf"
    config.write_text(text)
    result = subprocess.run([build_dir / "src/daemon/smsotpd", "-c", config, "--check-config"],
                            capture_output=True, text=True, timeout=20)
    assert (result.returncode, result.stderr) == (0, ""), text
    assert result.stdout == f"{config}: ok, 1 modem\n"
