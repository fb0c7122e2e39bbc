"""The texts of `dwp new`: one per file, with `$name` where a value goes."""

INDICATOR = """\
# Fill in titles and descriptions, check the rest, then run `make check`.
title:
  nl: $title
  en: $title
description:
  nl: Deel van de inwoners, in gewone woorden.
  en: Share of inhabitants, in plain words.
$of_mart
population: adults_18_plus  # see dimensions/populations.yml
definition:
  source: $source
  measure: $measure
polarity: neutral  # higher_is_better, higher_is_worse or neutral
unit: "%"
status: active
"""

SOURCE = """\
# Fill in who publishes it and what it holds, then run `make check`.
source_id: $source_id
title:
  nl: $title
  en: $title
publisher: Naam van de uitgever
url_main: https://example.org
licence: CC BY 4.0
citation: Naam van de uitgever, $title
access: open
cadence: yearly
expected_lag_days: 365
owner: data-engineering
required: false
reader:
$reader
keys: [$region, $period]
dimension_columns: [$region, $period]
required_columns: [$region, $period, $measure]
observations: {region: $region, period: $period}  # every other column is a measure
region_vintage: 2024
is_model_estimate: false
"""
