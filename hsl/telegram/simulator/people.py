"""Who can't be written to, and why. Everybody else has started the bot."""

import zlib
from collections.abc import Mapping

from hsl.telegram.simulator.errors import ApiError, bad_request, forbidden
from hsl.telegram.simulator.settings import Settings

STATES = {
    "blocked": forbidden("bot was blocked by the user"),
    "deactivated": forbidden("user is deactivated"),
    "never_started": forbidden("bot can't initiate conversation with a user"),
    "invalid": bad_request("PEER_ID_INVALID"),
    "not_found": bad_request("chat not found"),
    "bots": forbidden("the bot can't send messages to the bot"),
    "kicked": forbidden("bot was kicked from the group chat"),
}


class People:
    """What is known of chats."""

    def __init__(self) -> None:
        """Everybody can be written to."""
        self._states: dict[int, str] = {}
        self._moved: dict[int, int] = {}

    def set(self, given: Mapping[str, object]) -> None:
        """Put chats into states: ``{"blocked": [1, 2], "reachable": [3], "migrated": {"-4": -1004}}``.

        Raises:
            ValueError: there is no such state, or no such chat; nothing is changed.
        """
        states: dict[int, str] = {}
        moved: dict[int, int] = {}
        for state, chats in given.items():
            if state == "migrated" and isinstance(chats, dict):
                moved |= {int(old): int(new) for old, new in chats.items()}
            elif state in {*STATES, "reachable"} and isinstance(chats, list):
                states |= {int(chat): state for chat in chats}
            else:
                raise ValueError(f"people are migrated, reachable, {', '.join(STATES)}; each a list of ids")
        self._states |= states
        self._moved |= moved

    def refuse(self, settings: Settings, chat_id: int) -> None:
        """See that a chat can be written to.

        Raises:
            ApiError: it can't, in Telegram's words.
        """
        if (new := self._moved.get(chat_id)) is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, words, migrate_to_chat_id=new)
        state = self._states.get(chat_id)
        if state is None and _chosen(chat_id, settings.blocked_one_in):
            state = "blocked"
        if error := STATES.get(state or ""):
            raise ApiError(error.status, error.description)

    def as_json(self) -> dict[str, object]:
        """All that were set."""
        found: dict[str, list[int]] = {}
        for chat, state in self._states.items():
            found.setdefault(state, []).append(chat)
        return {**found, "migrated": {str(old): new for old, new in self._moved.items()}}


def _chosen(chat_id: int, one_in: int) -> bool:
    """One in so many, always the same."""
    return one_in > 0 and zlib.crc32(str(chat_id).encode()) % one_in == 0
