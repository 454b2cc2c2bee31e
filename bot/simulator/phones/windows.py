"""When the account may send first: what a phone's gestures open, and what each message uses up (wechat_platform §4.2)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.simulator.switches import Positions

WRITTEN, WRITTEN_SECONDS = 5, 48 * 3600
TOUCHED, TOUCHED_SECONDS = 3, 60
WRITTEN_KINDS = frozenset({"text", "image", "voice", "video", "shortvideo", "location", "link"})
TOUCHING_EVENTS = frozenset(
    f"event.{name}" for name in ("CLICK", "scancode_push", "scancode_waitmsg", "subscribe", "SCAN")
)


@dataclass(slots=True)
class Bucket:
    """So many messages until that moment."""

    left: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Windows:
    """Of one phone. How they combine is not documented, hence the switches: any open one serves, the short one first."""

    written: Bucket
    touched: Bucket

    @classmethod
    def shut(cls) -> Windows:
        """As before the first gesture, and after an unfollow."""
        return cls(Bucket(), Bucket())

    def opened_by(
        self, kind: str, now: float, *, tapped: bool, of_menu: bool = False, on: Positions | None = None
    ) -> None:
        """A message of his own, or a touch. `tapped`: by a link in a text; `of_menu`: by one of a documented msgmenu.

        A tap in a msgmenu is a touch by the platform's own page; of hand-written links nobody knows (switch tap_opens).
        """
        on = on or Positions()
        touches = kind in TOUCHING_EVENTS or (tapped and (of_menu or on.tap_opens == "touch"))
        if kind in TOUCHING_EVENTS or (touches and kind in WRITTEN_KINDS):
            self.touched = Bucket(TOUCHED, now + TOUCHED_SECONDS)
            if on.windows == "latest":
                self.written = Bucket()
        elif kind in WRITTEN_KINDS:
            kept = self.written.left if on.windows == "add" and now < self.written.until else 0
            self.written = Bucket(WRITTEN + kept, now + WRITTEN_SECONDS)
            if on.windows == "latest":
                self.touched = Bucket()

    def refusal(self, now: float) -> int:
        """0 while a message may be sent, else the errcode: 45015 nothing open, 45047 used up."""
        open_ones = self._open(now)
        if any(bucket.left > 0 for bucket in open_ones):
            return 0
        return 45047 if open_ones else 45015

    def take(self, now: float) -> int:
        """Use one message; 0, or the errcode of the refusal."""
        for bucket in self._open(now):
            if bucket.left > 0:
                bucket.left -= 1
                return 0
        return self.refusal(now)

    def heard_at(self) -> float:
        """When the account last heard of this person; some moment in 1970 for never."""
        return max(self.written.until - WRITTEN_SECONDS, self.touched.until - TOUCHED_SECONDS, 0.0)

    def _open(self, now: float) -> list[Bucket]:
        return [bucket for bucket in (self.touched, self.written) if now < bucket.until]

    @classmethod
    def restored(cls, saved: dict[str, dict[str, float]]) -> Windows:
        """From what `asdict` made of it."""
        return cls(*(Bucket(int(saved[name]["left"]), float(saved[name]["until"])) for name in ("written", "touched")))
