"""Frames and values: all that crosses the border between the trusted process and a worker.

    trusted                                   worker
      |-- {"op": "call", "name": ..., "nonce": N} -->|  4 bytes of length (big endian), then JSON
      |<------- {"ok": VALUE, "nonce": N} -----------|  or {"raised": ERROR}, or {"unsendable": why}

An answer repeats the nonce of its question: what was written to the channel before the question came is none.
JSON has no tuples, sets, bytes, large integers or exceptions, and a verdict may turn on them, so VALUE tags them: an object with one
key names the kind. What has no plain form (a generator, a lock) arrives as `Other`, by the name of its type alone.
Nothing is ever unpickled. Every cap is checked by the side that reads: a frame that breaks one is a `BadFrame`, whoever sent it.
"""

import base64
import dataclasses
import json
import math
import socket
import struct
from collections.abc import Callable
from typing import Any

MAX_FRAME = 8 << 20
"""Bytes in one frame."""
MAX_PARTS = 50_000
"""Values in one frame, containers included."""
MAX_MEMBERS = 2_000
"""Members of a set and keys of a dict: integers can be chosen that all hash alike, and then each costs as much as all before it."""
MAX_DEPTH = 30
MAX_INT_BITS = 14_000
"""Below the 4,300 digits that Python prints of an integer."""
MAX_TEXT = 4_000
"""Characters kept of an exception's text."""


class WireError(Exception):
    """The tree of what can go wrong here: `BadFrame`, `Closed`, `Unsendable`."""


class BadFrame(WireError):
    """What arrived is not a frame, or is beyond a cap."""


class Closed(WireError):
    """The other side is gone."""


class Unsendable(WireError):
    """A value is too large or too deep to be sent."""


@dataclasses.dataclass(frozen=True)
class ErrorValue:
    """An exception, as data."""

    type: str
    bases: tuple[str, ...] = ()
    """Names of its classes, its own first, without `object`."""
    args: tuple[Any, ...] = ()
    text: str = ""
    frames: tuple[tuple[int, str], ...] = ()
    """(line, function) of each frame in the learner's file, outermost first."""
    errors: tuple["ErrorValue", ...] = ()
    """The members of an exception group."""

    def is_a(self, *names: str) -> bool:
        """Whether one of its classes has one of these names."""
        return any(name in self.bases for name in names)

    def is_pickles_refusal(self) -> bool:
        """Whether something could not be pickled, in the words of any CPython: 3.13.0 "can't get" a local object."""
        return self.type == "PicklingError" or "pickle" in self.text or self.text.startswith("Can't get local object")


@dataclasses.dataclass(frozen=True)
class Record:
    """An instance of a dataclass: the name of its class, and its fields."""

    type: str
    fields: tuple[tuple[str, Any], ...]

    def __getitem__(self, name: str) -> Any:
        return dict(self.fields)[name]

    def get(self, name: str) -> Any:
        return dict(self.fields).get(name)


@dataclasses.dataclass(frozen=True)
class Other:
    """A value with no plain form: only the name of its type crosses."""

    type: str


@dataclasses.dataclass(frozen=True)
class Name:
    """Trusted to worker only: "the attribute of this name in that module" (`probes` or the learner's)."""

    module: str
    name: str


@dataclasses.dataclass(frozen=True)
class Stream:
    """Trusted to worker only: a generator over these values, to be consumed once."""

    values: tuple[Any, ...]


# -- values ----------------------------------------------------------------------------------------------------------------------------


