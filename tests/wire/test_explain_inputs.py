"""What went into HMAC, Digest and PKCE, told so that a person can check it."""

from __future__ import annotations

import datetime
import hashlib
import hmac

from designer.evaluator.macs import Mac
from designer.wire import Exchange, WireRequest, WireResponse
from designer.wire.digest import answer
from designer.wire.explain import explain_header
from designer.wire.explain_inputs import challenge_before, digest_sections, mac_sections, pkce_sections

MADE = Mac("sha256", b"hush-hush", b"POST\n/me\t1", hmac.digest(b"hush-hush", b"POST\n/me\t1", "sha256"))


def test_an_hmac_names_its_key_and_shows_its_message() -> None:
    sections = mac_sections(f"v1={MADE.digest.hex()}", [MADE, MADE], {"secret": "hush-hush"})
    assert (
        sections[0].text
        == "algorithm: HMAC-SHA256\nkey: setting secret, 9 bytes\nmessage: 10 bytes\nwritten as: hexadecimal"
    )
    assert sections[1].text == "POST⏎\n/me⇥1"
    assert len(sections) == 3 and not any("hush-hush" in section.text for section in sections)


def test_base64_is_told_from_hexadecimal_and_strangers_are_left_out() -> None:
    assert "written as: Base64" in mac_sections(MADE.spellings[2], [MADE], {})[0].text
    assert "put together in the code" in mac_sections(MADE.spellings[2], [MADE], {})[0].text
    assert mac_sections("something else", [MADE], {}) == ()


def test_the_key_of_a_chain_is_told_from_its_beginning() -> None:
    key, macs = b"AWS4hush-hush", []
    for message in (b"20260102", b"eu-west-1", b"sqs", b"aws4_request", b"AWS4-HMAC-SHA256\ntext"):
        macs.append(Mac("sha256", key, message, hmac.digest(key, message, "sha256")))
        key = macs[-1].digest
    told = mac_sections(key.hex(), macs, {"region": "eu", "secret": "hush-hush"})[0].text.splitlines()
    assert told[1] == 'key: "AWS4" + setting secret, 13 bytes → 20260102 → eu-west-1 → sqs → aws4_request'
    # A digest that the code spelled out before it went on with it.
    spelled = macs[0].digest.hex().encode()
    last = Mac("sha256", spelled, b"m", hmac.digest(spelled, b"m", "sha256"))
    told = mac_sections(last.digest.hex(), [macs[0], last], {"secret": "hush-hush"})[0].text.splitlines()
    assert told[1] == 'key: "AWS4" + setting secret, 13 bytes → 20260102'


def test_a_key_of_which_nothing_is_known_says_so() -> None:
    told = mac_sections(MADE.digest.hex(), [MADE], {"secret": "hush-hush-and-more", "short": "h"})[0].text
    assert "key: put together in the code, 9 bytes" in told


def test_the_answer_to_a_digest_challenge_can_be_followed() -> None:
    # RFC 2617, 3.5, as the SDK answers it.
    challenge = 'Digest realm="testrealm@host.com", qop="auth", nonce="dcd98b", opaque="5ccc"'
    value = answer(challenge, "GET", "/dir/index.html", "Mufasa", "Circle Of Life", "0a4f113b")
    request = WireRequest("GET", "https://h/dir/index.html", "/dir/index.html", (("Authorization", value),), b"")
    first = Exchange(request, WireResponse(401, "", (("WWW-Authenticate", challenge),), b""), "request")
    second = Exchange(
        WireRequest(*(getattr(request, n) for n in ("method", "url", "target", "headers", "body"))), None, "digest"
    )
    assert challenge_before((first, second), second.request) == challenge
    assert challenge_before((first, second), first.request) == ""
    asked, counted, made = digest_sections(request, challenge)
    assert counted.title == "Not as the RFC has it" and "nc=00000000" in counted.text and "00000001" in counted.text
    assert asked.text == "realm: testrealm@host.com\nqop: auth\nnonce: dcd98b\nopaque: 5ccc"
    lines = made.text.splitlines()
    assert lines[0] == "A1 = Mufasa:testrealm@host.com:•••"
    second_hash = hashlib.md5(b"GET:/dir/index.html").hexdigest()
    assert lines[2] == f"H(A2) = {second_hash}"
    first_hash = hashlib.md5(b"Mufasa:testrealm@host.com:Circle Of Life").hexdigest()
    formula = lines[3].removeprefix("response = H(").removesuffix(")")
    told = formula.replace("H(A1)", first_hash).replace("H(A2)", second_hash)
    assert hashlib.md5(told.encode()).hexdigest() == lines[4].split("= ")[1]


def test_an_answer_to_another_challenge_is_noticed() -> None:
    challenge = 'Digest realm="a", nonce="n1"'
    value = answer(challenge, "GET", "/", "u", "p", "c")
    request = WireRequest("GET", "https://h/", "/", (("Authorization", value),), b"")
    titles = [section.title for section in digest_sections(request, 'Digest realm="a", nonce="n2"')]
    assert titles == ["Challenge of the server", "Mismatch", "Answer, H is MD5"]


def test_the_pkce_pair_of_rfc_7636() -> None:
    # RFC 7636, appendix B.
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    section = pkce_sections(verifier)[0]
    assert "code_challenge (S256): E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" in section.text
    assert "which it fits" in section.text and verifier not in section.text
    assert "which it breaks" in pkce_sections("short")[0].text


def test_a_list_of_qop_is_told_as_it_was_sent_and_that_servers_may_refuse_it() -> None:
    challenge = 'Digest realm="r@x", nonce="abc123", qop="auth,auth-int", algorithm=MD5, opaque="op"'
    value = answer(challenge, "GET", "/d", "u", "p", "0a4f113b")
    request = WireRequest("GET", "https://h/d", "/d", (("Authorization", value),), b"")
    asked, refused, _counted, made = digest_sections(request, challenge)
    assert "qop: auth,auth-int" in asked.text.splitlines()
    assert refused.title == "Not as the RFC has it" and "qop=auth,auth-int" in refused.text
    assert "0a4f113b:auth,auth-int:H(A2)" in made.text
    told = explain_header(request, "Authorization", now=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC))[0].text
    assert "qop: auth,auth-int" in told.splitlines() and "uri: /d" in told.splitlines()
