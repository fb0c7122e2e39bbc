-- One row per column of the tables that everything else joins: how many rows it has and how many of them are filled.
with counted as (

    select 'core.dim_region' as table_name, (select count(*) from core.dim_region) as n_rows, column_name, n_filled
    from (unpivot (select count(columns(*)) from core.dim_region) on columns(*) into name column_name value n_filled)
    union all
    select 'core.dim_indicator', (select count(*) from core.dim_indicator), column_name, n_filled
    from (unpivot (select count(columns(*)) from core.dim_indicator) on columns(*) into name column_name value n_filled)
    union all
    select 'core.dim_source', (select count(*) from core.dim_source), column_name, n_filled
    from (unpivot (select count(columns(*)) from core.dim_source) on columns(*) into name column_name value n_filled)
    union all
    select 'core.dim_period', (select count(*) from core.dim_period), column_name, n_filled
    from (unpivot (select count(columns(*)) from core.dim_period) on columns(*) into name column_name value n_filled)
    union all
    select 'core.fct_observation', (select count(*) from core.fct_observation), column_name, n_filled
    from (unpivot (select count(columns(*)) from core.fct_observation) on columns(*) into name column_name value n_filled)

)

select *
from counted
