// documents.mjs: reads documents.txt.
import { readFileSync } from 'node:fs'

// [{section, ours, title, query: Buffer, expected: [[{line, column}, ...], ...]}, ...]
export function read(file) {
	const entries = readFileSync(file, 'utf8').split(/^== /m).slice(1)
	return entries.map((entry) => {
		const lines = entry.replace(/\n+$/, '\n').split('\n').slice(0, -1)
		const [, section, flags, title] = /^([\d.]+)((?: escaped| ours)*): (.*)$/.exec(lines[0])
		const found = lines.filter((line) => line.startsWith('-- '))
		const text = lines.slice(1).filter((line) => !line.startsWith('-- ')).join('\n')
		return {
			section, title, heading: lines[0], text,
			ours: flags.includes('ours'),
			query: flags.includes('escaped') ? unescaped(text) : Buffer.from(text),
			expected: found.filter((line) => line !== '-- valid').map((line) => line.slice(3).trim()).sort(),
			judged: found.length > 0,
		}
	})
}

function unescaped(text) {
	const plain = text.replace(/\\n/g, '\\x0A').replace(/\\r/g, '\\x0D').replace(/\\t/g, '\\x09')
	return Buffer.from(plain.replace(/\\x([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1')
}

// errors of a response, or of the reference implementation, as in the file
export const places = (errors) => errors
	.map((error) => (error.locations ?? []).map(({ line, column }) => `${line}:${column}`).join(' ')).sort()
