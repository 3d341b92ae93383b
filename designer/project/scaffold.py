"""A new connector project, laid out as the official tools expect it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from designer.connection import KINDS, switch_kind, writer_for
from designer.connection.kinds import aws_request
from designer.project.errors import ProjectError
from designer.project.files import save_atomically
from designer.ruby import Document

__all__ = ["ALIASES", "STARTING_KINDS", "scaffold", "starter", "title_for"]

STARTING_KINDS = tuple(name for name in KINDS if name != "custom")
"""Kinds a connector may begin with: all that a form can write."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "jwt": "jwt_bearer",
        "oauth": "oauth2_code",
        "oauth2": "oauth2_code",
        "pkce": "oauth2_pkce",
        "aws": "aws_sigv4",
        "aws_auth": "aws_sigv4",
        "basic_auth": "basic",
        "custom": "session",
        "custom_auth": "session",
    }
)
"""What people call a kind, among it the SDK's own words for ``type``, and the kind to begin with for it."""

_BLANK = """\
{{
  title: {title},

  connection: {{
    fields: []{authorization},

    base_uri: lambda do |_connection|
      'https://api.example.com'
    end
  }},

  test: lambda do |_connection|
    get('/')
  end
}}
"""
_UNPROTECTED = """,

    authorization: {
      type: 'none'
    }"""

_IGNORED = """\
# Credentials and keys stay on this machine.
master.key
settings.yaml
account_properties.yaml
.rspec_status
"""

_GEMFILE = """\
# frozen_string_literal: true

source 'https://rubygems.org'

gem 'rspec'
gem 'timecop'
gem 'tzinfo-data', platforms: %i[mingw mswin x64_mingw jruby]
gem 'vcr'
gem 'webmock'
gem 'workato-connector-sdk'
"""

_RSPEC = """\
--color
--require spec_helper
"""

_SPEC_HELPER = """\
# frozen_string_literal: true

require 'timecop'
require 'vcr'
require 'webmock/rspec'
require 'workato-connector-sdk'
require 'workato/testing/vcr_encrypted_cassette_serializer'
require 'workato/testing/vcr_multipart_body_matcher'

RSpec.configure do |config|
  config.disable_monkey_patching!
  config.example_status_persistence_file_path = '.rspec_status'
end

# Replies come from tape_library/ and no request leaves. VCR_RECORD_MODE=once rspec records what is missing, in plain
# text with the secrets in it; serialize_with: :encrypted, given to use_cassette, encrypts a tape with the master key.
VCR.configure do |config|
  config.cassette_library_dir = 'tape_library'
  config.hook_into :webmock
  config.configure_rspec_metadata!
  config.cassette_serializers[:encrypted] = Workato::Testing::VCREncryptedCassetteSerializer.new
  config.register_request_matcher :headers_without_user_agent do |*requests|
    requests.map { |request| request.headers.except('User-Agent') }.uniq.one?
  end
  config.register_request_matcher :multipart_body do |one, other|
    Workato::Testing::VCRMultipartBodyMatcher.call(one, other)
  end
  config.default_cassette_options = {
    record: ENV.fetch('VCR_RECORD_MODE', 'none').to_sym,
    match_requests_on: %i[uri headers_without_user_agent body]
  }
end
"""

_SPEC = """\
# frozen_string_literal: true

RSpec.describe 'connection' do
  let(:connector) { Workato::Connector::Sdk::Connector.from_file('connector.rb', settings) }
  let(:settings) { {} }

  it 'has an authorization' do
    expect(connector.source.dig(:connection, :authorization)).not_to be_nil
  end
end
"""

_README = """\
# {title}

A custom connector for Workato.

| file | what it is |
| --- | --- |
| `connector.rb` | the connector |
| `settings.yaml` | test credentials; never committed |
| `settings.yaml.enc`, `master.key` | the same, encrypted; the key is never committed |
| `spec/` | tests |
| `tape_library/` | recorded replies that the tests play |
| `Gemfile` | the official SDK and what the tests need |

With Ruby and Bundler at hand:

    bundle install
    bundle exec rspec
    bundle exec workato exec test
"""


def title_for(folder: Path) -> str:
    """A title after the folder's name: ``acme-crm`` → ``Acme Crm``."""
    return folder.resolve().name.replace("-", " ").replace("_", " ").title()


def starter(title: str, kind: str | None) -> bytes:
    """The text of a connector that begins with ``kind``, a name or an alias; None leaves the authorization out, to be
    decided later. Raises ``ProjectError`` for a kind that is not known."""
    name = None if kind is None else ALIASES.get(kind, kind)
    if name is not None and name not in STARTING_KINDS:
        raise ProjectError(f"There is no kind {kind!r}.", f"Known are {', '.join(STARTING_KINDS)}.")
    quoted = title.replace("\\", "\\\\").replace("'", "\\'")
    text = _BLANK.format(title=f"'{quoted}'", authorization="" if name is None else _UNPROTECTED)
    document = Document.parse(text.encode())
    if name not in (None, "none"):
        document = switch_kind(document, "/connection/authorization", str(name)).document
    if name == "aws_sigv4":
        # There is no apply: a plain get would go out unsigned. Every key and role may ask who it is.
        test = aws_request.write(aws_request.WHO_AM_I, writer_for(document))
        document = document.set("/test", test).document
    return document.source


def scaffold(folder: Path, title: str, connector: bytes) -> tuple[Path, ...]:
    """Make a project in ``folder`` (made if need be) and return the files written.

    A file that stands there already is left as it is, but a ``connector.rb`` is refused. Raises ``ProjectError``.
    """
    if (folder / "connector.rb").exists():
        raise ProjectError(f"There is a connector.rb in {folder} already.", "Choose a folder without one, or open it.")
    files = {
        "connector.rb": connector,
        ".gitignore": _IGNORED.encode(),
        "Gemfile": _GEMFILE.encode(),
        ".rspec": _RSPEC.encode(),
        "spec/spec_helper.rb": _SPEC_HELPER.encode(),
        "spec/connection_spec.rb": _SPEC.encode(),
        "README.md": _README.format(title=title).encode(),
    }
    written = []
    for name, content in files.items():
        file = folder / name
        if file.exists():
            continue
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectError(f"{file.parent} cannot be made.", "Choose a folder you may write to.") from error
        save_atomically(file, content)
        written.append(file)
    return tuple(written)
