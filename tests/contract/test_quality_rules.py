"""Rules and their pages belong together, and every test and expectation that runs elsewhere has a rule that explains it."""

from __future__ import annotations

import re

from data_quality.rulebook import DOCS, RULES, dutch_sentence, load_rules, rule_behind, rules, rules_table
from data_quality.suites import suite_of
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from tests.for_each import for_each

PARTS = ("What is checked.", "Why it matters.", "For an engineer.", "For a reader.", "Consequence")


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert {path.stem for path in DOCS.glob("*.md")} == set(load_rules())


@for_each("key", sorted(rules()))
def test_page__says_what_why_and_what_to_do_in_english_and_one_dutch_sentence(key: str) -> None:
    page = rules()[key].page.read_text(encoding="utf-8")
    assert page.startswith(f"# {key}\n")
    for part in PARTS:
        found = re.search(rf"\*\*{re.escape(part)}[^*]*\*\*[^.]*\S{{2,}}", page)
        assert found, f"{key}.md lacks the part {part}"
    assert len(dutch_sentence(page)) > 20
    assert rules()[key].category in page


def test_templates__are_all_used() -> None:
    used = {rule.template for rule in rules().values() if rule.template} | {"prelude"}
    assert {path.stem for path in (RULES / "templates").glob("*.sql")} == used


def test_tests_and_expectations__have_a_rule_that_explains_them() -> None:
    """A generic dbt test of our own, or a kind of expectation, is not explained by the catch-all."""
    own = {path.stem for path in (PROJECT_ROOT / "dbt_project/macros/tests").glob("*.sql")}
    own |= {path.stem for path in (PROJECT_ROOT / "dbt_project/tests").glob("*.sql")}
    unexplained = {name for name in own if rule_behind(name, "model_test").id == "model_test"}
    assert unexplained == set(), "add these to runs_as of a rule in data_quality/rules/run_elsewhere.yml"
    for source in load_catalogue(PROJECT_ROOT / "catalogue").sources.values():
        declared = len(source.expectations)
        for rule in suite_of(source)[: -declared or None]:
            assert rule_behind(rule.kind, "none").runs_as


def test_rules_table__has_a_row_with_guidance_per_rule() -> None:
    table = rules_table()
    assert [row[0] for row in table.rows] == list(rules())
    names = [name for name, _, _ in table.columns]
    assert all(row[names.index("reader_nl")] and row[names.index("guidance")] for row in table.rows)
    assert all(description for _, _, description in table.columns)
