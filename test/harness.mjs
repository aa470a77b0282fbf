// harness.mjs: what is said about answers, in all tests in JavaScript.
import { isDeepStrictEqual } from 'node:util'

let failed = false
export const hasFailed = () => failed

// test(TITLE, FUNCTION): "ok" where the function, which may take its time, ends without an error
export async function test(title, run) {
	try {
		await run()
		console.log(`ok - ${title}`)
	} catch (error) {
		failed = true
		console.log(`not ok - ${title}`)
		const text = error.stack.includes(error.message) ? error.stack : `${error.message}\n${error.stack}`
		console.log(text.replace(/^/gm, '  '))
	}
}

export function ensure(holds, what) {
	if (holds) return
	throw new Error(typeof what === 'string' ? what
		: JSON.stringify(what, (key, value) => typeof value === 'bigint' ? `${value}n` : value, 1))
}

export function equal(found, expected) {
	ensure(isDeepStrictEqual(found, expected), { found, expected })
}

// what is expected, and perhaps more
export function contains(found, expected, path = '') {
	if (expected === null || typeof expected !== 'object') ensure(found === expected, { path, found, expected })
	else {
		ensure(found !== null && typeof found === 'object', { path, found, expected })
		if (Array.isArray(expected)) ensure(found.length === expected.length, { path, found, expected })
		for (const key in expected) contains(found[key], expected[key], `${path}/${key}`)
	}
}
