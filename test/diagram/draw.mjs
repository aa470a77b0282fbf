// draw.mjs mermaid|svg FILE [EXPECTED]: reads a Mermaid text, or the SVG that
// Graphviz made, and prints what the picture shows: entities by the name a
// reader sees, edges by the names at their ends. With EXPECTED (JSON, see run)
// it compares. Fails on a text that cannot be drawn and on every difference.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true });

// Mermaid expects a browser. jsdom lacks only the layout, and any plausible
// sizes will do for it: eight units a letter, the rest from the coordinates.
function box(el)
{
	const num = name => parseFloat(el.getAttribute(name)) || 0;
	const points = [];
	switch (el.tagName.toLowerCase()) {
		case 'style': case 'defs': case 'marker':
			break;
		case 'rect':
			points.push([num('x'), num('y')], [num('x') + num('width'), num('y') + num('height')]);
			break;
		case 'path': {
			const n = (el.getAttribute('d') ?? '').match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
			for (let i = 0; i + 1 < n.length; i += 2)
				points.push([n[i], n[i + 1]]);
			break;
		}
		case 'g': case 'svg':
			for (const child of el.children) {
				const b = box(child);
				const at = /translate\(\s*(-?[\d.]+)[ ,]+(-?[\d.]+)/.exec(child.getAttribute('transform') ?? '');
				const [dx, dy] = at ? [+at[1], +at[2]] : [0, 0];
				if (b.width || b.height)
					points.push([b.x + dx, b.y + dy], [b.x + b.width + dx, b.y + b.height + dy]);
			}
			break;
		default:
			points.push([0, 0], [8 * el.textContent.trim().length, 16]);
	}
	const xs = points.map(p => p[0]), ys = points.map(p => p[1]);
	const x = Math.min(0, ...xs), y = Math.min(0, ...ys);
	return points.length ? { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
		: { x: 0, y: 0, width: 0, height: 0 };
}

async function drawMermaid(text)
{
	for (const name of ['document', 'Element', 'SVGElement', 'HTMLElement', 'Node', 'DOMParser',
		'XMLSerializer', 'DocumentFragment', 'MutationObserver', 'CSSStyleSheet', 'getComputedStyle'])
		globalThis[name] = window[name];
	globalThis.window = window;
	window.SVGElement.prototype.getBBox = function () { return box(this); };
	window.SVGElement.prototype.getComputedTextLength = function () { return box(this).width; };
	window.Element.prototype.getBoundingClientRect = function () {
		const b = box(this);
		return { ...b, left: b.x, top: b.y, right: b.x + b.width, bottom: b.y + b.height };
	};

	const mermaid = (await import('mermaid')).default;
	mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', suppressErrorRendering: true });

	const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
	const { svg } = await mermaid.render('drawn', text);
	if (text.length > 50000)
		throw new Error(`${text.length} characters; mermaid draws no more than 50000`);

	// what is shown, not what was written: escapes count only in the picture
	const picture = new JSDOM(svg).window.document;
	const names = new Map();
	for (const node of picture.querySelectorAll('.node'))
		names.set(node.id, [node.querySelector('.label').textContent]);
	const edges = diagram.db.getRelationships().map(r => [r.entityA, r.entityB]);
	return { type: diagram.type, entities: names, edges };
}

function readSvg(svg)
{
	const picture = new JSDOM(svg).window.document;
	const title = el => el.querySelector('title').textContent;
	// Graphviz writes some spaces as no-break ones; control characters, which a
	// picture cannot show, may stand there as their symbols
	const shown = text => text.replaceAll('\u00a0', ' ').replace(/[\u2400-\u241f]/g,
		symbol => String.fromCharCode(symbol.charCodeAt(0) - 0x2400));
	const names = new Map([...picture.querySelectorAll('g.node')].map(n =>
		[title(n), [...n.querySelectorAll('text')].map(t => shown(t.textContent))]));
	const edges = [...picture.querySelectorAll('g.edge')].map(e =>
		title(e).split('->').map(end => end.replace(/:.*/, '')));
	return { type: 'svg', entities: names, edges };
}

// Gives every drawn entity the name that is expected of it, if one fits: plain
// ("s.my table") or as SQL quotes it ('s."my table"').
function compare(drawn, expected)
{
	const wrong = [];
	const known = new Map();
	for (const [id, texts] of drawn.entities) {
		const found = expected.entities.find(e => e.names.some(n => texts.includes(n)));
		if (!found)
			wrong.push(`drawn, but not expected: entity ${JSON.stringify(texts[0])}`);
		else if ([...known.values()].includes(found.id))
			wrong.push(`drawn twice: entity ${JSON.stringify(found.names[0])}`);
		known.set(id, found?.id);
	}
	for (const e of expected.entities)
		if (![...known.values()].includes(e.id))
			wrong.push(`not drawn: entity ${JSON.stringify(e.names[0])}`);

	const pair = ends => [...ends].sort().join(' - ');
	const left = expected.edges.map(pair);
	for (const ends of drawn.edges) {
		const at = left.indexOf(pair(ends.map(id => known.get(id))));
		if (at < 0)
			wrong.push(`drawn, but not expected: edge ${ends.map(id => known.get(id) ?? id).join(' - ')}`);
		else
			left.splice(at, 1);
	}
	wrong.push(...left.map(e => `not drawn: edge ${e}`));
	return wrong;
}

const [kind, file, expectedFile] = process.argv.slice(2);
const text = readFileSync(file === '-' ? 0 : file, 'utf8');
let drawn;
try {
	drawn = kind === 'mermaid' ? await drawMermaid(text) : readSvg(text);
} catch (error) {
	console.log(`cannot be drawn: ${error.message}`);
	process.exit(1);
}
console.log(`${drawn.type}: ${drawn.entities.size} entities, ${drawn.edges.length} edges`);
const name = id => JSON.stringify(drawn.entities.get(id)?.[0] ?? id);
if (!expectedFile) {
	for (const id of drawn.entities.keys())
		console.log(`entity ${name(id)}`);
	for (const ends of drawn.edges)
		console.log(`edge ${ends.map(name).join(' - ')}`);
} else {
	const wrong = compare(drawn, JSON.parse(readFileSync(expectedFile, 'utf8')));
	wrong.forEach(line => console.log(line));
	process.exitCode = wrong.length ? 1 : 0;
}
