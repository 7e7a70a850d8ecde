"""grader/sandbox/wire.py: what crosses comes back equal, and what is hostile or too large is refused by name."""

import dataclasses
import json
import math
import pickle
import socket
import struct
import threading
from collections import OrderedDict, namedtuple
from collections.abc import Callable, Iterator
from enum import IntEnum
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.sandbox import wire
from grader.sandbox.wire import (
    BadFrame,
    Closed,
    ErrorValue,
    Frames,
    Name,
    Other,
    Record,
    Stream,
    Unsendable,
    decode,
    encode,
    encode_request,
    pack,
    read_frame,
)


def across(value: object) -> Any:
    """`value` after the whole way: encoded, framed, cut out of a stream, decoded."""
    (message,) = Frames().feed(pack({"ok": encode(value)}))
    return decode(message["ok"])


def frame(body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + body


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(1 << 200), max_value=1 << 200)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec=None), max_size=30)
    | st.binary(max_size=30)
)
hashables = st.recursive(scalars, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=5)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(hashables, inner, max_size=4)
        | st.frozensets(hashables, max_size=4)
    ),
    max_leaves=20,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["int", "float", "bytes", "tuple", "set", "dict", "error", "record", "other", "name", "stream"]),
            inner,
            min_size=1,
            max_size=1,
        )
        | st.fixed_dictionaries(
            {"error": st.fixed_dictionaries(dict.fromkeys(("type", "bases", "args", "text", "frames", "errors"), inner))}
        )
    ),
    max_leaves=12,
)


# -- values that come back -------------------------------------------------------------------------------------------------------------


@given(values)
def test_every_plain_value_comes_back_equal(value: object) -> None:
    assert across(value) == value


@given(values)
def test_every_plain_value_comes_back_of_the_same_type(value: object) -> None:
    assert type(across(value)) is type(value)


@pytest.mark.parametrize("value", [True, 1, 1.0, 0, False, 0.0], ids=repr)
def test_true_one_and_one_point_oh_stay_apart(value: object) -> None:
    assert type(across(value)) is type(value)


def test_minus_zero_keeps_its_sign() -> None:
    assert math.copysign(1, across(-0.0)) == -1


def test_a_tuple_stays_a_tuple_at_any_depth() -> None:
    assert across([(1, (2,)), {"pair": (3, 4)}]) == [(1, (2,)), {"pair": (3, 4)}]


def test_a_set_arrives_as_a_frozenset() -> None:
    found = across({1, 2, (3, 4)})
    assert found == {1, 2, (3, 4)}
    assert type(found) is frozenset


def test_a_bytearray_arrives_as_bytes() -> None:
    found = across(bytearray(b"\x00\xff"))
    assert found == b"\x00\xff"
    assert type(found) is bytes


def test_a_dict_keeps_its_order_and_the_types_of_its_keys() -> None:
    value = {2: "int", "2": "str", (1, 2): "tuple", b"2": "bytes", None: "none"}
    assert list(across(value).items()) == list(value.items())


@pytest.mark.parametrize("bits", [63, 64, 65, 1000, wire.MAX_INT_BITS - 1])
def test_a_large_int_arrives_exactly(bits: int) -> None:
    assert across([1 << bits, -(1 << bits)]) == [1 << bits, -(1 << bits)]


def test_an_int_beyond_the_cap_is_unsendable() -> None:
    with pytest.raises(Unsendable, match="digits"):
        encode(1 << wire.MAX_INT_BITS)


def test_nan_arrives_as_nan() -> None:
    assert math.isnan(across(math.nan))


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_an_infinity_arrives(value: float) -> None:
    assert across(value) == value


def test_text_with_lone_surrogates_and_nulls_arrives() -> None:
    assert across("\ud800\x00\u2028") == "\ud800\x00\u2028"


Pair = namedtuple("Pair", "left right")  # noqa: PYI024 # the untyped kind is the one that learners write


class Colour(IntEnum):
    RED = 3


class Shout(str):
    __slots__ = ()

    def __str__(self) -> str:
        return self.upper()


class Half(float):
    def __float__(self) -> float:
        return 0.5


class Liar(list[int]):
    def __iter__(self) -> Iterator[int]:
        return iter([9, 9, 9])


class LyingTuple(tuple[int, ...]):
    __slots__ = ()

    def __iter__(self) -> Iterator[int]:
        return iter([9, 9, 9])


class LyingSet(set[int]):
    def __iter__(self) -> Iterator[int]:
        return iter([9, 9, 9])


class LyingFrozenset(frozenset[int]):
    def __iter__(self) -> Iterator[int]:
        return iter([9, 9, 9])


