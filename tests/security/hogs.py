# ruff: noqa: E501 – SQL as data
"""Queries that would take the machine: processor, memory, planner or patience.

Most of them are allowed by the gate, because their parts are what analysts use; the process must end them.
The ones that the gate refuses are measured without it, so that the process is known to hold on its own.
"""

from __future__ import annotations

from tests.security.attacks import Attack

_FOURTEEN = ", ".join(f"i{n} % 2" for n in range(14))
_TABLES = ", ".join(f"core.fct_observation t{n}" for n in range(40))

_HOGS = {
    "cross_join": "select sum(a.value * b.value) from core.fct_observation a, core.fct_observation b, core.fct_observation c",
    "cross_join_of_series": "select count(*) from range(1000000) a(i), range(1000000) b(j) where i * j % 7 = 3",
    "huge_series": "select count(*) from range(1000000000000) t(i) where i % 3 = 1",
    "huge_list": "select len(range(10000000000))",
    "endless_recursion": "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t",
    "doubling_recursion": "with recursive t(s) as (select 'x' union all select s || s from t) select max(len(s)) from t",
    "branching_recursion": (
        "with recursive t(n) as (select 1 union all select n * 2 + k from t, (values (0), (1)) v(k)) select count(*) from t"
    ),
    "billion_laughs": (
        "with a as (select i from range(1000) t(i)), b as (from a, a x), c as (from b, b x), d as (select count(*) n from c, c x) from d"
    ),
    "repeat_text": "select len(repeat('x', 4000000000))",
    "repeat_text_per_row": "select max(repeat(region_id, 10000000)) from core.fct_observation",
    "left_pad": "select len(lpad('x', 2000000000, 'y'))",
    "printf_width": "select len(printf('%2000000000d', 1))",
    "format_width": "select len(format('{:>2000000000}', 'x'))",
    "replace_explosion": (
        "select len(replace(replace(repeat('a', 100000), 'a', repeat('a', 10000)), 'a', repeat('b', 10000)))"
    ),
    "regular_expression": "select regexp_matches(repeat('a', 30000000), '((a{1,30}){1,30})*b(a|aa|aaa)+$') from range(1000)",
    "regular_expression_compile": "select regexp_matches('a', '((((a{1,100}){1,100}){1,100}){1,100}){1,100}')",
    "edit_distance": "select levenshtein(repeat('a', 300000), repeat('b', 300000))",
    "damerau_distance": "select damerau_levenshtein(repeat('a', 200000), repeat('b', 200000))",
    "similarity": "select jaro_winkler_similarity(repeat('ab', 3000000), repeat('ba', 3000000))",
    "nested_lambdas": (
        "select list_sum(list_transform(range(1000000), lambda x: list_sum(list_transform(range(1000000), lambda y: x * y))))"
    ),
    "list_reduce": "select len(list_reduce(list_transform(range(100000), lambda x: [x]), lambda a, b: list_concat(a, b)))",
    "list_resize": "select len(list_resize([1], 4000000000, 0))",
    "list_of_texts": "select len(list_transform(range(1000000), lambda x: repeat('x', 100000)))",
    "split_text": "select len(string_split(repeat(',', 200000000), ','))",
    "one_list_of_everything": "select len(array_agg(i || 'x' || j)) from range(1000000) a(i), range(1000) b(j)",
    "one_text_of_everything": "select len(string_agg(i::varchar)) from range(1000000) a(i), range(1000) b(j)",
    "sort_everything": "select i, j, row_number() over (order by hash(i * j)) from range(100000) a(i), range(100000) b(j)",
    "distinct_everything": "select count(distinct i * 1000003 + j) from range(1000000) a(i), range(1000000) b(j)",
    "cube": (
        "select count(*) from (select count(*) from (select "
        + ", ".join(f"i + {n} as i{n}" for n in range(14))
        + f" from range(100000) t(i)) group by cube({_FOURTEEN}))"
    ),
    "forty_tables": f"select count(*) from {_TABLES} where t0.value = t39.value and t5.value < t17.value",
    "deep_brackets": "select " + "(" * 5000 + "1" + ")" * 5000,
    "deep_functions": "select " + "abs(" * 1500 + "1" + ")" * 1500,
    "deep_subqueries": "select * from " + "(select * from " * 900 + "core.dim_source" + ")" * 900,
    "deep_lists": "select " + "[" * 5000 + "1" + "]" * 5000,
    "long_union": " union all ".join(["select 1"] * 1600),
    "deep_json": "select json_valid(repeat('[', 50000000))",
    "pivot_of_everything": "pivot (select i % 100000 as k, i from range(1000000) t(i)) on k using sum(i), min(i), max(i)",
    "wide_rows": "select * from range(1000000) a(i), range(1000000) b(j)",
    "wide_cells": "select repeat('x', 5000000) from range(1000000)",
    "sleep": "select sleep_ms(60000)",
    "bins": "select len(equi_width_bins(0.0, 1e9, 900000000, false))",
    "bar": "select len(bar(1, 0, 1, 1e9))",
}

HOGS = [Attack("hogging", name, sql) for name, sql in _HOGS.items()]
