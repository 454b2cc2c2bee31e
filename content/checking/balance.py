"""Whether answers and kinds are spread: a bank whose answer is mostly B teaches to tap B."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from content.bank import Question
from content.problem import ContentProblem

FEW = 40
"""Below this many nothing is said."""
LETTERS = dict.fromkeys("ABCD", (0.15, 0.35))
VERDICTS = {"T": (0.40, 0.60)}
KINDS = {"single": (0.40, 0.70), "multiple": (0.10, 0.30), "judge": (0.08, 0.25), "fill": (0.04, 0.18)}


def warnings(questions: Collection[Question]) -> Iterator[ContentProblem]:
    """What lies outside its band, with the share it has."""
    single = [question.right for question in questions if question.kind == "single"]
    judged = [question.right for question in questions if question.kind == "judge"]
    for given, bands in ((single, LETTERS), (judged, VERDICTS), ([q.kind for q in questions], KINDS)):
        for name, told in _outside(given, bands):
            yield ContentProblem("questions", name, "out_of_balance", told)


def _outside(given: Collection[str], bands: Mapping[str, tuple[float, float]]) -> Iterator[tuple[str, str]]:
    if len(given) >= FEW:
        count = Counter(given)
        for name, (least, most) in bands.items():
            share = count[name] / len(given)
            if not least <= share <= most:
                yield name, f"{share:.0%} ({least:.0%}-{most:.0%})"
