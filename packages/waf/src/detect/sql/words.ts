// What a word of SQL is for, over all dialects at once: a word is known by the place it may stand in, not by the attacks it occurs in.

export const Word = {
  name: 0,
  logic: 1,
  not: 2,
  compare: 3,
  arithmetic: 4,
  constant: 5,
  unary: 6,
  select: 7,
  union: 8,
  from: 9,
  where: 10,
  by: 11,
  limit: 12,
  into: 13,
  procedure: 14,
  as: 15,
  suffix: 16,
  case: 17,
  caseStep: 18,
  caseEnd: 19,
  statement: 20,
  join: 21,
  within: 22,
  /** Parts the arguments of some calls: `substring(x from 1 for 1)`. */
  inCall: 23,
  /** Comparisons with nothing that ask for no operand. */
  nulls: 24,
} as const;

/** What a function is for when it is called: what it tells about the one who calls it. */
export const Call = { none: 0, plain: 1, text: 2, inform: 3, danger: 4, time: 5 } as const;

const WORDS: readonly (readonly [number, string])[] = [
  [Word.logic, "and or xor"],
  [Word.not, "not"],
  [Word.compare, "like rlike regexp glob match ilike between is sounds similar overlaps"],
  [Word.within, "in"],
  [Word.nulls, "isnull notnull"],
  [Word.arithmetic, "div mod"],
  [Word.constant, "null true false unknown current_user session_user system_user current_timestamp current_date sysdate rownum localtime"],
  [
    Word.unary,
    "binary distinct distinctrow all any some exists prior interval top array row sql_no_cache sql_calc_found_rows straight_join",
  ],
  [Word.select, "select values"],
  [Word.union, "union intersect except minus"],
  [Word.from, "from"],
  [Word.where, "where having returning"],
  [Word.by, "order group"],
  [Word.limit, "limit offset fetch"],
  [Word.into, "into"],
  [Word.procedure, "procedure"],
  [Word.as, "as"],
  [Word.suffix, "asc desc collate escape nulls nowait"],
  [Word.case, "case"],
  [Word.caseStep, "when then else elsif elseif"],
  [Word.caseEnd, "end"],
  [Word.inCall, "for separator"],
  [Word.join, "join inner outer cross natural on using lateral"],
  [
    Word.statement,
    "insert update delete drop create alter truncate exec execute declare waitfor shutdown backup restore grant revoke copy load attach detach pragma begin if while use show describe handler rename merge bulk call set replace with do print reconfigure dbcc kill commit rollback vacuum analyze perform lock optimize prepare deallocate openrowset explain",
  ],
];

const CALLS: readonly (readonly [number, string])[] = [
  [Call.text, "hashbytes"],
  [
    Call.time,
    "sleep benchmark system$wait sleepeachrow pg_sleep pg_sleep_for pg_sleep_until randomblob receive_message generate_series get_lock regexp_substring",
  ],
  [
    Call.danger,
    "load_file load_extension extractvalue updatexml xmltype lo_import lo_export pg_read_file pg_ls_dir pg_read_binary_file query_to_xml database_to_xml dblink dblink_connect xp_cmdshell xp_dirtree xp_fileexist xp_regread sp_executesql sp_oacreate opendatasource openrowset openquery get_host_address get_host_name sqlid_to_sqlhash getmappingxpath sn raise_error fts3_tokenizer sys_eval sys_exec gtid_subset gtid_subtract json_keys name_const httpuritype utl_inaddr utl_http utl_file bfilename to_dsinterval sys_context fn_varbintohexstr fn_sqlvarbasetostr fn_cdc_hexstrtobin fn_xe_file_target_read_file fn_my_permissions fn_trace_gettable crypt_key st_latfromgeohash linestring multipoint geometrycollection polygon multilinestring multipolygon elt make_set current_setting set_config inet_server_addr xmlparse xmlserialize dbms_xmlgen getxml read_blob read_text read_csv read_csv_auto read_parquet read_json_auto parquet_scan csvread file_read",
  ],
  [
    Call.inform,
    "version database schema current_database current_schema current_user session_user system_user user sqlite_version user_name suser_name suser_sname host_name db_name object_id object_name col_name is_srvrolemember has_dbaccess serverproperty connection_id last_insert_id row_count found_rows banner userenv db_id",
  ],
  [
    Call.text,
    "char chr nchar ascii ord hex unhex concat concat_ws group_concat string_agg listagg wm_concat substring substr mid left right length len char_length convert cast ifnull nullif coalesce isnull nvl nvl2 decode if iif bin conv rand floor md5 sha1 sha2 upper lower count max min sum avg strcmp instr locate position replace reverse repeat lpad rpad to_char to_number find_in_set field greatest least xmlagg json_extract json_depth json_value json_array json_object json_contains json_length json_valid json_type json_typeof jsonb_typeof json_quote json_unquote json_search json_overlaps json_array_length jsonb_array_length json_object_keys jsonb_object_keys json_build_object jsonb_build_object json_group_array json_query json_exists jsonb_path_exists isjson to_json to_jsonb row_to_json pg_typeof unicode quote typeof likelihood likely unlikely zeroblob printf stuff quotename exp pow collation compress crc32 regexp_like regexp_instr regexp_substr regexp_replace regexp_count julianday unixepoch strftime ltrim rtrim btrim starts_with strpos split_part get_byte set_byte octet_length bit_length character_length first_value last_value nth_value row_number array_agg json_agg jsonb_agg json_object_agg jsonb_object_agg json_arrayagg json_objectagg xmlagg xmlelement xmlforest array_to_string array_length string_to_array regexp_match regexp_matches regexp_split_to_array initcap quote_literal quote_ident quote_nullable to_base64 from_base64 export_set soundex inet_aton inet_ntoa textlike boolin int4eq texteq booleq chr glob rpad",
  ],
];

