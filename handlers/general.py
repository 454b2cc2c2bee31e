"""帮助、菜单、返回、退出: the words that work everywhere, and the honest shrug."""

from __future__ import annotations

from bot.messages import Reply, Transfer, tap
from bot.router import Router, Turn
from bot.services import audience, quiz, shifts
from bot.services.asking import stories
from bot.services.letters import letters
from bot.understanding.answering import library
from content.menu import Button
from content.words import TAPPABLE

router = Router()

LONGEST_ASKED = 60
"""Letters of a sentence that a tap repeats as a question."""
MOST_DIGITS = 5
"""With more it may hold a number of his own, and replies are kept for a while."""
DEFAULTS = ("quiz.daily", "general.help")


@router.on("general.help")
def help_(turn: Turn) -> str:
    return turn.say(
        "general.help",
        daily=turn.tap("quiz.daily"),
        more=turn.tap("quiz.more"),
        ask=turn.tap("ask.ask"),
        own=_own(turn),
        last="\n".join([*_still_waiting(turn), turn.danger_line()]),
    )


@router.on("general.menu")
def menu(turn: Turn) -> str:
    """The buttons he has at the foot of the chat, for whoever looks for them here; who spoke to a person is back."""
    if turn.with_human:
        letters.back_to_bot(turn.db, turn.person.id)
    buttons = turn.content.menu.of(audience.seen(turn.person))
    lines = [*(_shown(turn, button) for button in buttons), *_still_waiting(turn)]
    return turn.say("general.menu", lines="\n".join(lines))


@router.on("general.back")
def back(turn: Turn) -> str:
    return _from_human(turn) if turn.with_human else _leave(turn, "general.back")


@router.on("general.quit")
def quit_(turn: Turn) -> str:
    return _from_human(turn) if turn.with_human else _leave(turn, "general.quit")


@router.on("general.not_text")
def not_text(turn: Turn) -> Reply:
    """Of a picture only that there was one can be passed on to the person he speaks to."""
    letter = letters.open_to_human(turn.db, turn.person.id) if turn.with_human else None
    if letter is not None:
        letters.write(turn.db, letter, turn.say("letters.sent_picture"), from_staff=False, now=turn.now)
        return Transfer() if turn.human_agents else turn.say("letters.picture_stays", back=turn.tap("general.back"))
    return turn.say("general.not_text", ways=_ways(turn), danger=turn.danger_line())


@router.on("general.hello")
def hello(turn: Turn) -> str:
    return turn.say("general.hello", ways=_ways(turn), human=turn.tap("letters.human"))


@router.on("general.thanks")
def thanks(turn: Turn) -> Reply | None:
    """Manners are answered in kind; meant for a person, they are his."""
    letter = letters.open_to_human(turn.db, turn.person.id) if turn.with_human else None
    if letter is None:
        return turn.say("general.thanks", ways=_ways(turn))
    letters.write(turn.db, letter, turn.text, from_staff=False, now=turn.now)
    return None


@router.on("general.not_understood")
def not_understood(turn: Turn) -> str:
    """Two things he may have meant, by their names alone; what may be a question can be asked by a tap, as it was typed."""
    words = turn.content.words
    guesses = [
        guess
        for guess in (*turn.guesses, *DEFAULTS)
        if guess in words.first_word and guess not in words.taps and guess not in words.later
    ]
    ways = [*_known(turn), *(_guess(turn, guess) for guess in dict.fromkeys(guesses))][:2]
    return turn.say("general.not_understood", ways="\n".join(ways), danger=turn.danger_line())


def _guess(turn: Turn, guess: str) -> str:
    label = turn.content.words.name_of[guess]
    asked = " ".join(" ".join(TAPPABLE.findall(turn.text)).split())
    his_own = stories.is_confided(asked) or sum(letter.isdigit() for letter in asked) > MOST_DIGITS
    if guess != "ask.ask" or his_own or not 0 < len(asked) <= LONGEST_ASKED:
        return turn.tap(guess, label)
    return tap(turn.say("ask.ask_this"), f"{turn.content.words.first_word[guess]} {asked}")


def _known(turn: Turn) -> list[str]:
    """What the rules say, where his words can only be a question about that."""
    books, bank, own = library(turn.content), turn.bank_at_hand, turn.shelf.own_at_hand(turn.content, turn.person)
    sure = books.answer(turn.text, bank, of_party=turn.person.of_party, taught=own).sure
    return [turn.tap("ask.about", sure.title, about=books.called(sure, bank, taught=own))] if sure is not None else []


def _shown(turn: Turn, button: Button) -> str:
    """A button as a line: itself to tap, or its name and what it opens."""
    if button.action:
        return turn.tap(button.action, button.name)
    taps = turn.say("general.between_taps").join(turn.tap(each.action, each.name) for each in button.buttons)
    return turn.say("general.menu_group", name=button.name, taps=taps)


def _own(turn: Turn) -> str:
    """What is his alone: a guest is told how to join, the others where they find themselves."""
    if turn.member is None:
        return turn.say("general.help_guest", bind=turn.tap("joining.bind"), shift=turn.tap("shifts.show"))
    return turn.say("general.help_member", mine=turn.tap("me.mine"), shift=turn.tap("shifts.show"))


def _from_human(turn: Turn) -> str:
    letters.back_to_bot(turn.db, turn.person.id)
    ways = [turn.resume or "general.menu", "general.help"]
    return turn.say("letters.back_to_bot", ways="\n".join(turn.tap(way) for way in ways))


def _leave(turn: Turn, key: str) -> str:
    if not turn.step:
        return _nothing_to_leave(turn)
    turn.pause()
    return turn.say(key, resume=turn.tap(turn.resume), menu=turn.tap("general.menu"))


def _nothing_to_leave(turn: Turn) -> str:
    """Between two questions of a row nothing waits for him, and he stands in it all the same: it is kept."""
    since = shifts.begins(turn.person, turn.today, turn.content.shifts)
    if quiz.last(turn.db, turn.person.id, since=since) is None:
        return turn.say("general.nothing_to_quit", ways=_ways(turn))
    return turn.say("general.row_kept", resume=turn.tap("quiz.resume"), menu=turn.tap("general.menu"))


def _ways(turn: Turn) -> str:
    """Two ways on: what he left unfinished first."""
    left = quiz.latest_open(turn.db, turn.person.id, bank=turn.bank_at_hand)
    return "\n".join([turn.tap("quiz.resume" if left is not None else "quiz.daily"), turn.tap("general.help")])


def _still_waiting(turn: Turn) -> list[str]:
    return [turn.say("general.still_waiting", resume=turn.tap(turn.resume))] if turn.step else []
