"""What can be set: on the command line, in a test, and at ``/__settings`` while it runs."""

from dataclasses import dataclass, fields, replace
from typing import Self


@dataclass(frozen=True)
class Settings:
    """Of a simulator.

    Attributes:
        bot_per_second: messages of a bot in any second; in any tenth of a second a sixth of that.
        paid_per_second: the same for messages that Stars are paid for.
        chat_per_second: messages to one chat.
        chat_burst: messages to one chat that may come at once.
        retry_after: seconds to wait after a bot's first 429; each further offence within a minute doubles it.
        longest_retry_after: seconds that no wait exceeds.
        lengthening: seconds that each request during a wait adds to it.
        chat_retry_after: seconds to wait after too many messages to one chat.
        blocked_one_in: among so many people one has blocked the bot, always the same; 0: nobody.
        latency: seconds before each answer.
        clock_ahead: seconds that the simulator's clock is ahead, to make messages old.
        revoked_bots: ids of bots whose tokens are no longer good.
    """

    bot_per_second: float = 30
    paid_per_second: float = 1000
    chat_per_second: float = 1
    chat_burst: float = 3
    retry_after: float = 3
    longest_retry_after: float = 600
    lengthening: float = 0.5
    chat_retry_after: float = 1
    blocked_one_in: int = 0
    latency: float = 0
    clock_ahead: float = 0
    revoked_bots: tuple[int, ...] = ()

    def changed(self, values: dict[str, object]) -> Self:
        """With other values.

        Raises:
            ValueError: an unknown name, or no number; nothing is changed.
        """
        known = {field.name for field in fields(self)}
        made: dict[str, object] = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"no setting is called {name}: there are {', '.join(sorted(known))}")
            match value:
                case bool():
                    raise ValueError(f"{name} is not a number")
                case list() if name == "revoked_bots":
                    made[name] = tuple(int(each) for each in value)
                case int() | float() if name != "revoked_bots" and value >= 0:
                    made[name] = value
                case _:
                    raise ValueError(f"{name} is not a number from 0 on")
        return replace(self, **made)  # type: ignore[arg-type] # checked above
