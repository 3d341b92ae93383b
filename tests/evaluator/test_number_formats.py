"""Numbers for people, as the official SDK writes them with ActiveSupport 6.1 (taken down from it, Debian's package)."""

from __future__ import annotations

import pytest

from designer.evaluator import CannotEvaluate
from tests.evaluator.machine import failure, raised, shown


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("12.to_currency", "$12.00"),
        ("1234567890.506.to_currency", "$1,234,567,890.51"),
        ("'-1234567890.50'.to_currency", "-$1,234,567,890.50"),
        ("'1234567890.50'.to_currency(unit: 'Kč', format: '%n %u')", "1,234,567,890.50 Kč"),
        ("-12.5.to_currency(format: '%u %n')", "-$ 12.50"),
        ("-12.5.to_currency(negative_format: '(%u%n)')", "($12.50)"),
        ("-0.4.to_currency(precision: 0)", "$0"),
        ("1234.5.to_currency('separator' => ',', 'delimiter' => '.')", "$1.234,50"),
        ("12345678901234567890.to_currency", "$12,345,678,901,234,567,890.00"),
        ("' 1_000 '.to_currency", "$1,000.00"),
        ("'98a'.to_currency", "$98a"),
        ("''.to_currency", "$"),
        ("9.995.to_currency(round_mode: :down)", "$9.99"),
        ("0.00091.to_currency(precision: 1, significant: true)", "$0.0009"),
        ("12.50.to_currency(precision: 4, strip_insignificant_zeros: true)", "$12.5"),
        ("12.0.to_currency(strip_insignificant_zeros: true)", "$12"),
        ("75.644.to_currency(precision: nil)", "$75.644"),
        ("12.5.to_s(:currency, unit: '€')", "€12.50"),
        ("12345.to_s(:delimited)", "12,345"),
        ("302.0574.to_s(:percentage, precision: 2)", "302.06%"),
        ("1231.825.to_s(:rounded, precision: 2)", "1231.83"),
        ("'1.5'.to_d.to_s(:currency)", "$1.50"),
        ("5551234.to_s(:phone)", "555-1234"),
        ("8005551212.to_phone", "800-555-1212"),
        ("'8005551212'.to_phone(delimiter: ' ')", "800 555 1212"),
        ("8005551212.to_phone(area_code: true, extension: 123)", "(800) 555-1212 x 123"),
        ("8005551212.to_phone(country_code: 1, delimiter: '')", "+18005551212"),
        ("75561234567.to_phone(pattern: /(\\d{3,4})(\\d{4})(\\d{4})/, area_code: true)", "(755) 6123-4567"),
        ("'call me'.to_phone", "call me"),
        ("12.to_s(:no_such_format)", "12"),
        ("12.5.to_s(nil)", "12.5"),
        ("255.to_s(16)", "ff"),
    ],
)
def test_numbers_are_written_as_the_sdk_writes_them(code: str, text: str) -> None:
    assert shown(f"({code}).then {{ |made| [made] }}") == f'["{text}"]'


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("'US'.to_country_name", "String#to_country_name"),
        ("'California'.to_state_code('US')", "String#to_state_code"),
        ("'US'.to_currency_symbol", "String#to_currency_symbol"),
        ("1234567.to_s(:human)", "Integer#to_s(:human)"),
        ("1234567.8.to_s(:human_size)", "Float#to_s(:human_size)"),
        ("12.to_currency(locale: :de)", "a number in the locale de"),
    ],
)
def test_what_needs_tables_that_are_not_here_is_refused(code: str, name: str) -> None:
    error = failure(code)
    assert isinstance(error, CannotEvaluate)
    assert error.message == f"cannot evaluate {name}, line 1"


def test_mistakes_are_rubys() -> None:
    assert raised("12.to_phone('-')")[0] == "NoMethodError"
    assert raised("12.5.to_phone") == ("NoMethodError", "undefined method `to_phone' for 12.5:Float")
    assert raised("12.5.to_s(2)") == ("ArgumentError", "wrong number of arguments (given 1, expected 0)")
    assert raised("3.to_currency(round_mode: :sideways)") == ("ArgumentError", "invalid rounding mode")
    assert raised("3.to_currency(unit: nil)") == ("TypeError", "no implicit conversion of nil into String")
