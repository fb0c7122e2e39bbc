-- What analysts ordinarily ask, one query per line: at least 95 of 100 must be answered (make prove ONLY=attack).
select * from core.dim_region limit 10
select * from dim_region limit 10
select * from core.dim_indicator limit 10
select * from dim_source limit 10
select * from core.fct_observation limit 10
select * from fct_population limit 10
select * from indicator.fct_indicator limit 10
select * from determinant.fct_determinant limit 10
select * from outcome.fct_outcome limit 10
select * from quality.check_result limit 10
select * from meta.publication limit 10
select * from bridge_circular_pair limit 10
describe fct_observation
select count(*) as n from fct_observation
summarize select * from fct_observation
describe dim_region
select count(*) as n from dim_region
summarize select * from dim_region
describe core.dim_indicator
select count(*) as n from core.dim_indicator
summarize select * from core.dim_indicator
show all tables
show tables
from dim_indicator select indicator_id, mart order by all
select table_schema, table_name from information_schema.tables order by 1, 2
select column_name, data_type from information_schema.columns where table_name = 'dim_region'
select table_name, comment from duckdb_tables() where schema_name = 'core'
select region_level, avg(value) from fct_observation group by region_level order by 1
select region_level, median(value) from fct_observation group by region_level order by 1
select region_level, quantile_cont(value, 0.9) from fct_observation group by region_level order by 1
select region_level, stddev(value) from fct_observation group by region_level order by 1
select region_level, min(value), max(value) from fct_observation group by region_level order by 1
select region_level, count(value) from fct_observation group by region_level order by 1
select region_level, round(avg(value), 1) from fct_observation group by region_level order by 1
select region_level, mad(value) from fct_observation group by region_level order by 1
select region_level, count(*) filter (where value_status = 'suppressed') from fct_observation group by region_level order by 1
select indicator_id, year, avg(value) as mean from fct_observation group by all order by all
select indicator_id, year, avg(value) from fct_observation group by rollup (indicator_id, year) order by all
select indicator_id, year, count(*) from fct_observation group by grouping sets ((indicator_id), (year), ()) order by all
select r.gemeente_name, o.value from fct_observation o join dim_region r using (region_id) where o.region_level = 'gemeente' and o.year = 2020 order by 2 desc nulls last limit 10
select r.region_name, i.title_nl, o.value from fct_observation o join dim_region r using (region_id) join dim_indicator i using (indicator_id) limit 20
select r.region_name from dim_region r left join fct_observation o on o.region_id = r.region_id and o.value is null where o.region_id is null limit 5
select region_name from dim_region semi join (select distinct region_id from fct_observation where value is null) using (region_id)
select region_name from dim_region anti join (select distinct region_id from fct_observation where value is null) using (region_id)
select region_id, year, value, lag(value) over (partition by indicator_id, region_id order by year) as before from fct_observation limit 20
select region_id, value, rank() over (order by value desc) as place from fct_observation where value is not null and year = 2020 qualify place <= 10
select region_id, value, avg(value) over w as mean from fct_observation window w as (partition by region_level) limit 10
select region_id, ntile(4) over (order by value) as quarter from fct_observation where value is not null limit 10
select region_id, sum(value) over (order by region_id rows between 2 preceding and current row) from fct_observation where year = 2020 limit 5
with wide as (select region_id, max(value) filter (where year = 2016) as old, max(value) filter (where year = 2020) as new from fct_observation group by 1) select *, new - old as difference from wide order by difference desc nulls last limit 10
with a as (select * from fct_observation where year = 2020), b as (select region_level, avg(value) as mean from a group by 1) select a.region_id, a.value - b.mean as beside from a join b using (region_level) limit 10
with recursive years(y) as (select 2016 union all select y + 1 from years where y < 2025) select * from years
pivot fct_observation on year using avg(value) group by region_level
pivot fct_observation on region_level using count(*) group by indicator_id order by indicator_id
pivot (select region_level, year, value from core.fct_observation) on year in (2016, 2020) using avg(value)
with p as (pivot fct_observation on year using avg(value) group by region_level) select * from p where region_level = 'wijk'
with a as (select * from fct_observation where value is not null), p as (pivot a on year using round(avg(value), 1) group by indicator_id) select * from p order by 1
with p as (pivot fct_observation on region_level using avg(value) group by year), q as (select * from p) select * from q order by year
unpivot (select region_id, value, denominator from fct_observation limit 5) on value, denominator into name what value amount
select * from (select region_level, year, value from fct_observation) pivot (avg(value) for year in (2016, 2020))
select * from range(10)
select * from generate_series(2015, 2025)
select unnest(range(2016, 2021)) as year
select * from range(date '2020-01-01', date '2021-01-01', interval 1 month)
select * from generate_series(timestamp '2024-01-01', timestamp '2024-02-01', interval 1 week)
select unnest(generate_series('2020-01-01'::date, current_date, interval '1 quarter')) as quarter
select unnest(range(min(year), max(year) + 1)) as year from fct_observation
select y, count(o.value) from generate_series(2016, 2020) t(y) left join fct_observation o on o.year = y group by y order by y
select strftime(d, '%Y-%m') from generate_series(date '2024-01-01', date '2024-12-31', interval 1 month) t(d)
select range(0, 20 * 5, 5) as ages
select i, i * i from range(-5, 5 + 1) t(i)
explain select avg(value) from fct_observation
EXPLAIN select * from dim_region where region_level = 'wijk'
explain select region_level, count(*) from fct_observation group by 1
explain with a as (select 1 as x) select x from a
select * from json_each('{"a": 1, "b": 2}')
select key, value from json_each('[10, 20]') order by key
select j.key, j.value from (select json_object('region', region_id, 'value', value) as o from fct_observation limit 3), json_each(o) j
select json_extract_string('{"a": {"b": "c"}}', '$.a.b') as found
select to_json({'year': year, 'value': value}) from fct_observation limit 3
select list(region_name order by region_name) from dim_region where region_level = 'gemeente'
select string_agg(region_name, ', ' order by region_name) from dim_region where region_level = 'gemeente'
select list_transform([1, 2, 3], x -> x * 2) as doubled
select list_filter(list(value), v -> v > 50) from fct_observation where year = 2020
select region_level, histogram(round(value / 10) * 10) from fct_observation where value is not null group by 1
select corr(a.value, b.value), regr_slope(a.value, b.value) from fct_observation a join fct_observation b using (region_id, year) where a.indicator_id = 'loneliness_djg_pct' and b.indicator_id = 'single_person_households_pct'
select case when value < 20 then 'low' when value < 60 then 'middle' else 'high' end as class, count(*) from fct_observation group by 1 order by 1
select coalesce(value::varchar, suppression_reason) from fct_observation limit 10
select try_cast('12,5' as double) is null as is_text
select regexp_extract(region_id, '(\w+)@(\d+)', 1) as code from dim_region limit 5
select upper(region_name), length(region_name), region_name ilike '%wijk%' from dim_region limit 5
select split_part(region_id, '@', 2)::int as vintage, count(*) from dim_region group by 1
select region_name from dim_region where region_name like 'gemeente 1%' order by 1
select date_trunc('year', period_start), count(*) from fct_observation group by 1 order by 1
select datediff('day', period_start, period_end) from fct_observation limit 1
select distinct on (region_level) region_level, region_id, value from fct_observation where value is not null order by region_level, value desc
select * exclude (province_code, province_name) from dim_region limit 3
select * replace (round(value) as value) from fct_observation limit 3
select columns('region_.*') from dim_region limit 3
select region_id from fct_observation where year = 2016 except select region_id from fct_observation where year = 2020
select region_id from dim_region union all by name select region_id from fct_observation limit 5
select region_id from dim_region intersect select region_id from fct_observation limit 5
select max_by(region_id, value), arg_min(region_id, value) from fct_observation where year = 2020
select region_id, value from fct_observation where value > (select avg(value) from fct_observation) limit 5
select exists (select 1 from fct_observation where value > 100) as odd
select region_name from dim_region where region_id in (select region_id from fct_observation where value is null) limit 5
select r.region_name, top.value from dim_region r, lateral (select value from fct_observation o where o.region_id = r.region_id order by value desc nulls last limit 1) top limit 5
values (1, 'een'), (2, 'twee')
select sum(people) from fct_population where region_level = 'gemeente' and age_from >= 65
table core.dim_source
select sex, sum(people) * 100.0 / sum(sum(people)) over () as share from fct_population where region_code = 'NL00' group by sex
