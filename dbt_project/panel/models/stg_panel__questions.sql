select
    question,
    question_number,
    block,
    kind,
    role,
    nullif(proxy_of, '') as proxy_of,
    topic,
    sign,
    codes
from {{ source('declarations', 'questions') }}
