"""The words of the site, in Dutch and English."""

from __future__ import annotations

Words = dict[str, str]
LANGUAGES = ("nl", "en")
WORDS: dict[str, Words] = {
    "nl": {
        "site": "Naslag van de datawerkplaats",
        "intro": "Alle indicatoren, determinanten en gevolgen per thema ({themes}): wat ze betekenen en waar ze vandaan komen.",
        "other": "English",
        "skip": "Naar de inhoud",
        "home": "Overzicht",
        "gaps": "Wat er niet gemeten wordt",
        "sources": "Bronnen",
        "rules": "Regels voor kwaliteit",
        "rules_intro": "Waarop elk cijfer, elke bron en elk gebied gecontroleerd wordt, waarom, en wat er gebeurt als het mis is.",
        "rules_on_figures": "Elk cijfer, per soort gebied en jaar:",
        "conformance": "Klopt het? Vorm en definitie",
        "completeness": "Is het er? Volledigheid",
        "plausibility": "Kan het? Aannemelijkheid",
        "search": "Zoek op naam of omschrijving",
        "none": "Niets gevonden.",
        "download": "Download de beschrijvingen",
        "indicator": "Indicatoren",
        "determinant": "Determinanten",
        "outcome": "Gevolgen",
        "definition": "Definitie",
        "population": "Over wie",
        "unit": "Eenheid",
        "polarity": "Richting",
        "higher_is_better": "hoger is gunstiger",
        "higher_is_worse": "hoger is ongunstiger",
        "neutral": "goed noch slecht",
        "instrument": "Vragenlijst",
        "cut_off": "Grens",
        "version": "Versie van de definitie",
        "method": "Berekening",
        "passthrough": "zoals de bron het levert",
        "ratio": "teller gedeeld door noemer",
        "measure": "Maat in de bron",
        "since": "Vanaf",
        "themes": "Thema",
        "level": "Niveau",
        "also": "Telt ook als",
        "source": "Bron",
        "publisher": "Uitgever",
        "licence": "Licentie",
        "citation": "Bronvermelding",
        "series": "Uitgaven",
        "lineage": "De weg van het cijfer",
        "checks": "Controles",
        "issues": "Wat je van de bron moet weten",
        "corrections": "Bekende fouten",
        "caveats": "Let op",
        "backtests": "Nagerekende cijfers",
        "gap": "Waarom er geen cijfers zijn",
        "gap_intro": "Dit doet ertoe voor een of meer thema's, maar er is geen open bron op een bruikbaar niveau.",
        "methodology": "Uitleg van de uitgever",
        "model": "Modelschatting",
        "yes": "ja",
        "no": "nee",
        "title": "Naam",
        "class": "Soort",
        "tolerance": "marge",
    },
    "en": {
        "site": "Reference of the data workplace",
        "intro": "All indicators, determinants and outcomes per theme ({themes}): what they mean and where they come from.",
        "other": "Nederlands",
        "skip": "Skip to content",
        "home": "Overview",
        "gaps": "What is not measured",
        "sources": "Sources",
        "rules": "Rules of quality",
        "rules_intro": "What every figure, source and region is checked on, why, and what follows when it does not hold.",
        "rules_on_figures": "Every figure, per level and year:",
        "conformance": "Is it correct? Form and definition",
        "completeness": "Is it there? Completeness",
        "plausibility": "Can it be true? Plausibility",
        "search": "Search by name or description",
        "none": "Nothing found.",
        "download": "Download the descriptions",
        "indicator": "Indicators",
        "determinant": "Determinants",
        "outcome": "Outcomes",
        "definition": "Definition",
        "population": "About whom",
        "unit": "Unit",
        "polarity": "Direction",
        "higher_is_better": "higher is better",
        "higher_is_worse": "higher is worse",
        "neutral": "neither good nor bad",
        "instrument": "Questionnaire",
        "cut_off": "Cut-off",
        "version": "Version of the definition",
        "method": "Calculation",
        "passthrough": "as the source delivers it",
        "ratio": "numerator divided by denominator",
        "measure": "Measure in the source",
        "since": "From",
        "themes": "Theme",
        "level": "Level",
        "also": "Also counts as",
        "source": "Source",
        "publisher": "Publisher",
        "licence": "Licence",
        "citation": "Citation",
        "series": "Editions",
        "lineage": "The way of the figure",
        "checks": "Checks",
        "issues": "What to know of the source",
        "corrections": "Known errors",
        "caveats": "Mind",
        "backtests": "Figures checked against publications",
        "gap": "Why there are no figures",
        "gap_intro": "This matters for one or more themes, but there is no open source at a level that can be used.",
        "methodology": "The publisher's explanation",
        "model": "Model estimate",
        "yes": "yes",
        "no": "no",
        "title": "Name",
        "class": "Kind",
        "tolerance": "tolerance",
    },
}
STYLE = """
:root { color-scheme: light dark; --line: #767676; --accent: #0b5c8a; }
body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
a { color: var(--accent); } @media (prefers-color-scheme: dark) { :root { --accent: #8fc7ec; } }
a:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; }
nav ul { list-style: none; padding: 0; display: flex; gap: 1.2rem; flex-wrap: wrap; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0;
border-bottom: 1px solid var(--line); } th[scope=row] { width: 14rem; } td { overflow-wrap: anywhere; }
input { font: inherit; padding: .4rem; width: min(30rem, 100%); } code { overflow-wrap: anywhere; }
"""
SEARCH = """
const field = document.getElementById('search'), none = document.getElementById('none');
field.addEventListener('input', () => {
  const wanted = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  document.querySelectorAll('li[data-text]').forEach(item => {
    item.hidden = !wanted.every(word => item.dataset.text.includes(word));
    shown += item.hidden ? 0 : 1;
  });
  none.hidden = shown > 0;
});
"""
