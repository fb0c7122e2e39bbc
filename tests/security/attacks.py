# ruff: noqa: E501 – SQL as data
"""What somebody might type who wants more than the published figures, as data.

Places in braces are filled in by `Target.fill`: `{text}`, `{csv}`, `{json}`, `{parquet}` are canary files,
`{database}` another DuckDB file, `{self}` the published file, `{folder}` a folder that can be written to,
`{variable}` a canary in the environment, `{frame}` the name of a data frame of the calling program. None of
these statements may run; the ones that hog the machine are in `hogs.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Attack(NamedTuple):
    """A statement with a name, and the kind of harm it tries."""

    kind: str
    name: str
    sql: str


_FILES = {
    "replacement_scan_csv": "from '{csv}'",
    "replacement_scan_parquet": "select * from '{parquet}'",
    "replacement_scan_json": "select * from '{json}'",
    "replacement_scan_duckdb": "select * from '{database}'",
    "replacement_scan_double_quotes": 'select * from "{csv}"',
    "replacement_scan_list": "from ['{csv}', '{csv}']",
    "replacement_scan_glob": "from '{folder}/*.csv'",
    "read_text": "select content from read_text('{text}')",
    "read_text_list": "select content from read_text(['{text}'])",
    "read_blob": "select content from read_blob('{text}')",
    "read_csv": "select * from read_csv('{csv}')",
    "read_csv_auto": "select * from read_csv_auto('{text}', header = false)",
    "read_parquet": "select * from read_parquet('{parquet}')",
    "parquet_scan": "select * from parquet_scan('{parquet}')",
    "parquet_metadata": "select * from parquet_metadata('{parquet}')",
    "parquet_schema": "select * from parquet_schema('{parquet}')",
    "read_json": "select * from read_json('{json}')",
    "read_ndjson_objects": "select * from read_ndjson_objects('{json}')",
    "read_duckdb": "select * from read_duckdb('{database}', table_name = 'hidden')",
    "sniff_csv": "select * from sniff_csv('{csv}')",
    "glob": "select * from glob('{folder}/*')",
    "own_raw_bytes": "select content from read_blob('{self}')",
    "own_processes_environment": "select content from read_text('/proc/self/environ')",
    "parents_environment": "select content from read_text('/proc/1/environ')",
    "password_file": "select * from read_text('/etc/passwd')",
    "relative_path": "select * from read_text('../../../../etc/hostname')",
    "home_folder": "select * from read_text('~/.bashrc')",
    "file_in_a_subquery": "select (select content from read_text('{text}'))",
    "file_in_exists": "select 1 where exists (from read_text('{text}'))",
    "file_in_a_with": "with hidden as (from read_text('{text}')) select count(*) from core.dim_source, hidden",
    "file_in_a_union": "select indicator_id from core.dim_indicator union all select content from read_text('{text}')",
    "file_in_a_lateral": "select t.content from core.dim_source, lateral (from read_text('{text}')) t",
    "file_in_an_in_list": "select 'x' in (select content from read_text('{text}'))",
    "file_in_a_pivot": "pivot (from read_csv('{csv}')) on code using any_value(secret)",
    "file_in_a_pivot_with_values": "pivot (from read_csv('{csv}')) on code in ('a') using any_value(secret)",
    "file_in_describe": "describe select * from read_csv('{csv}')",
    "file_in_summarize": "summarize '{csv}'",
    "file_in_order_by": "select 1 order by (select count(*) from read_text('{text}'))",
    "file_in_limit": "select * from range(10) limit (select count(*) from read_text('{text}'))",
    "file_in_a_lambda": "select list_transform([1], lambda x: (select content from read_text('{text}')))",
    "file_in_a_filter": "select count(*) filter (where exists (from read_text('{text}'))) from core.dim_source",
    "file_in_a_window": "select sum(1) over (order by (select count(*) from read_text('{text}')))",
    "schema_and_table_as_a_file_name": "select * from core.csv",
    "remote_file": "select * from 'https://localhost:9/canary.csv'",
    "object_store": "select * from 's3://canary/canary.parquet'",
}

_ENVIRONMENT_AND_SETTINGS = {
    "getenv": "select getenv('{variable}')",
    "current_setting": "select current_setting('secret_directory')",
    "current_setting_qualified": "select pg_catalog.current_setting('temp_directory')",
    "settings_function": "select * from duckdb_settings()",
    "settings_view": "select * from pg_catalog.pg_settings",
    "set_variable": "set variable x = 1",
    "getvariable": "select getvariable('x')",
    "variables": "select * from duckdb_variables()",
    "open_the_file_system": "set disabled_filesystems = ''",
    "open_external_access": "set enable_external_access = true",
    "unlock": "set lock_configuration = false",
    "reset": "reset memory_limit",
    "pragma_memory": "pragma memory_limit = '64GB'",
    "set_global_home": "set global home_directory = '/'",
    "set_secret_directory": "set secret_directory = '{folder}'",
    "set_temp_directory": "set temp_directory = '{folder}'",
}

_WRITING = {
    "copy_to_file": "copy (select 1) to '{folder}/out.csv'",
    "copy_to_parquet": "copy core.dim_source to '{folder}/out.parquet' (format parquet)",
    "copy_from_file": "copy core.dim_source from '{csv}'",
    "copy_to_the_terminal": "copy (select 1) to '/dev/stderr'",
    "copy_database": "copy from database memory to temp",
    "export_database": "export database '{folder}/export'",
    "import_database": "import database '{folder}'",
    "insert": "insert into core.dim_source select * from core.dim_source",
    "update": "update core.dim_region set population = 0",
    "delete": "delete from core.dim_region",
    "drop": "drop table core.dim_region",
    "truncate": "truncate core.dim_region",
    "alter": "alter table core.dim_region add column x int",
    "comment": "comment on table core.dim_region is 'x'",
    "create_table": "create table core.x as select 1",
    "create_temp_table": "create temp table x as select 1",
    "checkpoint": "checkpoint",
    "vacuum": "vacuum",
}

_SHADOWING = {
    "temp_view": "create temp view dim_source as select 'forged'",
    "temp_macro": "create temp macro round(x) as 'forged'",
    "temp_table_macro": "create or replace temp macro forged() as table select 1",
    "with_named_like_a_file": 'select * from (with "{csv}" as (select 1) select 1), "{csv}"',
    "with_named_like_a_view": "select * from (with pg_settings as (select 1) select 1), pg_settings",
    "with_read_before_it_is_there": "with a as (from hidden), hidden as (select 1) from a",
    "with_read_in_itself": "with hidden as (from hidden) from hidden",
    "prepare": "prepare p as select 1",
    "execute": "execute p",
    "deallocate": "deallocate p",
    "parameter": "select ?",
    "named_parameter": "select $path",
}

_ATTACHING = {
    "attach": "attach '{database}' as other",
    "attach_memory": "attach ':memory:' as other",
    "detach": "detach memory",
    "use": "use temp",
    "install": "install httpfs",
    "install_from_folder": "install '{folder}/evil.duckdb_extension'",
    "force_install": "force install spatial from 'https://localhost:9'",
    "load": "load httpfs",
    "load_path": "load '{folder}/evil.duckdb_extension'",
    "update_extensions": "update extensions",
    "extensions": "select * from duckdb_extensions()",
    "create_secret": "create secret s (type s3, key_id 'a', secret 'b')",
    "create_persistent_secret": "create persistent secret s in local_file (type http, bearer_token 'b')",
    "secrets": "select * from duckdb_secrets(redact = false)",
    "which_secret": "select * from which_secret('s3://canary', 's3')",
}

_OTHER_TABLES = {
    "internal_schema": "select * from staging.hidden",
    "main_schema": "select * from hidden",
    "main_schema_named": "select * from main.hidden",
    "other_catalogue": "select * from temp.main.hidden",
    "system_catalogue": "select * from system.main.duckdb_databases",
    "databases": "select * from duckdb_databases()",
    "show_databases": "show databases",
    "show_variables": "show variables",
    "sqlite_master": "select * from sqlite_master",
    "pg_class": "select * from pg_catalog.pg_class",
    "functions": "select * from duckdb_functions()",
    "prepared_statements": "select * from duckdb_prepared_statements()",
    "temporary_files": "select * from duckdb_temporary_files()",
    "time_travel": "select * from core.dim_source at (version => 1)",
    "information_schema_other": "select * from information_schema.schemata",
    "storage_info": "select * from pragma_storage_info('staging.hidden')",
    "table_sample": "select * from duckdb_table_sample('staging.hidden')",
    "query_function": "select * from query('select * from staging.hidden')",
    "query_table": "select * from query_table('staging.hidden')",
    "serialized_sql": "select * from json_execute_serialized_sql(json_serialize_sql('select 42'))",
    "serialized_plan": "select json_serialize_plan('select * from staging.hidden')",
    "pandas_scan": "select * from pandas_scan(1)",
    "arrow_scan": "select * from arrow_scan(1, 2, 3)",
    "seq_scan": "select * from seq_scan()",
    "python_frame": "select * from {frame}",
    "python_frame_quoted": 'select * from "{frame}"',
    "python_frame_in_a_join": "select * from core.dim_source cross join {frame}",
}

_PRAGMA_AND_LOGGING = {
    "pragma_database_list": "pragma database_list",
    "pragma_table_info": "pragma table_info('staging.hidden')",
    "pragma_show_tables": "pragma show_tables",
    "pragma_version": "call pragma_version()",
    "pragma_user_agent": "from pragma_user_agent()",
    "call_settings": "call duckdb_settings()",
    "enable_logging_to_file": "call enable_logging(storage = 'file', storage_path = '{folder}')",
    "enable_logging_memory": "call enable_logging()",
    "read_logs": "select * from duckdb_logs()",
    "write_log": "select write_log('forged')",
    "profile_to_file": "pragma enable_profiling = 'json'",
    "profiling_output": "set profiling_output = '{folder}/profile.json'",
    "explain_analyze": "explain analyze select 1",
    "begin": "begin transaction",
    "run_a_statement": "execute immediate 'select 1'",
    "load_extension_function": "select load_extension('x')",
    "raise_an_error": "select error('forged message')",
    "nextval": "select nextval('s')",
}

_DISGUISE = {
    "two_statements": "select 1; select 2",
    "second_statement_writes": "select 1; drop table core.dim_region",
    "second_statement_in_a_comment": "select 1 /* ; */; attach ':memory:' as x -- ;",
    "comment_instead_of_a_space": "select/**/*/**/from/**/read_text('{text}')",
    "nested_comment": "select * from /* /* */ */ read_text('{text}')",
    "newlines_and_tabs": "select\t*\nfrom\r\nread_text\n(\n'{text}'\n)",
    "capitals": "SeLeCt * FrOm ReAd_TeXt('{text}')",
    "quoted_function": "select * from \"read_text\"('{text}')",
    "qualified_function": "select * from main.read_text('{text}')",
    "catalogue_qualified_function": "select * from system.main.read_text('{text}')",
    "dollar_quotes": "select * from read_text($${text}$$)",
    "escape_string": r"select * from read_text(e'\x2fetc\x2fpasswd')",
    "concatenated_path": "select * from read_text('/etc' || '/passwd')",
    "path_from_chr": "select * from read_text(chr(47) || 'etc/passwd')",
    "method_call": "select 'x'.getenv()",
    "method_call_on_a_column": "select indicator_id.getenv() from core.dim_indicator",
    "full_width_letters": "select * from ｒｅａｄ＿ｔｅｘｔ('{text}')",
    "no_break_space": "select\u00a0*\u00a0from\u00a0read_text('{text}')",
    "zero_width_space": "select * from read_text\u200b('{text}')",
    "right_to_left": "select \u202e1 from read_text('{text}')",
    "homoglyph_schema": "select * from c\u043ere.dim_source",
    "nul_byte": "select 1\x00; attach ':memory:' as x",
    "byte_order_mark": "\ufeffselect * from read_text('{text}')",
    "explain": "explain select * from read_text('{text}')",
    "from_first": "from read_text('{text}') select content",
    "table_command": 'table "{csv}"',
    "values_with_a_subquery": "values ((select content from read_text('{text}')))",
    "columns_expression": "select columns('.*') from read_text('{text}')",
    "aggregate_of_a_file": "select string_agg(content, '') from read_text('{text}')",
    "cast_to_a_registered_type": "select 'hidden'::regclass, (from read_text('{text}'))",
    "pivot_cut_open": "pivot core.dim_source on (select content from read_text('{text}')) using count(*)",
    "pivot_hidden_statement": "pivot core.dim_source on status in ('x'); attach ':memory:' as x",
    "pivot_inside_a_query": "select * from (pivot core.dim_source on status using count(*)), read_text('{text}')",
    "pivot_enum": "pivot core.dim_source on status in some_enum using count(*)",
}

GROUPS = {
    "files": _FILES,
    "environment": _ENVIRONMENT_AND_SETTINGS,
    "writing": _WRITING,
    "shadowing": _SHADOWING,
    "attaching": _ATTACHING,
    "other_tables": _OTHER_TABLES,
    "pragma": _PRAGMA_AND_LOGGING,
    "disguise": _DISGUISE,
}

ATTACKS = [Attack(kind, name, sql) for kind, group in GROUPS.items() for name, sql in group.items()]