/** Calls that calculate, and tell nothing but behind `or`: words of programs and of prose, where a blank follows them. */
export const QUIET_CALLS: ReadonlySet<string> = new Set(
  "abs random date time datetime json round sign sqrt power trim total translate encode overlay typeof length ifnull timediff now cardinality".split(
    " ",
  ),
);

/** Names of catalogues: no form asks for them. */
const CATALOGUES = new Set(
  "information_schema information_schemas sysobjects syscolumns sysusers syslogins sysdatabases sysxlogins sysservers sqlite_master sqlite_schema sqlite_temp_master pg_catalog pg_class pg_user pg_shadow pg_tables pg_database pg_group pg_roles pg_authid pg_attribute pg_stat_activity all_tables all_tab_columns all_users all_objects user_tables user_tab_columns user_objects user_catalog dba_users dba_tables dba_role_privs dba_sys_privs syscat sysibm systables sysdummy1 msysobjects msysaccessobjects msysaces innodb_table_stats innodb_index_stats schemata rdb$database rdb$fields rdb$relations sysmaster db_name tablespaces user$ sys.user$ tab$ wp_users wp_usermeta jos_users phpbb_users hrmresource hrmresourcemanager v$version v$instance v$session v$parameter".split(
    " ",
  ),
);

/** Functions that a server has under its own name. */
const OWN_CALL = /^(?:pg|jsonb|sqlite)_\w/;

const SYSTEM_PROCEDURE = /^(?:xp|sp|dbms|utl|ctxsys|owa)_/;
const UNDERSCORE = 0x5f;

/** A procedure that a server keeps for its own work. */
export function isSystemProcedure(word: string): boolean {
  const mayBe =
    word.charCodeAt(2) === UNDERSCORE || word.charCodeAt(3) === UNDERSCORE || word.charCodeAt(4) === UNDERSCORE || word.charCodeAt(6) === UNDERSCORE; // biome-ignore format: one line
  return mayBe && SYSTEM_PROCEDURE.test(word);
}

function tableOf(rows: readonly (readonly [number, string])[]): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  for (const [meaning, words] of rows) for (const word of words.split(" ")) if (word !== "") table.set(word, meaning);
  return table;
}

const words = tableOf(WORDS);
const calls = tableOf(CALLS);

interface Entry {
  /** Lower case. */
  readonly word: string;
  readonly meaning: number;
}

/** Lower case of ASCII. */
const LOWER = new Uint8Array(256).map((_, code) => (code >= 0x41 && code <= 0x5a ? code | 32 : code));

/** The words by their first and last byte. */
const entries: Entry[][] = Array.from({ length: 1 << 10 }, () => []);
for (const [word, meaning] of words) entries[endsOf(word.charCodeAt(0), word.charCodeAt(word.length - 1))]?.push({ word, meaning });

/** Whatever their case. Other bytes share the places of letters. */
function endsOf(first: number, last: number): number {
  return ((first & 31) << 5) | (last & 31);
}

/** The word between `start` and `end`, whatever its case, if it means something in SQL: told without cutting it out. */
export function entryAt(text: string, start: number, end: number): Entry | undefined {
  const near = entries[endsOf(text.charCodeAt(start), text.charCodeAt(end - 1))] ?? [];
  for (let index = 0; index < near.length; index++) {
    const entry = near[index];
    if (entry !== undefined && entry.word.length === end - start && isAt(text, start, entry.word)) return entry;
  }
  return undefined;
}

function isAt(text: string, start: number, word: string): boolean {
  for (let at = 0; at < word.length; at++) if (LOWER[text.charCodeAt(start + at)] !== word.charCodeAt(at)) return false;
  return true;
}

/** What a call of this lower-case name does. */
export function callOf(word: string): number {
  return calls.get(word) ?? (isSystemProcedure(word) ? Call.danger : OWN_CALL.test(word) ? Call.inform : Call.plain);
}

/** By first byte, a bit for each length of a catalogue's name. */
const catalogueLengths = new Uint32Array(256);
for (const name of CATALOGUES)
  catalogueLengths[name.charCodeAt(0)] = (catalogueLengths[name.charCodeAt(0)] ?? 0) | (1 << (name.length & 31));

export function isCatalogue(word: string): boolean {
  return ((catalogueLengths[word.charCodeAt(0)] ?? 0) & (1 << (word.length & 31))) !== 0 && CATALOGUES.has(word);
}
