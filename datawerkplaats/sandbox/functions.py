"""The functions that a typed query may call: what computes, counts, cleans or formats published figures.

A list of what is allowed, not of what is forbidden: a function that a new engine version brings is refused
until somebody has looked at it. Left out on purpose: everything that reads a file, a setting, a variable, a
secret or the environment, that parses or runs SQL, that waits, or that writes a log.
"""

from __future__ import annotations

_OPERATORS = """
+ - * / // % ^ ** || & | << >> ~ ~~ !~~ ~~* !~~* ~~~ ^@ -> ->> @> <@ && @ !__postfix like_escape
not_like_escape ilike_escape not_ilike_escape = == <> != < <= > >= list_value row struct_pack array_extract
array_slice
"""

_NUMBERS = """
abs ceil ceiling floor round round_even roundbankers trunc sign sqrt cbrt exp ln log log2 log10 pow power
mod fmod fdiv divide greatest least degrees radians pi sin cos tan asin acos atan atan2 cot even factorial
gamma lgamma gcd lcm isnan isinf isfinite add subtract multiply bit_count xor random hash md5 sha1 sha256 if
nullif ifnull coalesce constant_or_null typeof
"""

_TEXTS = """
lower upper lcase ucase length len strlen char_length character_length trim ltrim rtrim left right substr
substring substring_grapheme left_grapheme right_grapheme length_grapheme concat concat_ws replace reverse
lpad rpad repeat bar starts_with ends_with prefix suffix contains position strpos instr split split_part
string_split string_split_regex str_split str_split_regex string_to_array regexp_matches regexp_full_match
regexp_replace regexp_extract regexp_extract_all regexp_split_to_array regexp_escape translate ascii chr ord
unicode strip_accents nfc_normalize format printf format_bytes levenshtein editdist3 damerau_levenshtein
hamming mismatches jaccard jaro_similarity jaro_winkler_similarity to_base64 from_base64 hex to_hex bin
to_binary encode decode url_encode url_decode array_to_string
"""

_DATES = """
now today current_date current_timestamp current_localtimestamp get_current_timestamp get_current_time
current_time transaction_timestamp localtimestamp localtime date_part datepart date_trunc datetrunc
date_diff datediff date_sub datesub date_add age ago extract year month day quarter week weekofyear weekday
dayofweek dayofyear dayofmonth isodow isoyear yearweek dayname monthname decade century millennium era
julian epoch epoch_ms epoch_us epoch_ns hour minute second millisecond microsecond last_day days_in_month
make_date make_time make_timestamp make_timestamptz strftime strptime try_strptime time_bucket timezone
to_days to_weeks to_months to_quarters to_years to_hours to_minutes to_seconds to_milliseconds
to_microseconds to_decades to_timestamp
"""

_LISTS = """
list_aggregate list_aggr array_aggregate aggregate list_sum list_avg list_min list_max list_count
list_median list_mode list_product list_stddev_samp list_stddev_pop list_var_samp list_var_pop list_first
list_last list_any_value list_string_agg list_histogram list_concat list_cat array_concat array_cat
list_append array_append list_prepend array_prepend list_contains list_has array_contains array_has
list_has_any list_has_all array_has_any array_has_all list_position list_indexof array_position
list_distinct array_distinct list_unique array_unique list_sort array_sort list_reverse_sort
array_reverse_sort list_reverse array_reverse list_slice list_extract list_element list_where list_zip
array_zip list_intersect array_intersect list_resize list_grade_up list_transform list_apply array_transform
apply list_filter array_filter filter list_reduce array_reduce reduce flatten unnest array_length
array_value range generate_series list_distance list_cosine_similarity list_dot_product list_pack map
map_keys map_values map_entries map_extract map_contains map_from_entries map_concat cardinality element_at
struct_extract struct_extract_at struct_insert struct_keys struct_values struct_update struct_concat json
json_extract json_extract_string json_extract_path json_extract_path_text json_value json_array_length
json_keys json_type json_valid json_exists json_contains json_structure json_array json_object json_pretty
to_json array_to_json row_to_json
"""

_AGGREGATES = """
count count_star count_if countif sum avg mean min max median mode any_value arbitrary first last
first_value last_value nth_value arg_max arg_min max_by min_by argmax argmin arg_max_null arg_min_null
array_agg list listagg string_agg group_concat histogram histogram_exact stddev stddev_pop stddev_samp
var_pop var_samp variance sem mad entropy kurtosis kurtosis_pop skewness corr covar_pop covar_samp regr_avgx
regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy quantile quantile_cont
quantile_disc percentile_cont percentile_disc approx_quantile reservoir_quantile approx_count_distinct
approx_top_k product geomean geometric_mean weighted_avg wavg favg fsum kahan_sum sumkahan bool_and bool_or
bit_and bit_or bit_xor json_group_array json_group_object equi_width_bins row_number rank dense_rank
rank_dense percent_rank cume_dist ntile lag lead fill grouping grouping_id
"""

FUNCTIONS = frozenset(f"{_OPERATORS}{_NUMBERS}{_TEXTS}{_DATES}{_LISTS}{_AGGREGATES}".split())

# Where a table may stand. The three about the schema describe the published file and nothing else.
TABLE_FUNCTIONS = frozenset(
    {
        "unnest",
        "range",
        "generate_series",
        "json_each",
        "json_tree",
        "duckdb_tables",
        "duckdb_views",
        "duckdb_columns",
    }
)

# Their number of steps must be known, see `series`.
SERIES = frozenset({"range", "generate_series"})
