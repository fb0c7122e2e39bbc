select
    file_number,
    wave,
    wave_number,
    subject,
    results as results_file,
    enumerations as enumerations_file
from {{ source('declarations', 'files') }}