class LyingDict(dict[str, int]):
    def items(self) -> Any:
        return [("lie", 9)]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Pair(1, 2), (1, 2)),
        (Colour.RED, 3),
        (OrderedDict(a=1), {"a": 1}),
        (Shout("quiet"), "quiet"),
        (Half(2.0), 2.0),
        (Liar([1, 2]), [1, 2]),
        (LyingTuple((1, 2)), (1, 2)),
        (LyingSet({1, 2}), frozenset({1, 2})),
        (LyingFrozenset({1, 2}), frozenset({1, 2})),
        (LyingDict(a=1), {"a": 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_subclass_travels_as_the_plain_type_whatever_its_methods_say(value: object, plain: object) -> None:
    found = across(value)
    assert found == plain
    assert type(found) is type(plain)


class Disguised:
    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return int


class RaisingClass:
    @property  # type: ignore[misc]
    def __class__(self) -> type:
        raise RuntimeError("mine")


@pytest.mark.parametrize("kind", [Disguised, RaisingClass])
def test_a_lying_class_attribute_is_not_believed(kind: type) -> None:
    assert across(kind()) == Other(kind.__name__)


@pytest.mark.parametrize(
    ("value", "name"),
    [(threading.Lock(), "lock"), ((letter for letter in "ab"), "generator"), (object(), "object"), (len, "builtin_function_or_method")],
    ids=["lock", "generator", "object", "function"],
)
def test_a_value_without_plain_form_arrives_as_the_name_of_its_type(value: object, name: str) -> None:
    assert across([value]) == [Other(name)]


def test_a_type_is_no_instance_of_itself() -> None:
    assert across(int) == Other("type")


# -- dataclasses -----------------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Account:
    owner: str
    balance: Any = 0


@dataclasses.dataclass(slots=True)
class Slotted:
    value: int


class RaisingField(Account):
    def __getattribute__(self, name: str) -> Any:
        raise OSError("mine")


def test_a_dataclass_arrives_as_a_record_with_its_fields() -> None:
    found = across(Account("Ann", (1, 2)))
    assert found == Record("Account", (("owner", "Ann"), ("balance", (1, 2))))
    assert found["owner"] == "Ann"
    assert found.get("balance") == (1, 2)
    assert found.get("colour") is None
    with pytest.raises(KeyError):
        found["colour"]


def test_a_field_that_is_not_set_arrives_as_none() -> None:
    assert across(object.__new__(Slotted)) == Record("Slotted", (("value", None),))


def test_a_dataclass_itself_is_not_taken_for_an_instance() -> None:
    assert across(Account) == Other("type")


def test_a_field_that_raises_does_not_escape_as_the_learners_exception() -> None:
    """Else the learner is told that their function raised what it never raised."""
    try:
        found = across(RaisingField("Ann"))
    except Unsendable:
        return
    assert found == Record("RaisingField", (("owner", None), ("balance", None)))


@pytest.mark.parametrize(
    "value",
    [{ValueError(["a", "b"])}, {ExceptionGroup("two", [ValueError(1)]): "url"}],
    ids=["set of exceptions", "dict by exception group"],
)
def test_what_encode_accepts_decode_accepts_too_when_a_key_was_hashed_by_identity(value: object) -> None:
    """A `BadFrame` here would tell an honest learner that "something wrote to the grader's own connection"."""
    assert len(across(value)) == 1


def test_what_encode_accepts_decode_accepts_too_when_a_name_is_long() -> None:
    across(type("A" * (wire.MAX_TEXT + 1), (), {})())


# -- exceptions ------------------------------------------------------------------------------------------------------------------------


def test_an_exception_arrives_with_its_type_bases_arguments_and_text() -> None:
    assert across(FileNotFoundError(2, "gone")) == ErrorValue(
        type="FileNotFoundError",
        bases=("FileNotFoundError", "OSError", "Exception", "BaseException"),
        args=(2, "gone"),
        text="[Errno 2] gone",
    )


@pytest.mark.parametrize(
    "error",
    [
        pickle.PicklingError("Can't pickle local object <function f.<locals>.g at 0x7f>"),
        AttributeError("Can't pickle local object 'f.<locals>.g'"),
        AttributeError("Can't get local object 'f.<locals>.g'"),
        TypeError("cannot pickle '_thread.lock' object"),
    ],
    ids=["3.14", "3.12", "3.13.0", "a lock"],
)
def test_pickles_refusal_is_known_by_the_words_of_every_version(error: Exception) -> None:
    assert across(error).is_pickles_refusal()


def test_other_exceptions_are_no_refusal_of_pickle() -> None:
    assert not across(AttributeError("'NoneType' object has no attribute 'get'")).is_pickles_refusal()
    with pytest.raises((AttributeError, pickle.PicklingError)) as here:
        pickle.dumps(lambda: None)
    assert across(here.value).is_pickles_refusal()


def test_is_a_goes_by_any_base_and_not_by_object() -> None:
    error = across(KeyError("x"))
    assert error.is_a("LookupError")
    assert error.is_a("OSError", "KeyError")
    assert not error.is_a("OSError", "object")
    assert not error.is_a()


def test_base_exceptions_are_values_too() -> None:
    assert across([KeyboardInterrupt(), SystemExit(3)])[1].args == (3,)


def test_an_exception_group_arrives_with_its_members() -> None:
    group = ExceptionGroup("two", [ValueError(1), ExceptionGroup("inner", [KeyError("k")])])
    found = across(group)
    assert found.type == "ExceptionGroup"
    assert [error.type for error in found.errors] == ["ValueError", "ExceptionGroup"]
    assert found.errors[1].errors[0].args == ("k",)


def test_only_the_first_hundred_members_of_a_group_are_kept() -> None:
    assert len(across(ExceptionGroup("many", [ValueError(number) for number in range(300)])).errors) == 100


def test_a_long_text_is_cut() -> None:
    assert across(ValueError("x" * 10_000)).text == "x" * wire.MAX_TEXT


def test_arguments_beyond_a_cap_are_left_out_and_the_exception_still_arrives() -> None:
    found = across(ValueError(list(range(wire.MAX_PARTS + 1))))
    assert (found.type, found.args) == ("ValueError", ())


def test_an_exception_that_holds_itself_arrives() -> None:
    error = ValueError("round")
    error.args = ("round", error)
    found = across(error)
    assert found.type == "ValueError"
    assert found.args[0] == "round"


def test_an_exception_that_holds_itself_twice_costs_no_more_than_the_budget() -> None:
    error = ValueError()
    error.args = (error, error, error)
    assert across(error).type == "ValueError"


class RaisingStr(Exception):
    def __str__(self) -> str:
        raise KeyboardInterrupt


class NotAStr(Exception):
    def __str__(self) -> str:
        return 5  # type: ignore[return-value] # noqa: PLE0307 # the point of it


class SlicedOddly(str):
    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return threading.Lock()


class OddStr(Exception):
    def __str__(self) -> str:
        return SlicedOddly("mine")


class RaisingArgs(Exception):
    @property
    def args(self) -> Any:  # type: ignore[override]
        raise OSError("mine")


class ArgsByName(Exception):
    args = {"code": 1}  # type: ignore[assignment] # noqa: RUF012


class RaisingMembers(ExceptionGroup[Exception]):
    @property
    def exceptions(self) -> Any:
        raise OSError("mine")


class NoNameMeta(type):
    def __getattribute__(cls, name: str) -> Any:
        if name in ("__name__", "__mro__", "__dataclass_fields__"):
            raise OSError("mine")
        return super().__getattribute__(name)


class NoName(metaclass=NoNameMeta):
    pass


class OddNameMeta(type):
    __name__ = 5  # type: ignore[assignment]


class OddName(metaclass=OddNameMeta):
    pass


@pytest.mark.parametrize(("kind", "nested"), [(RaisingStr, "KeyboardInterrupt"), (NotAStr, "TypeError")])
def test_a_str_method_that_raises_is_said_and_harms_nothing(kind: Callable[[], Exception], nested: str) -> None:
    assert across(kind()).text == f"(its __str__ raised {nested})"


@pytest.mark.parametrize(
    "make",
    [OddStr, RaisingArgs, ArgsByName, lambda: RaisingMembers("m", [ValueError()]), NoName, OddName],
    ids=["str of another kind", "args that raise", "args that are a dict", "members that raise", "no name", "odd name"],
)
def test_a_hostile_object_is_sent_as_something_or_is_unsendable(make: Callable[[], object]) -> None:
    try:
        found = across(make())
    except Unsendable:
        return
    assert isinstance(found, ErrorValue | Other)


# -- caps ------------------------------------------------------------------------------------------------------------------------------


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_a_cyclic_value_is_unsendable() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(Unsendable, match="deep"):
        encode(cycle)


def test_a_cycle_that_branches_is_unsendable_at_once() -> None:
    cycle: dict[str, Any] = {}
    cycle |= {"left": cycle, "right": cycle}
    with pytest.raises(Unsendable):
        encode(cycle)


def test_the_deepest_value_that_is_sent_arrives() -> None:
    assert across(nested(wire.MAX_DEPTH)) == nested(wire.MAX_DEPTH)


def test_a_deeper_value_is_unsendable() -> None:
    with pytest.raises(Unsendable, match="30 deep"):
        encode(nested(wire.MAX_DEPTH + 1))


def test_the_widest_value_that_is_sent_arrives() -> None:
    value = [0] * (wire.MAX_PARTS - 1)
    assert across(value) == value


def test_a_wider_value_is_unsendable() -> None:
    with pytest.raises(Unsendable, match="50,000 values"):
        encode([0] * wire.MAX_PARTS)


def test_a_set_that_iterates_without_end_is_not_followed_for_ever() -> None:
    class Endless(set[int]):
        def __iter__(self) -> Iterator[int]:
            while True:
                yield 0

    try:
        assert across(Endless({1})) == {1}
    except Unsendable:
        pass


def test_a_large_text_is_unsendable_as_a_frame() -> None:
    with pytest.raises(Unsendable, match="8 MiB"):
        pack({"ok": "x" * wire.MAX_FRAME})


def test_the_reader_refuses_a_value_that_is_too_deep() -> None:
    with pytest.raises(BadFrame, match="deep"):
        decode(nested(wire.MAX_DEPTH + 1))


def test_the_reader_refuses_a_value_that_is_too_wide() -> None:
    with pytest.raises(BadFrame, match="values"):
        decode([0] * wire.MAX_PARTS)


def test_the_reader_refuses_an_int_that_the_writer_would_not_send() -> None:
    with pytest.raises(BadFrame):
        decode({"int": hex(1 << 2 * wire.MAX_INT_BITS)})


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"int": "0x1", "float": "nan"},
        {"int": "ten"},
        {"int": None},
        {"int": 5},
        {"float": "1.0"},
        {"float": 1.0},
        {"bytes": "*"},
        {"bytes": 5},
        {"tuple": "ab"},
        {"dict": [[1, 2, 3]]},
        {"dict": [5]},
        {"record": ["A"]},
        {"record": ["A", 5]},
        {"record": [5, []]},
        {"record": None},
        {"other": 5},
        {"other": "x" * (wire.MAX_TEXT + 1)},
        {"error": {}},
        {"error": "ValueError"},
        {"error": {"type": "A", "bases": [5], "args": [], "text": "", "errors": []}},
        {"error": {"type": "A", "bases": [], "args": [], "text": "x" * (wire.MAX_TEXT + 1), "errors": []}},
        {"error": {"type": "A", "bases": [], "args": [], "text": "", "errors": [5]}},
        {"error": {"type": "A", "bases": [], "args": [], "text": "", "errors": [], "frames": [["one", "f"]]}},
        {"error": {"type": "A", "bases": [], "args": [], "text": "", "errors": [], "frames": [[math.inf, "f"]]}},
        {"pickle": "gASVBQ=="},
    ],
    ids=lambda data: json.dumps(data)[:60],
)
def test_what_encode_never_writes_is_a_bad_frame(data: object) -> None:
    with pytest.raises(BadFrame):
        decode(data)


