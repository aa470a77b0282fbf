// drizzle.config.mjs: what drizzle-kit is told; OUT is where it writes.
const { PGHOST: host, PGPORT: port, PGUSER: user, PGDATABASE: database, OUT: out } = process.env

export default { dialect: 'postgresql', schema: ['./schema.mjs', './views.mjs'], out, dbCredentials: { host, port: Number(port), user, database, ssl: false } }
