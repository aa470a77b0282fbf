// requests.mjs: requests as PostgREST answers them. PostgREST itself is a program that neither Debian nor npm has; this
// takes its part for what concerns row functions, by its source (version 16: SchemaCache.hs, Plan.hs,
// Query/QueryBuilder.hs): what it asks the catalogs to find "computed relationships", and the form of the one statement
// that it sends for a request. It reads `select` (with aliases, `!inner` and embedded rows), filters with eq, cs, ov, like
// and not.is.null, order, limit and offset, all of them for embedded rows too.
import { ensure } from '../harness.mjs'

const quoted = (name) => `"${name.replaceAll('"', '""')}"`
const qualified = (...names) => names.map(quoted).join('.')

// Computed relationships: functions of one row, of whatever has rows, to such a row or a set of them; to one row where
// that is no set, or a set of one. {articles: {author_id: {schema, function, target, toOne}}}
export async function readRelationships(client) {
	const { rows } = await client.query(`SELECT p.pronamespace::regnamespace::text AS schema, p.proname AS name, source.relname AS source, target.relname AS target,
			NOT p.proretset OR p.prorows = 1 AS to_one
		FROM pg_proc p JOIN pg_class source ON source.reltype = p.proargtypes[0] JOIN pg_class target ON target.reltype = p.prorettype
		WHERE p.pronargs = 1 AND source.relkind IN ('r', 'v', 'm', 'f', 'p') AND target.relkind IN ('r', 'v', 'm', 'f', 'p') ORDER BY source, name`)
	const found = {}
	for (const { schema, name, source, target, to_one: toOne } of rows) {
		found[source] ??= {}
		ensure(!(name in found[source]), `two functions ${name} of a row of ${source}`)
		found[source][name] = { schema, name, source, target, toOne }
	}
	return found
}

// 'title,author:author_id!inner(name)': a list of names and, in brackets, lists
function parseSelect(text) {
	const tokens = text.match(/[(),]|[^(),]+/g)
	const list = () => {
		const items = []
		do {
			const [, alias, name, inner] = tokens.shift().match(/^(?:(\w+):)?(\w+|\*)(!inner)?$/)
			const item = { name, alias: alias ?? name, inner: inner !== undefined }
			if (tokens[0] === '(') {
				tokens.shift()
				item.embedded = list()
				tokens.shift()
			}
			items.push(item)
		} while (tokens[0] === ',' && tokens.shift())
		return items
	}
	return list()
}

const OPERATORS = { eq: '=', like: 'LIKE', cs: '@>', ov: '&&' }

class Statement {
	values = []

	constructor(relationships, parameters) {
		this.relationships = relationships
		this.parameters = parameters
	}

	value(text) {
		this.values.push(text)
		return `$${this.values.length}`
	}

	// the rows of one table: FROM is where they come from, SELF what a column of theirs is written behind, PATH the
	// aliases that lead to them, as the names of parameters begin with them
	rows(table, select, from, self, alias, depth, path) {
		const columns = []
		const joins = []
		const embeds = {}
		for (const item of select) {
			if (item.embedded === undefined) {
				columns.push(item.name === '*' ? `${self}.*` : `${self}.${quoted(item.name)}${item.alias === item.name ? '' : ` AS ${quoted(item.alias)}`}`)
				continue
			}
			const relationship = this.relationships[table]?.[item.name]
			ensure(relationship, `${table} has no relationship ${item.name}`)
			const of = quoted(`${table}_${item.alias}_${depth + 1}`)
			const inner = `${relationship.target}_${depth + 1}`
			embeds[item.alias] = of
			const rows = this.rows(relationship.target, item.embedded,
				`${qualified(relationship.schema, relationship.name)}(${quoted(alias)}::${qualified('public', table)}) AS ${quoted(inner)}`,
				quoted(inner), inner, depth + 1, [...path, item.alias])
			const join = item.inner ? 'INNER JOIN LATERAL' : 'LEFT JOIN LATERAL'
			if (relationship.toOne) {
				columns.push(`row_to_json(${of}.*)::jsonb AS ${quoted(item.alias)}`)
				joins.push(` ${join} ( ${rows} ) AS ${of} ON TRUE`)
			} else {
				columns.push(`COALESCE( ${of}.${of}, '[]') AS ${quoted(item.alias)}`)
				joins.push(` ${join} ( SELECT json_agg(${of})::jsonb AS ${of} FROM (${rows} ) AS ${of} ) AS ${of} ON ${item.inner ? `${of} IS NOT NULL` : 'TRUE'}`)
			}
		}
		return `SELECT ${columns.join(', ')} FROM ${from}${joins.join('')}${this.tail(self, embeds, path)}`
	}

