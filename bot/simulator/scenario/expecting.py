"""Whether the phones are as a step expects, in plain words where they are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.simulator.phones.model import Bubble, Phone
from bot.simulator.scenario.model import Expectation
from bot.simulator.scenario.words import words

_LINK = re.compile(r"<a\s[^<>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_LONGEST_QUOTE = 200

Telling = Callable[..., str]


def plain(text: str) -> str:
    """As it reads on the phone: a link is its label."""
    return _LINK.sub(r"\1", text)


def unmet(expected: Expectation, phone: Phone, chat: Sequence[Bubble], seen: int, step: int) -> str:
    """The first thing that is not so, as a sentence; empty when all is. `seen` is the last bubble there was before."""
    heard = [bubble for bubble in chat if bubble.side != "me"]
    fresh = [bubble for bubble in heard if bubble.id > seen]
    last = plain(heard[-1].text) if heard else ""

    def told(code: str, wanted: object, found: object = last[:_LONGEST_QUOTE]) -> str:
        return words().problem(code, step=step, phone=phone.name, wanted=wanted, heard=found)

    return next(_problems(expected, phone, heard, fresh, told), "")


def _problems(
    expected: Expectation, phone: Phone, heard: Sequence[Bubble], fresh: Sequence[Bubble], told: Telling
) -> Iterator[str]:
    last = plain(heard[-1].text) if heard else ""
    yield from (told("says", each) for each in expected.says_contains if each not in last)
    yield from (told("says_not", each) for each in expected.not_contains if each in last)
    lately = [plain(bubble.text) for bubble in fresh]
    yield from (told("any", each) for each in expected.any_contains if not any(each in text for text in lately))
    yield from (
        told(code, wanted, found)
        for code, wanted, found, fits in (
            ("kind", expected.kind, heard[-1].kind if heard else "", None),
            ("following", expected.following, phone.following, None),
            ("count", expected.count, len(fresh), None),
            ("at_least", expected.at_least, len(fresh), len(fresh) >= (expected.at_least or 0)),
        )
        if wanted is not None and not (fits if fits is not None else wanted == found)
    )


def marks(phones: Mapping[str, Phone]) -> dict[str, int]:
    """The last bubble of each phone, by phone id."""
    return {phone_id: phone.chat[-1].id if phone.chat else 0 for phone_id, phone in phones.items()}
