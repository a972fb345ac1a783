// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates write so.
import { deepStrictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { SURE, weightOf } from "./weight.ts";

/** By what they have in common; each was run by the engine it is written for. */
const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "code behind an operand of its own": ["1 and phpinfo()", "7|phpinfo()", "2-phpinfo()", "3?phpinfo():0", "1 or os.popen('id').read()", "1 if 0 else os.system('id')", "0,open('/etc/passwd').read()", "' or open(\"/etc/hosts\").read() or '", "1 and list(open('/etc/passwd'))", "'if 0 else os.popen('id').read()#", "'.(phpversion()).'"],
  "what a program knows of itself, behind an operator": ["'+process.env.KEY+'", "0+process.version", "1,process.argv", "'||process?.env?.KEY||'", "'+[process.env.KEY]+'", "' or os.environ or '", "',os.environ,'", "1 and globals()", "'+str(os.environ)+'", "0,vars(os)", "' or ().__class__ or '", "= process.env.KEY", "p(a=process.env.KEY)", "0+Object.values(process.env)", "0+({...process.env}).KEY", "1 and (lambda:os.environ)()", "0+this.process.env.KEY", "p= process.version"],
  "what a server of JavaScript knows, in a template": ["<%= process.version %>", "${process.argv}", "{{=process.platform}}", "<%= process['env']['KEY'] %>", "{{= process?.env?.KEY }}", "<%= Reflect.get(process,'env') %>", "#{process.memoryUsage()}", "{{=globalThis.process}}", "<%- process.cwd() %>", "{{!process.execPath}}"],
  "settings of the application, in a template": ["{{config|pprint}}", "{{ config['SECRET_KEY'] }}", "{{config.get('SECRET_KEY')}}", "{{config~''}}", "{{''~config}}", "{{'%s'%config}}", "{{[config]}}", "{{(config)}}", "{{dict(a=config)}}", "{%for k in config%}{{k}}{%endfor%}", "{{config.values()|list}}", "{{request|pprint}}", "{{cycler.mro}}", "{{self|string}}"],
  "functions of Python, in a template": ["{{globals()}}", "${locals()}", "{{ vars() }}", "{% raw open('/etc/passwd').read() %}", "${open(\"/etc/hosts\").read()}", "{{config['_' '_class__']}}", "{{''['__cla' 'ss__']}}", "<%import os%>${x}", "<% import subprocess\nx=1 %>", "% if 1:\n${__import__('os').environ}\n% endif", "{{__loader__}}", "{user.__class__}", "{0.__init__.__globals__}"],
  "pages of other languages": ["<%= ENV.inspect %>", "<%= ENV.to_h %>", "<%= Rails.application.credentials %>", "<%= binding %>", "<%= ObjectSpace.each_object %>", "<%= User.all.to_json %>", "[% 7*7 %]", "[% PERL %]system('id')[% END %]", "@php(system('id'))", "@php system('id') @endphp", "{{ readFile \"/etc/passwd\" }}"],
  "names and paths to what all objects share": ["['constructor']['prototype'].x", "a[\"constructor\"][\"prototype\"]", "__proto__/x", "constructor/prototype/x", "a/__proto__/b", "constructor['prototype'].x"],
  "objects by other names": ["!<tag:yaml.org,2002:python/object/apply:os.system> [id]", "%TAG ! tag:yaml.org,2002:python/\n---\n!object/apply:os.system [id]", "tag:yaml.org,2002:ruby/object:Gem::Installer", "(S'id'\nios\nsystem\n.", "(S'x=1'\nibuiltins\nexec\n."],
  "inner addresses behind a blank or within another": [" http://127.0.0.1/", " http://169.254.169.254/latest/meta-data/", "http://localhost/ ", " http://[::1]/admin", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::169.254.169.254]/", "http://[2002:7f00:1::]/", "http://[::ffff:10.0.0.1]/", "http://[::ffff:c0a8:101]/", "http://[64:ff9b::a9fe:a9fe]"],
  "addresses that lead to another host": ["\\\\evil.example", "\\\\evil.example.com/", "https://[good.example]@evil.example", "https://good.example\u2028@evil.example"],
  "bindings of frameworks": ["<x x-data x-text=alert(1)>", "<i x-show=alert(1)>", "<x x-for=\"a in [alert(1)]\">", "<x x-data x-init=\"$el.ownerDocument.defaultView.print()\">", "<input x-model=alert(1)>", "<x ng:init=$on.constructor('alert(1)')()>", "<x ng_init=a.constructor('f')()>", "<x x-ng-init=$on.constructor('f')()>", "<x v-slot=\"{a=_c.constructor('alert(1)')()}\">", "<x #x=\"{a=_c.constructor('f')()}\">"],
}; // biome-ignore format: one list each

