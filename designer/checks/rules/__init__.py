"""The rules, by what they look at. Importing this package declares them."""

from designer.checks.rules import authorization as authorization
from designer.checks.rules import base_uri as base_uri
from designer.checks.rules import consent as consent
from designer.checks.rules import fields as fields
from designer.checks.rules import file as file
from designer.checks.rules import hints as hints
from designer.checks.rules import multi as multi
from designer.checks.rules import pkce as pkce
from designer.checks.rules import preview as preview
from designer.checks.rules import secrets as secrets
from designer.checks.rules import signals as signals
from designer.checks.rules import testing as testing
from designer.checks.rules import tokens as tokens
from designer.checks.rules import usage as usage
