"""Sentences about plans and what is seen of them. None says that something was proven."""

from __future__ import annotations

from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.effects.calibration import BELOW
from datawerkplaats.effects.design import Design
from datawerkplaats.effects.verdict import Outcome, Verdict


def per_cent(share: float, language: Language, *, signed: bool = False) -> str:
    """A share as whole per cents, with a true minus sign."""
    number = round(100 * share)
    told = f"{format_number(abs(number), 0, language)}%"
    if not signed or not number:
        return told
    return ("+" if number > 0 else "−") + told


def chance(share: float) -> int:
    """A chance as a number of 100, never 0 or 100: nothing is that sure."""
    return min(max(round(100 * share), 1), 99)


def came(effect: float, language: Language) -> str:
    """How many fewer or more than expected, or about as many."""
    if not round(100 * effect):
        return text("doen.came_same", language)
    key = "came_fewer" if effect < 0 else "came_more"
    return text(f"doen.{key}", language, size=per_cent(abs(effect), language))


def headline(seen: Outcome | Design, language: Language) -> str:
    """The word of a verdict."""
    return text(f"doen.verdict_{seen.verdict if isinstance(seen, Outcome) else 'none'}", language)


def kind(seen: Outcome | Design) -> str:
    """Which of the words: a verdict, `waiting` where the years after the start are still to come, or `none`."""
    if isinstance(seen, Outcome):
        return str(seen.verdict)
    return "waiting" if seen.why == "short_after" else "none"


def told(seen: Outcome | Design, smallest: float, language: Language) -> str:
    """What the word means here."""
    if isinstance(seen, Design):
        found, needed = (format_number(value, 0, language) for value in (seen.found, seen.needed))
        return text(f"doen.none_{seen.why}", language, found=found, needed=needed)
    return text(
        f"doen.told_{seen.verdict}",
        language,
        came=came(seen.effect, language),
        smallest=per_cent(smallest, language, signed=True),
        chance=chance(seen.power),
    )


def middle(seen: Outcome, language: Language) -> str:
    """Regression to the mean in words; nothing where the areas stood where others stand."""
    if not seen.donors or abs(seen.before) < 0.02:
        return ""
    key = "middle_above" if seen.before > 0 else "middle_below"
    return text(
        f"doen.{key}", language, before=per_cent(abs(seen.before), language),
        remained=per_cent(max(seen.remained, 0.0), language),
    )  # fmt: skip


def looks(seen: Outcome, language: Language) -> str:
    """How often was looked, and how much of the promised error is used up."""
    told = [
        text("doen.looks", language, look=seen.look, looks=seen.looks) + ".",
        text(
            "doen.looks_error", language, share=format_number(100 * BELOW, 1, language),
            spent=format_number(100 * seen.spent, 1, language),
        ),
    ]  # fmt: skip
    if seen.look == seen.looks:
        told.append(text("doen.looks_last", language))
    return " ".join(told)


def facts(seen: Outcome, smallest: float, language: Language) -> list[tuple[str, str]]:
    """What the verdict rests on, as names with values."""

    def signed(value: float) -> str:
        return per_cent(value, language, signed=True)

    compared = (
        text("doen.fact_compared_value", language, count=seen.donors)
        if seen.donors
        else text("doen.fact_compared_line", language)
    )
    items = [
        ("came", format_number(seen.observed, 0, language)),
        ("expected", format_number(seen.expected, 0, language)),
        (
            "effect",
            text(
                "doen.fact_effect_value",
                language,
                effect=signed(seen.effect),
                low=signed(seen.low),
                high=signed(seen.high),
            ),
        ),
        ("compared", compared),
    ]
    if seen.donors:
        low, high = seen.without_one
        value = text("doen.fact_without_one_value", language, low=signed(low), high=signed(high))
        items.append(("without_one", value))
    items.append(("looks", looks(seen, language)))
    found = [(text(f"doen.fact_{name}", language), value) for name, value in items]
    if seen.verdict is not Verdict.FITS_WORKING:
        name = text("doen.fact_chance", language, smallest=signed(smallest))
        found.append((name, text("doen.fact_chance_value", language, chance=chance(seen.power))))
    return found
