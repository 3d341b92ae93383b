"""Content codings of a reply taken off again (RFC 9110 §8.4), a bounded piece at a time.

A library hands over all that a piece of the wire unpacks to: 64 kB may become 64 MB, and where a coding was applied
twice, gigabytes. Here no piece is larger than ``PIECE``, so that whoever reads can stop at any limit.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

__all__ = ["PIECE", "DecodingError", "decoded"]

PIECE = 256 * 1024
"""Bytes."""


class DecodingError(ValueError):
    """The body is not what Content-Encoding says."""


def decoded(chunks: Iterable[bytes], encodings: Iterable[str]) -> Iterator[bytes]:
    """``chunks`` without ``encodings``, which are named in the order in which they were applied. Unknown ones stay."""
    for encoding in reversed([one.strip().lower() for one in encodings]):
        if encoding in ("gzip", "x-gzip"):
            chunks = _inflated(chunks, zlib.MAX_WBITS | 16)
        elif encoding == "deflate":
            chunks = _deflated(chunks)
    yield from chunks


def _inflated(chunks: Iterable[bytes], window: int) -> Iterator[bytes]:
    machine = zlib.decompressobj(window)
    try:
        for chunk in chunks:
            yield from _pieces(machine, chunk)
        if rest := machine.flush(PIECE):
            yield rest
    except zlib.error as error:
        raise DecodingError(str(error)) from error


def _deflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What is called deflate is zlib's format, but some servers leave its envelope out."""
    source = iter(chunks)
    beginning = b""
    for chunk in source:
        beginning += chunk
        if len(beginning) >= 2:
            break
    enveloped = len(beginning) >= 2 and beginning[0] & 0x0F == 8 and (beginning[0] << 8 | beginning[1]) % 31 == 0
    return _inflated(_with(beginning, source), zlib.MAX_WBITS if enveloped else -zlib.MAX_WBITS)


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _pieces(machine: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    while chunk and not machine.eof:
        if piece := machine.decompress(chunk, PIECE):
            yield piece
        chunk = machine.unconsumed_tail