class _Budget:
    def __init__(self, refuse: type[WireError]) -> None:
        self.left = MAX_PARTS
        self.refuse = refuse

    def spend(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise self.refuse(f"more than {MAX_PARTS:,} values")
        if depth > MAX_DEPTH:
            raise self.refuse(f"nested more than {MAX_DEPTH} deep")


def encode(value: object) -> Any:
    """`value` as JSON-able data. Subclasses of plain types travel as the plain type. Raises `Unsendable`, and nothing else."""
    try:
        return _encode(value, 0, _Budget(Unsendable))
    except Unsendable:
        raise
    except Exception as error:  # a getter, or a method of a subclass, that raises: the learner's own, and no reason to die
        raise Unsendable(f"looking at it raised {_name(type(error))}") from None


def _name(kind: type) -> str:
    """The name of a class, whatever its metaclass says."""
    return str(type.__dict__["__name__"].__get__(kind))[:200]


def _encode(value: Any, depth: int, budget: _Budget) -> Any:
    budget.spend(depth)
    kind = type(value)  # never isinstance or __class__: both can be made to lie

    def inner(values: Any) -> list[Any]:
        return [_encode(item, depth + 1, budget) for item in values]

    if value is None or kind is bool:
        return value
    if issubclass(kind, int):
        number = int.__int__(value)
        if number.bit_length() > MAX_INT_BITS:
            raise Unsendable("an integer of more than 4,200 digits")
        return number if number.bit_length() < 64 else {"int": hex(number)}
    if issubclass(kind, float):
        real = float.__float__(value)
        return real if math.isfinite(real) else {"float": repr(real)}
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, (bytes, bytearray)):
        return {"bytes": base64.b64encode(value).decode()}
    if issubclass(kind, list):
        return inner(list.__iter__(value))
    if issubclass(kind, tuple):
        return {"tuple": inner(tuple.__iter__(value))}
    if issubclass(kind, (set, frozenset, dict)) and len(value) > MAX_MEMBERS:
        raise Unsendable(f"more than {MAX_MEMBERS:,} members")
    if issubclass(kind, set):
        return {"set": inner(set.__iter__(value))}
    if issubclass(kind, frozenset):
        return {"set": inner(frozenset.__iter__(value))}
    if issubclass(kind, dict):
        return {"dict": inner(dict.items(value))}
    if kind is Name:
        return {"name": [value.module, value.name]}
    if issubclass(kind, BaseException):
        return {"error": _encode_error(value, depth, budget)}
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
        return {"record": [_name(kind), [[name, _encode(getattr(value, name, None), depth + 1, budget)] for name in names]]}
    return {"other": _name(kind)}


def _encode_error(error: BaseException, depth: int, budget: _Budget) -> dict[str, Any]:
    budget.spend(depth)
    kind = type(error)
    try:
        text = str.__str__(str(error))[:MAX_TEXT]
    except BaseException as nested:  # a hostile __str__ may raise anything, and must cost nothing
        text = f"(its __str__ raised {_name(type(nested))})"
    # The descriptors of the base classes: a subclass may have put properties of its own in their place.
    try:
        args = [_encode(arg, depth + 1, budget) for arg in BaseException.__dict__["args"].__get__(error)[:20]]
    except Unsendable:
        args = []
    group = BaseExceptionGroup.__dict__["exceptions"].__get__(error)[:100] if issubclass(kind, BaseExceptionGroup) else ()
    return {
        "type": _name(kind),
        "bases": [_name(base) for base in type.__dict__["__mro__"].__get__(kind)[:20] if base is not object],
        "args": args,
        "text": text,
        "errors": [_encode_error(member, depth + 1, budget) for member in group],
    }


def encode_request(value: Any) -> Any:
    """As `encode`, and `Name` and `Stream` too: for the arguments of a call, trusted to worker."""
    if type(value) is Name:
        return {"name": [value.module, value.name]}
    if type(value) is Stream:
        return {"stream": [encode(item) for item in value.values]}
    return encode(value)


def decode(data: Any, resolve: Callable[[str, str], Any] | None = None) -> Any:
    """The value that `data` stands for. Raises `BadFrame` for anything that `encode` does not write.

    `resolve(module, name)` turns a `Name` into the object: given on the worker's side only.
    """
    return _decode(data, 0, _Budget(BadFrame), resolve)


