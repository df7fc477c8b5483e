"""Random histories of two workers and an operator: nobody is lost, nobody is written to twice by our doing, and the
counts are those of the rows."""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hsl.broadcasts import controls
from hsl.broadcasts.sender.store import Claimed, Settlement
from hsl.broadcasts.statuses import Delivery
from hsl.school.refusals import ConflictError
from tests.broadcasts.sender.conftest import Desk
from tests.examples import IN_ONE_SCHOOL

PEOPLE = 6

steps = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.integers(0, 1), st.integers(1, 4)),
        st.tuples(
            st.just("answer"), st.integers(0, 20), st.sampled_from(["sent", "failed", "unknown", "pending"])
        ),
        st.tuples(st.just("repeat"), st.integers(0, 20), st.none()),
        st.tuples(st.just("die"), st.integers(0, 1), st.none()),
        st.tuples(
            st.just("operator"),
            st.sampled_from(
                ["pause", "resume", "cancel", "retry_failed", "resend_unknown", "dismiss_unknown"]
            ),
            st.none(),
        ),
        st.tuples(st.just("watch"), st.none(), st.none()),
    ),
    max_size=40,
)


class History:
    """One message's story, and what really went out."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.conn.execute("TRUNCATE public.message_recipients, public.message_history CASCADE")
        desk.conn.execute("TRUNCATE broadcasts, deliveries, delivery_counts, unreachable")
        self.message = desk.message()
        self.claimed: list[Claimed] = []
        self.told: list[Settlement] = []
        self.arrived: set[int] = set()
        self.resent: set[int] = set()

    def claim(self, worker: int, most: int) -> None:
        """Claim going from the start: whoever is pending, and nobody else."""
        self.desk.do(self.desk.store.beat(self.desk.workers[worker]))
        live = [one for one in self.desk.do(self.desk.store.live()) if one.message_id == self.message]
        found = (
            self.desk.do(self.desk.store.claim(live[0], 0, most, self.desk.workers[worker])) if live else []
        )
        for who in found:
            assert who.recipient_id not in self.arrived - self.resent, "written to twice"
        self.claimed += found

    def answer(self, which: int, what: str) -> None:
        """A request of a claim that nobody has settled yet ends. An unknown one may have arrived."""
        if not self.claimed:
            return
        who = self.claimed.pop(which % len(self.claimed))
        if what in ("sent", "unknown") and self._may_write(who):
            self.arrived.add(who.recipient_id)
            self.resent.discard(who.recipient_id)
        elif what in ("sent", "unknown"):
            what = "pending"  # its fence is closed: nothing is written
        settlement = Settlement(
            who.recipient_id, self.message, who.token, Delivery(what), "" if what == "sent" else "why"
        )
        self.told.append(settlement)
        self.desk.do(self.desk.store.settle([settlement]))

    def _may_write(self, who: Claimed) -> bool:
        statement = "SELECT delivery_status FROM public.message_recipients WHERE id = %s"
        return bool(self.desk.value(statement, who.recipient_id) == "sending")

    def repeat(self, which: int, _none: Any) -> None:  # not used
        """A settle whose commit was not confirmed is told again."""
        if self.told:
            self.desk.do(self.desk.store.settle([self.told[which % len(self.told)]]))

    def die(self, worker: int, _none: Any) -> None:  # not used
        """A worker falls silent, and what it holds is given up."""
        self.desk.conn.execute(
            "UPDATE senders SET beat_at = now() - interval '1 hour' WHERE id = %s",
            [self.desk.workers[worker]],
        )
        self.desk.do(self.desk.store.sweep())

    def operator(self, act: str, _none: Any) -> None:  # not used
        """An operator does something, whether it can be done or not."""
        self.desk.conn.execute("UPDATE deliveries SET settled_at = settled_at - interval '1 hour'")
        unknown = self._unknown()
        with suppress(ConflictError):
            getattr(controls, act)(self.message, actor=None)
            if act == "resend_unknown":
                self.resent |= unknown

    def watch(self, *_: Any) -> None:  # not used
        """A worker looks how far the message is."""
        self.desk.do(self.desk.store.progress(self.message, 0))

    def _unknown(self) -> set[int]:
        found = self.desk.conn.execute(
            "SELECT id FROM public.message_recipients WHERE delivery_status = 'unknown'"
        )
        return {row[0] for row in found.fetchall()}

    def check(self) -> None:
        """What must hold after every step."""
        rows = self.desk.conn.execute(
            """SELECT CASE r.delivery_status WHEN 'sending' THEN 'pending' ELSE r.delivery_status END,
                      CASE WHEN r.delivery_status IN ('pending', 'sending', 'sent') THEN '' ELSE d.reason END,
                      count(*)::integer
               FROM public.message_recipients r LEFT JOIN deliveries d ON d.recipient_id = r.id GROUP BY 1, 2"""
        ).fetchall()
        by_rows = {(status, reason): people for status, reason, people in rows}
        assert self.desk.do(self.desk.store.counts(self.message)) == by_rows
        assert sum(by_rows.values()) == PEOPLE
        sent = self.desk.conn.execute(
            "SELECT id FROM public.message_recipients WHERE delivery_status = 'sent'"
        )
        assert {row[0] for row in sent.fetchall()} <= self.arrived


@settings(max_examples=40, suppress_health_check=IN_ONE_SCHOOL)
@given(story=steps)
def test_whatever_happens_nobody_is_lost_and_nobody_is_written_to_twice(
    desk: Desk, story: list[tuple[str, Any, Any]]
) -> None:
    if desk.value("SELECT count(*) FROM user_cache") == 0:
        desk.people(1, PEOPLE)
    history = History(desk)
    for act, one, two in story:
        getattr(history, act)(one, two)
        history.check()
    history.watch()
    if not desk.statuses(history.message).keys() & {"pending", "sending"}:
        ended = desk.value("SELECT status FROM broadcasts WHERE message_id = %s", history.message)
        assert ended in ("sent", "cancelled", "paused")
