"""The figures of the risk model in words."""

from __future__ import annotations

import numpy as np

from apps.dashboard.data.release import Row
from apps.dashboard.views.risico.model_tables import RiskArea
from apps.dashboard.wording.numbers import NO_VALUE, format_number, format_value
from apps.dashboard.wording.texts import has_text, plural, text
from datawerkplaats.base.errors import Language


def per_hundred(share: float) -> int:
    """A share as a number out of a hundred."""
    return round(100 * share)


def ages(band: str, language: Language) -> str:
    """An age band, such as 0-11, in words."""
    low, _, high = band.partition("-")
    return text("risico.ages", language, low=low, high=high)


def headline(areas: list[RiskArea], model: Row, level: str, language: Language) -> str:
    """The range of the estimates and how many areas the model is silent about; no area is named as highest."""
    values = [area.value for area in areas if area.value is not None]
    places: dict[str, object] = {"level": text(f"risico.level_{level}", language)}
    if not values and any(area.reason == "no_differences" for area in areas):
        return text("risico.headline_no_differences", language)
    if not values:
        return plural("risico.headline_silent", len(areas), language, **places)
    silent = len(areas) - len(values)
    low, high = round(min(values)), round(max(values))
    places |= {
        "range": text("risico.range" if low < high else "risico.range_one", language, low=low, high=high),
        "age": ages(model["age_band"], language),
        "target": text(f"risico.target_low_{model['target']}", language),
        "years": model["horizon_years"],
    }
    if silent == 0:
        return plural("risico.headline_all", len(areas), language, **places)
    return text("risico.headline", language, silent=silent, total=len(areas), **places)


def skill(skills: dict[tuple[str, str, str], Row], chosen: str, language: Language) -> list[str]:
    """What the model is worth, in numbers out of a hundred; nothing where the figures are not there."""

    def value(metric: str) -> float | None:
        row = skills.get((chosen, "threshold", metric))
        return row["value"] if row else None

    base, limit, right, seen = (value(name) for name in ("prevalence", "threshold", "ppv", "sensitivity"))
    if base is None or limit is None or right is None or seen is None:
        return []
    threshold = format_value(100 * limit, "%", 0, language)
    hits, hundred = per_hundred(right), 100
    return [
        text("risico.skill_base", language, count=per_hundred(base)),
        text("risico.skill_ppv", language, threshold=threshold, right=hits, wrong=hundred - hits),
        text(
            "risico.skill_sensitivity", language, found=per_hundred(seen), missed=hundred - per_hundred(seen)
        ),
        text("risico.skill_so", language),
    ]


# Of fewer areas a tenth is one, and what one area is worth stands on its card.
LEAST_AREAS = 20


def visits(areas: list[RiskArea], level: str, language: Language) -> list[str]:
    """What going by the map is worth: of those in whom it begins, how many live in the highest tenth, and how many elsewhere.

    Estimates are means of what is likely, so their sum over areas that were chosen by them is what can be expected there. Beside it
    stand what the same areas would hold were the risk equal everywhere, and what the areas with most people hold.
    """
    told = [area for area in areas if area.value is not None and area.people]
    everywhere = np.array([(area.value, area.people) for area in told]).reshape(-1, 2)
    expected = everywhere.prod(axis=1)
    if len(told) < LEAST_AREAS or expected.sum() <= 0:
        return []
    tenth = round(len(told) / 10)
    highest, largest = (np.argsort(-everywhere[:, column], kind="stable")[:tenth] for column in (0, 1))
    shares = (
        expected[highest].sum() / expected.sum(),
        everywhere[highest, 1].sum() / everywhere[:, 1].sum(),
        expected[largest].sum() / expected.sum(),
    )
    of_level = text(f"risico.level_{level}", language)
    found, equal, most = (f"{per_hundred(float(share))}" for share in shares)
    said = [
        text("risico.visits", language, count=tenth, level=of_level, share=found, reference=equal, top=most)
    ]
    chances = [told[row].top_tenth for row in highest]
    if None not in chances:
        surely = round(sum(chance for chance in chances if chance is not None))
        said.append(text("risico.visits_sure", language, count=tenth, level=of_level, number=f"{surely}"))
    if shares[0] < 0.5:
        said.append(text("risico.visits_so", language))
    if len(told) < len(areas):
        said.append(text("risico.visits_told", language, level=of_level))
    return said


def percentage(value: float | None, language: Language) -> str:
    """A whole per cent: more would pretend a precision that an estimate lacks."""
    return format_value(value, "%", 0, language)


def interval(lower: float | None, upper: float | None, language: Language) -> str:
    """The 90 % limits of a share."""
    if lower is None or upper is None:
        return ""
    return f"{format_number(lower, 0, language)} – {percentage(upper, language)}"


def silence(reason: str | None, language: Language) -> str:
    """Why there is no estimate."""
    if reason is None:
        return ""
    key = f"risico.reason_{reason}"
    return text(key, language) if has_text(key) else reason.replace("_", " ")


def tooltip(area: RiskArea, language: Language) -> str:
    """An area in one line: estimate, margin and expected number, or the reason for silence."""
    if area.value is None:
        return text("risico.silent", language, reason=silence(area.reason, language))
    return text(
        "risico.tooltip",
        language,
        value=percentage(area.value, language),
        interval=interval(area.lower, area.upper, language),
        expected=format_number(area.expected, 0, language),
        people=format_number(area.people, 0, language),
    )


def about(area: RiskArea, language: Language, *, is_ranked: bool = False) -> list[str]:
    """The sentences on an area's card; its chance of the highest tenth only where areas may be ranked by the figure."""
    lines = []
    if area.value is not None:
        lines.append(
            text(
                "risico.card_expected",
                language,
                expected=format_number(area.expected, 0, language),
                people=format_number(area.people, 0, language),
                low=format_number(area.expected_lower, 0, language),
                high=format_number(area.expected_upper, 0, language),
            )
        )
        if is_ranked and area.top_tenth is not None:
            lines.append(text("risico.card_top", language, chance=per_hundred(area.top_tenth)))
    else:
        lines.append(text("risico.silent", language, reason=silence(area.reason, language)))
    if area.participants is None:
        return [*lines, text("risico.card_participants_few", language)]
    about = format_number(area.participants, 0, language)
    return [*lines, text("risico.card_participants", language, count=about)]


def bounded(
    row: Row | None, language: Language, names: tuple[str, str, str] = ("value", "lower", "upper")
) -> str:
    """A figure with two decimals and its margin."""
    if row is None or row[names[0]] is None:
        return NO_VALUE
    shown = format_number(row[names[0]], 2, language)
    if row[names[1]] is None or row[names[2]] is None:
        return shown
    return (
        f"{shown} ({format_number(row[names[1]], 2, language)} – {format_number(row[names[2]], 2, language)})"
    )


def above_noise(topic: Row, floor: Row | None, language: Language) -> str:
    """Whether a topic can be told from pure noise."""
    if topic["is_floor"]:
        return text("risico.the_floor", language)
    limit = max(0.0, floor["upper"]) if floor else 0.0
    return text(f"risico.{'above_noise' if topic['lower'] > limit else 'in_noise'}", language)


def category(code: str, language: Language) -> str:
    """The word for a group; a code without one, such as an age band, is shown as it is."""
    key = f"risico.category_{code}"
    return text(key, language) if has_text(key) else code
