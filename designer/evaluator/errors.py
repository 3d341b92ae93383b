"""What can go wrong while a lambda runs, and Ruby's hierarchy of exception classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from designer.errors import UserError
from designer.evaluator import classes
from designer.evaluator.classes import RClass, Value, define, lookup
from designer.evaluator.values import RException, RString

if TYPE_CHECKING:
    pass

_TREE = """
Exception
  NoMemoryError
  ScriptError
    LoadError
    NotImplementedError
    SyntaxError
  SecurityError
  SignalException
    Interrupt
  SystemExit
  SystemStackError
  StandardError
    ArgumentError
      UncaughtThrowError
      Date::Error
      ActiveSupport::Duration::ISO8601Parser::ParsingError
      I18n::ArgumentError
    EncodingError
      Encoding::CompatibilityError
      Encoding::UndefinedConversionError
      Encoding::InvalidByteSequenceError
      Encoding::ConverterNotFoundError
    FiberError
    IOError
      EOFError
    IndexError
      KeyError
      StopIteration
        ClosedQueueError
    LocalJumpError
    NameError
      NoMethodError
    RangeError
      FloatDomainError
    RegexpError
    RuntimeError
      FrozenError
      Timeout::Error
        Net::OpenTimeout
        Net::ReadTimeout
      ActiveSupport::MessageEncryptor::InvalidMessage
    ThreadError
    TypeError
    ZeroDivisionError
    SystemCallError
      Errno::EACCES
      Errno::EADDRNOTAVAIL
      Errno::ECONNABORTED
      Errno::ECONNREFUSED
      Errno::ECONNRESET
      Errno::EHOSTUNREACH
      Errno::EINVAL
      Errno::ENETUNREACH
      Errno::ENOENT
      Errno::EPIPE
      Errno::EPROTO
      Errno::ETIMEDOUT
    SocketError
    NoMatchingPatternError
      NoMatchingPatternKeyError
    Digest::DigestError
    JSON::JSONError
      JSON::ParserError
        JSON::NestingError
      JSON::GeneratorError
    CSV::MalformedCSVError
    URI::Error
      URI::InvalidURIError
      URI::InvalidComponentError
      URI::BadURIError
    OpenSSL::OpenSSLError
      OpenSSL::HMACError
      OpenSSL::Digest::DigestError
      OpenSSL::Cipher::CipherError
      OpenSSL::PKey::PKeyError
        OpenSSL::PKey::RSAError
        OpenSSL::PKey::ECError
        OpenSSL::PKey::DSAError
      OpenSSL::SSL::SSLError
      OpenSSL::X509::CertificateError
      OpenSSL::PKCS12::PKCS12Error
    Psych::Exception
      Psych::BadAlias
      Psych::DisallowedClass
      Psych::SyntaxError
    JWT::EncodeError
    JWT::DecodeError
      JWT::VerificationError
      JWT::ExpiredSignature
      JWT::IncorrectAlgorithm
      JWT::ImmatureSignature
      JWT::InvalidIssuerError
      JWT::InvalidIatError
      JWT::InvalidAudError
      JWT::InvalidSubError
      JWT::InvalidJtiError
      JWT::InvalidPayload
    Net::HTTP::DigestAuth::Error
    Net::ProtocolError
    TZInfo::InvalidTimezoneIdentifier
    Nokogiri::SyntaxError
      Nokogiri::XML::SyntaxError
    Aws::Errors::ServiceError
    Aws::Errors::MissingRegionError
    Aws::Sigv4::Errors::MissingCredentialsError
    Aws::Sigv4::Errors::MissingRegionError
    RestClient::Exception
      RestClient::ExceptionWithResponse
        RestClient::RequestFailed
      RestClient::ServerBrokeConnection
      RestClient::SSLCertificateNotVerified
    Workato::Connector::Sdk::NotImplementedError
    Workato::Connector::Sdk::Error
      Workato::Connector::Sdk::DetectOnUnauthorizedRequestError
      Workato::Connector::Sdk::JSONParsingError
      Workato::Connector::Sdk::RuntimeError
        Workato::Connector::Sdk::RequestError
          Workato::Connector::Sdk::RequestTimeoutError
          Workato::Connector::Sdk::RequestFailedError
          Workato::Connector::Sdk::RequestTLSCertificateFormatError
          Workato::Connector::Sdk::RequestPayloadFormatError
            Workato::Connector::Sdk::JSONRequestFormatError
            Workato::Connector::Sdk::JSONResponseFormatError
            Workato::Connector::Sdk::XMLRequestFormatError
            Workato::Connector::Sdk::XMLResponseFormatError
            Workato::Connector::Sdk::WWWFormURLEncodedRequestFormatError
            Workato::Connector::Sdk::MultipartFormRequestFormatError
            Workato::Connector::Sdk::RAWResponseFormatError
        Workato::Connector::Sdk::MissingRequiredInput
        Workato::Connector::Sdk::UndefinedStdLibMethodError
      Workato::Connector::Sdk::ArgumentError
        Workato::Connector::Sdk::ArgumentEncodingError
      Workato::Connector::Sdk::InvalidURIError
      Workato::Connector::Sdk::InvalidOutputError
        Workato::Connector::Sdk::InvalidTriggerPollOutputError
      Workato::Connector::Sdk::InvalidDefinitionError
        Workato::Connector::Sdk::UnexpectedMethodDefinitionError
        Workato::Connector::Sdk::UndefinedMethodError
        Workato::Connector::Sdk::InvalidSchemaError
        Workato::Connector::Sdk::InvalidMultiAuthDefinition
          Workato::Connector::Sdk::UnresolvedMultiAuthOptionError
        Workato::Connector::Sdk::UnresolvedObjectDefinitionError
        Workato::Connector::Sdk::CircleReferenceObjectDefinitionError
