"""The report of a run as one page of HTML that needs nothing else."""

from __future__ import annotations

from html import escape
from typing import Any

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}"
    "td,th{border:1px solid #ccc;padding:.25rem .5rem;text-align:left}"
    "caption{text-align:left;font-weight:600}.label{background:#fff3cd;padding:.75rem;border-left:4px solid #b58900}"
)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else escape(str(value))


def _table(caption: str, rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f'<th scope="col">{escape(n)}</th>' for n in names)
    body = "".join("<tr>" + "".join(f"<td>{_cell(row.get(n))}</td>" for n in names) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _decision_svg(rows: list[dict[str, float]]) -> str:
    """The decision curve as a drawing, with the same figures in the table below it."""
    top = max(row["model"] for row in rows) or 1.0

    def line(name: str, colour: str, dash: str) -> str:
        points = " ".join(
            f"{40 + 1200 * row['threshold']:.0f},{170 - 150 * max(row[name], -0.1 * top) / top:.0f}"
            for row in rows
        )
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'

    lines = (
        line("model", "#005a9c", "0") + line("everybody", "#b35900", "6 3") + line("nobody", "#555", "2 2")
    )
    return f'<svg role="img" aria-label="decision curve" viewBox="0 0 540 190" width="540">{lines}</svg>'


def render(report: dict[str, Any], card: dict[str, Any]) -> str:
    """The page: label, choice, figures, and the checklists."""
    label = (
        "SYNTHETISCH: geen enkele rij beschrijft een persoon / SYNTHETIC: no row describes a person"
        if report["synthetic"]
        else escape(str(report["source"]))
    )
    parts = [
        f"<!doctype html><html lang='nl'><meta charset='utf-8'><title>{escape(card['title']['nl'])}</title>",
        f"<style>{STYLE}</style>",
        f"<h1>{escape(card['title']['nl'])}</h1><p lang='en'>{escape(card['title']['en'])}</p>",
        f"<p class='label'>{label}</p>",
        f"<p>{escape(card['choice']['nl'])}</p><p lang='en'>{escape(card['choice']['en'])}</p>",
        f"<p>{escape(card['allowed_use']['nl'])}</p><p>{escape(report['why_not_accuracy']['nl'])}</p>",
        "<h2>Resultaten</h2>",
        _table("evaluationStatistics", report["evaluationStatistics"]),
        _table("calibrationSummary", report["calibrationSummary"]),
        _decision_svg(report["decisionCurve"]),
        _table("decisionCurve", report["decisionCurve"]),
        _table("thresholdSummary", report["thresholdSummary"]),
        _table("demographicSummary", report["demographicSummary"]),
        _table("fairnessGaps", report["fairnessGaps"]),
        f"<h2>Relatieve bijdrage</h2><p>{escape(report['explanations']['label']['nl'])}</p>",
        _table("topics", report["explanations"]["topics"]),
        _table("attrition", report["attrition"]),
        _table("leakage", report["leakage"]),
        "<h2>TRIPOD+AI</h2>",
        _table("52 onderdelen", card["tripod_ai"]),
        "<h2>PROBAST+AI</h2>",
        _table("16 + 18 vragen", card["probast_ai"]),
        "</html>",
    ]
    return "".join(parts)
