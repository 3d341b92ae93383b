"""What a run does to the settings in use."""

from __future__ import annotations

from designer.ui.settings_after import settings_change


def test_new_and_changed_settings_are_taken_and_lost_ones_go() -> None:
    change = settings_change({"a": 1, "b": "x", "gone": "y"}, {"a": 1, "b": "z", "c": [True]})
    assert change.values == {"b": "z", "c": [True], "gone": None}
    assert change.unkept == ()


def test_symbols_times_and_durations_are_kept_as_json_keeps_them() -> None:
    after = {
        "kind": {"$symbol": "live"},
        "expires_at": {"$ruby": "Time", "iso8601": "2026-01-02T03:04:05Z"},
        "ttl": {"$ruby": "ActiveSupport::Duration", "to_i": 60},
    }
    assert settings_change({}, after).values == {"kind": "live", "expires_at": "2026-01-02T03:04:05Z", "ttl": 60}


def test_what_json_cannot_keep_stays_as_it_was() -> None:
    after = {"bytes": {"$base64": "/w=="}, "deep": {"list": [{"$ruby": "Proc"}]}, "token": "t"}
    change = settings_change({"bytes": "old"}, after)
    assert change.values == {"token": "t"}
    assert change.unkept == ("bytes", "deep")


def test_settings_that_could_not_be_told_are_not_removed() -> None:
    assert settings_change({"a": 1}, {}).values == {}
    assert settings_change({"a": 1}, None).values == {}