const HONEST: Readonly<Record<string, readonly string[]>> = {
  "settings talked about": ["process.env.NODE_ENV", "`process.env.PORT`", "API_KEY=process.env.API_KEY", "set process.env.PORT, then start", "os.environ", "use os.environ['HOME']", "const port = process.env.PORT || 3000", "Step 1, process the order", "1. globals() and locals()", "key = process.env.KEY", "a=process.env.X", "title = process.env.TITLE", "- see process.env.X", "see vars(x)", "2) open('a.txt')", "process.version of the order"],
  "templates of editors and mails": ["{{ process.title }}", "{{ process.name }}", "${process.id}", "{{ config | json }}", "{{ config.title }}", "{{ config.get('materialized') }}", "{{ app.name | upper }}", "{{ settings | translate }}", "{{ request.host }}", "{{ user.profile | e }}", "{{ opening_hours }}", "{{ session.id }}", "{% for k in items %}{{ k }}{% endfor %}", "{{ 'a' 'b' }}", "{{ __name }}", "{{ range(3) }}", "<%= @user.name %>", "<%= link_to 'x', users_path %>", "<%= env %>", "[% title %]", "{name.first}", "{__v}", "{{ env \"PORT\" }}", "{{ file_name }}"],
  "names of members and addresses": ["https://developer.mozilla.org/docs/constructor/prototype", "constructor and prototype", "the prototype/constructor pattern", "src/constructor/index.ts", "a constructor's prototype"],
  "lists and tags": ["iOS\nAndroid\n", "(S)\nios\nandroid", "tag:yaml.org,2002:str", "!important", "%TAG"],
  "addresses of others": [" https://example.com/a ", "http://[2001:db8::1]/", "http://[64:ff9b::808:808]/", "\\\\server\\share", "\\\\nas.local\\photos", "\\\\files.example.com\\share\\a.docx", "//*[@id=\"menu\"]/div[1]/a[1]", "http://a[1]/b"],
  "bindings of components": ["<template #item=\"{ item }\">{{ item }}</template>", "<div x-show=\"open\" x-transition>", "<template x-for=\"a in items\"><b x-text=\"a\"></b></template>", "<input v-model=\"name\">", "<slot v-slot=\"{ row }\">"],
  "calculations": ["7-3", "1 and 2", "2 or more", "1|2|3", "3 ? yes : no", "100 - max(a, b)", "5 and print", "1 or open (24h)", "1 if you can"],
}; // biome-ignore format: one list each

describe("The firewall, in what is evaluated,", () => {
  for (const [what, values] of Object.entries(ATTACKS))
    test(`is sure of ${what}`, () => deepStrictEqual(values.filter((value) => weightOf(value) < SURE), [])); // biome-ignore format: one line
  for (const [what, values] of Object.entries(HONEST))
    test(`lets ${what} pass`, () => deepStrictEqual(values.filter((value) => weightOf(value) >= SURE), [])); // biome-ignore format: one line

  test("reads documents in UTF-16, with and without a mark", () => {
    const text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    const little = Buffer.from(text, "utf16le");
    const big = Buffer.from(text, "utf16le").swap16();
    const all = [little, big, Buffer.concat([Buffer.from([0xff, 0xfe]), little]), Buffer.concat([Buffer.from([0xfe, 0xff]), big])];
    deepStrictEqual(all.map((bytes) => weightOf(bytes) >= SURE), [true, true, true, true]); // biome-ignore format: one line
    deepStrictEqual(weightOf(Buffer.from("\ufeff<p>plain words</p>", "utf16le")) >= SURE, false);
  });
});
