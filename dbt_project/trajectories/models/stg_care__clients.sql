{{ config(contract={'enforced': false}) }}
select
    row_number() over () as line_number,
    *
from {{ delivered('clients', 'clienten') }}