def _decode(data: Any, depth: int, budget: _Budget, resolve: Callable[[str, str], Any] | None) -> Any:
    budget.spend(depth)

    def inner(values: Any) -> list[Any]:
        if type(values) is not list:
            raise BadFrame("not a list of values")
        return [_decode(item, depth + 1, budget, resolve) for item in values]

    if data is None or type(data) in (bool, int, float, str):
        return data
    if type(data) is list:
        return inner(data)
    if type(data) is not dict or len(data) != 1:
        raise BadFrame("not a value")
    ((tag, body),) = data.items()
    try:
        match tag:
            case "int" if len(body) <= MAX_INT_BITS // 4 + 3:
                return int(body, 16)
            case "float" if body in ("nan", "inf", "-inf"):
                return float(body)
            case "bytes":
                return base64.b64decode(body, validate=True)
            case "tuple":
                return tuple(inner(body))
            case "set" if len(body) <= MAX_MEMBERS:
                return frozenset(map(_hashable, inner(body)))
            case "dict" if len(body) <= MAX_MEMBERS:
                return {_hashable(key): item for key, item in inner(body)}
            case "error":
                return _decode_error(body, depth, budget)
            case "record":
                name, fields = body
                return Record(_text(name), tuple((_text(key), inner([item])[0]) for key, item in fields))
            case "other":
                return Other(_text(body))
            case "name" if resolve:
                return resolve(*body)
            case "stream" if resolve:
                return (item for item in inner(body))
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise BadFrame(f"a malformed {tag}") from error
    raise BadFrame("not a value")


def _hashable(value: Any) -> Any:
    """A key or a member as it was sent; one that hashed over there and does not here (it holds a list) becomes an `Other`."""
    try:
        hash(value)
    except TypeError:
        return Other(value.type if isinstance(value, ErrorValue) else type(value).__name__)
    return value


def _decode_error(body: Any, depth: int, budget: _Budget) -> ErrorValue:
    budget.spend(depth)
    return ErrorValue(
        type=_text(body["type"]),
        bases=tuple(_text(name) for name in body["bases"]),
        args=tuple(_decode(arg, depth + 1, budget, None) for arg in body["args"]),
        text=_text(body["text"]),
        frames=tuple((int(line), _text(function)) for line, function in body.get("frames", ())),
        errors=tuple(_decode_error(member, depth + 1, budget) for member in body["errors"]),
    )


def _text(value: Any) -> str:
    if type(value) is not str or len(value) > MAX_TEXT:
        raise BadFrame("not a short text")
    return value


# -- frames ----------------------------------------------------------------------------------------------------------------------------


def pack(message: dict[str, Any]) -> bytes:
    """One frame. Raises `Unsendable` when it would be too large."""
    body = json.dumps(message, allow_nan=False).encode()
    if len(body) > MAX_FRAME:
        raise Unsendable(f"larger than {MAX_FRAME >> 20} MiB")
    return struct.pack("!I", len(body)) + body


class Frames:
    """Cuts a byte stream into frames. Feed it what arrives; it yields each message that is whole."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The messages that `data` completes. Raises `BadFrame`."""
        self._data += data
        messages = []
        while len(self._data) >= 4:
            (size,) = struct.unpack_from("!I", self._data)
            if size > MAX_FRAME:
                raise BadFrame("a frame too large")
            if len(self._data) < 4 + size:
                break
            messages.append(_parse(bytes(self._data[4 : 4 + size])))
            del self._data[: 4 + size]
        return messages


def _parse(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadFrame("not JSON") from error
    if type(message) is not dict:
        raise BadFrame("not an object")
    return message


def read_frame(sock: socket.socket) -> dict[str, Any]:
    """The next message of a blocking socket. Raises `Closed` or `BadFrame`."""
    (size,) = struct.unpack("!I", _read(sock, 4))
    if size > MAX_FRAME:
        raise BadFrame("a frame too large")
    return _parse(_read(sock, size))


def _read(sock: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        try:
            part = sock.recv(count - len(data))
        except ConnectionError as error:
            raise Closed("connection lost") from error
        if not part:
            raise Closed("end of stream")
        data += part
    return bytes(data)
