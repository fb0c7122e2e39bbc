"""The results of all checks: per kind of quality, per rule with its guidance, and those about one indicator."""

from __future__ import annotations

from apps.dashboard.data.release import Release, Row, has_tables, records

_COUNTS = """count(*) filter (status = 'passed') as passed, count(*) filter (status in ('failed', 'error')) as wrong,
             count(*) filter (status = 'not_applicable') as not_applicable"""
# A rule that has no row of guidance is told by its own name.
_RULES = """select rule as guidance, title_nl, title_en, reader_nl, reader_en from quality.dim_rule"""


def tells_guidance(release: Release) -> bool:
    """True for a publication in which every check names its rule; earlier ones have results only."""
    return has_tables(release, "quality.dim_rule")


def by_category(release: Release) -> list[Row]:
    """Per category how many checks passed, did not pass and did not apply."""
    sql = f"select category, {_COUNTS} from quality.check_result group by category order by category"
    return records(release.identity, sql)


def wrong_by_rule(release: Release) -> list[Row]:
    """The rules that do not hold everywhere, most serious first, with what that means and where it is so."""
    sql = f"""with wrong as (
                 select guidance, rule, subject, severity, consequence, status from quality.check_result
                 where status in ('failed', 'error'))
             select wrong.guidance, coalesce(any_value(title_nl), any_value(rule)) as title_nl,
                 coalesce(any_value(title_en), any_value(rule)) as title_en, any_value(reader_nl) as reader_nl,
                 any_value(reader_en) as reader_en, any_value(consequence) as consequence, count(*) as subjects,
                 list(subject order by subject)[:5] as examples, bool_or(status = 'error') as could_not_run
             from wrong left join ({_RULES}) as rules using (guidance)
             group by wrong.guidance order by bool_or(severity = 'error') desc, subjects desc, wrong.guidance"""
    return records(release.identity, sql)


def about(release: Release, indicator: Row) -> list[Row]:
    """Per rule the checks along the way of one indicator: its delivery, its tables and its own figures."""
    sql = f"""select guidance, coalesce(any_value(title_nl), guidance) as title_nl,
                 coalesce(any_value(title_en), guidance) as title_en, {_COUNTS}
             from quality.check_result left join ({_RULES}) as rules using (guidance)
             where subject = ? or starts_with(subject, ?) or subject = ? or starts_with(subject, ?)
                 or contains(subject, ?) or contains(subject, 'int_indicator_values')
             group by guidance order by wrong desc, guidance"""
    key, source = indicator["indicator_id"], indicator["source_id"]
    return records(
        release.identity, sql, (key, f"{key}/", source, f"staging.stg_{source}", f"fct_{indicator['home']}")
    )


def approved(release: Release) -> list[Row]:
    """What this publication took away or changed and somebody let through, with name and reason; none in earlier ones."""
    if not has_tables(release, "quality.rpt_load_gate"):
        return []
    sql = """select finding, subject, before, after, approved_by, reason from quality.rpt_load_gate
             where approved_by is not null order by finding, subject limit 50"""
    return records(release.identity, sql)
