// Code of PHP.
import type { Trace } from "../trace.ts";
import { each, quoted } from "./trace-words.ts";

const REQUEST = "get|post|request|cookie|server|files|session|env";

export const PHP_TRACES: readonly Trace[] = [
  // Blade: `@php(…)`, and a block of it.
  { kind: "code.page", weight: 4, elsewhere: 2, words: ["@php(", "@php "], pattern: /@php(?:\(\s?[\w$'"]| [^\n]{1,200}@endphp)/y },
  // `$a='sys'.'tem';$a('id')`: a name that was put together is called.
  {
    kind: "code.variable-call",
    weight: 4,
    elsewhere: 3,
    words: [";$", "; $", ";@$", "; @$"],
    pattern: /;\s?@?\$(\w{1,20})(?=\s?\(\s?['"$)])(?<=\$\1\s?=(?!=)[^=][^;]{0,120};(?:\s?@?\$\w{1,20}\s?\.?=[^;]{1,60};){0,2}\s?@?\$\1)/y,
  },
  {
    kind: "code.request",
    weight: 4,
    elsewhere: 3,
    words: each(REQUEST.replaceAll("|", " "), "$_", ")").concat(
      each("get post request cookie", "$_", " as"),
      each("get post request cookie server files", "$_", ","),
    ),
    pattern: new RegExp(
      `\\$_(?:${REQUEST})(?:\\)|,| as)(?<=(?:extract|parse_str|mb_parse_str|import_request_variables|array_walk|array_map|foreach|assert|eval|system|exec|passthru|unserialize|call_user_func\\w{0,6}|print_r|var_dump|var_export|implode|join|json_encode|end|current|array_pop)\\s?\\([^;]{0,40}\\$_\\w{3,8}.{1,3})`,
      "y",
    ),
  },
  {
    kind: "code.reflection",
    weight: 5,
    elsewhere: 3,
    words: ["reflectionfunction(", "reflectionmethod(", "reflectionclass(", "reflectionfunction (", "reflectionclass ("],
    pattern:
      /reflection(?:function|method|class)\s?\(\s?['"$][^()\n]{1,80}\)\s?[)}]?\s?->\s?(?:invoke|newinstance|getclosure|setaccessible)/y,
  },
  {
    kind: "code.call",
    weight: 4,
    elsewhere: 2,
    words: [
      ...quoted(
        "ffi::cdef( ffi::load( closure::fromcallable( imap_open( dl( ini_alter( mb_send_mail( hex2bin( strrev( convert_uudecode( get_cfg_var( php_strip_whitespace(",
      ),
      ...quoted("splfileobject( directoryiterator( filesystemiterator( globiterator( simplexmlelement( soapclient( imagick("),
    ],
    pattern:
      /(?:ffi::(?:cdef|load)|closure::fromcallable|imap_open|dl|ini_alter|mb_send_mail|(?:hex2bin|strrev|convert_uudecode)(?=\([^()]{1,80}\)\s?\()|get_cfg_var|php_strip_whitespace|(?<=new )(?:splfileobject|directoryiterator|filesystemiterator|globiterator|simplexmlelement|soapclient|imagick))\(['"`]/y,
  },
  {
    kind: "code.call",
    weight: 5,
    elsewhere: 3,
    words: quoted("putenv("),
    pattern: /putenv\(['"`](?:ld_preload|path|ld_library_path|gconv_path)=/y,
  },
  {
    kind: "code.include",
    weight: 5,
    elsewhere: 3,
    words: [
      "include '/",
      'include "/',
      "include('/",
      'include("/',
      "include'/",
      'include"/',
      "require '/",
      'require "/',
      "require('/",
      'require("/',
      "_once '/",
      '_once "/',
      "_once('/",
      '_once("/',
    ],
    pattern: /(?:include|require|)(?:_once)?[\s(]{0,2}['"]\/(?:etc|proc|var\/log|dev|tmp|home)\//y,
  },
  {
    kind: "code.include",
    weight: 4,
    elsewhere: 3,
    words: [
      "include$",
      "include $",
      "include($",
      "include_once$",
      "require$",
      "require $",
      "require($",
      "include_once $",
      "require_once $",
      "require_once$",
    ],
    pattern: /(?:include|require)(?:_once)?[\s(]?\$\w{1,20}(?:\[[^\]\n]{1,40}\])?\)?;?\s?(?:$|#|\/\/|['"]|\?>|\})/y,
  },
];