"""


def _plant(tree: str) -> None:
    above: list[tuple[int, RClass]] = []
    for line in tree.strip().splitlines():
        name = line.strip()
        depth = len(line) - len(line.lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        above.append((depth, define(name, above[-1][1] if above else None)))


# rest-client has a class for every status it knows, all of one parent.
_STATUSES = """
    Continue SwitchingProtocols Processing OK Created Accepted NonAuthoritativeInformation NoContent ResetContent
    PartialContent MultiStatus AlreadyReported IMUsed MultipleChoices MovedPermanently Found SeeOther NotModified
    UseProxy SwitchProxy TemporaryRedirect PermanentRedirect BadRequest Unauthorized PaymentRequired Forbidden NotFound
    MethodNotAllowed NotAcceptable ProxyAuthenticationRequired RequestTimeout Conflict Gone LengthRequired
    PreconditionFailed PayloadTooLarge URITooLong UnsupportedMediaType RangeNotSatisfiable ExpectationFailed ImATeapot
    TooManyConnectionsFromThisIP UnprocessableEntity Locked FailedDependency UnorderedCollection UpgradeRequired
    PreconditionRequired TooManyRequests RequestHeaderFieldsTooLarge RetryWith BlockedByWindowsParentalControls
    InternalServerError NotImplemented BadGateway ServiceUnavailable GatewayTimeout HTTPVersionNotSupported
    VariantAlsoNegotiates InsufficientStorage LoopDetected BandwidthLimitExceeded NotExtended
    NetworkAuthenticationRequired
