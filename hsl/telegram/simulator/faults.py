"""Bad days on demand: by rate, by chat, by method, so many times."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from random import Random
from typing import Self

KINDS = ("throttle", "error", "slow", "drop", "unreadable")


@dataclass
class Fault:
    """What goes wrong, and with which requests.

    Attributes:
        kind: ``throttle`` answers 429; ``error`` answers ``status``; ``slow`` answers ``seconds`` later; ``drop`` cuts
            the connection; ``unreadable`` answers a page that is not JSON.
        accepted: whether the message is accepted all the same (with ``slow`` it always is, with ``throttle`` never).
        rate: of the requests that match, this share.
        chat_ids: only these chats; none given: all.
        methods: only these methods; none given: all that send, edit or delete.
        times: so often, then no more; 0: always.
        status: of ``error``.
        seconds: to wait after ``throttle``, or of ``slow``.
        hits: how often it has struck.
    """

    kind: str
    accepted: bool = False
    rate: float = 1.0
    chat_ids: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()
    times: int = 0
    status: int = 500
    seconds: float = 1.0
    hits: int = 0

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """From JSON.

        Raises:
            ValueError: it makes no sense.
        """
        known = {field.name for field in fields(cls)} - {"hits"}
        if unknown := set(given) - known:
            raise ValueError(
                f"a fault has no {', '.join(sorted(unknown))}: it has {', '.join(sorted(known))}"
            )
        if given.get("kind") not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        values = dict(given)
        for name, of in (("chat_ids", int), ("methods", str)):
            value = values.get(name, [])
            if not isinstance(value, list):
                raise ValueError(f"{name} is a list")  # noqa: TRY004 - JSON's type, not ours
            values[name] = tuple(of(each) for each in value)
        return cls(**values)  # type: ignore[arg-type] # each is what its default is, or the first request says so

    def strikes(self, method: str, chat_id: int, chance: float) -> bool:
        """Whether this request is struck; ``chance`` is a number from 0 to 1."""
        if (self.times and self.hits >= self.times) or (self.chat_ids and chat_id not in self.chat_ids):
            return False
        if method.lower() not in self._methods():
            return False
        return chance < self.rate

    def _methods(self) -> set[str]:
        return {each.lower() for each in self.methods} if self.methods else WRITING


#: Methods that change what is in a chat, in lower case.
WRITING = {
    "sendmessage",
    "sendphoto",
    "sendvideo",
    "senddocument",
    "editmessagetext",
    "editmessagecaption",
    "deletemessage",
    "deletemessages",
}


class Faults:
    """All that are set. The same requests in the same order are struck the same."""

    def __init__(self, seed: int = 1) -> None:
        """None are set."""
        self._random = Random(seed)  # noqa: S311 - a die, not a secret
        self._set: list[Fault] = []

    def set(self, faults: list[Fault]) -> None:
        """These, and no others."""
        self._set = faults

    def strike(self, method: str, chat_id: int) -> Fault | None:
        """The first that strikes a request, counted."""
        for fault in self._set:
            if fault.strikes(method, chat_id, self._random.random()):
                fault.hits += 1
                return fault
        return None

    def as_json(self) -> list[dict[str, object]]:
        """All, with how often each has struck."""
        return [asdict(fault) for fault in self._set]
