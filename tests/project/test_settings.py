"""Settings files: every recorded case of the official SDK, and what is better here than there."""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.evaluator import from_python
from designer.project import (
    ProjectError,
    SettingsError,
    SettingsStore,
    account_properties,
    encrypt_settings,
    run_settings_operation,
)
from designer.project.encrypted import KEY_ENV, decrypt, encrypt, new_key
from designer.project.psych import load
from designer.project.psych_dump import dump
from designer.project.yaml_edit import merged, string_keys, update
from designer.ruby.values import Symbol

RECORDINGS = Path(__file__).parents[1] / "vectors" / "recordings" / "settings_files"
CASES = json.loads((RECORDINGS / "cases.json").read_text(encoding="utf-8"))
KEY = "00112233445566778899aabbccddeeff"
COMMENTED = """\
# Credentials of the sandbox; ask Ada for new ones.
api_key: "k-123" # expires in May

port: 8080
scopes: [read, 'write']
private_key: |
  line1
  line2
# The end.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in RECORDINGS.iterdir():
        if file.suffix in (".yaml", ".enc", ".key"):
            shutil.copyfile(file, tmp_path / file.name)
    return tmp_path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_recorded_cases(case: dict[str, Any], folder: Path) -> None:
    key = (RECORDINGS / "master.key").read_text(encoding="ascii").strip()
    env = {name: value.replace("{{file:master.key}}", key) for name, value in case.get("env", {}).items()}
    answer = run_settings_operation(case["operation"], case["args"], folder, env)
    wanted = case["expected"]
    if wanted["error"]:
        assert answer["error"]["class"] == wanted["error"]["class"]
        if "{{" not in wanted["error"]["message"]:
            assert answer["error"]["message"] == wanted["error"]["message"]
        return
    assert answer["error"] is None
    if case["operation"] == "settings_read":
        assert answer["result"] == wanted["result"]
        return
    assert answer["result"]["file"] == wanted["result"]["file"]
    written, recorded = answer["result"]["plaintext"], wanted["result"]["plaintext"]
    assert dump(string_keys(load(written, safe=False))) == dump(load(recorded, safe=False))
    assert dump(load(recorded, safe=False)).replace("- \n", "-\n") == recorded
    file = folder / wanted["result"]["file"]
    on_disk = file.read_bytes()
    assert (decrypt(on_disk, key) if file.suffix == ".enc" else on_disk.decode()) == written


def stored(tmp_path: Path, text: str) -> SettingsStore:
    (tmp_path / "settings.yaml").write_text(text, encoding="utf-8", newline="")
    return SettingsStore.open(tmp_path / "settings.yaml")


def text_of(tmp_path: Path) -> str:
    return (tmp_path / "settings.yaml").read_bytes().decode()


def test_keys_that_ruby_holds_apart_are_all_kept(tmp_path: Path) -> None:
    """Psych gives true, 1, 1.0 and "1"; a dict of Python takes three of them for one."""
    store = stored(tmp_path, "1: a\ntrue: b\n1.0: c\n'1': d\nx:\n  0: e\n  false: f\n[1, 2]: g\n{k: 1}: h\n")
    read = store.read()
    assert [(str(key), value) for key, value in read.items() if key != "x"] == [
        ("1", "a"), ("true", "b"), ("1.0", "c"), ("1", "d"), ("[1, 2]", "g"), ('{"k"=>1}', "h"),
    ]  # fmt: skip
    assert [(str(key), value) for key, value in read["x"].items()] == [("0", "e"), ("false", "f")]
    settings = from_python(read, indifferent=True)
    assert [key if isinstance(key, bool) else str(key) for key, _ in settings.items()][:2] == ["1", True]
    store.update(None, {"token": "t"})
    assert store.read() == read | {"token": "t"}
    assert "true: b\n1.0: c\n'1': d\n" in text_of(tmp_path)


@pytest.mark.parametrize(
    ("values", "edit"),
    [
        ({}, lambda text: text),
        ({"api_key": "k-123"}, lambda text: text),
        ({"port": 1}, lambda text: text.replace("8080", "1")),
        ({"api_key": "a: b"}, lambda text: text.replace('"k-123"', "'a: b'")),
        ({"api_key": None}, lambda text: text.replace(' "k-123"', " ")),
        ({"private_key": "x"}, lambda text: text.replace("private_key: |\n  line1\n  line2\n", "private_key: x\n")),
        ({"private_key": "a\nb\n"}, lambda text: text.replace("line1", "a").replace("line2", "b")),
        ({"scopes": ["x"]}, lambda text: text.replace("scopes: [read, 'write']", "scopes:\n- x")),
        ({"token": "t"}, lambda text: text.replace("  line2\n", "  line2\ntoken: t\n")),
        ({"token": {"a": [1]}}, lambda text: text.replace("  line2\n", "  line2\ntoken:\n  a:\n  - 1\n")),
    ],
)
def test_an_update_changes_only_what_it_names(
    tmp_path: Path, values: dict[str, Any], edit: Callable[[str], str]
) -> None:
    store = stored(tmp_path, COMMENTED)
    before = store.read()
    store.update(None, values)
    assert text_of(tmp_path) == edit(COMMENTED)
    assert store.read() == before | values


def test_removing_settings(tmp_path: Path) -> None:
    store = stored(tmp_path, COMMENTED)
    store.update(None, {"port": 1}, remove=["api_key", "private_key", "no_such"])
    text = COMMENTED.replace('api_key: "k-123" # expires in May\n', "").replace("8080", "1")
    assert text_of(tmp_path) == text.replace("private_key: |\n  line1\n  line2\n", "")
    store.update(None, {}, remove=["port", "scopes"])
    assert store.read() == {}
    named = stored(tmp_path, "dev:\n  a: 1\n  b: 2 # gone\nprod:\n  a: 3\n")
    named.update("dev", {}, remove=["b"])
    assert text_of(tmp_path) == "dev:\n  a: 1\nprod:\n  a: 3\n"


def test_an_update_of_one_connection_leaves_the_others(tmp_path: Path) -> None:
    text = "dev: # mine\n    token: a # old\n    extra: 1\n\nprod:\n    token: b # careful\nempty:\n"
    store = stored(tmp_path, text)
    assert store.names() == ("dev", "prod", "empty")
    store.update("dev", {"token": "new", "more": True})
    changed = text.replace("token: a", "token: new").replace("extra: 1\n", "extra: 1\n    more: true\n")
    assert text_of(tmp_path) == changed
    store.update("empty", {"token": "c"})
    assert text_of(tmp_path) == changed + "  token: c\n"
    store.update("fresh", {"token": "d"})
    assert text_of(tmp_path).endswith("empty:\n  token: c\nfresh:\n  token: d\n")
    assert store.read("fresh") == {"token": "d"}


def test_line_endings_and_a_byte_order_mark_stay(tmp_path: Path) -> None:
    store = stored(tmp_path, "\ufeffa: 1 # one\r\nb: 2\r\n")
    store.update(None, {"b": 3, "c": "x\ny"})
    assert text_of(tmp_path) == "\ufeffa: 1 # one\r\nb: 3\r\nc: |-\r\n  x\r\n  y\r\n"
    assert store.read() == {"a": 1, "b": 3, "c": "x\ny"}


def test_a_file_without_a_final_line_break(tmp_path: Path) -> None:
    store = stored(tmp_path, "a: 1")
    store.update(None, {"b": 2})
    assert text_of(tmp_path) == "a: 1\nb: 2\n"


def test_what_readers_of_yaml_disagree_about_is_written_as_the_sdk_does(tmp_path: Path) -> None:
    store = stored(tmp_path, "on_prem: yes # kept\n:token: a\nmode: 0755\n")
    assert store.read() == {"on_prem": True, "token": "a", "mode": 493}
    store.update(None, {"token": "b"})
    assert text_of(tmp_path) == "on_prem: true # kept\ntoken: b\nmode: 493\n"


def test_a_mapping_in_braces_is_written_anew(tmp_path: Path) -> None:
    store = stored(tmp_path, "{a: 1, b: [2]}\n")
    store.update(None, {"c": 3})
    assert text_of(tmp_path) == "---\na: 1\nb:\n- 2\nc: 3\n"


_names = st.sampled_from(["a", "b", "api key", "c:d", "é"])
_scalars = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "yes", "1", "# no", "a\nb\n", "a: b"])
_leaves = _scalars | st.lists(_scalars, max_size=2)
_settings = st.dictionaries(_names, _leaves | st.dictionaries(_names, _leaves, max_size=3), max_size=4)


@given(_settings, _settings, st.none() | _names, st.sets(_names), st.booleans())
def test_any_update_says_what_the_sdk_would_write(
    before: dict[str, Any], values: dict[str, Any], name: str | None, remove: set[str], windows: bool
) -> None:
    if name is not None and not isinstance(before.get(name), dict | None):
        return
    text = f"# first\n{dump(before).removeprefix('---' + chr(10))}# last\n" if before else "--- {}\n"
    wanted = merged(before, name, values, remove)
    assert dump(load(update(text, name, values, remove))) == dump(wanted)
    if windows and "\n" not in json.dumps(before).encode().decode("unicode_escape"):
        assert dump(load(update(text.replace("\n", "\r\n"), name, values, remove))) == dump(wanted)


def test_a_new_settings_file(tmp_path: Path) -> None:
    store = SettingsStore.open(tmp_path)
    assert store.read() == {}
    store.update("dev", {"token": "t"})
    assert store.path == tmp_path / "settings.yaml"
    assert load(text_of(tmp_path)) == {"dev": {"token": "t"}}


def test_a_new_encrypted_settings_file(tmp_path: Path) -> None:
    key = new_key()
    (tmp_path / "master.key").write_text(key + "\n", encoding="ascii")
    store = SettingsStore.open(tmp_path / "settings.yaml.enc", env={})
    assert store.read() == {}
    store.update(None, {"token": "t", "symbol": Symbol("s"), "lines": "é\n" * 200})
    assert b"token" not in (tmp_path / "settings.yaml.enc").read_bytes()
    assert SettingsStore.open(tmp_path, env={}).read() == {"token": "t", "symbol": Symbol("s"), "lines": "é\n" * 200}
    assert SettingsStore.open(tmp_path, env={KEY_ENV: key}, key=tmp_path / "no.key").read()["token"] == "t"


def test_plain_settings_become_encrypted_ones(tmp_path: Path) -> None:
    stored(tmp_path, COMMENTED)
    before = SettingsStore.open(tmp_path).read()
    written = encrypt_settings(tmp_path, env={})
    assert written == (tmp_path / "settings.yaml.enc", tmp_path / "master.key")
    assert SettingsStore.open(tmp_path, env={}).read() == before
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    with pytest.raises(ProjectError, match="already"):
        encrypt_settings(tmp_path, env={})
    (tmp_path / "settings.yaml.enc").unlink()
    assert encrypt_settings(tmp_path, env={}) == (tmp_path / "settings.yaml.enc",)
    assert SettingsStore.open(tmp_path, env={}).read() == before


@pytest.mark.parametrize("size", [0, 1, 122, 123, 255, 256, 65535, 65536, 70000])
def test_texts_of_every_length_survive(size: int) -> None:
    assert decrypt(encrypt("x" * size, KEY), KEY) == "x" * size


def test_encryption_is_that_of_the_recorded_file() -> None:
    key = (RECORDINGS / "master.key").read_text(encoding="ascii").strip()
    recorded = (RECORDINGS / "settings.yaml.enc").read_bytes()
    iv = recorded.split(b"--")[1]
    assert encrypt(decrypt(recorded, key), key, iv=base64.b64decode(iv)) == recorded


@pytest.mark.parametrize(
    ("key", "content", "words"),
    [
        ("f" * 32, encrypt("a: 1", KEY), "does not fit"),
        ("short", encrypt("a: 1", KEY), "32 hexadecimal digits"),
        ("z" * 32, encrypt("a: 1", KEY), "32 hexadecimal digits"),
        (KEY, b"", "not an encrypted"),
        (KEY, b"a: 1\n", "not an encrypted"),
        (KEY, encrypt("a: 1", KEY)[:-7], "not an encrypted"),
        (KEY, encrypt("a: 1", KEY)[:-8], "the file was changed"),
    ],
    ids=["other key", "short key", "no hexadecimal key", "empty", "plain", "cut", "cut evenly"],
)
def test_what_cannot_be_decrypted_says_why(key: str, content: bytes, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        decrypt(content, key)
    assert words in caught.value.message
    assert caught.value.ruby_class == "ActiveSupport::MessageEncryptor::InvalidMessage"


def test_an_unknown_connection_names_the_known_ones(tmp_path: Path) -> None:
    store = stored(tmp_path, "dev:\n  a: 1\nprod:\n")
    with pytest.raises(SettingsError) as caught:
        store.read("test")
    assert "dev, prod" in caught.value.hint
    flat = stored(tmp_path, "token: secret\n")
    with pytest.raises(ProjectError) as not_one:
        flat.read("token")
    assert "secret" not in str(not_one.value)
    assert flat.names() == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"- a\n", "not a mapping"),
        (b"a: [1\n", "not YAML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a: 2026-01-02\n", "2026-01-02 is a date"),
    ],
)
def test_unreadable_settings_are_explained_and_left_alone(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "settings.yaml"
    file.write_bytes(content)
    store = SettingsStore.open(file)
    for action in (store.read, lambda: store.update(None, {"a": 1})):
        with pytest.raises(SettingsError) as caught:
            action()
        assert words in caught.value.message
        assert caught.value.hint
    assert file.read_bytes() == content


def test_account_properties(tmp_path: Path) -> None:
    assert account_properties(tmp_path) == {}
    (tmp_path / "account_properties.yaml").write_text("a: 1\nb: yes\n:c: x\nd:\n", encoding="utf-8")
    assert account_properties(tmp_path) == {"a": "1", "b": "true", "c": "x", "d": ""}
    (tmp_path / "master.key").write_text(KEY, encoding="ascii")
    (tmp_path / "account_properties.yaml.enc").write_bytes(encrypt("a: 2\n", KEY))
    assert account_properties(tmp_path, env={}) == {"a": "2"}
    (tmp_path / "account_properties.yaml.enc").unlink()
    (tmp_path / "account_properties.yaml").write_text("- a\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="not a mapping"):
        account_properties(tmp_path)


@pytest.mark.parametrize("text", ["<<: {a: 1}\nb: 2\n", "? x\n: y\n"])
def test_what_cannot_be_edited_in_place_is_written_anew(text: str) -> None:
    import ruamel.yaml

    written = update(text, None, {"n": 1})
    assert ruamel.yaml.YAML(typ="safe").load(written)["n"] == 1
    assert set(ruamel.yaml.YAML(typ="safe").load(written)) in ({"a", "b", "n"}, {"x", "n"})


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_new_settings_are_for_their_owner_alone(tmp_path: Path) -> None:
    SettingsStore.open(tmp_path / "settings.yaml", env={}).update(None, {"api_key": "k"})
    assert stat.S_IMODE((tmp_path / "settings.yaml").stat().st_mode) == 0o600