"""
_NAMESPACE_CLASSES = ("CSV", "Digest", "Net::HTTP", "OpenSSL::Digest", "OpenSSL::Cipher", "ActiveSupport::Duration")
for _name in _NAMESPACE_CLASSES:
    if _name not in ("Digest",):
        define(_name)
_plant(_TREE)
for _name in _STATUSES.split():
    define(f"RestClient::{_name}", lookup("RestClient::RequestFailed"))
define("RestClient::Exceptions::Timeout", lookup("RestClient::RequestTimeout"))
for _name in ("OpenTimeout", "ReadTimeout"):
    define(f"RestClient::Exceptions::{_name}", lookup("RestClient::Exceptions::Timeout"))
classes.OBJECT.constants["IOError"] = define("IOError")
define("Timeout::Error").name = "Timeout::Error"
for _alias, _target in {
    "RestClient::ResourceNotFound": "RestClient::NotFound",
    "RestClient::RequestEntityTooLarge": "RestClient::PayloadTooLarge",
    "RestClient::RequestedRangeNotSatisfiable": "RestClient::RangeNotSatisfiable",
    "RestClient::RequestURITooLong": "RestClient::URITooLong",
    "Fixnum": "Integer",
    "Bignum": "Integer",
}.items():
    _space, _, _short = _alias.rpartition("::")
    _module = lookup(_space or "Object")
    assert _module is not None
    _module.constants[_short] = define(_target)

STANDARD_ERROR = define("StandardError")


class EvaluationError(UserError):
    """Base of all that ends the run of a lambda. ``line`` counts from 1, ``pointer`` is the slot that ran."""

    ruby_class_name = "Designer::Error"

    def __init__(self, message: str, hint: str = "", *, line: int | None = None, pointer: str | None = None) -> None:
        super().__init__(message, hint)
        self.line = line
        self.pointer = pointer


class RubyError(EvaluationError):
    """A Ruby exception on its way; ``exception`` is the Ruby object, which ``rescue`` can catch.

    ``RubyError.of("ArgumentError", "why")`` makes one by class name; keywords become its readers (``code:``).
    """

    def __init__(self, exception: RException) -> None:
        super().__init__(message_text(exception))
        self.exception = exception

    @classmethod
    def of(cls, class_name: str | RClass, message: Value = None, /, **attributes: Value) -> RubyError:
        ruby_class = class_name if isinstance(class_name, RClass) else define(class_name, STANDARD_ERROR)
        if isinstance(message, str):
            message = RString(message)
        return cls(RException(ruby_class, message, **attributes))

    @property
    def ruby_class_name(self) -> str:  # type: ignore[override]
        return self.exception.cls.name


class CannotEvaluate(EvaluationError):
    """Something this evaluator does not run; ``name`` is the method or construct. Ruby code cannot rescue it."""

    ruby_class_name = "Designer::CannotEvaluate"

    def __init__(self, name: str, line: int | None = None, pointer: str | None = None, hint: str = "") -> None:
        where = f", line {line}" if line else ""
        super().__init__(f"cannot evaluate {name}{where}", hint, line=line, pointer=pointer)
        self.name = name

    def at(self, line: int, pointer: str | None) -> CannotEvaluate:
        """The same, located; itself where it already has a line."""
        return self if self.line else CannotEvaluate(self.name, line or None, self.pointer or pointer, self.hint)


class LimitExceeded(EvaluationError):
    """The code ran too long or made too much. Ruby code cannot rescue it."""

    ruby_class_name = "Designer::Limit"


class SyntaxFault(EvaluationError):
    """The part to run does not parse."""

    ruby_class_name = "Designer::SyntaxError"


class Cancelled(EvaluationError):
    """The person stopped the run."""

    ruby_class_name = "Designer::Cancelled"


def message_text(exception: RException) -> str:
    """``exception.message`` as far as it needs no Ruby code: a message that is no string shows its class."""
    message = exception.message
    if message is None:
        return exception.cls.name
    return message.text if isinstance(message, RString) else str(message)


def error_json(error: EvaluationError) -> dict[str, Any]:
    """``{"class", "message", "line"?, "name"?}`` for reports; the SDK adds what it knows of requests."""
    report: dict[str, Any] = {"class": error.ruby_class_name, "message": error.message}
    if error.line:
        report["line"] = error.line
    if isinstance(error, CannotEvaluate):
        report["name"] = error.name
    return report


def argument_error(message: str) -> RubyError:
    return RubyError.of(ARGUMENT_ERROR, message)


def type_error(message: str) -> RubyError:
    return RubyError.of(TYPE_ERROR, message)


def wrong_arguments(given: int, minimum: int, maximum: int | None) -> RubyError:
    """``wrong number of arguments (given 1, expected 2..3)``."""
    if maximum is None:
        expected = f"{minimum}+"
    elif maximum == minimum:
        expected = str(minimum)
    else:
        expected = f"{minimum}..{maximum}"
    return argument_error(f"wrong number of arguments (given {given}, expected {expected})")


def missing_keywords(names: list[str]) -> RubyError:
    listed = ", ".join(f":{n}" for n in names)
    return argument_error(f"missing keyword{'s' if len(names) > 1 else ''}: {listed}")


def unknown_keywords(names: list[str]) -> RubyError:
    return argument_error(f"unknown keyword{'s' if len(names) > 1 else ''}: {', '.join(names)}")


ARGUMENT_ERROR = define("ArgumentError")
TYPE_ERROR = define("TypeError")
NAME_ERROR = define("NameError")
NO_METHOD_ERROR = define("NoMethodError")
RUNTIME_ERROR = define("RuntimeError")
FROZEN_ERROR = define("FrozenError")
KEY_ERROR = define("KeyError")
INDEX_ERROR = define("IndexError")
RANGE_ERROR = define("RangeError")
ZERO_DIVISION_ERROR = define("ZeroDivisionError")
SYSTEM_STACK_ERROR = define("SystemStackError")
STOP_ITERATION = define("StopIteration")
ENCODING_COMPATIBILITY_ERROR = define("Encoding::CompatibilityError")
SDK_ARGUMENT_ERROR = define("Workato::Connector::Sdk::ArgumentError")