@settings(max_examples=300)
@given(json_values)
def test_any_json_decodes_or_is_a_bad_frame(data: object) -> None:
    try:
        decode(data)
    except BadFrame as error:
        assert str(error)


# -- requests --------------------------------------------------------------------------------------------------------------------------


def test_a_name_is_resolved_on_the_workers_side() -> None:
    data = json.loads(json.dumps(encode_request(Name("probes", "slow"))))
    assert decode(data, lambda module, name: f"{module}.{name}") == "probes.slow"


def test_a_stream_becomes_a_generator_to_be_consumed_once() -> None:
    stream = decode(encode_request(Stream((1, (2, 3)))), lambda module, name: None)
    assert iter(stream) is stream
    assert list(stream) == [1, (2, 3)]
    assert list(stream) == []


@pytest.mark.parametrize("data", [{"name": ["os", "system"]}, {"stream": [1]}])
def test_a_worker_can_send_neither_names_nor_streams(data: object) -> None:
    with pytest.raises(BadFrame):
        decode(data)


# -- frames ----------------------------------------------------------------------------------------------------------------------------


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9), max_size=3), max_size=4), st.data())
def test_a_stream_cut_anywhere_gives_the_same_messages(messages: list[dict[str, Any]], data: st.DataObject) -> None:
    stream, frames, found = b"".join(map(pack, messages)), Frames(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += frames.feed(stream[:size])
        stream = stream[size:]
    assert found == messages


def test_a_message_is_held_back_until_its_last_byte() -> None:
    frames, packed = Frames(), pack({"ok": [1, 2]})
    assert frames.feed(packed[:-1]) == []
    assert frames.feed(packed[-1:]) == [{"ok": [1, 2]}]


BAD_BODIES = {
    "nothing": b"",
    "bad JSON": b"{",
    "two values": b"{}{}",
    "bad UTF-8": b'{"a": "\xff"}',
    "deep nesting": b"[" * 200_000,
    "deep objects": b'{"a":' * 200_000,
    "a list": b"[]",
    "a text": b'"ok"',
    "null": b"null",
    "too many digits": b'{"ok": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_frame_that_holds_no_json_object_is_bad(body: bytes) -> None:
    with pytest.raises(BadFrame):
        Frames().feed(frame(body))


def test_a_frame_announced_too_large_is_refused_before_it_arrives() -> None:
    with pytest.raises(BadFrame, match="too large"):
        Frames().feed(struct.pack("!I", wire.MAX_FRAME + 1))


@given(st.binary(max_size=60))
def test_any_bytes_are_messages_or_a_bad_frame(data: bytes) -> None:
    for stream in (data, frame(data)):
        try:
            messages = Frames().feed(stream)
        except BadFrame:
            continue
        assert all(type(message) is dict for message in messages)


replies = st.builds(lambda key, value: {key: value}, st.sampled_from(["ok", "raised", "missing", "unsendable", "error", "x"]), json_values)
bodies = st.one_of(replies.map(lambda reply: json.dumps(reply).encode()), st.binary(max_size=80))
DAMAGES = 10


def damaged(body: bytes, chance: Random) -> bytes:
    """A frame around `body` with up to four bytes changed; in one of four the header lies about its length."""
    changed = bytearray(body)
    for _ in range(chance.randint(0, 4) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return struct.pack("!I", chance.randrange(1 << 32) if chance.random() < 0.25 else len(changed)) + changed


@settings(max_examples=10_000 // DAMAGES, suppress_health_check=list(HealthCheck))
@given(st.lists(bodies, min_size=1, max_size=3), st.integers(0, (1 << 32) - 1))
def test_ten_thousand_hostile_frames_are_messages_or_a_bad_frame_and_nothing_else(sent: list[bytes], seed: int) -> None:
    chance = Random(seed)
    for _ in range(DAMAGES):
        frames = Frames()
        try:
            for message in (message for body in sent for message in frames.feed(damaged(body, chance))):
                for value in message.values():
                    decode(value)
        except BadFrame as error:
            assert str(error)
        # What waits for its end is never more than one frame may be.
        assert len(frames._data) <= 4 + wire.MAX_FRAME


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


Line = tuple[socket.socket, socket.socket]


def test_read_frame_reads_one_message_at_a_time(line: Line) -> None:
    ours, theirs = line
    theirs.sendall(pack({"first": 1}) + pack({"second": 2}))
    assert read_frame(ours) == {"first": 1}
    assert read_frame(ours) == {"second": 2}


def test_read_frame_waits_for_a_message_larger_than_one_read(line: Line) -> None:
    ours, theirs = line
    message = {"ok": "x" * 3_000_000}
    sender = threading.Thread(target=theirs.sendall, args=(pack(message),))
    sender.start()
    found = read_frame(ours)
    sender.join()
    assert found == message


@pytest.mark.parametrize("sent", [0, 3, 4, 9], ids=lambda sent: f"after {sent} bytes")
def test_an_end_within_a_frame_is_closed(line: Line, sent: int) -> None:
    ours, theirs = line
    theirs.sendall(pack({"ok": "whole"})[:sent])
    theirs.close()
    with pytest.raises(Closed, match="end of stream"):
        read_frame(ours)


def test_a_connection_that_is_reset_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as ours:
        theirs, _ = server.accept()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() then sends RST, not FIN
        theirs.close()
        with pytest.raises(Closed):
            read_frame(ours)


def test_read_frame_refuses_an_oversize_frame_from_its_header(line: Line) -> None:
    ours, theirs = line
    theirs.sendall(struct.pack("!I", wire.MAX_FRAME + 1))
    with pytest.raises(BadFrame, match="too large"):
        read_frame(ours)


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_read_frame_refuses_what_is_no_json_object(line: Line, body: bytes) -> None:
    ours, theirs = line
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    sender = threading.Thread(target=theirs.sendall, args=(frame(body),))
    sender.start()
    with pytest.raises(BadFrame):
        read_frame(ours)
    sender.join()
