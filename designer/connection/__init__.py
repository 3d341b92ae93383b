"""The domain: fields, authorization kinds, lambda slots, multi options, and every edit the forms make of them."""

from designer.connection.carrying import carry_for
from designer.connection.code import Writer
from designer.connection.field_edits import (
    PRESETS,
    FieldUse,
    Preset,
    add_field,
    add_fields,
    duplicate_field,
    field_uses,
    fields_pointer,
    rename_field,
    unread_fields,
)
from designer.connection.form import Choice, Column, FormItem, shown
from designer.connection.kinds import KINDS, Carry, Kind, field_attributes
from designer.connection.labels import label_for, looks_secret, suggested_label
from designer.connection.model import Authorization, Design, Field, Shape, Slot
from designer.connection.multi_edits import add_option, convert_to_multi, remove_option
from designer.connection.ngif import NgIfError, visible
from designer.connection.ngif import parse as parse_condition
from designer.connection.preview import (
    PreviewField,
    SettingGroup,
    choices,
    chosen_option,
    computed_fields,
    form_preview,
    setting_groups,
)
from designer.connection.reading import authorization_at, read
from designer.connection.renaming import RenamedLine, renamed_lines
from designer.connection.shapes import SHAPES, recognise_shape, render_shape
from designer.connection.style import writer_for
from designer.connection.switch import SwitchPlan, set_shape, switch_kind, switch_preview, update_form
from designer.connection.usage import SettingUse, brought_by, idle_fields, setting_uses

__all__ = [
    "KINDS",
    "PRESETS",
    "SHAPES",
    "Authorization",
    "Carry",
    "Choice",
    "Column",
    "Design",
    "Field",
    "FieldUse",
    "FormItem",
    "Kind",
    "NgIfError",
    "Preset",
    "PreviewField",
    "RenamedLine",
    "SettingGroup",
    "SettingUse",
    "Shape",
    "Slot",
    "SwitchPlan",
    "Writer",
    "add_field",
    "add_fields",
    "add_option",
    "authorization_at",
    "brought_by",
    "carry_for",
    "choices",
    "chosen_option",
    "computed_fields",
    "convert_to_multi",
    "duplicate_field",
    "field_attributes",
    "field_uses",
    "fields_pointer",
    "form_preview",
    "idle_fields",
    "label_for",
    "looks_secret",
    "parse_condition",
    "read",
    "recognise_shape",
    "remove_option",
    "rename_field",
    "renamed_lines",
    "render_shape",
    "set_shape",
    "setting_groups",
    "setting_uses",
    "shown",
    "suggested_label",
    "switch_kind",
    "switch_preview",
    "unread_fields",
    "update_form",
    "visible",
    "writer_for",
]
