"""The step the stateful peers share: what a tap answers, whether it is right, and the words that say so.

The same bank and the same sentences as ours, so that replies are as long; no code of ours but the reader of content/.
"""

from __future__ import annotations

import content

CONTENT = content.load()
LETTERS = "ABCDEF"
TAP = CONTENT.words.taps["quiz.choose"]
SINGLES = tuple(q for q in CONTENT.bank.questions.values() if q.kind == "single")


def tapped(text: str) -> tuple[int, str]:
    """The number and the letter of a tap. Raises ValueError for anything else: nothing else is ever sent."""
    found = TAP.read(text)
    if found is None:
        raise ValueError(text)
    return int(found["number"]), found["choice"]


def marked(question_id: str, shuffle: str, letter: str) -> tuple[float, str]:
    """The score of an answer, and the reply to it."""
    question = CONTENT.bank.questions[question_id]
    chosen = question.options[LETTERS.index(shuffle[LETTERS.index(letter)])]
    right = LETTERS[shuffle.index(question.right)]
    correct = letter == right
    say = CONTENT.say
    picked = say("quiz.picked", answer=f"{letter}. {chosen}")
    truth = f"{right}. {question.options[LETTERS.index(question.right)]}"
    verdict = say("quiz.right", picked=picked) if correct else say("quiz.wrong", picked=picked, answer=truth)
    reply = say(
        "quiz.explained",
        verdict=verdict,
        why=question.why,
        law=question.law,
        article=question.article,
    )
    return float(correct), "\n".join([reply, "", _tap("quiz.more"), _tap("general.menu")])


def _tap(action: str) -> str:
    word = CONTENT.words.first_word[action]
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={word}&msgmenuid=1">{word}</a>'
