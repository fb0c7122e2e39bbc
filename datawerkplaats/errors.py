"""Every failure is a sentence: which file, row or column, what was expected and what to do."""

from __future__ import annotations

from typing import Literal

Language = Literal["nl", "en"]

# One entry per kind of problem: what went wrong, in Dutch and English. Subject, place, expectation and remedy are appended
# by `DataProblem.sentence`, so that every message has the same order and none can forget its remedy.
PROBLEMS: dict[str, dict[Language, str]] = {
    "wrong_delimiter": {"nl": "het scheidingsteken is niet ';'", "en": "the delimiter is not ';'"},
    "missing_column": {"nl": "een kolom ontbreekt", "en": "a column is missing"},
    "duplicate_key": {"nl": "een sleutel komt meer dan één keer voor", "en": "a key occurs more than once"},
    "unknown_region": {"nl": "een onbekende regiocode", "en": "an unknown region code"},
    "unknown_region_setting": {"nl": "de gekozen regio bestaat niet", "en": "the chosen region does not exist"},
    "not_a_number": {"nl": "een waarde is geen getal", "en": "a value is not a number"},
    "empty_file": {"nl": "het bestand is leeg", "en": "the file is empty"},
    "unreadable_file": {"nl": "het bestand is beschadigd of afgebroken", "en": "the file is damaged or cut off"},
    "no_rows": {"nl": "de tabel heeft geen rijen", "en": "the table has no rows"},
    "wrong_encoding": {"nl": "de tekens zijn geen UTF-8", "en": "the text is not UTF-8"},
    "not_geojson": {"nl": "het bestand is geen GeoJSON", "en": "the file is not GeoJSON"},
    "unsupported_file": {"nl": "dit soort bestand wordt niet gelezen", "en": "this kind of file is not read"},
    "missing_delivery": {"nl": "de levering ontbreekt", "en": "the delivery is missing"},
    "page_incomplete": {"nl": "een pagina is onvolledig", "en": "a page is incomplete"},
    "page_out_of_order": {"nl": "een pagina sluit niet aan", "en": "a page does not follow on the one before"},
    "row_count_mismatch": {"nl": "het aantal rijen klopt niet", "en": "the number of rows is wrong"},
    "service_unavailable": {"nl": "de dienst antwoordt niet", "en": "the service does not answer"},
    "table_not_found": {"nl": "de dienst kent deze tabel niet", "en": "the service does not know this table"},
    "expectation_failed": {"nl": "een kwaliteitscontrole faalt", "en": "a quality check fails"},
    "catalogue_field": {"nl": "een catalogusbestand klopt niet", "en": "a catalogue file is not right"},
    "unknown_measure": {"nl": "de bron levert deze maat niet", "en": "the source does not deliver this measure"},
    "no_publication": {"nl": "er is nog geen publicatie", "en": "there is no publication yet"},
    "publication_damaged": {"nl": "de publicatie is beschadigd", "en": "the publication is damaged"},
    "not_enough_space": {"nl": "de schijf is vol", "en": "the disk is full"},
    "build_failed": {"nl": "de opbouw is mislukt", "en": "the build failed"},
    "query_refused": {"nl": "de vraag is geweigerd", "en": "the query was refused"},
}

_WORDS: dict[Language, dict[str, str]] = {
    "nl": {"expected": "Verwacht", "found": "gevonden", "remedy": "Wat te doen"},
    "en": {"expected": "Expected", "found": "found", "remedy": "What to do"},
}


class DataProblem(Exception):
    """A problem with data or configuration that a person can act on.

    Args:
        code: A key of `PROBLEMS`.
        subject: The file, table or catalogue entry that is wrong (never a person-level value).
        where: The row, column, page or field inside the subject.
        expected: What should have been there.
        found: What was there instead.
        remedy: What to do about it.

    Raises:
        KeyError: If the code is not registered, so that no message is ever without a translation.
    """

    def __init__(
        self, code: str, *, subject: str, where: str = "", expected: str = "", found: str = "", remedy: str = ""
    ) -> None:
        PROBLEMS[code]
        self.code, self.subject, self.where = code, subject, where
        self.expected, self.found, self.remedy = expected, found, remedy
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language = "en") -> str:
        """One readable sentence: subject, place, problem, expected, found, remedy."""
        words = _WORDS[language]
        place = f"{self.subject}, {self.where}" if self.where else self.subject
        text = f"{place}: {PROBLEMS[self.code][language]}"
        if self.found:
            text += f" ({words['found']}: {self.found})"
        text += "."
        if self.expected:
            text += f" {words['expected']}: {self.expected}."
        if self.remedy:
            text += f" {words['remedy']}: {self.remedy}."
        return text

    def as_dict(self) -> dict[str, str]:
        """The problem as plain data, for `reason.json` and Dagster metadata."""
        fields = ("code", "subject", "where", "expected", "found", "remedy")
        return {**{f: getattr(self, f) for f in fields}, "sentence_nl": self.sentence("nl"), "sentence_en": self.sentence("en")}
