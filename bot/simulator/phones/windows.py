"""When the account may send first: what a phone's gestures open, and what each message uses up (wechat_platform §4.2)."""

from __future__ import annotations

from dataclasses import dataclass

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
    """Of one phone. How they combine is not documented: any open one serves, the short one first."""

    written: Bucket
    touched: Bucket

    @classmethod
    def shut(cls) -> Windows:
        """As before the first gesture, and after an unfollow."""
        return cls(Bucket(), Bucket())

    def opened_by(self, kind: str, now: float, *, tapped: bool) -> None:
        """A message of his own, or a touch: a tap on a link in a text counts as one."""
        if kind in TOUCHING_EVENTS or (tapped and kind in WRITTEN_KINDS):
            self.touched = Bucket(TOUCHED, now + TOUCHED_SECONDS)
        elif kind in WRITTEN_KINDS:
            self.written = Bucket(WRITTEN, now + WRITTEN_SECONDS)

    def take(self, now: float) -> int:
        """Use one message; 0, or the errcode of the refusal: 45015 nothing open, 45047 used up."""
        open_ones = [bucket for bucket in (self.touched, self.written) if now < bucket.until]
        for bucket in open_ones:
            if bucket.left > 0:
                bucket.left -= 1
                return 0
        return 45047 if open_ones else 45015

    @classmethod
    def restored(cls, saved: dict[str, dict[str, float]]) -> Windows:
        """From what `asdict` made of it."""
        return cls(*(Bucket(int(saved[name]["left"]), float(saved[name]["until"])) for name in ("written", "touched")))
