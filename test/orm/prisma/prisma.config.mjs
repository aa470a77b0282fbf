// prisma.config.mjs: Prisma's schema engine as WebAssembly, over node's own client, so that no engine need be fetched.
import pg from 'pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { defineConfig } from 'prisma/config'

// What introspection reads of the catalogs, and adapter-pg 6 does not know by its number (github.com/prisma/orm/issues/27403)
const TYPES = { 18: ColumnTypeEnum.Character, 19: ColumnTypeEnum.Text }

// The engine leaves a timer of a minute behind, which is not waited for
const { setTimeout } = globalThis
globalThis.setTimeout = (run, delay, ...rest) => {
	const timer = setTimeout(run, delay, ...rest)
	return delay < 60000 ? timer : timer.unref()
}

class Pool extends pg.Pool {
	async query(...request) {
		const result = await super.query(...request)
		this.types = result.fields.map((field) => TYPES[field.dataTypeID])
		for (const field of result.fields) if (field.dataTypeID in TYPES) field.dataTypeID = pg.types.builtins.TEXT
		return result
	}
}

class Adapter extends PrismaPg {
	constructor() {
		super(new Pool({ allowExitOnIdle: true }))
	}

	async connect() {
		const pool = this.externalPool
		const connection = await super.connect()
		const queryRaw = connection.queryRaw.bind(connection)
		connection.queryRaw = async (query) => {
			const result = await queryRaw(query)
			return { ...result, columnTypes: result.columnTypes.map((type, i) => pool.types[i] ?? type) }
		}
		return connection
	}
}

export default defineConfig({ engine: 'js', experimental: { adapter: true }, adapter: async () => new Adapter() })
