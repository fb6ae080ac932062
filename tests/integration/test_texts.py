"""What a customer reads: languages, alphabets, last lines, and the dry run that shows them."""
import json
import subprocess

import pytest

from test_verification import CONTEXT, problem

VALUES = {"amount": "1499.00", "currency": "INR", "payee": "ShopName", "points": "500",
          "bill": "10482", "change": "mobile"}
PURPOSES = ["checkout", "loyalty", "account", "payment", "login"]
LOCALES = ["en", "hi", "hi-Latn", "mr", "bn", "ta", "te", "kn", "ml", "gu", "pa", "or", "ur"]


def render(gateway, **body):
    return gateway.request("POST", "/v1/render", json=body)


def test_every_language_of_every_purpose_is_one_segment(make_gateway, sim):
    gateway = make_gateway(sim, {"gateway": {"shop": "ShopName"}}).start()
    texts = set()
    for purpose in PURPOSES:
        for locale in LOCALES:
            answer = render(gateway, purpose=purpose, locale=locale, context=VALUES)
            assert answer.status == 200, answer
            assert (answer["purpose"], answer["locale"]) == (purpose, locale)
            assert (answer["segments"], answer["fits"]) == (1, True), answer
            assert answer["encoding"] == ("gsm7" if locale in ("en", "hi-Latn") else "ucs2")
            assert "123456" in answer["text"]
            texts.add(answer["text"])
    assert len(texts) == len(PURPOSES) * len(LOCALES)


def test_what_is_shown_is_what_arrives(make_gateway, sim, handset, numbers):
    gateway = make_gateway(sim, {"limits": {"number": "off"}, "gateway": {"locale": "ta"}}).start()
    number = next(numbers)
    shown = render(gateway, purpose="checkout", context=CONTEXT)
    issued = gateway.verify(number, "checkout", context=CONTEXT)
    code = handset.code(number)
    arrived = handset.texts()[-1]["text"]
    assert issued["locale"] == shown["locale"] == "ta"
    assert issued["message"]["encoding"] == shown["encoding"] == "ucs2"
    assert arrived == shown["text"].replace("123456", code)


def test_the_last_line_for_browsers(make_gateway, sim, handset, numbers):
    gateway = make_gateway(sim, {"purpose login": {"webotp": "shop.example"}}).start()
    number = next(numbers)
    gateway.verify(number)
    code = handset.code(number)
    assert handset.texts()[-1]["text"].endswith(f"\n@shop.example #{code}")


def test_typography_is_rewritten_and_said(gateway):
    answer = render(gateway, purpose="checkout",
                    context={"amount": "1499", "currency": "\u20b9", "payee": "Ravi\u2019s"})
    assert (answer["encoding"], answer["segments"]) == ("gsm7", 1)
    assert "pay Rs 1499 to Ravi's" in answer["text"]
    assert [r["code_point"] for r in answer["replaced"]] == ["U+20B9", "U+2019"]
    assert answer["replaced"][0]["written_as"] == "Rs"
    assert answer["forced_by"] is None and len(answer["warnings"]) == 1


def test_the_character_that_makes_a_text_dear(gateway):
    answer = render(gateway, text="Your order is ready \U0001F600. " + "x" * 60)
    assert (answer["encoding"], answer["segments"]) == ("ucs2", 2)
    assert answer["forced_by"] == {"character": "\U0001F600", "code_point": "U+1F600"}
    assert "purpose" not in answer.json


def test_national_tables_halve_a_long_hindi_text(make_gateway, sim, handset, numbers):
    text = ("{code} {payee} पर {currency} {amount} भुगतान का OTP है।\n"
            "  {minutes} मिनट मान्य। फ़ोन पर किसी को न बताएं।")
    gateway = make_gateway(sim, {"gateway": {"national": "auto"},
                                 "purpose checkout": {"template.hi": text}}).start()
    number = next(numbers)
    issued = gateway.verify(number, "checkout", context=CONTEXT, locale="hi")
    assert (issued["message"]["encoding"], issued["message"]["segments"]) == ("gsm7", 1)
    assert handset.code(number)
    assert "फ़ोन पर किसी को न बताएं।" in handset.texts()[-1]["text"]


def test_values_that_make_a_text_too_long_are_refused_before_it_is_sent(make_gateway, sim, numbers, handset):
    gateway = make_gateway(sim, {"purpose checkout": {"segments": "1"}}).start()
    long = dict(CONTEXT, payee="x" * 100)
    shown = render(gateway, purpose="checkout", context=long)
    assert (shown["segments"], shown["segments_allowed"], shown["fits"]) == (2, 1, False)
    problem(gateway.verify(next(numbers), "checkout", context=long), 422, "invalid")
    assert handset.texts() == []


@pytest.mark.parametrize("body, said", [
    ({}, "either"), ({"purpose": "login", "text": "x"}, "either"), ({"purpose": "nosuch"}, "purpose"),
    ({"purpose": "checkout"}, "amount"), ({"text": ""}, "text"), ({"text": "x" * 1600}, "text"),
    ({"purpose": "login", "code": "1"}, "code")])
def test_bad_renders(gateway, body, said):
    answer = problem(render(gateway, **body), 422, "invalid")
    assert said in answer["detail"] or said in json.dumps(answer.json)


def test_a_template_with_typography_is_warned_of(make_gateway, sim):
    gateway = make_gateway(
        sim, {"purpose login": {"template.en": "{code} \u2013 valid {minutes} min"}}).start()
    assert 'event=transliterated characters="U+2013"' in gateway.log()


def test_smsotpctl_render(gateway, build_dir):
    def ctl(*args):
        return subprocess.run([build_dir / "src/ctl/smsotpctl", "--socket",
                               gateway.admin_socket, *args], capture_output=True, text=True)
    done = ctl("render", "--locale", "hi-Latn", "checkout", "amount=1499", "payee=Shop 12")
    assert done.returncode == 0, done
    assert done.stdout.startswith("123456 aapka OTP hai, Shop 12 ko 1499") and "gsm7" in done.stdout
    done = ctl("--json", "render", "--text", "\u20b95")
    assert json.loads(done.stdout)["text"] == "Rs 5"
    assert ctl("render").returncode == 64
    assert ctl("render", "nosuch").returncode == 2


def test_values_that_make_a_text_dear(sim, make_gateway, numbers):
    """One letter of a value halves what a segment holds: told at load, refused when it comes."""
    text = "{code} is your OTP to pay {amount} to {payee}. Tell it at the counter only."
    gateway = make_gateway(sim, {"purpose checkout": {"segments": "1", "template.en": text},
                                 "purpose payment": {"segments": "2", "template.en": text}}).start()
    told = [line for line in gateway.log().splitlines() if "event=dear_values" in line]
    assert [line for line in told if "purpose=checkout locale=en " in line]
    assert not [line for line in told if "purpose=payment locale=en " in line]
    context = {"amount": "99,99,999.00", "payee": "α" + 20 * "x"}
    refused = gateway.verify(next(numbers), "checkout", context=context)
    assert (refused.status, refused["code"]) == (422, "invalid")
    assert gateway.verify(next(numbers), "payment", context=context).status == 201
    assert gateway.verify(next(numbers), "checkout", context={**context, "payee": 20 * "x"}).status == 201
