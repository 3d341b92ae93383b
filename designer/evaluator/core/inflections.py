"""ActiveSupport's English: plurals, titles, underscores."""

from __future__ import annotations

import re
from functools import partial

_PLURALS = [
    (r"(quiz)$", r"\1zes"), (r"^(oxen)$", r"\1"), (r"^(ox)$", r"\1en"), (r"^(m|l)ice$", r"\1ice"),
    (r"^(m|l)ouse$", r"\1ice"), (r"(matr|vert|ind)(?:ix|ex)$", r"\1ices"), (r"(x|ch|ss|sh)$", r"\1es"),
    (r"([^aeiouy]|qu)y$", r"\1ies"), (r"(hive)$", r"\1s"), (r"(?:([^f])fe|([lr])f)$", r"\1\2ves"),
    (r"sis$", "ses"), (r"([ti])a$", r"\1a"), (r"([ti])um$", r"\1a"), (r"(buffal|tomat)o$", r"\1oes"),
    (r"(bu)s$", r"\1ses"), (r"(alias|status)$", r"\1es"), (r"(octop|vir)i$", r"\1i"), (r"(octop|vir)us$", r"\1i"),
    (r"^(ax|test)is$", r"\1es"), (r"s$", "s"), (r"$", "s"),
]  # fmt: skip
_SINGULARS = [
    (r"(database)s$", r"\1"), (r"(quiz)zes$", r"\1"), (r"(matr)ices$", r"\1ix"), (r"(vert|ind)ices$", r"\1ex"),
    (r"^(ox)en", r"\1"), (r"(alias|status)(es)?$", r"\1"), (r"(octop|vir)(us|i)$", r"\1us"),
    (r"^(a)x[ie]s$", r"\1xis"), (r"(cris|test)(is|es)$", r"\1is"), (r"(shoe)s$", r"\1"), (r"(o)es$", r"\1"),
    (r"(bus)(es)?$", r"\1"), (r"^(m|l)ice$", r"\1ouse"), (r"(x|ch|ss|sh)es$", r"\1"), (r"(m)ovies$", r"\1ovie"),
    (r"(s)eries$", r"\1eries"), (r"([^aeiouy]|qu)ies$", r"\1y"), (r"([lr])ves$", r"\1f"), (r"(tive)s$", r"\1"),
    (r"(hive)s$", r"\1"), (r"([^f])ves$", r"\1fe"),
    (r"(^analy)(sis|ses)$", r"\1sis"),
    (r"((a)naly|(b)a|(d)iagno|(p)arenthe|(p)rogno|(s)ynop|(t)he)(sis|ses)$", r"\1sis"),
    (r"([ti])a$", r"\1um"), (r"(n)ews$", r"\1ews"), (r"(ss)$", r"\1"), (r"s$", ""),
]  # fmt: skip
_IRREGULAR = [
    ("person", "people"), ("man", "men"), ("child", "children"), ("sex", "sexes"), ("move", "moves"),
    ("zombie", "zombies"),
]  # fmt: skip
_UNCOUNTABLE = frozenset(
    ["equipment", "information", "rice", "money", "species", "series", "fish", "sheep", "jeans", "police"]
)


def _uncountable(word: str) -> bool:
    return any(re.search(rf"\b{w}\Z", word, re.I) for w in _UNCOUNTABLE)


def _expanded(replacement: str, found: re.Match[str]) -> str:
    return found.expand(replacement) if found.re.groups else replacement


def _apply(word: str, rules: list[tuple[str, str]]) -> str:
    for pattern, replacement in rules:
        if re.search(pattern, word, re.I):
            return re.sub(pattern, partial(_expanded, replacement), word, count=1, flags=re.I)
    return word


def _irregular(word: str, *, plural: bool) -> str | None:
    for one, many in _IRREGULAR:
        for source in (one, many):
            found = re.search(rf"({source[0]}){source[1:]}$", word, re.I)
            if found:
                target = many if plural else one
                return word[: found.start()] + found[1] + target[1:]
    return None


def pluralize(word: str) -> str:
    if not word or _uncountable(word):
        return word
    return _irregular(word, plural=True) or _apply(word, _PLURALS)


def singularize(word: str) -> str:
    if not word or _uncountable(word):
        return word
    return _irregular(word, plural=False) or _apply(word, _SINGULARS)


def camelize(text: str, *, upper: bool = True) -> str:
    if upper:
        text = re.sub(r"^[a-z\d]*", lambda m: m[0][:1].upper() + m[0][1:].lower(), text, count=1)
    else:
        text = re.sub(r"^(?:(?=a)b(?=\b|[A-Z_])|\w)", lambda m: m[0].lower(), text, count=1)
    text = re.sub(
        r"(?:_|(/))([a-z\d]*)", lambda m: (m[1] or "") + m[2][:1].upper() + m[2][1:].lower(), text, flags=re.I
    )
    return text.replace("/", "::")


def underscore(text: str) -> str:
    if not re.search(r"[A-Z-]|::", text):
        return text
    word = text.replace("::", "/")
    word = re.sub(r"([A-Z\d]+)([A-Z][a-z])", r"\1_\2", word)
    word = re.sub(r"([a-z\d])([A-Z])", r"\1_\2", word)
    return word.replace("-", "_").lower()


def humanize(text: str, *, capitalize: bool = True, keep_id_suffix: bool = False) -> str:
    result = re.sub(r"\A_+", "", text)
    if not keep_id_suffix:
        result = re.sub(r"_id\Z", "", result)
    result = result.replace("_", " ")
    result = re.sub(r"([a-z\d]*)", lambda m: m[0].lower(), result, flags=re.I)
    return re.sub(r"\A\w", lambda m: m[0].upper(), result) if capitalize else result


def titleize(text: str, *, keep_id_suffix: bool = False) -> str:
    words = humanize(underscore(text), keep_id_suffix=keep_id_suffix)
    return re.sub(r"\b(?<!\w['’`()])[a-z]", lambda m: m[0].upper(), words)


def parameterize(text: str, separator: str = "-", *, preserve_case: bool = False) -> str:
    from designer.evaluator.core.string_sdk import transliterated

    made = re.sub(r"[^a-z0-9\-_]+", lambda m: separator, transliterated(text), flags=re.I)
    if separator:
        mark = re.escape(separator)
        made = re.sub(rf"{mark}{{2,}}", lambda m: separator, made)
        made = re.sub(rf"^{mark}|{mark}$", "", made, flags=re.I)
    return made if preserve_case else made.lower()


def tableize(text: str) -> str:
    return pluralize(underscore(text))


def classify(text: str) -> str:
    return camelize(singularize(re.sub(r".*\.", "", text)))


def ordinal(number: int) -> str:
    if abs(number) % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(abs(number) % 10, "th")