	// filters, order and limits, of those parameters that begin with PATH
	tail(self, embeds, path) {
		const own = (name) => this.parameters[[...path, name].join('.')]
		const conditions = Object.entries(this.parameters).flatMap(([name, text]) => {
			const steps = name.split('.')
			const column = steps.pop()
			if (steps.join('.') !== path.join('.') || ['select', 'order', 'limit', 'offset'].includes(column)) return []
			if (text === 'not.is.null') return [column in embeds ? `${embeds[column]} IS DISTINCT FROM NULL` : `NOT ${self}.${quoted(column)} IS NULL`]
			const [, operator, value] = text.match(/^(\w+)\.(.*)$/)
			return [`${self}.${quoted(column)} ${OPERATORS[operator]} ${this.value(operator === 'like' ? value.replaceAll('*', '%') : value)}`]
		})
		// title.desc, or author_id(name) of an embedded row
		const order = own('order')?.split(',').map((term) => {
			const [, embed, column, direction] = term.match(/^(?:(\w+)\()?(\w+)\)?(?:\.(asc|desc))?$/)
			return `${embed === undefined ? self : embeds[embed]}.${quoted(column)} ${direction?.toUpperCase() ?? ''}`
		})
		return (conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '') + (order ? ` ORDER BY ${order.join(', ')}` : '') +
			(own('limit') ?? own('offset') ? ` LIMIT ${own('limit') ? this.value(own('limit')) : 'ALL'} OFFSET ${this.value(own('offset') ?? '0')}` : '')
	}
}

const answer = (from) => `SELECT pg_catalog.count(_postgrest_t) AS page_total, coalesce(json_agg(_postgrest_t), '[]') AS body FROM (${from}) _postgrest_t`

// GET /TABLE?PARAMETERS as {text, values}
export function get(relationships, table, parameters) {
	const statement = new Statement(relationships, parameters)
	const rows = statement.rows(table, parseSelect(parameters.select ?? '*'), qualified('public', table), qualified('public', table), table, 0, [])
	return { text: `WITH pgrst_source AS ( ${rows} ) ${answer(' SELECT * FROM pgrst_source ')}`, values: statement.values }
}

// POST, PATCH and DELETE, whose rows come back: CHANGE is the statement up to RETURNING, with its values
export function mutate(relationships, table, parameters, change, values) {
	const statement = new Statement(relationships, parameters)
	statement.values.push(...values)
	const rows = statement.rows(table, parseSelect(parameters.select), `pgrst_source AS ${quoted(table)}`, quoted(table), table, 0, [])
	return { text: `WITH pgrst_source AS (${change} RETURNING ${qualified('public', table)}.*) ${answer(rows)}`, values: statement.values }
}

// POST /TABLE with a list of objects, whose columns have TYPES
export function post(relationships, table, parameters, objects, types) {
	const names = Object.keys(types).map(quoted).join(', ')
	return mutate(relationships, table, parameters, `INSERT INTO ${qualified('public', table)}(${names})
		SELECT ${names} FROM (SELECT $1::json AS json_data) pgrst_payload, LATERAL (SELECT ${names} FROM json_to_recordset(pgrst_payload.json_data)
			AS _(${Object.entries(types).map(([name, type]) => `${quoted(name)} ${type}`).join(', ')})) pgrst_body`, [JSON.stringify(objects)])
}
