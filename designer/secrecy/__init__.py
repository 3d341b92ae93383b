"""What is a secret by its name, where secrets stand in a request or a reply, and how they are spelled there.

Everything that takes a secret out (traces, exports, tapes, kept requests) asks here, so that all of it hides the same.
"""

from designer.secrecy.names import (
    COOKIE_PAIR,
    QUOTED_PAIR,
    SCHEME,
    SECRET_PARAMETERS,
    SHORTEST,
    basic_pair,
    is_hollow,
    is_secret,
    is_secret_header,
    is_secret_parameter,
    is_telling,
    is_token_like,
    names_scheme,
    starts_with_scheme,
)
from designer.secrecy.places import URL, secrets_in, secrets_in_body, secrets_in_header, secrets_in_url
from designer.secrecy.spelling import spellings, standing, standing_pattern
from designer.secrecy.texts import replaced_by_name

__all__ = [
    "COOKIE_PAIR",
    "QUOTED_PAIR",
    "SCHEME",
    "SECRET_PARAMETERS",
    "SHORTEST",
    "URL",
    "basic_pair",
    "is_hollow",
    "is_secret",
    "is_secret_header",
    "is_secret_parameter",
    "is_telling",
    "is_token_like",
    "names_scheme",
    "replaced_by_name",
    "secrets_in",
    "secrets_in_body",
    "secrets_in_header",
    "secrets_in_url",
    "spellings",
    "standing",
    "standing_pattern",
    "starts_with_scheme",
]
