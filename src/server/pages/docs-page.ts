/** `/api/docs`: the OpenAPI document drawn for reading, without a script. */
import type { ErrorEntry } from '../../base/errors.ts';
import { escapeHtml as text } from '../../base/formats/html.ts';
import { htmlPage } from './html.ts';

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
  readonly description?: string;
}

export interface Call {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content>>;
  readonly 'x-holdfast-access'?: string;
  readonly 'x-holdfast-scope'?: string;
}

export interface ApiDescription {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Call>>>>;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

export function docsPage(api: ApiDescription, errors: Readonly<Record<string, ErrorEntry>>): string {
  const groups = new Map<string, string[]>();
  for (const [path, calls] of Object.entries(api.paths ?? {})) {
    for (const method of methods) {
      const call = calls[method];
      if (!call) continue;
      const group = call.tags?.[0] ?? 'other';
      groups.set(group, [...(groups.get(group) ?? []), callBlock(method, path, call)]);
    }
  }
  const names = [...groups.keys()];
  return htmlPage(
    `${api.info.title} ${api.info.version}: interface`,
    `<header class="page"><h1>${text(api.info.title)}: interface</h1>
<p>${prose(api.info.description ?? '')}</p>
<p class="soft">Version ${text(api.info.version)}. For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).
A call marked “signed in” takes <code>Authorization: Bearer TOKEN</code>; the token comes from logging in.</p>
<nav aria-label="Groups"><ul>${[...names, 'errors'].map((name) => `<li><a href="#${anchor(name)}">${text(title(name))}</a></li>`).join('')}</ul></nav>
</header><main>
${names.map((name) => `<h2 id="${anchor(name)}">${text(title(name))}</h2>\n${(groups.get(name) ?? []).join('\n')}`).join('\n')}
${errorTable(errors)}
</main>`,
  );
}

function callBlock(method: string, path: string, call: Call): string {
  const kind = method === 'get' ? 'reads' : 'writes';
  const who =
    call.security?.length === 0
      ? 'everybody'
      : call['x-holdfast-access'] === 'admin'
        ? 'signed in as admin'
        : call['x-holdfast-access'] === 'member'
          ? 'signed in, guests excepted'
          : 'signed in';
  const scope = call['x-holdfast-scope'] ? `, or an app password of the scope ${call['x-holdfast-scope']}` : '';
  const id = call.operationId ? ` id="${anchor(call.operationId)}"` : '';
  return `<details${id}><summary><span class="method ${kind}">${method.toUpperCase()}</span><code class="path">${text(path)}</code><span class="what">${text(call.summary ?? '')}</span></summary>
<div class="body">${call.description ? `<p>${prose(call.description)}</p>` : ''}<p class="soft">Who: ${who}${scope}.</p>
${parameterTable(call)}${call.requestBody ? contentBlock('Body', call.requestBody) : ''}
${Object.entries(call.responses ?? {})
  .filter(([status]) => status !== 'default')
  .map(([status, content]) => contentBlock(`Answer ${status}`, content))
  .join('')}</div></details>`;
}

function parameterTable(call: Call): string {
  const rows = (call.parameters ?? []).map(
    (parameter) =>
      `<tr><th scope="row"><code>${text(parameter.name)}</code></th><td>${text(parameter.in)}${parameter.required ? '' : ', optional'}</td><td>${text(shape(parameter.schema ?? {}))}</td><td>${prose(parameter.description ?? parameter.schema?.description ?? '')}</td></tr>`,
  );
  return rows.length === 0 ? '' : `<h4>Parameters</h4>${table(['Name', 'Where', 'Kind', ''], rows)}`;
}

function contentBlock(heading: string, { content, description }: Content): string {
  const said = description && description !== 'Default Response' ? `<p>${prose(description)}</p>` : '';
  const kinds = Object.entries(content ?? {}).map(([mediaType, { schema }]) => {
    const rows = fieldRows(schema ?? {}, '');
    const fields = rows.length === 0 ? `<p>${text(shape(schema ?? {}))}</p>` : table(['Field', 'Kind', ''], rows);
    return `<p class="soft"><code>${text(mediaType)}</code></p>${fields}`;
  });
  return `<h4>${text(heading)}</h4>${said}${kinds.join('')}`;
}

const MAX_DEPTH = 4;

function fieldRows(schema: Schema, prefix: string, depth = 0): string[] {
  if (schema.type === 'array' && schema.items && prefix === '') return fieldRows(schema.items, '[].', depth + 1);
  const { properties = {}, required = [] } = asObject(schema);
  return Object.entries(properties).flatMap(([name, field]) => {
    const optional = required.includes(name) ? '' : ', optional';
    const row = `<tr><th scope="row"><code>${text(prefix + name)}</code></th><td>${text(shape(field))}${optional}</td><td>${prose(field.description ?? '')}</td></tr>`;
    if (depth >= MAX_DEPTH) return [row];
    const inner = field.items ? fieldRows(field.items, `${prefix}${name}[].`, depth + 1) : [];
    return [row, ...fieldRows({ ...field, items: {} }, `${prefix}${name}.`, depth + 1), ...inner];
  });
}

/** One of several kinds of object is shown as all their fields; those that not every kind has are optional. */
function asObject(schema: Schema): Schema {
  const kinds = (schema.anyOf ?? schema.oneOf ?? []).map(asObject).filter(({ properties }) => properties);
  if (kinds.length === 0) return schema;
  const names = [...new Set(kinds.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const merged = names.map((name) => {
    const fields = kinds.flatMap(({ properties }) => properties?.[name] ?? []);
    const same = new Set(fields.map((field) => JSON.stringify(field))).size === 1;
    return [name, same ? (fields[0] ?? {}) : { anyOf: fields }] as const;
  });
  const required = names.filter((name) => kinds.every((kind) => kind.required?.includes(name)));
  return { properties: Object.fromEntries(merged), required };
}

/** A schema in a few words: `text, 1-100 characters`. */
function shape(schema: Schema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(shape))].join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.type === 'array') return `list of ${schema.items ? shape(schema.items) : 'values'}`;
  const range = (low: number | undefined, high: number | undefined, unit: string): string => {
    if (low === undefined && high === undefined) return '';
    if (high === undefined) return `, ${low} or more${unit}`;
    return low === undefined ? `, up to ${high}${unit}` : `, ${low} to ${high}${unit}`;
  };
  const kind = [schema.type ?? 'value'].flat().join(' | ');
  const format = schema.format ? ` (${schema.format})` : '';
  const limits = range(schema.minLength, schema.maxLength, ' characters') + range(schema.minimum, schema.maximum, '');
  return `${kind}${format}${limits}${schema.default === undefined ? '' : `, default ${JSON.stringify(schema.default)}`}`;
}

function errorTable(errors: Readonly<Record<string, ErrorEntry>>): string {
  const rows = Object.entries(errors)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([code, entry]) =>
        `<tr id="${anchor(code)}"><th scope="row"><code>${text(code)}</code></th><td>${entry.status}</td><td>${text(entry.title)}.<br><span class="soft">${text(entry.remedy)}</span></td></tr>`,
    );
  return `<h2 id="errors">Errors</h2><p>Every refusal is a problem (RFC 9457, <code>application/problem+json</code>) with one of these codes, what was attempted, and what to do.</p>
${table(['Code', 'Status', 'Why, and what to do'], rows)}`;
}

function table(heads: readonly string[], rows: readonly string[]): string {
  return `<div class="scroll"><table><thead><tr>${heads.map((head) => `<th scope="col">${text(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** Descriptions are plain text in which `code` may stand between backticks. */
function prose(plain: string): string {
  return text(plain).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function anchor(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '-');
}

function title(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
